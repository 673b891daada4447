"""登录: opened and closed by the security administrator; each one-time password is shown once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.directory import forms, queries, reach
from zhian.directory.access import access
from zhian.directory.actions import accounts
from zhian.directory.models import Appointment, User
from zhian.directory.pages.base import attempt, bound, form_page, found, me, show, today
from zhian.directory.words import named

MOST_AT_ONCE = 200


def _back(user: User) -> str:
    return reverse("directory:person", args=[user.pk])


def _once(response: HttpResponse) -> HttpResponse:
    """A page with a password stays in no cache."""
    response["Cache-Control"] = "no-store"
    return response


@access("GET", "POST", admin="accounts", about="person")
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time password, shown once on this page and nowhere else."""
    mine = me(request)
    row = found(reach.people(mine), pk)
    form = bound(forms.ReasonForm, request)
    password = None
    if request.method == "POST":
        password = attempt(
            form, lambda said: accounts.issue_password(user=row, by=mine, reason=said["reason"])
        )
    context = {
        "title": _("开通登录：%(name)s") % {"name": named(row)},
        "person": row,
        "form": form,
        "password": password,
        "button": _("发一次性口令"),
        "back": _back(row),
    }
    status = 422 if form.errors else 200
    return _once(show(request, "directory/password.html", context, status))


@access("GET", "POST", admin="accounts")
def logins(request: HttpRequest) -> HttpResponse:
    """Everybody who serves and cannot log in yet: one-time passwords for those ticked, as slips."""
    mine = me(request)
    people = list(_without_login(mine)[:MOST_AT_ONCE])
    form = bound(forms.LoginsForm, request, people=people)
    slips: Any = None
    if request.method == "POST":
        slips = attempt(form, lambda said: accounts.issue_passwords(by=mine, **said))
    context = {
        "title": _("成批开通登录"),
        "form": form,
        "slips": slips,
        "people": [(p, posts) for p, posts in _with_posts(people)],
        "chosen": set(request.POST.getlist("users")),
        "back": reverse("directory:people"),
        "address": request.build_absolute_uri("/"),
    }
    status = 422 if form.errors else 200
    return _once(show(request, "directory/logins.html", context, status))


def _without_login(mine: Appointment) -> Any:
    return queries.found_people(mine, "", "shut", today()).order_by("name", "pk")


def _with_posts(people: list[User]) -> list[tuple[User, str]]:
    held = queries.posts_in_words(people, today())
    return [
        (p, _("；").join(f"{named(a.post.agency)} {a.post.called}" for a in held[p.pk]))
        for p in people
    ]


@access("GET", "POST", admin="accounts", about="person")
def person_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a login at once: a lost phone, a suspicion."""
    row = found(reach.people(me(request)), pk)
    return form_page(
        request,
        forms.ReasonForm,
        accounts.close_login,
        about={"user": row},
        title=_("停用登录：%(name)s") % {"name": named(row)},
        button=_("停用登录"),
        back=_back(row),
        done=_("登录已停用，会话已结束。"),
    )


@access("GET", "POST", admin="accounts", about="person")
def person_return(request: HttpRequest, pk: int) -> HttpResponse:
    """A leaver returns to service."""
    row = found(reach.people(me(request)).filter(left_on__isnull=False), pk)
    return form_page(
        request,
        forms.ReasonForm,
        accounts.bring_back,
        about={"user": row},
        title=_("恢复：%(name)s") % {"name": named(row)},
        button=_("恢复"),
        back=_back(row),
        done=_("已恢复，可以重新任命并开通登录。"),
    )
