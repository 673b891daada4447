"""The shapes of a procedure: phases, acts and everything an act declares in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zhian.law.words import NO_WORDS, Words

Condition = tuple[str, ...]
"""Any one of these verbs is enough; `!verb` holds while the verb is not done."""


class ProcedureError(Exception):
    """A procedure file cannot be read; the sentence names file and table."""


class ProcedureFileError(ProcedureError):
    """One file cannot be read; says in which file and table, and what is wrong there."""

    def __init__(self, file: str, table: str, what: str) -> None:
        super().__init__(f"{file}, [{table}]: {what}" if table else f"{file}: {what}")
        self.file, self.table, self.what = file, table, what


class UnknownVerb(ProcedureError):
    """Somebody asked for an act that this procedure does not have."""


class UnknownPhase(ProcedureError):
    """Somebody asked for a phase that this procedure does not have."""


class NoProcedure(ProcedureError):
    """No version of the procedure was in force on the day that counts."""


@dataclass(frozen=True, slots=True)
class Phase:
    """One station of the main line; the order in the file has meaning (moving back clears)."""

    key: str
    words: Words
    closed: bool
    index: int


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One thing the person must or may enter with an act.

    `choices` names a list of choices.toml; `many` is a fixed count (two handlers); `of` is the
    kind of matter that a `matter` field accepts.
    """

    name: str
    type: str
    required: bool
    choices: str | None
    many: int | None
    words: Words
    hint: Words | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A duty that begins with this act: counted from `at`, or due on the day in field `due`.

    `at` is a date field of the act or a date that the child or the kind reports; absent means
    happened_at, never recorded_at. `when` is a declared fact or its negation `!fact`.
    """

    duty: str
    at: str | None = None
    due: str | None = None
    when: str | None = None


@dataclass(frozen=True, slots=True)
class ClockPause:
    """A clock that stands still, or goes on, for one reason; it runs when no reason is left."""

    duty: str
    reason: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class ClockExtension:
    """A longer term: by the amount of the rule, or until the day in field `due`."""

    duty: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """When the child performs one of `on`, the engine performs `do` on the parent."""

    on: tuple[str, ...]
    do: str


@dataclass(frozen=True, slots=True)
class Opens:
    """Another matter that begins with this act: a child that is waited for, or a linked one.

    `each` names a list field or a list of the kind: one matter for each element. `map` says where
    the fields of its opening act come from: a field of this act, `@column` of this matter,
    `element.x`, a fact, or a document template of this procedure (its latest issued paper).
    With `tells_when = "all"` the parent hears once, with the last of the matters that this act
    opened. Every ending of a child is told or listed as `silent`; a child never names its parent.
    """

    kind: str
    verb: str
    as_child: bool
    map: Mapping[str, str]
    each: str | None
    when: str | None
    tells: tuple[Tell, ...]
    tells_when: Literal["each", "all"]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """Who signs, in this order; until the last signature the act is a proposal.

    With `urgent` (a bool field) the act takes effect at once, the clock `within` runs, and a
    refused signature performs `refused` (G-PUN-36: seized first, approved within 24 hours).
    """

    posts: tuple[str, ...]
    urgent: str | None = None
    within: str | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A standing set on operator, premises or person, until a duty's due day where given."""

    standing: str
    on: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Publish:
    """Something that becomes public with this act, after redaction and review unless said."""

    what: str
    until: str | None = None
    review: bool = True


@dataclass(frozen=True, slots=True)
class DocumentUse:
    """A document that the act makes, where the fact holds."""

    template: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class ActSpec:
    """One thing somebody may do to a matter of this kind, as its table in the file says.

    The effects of one act follow each other in this order: clears, done, stops, resumes,
    extends, starts, pauses, opens, marks, publishes. A new verb is written wherever phase, clocks,
    documents or gates differ; a mere difference in the outcome is a field.
    """

    verb: str
    words: Words = NO_WORDS
    done: Words = NO_WORDS  # the sentence that confirms it: who, what, and the next step
    opening: bool = False  # begins a matter; a kind may begin in several ways
    sources: frozenset[str] = frozenset()  # phases; "open" and "any" are written out already
    to: str | None = None  # absent: the matter stays where it is
    after: tuple[Condition, ...] = ()  # all of them must hold
    unless: tuple[str, ...] = ()  # none of these may be done
    once: bool = False
    clears: frozenset[str] | Literal["all"] = frozenset()  # done -> not done, for toggles, rounds
    keeps: frozenset[str] = frozenset()  # what a move back, or clears = "all", leaves done
    by: tuple[str, ...] = ("official",)  # beside another: entered on his behalf, with the scan
    posts: tuple[str, ...] = ()  # posts; "@handler" and the like are relations to the matter
    other_than: tuple[str, ...] = ()  # not whoever did this verb, here or in the "parent:"
    officers: int = 1  # persons with a card in the act (PUNISH 22)
    approve: Approval | None = None
    fields: tuple[FieldSpec, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)  # the matter changes hands
    cites: tuple[str, ...] = ()  # duties shown as the ground, without a clock
    stops: tuple[str, ...] | Literal["all"] = ()  # closing stops nothing silently: it says so here
    meets: tuple[str, ...] = ()  # a periodic duty is met, the next period begins
    waits: tuple[str, ...] = ()  # refused while this term runs: until it is stopped or over
    on_due: tuple[str, ...] = ()  # the system does it when this term is over
    changes: tuple[str, ...] = ()  # another of its family runs from the same start
    starts: tuple[ClockStart, ...] = ()  # one running clock per duty and matter
    pauses: tuple[ClockPause, ...] = ()
    resumes: tuple[ClockPause, ...] = ()
    extends: tuple[ClockExtension, ...] = ()
    gates: tuple[str, ...] = ()
    children: tuple[str, ...] = ()  # kinds of children that must all be closed
    documents: tuple[DocumentUse, ...] = ()
    notices: tuple[str, ...] = ()  # who is told without a document
    opens: tuple[Opens, ...] = ()
    marks: tuple[Mark, ...] = ()
    lifts: tuple[str, ...] = ()
    publishes: tuple[Publish, ...] = ()
    unpublishes: tuple[str, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether the act checks the head it was made on: it moves, clears, is signed or stops."""
        return bool(self.to or self.clears or self.approve or self.stops)

    def field(self, name: str) -> FieldSpec | None:
        """The field of that name, if the act has one."""
        return next((f for f in self.fields if f.name == name), None)

    @property
    def all_clocks_stop(self) -> bool:
        """Whether `stops = "all"` stands in the file: no clock of the matter runs on."""
        return self.stops == "all"


@dataclass(frozen=True, slots=True)
class Procedure:
    """How one kind of matter goes, in one version, from its first act to its closing."""

    kind: str
    version: str
    valid_from: date
    valid_to: date | None
    words: Words
    phases: tuple[Phase, ...]
    facts: Mapping[str, str]
    abstract: Mapping[str, tuple[Condition, ...]]
    acts: Mapping[str, ActSpec]
    file: str = ""

    def phase(self, key: str) -> Phase:
        """The phase of that key; UnknownPhase names the procedure where there is none."""
        for phase in self.phases:
            if phase.key == key:
                return phase
        raise UnknownPhase(f"{self.kind}@{self.version}: there is no phase {key!r}")

    def act(self, verb: str) -> ActSpec:
        """The act of that verb; UnknownVerb names the procedure where there is none."""
        try:
            return self.acts[verb]
        except KeyError:
            raise UnknownVerb(f"{self.kind}@{self.version}: there is no act {verb!r}") from None

    def openings(self) -> tuple[ActSpec, ...]:
        """The ways in which such a matter begins."""
        return tuple(a for a in self.acts.values() if a.opening)

    @property
    def closed_phases(self) -> frozenset[str]:
        """The phases in which nothing is owed any more."""
        return frozenset(p.key for p in self.phases if p.closed)

    def in_force(self, on: date) -> bool:
        """Whether this version is the one for what was triggered on that day (both ends count)."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter stands: its phase, and the verbs that are done.

    Done means performed, not cleared, not annulled, and the last signature given; a proposal is
    not done (but the engine refuses a second proposal of the same verb).
    """

    phase: str
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why an act is not possible now, as the sentence under the greyed button."""

    kind: Literal["phase", "after", "unless", "once"]
    reason: Words
    verbs: tuple[str, ...] = ()
