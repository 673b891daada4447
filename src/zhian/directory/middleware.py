"""Which post a person acts in, and how long a session lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from zhian.directory import login
from zhian.directory.models import Appointment, Representative, User

LONGEST_SESSION = 12 * 3600
CHOSEN = "appointment"
CHOSEN_OPERATOR = "operator"
OPEN_TO_ALL = ("/accounts/", "/static/", "/i18n/", "/verify/", "/healthz")


def appointments_of(user: User, day: date) -> list[Appointment]:
    """The posts that a person holds on a day, the oldest first."""
    return list(
        Appointment.objects.on(day)
        .filter(user=user)
        .select_related("post__agency__place", "post__office__place", "post__place", "user")
        .order_by("since", "id")
    )


def representations_of(user: User, day: date) -> list[Representative]:
    """The operators for whom a person may act on a day."""
    rows = Representative.objects.on(day).filter(user=user)
    return list(rows.select_related("operator__place", "user"))


class AppointmentMiddleware:
    """Puts the chosen post on the request; a leaver or an over-old session is logged out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.appointment = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            refused = self._admit(request)
            if refused is not None:
                return refused
        return self.get_response(request)

    def _admit(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        assert isinstance(user, User)
        today = timezone.localdate()
        if login.has_left(user, today) or self._too_old(request):
            logout(request)
            return redirect("account_login")
        posts = appointments_of(user, today)
        chosen = request.session.get(CHOSEN)
        request.appointments = posts  # type: ignore[attr-defined]
        request.appointment = next(  # type: ignore[attr-defined]
            (p for p in posts if p.pk == chosen), posts[0] if posts else None
        )
        if user.operator_id:
            self._operator(request, user, today)
        if request.path.startswith(OPEN_TO_ALL):
            return None
        if user.must_change_password:
            return redirect("account_change_password")
        return redirect("mfa_activate_totp") if login.must_enrol(user) else None

    def _operator(self, request: HttpRequest, user: User, today: date) -> None:
        """For whom an operator's person acts: whom he chose, else the one he was bound to first;
        nobody once he was unbound."""
        bound = representations_of(user, today)
        wanted = request.session.get(CHOSEN_OPERATOR, user.operator_id)
        mine = next((r for r in bound if r.operator_id == wanted), bound[0] if bound else None)
        request.representations = bound  # type: ignore[attr-defined]
        request.representation = mine  # type: ignore[attr-defined]
        user.operator = mine.operator if mine else None

    def _too_old(self, request: HttpRequest) -> bool:
        now = int(timezone.now().timestamp())
        began = request.session.setdefault("began", now)
        seen = request.session.get("seen", now)
        if now - seen > 60 or "seen" not in request.session:
            request.session["seen"] = now
        return now - began > LONGEST_SESSION
