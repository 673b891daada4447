"""Rounding by GB/T 8170-2008: half to even, once, to a place, half a place or a fifth of one."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from zhian.law.quantities import Interval


def rounded(value: Decimal, place: Decimal) -> Decimal:
    """A value rounded to a multiple of ten's power (GB/T 8170 3.2: 四舍六入五成双).

    `place` is the last place kept, such as 0.1 or 100. Only the measured digits are looked at,
    in one step (3.3: 不允许连续修约).
    """
    return (value / place).quantize(Decimal(1), ROUND_HALF_EVEN) * place


def rounded_half(value: Decimal, place: Decimal) -> Decimal:
    """To half a place: twice the value is rounded, then halved (GB/T 8170 3.4.1)."""
    return rounded(value * 2, place) / 2


def rounded_fifth(value: Decimal, place: Decimal) -> Decimal:
    """To a fifth of a place: five times the value is rounded, then divided (GB/T 8170 3.4.2)."""
    return rounded(value * 5, place) / 5


def place_of(bound: Decimal) -> Decimal:
    """The last place that a limit is written with: 0.1 of 0.2, 1 of 100."""
    exponent = bound.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(min(exponent, 0))


def rounded_like(known: Interval, limit: Interval) -> Interval:
    """A measured value rounded to the place of the limit (4.3.3); a range stays as it is."""
    value, bound = known.low, limit.high if limit.high is not None else limit.low
    if value is None or value != known.high or bound is None:
        return known
    return Interval.exactly(rounded(value, place_of(bound)))
