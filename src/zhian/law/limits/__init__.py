"""The register of standards and the verdict on a result: pure, from texts to reasons.

`verdict` compares a result with a stated limit; `Register` finds the limit that a standard sets
for a food, an item and a day; `decide` does both and says which row decided, and why.
"""

from zhian.law.limits.comparing import (
    CANNOT_JUDGE,
    EXCEEDS,
    FULL,
    OUTCOMES,
    ROUNDED,
    WITHIN,
    Verdict,
    judge,
    verdict,
)

__all__ = [
    "CANNOT_JUDGE",
    "EXCEEDS",
    "FULL",
    "OUTCOMES",
    "ROUNDED",
    "WITHIN",
    "Verdict",
    "judge",
    "verdict",
]
