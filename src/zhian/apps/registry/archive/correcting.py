"""档案更正: what an operator says is wrong is checked when asked, and written when approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from zhian.apps.registry.archive import actions
from zhian.apps.registry.archive.actions import Hand
from zhian.apps.registry.archive.sections import (
    AND,
    BadValue,
    model_of,
    parse,
    section_of,
    text_of,
    values_of,
)
from zhian.apps.registry.models.archive import FileRow, RecordCorrection
from zhian.desk.errors import FieldErrors, refuse
from zhian.desk.models import Act, Matter
from zhian.directory.actions import operators
from zhian.directory.errors import NotPossible
from zhian.directory.models import Operator
from zhian.law import vocabulary
from zhian.law.archive import Section, archive
from zhian.law.words import Words

FIELD = "corrections"
PARTS = "archive_part"
NOTHING = Words("请至少写一处要更正的内容。", "Say at least one thing that is wrong.")


def propose(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """Keep what is asked, with what stands there now; every wrong line is named at once."""
    lines = [dict(line) for line in values.get(FIELD) or () if isinstance(line, Mapping)]
    wrong, kept = [], []
    for number, line in enumerate(lines, start=1):
        try:
            kept.append(_checked(matter, line))
        except BadValue as bad:
            wrong.append((number, bad.words))
    if wrong or not kept:
        raise FieldErrors({FIELD: _told(wrong) if wrong else NOTHING})
    RecordCorrection.objects.create(matter=matter, lines=kept)


def _told(wrong: Sequence[tuple[int, Words]]) -> Words:
    return Words(
        "".join(f"第 {n} 行：{w.zh}" for n, w in wrong),
        " ".join(f"Line {n}: {w.en}" for n, w in wrong),
    )


def _checked(matter: Matter, line: Mapping[str, Any]) -> dict[str, str]:
    what, value = str(line.get("what", "")), str(line.get("value", "")).strip()
    if what not in vocabulary.choice_keys(PARTS):
        raise BadValue(Words("请选择要更正的栏目。", "Choose what is wrong."))
    if not value:
        raise BadValue(Words("请写正确的内容。", "Write what is right."))
    name, part = what.split(".")
    return {"what": what, "value": value, "was": _was(matter, name, part, value)}


def _was(matter: Matter, name: str, part: str, value: str) -> str:
    """What stands there now, once the new value is known to fit."""
    section = section_of(name)
    if section is not None:
        return _was_row(matter, section, part, value)
    if what_state(name, part):
        _state(value)
        return str(matter.operator.get_state_display()) if matter.operator else ""
    own = archive().sections[name]
    field, thing = own.field(part), matter.operator if name == "subject" else matter.premises
    if thing is None:
        raise BadValue(Words("更正场所须先选场所。", "Choose the premises first."))
    parse(own, field, value)
    return text_of(own, field, getattr(thing, part))


def _was_row(matter: Matter, section: Section, part: str, value: str) -> str:
    parse(section, section.title, value)
    standing = _row(matter, section, value)
    if part != "end":
        return value if standing is not None else ""
    if standing is None:
        words = Words(f"档案中没有“{value}”。", f"The file has no “{value}”.")
        raise BadValue(words)
    return value


def _row(matter: Matter, section: Section, name: str) -> FileRow | None:
    rows = model_of(section).objects.filter(operator=matter.operator_id)
    found: FileRow | None = rows.current().filter(**{section.title.key: name}).first()
    return found


def what_state(name: str, part: str) -> bool:
    """Whether a line is about the trading status, which is no field but an event."""
    return (name, part) == ("subject", "state")


def _state(text: str) -> str:
    for key, words in Operator.STATES:
        if text in (key, str(words), words):
            return key
    listed = [str(words) for _key, words in Operator.STATES]
    raise BadValue(
        Words(
            f"经营状态应为：{AND.zh.join(listed)}。",
            f"The status is one of: {AND.en.join(listed)}.",
        )
    )


# ---- writing ------------------------------------------------------------------------------------


def approve(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """Write every line in the name of whoever approves it, or none."""
    row = matter.record_correction
    day = timezone.localtime(act.happened_at).date()
    why = f"{matter.number} 更正申请"
    hand = Hand(act.appointment, act.happened_at, day, why, act.actor_name)
    try:
        row.lines = [line | {"done": _write(matter, line, hand)} for line in row.lines]
    except NotPossible as wrong:
        raise refuse(wrong.words.zh, wrong.words.en) from None
    row.written = True
    row.save(update_fields=["lines", "written"])


def _write(matter: Matter, line: Mapping[str, str], hand: Hand) -> dict[str, Any]:
    name, part = line["what"].split(".")
    section = section_of(name)
    if section is not None:
        return _write_row(matter, section, part, line["value"], hand)
    assert matter.operator is not None
    if what_state(name, part):
        before: Any = matter.operator.state
        operators.set_state(
            matter.operator, _state(line["value"]), since=hand.day, today=hand.day,
            by=hand.by, reason=hand.why, by_name=hand.name,
        )  # fmt: skip
        return {"before": before}
    own = archive().sections[name]
    new = {part: parse(own, own.field(part), line["value"])}
    return _write_own(matter, name, part, new, hand)


def _write_own(
    matter: Matter, name: str, part: str, new: Mapping[str, Any], hand: Hand
) -> dict[str, Any]:
    thing: Any = matter.operator if name == "subject" else matter.premises
    before = getattr(thing, part)
    if name == "subject":
        actions.change_subject(thing, new, hand)
    else:
        operators.change_premises(thing, new, by=hand.by, reason=hand.why, by_name=hand.name)
    return {"before": str(before) if hasattr(before, "isoformat") else before}


def _write_row(
    matter: Matter, section: Section, part: str, value: str, hand: Hand
) -> dict[str, Any]:
    assert matter.operator is not None
    if part == "end":
        standing = _row(matter, section, value)
        if standing is None:
            raise NotPossible(f"档案中没有“{value}”。", f"The file has no “{value}”.")
        actions.end_row(section, standing, hand)
        return {"ended": standing.pk}
    more = {"role": part} if section.key == actions.PEOPLE else {}
    made = actions.add_row(
        section, matter.operator, {section.title.key: value} | more, hand, premises=matter.premises
    )
    return {"added": made.pk}


# ---- undoing ------------------------------------------------------------------------------------


def undo(matter: Matter, act: Act) -> None:
    """An approval that was a mistake: what stood there is written again, the last line first."""
    row = matter.record_correction
    if act.verb != "approve" or not row.written:
        return
    today = timezone.localdate()
    hand = Hand(act.appointment, timezone.now(), today, f"{matter.number} 撤销更正", act.actor_name)
    for line in reversed(row.lines):
        _write_back(matter, line, hand)
    row.written = False
    row.save(update_fields=["written"])


def _write_back(matter: Matter, line: Mapping[str, Any], hand: Hand) -> None:
    name, part = line["what"].split(".")
    section, done = section_of(name), line["done"]
    if section is None:
        _own_back(matter, name, part, done["before"], hand)
    elif "added" in done:
        made = model_of(section).objects.filter(pk=done["added"], until=None).first()
        if made is not None:
            actions.end_row(section, made, hand)
    else:
        old = model_of(section).objects.get(pk=done["ended"])
        actions.add_row(
            section, old.operator, values_of(section, old), hand, premises=old.premises
        )  # fmt: skip


def _own_back(matter: Matter, name: str, part: str, before: Any, hand: Hand) -> None:
    assert matter.operator is not None
    if what_state(name, part):
        operators.set_state(
            matter.operator, before, since=hand.day, today=hand.day, by=hand.by,
            reason=hand.why, by_name=hand.name,
        )  # fmt: skip
        return
    own = archive().sections[name]
    old = {part: parse(own, own.field(part), before) if before is not None else None}
    if name == "subject":
        operators.change_operator(
            matter.operator, old, by=hand.by, reason=hand.why, by_name=hand.name
        )  # fmt: skip
    elif matter.premises is not None:
        operators.change_premises(
            matter.premises, old, by=hand.by, reason=hand.why, by_name=hand.name
        )  # fmt: skip
