"""What was entered with an act, in words: choices, people, papers and files by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.fields import PLURALS, REFERENCES
from zhian.desk.models import Act, Erasable, Evidence, Matter
from zhian.desk.show import items
from zhian.desk.show.items import ItemColumn
from zhian.law import gates, vocabulary
from zhian.law.procedure import ActSpec, FieldSpec

Known = Mapping[tuple[type[Model], int], Model]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as it was entered; `files` are shown as links."""

    label: str
    text: str
    files: tuple[Evidence, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def entries(matter: Matter, acts: Sequence[Act]) -> dict[int, list[Entry]]:
    """What each act says, by its number; one query for each kind of thing that is named."""
    known = _look_up(matter, acts)
    return {act.pk: list(_of(matter, act, known)) for act in acts}


def _spec(matter: Matter, act: Act) -> ActSpec | None:
    procedure = labels.procedure(matter.kind, matter.procedure_version)
    return procedure.acts.get(act.verb) if procedure else None


def _look_up(matter: Matter, acts: Iterable[Act]) -> Known:
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for act in acts:
        spec = _spec(matter, act)
        for row in spec.fields if spec else ():
            value = act.data.get(row.name)
            for model, key in (*_references(row, value), *_in_lines(matter.kind, row, value)):
                wanted[model].add(key)
    found: dict[tuple[type[Model], int], Model] = {}
    for model, keys in wanted.items():
        rows = model._default_manager.filter(pk__in=keys)
        if model._meta.model_name == "appointment":
            rows = rows.select_related("user", "post")
        found.update({(model, row.pk): row for row in rows})
    return found


def _references(row: FieldSpec, value: Any) -> Iterable[tuple[type[Model], int]]:
    base = PLURALS.get(row.type, row.type)
    for item in value if isinstance(value, list) else [value]:
        if base in REFERENCES and isinstance(item, int):
            yield REFERENCES[base], item
        elif "|" in base and isinstance(item, str):
            name, _sep, key = item.partition(":")
            if name in REFERENCES and key.isdigit():
                yield REFERENCES[name], int(key)


def _in_lines(kind: str, row: FieldSpec, value: Any) -> Iterable[tuple[type[Model], int]]:
    """What the lines of a field refer to."""
    for line in value if isinstance(value, list) else ():
        for column in items.columns(kind, row.name) if isinstance(line, Mapping) else ():
            key = str(line.get(column.name, ""))
            if column.names and key.isdigit():
                yield REFERENCES[column.names], int(key)


def _of(matter: Matter, act: Act, known: Known) -> Iterable[Entry]:
    spec = _spec(matter, act) if act.stage in ("done", "proposed") else None
    for row in spec.fields if spec else ():
        value = act.data.get(row.name)
        if value not in (None, "", []):
            yield _entry(matter.kind, row, value, known)
    confirmed = act.data.get("confirmed", [])
    if confirmed:
        yield Entry(_("已确认"), _("；").join(_requires(g) for g in confirmed))
    yield from _common(act)


def _requires(gate_id: str) -> str:
    try:
        return speak(gates.rule(gate_id).requires)
    except gates.UnknownGate:
        return gate_id


def _entry(kind: str, row: FieldSpec, value: Any, known: Known) -> Entry:
    label = speak(row.words)
    references = list(_references(row, value))
    if references:
        found = [known[r] for r in references if r in known]
        files = tuple(f for f in found if isinstance(f, Evidence))
        return Entry(label, "" if files else _("、").join(map(str, found)), files)
    if isinstance(value, Mapping) and "personal" in value:
        return Entry(label, _personal(value["personal"]))
    if isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        columns = items.columns(kind, row.name)
        lines = [_line(columns, v, known) for v in value if isinstance(v, Mapping)]
        return Entry(label, "", (), tuple(lines))
    return Entry(label, _text(row, value))


def _line(columns: Sequence[ItemColumn], line: Mapping[str, Any], known: Known) -> tuple[str, ...]:
    cells = (_cell(c, line.get(c.name), known) for c in columns)
    return tuple(cell for cell in cells if cell)


def _cell(column: ItemColumn, value: Any, known: Known) -> str:
    if value in (None, ""):
        return ""
    if column.names and str(value).isdigit():
        return str(known.get((REFERENCES[column.names], int(value)), ""))
    return _moment(value) if column.kind == "datetime" else str(value)


def _text(row: FieldSpec, value: Any) -> str:
    if isinstance(value, list):
        return _("、").join(_text(row, item) for item in value)
    if row.choices:
        return speak(vocabulary.choice(row.choices, str(value)))
    if row.type == "bool":
        return _("是") if value else _("否")
    if row.type == "datetime":
        return _moment(value)
    return str(value)


def _moment(value: Any) -> str:
    when = parse_datetime(str(value))
    if when is None:
        return str(value)
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return f"{local:%Y-%m-%d %H:%M}"


def _personal(digest: str) -> str:
    kept = Erasable.objects.filter(digest=digest).first()
    if kept is None or kept.erased_at is not None:
        return _("（已删除）")
    return str(kept.content)


def _common(act: Act) -> Iterable[Entry]:
    """What the acts of every kind carry: notes, opinions, who handed over to whom."""
    if act.verb == "note" and act.data.get("text"):
        yield Entry("", act.data["text"])
    if act.data.get("opinion"):
        yield Entry(_("意见"), act.data["opinion"])
    if act.verb == "take_over":
        yield Entry(_("原编号"), str(act.data.get("old_number", "")))
        yield Entry(_("来自文件"), str(act.data.get("file", "")))
    if act.verb == "hand_over":
        yield Entry(_("移交给"), str(act.data.get("to", "")))
    if act.verb == "seal":
        yield Entry(_("文书"), str(act.data.get("paper", "")))
        way = _("电子印章") if act.data.get("way") == "electronic" else _("盖章后扫描")
        yield Entry(way, f"SHA-256 {act.data.get('sha256', '')[:16]}")
    if act.verb == "share":
        yield Entry(_("共享给"), str(act.data.get("with", "")))
    if act.verb == "call":
        reached = _("已联系到") if act.data.get("reached") else _("未联系到")
        yield Entry(str(act.data.get("to", "")), f"{reached} {act.data.get('text', '')}".strip())
