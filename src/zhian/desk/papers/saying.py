"""What the acts of a matter said, as texts for its papers.

Only acts that count are heard: done or signed, and not undone since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zhian.desk import labels
from zhian.desk.fields import PLURALS, REFERENCES
from zhian.desk.models import Act, Document, Erasable, Matter
from zhian.desk.papers.wording import day_of, day_written, moment_written
from zhian.law import vocabulary
from zhian.law.procedure import FieldSpec
from zhian.law.words import Words

EMPTY = (None, "", [])
WHEN = Words("{act}的时间", "when “{act}” was done")
ENTRY = Words("{act}：{field}", "{act}: {field}")


@dataclass(frozen=True, slots=True)
class Said:
    """One part of a paper with its name in words: a text, or a list or table of texts.

    `field`: the field of the paper's own act that it stands for, where an error belongs beside it.
    """

    words: Words
    text: Any
    field: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """An act that counts: what it said stands in `given`, the act that gave it force in `act`."""

    act: Act
    given: Act


def said(document: Document) -> dict[str, Said]:
    """The fields of the acts that count up to the paper's own, the latest of each name first in
    force; what was written into the draft itself stands above them."""
    found: dict[str, tuple[FieldSpec, Any]] = {}
    own = document.drafted_by
    heard = [one.given for one in counted(document.matter, own.seq)]
    for act in [*heard, own]:
        found |= {row.name: (row, act.data[row.name]) for row in _filled(document.matter, act)}
    for name, (row, _value) in found.items():
        if document.data.get(name) not in EMPTY:
            found[name] = (row, document.data[name])
    return {name: Said(row.words, text_of(row, value)) for name, (row, value) in found.items()}


def of_acts(matter: Matter, verbs: Collection[str]) -> dict[str, Said]:
    """What the last act of each verb said: `verb.field`, and its day as `verb.at`."""
    found: dict[str, Said] = {}
    last = {one.act.verb: one for one in counted(matter) if one.act.verb in verbs}
    for verb, one in last.items():
        words = labels.verb_words(matter, verb)
        found[f"{verb}.at"] = Said(WHEN.format(act=words), day_of(one.act.happened_at))
        for row in _filled(matter, one.given):
            name = ENTRY.format(act=words, field=row.words)
            found[f"{verb}.{row.name}"] = Said(name, text_of(row, one.given.data[row.name]))
    return found


def last_of(matter: Matter, verbs: Collection[str]) -> Act | None:
    """The last act of some verbs, whether it counts yet or waits for signatures."""
    acts = Act.objects.filter(matter=matter, verb__in=verbs, stage__in=("done", "proposed"))
    return acts.order_by("seq").last()


def phone(matter: Matter) -> Said:
    """The operator's telephone: only on the papers whose form asks for it."""
    words = Words("当事人联系电话", "the operator's telephone")
    return Said(words, matter.operator.phone if matter.operator else "")


def counted(matter: Matter, up_to: int | None = None) -> Iterator[Counted]:
    """The acts that count, in their order, up to a number; a signature gives its proposal force."""
    acts = Act.objects.filter(matter=matter).order_by("seq")
    rows = list(acts if up_to is None else acts.filter(seq__lte=up_to))
    by_seq = {act.seq: act for act in rows}
    undone = {act.data.get("act") for act in rows if act.stage == "annulled"}
    for act in rows:
        if act.effective and act.stage != "annulled" and act.seq not in undone:
            signed = act.stage == "signed"
            yield Counted(act, by_seq.get(act.data["proposal"], act) if signed else act)


def _filled(matter: Matter, act: Act) -> Iterator[FieldSpec]:
    """The fields that an act filled in; none for an act that no procedure lists."""
    spec = labels.procedure(matter.kind, matter.procedure_version)
    for row in spec.acts[act.verb].fields if spec and act.verb in spec.acts else ():
        if act.data.get(row.name) not in EMPTY:
            yield row


def text_of(row: FieldSpec, value: Any) -> str:
    """One field as a text in Chinese: references by name, choices and days in words."""
    if isinstance(value, list):
        return "、".join(text_of(row, item) for item in value)
    if isinstance(value, Mapping):
        return _personal(value)
    if row.choices:
        return vocabulary.choice(row.choices, str(value)).zh
    model = REFERENCES.get(PLURALS.get(row.type, row.type))
    if model is not None and isinstance(value, int):
        return str(model._default_manager.filter(pk=value).first() or "")
    return _TEXTS.get(row.type, str)(value)


def _personal(value: Mapping[str, Any]) -> str:
    """A personal text stands apart from the act; what was erased is not printed any more."""
    kept = Erasable.objects.filter(digest=value.get("personal", "")).first()
    return str(kept.content) if kept is not None and kept.content is not None else ""


def _yes(value: Any) -> str:
    return "是" if value else "否"


_TEXTS = {"date": day_written, "datetime": moment_written, "bool": _yes}
