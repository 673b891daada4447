"""The tables as they stood on the eve of the planning day, indexed by premises code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from zhian.methods.targeting.history import (
    NEVER,
    UNKNOWN,
    Bools,
    Days,
    Floats,
    Inspections,
    Ints,
    Register,
)

YEAR = 365.25
FADES = 4.0  # years in which a visit loses two thirds of its weight
STEADY = 30.0  # visits before an inspector's own average is believed

Values = TypeVar("Values", Floats, Ints, Days)


@dataclass(frozen=True, slots=True)
class Known:
    """Everything of which the day lies before the planning day.

    By premises code: `row` of the register and `last` inspection (-1 where none), `visits`. By
    inspection: `age` in years, `fade`, `weight` (how much it could tell) and `surprise` (finding
    less expectation), the last two fading with age.
    """

    planned: np.datetime64
    past: Inspections
    register: Register
    row: Ints
    last: Ints
    visits: Ints
    age: Floats
    fade: Floats
    weight: Floats
    surprise: Floats

    @property
    def size(self) -> int:
        """One more than the highest premises code."""
        return len(self.row)

    def total(self, values: Floats) -> Floats:
        """What inspections add up to: (inspections,) to (premises codes,)."""
        summed = np.bincount(self.past.premises, values, minlength=self.size)
        return summed.astype(np.float64)

    def beyond(self, values: Floats) -> Floats:
        """What is beyond whoever went: (inspections,) less his own average."""
        return values - usual(self.past, values)

    def eve(self, used: Bools) -> Days:
        """The day of the newest inspection where it was used, as a comparison with all of them."""
        newest = self.past.day[-1] if len(self.past) else NEVER
        return np.where(used, newest, NEVER)


def known(register: Register, inspections: Inspections, planned: np.datetime64) -> Known:
    """The tables as they stood on the eve of a day."""
    past, entries = inspections.before(planned), register.as_of(planned)
    size = 1 + max(int(one.premises.max(initial=-1)) for one in (register, inspections))
    row, last = np.full(size, UNKNOWN), np.full(size, UNKNOWN)
    row[entries.premises] = np.arange(len(entries.premises))
    last[past.premises] = np.arange(len(past))
    age = (planned - past.day).astype(np.float64) / YEAR
    fade, found = np.exp(-age / FADES), past.found.astype(np.float64)
    chance = usual(past, found)
    return Known(
        planned,
        past,
        entries,
        row,
        last,
        np.bincount(past.premises, minlength=size),
        age,
        fade,
        fade * chance * (1 - chance),
        fade * (found - chance),
    )


def usual(past: Inspections, values: Floats) -> Floats:
    """What whoever made each inspection has on the average: (inspections,), drawn to the mean of
    all; where nobody is named, that mean."""
    mean = float(values.mean()) if len(past) else 0.0
    who = past.inspector + 1
    rate = np.bincount(who, values, minlength=1) + STEADY * mean
    rate /= np.bincount(who, minlength=1) + STEADY
    rate[0] = mean
    return np.asarray(rate[who], dtype=np.float64)


def pick(at: Ints, values: Values, otherwise: object) -> Values:
    """`values[at]`, or something else where `at` says unknown."""
    if not len(values):
        return np.full(len(at), otherwise, dtype=values.dtype)
    return np.where(at >= 0, values[at], np.asarray(otherwise, dtype=values.dtype))
