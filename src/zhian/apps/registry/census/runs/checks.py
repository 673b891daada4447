"""Whether a run may be believed: figures against bars, each with its verdict in words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Json = dict[str, Any]
FEW = 20  # a change among so few says nothing


@cache
def bars() -> Mapping[str, Json]:
    """The bars (bars.toml)."""
    folder = files("zhian.apps.registry.census.runs")
    return tomllib.loads(folder.joinpath("bars.toml").read_text(encoding="utf-8"))


def checked(manifest: Json, last: Json | None) -> list[Json]:
    """Every check with its number, its bar and whether it is met; None where there is nothing to
    measure. last: the manifest of the run that was published before."""
    values = dict(_values(manifest, last))
    return [_one(name, bar, values.get(name)) for name, bar in bars().items()]


def _one(name: str, bar: Json, value: float | None) -> Json:
    most, least = bar.get("most"), bar.get("least")
    met = value is None or ((most is None or value <= most) and (least is None or value >= least))
    return {
        "name": name,
        "zh": bar["zh"],
        "en": bar["en"],
        "value": value,
        "most": most,
        "least": least,
        "share": bool(bar.get("share")),
        "met": met,
    }


def _values(manifest: Json, last: Json | None) -> Iterator[tuple[str, float | None]]:
    counts, model = manifest["counts"], manifest["model"]
    records, before = counts["records"], counts["before"]
    yield "linked", counts["linked"] / records if records else None
    yield "largest", max((size for size, _n in counts["sizes"]), default=0)
    yield "merged", round(counts["merged"] / before, 4) if before else None
    yield "split", round(counts["split"] / before, 4) if before else None
    yield "flags", _largest_change(counts["flags"], last["counts"]["flags"]) if last else None
    yield "legal", counts["legal_touched"]
    yield "decisions", manifest["kept"]["broken"] + counts["contradictions"]
    yield "shrunk", _shrunk(manifest, last) if last else None
    calibration = model["calibration"]
    yield "calibration", round(calibration["error"], 4) if calibration else None


def _largest_change(now: Mapping[str, int], before: Mapping[str, int]) -> float:
    changes = [
        abs(now.get(flag, 0) - before.get(flag, 0)) / max(before.get(flag, 0), FEW)
        for flag in {*now, *before}
    ]
    return round(max(changes, default=0.0), 4)


def _shrunk(manifest: Json, last: Json) -> float:
    now, before = manifest["inputs"]["rosters"], last["inputs"]["rosters"]
    lost = [1 - now.get(name, 0) / rows for name, rows in before.items() if rows]
    return round(max([0.0, *lost]), 4)


def failed(manifest: Json) -> list[Json]:
    """The checks that were not met."""
    return [check for check in manifest.get("checks", []) if not check["met"]]
