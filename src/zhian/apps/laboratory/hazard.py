"""Which failures may be a grave danger and must be reported at once (SAMPLE 28, 43 par. 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from zhian.directory import office_law
from zhian.law import limits

SETTING = "sampling.serious_hazard"
TIMES = "×"


class Failed(Protocol):
    """One failed item: its name, and the limit it was held against."""

    item: str
    limit: str

    @property
    def verdict(self) -> limits.Verdict:
        """What a comparison of result and limit says."""
        ...


def serious(results: Iterable[Failed], entries: Sequence[str]) -> tuple[str, ...]:
    """The entries of the setting that hold for a sample, in the order of its results.

    An entry is a word in the item or its limit (沙门氏菌, 不得使用); with a number behind it
    (镉×5, or ×10 for any item) the result must be so many times its limit.
    """
    return tuple(dict.fromkeys(e for r in results for e in _holding(r, entries)))


def words() -> tuple[str, ...]:
    """What this office takes for grave: its lawyer's list, else the default."""
    value = office_law.reckoner().settings.value(SETTING)
    return value if isinstance(value, tuple) else ()


def _holding(result: Failed, entries: Sequence[str]) -> Iterator[str]:
    for entry in entries:
        word, _, number = entry.partition(TIMES)
        named = word.strip() in result.item or word.strip() in result.limit
        if named and (not number or _at_least(result, number)):
            yield entry


def _at_least(result: Failed, number: str) -> bool:
    times = result.verdict.times
    return times is not None and number.strip().isdigit() and times >= int(number)
