"""Walks through all states of a procedure, alone or with one clock or kind of child followed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from zhian.law.explore_model import NO_EFFECT, NOTHING, Move, Space, Token
from zhian.law.procedure import Phase, Procedure

PHASE = 0b11111
SHIFT = 5
"""A state is one number: the phase below, the done verbs above. A position is a state and, in
two bits below it, how many of what is followed run."""

START = -1


class Graph:
    """Every state that the acts of a space can reach: which acts lead from it where (`out`), and
    which leave everything as it was (`stays`)."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.out: dict[int, list[tuple[str, int]]] = {START: []}
        self.stays: dict[int, list[str]] = {START: []}
        waiting = [self._opens(move) for move in space.openings]
        while waiting:
            state = waiting.pop()
            if state not in self.out:
                self._step_from(state)
                waiting += [reached for _, reached in self.out[state] if reached not in self.out]

    def _opens(self, move: Move) -> int:
        state = (move.sets & move.after_move) << SHIFT | move.target
        self.out[START].append((move.act.verb, state))
        return state

    def _step_from(self, state: int) -> None:
        done = state >> SHIFT
        self.out[state], self.stays[state] = [], []
        for move in self.space.moves[state & PHASE]:
            if not move.possible(done):
                continue
            reached = move.result(done) << SHIFT | move.target
            if reached == state:
                self.stays[state].append(move.act.verb)
            else:
                self.out[state].append((move.act.verb, reached))

    def possible(self, state: int) -> set[str]:
        """The verbs that order allows in a state."""
        return {*self.stays[state], *(verb for verb, _ in self.out[state])}

    def closed(self, state: int) -> bool:
        """Whether a matter in this state is closed; before its opening it is not."""
        return state != START and state & PHASE in self.space.closed


class Walk:
    """The states of a graph together with the clock or the children that a token follows."""

    def __init__(self, graph: Graph, token: Token = NOTHING) -> None:
        self.graph, self.token = graph, token
        acts = graph.space.procedure.acts.values()
        self.counts = {act.verb: token.counts(act) for act in acts}
        self.again = {act.verb for act in acts if token.starts_again(act)}
        self.touching = {act.verb for act in acts if token.effect(act) != NO_EFFECT}
        first = START << 2
        self.came: dict[int, tuple[int, str]] = {first: (first, "")}
        self.doubled: dict[str, int] = {}
        self.entered: dict[tuple[str, int], int] = {}
        waiting = deque((first,))
        while waiting:
            position = waiting.popleft()
            for verb, reached in self.steps(position):
                if reached not in self.came:
                    self.came[reached] = (position, verb)
                    waiting.append(reached)
                if reached >> 2 & PHASE in graph.space.closed:
                    self._enters(position, verb, reached)

    def steps(self, position: int) -> Iterator[tuple[str, int]]:
        """Each act that is possible here, with the positions it may lead to."""
        count = position & 3
        if count and self.token.ends_by_itself:
            yield "", position - 1
        here = position >> 2
        yield from self._led(position, count, self.graph.out[here])
        if self.touching:
            loops = [(verb, here) for verb in self.graph.stays[here] if verb in self.touching]
            yield from self._led(position, count, loops)

    def _led(
        self, position: int, count: int, edges: list[tuple[str, int]]
    ) -> Iterator[tuple[str, int]]:
        for verb, state in edges:
            if count and verb in self.again:
                self.doubled.setdefault(verb, position)
            for after in self.counts[verb][count]:
                yield verb, state << 2 | after

    def _enters(self, position: int, verb: str, reached: int) -> None:
        if verb and not self.graph.closed(position >> 2):
            self.entered.setdefault((verb, reached), position)

    def positions(self) -> Iterator[int]:
        """Every position but the one before the opening, nearest first."""
        return (position for position in self.came if position >> 2 != START)

    def phase(self, position: int) -> Phase:
        """The phase of a position."""
        return self.graph.space.procedure.phases[position >> 2 & PHASE]

    def path(self, position: int, *last: str) -> tuple[str, ...]:
        """The shortest sequence of acts that leads to a position, from the opening on."""
        verbs: list[str] = []
        while position >> 2 != START:
            position, verb = self.came[position]
            verbs += [verb] if verb else []
        return (*reversed(verbs), *last)

    def left_running(self) -> dict[str, int]:
        """For each closing act that leaves something running, the nearest position it starts at."""
        found: dict[str, int] = {}
        for (verb, reached), position in self.entered.items():
            if reached & 3:
                found.setdefault(verb, position)
        return found

    def stuck(self) -> Iterator[int]:
        """Positions from which no closed phase can be reached any more, nearest first."""
        back: dict[int, list[int]] = {}
        for position in self.came:
            for _, reached in self.steps(position):
                back.setdefault(reached, []).append(position)
        hopeful = [p for p in self.positions() if self.graph.closed(p >> 2)]
        seen = set(hopeful)
        while hopeful:
            for before in back.get(hopeful.pop(), ()):
                if before not in seen:
                    seen.add(before)
                    hopeful.append(before)
        return (position for position in self.positions() if position not in seen)


class Graphs:
    """The graphs of one procedure: most clocks need no verb beyond those of the plain one."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.plain = Graph(Space(procedure))
        self._others: dict[frozenset[str], Graph] = {}

    def walk(self, token: Token = NOTHING) -> Walk:
        """All positions with what the token follows."""
        extra = token.remembers(self.procedure).difference(self.plain.space.bit)
        if not extra:
            return Walk(self.plain, token)
        if extra not in self._others:
            self._others[extra] = Graph(Space(self.procedure, extra))
        return Walk(self._others[extra], token)
