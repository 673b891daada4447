"""A county whose departments hand in rosters: made, taken in, linked and published as people do."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter

from tests.builders import County, county, person
from zhian.apps.registry.census.intake import job as intake_job
from zhian.apps.registry.census.intake.preparing import Handed, confirm, hand_in
from zhian.apps.registry.census.intake.reading import File
from zhian.apps.registry.census.runs import job as run_job, publishing
from zhian.apps.registry.models import (
    BlindSpot,
    CensusDecision,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
)
from zhian.demo import rosters
from zhian.desk import timing
from zhian.desk.models import Matter
from zhian.directory.models import Agency, Appointment, Premises

DAY = date(2026, 10, 31)
COLUMNS = ("rid", "name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")
HEADERS = {
    "rid": "记录编号", "name": "名称", "uscc": "统一社会信用代码", "owner": "经营者",
    "phone": "联系电话", "addr": "地址", "licence": "许可证编号", "status": "状态", "kind": "业态",
}  # fmt: skip
KEEPERS = {"health": "WJ", "agri": "NYNC", "taxelec": "CZ"}
Row = dict[str, str]
GOOD: Row = {
    "rid": "1", "name": "河口兴旺豆制品厂", "uscc": "", "owner": "赵立新", "phone": "13900000000",
    "addr": "河口镇河东村一组", "licence": "", "status": "存续", "kind": "食品生产",
}  # fmt: skip


@dataclass
class Census:
    """The county, its agencies, and the rows of each roster as they would be handed in."""

    here: County
    rows: dict[str, list[Row]] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    clerk: Appointment = field(init=False)
    second: Appointment = field(init=False)

    def hand_in(
        self, roster: str, rows: Sequence[Mapping[str, str]], **more: object
    ) -> RosterImport:
        """Hand a roster in, confirm it, let the worker take it in."""
        name = str(more.pop("name", f"{roster}.csv"))
        given = Handed(self.agencies[roster], roster, **{"as_of": DAY, **more})  # type: ignore[arg-type]
        row = hand_in(File(name, as_csv(rows)), given, self.clerk)
        assert not row.error, row.error
        assert confirm(row, self.clerk, sure=True)
        intake_job.take_in.call(row.pk)
        row.refresh_from_db()
        assert row.state == "done", row.error
        return row

    def everything(self) -> None:
        """All rosters, taken in."""
        for roster, rows in self.rows.items():
            self.hand_in(roster, rows)

    def run(self) -> LinkRun:
        """A run as the clerk begins it and the worker computes it."""
        run = publishing.begin(self.here.county, self.clerk)
        run_job.link.call(run.pk)
        run.refresh_from_db()
        assert run.state == "checked", run.error
        return run

    def publish(self, remark: str = "第一次关联。") -> LinkRun:
        """Linked and published by a second person."""
        return publishing.publish(self.run(), self.second, remark)

    def homes(self) -> dict[str, str]:
        """Where each row stands now: its own key → number of the establishment."""
        links = RecordLink.objects.filter(ended_at__isnull=True)
        rows = links.values_list("record__roster", "record__key", "establishment__number")
        return {f"{roster}/{key}": number for roster, key, number in rows}

    def standing(self) -> set[str]:
        """The numbers that stand."""
        return set(Establishment.objects.filter(ended_on=None).values_list("number", flat=True))


def census(operators: int = 60, seed: int = 3) -> Census:
    """A county with the rosters of six departments, none handed in yet."""
    here = county()
    found = Census(here)
    found.clerk = person(here.bureau, "statistics_officer", name="统计员")
    found.second = here.head
    for roster, code in KEEPERS.items():
        kind = {"health": "health", "agri": "agriculture", "taxelec": "finance"}[roster]
        found.agencies[roster] = Agency.objects.create(
            code=code, name=f"松原县{code}", kind=kind, place=here.county
        )
    made = rosters.county(operators, seed=seed)
    for row in zip(*(made.columns[name] for name in ("roster", *COLUMNS)), strict=True):
        found.rows.setdefault(row[0], []).append(dict(zip(COLUMNS, row[1:], strict=True)))
        found.agencies.setdefault(row[0], here.bureau)
    return found


def as_csv(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> bytes:
    """Rows as a department's csv."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([HEADERS[name] for name in columns])
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def edited(rows: Sequence[Row], share: float, seed: int = 1) -> list[Row]:
    """The rows shuffled, some of them with another telephone and a changed name."""
    rng = random.Random(seed)
    found = [dict(row) for row in rows]
    for row in rng.sample(found, int(len(found) * share)):
        row["phone"] = f"137{rng.randrange(10**8):08d}"
        row["name"] = f"{row['name']}店" if not row["name"].endswith("店") else row["name"][:-1]
    rng.shuffle(found)
    return found


def state() -> list[Any]:
    """Everything that stands: links, establishments, open blind spots."""
    links = RecordLink.objects.filter(ended_at=None).values_list("record", "establishment__number")
    houses = Establishment.objects.values_list("number", "name", "ended_on", "merged_into")
    spots = BlindSpot.objects.filter(ended_at=None).values_list("establishment__number", "flag")
    return [sorted(links), sorted(houses, key=str), sorted(spots)]


def decide(here: Census, one: str, two: str, answer: str, unlike: tuple[str, ...] = ()) -> None:
    CensusDecision.objects.create(
        place=here.here.county,
        one=one,
        two=two,
        unlike=list(unlike),
        answer=answer,
        run=LinkRun.objects.latest("pk"),
        by=here.second,
        at=timing.now(),
    )


def natural(link: RecordLink) -> str:
    record = link.record
    return f"{record.agency.code}/{record.roster}/{record.key}"


def matter(
    here: Census, at: Premises, kind: str = "rectification", by_operator: bool = False
) -> Matter:
    return Matter.objects.create(
        kind=kind,
        procedure_version="1",
        number=f"M{Matter.objects.count()}",
        title="x",
        phase="open",
        trigger_date=timing.today(),
        agency=here.here.bureau,
        place=here.here.village,
        opened_at=timing.now(),
        operator=at.operator if by_operator else None,
        premises=None if by_operator else at,
    )


def rows(*changes: dict[str, str]) -> list[Row]:
    """Good rows with their own numbers, each with something else about it."""
    return [GOOD | {"rid": str(n)} | change for n, change in enumerate(changes, 1)]


def book(*sheets: tuple[str, list[list[Any]]], merged: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for name, lines in sheets:
            sheet = made.add_worksheet(name)
            for n, line in enumerate(lines):
                sheet.write_row(n, 0, line)
            if merged:
                sheet.merge_range(merged, "x")
    return out.getvalue()


def looked(
    here: Census, content: bytes, name: str = "a.csv", roster: str = "market"
) -> RosterImport:
    """A file as the clerk handed it in."""
    return hand_in(File(name, content), Handed(here.agencies[roster], roster, DAY), here.clerk)
