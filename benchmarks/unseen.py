"""How many nobody has on a list: does the 95 % interval hold the truth?

    ZHIAN_REFERENCE=… python benchmarks/unseen.py [quick | SCENARIO …]

Two hundred simulated counties for each way in which lists can depend on one another: 300 to 30,000
establishments, three to six lists that together have 40 to 98 % of them. Chapman's figure of the
two largest lists stands beside. Then the fictitious rosters of `zhian.demo.rosters`, whose shops on
no list are known, and the rosters of the reference folder.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from zhian.apps.registry.census.linking import valid_code
from zhian.demo import roster_strangers
from zhian.demo.rosters import COLUMNS, ROSTERS, Roster, county
from zhian.methods import estimates
from zhian.methods.linkage import flags, records

COUNTIES, FEW = 200, 40
COVERS, BELOW, SECONDS = 0.90, 0.90, 1.0
LEAST, MOST = 0.40, 0.98  # the share of a county that is on some list
OFF = 0.01  # what the total may be off by, where lists keep shops that closed
FILE, ENTITIES = "census/rosters_20k_seed1.parquet", 20_000
LISTS = {"all": (0, 1, 2, 3, 4, 5), "market tax sweep": (0, 1, 2)}
Rng = np.random.Generator
Lists = NDArray[np.bool_]
Floats = NDArray[np.float64]


def _chance(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance


def _starts(rng: Rng, k: int) -> Floats:
    """How visible the lists are on the whole, as log-odds: from one in ten to three in four."""
    return rng.uniform(-2.2, 1.1, k)


def _drawn(rng: Rng, odds: Floats) -> Lists:
    on: Lists = rng.random(odds.shape) < _chance(odds)
    return on


def independent(rng: Rng, size: int, k: int) -> Lists:
    """Every list has its share of all alike."""
    return _drawn(rng, np.broadcast_to(_starts(rng, k), (size, k)))


def _paired(rng: Rng, odds: Floats, low: float, high: float) -> Lists:
    """Lists that follow one another: one to k − 1 pairs, each by log-odds between low and high."""
    size, k = odds.shape
    on = np.zeros((size, k), dtype=bool)
    follows = {b: int(rng.integers(b)) for b in range(1, k) if rng.random() < 0.6}
    follows = follows or {k - 1: 0}
    for b in range(k):
        more = np.zeros(size)
        if b in follows:
            more = rng.uniform(low, high) * (on[:, follows[b]] - 0.5)
        on[:, b] = rng.random(size) < _chance(odds[:, b] + more)
    return on


def bound(rng: Rng, size: int, k: int) -> Lists:
    """Who is on one list is likelier on another: a licence brings an inspection."""
    return _paired(rng, np.broadcast_to(_starts(rng, k), (size, k)), 0.3, 2.0)


def apart(rng: Rng, size: int, k: int) -> Lists:
    """Who is on one list is less likely on another: departments share the work out."""
    return _paired(rng, np.broadcast_to(_starts(rng, k), (size, k)), -1.5, -0.3)


def either(rng: Rng, size: int, k: int) -> Lists:
    """Some pairs bound, some apart."""
    return _paired(rng, np.broadcast_to(_starts(rng, k), (size, k)), -1.2, 1.8)


def two_classes(rng: Rng, size: int, k: int) -> Lists:
    """Registered shops that all lists see, and backyards that hardly any sees."""
    seen, hidden = rng.uniform(0.35, 0.9, k), rng.uniform(0.05, 0.3, k)
    back = rng.random(size) < rng.uniform(0.1, 0.5)
    return rng.random((size, k)) < np.where(back[:, None], hidden, seen)


def three_classes(rng: Rng, size: int, k: int) -> Lists:
    """Shops, stalls and backyards, each with chances of their own on every list."""
    chances = np.array([rng.uniform(0.5, 0.95, k), rng.uniform(0.2, 0.6, k),
                        rng.uniform(0.05, 0.25, k)])  # fmt: skip
    kind = rng.choice(3, size, p=rng.dirichlet([3, 2, 1.5]))
    return rng.random((size, k)) < chances[kind]


def crossed_classes(rng: Rng, size: int, k: int) -> Lists:
    """Kinds of business, each known to its own department: farms to one, kitchens to another."""
    kinds = int(rng.integers(2, 5))
    chances = rng.beta(1.2, 1.8, (kinds, k))
    kind = rng.choice(kinds, size, p=rng.dirichlet([2.0] * kinds))
    return rng.random((size, k)) < chances[kind]


def shared_effect(rng: Rng, size: int, k: int) -> Lists:
    """How visible an establishment is varies smoothly, the same for all lists."""
    effect = rng.normal(0, rng.uniform(0.5, 2.0), size)
    return _drawn(rng, _starts(rng, k) + effect[:, None])


def unequal_effect(rng: Rng, size: int, k: int) -> Lists:
    """The same, and some lists feel it more than others."""
    effect = rng.normal(0, rng.uniform(0.5, 1.6), size)
    return _drawn(rng, _starts(rng, k) + effect[:, None] * rng.uniform(0.3, 1.5, k))


def beta_chances(rng: Rng, size: int, k: int) -> Lists:
    """Each establishment has one chance for all lists, spread as a beta distribution."""
    shape = rng.uniform(0.8, 3.0, 2)
    return rng.random((size, k)) < rng.beta(*shape, size)[:, None]


def effect_and_pairs(rng: Rng, size: int, k: int) -> Lists:
    """A shared effect and pairs of lists that follow one another."""
    effect = rng.normal(0, rng.uniform(0.5, 1.5), size)
    return _paired(rng, _starts(rng, k) + effect[:, None], -0.8, 1.5)


def classes_and_pairs(rng: Rng, size: int, k: int) -> Lists:
    """Shops and backyards, and pairs of lists that follow one another."""
    back = rng.random(size) < rng.uniform(0.1, 0.5)
    odds = _starts(rng, k) + np.where(back, 0.0, rng.uniform(1.0, 3.0))[:, None]
    return _paired(rng, odds, -0.8, 1.5)


SCENARIOS: dict[str, Callable[[Rng, int, int], Lists]] = {
    maker.__name__: maker
    for maker in (
        independent, bound, apart, either, two_classes, three_classes, crossed_classes,
        shared_effect, unequal_effect, beta_chances, effect_and_pairs, classes_and_pairs,
    )
}  # fmt: skip


def county_of(rng: Rng, maker: Callable[[Rng, int, int], Lists]) -> Lists:
    """A county of this kind whose lists have neither too few nor nearly all."""
    while True:
        size = int(np.exp(rng.uniform(np.log(300), np.log(30_000))))
        on = maker(rng, size, int(rng.integers(3, 7)))
        if LEAST <= on.any(axis=1).mean() <= MOST:
            return on


@dataclass(slots=True)
class Tally:
    """What came of the counties of a scenario."""

    held: int = 0
    chapman: int = 0
    above: int = 0
    below: int = 0
    bounded: int = 0
    vague: int = 0
    count: int = 0
    width: list[float] = field(default_factory=list)
    error: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, found: estimates.Unseen, truth: int, seconds: float) -> None:
        """One county more; truth: how many are on no list."""
        total = found.seen + truth
        self.count += 1
        self.held += found.low <= truth <= found.high
        self.above += truth > found.high
        self.below += truth < found.low
        self.bounded += found.lower_bound <= truth
        self.vague += found.range_only
        if found.chapman:
            self.chapman += found.chapman[1] <= total <= found.chapman[2]
        self.width.append((found.high - found.low) / total)
        self.error.append((found.unseen - truth) / total)
        self.seconds.append(seconds)

    def missed(self) -> list[str]:
        """The bars that were not reached."""
        return [
            what
            for what, held in (
                ("covers", self.held >= COVERS * self.count),
                ("at least", self.bounded >= BELOW * self.count),
                ("seconds", float(np.median(self.seconds)) <= SECONDS),
            )
            if not held
        ]

    def line(self, name: str) -> str:
        """As it is printed."""
        n = self.count
        return (
            f"{name:18}{self.held / n:8.1%}{self.above / n:8.1%}{self.below / n:8.1%}"
            f"{np.median(self.width):9.1%}{np.median(np.abs(self.error)):9.1%}"
            f"{np.median(self.error):+9.1%}{self.bounded / n:9.1%}{self.vague / n:8.0%}"
            f"{self.chapman / n:10.1%}{np.median(self.seconds):8.2f}"
        )


HEAD = (
    f"{'scenario':18}{'covers':>8}{'above':>8}{'below':>8}{'width':>9}{'error':>9}{'bias':>9}"
    f"{'at least':>9}{'range':>8}{'Chapman':>10}{'s':>8}"
)


def tally(name: str, count: int, seed: int = 2026) -> Tally:
    """The counties of a scenario."""
    rng, found = np.random.default_rng([seed, *name.encode()]), Tally()
    while found.count < count:
        on = county_of(rng, SCENARIOS[name])
        seen = on.any(axis=1)
        began = time.perf_counter()
        try:
            guess = estimates.unseen(estimates.patterns(on[seen]))
        except estimates.TooFew:
            continue
        found.add(guess, int((~seen).sum()), time.perf_counter() - began)
    return found


# --- rosters whose truth is known


@dataclass(frozen=True, slots=True)
class Known:
    """Establishments of rosters by their true owner: on which lists each counts as there, and how
    many are on no list at all."""

    on: Lists
    nowhere: int


def known(roster: Roster, shops: int) -> Known:
    """The rosters as the census reads them; shops: how many there are in truth."""
    read = records.read(roster.columns, valid_code=valid_code)
    cluster = np.unique(np.array(roster.truth), return_inverse=True)[1]
    on = np.zeros((len(set(roster.truth)), len(ROSTERS)), dtype=bool)
    for row in np.flatnonzero(flags.counted(read, cluster)).tolist():
        on[cluster[row], ROSTERS.index(read.roster[row])] = True
    return Known(on[on.any(axis=1)], shops - len(on))


def beside(name: str, found: estimates.Unseen, truth: int) -> bool:
    """The estimate beside what is so: whether the interval holds it, or the total is out by no more
    than OFF."""
    two = found.chapman[0] - found.seen if found.chapman else 0.0
    off = (found.unseen - truth) / (found.seen + truth)
    inside = found.low <= truth <= found.high
    print(
        f"  {name:36}{found.seen:7,} seen {truth:4,} not; estimated {found.unseen:4,.0f} "
        f"({found.low:,.0f} to {found.high:,.0f}: {'holds' if inside else 'MISSES'}), total off by "
        f"{off:+.2%}; Chapman {two:,.0f}"
    )
    return inside or abs(off) <= OFF


def without(world: Known, lists: tuple[int, ...]) -> tuple[estimates.Unseen, int]:
    """What some of the lists tell, and how many stand on the others alone or on none."""
    on = world.on[:, lists]
    seen = on.any(axis=1)
    return estimates.unseen(estimates.patterns(on[seen])), int((~seen).sum()) + world.nowhere


def rosters() -> Iterator[tuple[str, Known]]:
    """The fictitious rosters of both hands, and those of the reference folder."""
    for style in ("south", "central", "north"):
        yield f"fictitious, {style}", known(county(6000, 1, style), 6000)
        yield f"another hand, {style}", known(roster_strangers.county(6000, 1, style), 6000)
    folder = os.environ.get("ZHIAN_REFERENCE")
    file = Path(folder or "nowhere") / FILE
    if not file.exists():
        print(f"  not measured: no {FILE} under ZHIAN_REFERENCE")
        return
    rows = parquet.read_table(file).to_pydict()
    truth = rows.pop("eid")
    columns = {name: list(map(str, rows[name])) for name in COLUMNS}
    yield "reference", known(Roster(columns, truth), ENTITIES)


def main(argv: list[str]) -> int:
    """Every figure, and 1 where a bar was missed."""
    names = [name for name in argv if name in SCENARIOS] or list(SCENARIOS)
    count, missed = FEW if "quick" in argv else COUNTIES, []
    print(f"{count} simulated counties each; bars: covers ≥ {COVERS:.0%}, at least ≥ {BELOW:.0%}, "
          f"median ≤ {SECONDS:g} s\n{HEAD}")  # fmt: skip
    for name in names:
        found = tally(name, count)
        print(found.line(name), flush=True)
        missed += [f"{name}: {what}" for what in found.missed()]
    if names == list(SCENARIOS):
        print("\nRosters whose truth is known, linked by it")
        for name, world in rosters():
            for which, lists in LISTS.items():
                if not beside(f"{name}, {which}", *without(world, lists)):
                    missed.append(f"{name}, {which}")
    print(f"\n{len(missed)} bars missed: {'; '.join(missed) or '-'}")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
