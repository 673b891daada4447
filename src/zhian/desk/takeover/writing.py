"""Writing a take-over: all of it in one short transaction, or nothing.

Everything that takes time is done before: due days, the chain of each matter, the scans. What is
left is inserting rows in bulk, while SQLite's one writer (on PostgreSQL the agency's numbers) is
held.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from zhian.desk import kinds, notices, timing, uploads
from zhian.desk.actors import Actor
from zhian.desk.engine import book, clocks
from zhian.desk.models import Act, Clock, Document, Evidence, Matter
from zhian.desk.papers.numbers import matter_numbers
from zhian.desk.papers.printing import TAKEN_OVER
from zhian.desk.takeover import cells, doubles, past
from zhian.desk.takeover.faults import Faults
from zhian.desk.takeover.plan import Fault, Paper, Plan, Planned
from zhian.directory.models import Agency, Operator, Standing
from zhian.law.words import Words

Progress = Callable[[str, int, int], None]
VERB = "take_over"
BATCH = 500
HANDED = Words("接管了 {n} 件在办事项，由您承办。", "{n} open matters were taken over for you.")


class Changed(Exception):
    """Somebody took over some of these matters meanwhile: the file must be looked through again."""


class BadScans(Exception):
    """Scans that cannot be kept; nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} scans")
        self.faults = faults


@dataclass(slots=True)
class _Rows:
    """Every row that will be inserted."""

    acts: list[Act] = field(default_factory=list)
    scans: dict[int, Evidence] = field(default_factory=dict)  # by the row of the document
    documents: list[Document] = field(default_factory=list)
    standings: list[tuple[Act, Standing]] = field(default_factory=list)


def write(plan: Plan, by: Actor, key: str, progress: Progress) -> int:
    """Take over all that is planned; returns how many matters. Raises Changed or BadScans.

    `key` begins the key of every first act, so that what came with one file is found again.
    """
    rows = _Rows()
    _keep_scans(plan, rows, progress)
    try:
        for done, planned in enumerate(plan.planned):
            _compose(planned, rows, plan, by, key)
            if done % BATCH == 0:
                progress("compose", done, len(plan.planned))
        progress("write", 0, len(plan.planned))
        _insert(plan, rows, by)
    except BaseException:
        _forget(rows.scans.values())
        raise
    return len(plan.planned)


# --- scans: checked and stored before the transaction, removed if it fails


def _keep_scans(plan: Plan, rows: _Rows, progress: Progress) -> None:
    wanted = [(p, paper) for p in plan.planned for paper in p.papers if paper.scan]
    table = plan.source.tables.get("papers")
    faults: list[Fault] = []
    for done, (planned, paper) in enumerate(wanted):
        try:
            checked = past.content_of(plan.source, paper.scan)
        except uploads.BadFile as bad:
            assert table is not None
            row = next(r for r in table.rows if r.number == paper.row)
            Faults(table, faults, []).add(row, "file", bad.words)
            continue
        if not faults:
            rows.scans[paper.row] = uploads.put(checked, planned.matter, VERB)
        if done % 20 == 0:
            progress("scans", done, len(wanted))
    if faults:
        _forget(rows.scans.values())
        raise BadScans(faults)


def _forget(files: Iterable[Evidence]) -> None:
    for file in files:
        uploads.path_of(file.stored).unlink(missing_ok=True)


# --- one matter


def _compose(planned: Planned, rows: _Rows, plan: Plan, by: Actor, key: str) -> None:
    """The matter's acts, chained; its clocks and papers hang on the first."""
    matter = planned.matter
    matter.place_code = matter.place.code
    matter.next_due_at = _next_due(planned.clocks)
    act = book.compose(
        matter,
        VERB,
        by=by,
        at=timing.now(),
        data=_data(planned, plan),
        moves=True,
        key=f"{key}:{planned.row.number}",
    )
    rows.acts.append(act)
    bound = kinds.get(matter.kind).take_over
    if bound is not None and bound.entered is not None:
        bound.entered(planned.own, act)
    for clock in planned.clocks:
        clock.started_by = act
    rows.standings += [(act, standing) for standing in _standings(planned)]
    rows.documents += [
        _document(planned, paper, act, rows.scans.get(paper.row)) for paper in planned.papers
    ]
    for note in planned.notes:
        who = Actor(by.kind, (note.who or by.name)[:150], by.user, by.appointment)
        data = {"text": note.text, "files": []}
        rows.acts.append(book.compose(matter, "note", by=who, at=note.at, data=data))


def _next_due(found: Sequence[Clock]) -> datetime | None:
    running = (c for c in found if c.state == "running" and c.due_at and not clocks.runs_out(c))
    return min((c.due_at for c in running if c.due_at), default=None)


def _data(planned: Planned, plan: Plan) -> dict[str, Any]:
    """What the ledger keeps of the state as it was given, and of the file that gave it."""
    matter = planned.matter
    return {
        "old_number": matter.old_number,
        "phase": planned.stand.phase,
        "done": sorted(planned.stand.done),
        "opened_on": matter.trigger_date,
        "handler": matter.handler.user.username if matter.handler else None,
        "clocks": [_clock_data(clock) for clock in planned.clocks],
        "papers": [{"title": p.title, "number": p.number, "day": p.day} for p in planned.papers],
        "file": plan.source.name,
        "sha256": plan.source.sha256,
        "row": planned.row.number,
    }


def _clock_data(clock: Clock) -> dict[str, Any]:
    return {
        "duty": clock.duty,
        "from": clock.counts_from,
        "pauses": clock.pauses,
        "extensions": clock.extensions,
        "set_due": clock.set_due,
        "due": clock.due_at,
    }


def _standings(planned: Planned) -> Iterator[Standing]:
    """What acts that were done before have made of the operator, and none of them has lifted."""
    acts = [planned.procedure.acts[verb] for verb in sorted(planned.stand.done)]
    lifted = {name for act in acts for name in act.lifts}
    matter, since = planned.matter, planned.matter.trigger_date
    due = {c.duty: c.due_day for c in planned.clocks}
    for mark in {m.standing: m for act in acts for m in act.marks}.values():
        bearer = matter.operator if mark.on == "operator" else matter.premises
        if mark.standing in lifted or mark.on not in ("operator", "premises") or bearer is None:
            continue
        until = due.get(mark.until or "")
        yield Standing(kind=mark.standing, since=since, until=until, **{mark.on: bearer})


def _document(planned: Planned, paper: Paper, act: Act, scan: Evidence | None) -> Document:
    """A paper that the old system issued: on record, with its scan where there is one."""
    day = paper.day
    issued = datetime(day.year, day.month, day.day, tzinfo=cells.SHANGHAI)
    document = Document(
        matter=planned.matter,
        template=paper.template,
        template_version=TAKEN_OVER,
        title=paper.title,
        number=paper.number,
        state="issued",
        drafted_by=act,
        issued_by=act,
        issued_at=issued,
    )
    if scan is not None:
        scan.act, document.scan = act, scan
        document.sealed_by, document.sealed_at = act, issued
    return document


# --- the transaction


@transaction.atomic
def _insert(plan: Plan, rows: _Rows, by: Actor) -> None:
    planned = plan.planned
    matters = [p.matter for p in planned]
    _number(matters)
    if any(True for _ in doubles.existing(p.key for p in planned)):
        raise Changed
    try:
        with transaction.atomic():
            Operator.objects.bulk_create(plan.operators, batch_size=BATCH)
            Matter.objects.bulk_create(matters, batch_size=BATCH)
            book.keep(rows.acts)
            _in_order([p.own for p in planned])
            Clock.objects.bulk_create(
                list(chain.from_iterable(p.clocks for p in planned)), batch_size=BATCH
            )
            Evidence.objects.bulk_create(list(rows.scans.values()), batch_size=BATCH)
            Document.objects.bulk_create(rows.documents, batch_size=BATCH)
    except IntegrityError as clash:
        raise Changed from clash
    for act, standing in rows.standings:
        standing.set_by_act = act.pk
    Standing.objects.bulk_create([s for _, s in rows.standings], batch_size=BATCH)
    _tell(matters, by)


def _in_order(own: Sequence[Sequence[Model]]) -> None:
    """The kinds' own rows, table by table: what others point to comes first in each matter, and a
    table of which the first matters bring no row keeps its place."""
    by_model: dict[type[Model], list[Model]] = defaultdict(list)
    places: dict[type[Model], int] = defaultdict(int)
    for rows in own:
        for place, model in enumerate(dict.fromkeys(type(row) for row in rows)):
            places[model] = max(places[model], place)
        for row in rows:
            by_model[type(row)].append(row)
    for model in sorted(by_model, key=places.__getitem__):
        model._default_manager.bulk_create(by_model[model], batch_size=BATCH)


def _number(matters: Sequence[Matter]) -> None:
    """A number of this year's series for each, in the order of the file; agency by agency."""
    now = timing.now()
    groups: dict[tuple[int, str], list[Matter]] = defaultdict(list)
    agencies: dict[int, Agency] = {}
    for matter in matters:
        agencies[matter.agency_id] = matter.agency
        groups[matter.agency_id, kinds.get(matter.kind).prefix].append(matter)
    for (agency, prefix), found in sorted(groups.items(), key=lambda pair: pair[0]):
        numbers = matter_numbers(agencies[agency], prefix, now, len(found))
        for matter, number in zip(found, numbers, strict=True):
            matter.number = number


def _tell(matters: Sequence[Matter], by: Actor) -> None:
    """One notice for each handler: how many matters came to him."""
    counts = Counter(m.handler_id for m in matters if m.handler_id)
    people = {m.handler_id: m.handler for m in matters if m.handler_id}
    for key, number in counts.items():
        handler = people[key]
        if handler is not None and handler.user_id != (by.user.pk if by.user else None):
            notices.give([handler], HANDED.format(n=number), None)
