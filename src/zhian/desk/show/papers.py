"""How far a paper has come, in words: draft, issued, sealed, served, or void."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhian.desk.models import Act, Document, Evidence, Matter, Service
from zhian.desk.papers import sealing


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a paper; `state` is past, now or later."""

    words: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper as pages show it; `served_at` is the last service that reached somebody."""

    row: Document
    served_at: datetime | None
    wants_seal: bool

    @property
    def carries_seal(self) -> bool:
        """Whether a file with the seal on it is kept."""
        return self.row.scan_id is not None

    @property
    def state(self) -> str:
        """The stage it has reached, in one word."""
        if self.row.state != "issued":
            return str(self.row.get_state_display())
        if self.served_at is not None:
            return _("已送达")
        return _("已盖章") if self.carries_seal else _("已制发")

    @property
    def steps(self) -> Sequence[Step]:
        """The way of a paper; a void one went no further."""
        issued = self.row.state == "issued"
        reached = [
            (_("草稿"), True, None),
            (_("已制发"), issued, self.row.issued_at if issued else None),
            (_("已盖章"), issued and self.carries_seal, self.row.sealed_at),
            (_("已送达"), issued and self.served_at is not None, self.served_at),
        ]
        last = max(n for n, (_words, done, _at) in enumerate(reached) if done)
        return [
            Step(words, "now" if n == last else "past" if done else "later", at)
            for n, (words, done, at) in enumerate(reached)
        ]


def shown(paper: Document, services: Sequence[Service]) -> Shown:
    """One paper with its services."""
    served = [row.served_at for row in services if row.served_at is not None]
    return Shown(paper, max(served, default=None), sealing.wants_seal(paper))


def of_matter(matter: Matter) -> list[Shown]:
    """The papers of a matter, the latest first, in two queries."""
    rows = matter.documents.select_related("scan").prefetch_related("services").order_by("-id")
    return [shown(row, list(row.services.all())) for row in rows]


@dataclass(frozen=True, slots=True)
class Sealing:
    """One time that a sealed file was put on record; `file` may be replaced by a later one."""

    act: Act
    file: Evidence | None
    valid: bool

    @property
    def way(self) -> str:
        """How the seal was set."""
        electronic = self.act.data.get("way") == "electronic"
        return _("电子印章") if electronic else _("盖章后扫描")


def sealings(paper: Document) -> list[Sealing]:
    """Every sealed file that a paper ever had, the latest first."""
    acts = Act.objects.filter(matter=paper.matter_id, verb="seal", data__document=paper.pk)
    rows = acts.prefetch_related("evidence").order_by("-seq")
    return [
        Sealing(act, next(iter(act.evidence.all()), None), act.pk == paper.sealed_by_id)
        for act in rows
    ]
