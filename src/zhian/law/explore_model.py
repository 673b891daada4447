"""A procedure compiled to bits, small enough to be searched to the end.

Three things keep the state space small without losing a path:

* a verb is forgotten in phases where no act reads it any more (`live`);
* a verb that only blocks itself, and neither moves nor clears, is left out, unless it touches
  what is followed;
* one further thing at a time is followed: a clock, or the children of one kind (`Token`).

Children, parties, the police and `tick` are outside events: the search assumes that each of them
acts sooner or later. Amounts, facts, `if`, `waits` and signatures are not modelled; a start with
`if` both happens and does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from zhian.law.procedure import ActSpec, Condition, Opens, Phase, Procedure, Tell, stale

MANY = 2
"""One open child is told from several; more than that makes no difference."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act does to the followed thing.

    `begins` counts what starts with the act, `unsure` says that it may also not start; `ends_one`
    is a child that ends, `ends_all` a clock that stops.
    """

    begins: int = 0
    unsure: bool = False
    ends_all: bool = False
    ends_one: Literal["no", "maybe", "yes"] = "no"
    needs_running: bool = False
    needs_none: bool = False

    def counts(self, before: int, most: int) -> tuple[int, ...]:
        """How many may run after the act, given how many ran before; none: it is not possible."""
        if (self.needs_none and before) or (self.needs_running and not before):
            return ()
        left = {0} if self.ends_all else {before}
        if self.ends_one != "no" and before:
            stays = before == MANY or self.ends_one == "maybe"
            left = {before - 1, before} if stays else {before - 1}
        after = {min(most, n + self.begins) for n in left}
        return tuple(sorted(after | left if self.unsure else after))


NO_EFFECT = Effect()


@dataclass(frozen=True, slots=True)
class Token:
    """The one clock or child kind that a search follows, and what each act does to it."""

    name: str
    effect: Callable[[ActSpec], Effect]
    most: int = 1
    ends_by_itself: bool = False

    def counts(self, act: ActSpec) -> tuple[tuple[int, ...], ...]:
        """For each count before the act the counts after it; none where it is not possible."""
        effect = self.effect(act)
        return tuple(effect.counts(before, self.most) for before in range(self.most + 1))

    def starts_again(self, act: ActSpec) -> bool:
        """Whether the act would start once more what is running already."""
        effect = self.effect(act)
        return bool(effect.begins) and not effect.ends_all

    def remembers(self, procedure: Procedure) -> frozenset[str]:
        """Verbs that only block themselves but touch what is followed, so they must be kept."""
        return frozenset(
            act.verb
            for act in procedure.acts.values()
            if blocks_itself(act) and self.effect(act) != NO_EFFECT
        )


NOTHING = Token("", lambda act: NO_EFFECT, most=0)
"""Follows nothing: the acts alone."""


@dataclass(frozen=True, slots=True)
class Move:
    """One act from one phase, as masks over the done bits."""

    act: ActSpec
    needs: tuple[tuple[int, int], ...]
    blocked: int
    keep: int
    sets: int
    after_move: int
    target: int

    def possible(self, done: int) -> bool:
        """Whether order lets the act happen with these verbs done."""
        if done & self.blocked:
            return False
        return all(done & pos or neg & ~done for pos, neg in self.needs)

    def result(self, done: int) -> int:
        """The verbs done afterwards, without those that nobody reads any more."""
        return (done & self.keep | self.sets) & self.after_move


class Space:
    """All moves of a procedure by phase, over the verbs that matter and those to `remember`."""

    def __init__(self, procedure: Procedure, remember: Iterable[str] = ()) -> None:
        self.procedure = procedure
        self.index = {p.key: p.index for p in procedure.phases}
        self.closed = frozenset(p.index for p in procedure.phases if p.closed)
        verbs = self._verbs(remember)
        self.bit = {verb: 1 << n for n, verb in enumerate(verbs)}
        self.live = self._live(self.mask(remember))
        self.moves = tuple(tuple(self._moves_from(p)) for p in procedure.phases)
        self.openings = tuple(self._opening(a) for a in procedure.openings() if a.to in self.index)

    def mask(self, verbs: Iterable[str]) -> int:
        """The bits of these verbs; those left out have none."""
        total = 0
        for verb in verbs:
            total |= self.bit.get(verb, 0)
        return total

    def condition(self, terms: Iterable[str]) -> tuple[int, int]:
        """A condition as the bits that satisfy it when done and those that do when not done."""
        rows = tuple(terms)
        return (
            self.mask(t for t in rows if not t.startswith("!")),
            self.mask(t[1:] for t in rows if t.startswith("!")),
        )

    def _verbs(self, remember: Iterable[str]) -> tuple[str, ...]:
        wanted = set(remember)
        for act in self.procedure.acts.values():
            wanted |= self._terms(act) | (set(act.unless) - {act.verb})
            if blocks_itself(act) and (act.to or act.clears):
                wanted.add(act.verb)
        return tuple(verb for verb in self.procedure.acts if verb in wanted)

    def _terms(self, act: ActSpec) -> set[str]:
        return {t.removeprefix("!") for condition in self.conditions(act) for t in condition}

    def _reads(self, act: ActSpec) -> set[str]:
        own = {act.verb} if act.once else set()
        return self._terms(act) | set(act.unless) | own

    def conditions(self, act: ActSpec) -> tuple[Condition, ...]:
        """What must hold before the act: its `after`, and its gates where stated in verbs."""
        gates = tuple(
            condition for gate in act.gates for condition in self.procedure.abstract.get(gate, ())
        )
        return act.after + gates

    def _live(self, at_closing: int) -> list[int]:
        """For each phase the bits that an act in it, or after it, still reads."""
        live = [0] * len(self.procedure.phases)
        for place in self.closed:
            live[place] |= at_closing
        for act in self.procedure.acts.values():
            for source in act.sources.intersection(self.index):
                live[self.index[source]] |= self.mask(self._reads(act))
        hops = list(self._hops())
        before: list[int] = []
        while before != live:
            before = list(live)
            for place, target, cleared in hops:
                live[place] |= live[target] & ~cleared
        return live

    def _hops(self) -> Iterator[tuple[int, int, int]]:
        """Every way from phase to phase, with the bits that are cleared on it."""
        for act in self.procedure.acts.values():
            target = self.index.get(act.to or "")
            for place in (self.index[s] for s in act.sources if s in self.index):
                if target is not None:
                    yield place, target, self._cleared(act) | self._forgotten(act, place, target)

    def _cleared(self, act: ActSpec) -> int:
        every = self.mask(self.bit)
        cleared = every if act.clears == "all" else self.mask(act.clears)
        return cleared & ~self.mask(act.keeps)

    def _forgotten(self, act: ActSpec, source: int, target: int) -> int:
        """What a move back forgets, because it belongs only to later phases."""
        if target >= source:
            return 0
        later = stale(self.procedure, self.procedure.phases[target].key)
        return self.mask(later - act.keeps)

    def _moves_from(self, phase: Phase) -> Iterator[Move]:
        for act in self.procedure.acts.values():
            if phase.key in act.sources and (act.to is None or act.to in self.index):
                yield self._move(act, phase.index)

    def _move(self, act: ActSpec, source: int) -> Move:
        target = source if act.to is None else self.index[act.to]
        itself = (act.verb,) if act.once else ()
        return Move(
            act=act,
            needs=tuple(self.condition(row) for row in self.conditions(act)),
            blocked=self.mask((*act.unless, *itself)),
            keep=self.mask(self.bit) & ~self._cleared(act),
            sets=self.mask((act.verb,)),
            after_move=self.live[target] & ~self._forgotten(act, source, target),
            target=target,
        )

    def _opening(self, act: ActSpec) -> Move:
        target = self.index[str(act.to)]
        return Move(act, (), 0, 0, self.mask((act.verb,)), self.live[target], target)


def blocks_itself(act: ActSpec) -> bool:
    """Whether having been done stands in the way of doing it again."""
    return act.once or act.verb in act.unless


def clock(duty: str) -> Token:
    """A clock: begun by `starts`, ended by `stops`; what happens on its due day needs it to run."""

    def effect(act: ActSpec) -> Effect:
        rows = [row for row in act.starts if row.duty == duty]
        return Effect(
            begins=min(1, len(rows)),
            unsure=bool(rows) and all(row.when for row in rows),
            ends_all=act.stops == "all" or duty in act.stops,
            needs_running=act.on_due == (duty,),
        )

    return Token(duty, effect)


def children(procedure: Procedure, kind: str, endings: Collection[str] | None = None) -> Token:
    """The open children of a kind: begun by `opens`, ended when they tell, awaited by `children`.

    `endings` are the verbs that close such a child; without them every told verb does. A child
    with an ending that it keeps to itself (`silent`) may end at any time.
    """
    opens = [o for a in procedure.acts.values() for o in a.opens if _is_child(o, kind)]
    tells = [tell for o in opens for tell in o.tells]
    elsewhere = {
        tell.do
        for a in procedure.acts.values()
        for o in a.opens
        if not _is_child(o, kind)
        for tell in o.tells
    }

    def effect(act: ActSpec) -> Effect:
        rows = [o for o in act.opens if _is_child(o, kind)]
        ends = _ends(tells, act.verb, endings)
        only_child = act.by == ("child",) and act.verb not in elsewhere
        return Effect(
            begins=sum(MANY if o.each and o.tells_when == "each" else 1 for o in rows),
            unsure=bool(rows) and all(o.when for o in rows),
            ends_one=ends,
            needs_running=only_child and any(tell.do == act.verb for tell in tells),
            needs_none=kind in act.children,
        )

    silent = not tells or any(o.silent for o in opens)
    return Token(kind, effect, most=MANY, ends_by_itself=silent)


def _is_child(opens: Opens, kind: str) -> bool:
    return opens.as_child and opens.kind == kind


def _ends(
    tells: Iterable[Tell], verb: str, endings: Collection[str] | None
) -> Literal["no", "maybe", "yes"]:
    """Whether the child is closed when the parent performs this verb."""
    told = {on for tell in tells if tell.do == verb for on in tell.on}
    closing = told if endings is None else told & set(endings)
    if not closing:
        return "no"
    return "yes" if closing == told else "maybe"
