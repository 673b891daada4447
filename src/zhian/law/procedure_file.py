"""Reads one procedure file into its shapes; every complaint names the file and the table.

Shape is judged here (keys, types, what must not be missing). Whether a name exists elsewhere is
judged by `zhian.law.procedure_checks`, so that all such mistakes are listed at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from zhian.law.procedure_model import (
    ActSpec,
    Approval,
    ClockExtension,
    ClockPause,
    ClockStart,
    DocumentUse,
    FieldSpec,
    Mark,
    Opens,
    Phase,
    Procedure,
    ProcedureFileError,
    Publish,
    Tell,
)
from zhian.law.procedure_table import Place, Table, names
from zhian.law.words import Words, words_of

ACT_KEYS = names(
    "opening from to after unless once clears keeps by posts other_than officers approve fields "
    "sets cites stops meets waits on_due changes starts pauses resumes extends gates children "
    "documents notices opens marks lifts publishes unpublishes zh en done_zh done_en"
)
HEAD_KEYS = names("kind version valid_from valid_to zh en")
TOP_KEYS = names("procedure phases facts abstract act")
SETTABLE = names("agency office handler operator premises place")
STANDING_HOLDERS = names("operator premises person")


def read_procedure(path: Path, labels: Mapping[str, Table] | None = None) -> Procedure:
    """The procedure in a TOML file; `labels` are the field names of fields.toml."""
    name = f"{path.parent.name}/{path.name}"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProcedureFileError(name, "", f"cannot be read: {error}") from error
    return parse_procedure(document, name, labels)


def parse_procedure(
    document: Table, file: str, labels: Mapping[str, Table] | None = None
) -> Procedure:
    """The procedure in a parsed document; raises ProcedureFileError."""
    at = Place(file, "")
    at.known(document, TOP_KEYS)
    head = at.table(document, "procedure")
    here = Place(file, "procedure")
    here.known(head, HEAD_KEYS)
    phases = _phases(file, at.table(document, "phases"))
    return Procedure(
        kind=here.required(head, "kind"),
        version=here.required(head, "version"),
        valid_from=here.day(head, "valid_from"),
        valid_to=here.day(head, "valid_to") if "valid_to" in head else None,
        words=words_of(head),
        phases=phases,
        facts=dict(document.get("facts", {})),
        abstract={
            gate: Place(file, "abstract").conditions(rows, gate)
            for gate, rows in document.get("abstract", {}).items()
        },
        acts={
            verb: ActReader(Place(file, f"act.{verb}"), verb, phases, labels or {}).read(table)
            for verb, table in at.table(document, "act").items()
        },
        file=file,
    )


def _phases(file: str, tables: Table) -> tuple[Phase, ...]:
    phases = []
    for index, (key, table) in enumerate(tables.items()):
        Place(file, f"phases.{key}").known(table, frozenset({"zh", "en", "closed"}))
        phases.append(Phase(key, words_of(table), bool(table.get("closed", False)), index))
    return tuple(phases)


class ActReader:
    """Reads one [act.verb] table."""

    def __init__(
        self, at: Place, verb: str, phases: tuple[Phase, ...], labels: Mapping[str, Table]
    ) -> None:
        self.at, self.verb, self.phases, self.labels = at, verb, phases, labels

    def read(self, table: Table) -> ActSpec:
        """The act with every key of its table, and the defaults of those it leaves out."""
        at = self.at
        at.known(table, ACT_KEYS)
        opening = at.flag(table, "opening", False)
        return ActSpec(
            verb=self.verb,
            words=words_of(table),
            done=Words(str(table.get("done_zh", "")), str(table.get("done_en", ""))),
            opening=opening,
            sources=self._sources(table, opening),
            to=at.optional(table, "to"),
            after=at.conditions(table.get("after", []), "after"),
            unless=at.names(table, "unless"),
            once=at.flag(table, "once", False),
            clears=self._all_or_names(table, "clears", frozenset),
            keeps=frozenset(at.names(table, "keeps")),
            by=at.names(table, "by") or ("official",),
            posts=at.names(table, "posts"),
            other_than=at.names(table, "other_than"),
            officers=self._officers(table),
            approve=self._approval(table),
            fields=self._fields(table),
            sets=self._sets(table),
            cites=at.names(table, "cites"),
            stops=self._all_or_names(table, "stops", tuple),
            meets=at.names(table, "meets"),
            waits=at.names(table, "waits"),
            on_due=at.names(table, "on_due"),
            changes=at.names(table, "changes"),
            starts=self._starts(table),
            pauses=self._pauses(table, "pauses"),
            resumes=self._pauses(table, "resumes"),
            extends=self._extends(table),
            gates=at.names(table, "gates"),
            children=at.names(table, "children"),
            documents=self._documents(table),
            notices=at.names(table, "notices"),
            opens=self._opens(table),
            marks=self._marks(table),
            lifts=at.names(table, "lifts"),
            publishes=self._publishes(table),
            unpublishes=at.names(table, "unpublishes"),
        )

    def _sources(self, table: Table, opening: bool) -> frozenset[str]:
        source = table.get("from")
        if opening and source is None:
            if "to" not in table:
                raise self.at.error("an opening act needs `to`, the phase it begins in")
            return frozenset()
        if opening:
            raise self.at.error("an opening act begins a matter, so it has no `from`")
        if source == "any":
            return frozenset(p.key for p in self.phases)
        if source == "open":
            return frozenset(p.key for p in self.phases if not p.closed)
        names = self.at.names(table, "from")
        if not names:
            raise self.at.error("`from` is missing")
        return frozenset(names)

    def _all_or_names(self, table: Table, key: str, make: Any) -> Any:
        return "all" if table.get(key) == "all" else make(self.at.names(table, key))

    def _officers(self, table: Table) -> int:
        number = table.get("officers", 1)
        if not isinstance(number, int) or number < 1:
            raise self.at.error("officers must be a whole number of at least 1")
        return number

    def _approval(self, table: Table) -> Approval | None:
        value = table.get("approve")
        if value is None:
            return None
        row = {"posts": value} if isinstance(value, list) else value
        self.at.known(row, frozenset({"posts", "urgent", "within", "refused"}))
        posts = self.at.names(row, "posts")
        if not posts:
            raise self.at.error("approve names nobody who signs")
        urgent = self.at.optional(row, "urgent")
        within, refused = self.at.optional(row, "within"), self.at.optional(row, "refused")
        if (urgent is None) != (within is None) or (urgent is None) != (refused is None):
            raise self.at.error("an urgent approval needs `urgent`, `within` and `refused`")
        return Approval(posts, urgent, within, refused)

    def _fields(self, table: Table) -> tuple[FieldSpec, ...]:
        fields = table.get("fields", {})
        if not isinstance(fields, Mapping):
            raise self.at.error("fields must be a table of names and types")
        return tuple(self._field(name, spec) for name, spec in fields.items())

    def _field(self, name: str, spec: object) -> FieldSpec:
        own: Table = spec if isinstance(spec, Mapping) else {"type": spec}
        self.at.known(own, frozenset({"type", "zh", "en", "hint"}))
        written = self.at.required(own, "type")
        label = {**self.labels.get(name, {}), **own}
        base, _, detail = written.rstrip("?").partition(":")
        hint = label.get("hint")
        return FieldSpec(
            name=name,
            type=base,
            required=not written.endswith("?"),
            choices=detail if base == "choice" else None,
            many=int(detail) if detail.isdigit() else None,
            words=words_of(label),
            hint=words_of(hint) if isinstance(hint, Mapping) else None,
            of=detail if base == "matter" and detail else None,
        )

    def _sets(self, table: Table) -> dict[str, str]:
        sets = table.get("sets", {})
        if not isinstance(sets, Mapping) or not set(sets) <= SETTABLE:
            raise self.at.error(f"sets may change only {', '.join(sorted(SETTABLE))}")
        return {what: str(source) for what, source in sets.items()}

    def _starts(self, table: Table) -> tuple[ClockStart, ...]:
        rows = self.at.rows(table, "starts", "duty", "at due if")
        return tuple(ClockStart(r["duty"], r.get("at"), r.get("due"), r.get("if")) for r in rows)

    def _pauses(self, table: Table, key: str) -> tuple[ClockPause, ...]:
        rows = self.at.rows(table, key, "duty", "reason at")
        return tuple(
            ClockPause(r["duty"], self.at.required(r, "reason"), r.get("at")) for r in rows
        )

    def _extends(self, table: Table) -> tuple[ClockExtension, ...]:
        rows = self.at.rows(table, "extends", "duty", "due")
        return tuple(ClockExtension(r["duty"], r.get("due")) for r in rows)

    def _documents(self, table: Table) -> tuple[DocumentUse, ...]:
        rows = self.at.rows(table, "documents", "template", "if")
        return tuple(DocumentUse(r["template"], r.get("if")) for r in rows)

    def _marks(self, table: Table) -> tuple[Mark, ...]:
        rows = self.at.rows(table, "marks", "standing", "on until")
        for row in rows:
            if row.get("on", "operator") not in STANDING_HOLDERS:
                raise self.at.error("a standing is set on operator, premises or person")
        return tuple(Mark(r["standing"], r.get("on", "operator"), r.get("until")) for r in rows)

    def _publishes(self, table: Table) -> tuple[Publish, ...]:
        rows = self.at.rows(table, "publishes", "what", "until review")
        return tuple(
            Publish(r["what"], r.get("until"), self.at.flag(r, "review", True)) for r in rows
        )

    def _opens(self, table: Table) -> tuple[Opens, ...]:
        keys = "verb as map each if tells tells_when silent"
        return tuple(self._open(row) for row in self.at.rows(table, "opens", "kind", keys))

    def _open(self, row: dict[str, Any]) -> Opens:
        how = row.get("as", "link")
        when: Literal["each", "all"] = row.get("tells_when", "each")
        if how not in ("child", "link") or when not in ("each", "all"):
            raise self.at.error('opens: as is "child" or "link", tells_when is "each" or "all"')
        tells = self.at.rows(row, "tells", "do", "on")
        return Opens(
            kind=row["kind"],
            verb=self.at.required(row, "verb"),
            as_child=how == "child",
            map=dict(row.get("map", {})),
            each=row.get("each"),
            when=row.get("if"),
            tells=tuple(Tell(self.at.names(t, "on"), t["do"]) for t in tells),
            tells_when=when,
            silent=self.at.names(row, "silent"),
        )


def read_labels(path: Path) -> dict[str, Table]:
    """The field labels of fields.toml; none where the file is absent (a folder of drafts)."""
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProcedureFileError(path.name, "", f"cannot be read: {error}") from error
