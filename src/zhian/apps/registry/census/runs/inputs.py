"""What a run starts from: the rows that stand, the directory's own premises, what people decided,
and which establishment each row belonged to before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Max

from zhian.apps.registry.census.kinds import REGISTER
from zhian.apps.registry.census.runs import legal
from zhian.apps.registry.models import (
    CensusDecision,
    Establishment,
    LinkRun,
    RecordLink,
    RosterImport,
    SourceRecord,
)
from zhian.directory.models import Place, Premises

TEXTS = ("name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")
_TOWN, _VILLAGE = re.compile("[县区镇乡]|街道"), re.compile("村|社区|居委会")
UNDECIDED = ("unsure", "check", "decline")  # answers that bind no rows
LIVING = ("active", "paused")


@dataclass(slots=True)
class Inputs:
    """Rows of all rosters, then those of the directory. `pks`: of the record, or of the premises
    where `real` is false; `keys`: the rows' own keys (agency/roster/key); `before`: the number of
    the establishment; `standing`: what must neither be merged nor split."""

    place: Place
    columns: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in ("rid", "roster", *TEXTS)}
    )
    pks: list[int] = field(default_factory=list)
    real: list[bool] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    held: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.pks)

    @property
    def records(self) -> int:
        """How many rows come from rosters."""
        return sum(self.real)


def collect(county: Place) -> Inputs:
    """Everything that a run of this county starts from."""
    found = Inputs(county, held=legal.numbers(county))
    _records(found, _links(county))
    _register(found)
    return found


def _links(county: Place) -> Mapping[int, str]:
    rows = RecordLink.objects.filter(record__place=county, ended_at__isnull=True)
    return dict(rows.values_list("record_id", "establishment__number"))


def _records(found: Inputs, links: Mapping[int, str]) -> None:
    rows = SourceRecord.objects.filter(place=found.place, until__isnull=True).order_by("pk")
    names = ("pk", "agency__code", "roster", "key", *TEXTS)
    for pk, agency, roster, key, *texts in rows.values_list(*names).iterator(chunk_size=5_000):
        before = links.get(pk, "")
        _add(found, pk, f"{agency}/{roster}/{key}", roster, texts, before)
        found.real.append(True)
        found.standing.append(before if before in found.held else "")


def _add(found: Inputs, pk: int, key: str, roster: str, texts: Sequence[str], before: str) -> None:
    found.pks.append(pk)
    found.keys.append(key)
    found.before.append(before)
    found.columns["rid"].append(key)
    found.columns["roster"].append(roster)
    for name, text in zip(TEXTS, texts, strict=True):
        found.columns[name].append(text)


def _register(found: Inputs) -> None:
    """The directory's premises as one more roster, so that establishments find theirs.

    Its business types are finer than the rosters' trades; they say nothing for or against.
    """
    first, after = found.place.code_range
    rows = Premises.objects.filter(
        place__code__gte=first, place__code__lt=after, state__in=LIVING
    ).select_related("operator", "place__parent")
    linked = Establishment.objects.filter(premises__isnull=False, ended_on__isnull=True)
    numbers = dict(linked.values_list("premises_id", "number"))
    acted = legal.premises(found.place)
    for one in rows.order_by("pk").iterator(chunk_size=2_000):
        before = numbers.get(one.pk, "")
        texts = (one.name, one.operator.uscc or "", one.operator.head, one.operator.phone,
                 _address(one), "", "", "")  # fmt: skip
        _add(found, one.pk, f"{REGISTER}/{one.pk}", REGISTER, texts, before)
        found.real.append(False)
        held = before if before in found.held else ""
        found.standing.append(held or (f"P{one.pk}" if one.pk in acted and not before else ""))


def _address(one: Premises) -> str:
    """Its address, behind the town and the village where it names none itself."""
    village = one.place if one.place.level == "village" else None
    town = village.parent if village else one.place if one.place.level == "township" else None
    names = [town.name] if town and not _TOWN.search(one.address) else []
    names += [village.name] if village and not _VILLAGE.search(one.address) else []
    return "".join([*names, one.address])


def stamp(county: Place) -> dict[str, int]:
    """What a run rests on; a run whose stamp is no longer that of the county is outdated."""
    decided = CensusDecision.objects.filter(place=county).exclude(answer__in=UNDECIDED)
    imports = RosterImport.objects.filter(place=county, state__in=("done", "withdrawn"))
    return {
        "imports": imports.filter(state="done").count(),
        "withdrawn": imports.filter(state="withdrawn").count(),
        "records": SourceRecord.objects.filter(place=county, until__isnull=True).count(),
        "decision": decided.aggregate(n=Max("pk"))["n"] or 0,
        "published": LinkRun.objects.filter(place=county, state="published").count(),
    }
