"""What an answer does to the establishments that it touches, as values: nothing is written here.

The evidence of a run is not weighed again. An answer moves exactly what it speaks of: two
establishments become one, or a row leaves with whatever people have bound to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from zhian.apps.registry.census.review.errors import Contradiction
from zhian.methods.linkage.flags import Seen

NEW = 0  # where an establishment is named that does not exist yet
LEGAL_ACT, TWO_CODES = "legal_act", "two_codes"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a roster: its natural key, the establishment it stands in, what it says."""

    pk: int
    key: str
    home: int
    said: Seen
    code: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """An establishment: the code that counts, its open blind spots, what protects it."""

    pk: int
    code: str = ""
    flags: frozenset[str] = frozenset()
    held: bool = False
    filed: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """The part of the register that an answer may touch. `judged`: the blind spots that the
    rosters can tell at all."""

    rows: tuple[Row, ...]
    houses: Mapping[int, House]
    judged: frozenset[str]

    def row(self, key: str) -> Row | None:
        """A row by its natural key."""
        return next((row for row in self.rows if row.key == key), None)

    def of(self, house: int) -> tuple[Row, ...]:
        """The rows of an establishment."""
        return tuple(row for row in self.rows if row.home == house)

    def flags(self, rows: Iterable[Row]) -> frozenset[str]:
        """The blind spots of rows taken together."""
        return reduce(or_, (row.said for row in rows), Seen()).flags & self.judged


@dataclass(frozen=True, slots=True)
class Answer:
    """`one` is the same as `two` (where there is one), and none of those in `unlike`."""

    one: str
    two: str = ""
    unlike: tuple[str, ...] = ()


@dataclass(slots=True)
class Bonds:
    """What people decided so far: what is bound together, and what is kept apart."""

    same: list[Pair]
    different: list[Pair]

    def block(self, key: str) -> frozenset[str]:
        """The row and all that is bound to it."""
        found, waiting = {key}, [key]
        near = self._near()
        while waiting:
            for other in near.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(found)

    def _near(self) -> dict[str, list[str]]:
        near: dict[str, list[str]] = {}
        for one, two in self.same:
            near.setdefault(one, []).append(two)
            near.setdefault(two, []).append(one)
        return near

    def parted(self, keys: frozenset[str]) -> Pair | None:
        """Two of these rows that somebody keeps apart."""
        return next((p for p in self.different if p[0] in keys and p[1] in keys), None)

    def told(self, answer: Answer) -> Bonds:
        """These bonds and what an answer adds."""
        same = [(answer.one, answer.two)] if answer.two else []
        apart = [(answer.one, other) for other in answer.unlike]
        return Bonds([*self.same, *same], [*self.different, *apart])

    def settles(self, one: str, others: Collection[str]) -> bool:
        """Whether it is known already to which of the others a row belongs, or that it is none."""
        block = self.block(one)
        if any(other in block for other in others):
            return True
        apart = {frozenset(pair) for pair in self.different}
        return bool(others) and all(
            any(frozenset((mine, other)) in apart for mine in block) for other in others
        )

    def contradictions(self) -> list[Pair]:
        """Pairs that are kept apart and bound together all the same."""
        home = _groups(self.same)
        return [(a, b) for a, b in self.different if a == b or home(a) == home(b)]


def _groups(pairs: Iterable[Pair]) -> Callable[[str], str]:
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.get(key, key) != key:
            key = parent[key]
        return key

    for one, two in pairs:
        parent[root(one)] = root(two)
    return root


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: rows that move, an establishment that ends in another, one that begins,
    blind spots that appear and vanish; why a second person must agree; codes that count no more."""

    moves: tuple[tuple[int, int], ...] = ()
    gone: tuple[int, int] | None = None
    split_from: int = 0
    begins: tuple[tuple[int, str], ...] = ()
    ends: tuple[tuple[int, str], ...] = ()
    second: str = ""
    aside: tuple[str, ...] = ()
    relied: frozenset[int] = frozenset()


def plan(register: Register, bonds: Bonds, answer: Answer) -> Plan:
    """What an answer would do; raises Contradiction where people decided otherwise before."""
    one, two = register.row(answer.one), register.row(answer.two)
    if one is None or (answer.two and two is None):
        return Plan()
    block = bonds.block(answer.one) | (bonds.block(answer.two) if answer.two else frozenset())
    _consistent(bonds, block, answer)
    leaves = any(_home(register, key) == one.home for key in answer.unlike)
    if two is None:
        return _leave(register, block, one) if leaves else Plan()
    if two.home == one.home:
        return _leave(register, block, one) if leaves else Plan(relied=frozenset({one.home}))
    if leaves:
        moving = tuple(row for row in register.of(one.home) if row.key in block)
        return _move(register, bonds, answer, moving, one.home, two.home)
    keep, gone = _survivor(register, one.home, two.home)
    return _move(register, bonds, answer, register.of(gone), gone, keep)


def _home(register: Register, key: str) -> int | None:
    row = register.row(key)
    return row.home if row else None


def _consistent(bonds: Bonds, block: frozenset[str], answer: Answer) -> None:
    apart = next((key for key in answer.unlike if key in block), None)
    if apart is not None:
        raise Contradiction(answer.one, apart)
    if answer.two and (pair := bonds.parted(block)):
        raise Contradiction(*pair)


def _survivor(register: Register, one: int, two: int) -> tuple[int, int]:
    """Which establishment stays and which goes: acts and files first, then rows, then age."""

    def rank(house: int) -> tuple[bool, bool, int, int]:
        mine = register.houses[house]
        return mine.held, mine.filed, len(register.of(house)), -house

    keep, gone = sorted((one, two), key=rank, reverse=True)
    return keep, gone


def _leave(register: Register, block: frozenset[str], row: Row) -> Plan:
    """The row leaves its establishment for one of its own, with whatever is bound to it."""
    moving = tuple(r for r in register.of(row.home) if r.key in block)
    left = tuple(r for r in register.of(row.home) if r.key not in block)
    if not left:
        return Plan(relied=frozenset({row.home}))
    groups = {row.home: (left, (row.home,)), NEW: (moving, (row.home,))}
    begins, ends = _spots(register, groups)
    return Plan(
        moves=tuple((r.pk, NEW) for r in moving),
        split_from=row.home,
        begins=begins,
        ends=ends,
        second=LEGAL_ACT if register.houses[row.home].held else "",
        relied=frozenset({row.home}),
    )


def _move(
    register: Register,
    bonds: Bonds,
    answer: Answer,
    moving: tuple[Row, ...],
    home: int,
    target: int,
) -> Plan:
    """Rows go to another establishment; the one they leave ends there if nothing is left."""
    left = tuple(row for row in register.of(home) if row not in moving)
    together = register.of(target) + moving
    if pair := bonds.told(answer).parted(frozenset(row.key for row in together)):
        raise Contradiction(*pair)
    groups = {target: (together, (target, home)), home: (left, (home,))}
    begins, ends = _spots(register, groups)
    second, aside = _second(register, moving, home, target)
    return Plan(
        moves=tuple((row.pk, target) for row in moving),
        gone=None if left else (home, target),
        begins=begins,
        ends=ends,
        second=second,
        aside=aside,
        relied=frozenset({home, target}),
    )


def _second(
    register: Register, moving: tuple[Row, ...], home: int, target: int
) -> tuple[str, tuple[str, ...]]:
    """Why a second person must agree; and the rows whose code then counts no more."""
    one, two = register.houses[home], register.houses[target]
    mine = one.code if any(row.code == one.code for row in moving) else ""
    aside = tuple(row.key for row in moving if mine and two.code and row.code == mine != two.code)
    if one.held or two.held:
        return LEGAL_ACT, aside
    return (TWO_CODES if aside else ""), aside


Groups = Mapping[int, tuple[tuple[Row, ...], tuple[int, ...]]]


def _spots(
    register: Register, groups: Groups
) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
    """The blind spots that appear and vanish.

    groups: establishment → the rows that it will have and the establishments that they come from.
    What was answered on the ground, though the rows still say it, does not come back.
    """
    begins: list[tuple[int, str]] = []
    ends: list[tuple[int, str]] = []
    for house, (rows, sources) in groups.items():
        after = register.flags(rows) | _carried(register, rows, sources)
        open_now = register.houses[house].flags if house in register.houses else frozenset()
        told = register.flags(register.of(house)) if rows else open_now
        ends += [(house, flag) for flag in sorted(open_now & told - after)]
        news = sorted(after - open_now) if rows else []
        begins += [(house, flag) for flag in news if _stands(register, flag, sources)]
    return tuple(begins), tuple(ends)


def _carried(register: Register, rows: tuple[Row, ...], sources: tuple[int, ...]) -> frozenset[str]:
    """Blind spots that no roster tells (somebody else set them) go where all the rows go."""
    staying = {row.pk for row in rows}
    found: set[str] = set()
    for house in sources:
        mine = register.of(house)
        if staying >= {row.pk for row in mine}:
            found |= register.houses[house].flags - register.flags(mine)
    return frozenset(found)


def _stands(register: Register, flag: str, sources: tuple[int, ...]) -> bool:
    """Whether the flag is news, or stands open at one of those who carried it."""
    carriers = [h for h in sources if flag in register.flags(register.of(h))]
    return not carriers or any(flag in register.houses[h].flags for h in carriers)
