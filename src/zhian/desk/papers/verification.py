"""Checking a paper against the ledger: what anybody may know who holds it in his hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from zhian.desk.ledger import chain as roots
from zhian.desk.models import Act, Document, LedgerRoot
from zhian.law import vocabulary
from zhian.law.words import Words
from zhian.methods import ledger, ledger_chain


@dataclass(frozen=True, slots=True)
class Checked:
    """The papers of one act and where that act stands in the ledger; nothing about any person.

    `stands`: the act's hash is that of its text, and so is every link of the matter's chain.
    `root`: the first daily root that vouches for it; None until that day is closed.
    """

    papers: Sequence[Document]
    act: Act
    stands: bool
    root: LedgerRoot | None

    @property
    def titles(self) -> Sequence[tuple[Document, Words]]:
        """Each paper with its name in both languages."""
        return [(paper, vocabulary.document(paper.template).words) for paper in self.papers]


def check(code: str, seq: int) -> Checked | None:
    """The papers that act `seq` of the matter with this short code issued; None if there is none.

    `code`: the first hexadecimal digits of the matter's identity, as printed on the paper.
    """
    first, last = UUID(code.ljust(32, "0")), UUID(code.ljust(32, "f"))
    found = Document.objects.filter(
        matter__uid__gte=first, matter__uid__lte=last, issued_by__seq=seq
    ).select_related("matter__agency", "issued_by")
    papers = list(found.order_by("id"))
    if len({paper.matter_id for paper in papers}) != 1:
        return None
    act = papers[0].issued_by
    assert act is not None
    return Checked(papers, act, _stands(papers[0], act), _root(act))


def _stands(paper: Document, act: Act) -> bool:
    matter = paper.matter
    rows = Act.objects.filter(matter=matter).order_by("seq")
    lines = [
        ledger.Line(
            matter.uid.hex,
            row.seq,
            ledger.moment(row.recorded_at),
            row.text,
            row.previous_hash,
            row.hash,
        )
        for row in rows
    ]
    whole = next(iter(ledger_chain.chain_faults(lines)), None) is None
    return whole and lines[-1].hash == matter.last_hash and act.hash in {x.hash for x in lines}


def _root(act: Act) -> LedgerRoot | None:
    day = timezone.localtime(act.recorded_at).date()
    return roots.finished_roots().filter(day__gte=day).first()
