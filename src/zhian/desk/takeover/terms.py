"""The sheet of clocks: which deadline runs, since when, what was left out, how long it became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from zhian.desk.engine import clocks
from zhian.desk.models import Clock
from zhian.desk.takeover import cells
from zhian.desk.takeover.faults import Faults
from zhian.desk.takeover.plan import Plan, Planned
from zhian.directory import office_law
from zhian.directory.imports.table import Row, Wrong
from zhian.law.errors import LawError
from zhian.law.procedure import Procedure, book
from zhian.law.words import Words

Numbers = Mapping[str, Sequence[Planned | None]]
NEEDED = ("old_number", "duty", "counts_from")
AS_GRANTED = {"法定", "asgranted", "granted", "statutory"}
TAKEN_OVER = "taken_over"
MOST_EXTENSIONS = 9

NO_MATTER = Words(
    "“事项”表中没有原编号“{number}”。",
    "The sheet of matters has no old number “{number}”.",
)
SEVERAL = Words(
    "有 {n} 个事项的原编号是“{number}”，请写种类。",
    "{n} matters have the old number “{number}”: give the kind.",
)
NOT_HERE = Words(
    "“{duty}”在“{phase}”阶段不计时；此阶段可有：{allowed}。",
    "“{duty}” does not run in the phase “{phase}”; there may run: {allowed}.",
)
TWICE = Words("“{duty}”写了两次。", "“{duty}” is given twice.")
MISSING = Words(
    "没有写“{duty}”：此阶段应在计时，请在“期限”表补写，否则接管后没有这一期限。",
    "No clock given for “{duty}”, which runs in this phase: add it to the sheet of clocks, or the "
    "matter has none.",
)
NO_PAUSE = Words(
    "条文没有规定“{duty}”可以中止，按所填计算。",
    "No provision lets “{duty}” pause; counted as given.",
)
NOBODY_RESUMES = Words(
    "本程序没有恢复“{duty}”计时的行为，它将一直中止到停止。",
    "No act of this procedure resumes “{duty}”: it stands still until it is stopped.",
)


def planned_of(numbers: Numbers, row: Row, at: Faults) -> Planned | None:
    """The matter that a line of another sheet speaks of; None where it is here or wrong itself."""
    number = row.text("old_number")
    entries = numbers.get(number)
    if not entries:
        at.add(row, "old_number", NO_MATTER.format(number=number))
        return None
    found = [p for p in entries if p is not None]
    if row.text("kind"):
        wanted = cells.bare(row.text("kind"))
        found = [p for p in found if wanted in _names(p.procedure)]
    if len(found) > 1:
        at.add(row, "kind", SEVERAL.format(n=len(found), number=number))
        return None
    return found[0] if found else None


def _names(procedure: Procedure) -> set[str]:
    words = procedure.words
    return {cells.bare(text) for text in (procedure.kind, words.zh, words.en)}


def lines(
    plan: Plan, sheet: str, needed: tuple[str, ...], numbers: Numbers
) -> Iterator[tuple[Faults, Row, Planned | None]]:
    """The lines of a sheet whose needed cells are filled, each with the matter it speaks of."""
    table = plan.source.tables.get(sheet)
    if table is None:
        return
    at = Faults(table, plan.faults, plan.remarks)
    for row in table.rows:
        before = at.count
        at.need(row, needed)
        planned = planned_of(numbers, row, at) if row.text("old_number") else None
        if at.count == before:
            yield at, row, planned


def all_planned(numbers: Numbers) -> Iterator[Planned]:
    """Every matter that will be taken over."""
    return (found for entries in numbers.values() for found in entries if found is not None)


def read(plan: Plan, numbers: Numbers, now: datetime) -> None:
    """Give every matter the clocks of the sheet; say which are missing that its phase implies."""
    for at, row, planned in lines(plan, "clocks", NEEDED, numbers):
        if planned is None:
            continue
        clock = at.read(row, partial(_clock, row, planned, at, now))
        if clock is not None:
            planned.clocks.append(clock)
    first = Faults(plan.source.tables["matters"], plan.faults, plan.remarks)
    for found in all_planned(numbers):
        _missing(found, first)


def _missing(planned: Planned, at: Faults) -> None:
    given = {_family(planned.procedure, clock.duty) for clock in planned.clocks}
    for duty in sorted(planned.stand.certain - given):
        words = office_law.duty_words(duty, planned.matter.trigger_date)
        at.remark(planned.row, "phase", MISSING.format(duty=words))


# --- one clock


def _clock(row: Row, planned: Planned, at: Faults, now: datetime) -> Clock:
    duty = _duty(row, planned)
    if any(clock.duty == duty for clock in planned.clocks):
        raise _wrong("duty", TWICE.format(duty=_words(planned, duty)))
    begins = cells.moment(row, "counts_from", now)
    clock = Clock(matter=planned.matter, duty=duty, counts_from=begins)
    clock.set_due = _set_due(row, planned, duty, begins.date())
    _pause(row, planned, clock, at, now.astimezone(cells.SHANGHAI).date())
    clock.extensions = _extensions(row, planned, clock)
    _count(row, clock)
    return clock


def _wrong(column: str, words: Words) -> Wrong:
    return Wrong(column, words.zh, words.en)


def _duty(row: Row, planned: Planned) -> str:
    """The duty by its key or name, one that can run where the matter stands."""
    known = duties(planned.procedure.kind, planned.procedure.version)
    possible = {
        d: w for d, w in known.items() if _family(planned.procedure, d) in planned.stand.possible
    }
    try:
        return cells.named(row, "duty", possible, Words("期限", "clock"))
    except Wrong:
        duty = cells.named(row, "duty", known, Words("期限", "clock"))
    phase = planned.procedure.phase(planned.stand.phase).words
    allowed = Words(
        cells.listed(w.zh for w in possible.values()) or "无",
        cells.listed(w.en for w in possible.values()) or "none",
    )
    raise _wrong("duty", NOT_HERE.format(duty=known[duty], phase=phase, allowed=allowed))


@lru_cache(maxsize=64)
def duties(kind: str, version: str) -> dict[str, Words]:
    """Every duty that a procedure starts, a family of duties by each of its members."""
    procedure = book().version(kind, version)
    rules = office_law.reckoner().book
    named: list[str] = []
    for act in procedure.acts.values():
        for start in act.starts:
            beginning = start.duty.partition("{")[0]
            named += (
                [d for d in rules.duties() if d.startswith(beginning)]
                if ("{" in start.duty)
                else [start.duty]
            )
    day = procedure.valid_to or date.max
    return {duty: office_law.duty_words(duty, day) for duty in dict.fromkeys(named)}


def _family(procedure: Procedure, duty: str) -> str:
    """The duty as the procedure writes it: `recall.start.{class}` for `recall.start.II`."""
    for act in procedure.acts.values():
        for start in act.starts:
            family, brace, _ = start.duty.partition("{")
            if start.duty == duty or (brace and duty.startswith(family)):
                return start.duty
    return duty


def _words(planned: Planned, duty: str) -> Words:
    return duties(planned.procedure.kind, planned.procedure.version).get(duty, Words(duty, duty))


def _set_due(row: Row, planned: Planned, duty: str, begins: date) -> datetime | None:
    """The last day that an officer set, first or by extending; only where the procedure lets him.

    What was extended last counts.
    """
    found = None
    for column, may in (("due", _starts_due), ("extended_to", _extends_due)):
        given = row.day(column)
        if given is None:
            continue
        if not may(planned.procedure, duty):
            raise Wrong(
                column,
                f"“{_words(planned, duty).zh}”的期限由条文规定，不能另行指定；请写起算日和延长。",
                f"The term of “{_words(planned, duty).en}” is set by the provision, not by an "
                "officer: give its first day and by how much it was extended.",
            )
        if given < begins:
            raise Wrong(column, "早于起算日。", "Before the day it counts from.")
        found = office_law.end_of_day(given)
    return found


def _starts_due(procedure: Procedure, duty: str) -> bool:
    return any(
        start.due
        for act in procedure.acts.values()
        for start in act.starts
        if start.duty == _family(procedure, duty)
    )


def _extends_due(procedure: Procedure, duty: str) -> bool:
    wanted = _family(procedure, duty)
    rows = (e for act in procedure.acts.values() for e in act.extends if e.duty == wanted)
    return any(e.due for e in rows)


def _extensions(row: Row, planned: Planned, clock: Clock) -> list[dict[str, Any]]:
    """How often and by how much it was extended, as the engine keeps it."""
    until = row.day("extended_to")
    steps: list[dict[str, Any]] = []
    if until is not None:
        steps.append({"act": 1, "until": until.isoformat()})
    given = cells.parts(row.text("extended_by"))
    if len(given) > MOST_EXTENSIONS:
        raise Wrong("extended_by", "延长次数过多。", "Too many extensions.")
    return steps + [{"act": 1, "until": None, "by": _amount(text)} for text in given]


def _amount(text: str) -> int | None:
    if cells.bare(text) in AS_GRANTED:
        return None
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise Wrong(
            "extended_by",
            f"“{text}”不是数；请写按条文单位的数（如 30），或者“法定”。",
            f"“{text}” is no number: write one in the rule's unit (such as 30), or “as granted”.",
        )
    return int(text)


def _pause(row: Row, planned: Planned, clock: Clock, at: Faults, today: date) -> None:
    """The spans that are left out, and since when it still stands still."""
    closed = cells.spans(row, "paused", today)
    since = cells.day(row, "paused_since", today, required=False)
    if not closed and since is None:
        return
    begins = clock.counts_from.date()
    for column, first in [("paused", s) for s, _ in closed] + [("paused_since", since)]:
        if first is not None and first < begins:
            raise Wrong(column, f"{first} 早于起算日。", f"{first} is before the first day.")
    reasons = _reasons(planned.procedure, clock.duty)
    rule = office_law.reckoner().book.versions(clock.duty)[0]
    if not reasons and not rule.excluded:
        at.remark(row, "paused", NO_PAUSE.format(duty=_words(planned, clock.duty)))
    reason = _reason(row, reasons)
    clock.pauses = [
        {"reason": reason, "from": first.isoformat(), "to": last.isoformat()}
        for first, last in closed
    ]
    if since is not None:
        clock.pauses.append({"reason": reason, "from": since.isoformat(), "to": None})
        clock.state = "paused"
        if not reasons:
            at.remark(row, "paused_since", NOBODY_RESUMES.format(duty=_words(planned, clock.duty)))


def _reasons(procedure: Procedure, duty: str) -> tuple[str, ...]:
    """For which reasons acts of the procedure can resume the clock."""
    rows = (r for act in procedure.acts.values() for r in act.resumes)
    return tuple(dict.fromkeys(r.reason for r in rows if r.duty == _family(procedure, duty)))


def _reason(row: Row, reasons: tuple[str, ...]) -> str:
    """Why it stands still: the act that resumes it names the same reason."""
    text = row.text("pause_reason")
    if not text:
        if len(reasons) > 1 and row.text("paused_since"):
            zh, en = "、".join(reasons), ", ".join(reasons)
            raise Wrong("pause_reason", f"请写明：{zh}。", f"Say which: {en}.")
        return reasons[0] if reasons else TAKEN_OVER
    if reasons:
        return cells.named(row, "pause_reason", {r: Words(r, r) for r in reasons}, _REASON)
    return text[:40]


_REASON = Words("中止原因", "reason of a pause")


def _count(row: Row, clock: Clock) -> None:
    """When it is due, by the law as the engine counts it; what cannot be counted is refused."""
    try:
        clocks.count(clock)
    except LawError as why:
        raise Wrong("counts_from", why.words.zh, why.words.en) from why
    if clock.due_at is None and not clock.immediate:
        column = "extended_by" if row.text("extended_by") else "due"
        zh = f"算不出到期日：{clock.explanation or '须写指定期限'}。"
        raise Wrong(column, zh, "No due day follows: give the due date set, or correct the row.")
