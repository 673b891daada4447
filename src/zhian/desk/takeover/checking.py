"""Looking through a file: every cell, and whether each matter can go on from where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from zhian.desk import kinds, timing
from zhian.desk.models import Matter
from zhian.desk.takeover import cells, doubles, past, terms
from zhian.desk.takeover.columns import MATTER_FIELDS
from zhian.desk.takeover.faults import Faults
from zhian.desk.takeover.finding import Index
from zhian.desk.takeover.plan import Plan, Planned
from zhian.desk.takeover.reading import Source, Table
from zhian.desk.takeover.states import Stand, Unreachable, atlas
from zhian.directory import reach
from zhian.directory.imports.table import Row, Wrong
from zhian.directory.models import Agency, Appointment, Operator, Place
from zhian.law.procedure import NoProcedure, Procedure, book
from zhian.law.words import Words

Progress = Callable[[str, int, int], None]
NEEDED = tuple(f.key for f in MATTER_FIELDS if f.required)
LONGEST = {"old_number": 80, "title": 300}
NO_HANDLER = Words(
    "没有承办人：接管后在机构的列表中，请分派或者移交。",
    "Nobody handles it: it will stand in the office's list; hand it over.",
)
COMPANY = ("公司", "厂", "集团", "企业")


def check(
    source: Source,
    *,
    agency: Agency | None = None,
    add_operators: bool = False,
    within: Appointment | None = None,
    progress: Progress | None = None,
) -> Plan:
    """What taking over a file would do, and everything that is wrong with it; writes nothing.

    A matter that is here already (same agency, kind and old number) is left as it is. `within`: the
    administrator whose agencies alone may be named; the console names any.
    """
    plan = Plan(source, agency)
    _Check(plan, add_operators, within, progress or _nobody).run()
    return plan


def _nobody(step: str, done: int, total: int) -> None:
    """Nobody watches."""


class _Check:
    """One run over a file."""

    def __init__(
        self, plan: Plan, add_operators: bool, within: Appointment | None, progress: Progress
    ) -> None:
        self.plan, self.progress, self.within = plan, progress, within
        self.add_operators = add_operators
        self.now: datetime = timing.now()
        self.today: date = timing.today()
        self.index = Index(self.today)
        self.table: Table = plan.source.tables["matters"]
        self.at = Faults(self.table, plan.faults, plan.remarks)
        self.stands: dict[tuple[Any, ...], Stand | Words] = {}
        self.operators: dict[str, Operator] = {}
        self.seen: dict[tuple[int, str, str], int] = {}
        # every old number of the sheet, also of rows that are wrong or here already
        self.numbers: dict[str, list[Planned | None]] = defaultdict(list)

    def run(self) -> None:
        rows = self._not_here()
        self.index.load(rows)
        fresh = [p for p in self._matters(rows) if p is not None]
        terms.read(self.plan, self.numbers, self.now)
        for planned in fresh:
            self._own(planned)
        past.read(self.plan, self.numbers, self.now)
        doubles.own_rows(fresh, self.at)
        self.plan.planned = fresh
        self.plan.operators = list(self.operators.values())
        if not self.table.rows:
            self.at.add(Row(1, {}), "old_number", Words("表中没有事项。", "The sheet is empty."))

    def _matters(self, rows: Sequence[Row]) -> Iterator[Planned | None]:
        for done, row in enumerate(rows):
            before = self.at.count
            planned = self._matter(row)
            planned = planned if self.at.count == before else None
            self.numbers[row.text("old_number")].append(planned)
            if done % 500 == 0:
                self.progress("check", done, len(rows))
            yield planned

    def _not_here(self) -> list[Row]:
        """The rows of matters that were not taken over before; what is here is not looked at."""
        keys = {row.number: key for row in self.table.rows if (key := self._key(row))}
        here = set(doubles.existing(keys.values()))
        for row in self.table.rows:
            if keys.get(row.number) in here:
                self.numbers[row.text("old_number")].append(None)
                self.plan.known += 1
        return [row for row in self.table.rows if keys.get(row.number) not in here]

    def _key(self, row: Row) -> tuple[int, str, str] | None:
        try:
            agency, kind = self.index.agency(row, self.plan.agency), self._kind(row)
        except Wrong:
            return None
        return agency.pk, kind.name, row.text("old_number")

    # --- one row

    def _matter(self, row: Row) -> Planned | None:
        self.at.need(row, NEEDED)
        kind = self.at.read(row, lambda: self._kind(row)) if row.text("kind") else None
        opened = self._opened(row)
        agency = self.at.read(row, lambda: self._agency(row))
        procedure = self._procedure(row, kind, opened)
        matter = self._people_and_places(row, agency) if agency else None
        for key, most in LONGEST.items():
            if len(row.text(key)) > most:
                words = Words(f"超过 {most} 字。", f"Longer than {most} characters.")
                self.at.add(row, key, words)
        stand = self._stand(row, procedure) if procedure else None
        if kind is None or opened is None or matter is None or procedure is None or stand is None:
            return None
        matter.kind, matter.procedure_version = kind.name, procedure.version
        matter.trigger_date, matter.phase = opened, stand.phase
        matter.done = sorted(stand.done)
        matter.opened_at = datetime(opened.year, opened.month, opened.day, tzinfo=cells.SHANGHAI)
        return self._once(Planned(row, matter, procedure, stand))

    def _kind(self, row: Row) -> kinds.Kind:
        return kinds.get(cells.named(row, "kind", takeable(), Words("事项种类", "kind of matter")))

    def _agency(self, row: Row) -> Agency:
        found = self.index.agency(row, self.plan.agency)
        if not reach.covers(self.within, found.place):
            raise Wrong(
                "agency",
                f"{found.name}不在您的管理范围内。",
                f"{found.name} is outside what you administer.",
            )
        return found

    def _opened(self, row: Row) -> date | None:
        if not row.text("opened_on"):
            return None
        return self.at.read(row, lambda: cells.day(row, "opened_on", self.today))

    def _procedure(
        self, row: Row, kind: kinds.Kind | None, opened: date | None
    ) -> Procedure | None:
        if kind is None or opened is None:
            return None
        try:
            return book().pick(kind.name, opened)
        except NoProcedure:
            words = Words(f"{opened} 没有适用的程序。", f"No procedure was in force on {opened}.")
            self.at.add(row, "opened_on", words)
            return None

    def _people_and_places(self, row: Row, agency: Agency) -> Matter:
        """The matter with everybody and everything its row names; faults are noted."""
        at, index = self.at, self.index
        office = at.read(row, lambda: index.office(row, agency))
        handler = at.read(row, lambda: index.handler(row, agency, office))
        giver = at.read(row, lambda: index.giver(row))
        place = at.read(row, lambda: index.place(row))
        office = office or (handler.post.office if handler else None)
        seat = office.place if office is not None and office.place else agency.place
        operator = self._operator(row, place or seat)
        premises = at.read(row, lambda: index.premises(row, operator))
        near = premises or operator
        if not row.text("handler"):
            at.remark(row, "handler", NO_HANDLER)
        return Matter(
            agency=agency,
            office=office,
            handler=handler,
            giver=giver,
            operator=operator,
            premises=premises,
            place=place or (near.place if near else seat),
            title=row.text("title"),
            old_number=row.text("old_number"),
            confidential=bool(at.read(row, lambda: cells.yes(row, "confidential"))),
        )

    def _operator(self, row: Row, place: Place) -> Operator | None:
        """The operator; one that the register does not have is added where that was asked for."""
        before, name = self.at.count, row.text("operator")
        found = self.at.read(row, lambda: self.index.operator(row))
        if found is not None or not name or self.at.count > before:
            return found
        if not self.add_operators or name.isascii():
            self.at.add(row, "operator", NOT_IN_REGISTER.format(name=name))
            return None
        if name not in self.operators:
            company = any(word in name for word in COMPANY)
            kind = "company" if company else "individual"
            self.operators[name] = Operator(name=name[:200], kind=kind, place=place)
        return self.operators[name]

    def _stand(self, row: Row, procedure: Procedure) -> Stand | None:
        """Where it stands: its phase, what was done, and whether both can be together."""
        before = self.at.count
        phase = self.at.read(row, lambda: _phase(row, procedure)) if row.text("phase") else None
        done = self.at.read(row, lambda: _done(row, procedure))
        if phase is None or done is None or self.at.count > before:
            return None
        key = (procedure.kind, procedure.version, phase, done)
        if key not in self.stands:
            try:
                known = atlas(procedure.kind, procedure.version)
                self.stands[key] = known.stand(phase, done)
            except Unreachable as why:
                self.stands[key] = why.words
        found = self.stands[key]
        if isinstance(found, Words):
            self.at.add(row, "done" if done else "phase", found)
            return None
        return found

    def _once(self, planned: Planned) -> Planned | None:
        first = self.seen.setdefault(planned.key, planned.row.number)
        if first != planned.row.number:
            words = Words(f"与第 {first} 行重复。", f"The same as row {first}.")
            self.at.add(planned.row, "old_number", words)
            return None
        return planned

    # --- all rows together

    def _own(self, planned: Planned) -> None:
        """The rows of the kind's own app, made from the kind's own columns."""
        bound = kinds.get(planned.matter.kind)
        if bound.take_over is None:
            return
        self.at.need(planned.row, tuple(f.key for f in bound.take_over.columns if f.required))
        make = bound.take_over.rows
        line = kinds.Line(planned.row, {c.duty: c.due_day for c in planned.clocks if c.due_day})
        planned.own = self.at.read(planned.row, lambda: make(planned.matter, line)) or ()


NOT_IN_REGISTER = Words(
    "名录中没有“{name}”；请核对名称或者写统一社会信用代码，或者在导入时选择“新增名录中没有的主体”"
    "（须写名称）。",
    "The register has no “{name}”: check the name, give the credit code, or choose to add "
    "operators that are not there (by name).",
)
CLOSED = Words(
    "“{phase}”是已办结的阶段；只接管在办事项。",
    "“{phase}” is a closed phase; only open matters are taken over.",
)


def _phase(row: Row, procedure: Procedure) -> str:
    allowed = {p.key: p.words for p in procedure.phases if not p.closed}
    what = Words("阶段", "phase")
    try:
        return cells.named(row, "phase", allowed, what)
    except Wrong:
        ends = {p.key: p.words for p in procedure.phases if p.closed}
        if cells.means(row.text("phase"), ends) is None:
            raise
    words = CLOSED.format(phase=row.text("phase"))
    raise Wrong("phase", words.zh, words.en)


def _done(row: Row, procedure: Procedure) -> frozenset[str]:
    allowed = {verb: act.words for verb, act in procedure.acts.items()}
    what = Words("行为", "act")
    return frozenset(cells.find("done", t, allowed, what) for t in cells.parts(row.text("done")))


def takeable() -> dict[str, Words]:
    """The kinds of matter that can be taken over, in words."""
    bound = {k.name for k in kinds.all_kinds() if k.take_over is not None or k.model is None}
    return {p.kind: p.words for p in book().all() if p.kind in bound}
