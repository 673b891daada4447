"""Measured quantities: units that can be converted, and values known only within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

ZERO = Decimal(0)
ONE = Decimal(1)

# Each symbol: its dimension and how many of the dimension's base it holds.
_PARTS: dict[str, tuple[str, str]] = {
    "kg": ("mass", "1000"), "g": ("mass", "1"), "mg": ("mass", "0.001"),
    "μg": ("mass", "0.000001"), "ng": ("mass", "0.000000001"), "pg": ("mass", "0.000000000001"),
    "L": ("volume", "1000"), "dL": ("volume", "100"), "mL": ("volume", "1"),
    "μL": ("volume", "0.001"), "m³": ("volume", "1000000"), "cm³": ("volume", "1"),
    "cm²": ("area", "1"), "dm²": ("area", "100"), "m²": ("area", "10000"),
    "cm": ("length", "1"),
    "mol": ("substance", "1"), "mmol": ("substance", "0.001"), "μmol": ("substance", "0.000001"),
    "meq": ("equivalent", "1"), "CFU": ("colonies", "1"), "MPN": ("probable number", "1"),
    "个": ("pieces", "1"), "Bq": ("activity", "1"), "μS": ("conductance", "1"),
    "mS": ("conductance", "1000"), "IU": ("international units", "1"), "kJ": ("energy", "1"),
    "日": ("days", "1"), "份": ("portions", "1"),
}  # fmt: skip
_ALONE = {
    "%vol": "alcohol by volume", "%": "per cent", "‰": "per mille", "倍": "volumes",
    "℃": "temperature", "°": "degrees", "度": "degrees", "NTU": "turbidity",
}  # fmt: skip
_SPELLINGS = {
    "cfu": "CFU", "mpn": "MPN", "ug": "μg", "mcg": "μg", "us": "μS", "ms": "mS", "iu": "IU",
    "bq": "Bq", "kj": "kJ", "l": "L", "ml": "mL", "dl": "dL", "ul": "μL", "μl": "μL", "μs": "μS",
    "cm2": "cm²", "dm2": "dm²", "m2": "m²", "cm3": "cm³", "m3": "m³", "平方厘米": "cm²",
    "每日": "日", "每天": "日", "天": "日", "d": "日", "day": "日", "㎎": "mg", "㎏": "kg",
    "㎍": "μg", "㎖": "mL", "㎡": "m²", "㎠": "cm²", "% vol": "%vol", "%(vol)": "%vol",
    "°c": "℃", "克": "g", "毫克": "mg", "微克": "μg", "千克": "kg", "升": "L", "毫升": "mL",
}  # fmt: skip


def _alternatives(symbols: set[str]) -> str:
    return "|".join(re.escape(s) for s in sorted(symbols, key=len, reverse=True))


_DIVIDES = {"mass", "volume", "area", "length", "days", "portions", "energy"}


def _spellings_of(symbols: set[str]) -> set[str]:
    return {*symbols, *(s for s, full in _SPELLINGS.items() if full in symbols)}


_PART = _alternatives(_spellings_of(set(_PARTS)))
_BELOW = _alternatives(_spellings_of({s for s, (what, _) in _PARTS.items() if what in _DIVIDES}))
_SINGLE = _alternatives(_spellings_of(set(_ALONE)))
_PER = rf"/\s*(?P<amount>\d+(?:\.\d+)?)?\s*(?P<below>{_BELOW})(?![a-zA-Z])"
UNIT = re.compile(
    rf"(?P<alone>{_SINGLE})|(?P<above>{_PART})(?![a-zA-Z])\s*(?:{_PER})?"
    rf"|{_PER.replace('amount', 'amount_only').replace('below', 'below_only')}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit such as mg/kg or CFU/250mL: what it measures, and its size in the base unit."""

    symbol: str
    dimension: str
    factor: Decimal

    def __str__(self) -> str:
        return self.symbol


def unit_of(found: re.Match[str]) -> Unit:
    """The unit of a match of UNIT, written the usual way (ug → μg, ml → mL)."""
    alone, above = found["alone"], found["above"]
    if alone:
        symbol = _spelt(alone)
        return Unit(symbol, _ALONE[symbol], ONE)
    below = found["below"] or found["below_only"]
    amount = found["amount"] or found["amount_only"] or ""
    return _composed(_spelt(above) if above else "", amount, _spelt(below) if below else "")


@cache
def _composed(above: str, amount: str, below: str) -> Unit:
    up, size = _part(above)
    if not below:
        return Unit(above, up, size)
    down, share = _part(below)
    return Unit(f"{above}/{amount}{below}", f"{up}/{down}", size / (share * Decimal(amount or 1)))


def _part(symbol: str) -> tuple[str, Decimal]:
    if not symbol:
        return "", ONE
    dimension, factor = _PARTS[symbol]
    return dimension, Decimal(factor)


def _spelt(symbol: str) -> str:
    if symbol in _PARTS or symbol in _ALONE:
        return symbol
    low = symbol.lower()
    fitting = (s for s in (*_PARTS, *_ALONE) if s.lower() == low)
    return _SPELLINGS.get(low) or next(fitting)


@dataclass(frozen=True, slots=True)
class Interval:
    """All that is known of a value: at least `low`, at most `high`; None is no bound.

    An open end does not include its bound: `<10` is 0 to 10 with 10 left out.
    """

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.low} > {self.high}")

    @classmethod
    def exactly(cls, value: Decimal) -> Interval:
        """One value."""
        return cls(value, value)

    def above(self, bound: Decimal) -> bool:
        """Whether every value it may hold is greater than the bound."""
        if self.low is None:
            return False
        return self.low > bound or (self.low == bound and self.low_open)

    def below(self, bound: Decimal) -> bool:
        """Whether every value it may hold is smaller than the bound."""
        if self.high is None:
            return False
        return self.high < bound or (self.high == bound and self.high_open)

    def beyond(self, other: Interval) -> bool:
        """Whether no value it may hold lies within the other interval."""
        return self._over(other) or self._under(other)

    def _over(self, other: Interval) -> bool:
        if other.high is None:
            return False
        return self.above(other.high) or (other.high_open and self.low == other.high)

    def _under(self, other: Interval) -> bool:
        if other.low is None:
            return False
        return self.below(other.low) or (other.low_open and self.high == other.low)

    def inside(self, other: Interval) -> bool:
        """Whether every value it may hold lies within the other interval."""
        return self._keeps_high(other) and self._keeps_low(other)

    def _keeps_high(self, other: Interval) -> bool:
        if other.high is None:
            return True
        if self.high is None:
            return False
        allowed = self.high_open or not other.high_open
        return self.high < other.high or (self.high == other.high and allowed)

    def _keeps_low(self, other: Interval) -> bool:
        if other.low is None:
            return True
        if self.low is None:
            return False
        allowed = self.low_open or not other.low_open
        return self.low > other.low or (self.low == other.low and allowed)

    def times(self, factor: Decimal) -> Interval:
        """The same bounds in another unit."""
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Interval(low, high, self.low_open, self.high_open)


def shown(value: Decimal) -> str:
    """A number as people write it: without exponent, with the digits that were measured."""
    return f"{value:f}"
