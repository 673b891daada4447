"""离任交接: what moves is shown first, then everything moves at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from zhian.desk import timing
from zhian.desk.engine import handover
from zhian.desk.labels import kind_words
from zhian.desk.models import Matter, Task
from zhian.directory import reach
from zhian.directory.access import access
from zhian.directory.forms import Day, Form, holder_label
from zhian.directory.models import Appointment, User
from zhian.directory.pages.base import attempt, bound, found, me, show
from zhian.directory.words import say
from zhian.law.words import Words

SHOWN = 10
SIGNATURES = Words("待签批（随岗位）", "Waiting signatures (stay with the post)")


class _Leaving(Form):
    """The day, the reason, and whether signatures that nobody can give are accepted."""

    on = Day(
        label=gettext_lazy("离任日期"),
        initial=timing.today,
        help_text=gettext_lazy("不再任职的第一天"),
    )
    reason = forms.CharField(label=gettext_lazy("理由或者依据"), max_length=300)
    accept_unsigned = forms.BooleanField(label=gettext_lazy("知悉有待签批无人可签"), required=False)

    def __init__(self, *args: Any, unsigned: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not unsigned:
            del self.fields["accept_unsigned"]


class HandOnForm(_Leaving):
    """One post to one successor."""

    successor = forms.ModelChoiceField(label=gettext_lazy("接任者"), queryset=None)

    def __init__(self, *args: Any, leaver: Appointment, unsigned: bool, **more: Any) -> None:
        super().__init__(*args, unsigned=unsigned, **more)
        self.fields["successor"] = _heir(leaver, required=True)
        self.order_fields(["successor", "on", "reason", "accept_unsigned"])


class LeaveForm(_Leaving):
    """A person leaves service: a successor for each of the posts."""

    def __init__(self, *args: Any, moving: list[Moving], **more: Any) -> None:
        super().__init__(*args, unsigned=any(m.unsigned for m in moving), **more)
        names = [f"successor-{m.row.pk}" for m in moving]
        for name, held in zip(names, moving, strict=True):
            self.fields[name] = _heir(held.row, required=held.total > 0)
        self.order_fields([*names, "on", "reason", "accept_unsigned"])


@dataclass(frozen=True, slots=True)
class Moving:
    """What a post holds: each sort with its figure and its first rows."""

    row: Appointment
    name: str
    sorts: list[tuple[Words, int, list[str]]]
    unsigned: list[str]
    total: int


def _heir(leaver: Appointment, required: bool) -> forms.ModelChoiceField:
    rows = (
        Appointment.objects.on(timing.today())
        .filter(post__agency=leaver.post.agency_id)
        .exclude(user=leaver.user_id)
        .select_related("user", "post__office", "post__place")
        .order_by("user__name")
    )
    field = forms.ModelChoiceField(
        label=_("%(post)s 的接任者") % {"post": holder_label(leaver)},
        queryset=rows,
        required=required,
        empty_label=_("请选择"),
        error_messages={"required": _("还有未交接的工作，请选择接任者。")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field.label_from_instance = holder_label
    return field


def _moving(row: Appointment) -> Moving:
    day = timing.today()
    seen = handover.preview(row, day)
    sorts = [
        (m.words, seen.counts[m.key], [_named(r) for r in m.rows(row, day)[:SHOWN]])
        for m in handover.MOVERS.values()
    ]
    waiting = [_named(s.proposal.matter) for s in handover.waiting_at(row)[:SHOWN]]
    sorts.append((SIGNATURES, seen.signatures, waiting))
    unsigned = [_named(s.proposal.matter) for s in seen.unsigned]
    return Moving(row, holder_label(row), sorts, unsigned, seen.total)


def _named(row: Any) -> str:
    """A matter by number and kind only: the administrator sees what moves, not what it says."""
    if isinstance(row, Task):
        row = row.matter
    if isinstance(row, Matter):
        return f"{row.number} · {say(kind_words(row.kind))}"
    return str(row)


@access("GET", "POST", admin="directory", about="appointment")
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """One post is handed on; the person stays in service."""
    mine = me(request)
    row = found(reach.appointments(mine), pk)
    held = _moving(row)
    form = bound(HandOnForm, request, leaver=row, unsigned=bool(held.unsigned))
    if request.method == "POST":
        moves = attempt(
            form,
            lambda given: handover.hand_on(appointment=row, by=mine, **given),
        )
        if moves is not None:
            messages.success(request, _("交接完成：移交 %(n)s 项。") % {"n": moves.total})
            return redirect("directory:person", pk=row.user_id)
    context = {
        "title": _("交接：%(who)s") % {"who": row.user},
        "moving": [held],
        "form": form,
        "button": _("交接"),
        "back": reverse("directory:person", args=[row.user_id]),
    }
    return show(request, "desk/handover.html", context, 422 if form.errors else 200)


@access("GET", "POST", admin="directory", about="person")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A person leaves service: every post is handed on and the login ends."""
    mine = me(request)
    person = found(reach.people(mine).filter(left_on__isnull=True), pk)
    moving = [_moving(row) for row in handover.posts_of(person)]
    form = bound(LeaveForm, request, moving=moving)
    if request.method == "POST" and attempt(
        form, lambda given: _leave(person, moving, mine, given)
    ):
        messages.success(request, _("%(who)s 已离任，账号已停用，工作已交接。") % {"who": person})
        return redirect("directory:person", pk=person.pk)
    context = {
        "title": _("离任：%(who)s") % {"who": person},
        "moving": moving,
        "form": form,
        "button": _("办理离任"),
        "back": reverse("directory:person", args=[person.pk]),
    }
    return show(request, "desk/handover.html", context, 422 if form.errors else 200)


def _leave(person: User, moving: list[Moving], mine: Appointment, given: dict[str, Any]) -> bool:
    heirs = {held.row.pk: given[f"successor-{held.row.pk}"] for held in moving}
    handover.leave(
        user=person,
        successors={pk: heir for pk, heir in heirs.items() if heir is not None},
        on=given["on"],
        by=mine,
        reason=given["reason"],
        accept_unsigned=given.get("accept_unsigned", False),
    )
    return True
