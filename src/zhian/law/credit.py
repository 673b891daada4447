"""质量信用: what acts enter into an operator's credit record, how long it stands, when it may be
repaired (FSL 113; Credit Repair Measures 6 to 11). Read from data/credit_entries.toml."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.counting import months_from
from zhian.law.procedure import ActSpec, Procedure, book
from zhian.law.rules import DATA, LawBook
from zhian.law.rules_file import read_folder
from zhian.law.tables import RuleFileError, Table, names, read_toml
from zhian.law.vocabulary import choice_keys
from zhian.law.words import Words

FILE = "credit_entries.toml"
TONES = names("good bad fact")
OTHER = "other"
_REPAIR = names("effect source article")
_BASIS = names("source article")
_ENTRY = names("kind verb ends if_field if_fact tone sort zh en public term source article")
_TERM = names("zh en duty months earliest source article")


@dataclass(frozen=True, slots=True)
class Term:
    """How long an entry stands: until `duty` ends it, or so many months, or until it is repaired;
    and from when it may be repaired, None where it may not."""

    key: str
    words: Words
    duty: str
    months: int | None
    earliest: int | None
    source: str
    article: str

    def repairable_from(self, since: date) -> date | None:
        """The first day on which a repair may be asked for (REPAIR 8, 9): the shortest term is
        over."""
        if self.earliest is None:
            return None
        return date.fromordinal(months_from(since.toordinal(), self.earliest))


@dataclass(frozen=True, slots=True)
class Entry:
    """What one act of one procedure says of an operator."""

    key: str
    kind: str
    verb: str
    words: Words
    tone: str
    sort: str
    public: bool
    term: str
    ends: tuple[str, ...]
    if_field: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    if_fact: tuple[str, ...] = ()
    source: str = ""
    article: str = ""

    def fits(self, data: Mapping[str, object], facts: Mapping[str, object]) -> bool:
        """Whether an act with these fields, in a matter with these facts, is meant."""
        fields = all(str(data.get(name)) in listed for name, listed in self.if_field.items())
        return fields and (not self.if_fact or any(facts.get(name) for name in self.if_fact))


@dataclass(frozen=True, slots=True)
class Repair:
    """What the repair of an entry does, and the article of what must be met for it."""

    effect: Words
    article: str


@dataclass(frozen=True, slots=True)
class Credit:
    """The whole file. `basis`: the articles on which decisions about a repair rest besides."""

    entries: Mapping[str, Entry]
    terms: Mapping[str, Term]
    sorts: Mapping[str, Words]
    repairs: Mapping[str, Repair]
    basis: Mapping[str, str]

    def repair_of(self, entry: str) -> Repair:
        """What the repair of an entry asks and does."""
        return self.repairs.get(entry, self.repairs[OTHER])

    def of(self, kind: str, verb: str) -> tuple[Entry, ...]:
        """What an act may enter."""
        return tuple(e for e in self.entries.values() if (e.kind, e.verb) == (kind, verb))

    def ended_by(self, kind: str, verb: str) -> tuple[Entry, ...]:
        """What an act of the same matter takes back."""
        return tuple(e for e in self.entries.values() if e.kind == kind and verb in e.ends)

    def heard(self) -> frozenset[tuple[str, str]]:
        """Every kind and verb that somebody must listen to."""
        entries = self.entries.values()
        return frozenset((e.kind, verb) for e in entries for verb in (e.verb, *e.ends))


def read(folder: Path) -> Credit:
    """Entries, terms and sorts of a data folder; raises RuleFileError."""
    raw = read_toml(folder / FILE, FILE)
    sorts = Table(FILE, "sorts", raw["sorts"])
    return Credit(
        {k: _entry(Table(FILE, f"entries.{k}", row), k) for k, row in raw["entries"].items()},
        {k: _term(Table(FILE, f"terms.{k}", row), k) for k, row in raw["terms"].items()},
        {k: sorts.words(k, required=True) for k in raw["sorts"]},
        {k: _repair(Table(FILE, f"repairs.{k}", row)) for k, row in raw["repairs"].items()},
        {k: _basis(Table(FILE, f"repair_basis.{k}", v)) for k, v in raw["repair_basis"].items()},
    )


def _repair(table: Table) -> Repair:
    table.known(_REPAIR)
    return Repair(table.words("effect", required=True), table.text("article"))


def _basis(table: Table) -> str:
    table.known(_BASIS)
    return table.text("article")


def _term(table: Table, key: str) -> Term:
    table.known(_TERM)
    duty, months = str(table.values.get("duty", "")), table.number("months")
    words, earliest = Words(table.text("zh"), table.text("en")), table.number("earliest")
    if duty and months is not None:
        raise table.wrong("duty 和 months 只能写一个", "give duty or months, not both")
    if not duty and months is None and earliest is None:
        raise table.wrong("没有写怎样终止", "says of no way in which it ends")
    article = str(table.values.get("article", ""))
    return Term(key, words, duty, months, earliest, table.text("source"), article)


def _entry(table: Table, key: str) -> Entry:
    table.known(_ENTRY)
    chosen = table.table("if_field")
    return Entry(
        key,
        table.text("kind"),
        table.text("verb"),
        Words(table.text("zh"), table.text("en")),
        table.choice("tone", TONES),
        table.text("sort"),
        bool(table.values.get("public")),
        str(table.values.get("term", "")),
        table.texts("ends"),
        {name: chosen.texts(name) for name in chosen.values} if chosen else {},
        table.texts("if_fact"),
        table.text("source"),
        str(table.values.get("article", "")),
    )


@cache
def credit() -> Credit:
    """What the credit record keeps, as shipped."""
    return read(DATA)


# ---- `zhian law check` --------------------------------------------------------------------------


def check_entries(folder: Path) -> Iterator[Problem]:
    """Entries of acts that no procedure has, of fields and facts that nobody fills, without a
    sort or term; terms that no duty ends."""
    if not (folder / FILE).exists():
        return
    try:
        known = read(folder)
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    duties = _duties(folder)
    for term in known.terms.values():
        if term.duty and term.duty not in duties:
            yield _problem(f"terms.{term.key}", term.duty)
    for entry in known.entries.values():
        for name in _unknown(entry, known):
            yield _problem(f"entries.{entry.key}", name)


def _duties(folder: Path) -> Collection[str]:
    """The duties that can be read; what cannot is another check's to say."""
    if not (folder / "deadlines").exists():
        return ()
    sources, rules, _unread = read_folder(folder)
    return LawBook(sources, rules).duties()


def _problem(table: str, name: str) -> Problem:
    return Problem(FILE, table, Words(f"没有 {name}", f"there is no {name}"))


def _unknown(entry: Entry, known: Credit) -> Iterator[str]:
    if entry.sort not in known.sorts:
        yield f"sorts.{entry.sort}"
    if entry.term and entry.term not in known.terms:
        yield f"terms.{entry.term}"
    procedures = [p for p in book().all() if p.kind == entry.kind]
    if not procedures:
        yield f"{entry.kind}"
    for procedure in procedures:
        yield from _unknown_in(entry, procedure)


def _unknown_in(entry: Entry, procedure: Procedure) -> Iterator[str]:
    missing = [v for v in (entry.verb, *entry.ends) if v not in procedure.acts]
    yield from (f"{procedure.kind}.{verb}" for verb in missing)
    if entry.verb in missing:
        return
    for name, listed in entry.if_field.items():
        yield from _unchosen(procedure.acts[entry.verb], name, listed)
    yield from (f"{procedure.kind} facts.{n}" for n in entry.if_fact if n not in procedure.facts)


def _unchosen(act: ActSpec, name: str, listed: Collection[str]) -> Iterator[str]:
    row = act.field(name)
    if row is None or row.choices is None:
        yield f"{act.verb}.{name}"
        return
    yield from (f"{row.choices}.{key}" for key in listed if key not in choice_keys(row.choices))
