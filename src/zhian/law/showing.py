"""One rule written out for a reader."""

from __future__ import annotations

from collections.abc import Iterator

from zhian.law.counting import Period
from zhian.law.rules import Extension, Rule
from zhian.law.rules_file import worded
from zhian.law.wording import period_words
from zhian.law.words import Words

_LABELS = {
    "duty": Words("职责", "duty"),
    "citation": Words("依据", "source"),
    "basis": Words("性质", "basis"),
    "kind": Words("类型", "kind"),
    "actor": Words("义务人", "who"),
    "trigger": Words("起算", "trigger"),
    "period": Words("期限", "time"),
    "extension": Words("延长", "extension"),
    "excluded": Words("不计入", "not counted"),
    "action": Words("事项", "what"),
    "consequence": Words("后果", "if missed"),
    "document": Words("文书", "document"),
    "condition": Words("条件", "condition"),
    "more": Words("其他", "more"),
    "validity": Words("施行", "in force"),
    "note": Words("说明", "note"),
    "verified": Words("核对", "verified"),
}


def described(rule: Rule, language: str) -> str:
    """All that is known of a rule, one labelled line per fact."""
    lines = [f"{rule.id}  {rule.title.text(language)}"]
    for key, text in _facts(rule, language):
        if text:
            lines.append(f"  {_LABELS[key].text(language)}: {text}")
    return "\n".join(lines)


def _facts(rule: Rule, language: str) -> Iterator[tuple[str, str]]:
    yield "duty", ", ".join(rule.duties)
    yield "citation", rule.citation.text(language)
    yield "basis", rule.basis
    yield "kind", rule.kind
    yield "actor", rule.actor
    yield "trigger", rule.trigger.text(language)
    yield "period", period_words(rule.period).text(language)
    yield "extension", _extended(rule.extension, language) if rule.extension else ""
    yield "excluded", ", ".join(rule.excluded)
    yield "action", rule.action.text(language)
    yield "consequence", rule.consequence.text(language)
    yield "document", rule.document.text(language)
    yield "condition", _pairs(rule.condition, language)
    yield "more", _pairs(rule.more, language)
    yield "validity", _validity(rule)
    yield "note", rule.note.text(language)
    yield "verified", rule.verified


def _extended(extension: Extension, language: str) -> str:
    parts = [w.text(language) for w in (extension.approver, extension.condition, extension.further)]
    if extension.amount is not None and extension.unit is not None:
        parts.insert(0, period_words(Period(extension.amount, extension.unit)).text(language))
    if extension.times is not None:
        parts.insert(1, f"× {extension.times}")
    return "; ".join(part for part in parts if part)


def _pairs(values: object, language: str) -> str:
    """Nested machine keys and texts on one line."""
    values = worded(values)
    if isinstance(values, Words):
        return values.text(language)
    if isinstance(values, dict):
        return "; ".join(f"{key} = {_pairs(value, language)}" for key, value in values.items())
    if isinstance(values, tuple):
        return ", ".join(_pairs(value, language) for value in values)
    return str(values).lower() if isinstance(values, bool) else str(values)


def _validity(rule: Rule) -> str:
    if rule.valid_from is None and rule.valid_to is None:
        return ""
    first = rule.valid_from.isoformat() if rule.valid_from else "…"
    return f"{first} — {rule.valid_to.isoformat() if rule.valid_to else '…'}"
