"""Coming in: who may, with which second factor, and where to go afterwards."""

from __future__ import annotations

from datetime import date

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhian.directory.models import User

FRESH = 300  # seconds within which a password just given still counts
ENROLLED = "enrolled"  # in the session: the second factor was enrolled in this very session


def has_left(user: User, day: date) -> bool:
    """Whether the person has left service: no login, no session (交接)."""
    return user.left_on is not None and user.left_on <= day


def must_enrol(user: User) -> bool:
    """Whether the person must still enrol a second factor before any page opens."""
    if not settings.SECOND_FACTOR_REQUIRED or user.operator_id:
        return False
    return not Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


def password_is_own(sender: object, user: User, **kwargs: object) -> None:
    """A one-time password is gone once the person has chosen his own."""
    if user.must_change_password:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])


def has_enrolled(sender: object, request: HttpRequest, **kwargs: object) -> None:
    """The person has enrolled a second factor in this session."""
    request.session[ENROLLED] = True


class Adapter(DefaultAccountAdapter):
    """allauth as an office needs it: no sign-up, no login for leavers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by the security administrator."""
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: object) -> object:
        """A leaver is told so instead of being let in."""
        if has_left(user, timezone.localdate()):
            raise ValidationError(_("该账号已离任，不能登录。请联系安全管理员。"))
        return super().pre_login(request, user, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Who has chosen a password goes on to the next step, or to the desk."""
        return reverse("home")

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Who has just given the password to enrol a first second factor is not asked twice, nor
        before the spare codes that follow from it are shown."""
        user, session = self.request.user, self.request.session
        fresh = timezone.now().timestamp() - session.get("began", 0) < FRESH
        if fresh and isinstance(user, User) and (must_enrol(user) or session.get(ENROLLED)):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))
