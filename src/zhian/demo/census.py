"""The census of the demonstration county: six departments write down the county's own shops, and
some that the directory does not know; handed in, linked and published as people do it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from django.utils import timezone

from zhian.apps.registry.census.columns import TITLES
from zhian.apps.registry.census.intake import job as intake
from zhian.apps.registry.census.intake.preparing import Handed, confirm, hand_in
from zhian.apps.registry.census.intake.reading import ROW_FIELDS, File
from zhian.apps.registry.census.kinds import roster_words
from zhian.apps.registry.census.runs import job as runs, publishing
from zhian.demo.county import County
from zhian.demo.roster_clerks import ROSTERS, Clerks
from zhian.demo.roster_shops import FOOD, Shop, Shops
from zhian.demo.roster_words import STYLES, Style
from zhian.desk import timing
from zhian.directory.models import Agency, Appointment, Premises
from zhian.law.words import Words

SEED = 20261111
KNOWN, STRANGERS = 640, 110  # shops of the directory, and others
KEEPERS = {"health": "health", "agri": "agriculture", "taxelec": "finance"}
TRADES = {
    "food_production": "mill", "food_workshop": "workshop", "food_sale": "grocery",
    "catering": "catering", "school_canteen": "inst", "stall": "catering", "market": "vegmeat",
    "drug_retail": "drug", "drug_use": "drug", "industrial_product": "product",
    "farm_crop": "coop", "farm_livestock": "breed",
}  # fmt: skip
FORMS = {"company": "公司", "cooperative": "合作社"}
DONE = Words(
    "普查：{rows} 行名册关联为 {found} 户，待核问题 {asked} 个",
    "Census: {rows} rows are {found} establishments, with {asked} questions waiting",
)
_GROUP = re.compile(r"(\d+)组")


@dataclass(slots=True)
class _Writer:
    """Makes the rosters of the county from its own premises."""

    here: County
    random: Random
    style: Style

    def shops(self) -> list[Shop]:
        """Shops of the directory as the street knows them, and strangers among them."""
        sample = self.random.sample(self.here.premises, min(KNOWN, len(self.here.premises)))
        makers = Shops(self.random, self.style, KNOWN)
        strangers = makers.make(STRANGERS)
        known = [self._shop(n, one, makers) for n, one in enumerate(sample)]
        found = [*known, *strangers]
        self.random.shuffle(found)
        return found

    def _shop(self, number: int, one: Premises, makers: Shops) -> Shop:
        rng, operator = self.random, one.operator
        kind, town = TRADES[one.business_type], one.place.parent
        group = _GROUP.search(one.address)
        ended = bool(operator.uscc) and rng.random() < 0.04
        registered = bool(operator.uscc)
        base = makers.make(1)[0]
        return replace(
            base,
            number=number,
            kind=kind,
            form=FORMS.get(operator.kind, "个体"),
            owner=operator.head,
            brand=one.name.removeprefix(town.name if town else ""),
            trade="",
            town=town.name if town else "",
            village=one.place.name,
            hamlet="",
            group=int(group[1]) if group else 1,
            road="",
            phone=operator.phone,
            agent="",
            code=operator.uscc or "",
            registered=registered,
            ended=ended,
            operating=rng.random() < (0.3 if ended else 0.96),
            licensed=kind in FOOD and registered and not ended and rng.random() < 0.9,
        )

    def rosters(self) -> dict[str, list[dict[str, str]]]:
        """The rows of each department, with its own number of each."""
        clerks = Clerks(self.random, self.style, 1.0, Shops(self.random, self.style))
        found: dict[str, list[dict[str, str]]] = {name: [] for name in ROSTERS}
        for shop in self.shops():
            for row in clerks.rows(shop):
                mine = found[row["roster"]]
                mine.append({**row, "rid": f"{row['roster'].upper()}-{len(mine) + 1:05d}"})
        return found


def _style(here: County) -> Style:
    """The ways of the north, in the towns and villages of this county."""
    towns = tuple(town.name for town in here.towns)
    villages = {
        town.name: tuple(village.name for village in here.villages[number])
        for number, town in enumerate(here.towns, 1)
    }
    return replace(
        STYLES["north"],
        code=here.place.code[:6],
        above=("", ""),
        county=here.place.name,
        towns=towns,
        villages=villages,
        old_villages={},
    )


def take_in(here: County, now: datetime) -> Words:
    """Six rosters handed in, linked by the clerk and published by the head; says what came of
    it."""
    writer = _Writer(here, Random(SEED), _style(here))
    with timing.recorded_at(now):
        rows = writer.rosters()
        for roster, lines in rows.items():
            _hand_in(here, roster, lines, now)
        run = publishing.begin(here.place, here.one("statistics_officer"))
        runs.link.call(run.pk)
        run.refresh_from_db()
        publishing.publish(run, here.one("bureau_head"), "首次普查，核对无误。")
    counts = run.manifest["counts"]
    return DONE.format(
        rows=counts["records"], found=counts["establishments"], asked=counts["questions"]
    )


def _hand_in(here: County, roster: str, lines: Sequence[dict[str, str]], now: datetime) -> None:
    agency = here.agencies.get(KEEPERS.get(roster, ""), here.bureau)
    by = _clerk(here, agency)
    day = timezone.localtime(now).date()
    name = f"{roster_words(roster).zh}{day:%Y%m}.csv"
    row = hand_in(File(name, _csv(lines)), Handed(agency, roster, day), by)
    confirm(row, by)
    intake.take_in.call(row.pk)


def _clerk(here: County, agency: Agency) -> Appointment:
    """The department's own officer; the regulator's census clerk for its own rosters."""
    officers: Iterator[Appointment] = iter(here.people["department_officer"])
    own = next((one for one in officers if one.post.agency_id == agency.pk), None)
    return own or here.one("statistics_officer")


def _csv(lines: Sequence[dict[str, str]]) -> bytes:
    """As a department sends it: its own headers, and only the columns that it keeps."""
    kept = [name for name in ROW_FIELDS if name == "rid" or any(row[name] for row in lines)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["记录编号" if name == "rid" else TITLES[name].zh for name in kept])
    writer.writerows([row[name] for name in kept] for row in lines)
    return text.getvalue().encode("utf-8-sig")
