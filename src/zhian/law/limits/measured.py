"""A laboratory's result with what the report says beside it: LOD, LOQ, sums, impossible values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from zhian.law.limit_texts import Bounds, Limit, Quantity, Result, read_limit, read_result
from zhian.law.limits.errors import ImpossibleValue, LimitsError
from zhian.law.quantities import UNIT, ZERO, Interval, Unit, unit_of

NEGATIVE = re.compile(r"^\s*[-−–﹣－]\s*\d")
PLUS = re.compile(r"(?<![\^⁺])\s*[+＋]\s*(?=[\d<＜未])")
PLAIN = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z%/μ]+)", re.ASCII)
PARTS = {"mass/mass"}
HUNDRED = Decimal(100)

limit_of = lru_cache(maxsize=1 << 12)(read_limit)


class TwoUnits(LimitsError):
    """Values that measure different things cannot be added."""


@lru_cache(maxsize=1 << 14)
def result_of(text: str, lod: str = "", loq: str = "") -> Result:
    """The result of a text, with a detection limit given elsewhere in the report.

    Several components are added where the text joins them with +. Raises Unreadable for a text
    that is no result, ImpossibleValue for what no sample can hold.
    """
    if NEGATIVE.match(text):
        raise ImpossibleValue(
            f"检验结果“{text}”小于零，请核对", f"The result “{text}” is below zero; check it"
        )
    result = _plain(text) or _read(text)
    floor = lod or loq
    if floor and any(not value.found for value in result.values):
        result = _with_floor(result, floor)
    for value in result.values:
        _possible(value, text)
    return result


def _plain(text: str) -> Result | None:
    """A bare number with its unit, as nearly all results are; None for whatever else."""
    found = PLAIN.fullmatch(text)
    unit = _unit_of(found[2]) if found else None
    if found is None or unit is None:
        return None
    return Result((Quantity(Interval.exactly(Decimal(found[1])), unit),))


@lru_cache(maxsize=1 << 8)
def _unit_of(text: str) -> Unit | None:
    """The unit that a text is and nothing else; each is read once."""
    found = UNIT.fullmatch(text)
    return unit_of(found) if found else None


def _read(text: str) -> Result:
    parts = PLUS.split(text)
    return read_result(text) if len(parts) == 1 else added(map(read_result, parts))


def _with_floor(result: Result, floor: str) -> Result:
    """未检出 is below the detection limit, in the unit of that limit."""
    (known,) = read_result(floor).values[:1]
    high = known.interval.high
    values = tuple(
        replace(v, interval=Interval(ZERO, high, high_open=True), unit=known.unit or v.unit)
        if not v.found and v.interval.high is None
        else v
        for v in result.values
    )
    return replace(result, values=values)


def _possible(value: Quantity, text: str) -> None:
    """No sample holds more of a thing than its own weight."""
    low, unit = value.interval.low, value.unit
    if low is None or unit is None or not value.numeric:
        return
    share = low * unit.factor if unit.dimension in PARTS else low / HUNDRED if _percent(unit) else 0
    if share > 1:
        raise ImpossibleValue(
            f"检验结果“{text}”超过样品本身的质量，请核对数值和单位",
            f"The result “{text}” is more than the sample itself; check value and unit",
        )


def _percent(unit: Unit) -> bool:
    return unit.dimension in ("per cent", "alcohol by volume")


def added(results: Iterable[Result]) -> Result:
    """The sum of components (PCBs, sulfonamides): what was not found counts from 0 to its LOD.

    Raises TwoUnits where the components are not in units of one kind. A component without a unit
    takes that of the others; one not found without an LOD counts as nothing.
    """
    values = [value for result in results for value in result.values]
    units = [v.unit for v in values if v.unit is not None]
    unit = units[-1] if units else None
    low = high = ZERO
    for value in values:
        part = _in_unit(value, unit)
        low += part.low or ZERO
        high += part.high if part.high is not None else ZERO
    found = any(value.found for value in values)
    exact = low == high
    return Result((Quantity(Interval(low, high, high_open=not exact), unit, found),))


def _in_unit(value: Quantity, unit: Unit | None) -> Interval:
    if value.unit is None or unit is None or value.unit == unit:
        return value.interval
    if value.unit.dimension != unit.dimension:
        raise TwoUnits(
            f"各组分的单位（{value.unit}、{unit}）不能相加",
            f"Components in {value.unit} and {unit} cannot be added",
        )
    return value.interval.times(value.unit.factor / unit.factor)


def scaled(limit: Limit, factor: Decimal) -> Limit:
    """A limit as it holds for a dried or concentrated food (GB 2762 3.5) or a drink's powder."""
    if not isinstance(limit, Bounds):
        return limit
    return replace(limit, interval=limit.interval.times(factor))
