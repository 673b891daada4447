"""Who may open an address: every page of the house declares it, once, with `@access`.

    @access()                                   any official in a post, GET only
    @access("GET", "POST", about="matter")      officials; the page finds the matter in its reach
    @access("POST", about="matter", acts=True)  as above, and the post must be able to act on it
    @access(admin="directory")                  posts that administer this part (rights.toml)
    @access(posts=("bureau_head",))             only these kinds of post
    @access(login=True)                         everybody with an account, also operators' people
    @access(operator=True)                      operators' people only
    @access(public=True)                        everybody

The answers: 302 to the login for strangers, 403 for people without the right, 405 for another
method; a thing out of reach (`about`) is 404 and found so by the page. The declared rules are the
rows of docs/rights.md, and tests/web/test_rights_matrix.py holds every address to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from zhian.directory import rights
from zhian.directory.models import Appointment

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may open an address, with which methods, and what thing the address names."""

    methods: tuple[str, ...] = ("GET",)
    public: bool = False
    login: bool = False
    operator: bool = False
    admin: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    about: str = ""
    acts: bool = False

    def admits(self, appointment: Appointment | None, of_operator: bool) -> bool:
        """Whether a person who has logged in may come in, in the post he uses."""
        if self.public or self.login:
            return True
        if self.operator:
            return of_operator
        if appointment is None:
            return False
        if self.admin:
            return any(rights.may_administer(appointment, part) for part in self.admin)
        return not self.posts or appointment.post.kind in self.posts


# Addresses of packages that we include but did not write, by the name of the address.
_BOTH = ("GET", "POST")
_OPEN = Rule(_BOTH, public=True)
_MINE = Rule(_BOTH, login=True)
FOREIGN: dict[str, Rule] = {
    "set_language": _OPEN,
    "account_login": _OPEN,
    "account_logout": _OPEN,
    "account_inactive": _OPEN,
    "account_signup": _OPEN,
    "account_reset_password": _OPEN,
    "account_reset_password_done": _OPEN,
    "account_reset_password_from_key": _OPEN,
    "account_reset_password_from_key_done": _OPEN,
    "account_confirm_email": _OPEN,
    "account_email_verification_sent": _OPEN,
    "account_confirm_login_code": _OPEN,
    "mfa_authenticate": _OPEN,
    "account_reauthenticate": _MINE,
    "account_email": _MINE,
    "account_change_password": _MINE,
    "account_set_password": _MINE,
    "mfa_index": _MINE,
    "mfa_reauthenticate": _MINE,
    "mfa_activate_totp": _MINE,
    "mfa_deactivate_totp": _MINE,
    "mfa_view_recovery_codes": _MINE,
    "mfa_generate_recovery_codes": _MINE,
    "mfa_download_recovery_codes": _MINE,
    "mfa_list_webauthn": _MINE,
    "mfa_add_webauthn": _MINE,
    "mfa_reauthenticate_webauthn": _MINE,
    "mfa_remove_webauthn": _MINE,
    "mfa_edit_webauthn": _MINE,
}


def access(
    *methods: str,
    public: bool = False,
    login: bool = False,
    operator: bool = False,
    admin: str | tuple[str, ...] = (),
    posts: tuple[str, ...] = (),
    about: str = "",
    acts: bool = False,
) -> Callable[[View], View]:
    """Declare who may open a page; GET only unless methods are named."""
    parts = (admin,) if isinstance(admin, str) else admin
    rule = Rule(methods or ("GET",), public, login, operator, parts, posts, about, acts)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refused = _refusal(request, rule)
            return refused if refused is not None else view(request, *args, **kwargs)

        guarded.access_rule = rule  # type: ignore[attr-defined]
        return guarded

    return declare


def _refusal(request: HttpRequest, rule: Rule) -> HttpResponse | None:
    if request.user.is_authenticated:
        appointment = getattr(request, "appointment", None)
        if not rule.admits(appointment, bool(request.user.operator_id)):
            raise PermissionDenied(_("您的岗位不能打开此页面。"))
    elif not rule.public:
        return _to_login(request, rule)
    if request.method in rule.methods or (request.method == "HEAD" and "GET" in rule.methods):
        return None
    return HttpResponseNotAllowed(rule.methods)


def _to_login(request: HttpRequest, rule: Rule) -> HttpResponse:
    """A part of a page cannot be answered with the login page: the whole page goes there. An
    operator's person comes in by telephone."""
    if rule.operator:
        return redirect_to_login(request.get_full_path(), settings.OPERATOR_LOGIN_URL)
    if getattr(request, "htmx", False):
        query = urlencode({"next": request.htmx.current_url_abs_path or "/"})
        return HttpResponse(headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?{query}"})
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def rule_of(view: object, name: str | None = None) -> Rule | None:
    """The declared rule of a view, or of a foreign address by its name; None if nobody did."""
    declared = getattr(view, "access_rule", None)
    if isinstance(declared, Rule):
        return declared
    return FOREIGN.get(name or "")
