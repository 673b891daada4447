"""A published run becomes the register: links, establishments, blind spots, questions; in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhian.apps.registry.census.runs import legal
from zhian.apps.registry.census.runs.result import Result
from zhian.apps.registry.models import (
    BlindSpot,
    CensusConflict,
    CensusQuestion,
    Establishment,
    LinkRun,
    RecordLink,
    UnseenEstimate,
)
from zhian.desk import timing

BATCH = 2_000
CHUNK = 500
DESCRIBED = ("name", "address", "kind", "uscc", "rosters", "place_id", "premises_id", "ended_on")


@dataclass(slots=True)
class Writing:
    """One result being written; `ids`: number → primary key of the establishment."""

    run: LinkRun
    found: Result
    now: datetime = field(default_factory=timing.now)
    ids: dict[str, int] = field(default_factory=dict)

    def everything(self) -> None:
        """All of it; the caller's transaction holds it together."""
        self._establishments()
        self._ended()
        self._links()
        self._blind_spots()
        self._questions()
        self._estimates()

    # --- establishments

    def _establishments(self) -> None:
        """New ones are made, known ones follow their rows; one on which a legal act rests keeps its
        name, address and premises."""
        held = legal.numbers(self.run.place)
        known = {one.number: one for one in self._standing()}
        fresh, changed = [], []
        for row in self.found.establishments:
            one = known.get(row["number"])
            if one is None:
                fresh.append(self._made(row))
            elif _differs(one, row, row["number"] in held):
                changed.append(one)
        for part in _parts(changed, CHUNK):
            Establishment.objects.bulk_update(
                part, [name.removesuffix("_id") for name in DESCRIBED]
            )
        made = Establishment.objects.bulk_create(fresh, batch_size=BATCH)
        self.ids = {one.number: one.pk for one in (*known.values(), *made)}
        self._split()

    def _standing(self) -> Iterable[Establishment]:
        return Establishment.objects.filter(number__startswith=f"E{self.run.place.prefix}")

    def _made(self, row: Mapping[str, Any]) -> Establishment:
        return Establishment(number=row["number"], made_by=self.run, **_described(row))

    def _split(self) -> None:
        for new, old in self.found.splits.items():
            if new in self.ids and old in self.ids:
                one = Establishment.objects.filter(pk=self.ids[new])
                one.update(split_from=self.ids[old])

    def _ended(self) -> None:
        """Those that went into others lead there; those without any row have ended."""
        day = timing.today()
        for old, now in self.found.redirects.items():
            if old in self.ids:
                gone = Establishment.objects.filter(pk=self.ids[old])
                gone.update(merged_into=self.ids[now], ended_on=day, premises=None)
        for part in _parts(self.found.ended, CHUNK):
            Establishment.objects.filter(number__in=part).update(ended_on=day)

    # --- links

    def _links(self) -> None:
        """What stays the same stays; what differs ends and begins; what was provisional holds."""
        open_links = RecordLink.objects.filter(record__place=self.run.place, ended_at__isnull=True)
        rows = open_links.values_list("record_id", "pk", "establishment_id", "provisional")
        stands = {record: (pk, home, draft) for record, pk, home, draft in rows.iterator()}
        ends, confirmed, fresh = [], [], []
        for pk, number, sure in zip(
            self.found.pks, self.found.numbers, self.found.confidence, strict=True
        ):
            link, home, draft = stands.pop(pk, (0, 0, False))
            if home == self.ids[number]:
                confirmed += [link] if draft else []
                continue
            ends += [link] if link else []
            fresh.append(self._link(pk, number, sure))
        ends += [link for link, _home, _draft in stands.values()]
        self._end(ends)
        for part in _parts(confirmed, CHUNK):
            RecordLink.objects.filter(pk__in=part).update(provisional=False, run=self.run)
        RecordLink.objects.bulk_create(fresh, batch_size=BATCH)

    def _link(self, record: int, number: str, sure: float) -> RecordLink:
        return RecordLink(
            record_id=record,
            establishment_id=self.ids[number],
            run=self.run,
            confidence=sure,
        )

    def _end(self, links: Sequence[int]) -> None:
        for part in _parts(links, CHUNK):
            rows = RecordLink.objects.filter(pk__in=part)
            rows.update(ended_at=self.now, until_run=self.run)

    # --- what people look at

    def _blind_spots(self) -> None:
        """Open ones that the rows still tell stay; others end. What was answered on the ground does
        not come back while its rows say the same."""
        open_spots = {
            (one.establishment_id, one.flag): one
            for one in BlindSpot.objects.filter(self._here(), ended_at__isnull=True)
        }
        answered = set(
            BlindSpot.objects.filter(
                self._here(), matter__isnull=False, until_run__isnull=True, ended_at__isnull=False
            ).values_list("establishment_id", "flag")
        )
        places = {one["number"]: one["place"] for one in self.found.establishments}
        matters = self._matters_of_merged(open_spots)
        fresh = []
        for number, flag, record in self.found.flags:
            at = (self.ids[number], flag)
            if open_spots.pop(at, None) is None and at not in answered:
                fresh.append(
                    BlindSpot(
                        establishment_id=at[0],
                        flag=flag,
                        record_id=record,
                        place_id=places[number],
                        since_run=self.run,
                        matter_id=matters.get(at),
                    )
                )
        for part in _parts([one.pk for one in open_spots.values()], CHUNK):
            gone = BlindSpot.objects.filter(pk__in=part)
            gone.update(ended_at=self.now, until_run=self.run)
        BlindSpot.objects.bulk_create(fresh, batch_size=BATCH)

    def _here(self) -> Any:
        from django.db.models import Q

        return Q(establishment__number__startswith=f"E{self.run.place.prefix}")

    def _matters_of_merged(
        self, open_spots: Mapping[tuple[int, str], BlindSpot]
    ) -> dict[tuple[int, str], int]:
        """A check that is under way goes on with the establishment that took the other in."""
        number_of = {pk: number for number, pk in self.ids.items()}
        found = {}
        for (home, flag), spot in open_spots.items():
            now = self.found.redirects.get(number_of.get(home, ""))
            if spot.matter_id and now:
                found[self.ids[now], flag] = spot.matter_id
        return found

    def _questions(self) -> None:
        here = {"run__place": self.run.place, "state": "open"}
        CensusQuestion.objects.filter(**here).update(state="passed")
        CensusConflict.objects.filter(**here).update(state="passed")
        rows = [("review", row) for row in self.found.questions]
        rows += [("audit", row) for row in self.found.audit]
        CensusQuestion.objects.bulk_create(
            (
                CensusQuestion(
                    run=self.run,
                    purpose=purpose,
                    record_id=row["record"],
                    choices=row["choices"],
                    changes=row["changes"],
                    worth=row["worth"],
                )
                for purpose, row in rows
            ),
            batch_size=BATCH,
        )
        CensusConflict.objects.bulk_create(
            (
                CensusConflict(run=self.run, kind=kind, records=list(records), weight=weight)
                for kind, records, weight in self.found.conflicts
            ),
            batch_size=BATCH,
        )

    def _estimates(self) -> None:
        rows = (
            UnseenEstimate(
                run=self.run,
                place_id=row["place"],
                kind=row["kind"],
                lists=row["lists"],
                seen=row["seen"],
                unseen=row.get("unseen"),
                low=row.get("low"),
                high=row.get("high"),
                lower_bound=row.get("lower_bound"),
                range_only=row.get("range_only", False),
                bound=row.get("bound", []),
                chapman=row.get("chapman"),
                why=row.get("why", {}),
            )
            for row in self.found.unseen
        )
        UnseenEstimate.objects.bulk_create(rows, batch_size=BATCH)


def _described(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {"place_id": "place", "premises_id": "premises"}
    return {name: None if name == "ended_on" else row[names.get(name, name)] for name in DESCRIBED}


def _differs(one: Establishment, row: Mapping[str, Any], held: bool) -> bool:
    """Bring an establishment up to its rows; whether anything changed."""
    wanted = _described(row)
    wanted["premises_id"] = wanted["premises_id"] or one.premises_id
    if held:
        wanted = {"rosters": wanted["rosters"]}
    changed = {name: value for name, value in wanted.items() if getattr(one, name) != value}
    for name, value in changed.items():
        setattr(one, name, value)
    return bool(changed)


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
