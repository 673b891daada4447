"""Who is who and where."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Places, agencies, posts, people, operators, premises, rights and standings."""

    name = "zhian.directory"
    label = "directory"
    verbose_name = "名录"
