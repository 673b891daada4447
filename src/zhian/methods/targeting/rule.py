"""Whom to inspect first where too little is known to learn from: a rule that fits on a notice.

First those whose last inspection had a critical finding, then all others; within both, whoever was
not inspected for longest. Never inspected counts as longest of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhian.methods.targeting.asof import known
from zhian.methods.targeting.history import NEVER, Bools, Days, Floats, Inspections, Ints, Register

LONGEST = 36_500.0  # days; longer than any record


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rule looks at: `last` inspection (NaT where never) and whether it `found`."""

    last: Days
    found: Bools
    days: Floats


def standing(
    register: Register, inspections: Inspections, premises: Ints, planned: np.datetime64
) -> Standing:
    """How some premises (codes) stand on the eve of the planning day."""
    facts = known(register, inspections, planned)
    at = facts.last[premises]
    seen = at >= 0
    last = np.full(len(premises), NEVER)
    last[seen] = facts.past.day[at[seen]]
    found = np.zeros(len(premises), dtype=bool)
    found[seen] = facts.past.found[at[seen]]
    days = np.full(len(premises), LONGEST)
    days[seen] = (planned - last[seen]).astype(np.float64)
    return Standing(last, found, days)


def score(stands: Standing) -> Floats:
    """The higher, the earlier: (premises,); no chance, an order only."""
    return stands.found * (2 * LONGEST) + stands.days
