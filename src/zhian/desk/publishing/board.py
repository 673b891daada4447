"""What the publication desk shows of an entry: columns, states in words, its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.models import Act, Publication
from zhian.desk.publishing import preparing, queries, rules
from zhian.law.publications import PublicationKind
from zhian.web.lists import Column


def kind_text(entry: Publication) -> str:
    """What sort of publication it is."""
    kind = rules.kind_of(entry)
    return speak(kind.words) if kind else entry.what


def person(appointment: object) -> str:
    """The person of an appointment, empty where there is none."""
    return str(getattr(appointment, "user", "") or "")


COLUMNS: Sequence[Column] = (
    Column("title", gettext_lazy("公布内容"), lambda p: p.title, ("title",)),
    Column("kind", gettext_lazy("种类"), kind_text, ("what",)),
    Column("state", gettext_lazy("状态"), lambda p: p.get_state_display(), ("state",)),
    Column(
        "prepared",
        gettext_lazy("拟稿人"),
        lambda p: person(p.prepared_by),
        ("prepared_by__user__name",),
    ),
    Column("prepared_at", gettext_lazy("拟稿时间"), lambda p: p.prepared_at, ("prepared_at",)),
    Column(
        "reviewed",
        gettext_lazy("复核人"),
        lambda p: person(p.reviewed_by),
        ("reviewed_by__user__name",),
    ),
    Column(
        "since",
        gettext_lazy("公布时间"),
        lambda p: p.since if queries.was_public(p) else None,
        ("since",),
    ),
    Column("ends", gettext_lazy("公布至"), lambda p: p.until, ("until",)),
    Column(
        "number",
        gettext_lazy("事项编号"),
        lambda p: p.matter.number,
        ("matter__number",),
        shown=False,
    ),
    Column(
        "withdrawn",
        gettext_lazy("撤下时间"),
        lambda p: p.withdrawn_at,
        ("withdrawn_at",),
        shown=False,
    ),
    Column("why", gettext_lazy("撤下原因"), lambda p: p.withdrawn_why, shown=False),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One act by which an entry came about."""

    act: Act
    title: str
    opinion: str


def steps(entry: Publication) -> list[Step]:
    """Who wrote, sent back, approved and took down this version."""
    return [
        Step(
            act, speak(labels.verb_words(entry.matter, act.verb)), str(act.data.get("opinion", ""))
        )
        for act in queries.steps(entry)
    ]


def is_live(entry: Publication, now: datetime) -> bool:
    """Whether the public reads it at this moment."""
    return entry.state == "approved" and entry.since <= now and not is_over(entry, now)


def is_over(entry: Publication, now: datetime) -> bool:
    """Whether its time in public has run out by itself."""
    return entry.state == "approved" and entry.until is not None and entry.until <= now


def reviewers(entry: Publication) -> list[str]:
    """Who may review a draft that waits, by name."""
    if entry.state != "waiting":
        return []
    wrote = rules.writers(entry)
    found = (a for a in preparing.reviewers(entry) if a.user_id not in wrote)
    return list(dict.fromkeys(f"{a.user}" for a in found))


def field_label(kind: PublicationKind, name: str) -> str:
    """What a field of the form is called, `results-0-item` for one in a row."""
    head, _, rest = name.partition("-")
    inner = rest.partition("-")[2]
    field = kind.field(f"{head}.{inner}" if inner else head)
    return speak(field.words) if field else name
