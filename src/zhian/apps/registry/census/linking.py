"""From the rows of rosters to establishments, blind spots, and what a person should look at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from zhian.apps.registry.census.rosters import Rosters
from zhian.law.identifiers import is_uscc
from zhian.methods import estimates
from zhian.methods.linkage import confidence, flags, linker, records, review, suspects
from zhian.methods.linkage.model import Calibration

MOST_QUESTIONS = 1000
MOST_LISTS = 6
# what must be among the rosters before its absence from one of them means anything
NEEDS = {
    flags.UNREGISTERED: (("market",), ("sweep",)),
    flags.CANCELLED: (("market",), ("sweep",)),
    flags.UNLICENSED: (("foodlic",), ("sweep",)),
    flags.UNINSPECTED: (("market",), ("sweep", "health", "agri")),
}
Tell = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How to link: `bias` is added to all evidence."""

    bias: float = linker.BIAS


@dataclass(slots=True)
class Findings:
    """All that linking found; positions are those of the rows of `rosters`. `seconds` of processor
    time."""

    rosters: Rosters
    roster: Sequence[str]
    cluster: NDArray[np.int64]
    confidence: NDArray[np.float64]
    flags: list[flags.Flag]
    not_judged: list[str]
    conflicts: list[suspects.Conflict]
    questions: list[review.Question]
    unseen: estimates.Unseen | None
    lists: tuple[str, ...]
    why_no_estimate: str
    codes: Codes
    labelled: int
    calibration: Calibration | None
    pretrained: bool
    pairs: int
    seconds: float

    @property
    def establishments(self) -> int:
        """How many there are."""
        return len(np.unique(self.cluster))


@dataclass(frozen=True, slots=True)
class Codes:
    """Rows by what stands where the credit code belongs; `set_aside`: valid, but believed to be
    another's."""

    valid: int
    wrong: int
    old: int
    missing: int
    set_aside: int


# one code stands on several rosters
valid_code = lru_cache(maxsize=1 << 20)(is_uscc)


class _Watch:
    """Tells what each step took as it ends."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.since = tell, time.perf_counter()

    def done(self, zh: str, en: str) -> None:
        now = time.perf_counter()
        took, self.since = now - self.since, now
        self.tell(f"{zh}（{took:.1f} 秒）", f"{en} ({took:.1f} s)")


def link(
    rosters: Rosters, settings: Settings = Settings(), tell: Tell = lambda _zh, _en: None
) -> Findings:
    """Link the rows and judge what follows; tell hears about each step in both languages."""
    watch = _Watch(tell)
    read = _read(rosters)
    watch.done("解析名称、地址、代码", "parsed names, addresses and codes")
    found = linker.link(read, bias=settings.bias)
    count = len(np.unique(found.cluster))
    watch.done(f"关联：{count:,} 户", f"linked: {count:,} establishments")
    codes = linker.trusted(read, found.doubtful)
    sure = confidence.of_rows(found.pairs, found.log_odds, found.cluster, codes)
    blind, not_judged = _flags(read, found.cluster)
    at_odds = suspects.conflicts(read, found.pairs, found.log_odds, found.cluster)
    watch.done(f"盲区 {len(blind):,} 条", f"{len(blind):,} blind spots")
    asked = review.questions(
        read, found.pairs, found.log_odds, found.cluster, codes, most=MOST_QUESTIONS
    )
    asked = [question for question in asked if not set(question.changes) <= set(not_judged)]
    watch.done(f"待核问题 {len(asked):,} 个", f"{len(asked):,} questions")
    unseen, lists, why = _unseen(read, found.cluster)
    watch.done("估计未见户数", "estimated the unseen")
    return Findings(
        rosters=rosters,
        roster=read.roster,
        cluster=found.cluster,
        confidence=sure,
        flags=blind,
        not_judged=not_judged,
        conflicts=at_odds,
        questions=asked,
        unseen=unseen,
        lists=lists,
        why_no_estimate=why,
        codes=_codes(read, found.doubtful),
        labelled=found.labelled,
        calibration=found.calibration,
        pretrained=found.pretrained,
        pairs=len(found.pairs),
        seconds=time.process_time(),
    )


def _read(rosters: Rosters) -> records.Records:
    """The rows as linking reads them. Texts of the files are let go; what outputs need is kept."""
    read = records.read(rosters.columns, valid_code=valid_code)
    for name in ("owner", "phone", "licence", "status", "kind", "roster"):
        rosters.columns[name] = []
    return read


def _flags(read: records.Records, cluster: NDArray[np.int64]) -> tuple[list[flags.Flag], list[str]]:
    """The blind spots, and the kinds of them that the given rosters cannot tell."""
    there = set(read.roster)
    not_judged = [
        flag
        for flag, needs in NEEDS.items()
        if not all(any(roster in there for roster in any_of) for any_of in needs)
    ]
    found = [row for row in flags.flags(read, cluster) if row.flag not in not_judged]
    return found, not_judged


def _codes(read: records.Records, doubtful: NDArray[np.bool_]) -> Codes:
    valid, wrong, old = (sum(map(bool, column)) for column in (read.code, read.wrong, read.old))
    return Codes(valid, wrong, old, len(read) - valid - wrong - old, int(doubtful.sum()))


def _unseen(
    read: records.Records, cluster: NDArray[np.int64]
) -> tuple[estimates.Unseen | None, tuple[str, ...], str]:
    """How many operate and stand on no roster: rows whose registration or licence ended, and
    rosters beyond the six largest, do not count."""
    alive = flags.counted(read, cluster)
    counts = Counter(name for name, there in zip(read.roster, alive, strict=True) if there)
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:MOST_LISTS]
    lists = tuple(name for name, _count in ordered)
    place = {name: n for n, name in enumerate(lists)}
    on = np.zeros((len(cluster), len(lists)), dtype=bool)
    for row in np.flatnonzero(alive).tolist():
        if read.roster[row] in place:
            on[cluster[row], place[read.roster[row]]] = True
    try:
        found = estimates.unseen(estimates.patterns(on[on.any(axis=1)]))
    except estimates.TooFew as why:
        return None, lists, str(why)
    return found, lists, ""
