"""Where a matter that began elsewhere may stand: every state that its procedure can reach.

The same search that proves a procedure (zhian.law.explore) says of each state what must and what
may have been done before it, which clocks run there, and whether it can be reached with no child
matter open. Only such states are taken over, so that the procedure can go on from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from zhian.law.explore import child_kinds, clocks_of, closing_verbs
from zhian.law.explore_model import children, clock
from zhian.law.explore_walk import PHASE, SHIFT, START, Graph, Graphs, Walk
from zhian.law.procedure import ActSpec, Procedure, book, stale
from zhian.law.words import Words, joined

MOST_WAYS = 4
NOT_HERE = Words(
    "“{verbs}”不会在“{phase}”阶段已办。", "“{verbs}” cannot be done in the phase “{phase}”."
)
NOT_TOGETHER = Words(
    "在“{phase}”阶段，“{verbs}”不会都已办而没有其他进展。",
    "In the phase “{phase}” these do not stand together: {verbs}.",
)
CHILD_MISSING = Words(
    "“{phase}”阶段的这种状态意味着还有未办结的{kinds}，而子事项不随本表接管。请在“已办行为”中补写："
    "{more}；或者不写由它开启的行为，接管后在本系统重办。",
    "In the phase “{phase}” this means that a child matter is open ({kinds}), and children are not "
    "taken over with the file. Add to the acts done: {more}; or leave out the act that opened it "
    "and do it again here.",
)
NOT_ALONE = Words(
    "“{phase}”阶段须有未办结的{kinds}，不能单独接管。",
    "In the phase “{phase}” a child matter is open ({kinds}): it cannot be taken over alone.",
)
SAY_WHICH = Words(
    "“{phase}”阶段可由多种方式到达，请在“已办行为”中写明：{ways}。",
    "Several ways lead to the phase “{phase}”; name the acts that were done: {ways}.",
)


class Unreachable(Exception):
    """No matter of this procedure can stand so; `words` says why and what would do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.zh)
        self.words = words


@dataclass(frozen=True, slots=True)
class Stand:
    """A state that can be taken over: everything done, and which clocks then run.

    A duty of `certain` runs in every such state, one of `possible` in some.
    """

    phase: str
    done: frozenset[str]
    certain: frozenset[str]
    possible: frozenset[str]


class Atlas:
    """All states of one procedure, with what leads to them."""

    def __init__(self, procedure: Procedure, endings: Mapping[str, Collection[str]]) -> None:
        self.procedure = procedure
        self.verbs = tuple(procedure.acts)
        self.bit = {verb: 1 << n for n, verb in enumerate(self.verbs)}
        graphs = Graphs(procedure)
        self.graph = graphs.plain
        self.must, self.may = self._past()
        self.calm = {
            kind: self._with_none(graphs.walk(children(procedure, kind, endings.get(kind))))
            for kind in child_kinds(procedure)
        }
        self.runs = {duty: self._counts(graphs.walk(clock(duty))) for duty in clocks_of(procedure)}

    def stand(self, phase: str, given: Collection[str] = ()) -> Stand:
        """The state of a phase in which these acts are done, with all that this implies.

        Nothing is taken for done that another way to the phase could do without. Raises
        Unreachable.
        """
        place = self.procedure.phase(phase).index
        here = [s for s in self.must if s != START and s & PHASE == place]
        fitting = [s for s in here if self._fits(s, given)]
        alone = [s for s in fitting if self._is_calm(s)]
        if not alone:
            raise Unreachable(self._why(phase, given, here, fitting))
        told = self._sure(alone) & ~self._sure(fitting) & ~self._mask(given)
        if told:
            raise Unreachable(self._child(phase, fitting, self._words(self._named(told))))
        state = self._least(phase, alone)
        done = frozenset(self._named(self._sure(alone))) | frozenset(given)
        return self._described(phase, state, done)

    def _sure(self, states: Iterable[int]) -> int:
        """What has been done in every one of these states, whatever way led there."""
        common = -1
        for state in states:
            common &= self.must[state]
        return common

    def _described(self, phase: str, state: int, done: frozenset[str]) -> Stand:
        counts = {duty: found.get(state, {0}) for duty, found in self.runs.items()}
        return Stand(
            phase,
            done,
            frozenset(duty for duty, c in counts.items() if 0 not in c),
            frozenset(duty for duty, c in counts.items() if c != {0}),
        )

    def _least(self, phase: str, states: list[int]) -> int:
        """The state whose verbs all the others have too; where there is none, ask which way."""
        common = states[0] >> SHIFT
        for state in states:
            common &= state >> SHIFT
        found = [s for s in states if s >> SHIFT == common]
        if found:
            return found[0]
        words = self.procedure.phase(phase).words
        raise Unreachable(SAY_WHICH.format(phase=words, ways=self._ways(states, common)))

    def _ways(self, states: list[int], common: int) -> Words:
        """The shortest lists of acts that decide between the ways to a phase."""
        more = sorted({(s >> SHIFT) & ~common for s in states}, key=lambda m: (m.bit_count(), m))
        least = [m for m in more if not any(o != m and o & m == o for o in more)]
        bits = self.graph.space.bit
        lists = [self._words([v for v, bit in bits.items() if bit & m]) for m in least[:MOST_WAYS]]
        return joined(tuple(lists), "；或者 ", "; or ")

    # --- what fits

    def _fits(self, state: int, given: Iterable[str]) -> bool:
        """Whether all these may be done in a state: those that still matter are part of it."""
        space = self.graph.space
        live = space.live[state & PHASE]
        for verb in given:
            own = space.bit.get(verb, 0)
            if own & live:
                if not state >> SHIFT & own:
                    return False
            elif not self.may[state] & self.bit[verb]:
                return False
        return True

    def _is_calm(self, state: int) -> bool:
        return all(state in states for states in self.calm.values())

    def _why(
        self, phase: str, given: Collection[str], here: list[int], fitting: list[int]
    ) -> Words:
        words = self.procedure.phase(phase).words
        if fitting:
            return NOT_ALONE.format(phase=words, kinds=self._waited_for(fitting))
        never = [v for v in given if not any(self._fits(s, (v,)) for s in here)]
        sentence = NOT_HERE if never else NOT_TOGETHER
        return sentence.format(verbs=self._words(never or given), phase=words)

    def _child(self, phase: str, states: list[int], more: Words) -> Words:
        words = self.procedure.phase(phase).words
        open_there = [s for s in states if not self._is_calm(s)]
        return CHILD_MISSING.format(phase=words, kinds=self._waited_for(open_there), more=more)

    def _waited_for(self, states: list[int]) -> Words:
        """The kinds of children of which one is open in each of these states."""
        kinds = [k for k, calm in self.calm.items() if not any(s in calm for s in states)]
        labels = [words_of_kind(kind) for kind in kinds or self.calm]
        return joined(tuple(labels), "、", ", ")

    def _words(self, verbs: Iterable[str]) -> Words:
        acts = self.procedure.acts
        return joined(tuple(acts[v].words for v in verbs), "、", ", ")

    def _named(self, mask: int) -> Iterator[str]:
        return (verb for verb, bit in self.bit.items() if mask & bit)

    # --- the search, once per procedure

    def _mask(self, verbs: Iterable[str]) -> int:
        total = 0
        for verb in verbs:
            total |= self.bit[verb]
        return total

    def _past(self) -> tuple[dict[int, int], dict[int, int]]:
        """For every state what every way to it has done, and what some way has."""
        must, may = {START: 0}, {START: 0}
        waiting = [START]
        while waiting:
            state = waiting.pop()
            for verb, reached in self._edges(state):
                after = (self._after(m[state], verb, state, reached) for m in (must, may))
                least, most = after
                known = (must.get(reached), may.get(reached))
                must[reached] = least if known[0] is None else known[0] & least
                may[reached] = (known[1] or 0) | most
                if known != (must[reached], may[reached]):
                    waiting.append(reached)
        return must, may

    def _edges(self, state: int) -> Iterator[tuple[str, int]]:
        yield from self.graph.out[state]
        yield from ((verb, state) for verb in self.graph.stays[state])

    def _after(self, done: int, verb: str, state: int, reached: int) -> int:
        """What is done after an act, as zhian.law.procedure.step says, in bits."""
        act = self.procedure.acts[verb]
        done = done & ~self._cleared(act) | self.bit[verb]
        if state != START and reached & PHASE < state & PHASE:
            done &= ~self._stale(act, reached & PHASE)
        return done

    def _cleared(self, act: ActSpec) -> int:
        cleared = self._mask(self.verbs if act.clears == "all" else act.clears)
        return cleared & ~self._mask(act.keeps)

    def _stale(self, act: ActSpec, place: int) -> int:
        later = stale(self.procedure, self.procedure.phases[place].key)
        return self._mask(later - act.keeps)

    # --- other walks, told in the states of the plain one

    def _plain(self, graph: Graph, state: int) -> int:
        if graph is self.graph:
            return state
        done = state >> SHIFT
        bits = sum(bit for v, bit in self.graph.space.bit.items() if done & graph.space.bit[v])
        return bits << SHIFT | state & PHASE

    def _counts(self, walk: Walk) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for position in walk.positions():
            found.setdefault(self._plain(walk.graph, position >> 2), set()).add(position & 3)
        return found

    def _with_none(self, walk: Walk) -> frozenset[int]:
        return frozenset(state for state, counts in self._counts(walk).items() if 0 in counts)


def words_of_kind(kind: str) -> Words:
    """What a kind of matter is called: the newest version's word."""
    versions = [p for p in book().all() if p.kind == kind]
    return versions[-1].words if versions else Words(kind, kind)


@lru_cache(maxsize=64)
def atlas(kind: str, version: str) -> Atlas:
    """The states of one version of a procedure, searched once per process."""
    procedures = book()
    endings = {p.kind: closing_verbs(p) for p in procedures.all()}
    return Atlas(procedures.version(kind, version), endings)
