"""Credit repairs that another system kept, each with the entry that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.db.models import Model

from zhian.apps.registry.archive.crediting import stands_until
from zhian.apps.registry.models.archive import CreditEntry, CreditRepair
from zhian.desk import timing
from zhian.desk.kinds import Line, TakeOver
from zhian.desk.models import Act, Matter
from zhian.desk.takeover import cells
from zhian.directory.imports.table import Field, Row, Wrong
from zhian.law import vocabulary
from zhian.law.credit import Entry, credit
from zhian.law.words import Words

FREE = Words("", "")
DETAIL = ("credit_subject", "credit_decided_by", "credit_number")
LONGEST = 300
BY_HAND = ("credit_record", "record")
SORT = Words("失信信息种类", "Credit entry: sort")
NEW = Words(
    "信用记录中没有的不填，写种类、决定日期和文号，随事项一并登记",
    "where the credit record lacks it, leave this empty and give sort, day and number of the "
    "decision: it is entered with the matter",
)
SORTS = Words("如 一般行政处罚、列入经营异常名录", "such as General penalty")


def rows(matter: Matter, line: Line) -> Sequence[Model]:
    """The entry where the credit record lacks it, then the repair."""
    if matter.operator is None:
        raise Wrong("operator", "须写明主体。", "The operator is missing.")
    number = line.row.text("credit_entry")
    entry = _known(matter, number) if number else _described(matter, line.row)
    repair = CreditRepair(matter=matter, entry=entry)
    return [repair] if entry.pk else [entry, repair]


def _known(matter: Matter, number: str) -> CreditEntry:
    """The entry of that number, if it stands against this operator (REPAIR 2)."""
    for entry in _against(matter):
        if entry.number == number.upper():
            return entry
    raise Wrong(
        "credit_entry",
        "该主体没有这个编号的失信信息；不在信用记录中的请不填编号，写种类、决定日期和文号。",
        "Nothing of this number stands against the operator: leave it empty and give sort, day and "
        "number of the decision.",
    )


def _against(matter: Matter) -> Sequence[CreditEntry]:
    """What is bad and may be repaired; an operator that comes with the file has nothing yet."""
    if matter.operator is None or matter.operator.pk is None:
        return ()
    found = CreditEntry.objects.filter(operator=matter.operator, void=False, tone="bad")
    return [entry for entry in found if entry.repairable_from is not None]


def _described(matter: Matter, row: Row) -> CreditEntry:
    """A new entry, or that of the record where the same decision is there already."""
    _needed(row, "credit_sort", "credit_number")
    sort = cells.find("credit_sort", row.text("credit_sort"), _words(), SORT)
    day = cells.day(row, "credit_decided_on", timing.today())
    assert day is not None
    number, said = row.text("credit_number"), _repairable()[sort]
    for entry in _against(matter):
        if (entry.entry, entry.happened_on) == (said.key, day) and number in entry.detail:
            return entry
    return CreditEntry(
        operator=matter.operator,
        premises=matter.premises,
        entry=said.key,
        tone=said.tone,
        public=said.public,
        detail=_detail(row),
        matter=matter,
        happened_on=day,
        stands_until=stands_until(said, day),
    )


def _detail(row: Row) -> str:
    """What was decided, by whom, under which number."""
    told = "，".join(row.text(key) for key in DETAIL if row.text(key))
    if len(told) > LONGEST:
        words = Words(f"超过 {LONGEST} 字。", f"Longer than {LONGEST} characters.")
        raise Wrong("credit_subject", words.zh, words.en)
    return told


def _needed(row: Row, *keys: str) -> None:
    for key in keys:
        if not row.text(key):
            raise Wrong(
                key,
                "没有写信用记录编号的，此格必填。",
                "This cell must be filled where no entry number is given.",
            )


@cache
def _repairable() -> dict[str, Entry]:
    """Sorts of what is entered by hand, bad, and may be repaired early (REPAIR 8, 9, 12, 13)."""
    known = credit()
    listed = (e for e in known.of(*BY_HAND) if e.tone == "bad" and e.term in known.terms)
    early = (e for e in listed if known.terms[e.term].earliest is not None)
    return {sort: entry for entry in early for sort in entry.if_field["sort"]}


def _words() -> dict[str, Words]:
    return {key: vocabulary.choice("credit_sort", key) for key in _repairable()}


def entered(own: Sequence[Model], act: Act) -> None:
    """An entry names the act that entered it: the take-over itself."""
    for row in own:
        if isinstance(row, CreditEntry):
            row.act = act


TAKE_OVER = TakeOver(
    rows,
    (
        Field("credit_entry", Words("信用记录编号", "Credit entry: number"), NEW),
        Field("credit_sort", SORT, SORTS),
        Field("credit_decided_on", Words("失信决定日期", "Credit entry: decided on"), FREE),
        Field("credit_decided_by", Words("失信决定机关", "Credit entry: decided by"), FREE),
        Field("credit_number", Words("失信决定文号", "Credit entry: decision number"), FREE),
        Field("credit_subject", Words("失信事项", "Credit entry: what"), FREE),
    ),
    entered=entered,
)
