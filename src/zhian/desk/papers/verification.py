"""Checking a paper against the ledger: what anybody may know who holds it in his hand.

Everything is worked out anew from the texts of the acts, each time the page is asked for; only the
way through the tree of a day, which proves nothing by itself, is kept for the next reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from zhian.desk.ledger import chain as roots
from zhian.desk.models import Act, Document, LedgerRoot, Matter
from zhian.desk.papers import sealing
from zhian.law import vocabulary
from zhian.law.words import Words
from zhian.methods import ledger, ledger_chain

KEPT = 24 * 3600
KEPT_WRONG = 600  # a root that differs is worked out again, but not for every reader
Way = tuple[tuple[str, str], ...]

UNDONE = Words("制发该文书的行为已被撤销", "the act that issued it was undone")
NOT_NEEDED = Words("签批时已不适用", "no longer applicable when it was signed")
BY_AGENCY = Words("由制发机关作废", "made void by the agency")


@dataclass(frozen=True, slots=True)
class Stand:
    """One paper as the public may know it."""

    paper: Document
    title: Words
    sealed_on: date | None
    sha256: str
    wants_seal: bool
    void_why: Words | None


@dataclass(frozen=True, slots=True)
class Rooted:
    """The first daily root after an act, and the root to which the act leads today.

    `found` is None where the matter is missing from the tree of that day.
    """

    row: LedgerRoot
    found: str | None

    @property
    def holds(self) -> bool:
        """Whether the database's root is the one that the acts give."""
        return self.found == self.row.root


@dataclass(frozen=True, slots=True)
class Checked:
    """The papers of one act and where that act stands in the ledger; nothing about any person.

    `true_text`: the act's hash is that of its text. `chained`: so is every act's of the matter, and
    each names the one before, up to the last. `of`: how many acts the matter has. `root`: None
    until the day of the act is closed.
    """

    papers: Sequence[Stand]
    act: Act
    agency: object
    true_text: bool
    chained: bool
    of: int
    root: Rooted | None

    @property
    def stands(self) -> bool:
        """Whether nothing was found that speaks against the record."""
        return self.true_text and self.chained and (self.root is None or self.root.holds)


def check(code: str, seq: int) -> Checked | None:
    """The papers that act `seq` of the matter with this short code issued; None if there is none.

    `code`: the first hexadecimal digits of the matter's identity, as printed on the paper.
    """
    papers = _papers(code, seq)
    if len({paper.matter_id for paper in papers}) != 1:
        return None
    matter, act = papers[0].matter, papers[0].issued_by
    assert act is not None
    lines = _lines(matter)
    return Checked(
        papers=[_stand(paper) for paper in papers],
        act=act,
        agency=matter.agency,
        true_text=ledger.digest(act.text) == act.hash,
        chained=_chained(matter, act, lines),
        of=len(lines),
        root=_rooted(matter, act, lines),
    )


def _papers(code: str, seq: int) -> list[Document]:
    first, last = UUID(code.ljust(32, "0")), UUID(code.ljust(32, "f"))
    found = Document.objects.filter(
        matter__uid__gte=first, matter__uid__lte=last, issued_by__seq=seq
    ).select_related("matter__agency", "issued_by", "scan")
    return list(found.order_by("id"))


def _stand(paper: Document) -> Stand:
    sealed = timezone.localtime(paper.sealed_at).date() if paper.sealed_at else None
    return Stand(
        paper,
        _title(paper),
        sealed,
        paper.scan.sha256 if paper.scan and sealed else "",
        sealing.wants_seal(paper),
        _void_why(paper) if paper.state == "void" else None,
    )


def _title(paper: Document) -> Words:
    try:
        return vocabulary.document(paper.template).words
    except vocabulary.UnknownWord:  # a paper that was taken over has no template of ours
        return Words(paper.title, paper.title)


def _void_why(paper: Document) -> Words:
    """The kind of reason only: what an official wrote may name people."""
    if paper.void_reason == NOT_NEEDED.zh:
        return NOT_NEEDED
    undone = Act.objects.filter(
        matter=paper.matter_id,
        stage="annulled",
        data__act=paper.issued_by.seq,  # type: ignore[union-attr]
    )
    return UNDONE if undone.exists() else BY_AGENCY


# --- the ledger, worked out anew


def _lines(matter: Matter) -> list[ledger.Line]:
    rows = Act.objects.filter(matter=matter).order_by("seq")
    columns = rows.values_list("seq", "recorded_at", "text", "previous_hash", "hash")
    return [
        ledger.Line(matter.uid.hex, seq, ledger.moment(recorded), text, previous, value)
        for seq, recorded, text, previous, value in columns
    ]


def _chained(matter: Matter, act: Act, lines: Sequence[ledger.Line]) -> bool:
    whole = next(iter(ledger_chain.chain_faults(lines)), None) is None
    return whole and lines[-1].hash == matter.last_hash and act.hash in {x.hash for x in lines}


def _rooted(matter: Matter, act: Act, lines: Sequence[ledger.Line]) -> Rooted | None:
    day = timezone.localtime(act.recorded_at).date()
    row = roots.finished_roots().filter(day__gte=day).first()
    if row is None:
        return None
    head = [x for x in lines if x.recorded_at < ledger.day_end(row.day)][-1]
    leaf = ledger.head_leaf(matter.uid.hex, head.seq, ledger.digest(head.text))
    return Rooted(row, _found(matter, row, leaf))


def _found(matter: Matter, row: LedgerRoot, leaf: str) -> str | None:
    """The root that the matter's last act of that day leads to.

    The way through the tree needs the heads of all matters; once it was found, the next reader's
    own leaf is led along it. A way that does not lead to the root is looked for again.
    """
    key = f"verify.{row.day}.{row.root}.{matter.uid.hex}"
    way: Way | None = cache.get(key)
    if way is not None and ledger.proves(leaf, way, row.root):
        return row.root
    wrong: tuple[str, str | None] | None = cache.get(f"{key}.wrong")
    if wrong is not None and wrong[0] == leaf:
        return wrong[1]
    proof = roots.prove(matter, row)
    found = ledger.root_from(leaf, proof.path) if proof is not None else None
    if proof is not None and found == row.root:
        cache.set(key, proof.path, KEPT)
    else:
        cache.set(f"{key}.wrong", (leaf, found), KEPT_WRONG)
    return found
