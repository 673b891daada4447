"""Who is who and where."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Places, agencies, posts, people, operators, premises, rights and standings."""

    name = "zhian.directory"
    label = "directory"
    verbose_name = "名录"

    def ready(self) -> None:
        """A one-time password ends when its person sets his own."""
        from allauth.account.signals import password_changed, password_set
        from allauth.mfa.signals import authenticator_added

        from zhian.directory import login

        password_changed.connect(login.password_is_own, dispatch_uid="zhian.one_time")
        password_set.connect(login.password_is_own, dispatch_uid="zhian.one_time_set")
        authenticator_added.connect(login.has_enrolled, dispatch_uid="zhian.enrolled")
