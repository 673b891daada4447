"""Coming in by telephone: number, code, in; and joining by the slip that one was handed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhian.desk import timing
from zhian.directory import phones
from zhian.directory.access import access
from zhian.directory.actions import representatives
from zhian.directory.errors import NotPossible
from zhian.directory.middleware import CHOSEN_OPERATOR
from zhian.directory.models import Invitation, User
from zhian.interfaces.enterprise import codes
from zhian.interfaces.enterprise.frame import account, shown

ASKED = "phone_code"
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def source_of(request: HttpRequest) -> str:
    """Where a request comes from, as the limits count it."""
    found: str = get_adapter().get_client_ip(request)
    return found


def after(request: HttpRequest, wanted: str) -> str:
    """Where to go afterwards: within the house, else to what is owed."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and safe else reverse("enterprise:my")


def send_code(request: HttpRequest, phone: str, why: str, known: bool, **more: Any) -> None:
    """Send a code and remember in this session what it is for; raises TooMany."""
    asked = codes.ask(phone, source_of(request), known, timing.now())
    kept = {"pk": asked.pk, "nonce": asked.nonce, "phone": phone, "why": why}
    request.session[ASKED] = kept | more


# ---- the number ---------------------------------------------------------------------------------


@access("GET", "POST", public=True)
def login(request: HttpRequest) -> HttpResponse:
    """Give the number; the answer is the same whether or not it is known."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.user.is_authenticated and request.user.operator_id:
        return redirect(after(request, wanted))
    if request.method != "POST":
        return shown(request, "login", {"next": wanted})
    phone = phones.normal(request.POST.get("phone", ""))
    error, status = "", 422
    if not phone:
        error = _("这不是手机号码，应如 13912345678。")
    else:
        known = representatives.by_phone(phone) is not None
        try:
            send_code(request, phone, "login", known, next=wanted)
        except codes.TooMany as why:
            error, status = str(why), 429
    if error:
        typed = request.POST.get("phone", "")[:30]
        return shown(request, "login", {"next": wanted, "phone": typed, "error": error}, status)
    return redirect("enterprise:code")


# ---- the code -----------------------------------------------------------------------------------


@access("GET", "POST", public=True)
def code(request: HttpRequest) -> HttpResponse:
    """Give the code that came by SMS."""
    kept = request.session.get(ASKED)
    if kept is None:
        return redirect("enterprise:login")
    if request.method != "POST":
        return _code_page(request, kept)
    asked = codes.Asked(kept["pk"], kept["nonce"])
    found = codes.check(asked, request.POST.get("code", "")[:20], timing.now())
    if found == codes.RIGHT:
        return _ENDINGS[kept["why"]](request, kept)
    return _refused(request, kept, found)


def _refused(request: HttpRequest, kept: dict[str, Any], found: str) -> HttpResponse:
    wrong = _("验证码不对，或者这个号码没有绑定经营者。请核对后重填。")
    over = _("验证码已经失效（超过 5 分钟或者试了 5 次），请重新获取。")
    return _code_page(request, kept, wrong if found == codes.WRONG else over, 422)


def _code_page(
    request: HttpRequest, kept: dict[str, Any], error: str = "", status: int = 200
) -> HttpResponse:
    masked = phones.masked(kept["phone"])
    return shown(request, "code", {"phone": masked, "error": error, "why": kept["why"]}, status)


@access("POST", public=True)
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same number."""
    kept = request.session.get(ASKED)
    if kept is None:
        return redirect("enterprise:login")
    more = {name: value for name, value in kept.items() if name not in ("pk", "nonce")}
    phone, why = more.pop("phone"), more.pop("why")
    known = why != "login" or representatives.by_phone(phone) is not None
    try:
        send_code(request, phone, why, known, **more)
    except codes.TooMany as too_many:
        return _code_page(request, kept, str(too_many), 429)
    return redirect("enterprise:code")


# ---- in -----------------------------------------------------------------------------------------


def _let_in(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """Log the person in as officials are: a new session key, leavers refused, the time noted."""
    user.backend = BACKEND
    try:
        response: HttpResponse = perform_login(
            request, user, email_verification="none", redirect_url=after(request, wanted)
        )
    except ValidationError as why:
        return shown(request, "login", {"error": " ".join(why.messages)}, 403)
    list(messages.get_messages(request))  # the name of an account like this says nothing to anybody
    return response


def _log_in(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    user = representatives.by_phone(kept["phone"])
    if user is None:
        return _refused(request, kept, codes.WRONG)
    del request.session[ASKED]
    return _let_in(request, user, kept.get("next", ""))


def _join(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    """The telephone is shown to be his: the slip lets him in."""
    slip = representatives.slip_of(kept["slip"], timing.now())
    del request.session[ASKED]
    if slip is None:
        return shown(request, "slip_over", {}, 410)
    return _joined(request, slip, None, kept["phone"], kept["name"])


def _joined(
    request: HttpRequest, slip: Invitation, user: User | None, phone: str, name: str
) -> HttpResponse:
    try:
        user = representatives.join(slip=slip, user=user, phone=phone, name=name, now=timing.now())
    except NotPossible as why:
        return shown(request, "join", {"slip": slip, "error": str(why), "name": name}, 422)
    if request.user.is_authenticated:
        request.session[CHOSEN_OPERATOR] = slip.operator_id
        return redirect("enterprise:my")
    response = _let_in(request, user, "")
    request.session[CHOSEN_OPERATOR] = slip.operator_id
    return response


@access("GET", "POST", public=True)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Where the code on a slip leads: who is in already joins with his account."""
    slip = representatives.slip_of(token, timing.now())
    if slip is None:
        return shown(request, "slip_over", {}, 410)
    user = request.user
    own = user if isinstance(user, User) and user.operator_id else None
    if own is None and request.user.is_authenticated:
        return shown(request, "not_official", {}, 409)
    if request.method != "POST":
        return shown(request, "join", {"slip": slip, "own": own})
    if own is not None:
        return _joined(request, slip, own, "", "")
    return _ask_to_join(request, slip, token)


def _ask_to_join(request: HttpRequest, slip: Invitation, token: str) -> HttpResponse:
    name, typed = request.POST.get("name", "").strip()[:50], request.POST.get("phone", "")[:30]
    phone = phones.normal(typed)
    context = {"slip": slip, "name": name, "phone": typed}
    if not name:
        return shown(request, "join", context | {"error": _("请填写姓名。")}, 422)
    if not phone:
        wrong = _("这不是手机号码，应如 13912345678。")
        return shown(request, "join", context | {"error": wrong}, 422)
    try:
        send_code(request, phone, "join", True, slip=token, name=name)
    except codes.TooMany as why:
        return shown(request, "join", context | {"error": str(why)}, 429)
    return redirect("enterprise:code")


# ---- another telephone --------------------------------------------------------------------------


@access("GET", "POST", operator=True)
def phone(request: HttpRequest) -> HttpResponse:
    """Change one's own number: the code goes to the new one."""
    if request.method != "POST":
        return shown(request, "phone", {})
    typed = request.POST.get("phone", "")[:30]
    number = phones.normal(typed)
    if not number:
        wrong = _("这不是手机号码，应如 13912345678。")
        return shown(request, "phone", {"phone": typed, "error": wrong}, 422)
    try:
        send_code(request, number, "change", True)
    except codes.TooMany as why:
        return shown(request, "phone", {"phone": typed, "error": str(why)}, 429)
    return redirect("enterprise:code")


def _change(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    """The new number is shown to be his; the old one is told."""
    user = request.user
    if not isinstance(user, User) or not user.operator_id:
        return redirect("enterprise:login")
    del request.session[ASKED]
    own = account(request)
    old = own.phone
    try:
        representatives.change_phone(
            user=own, phone=kept["phone"], doer=representatives.Doer(himself=own)
        )
    except NotPossible as why:
        return shown(request, "phone", {"error": str(why)}, 422)
    if old:
        codes.send(old, codes.CHANGED, timing.now())
    return shown(request, "phone", {"changed": phones.masked(own.phone)})


_ENDINGS = {"login": _log_in, "join": _join, "change": _change}
