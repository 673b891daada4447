"""Reads sources.toml, deadlines/*.toml and duties.toml; every mistake names file and table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from zhian.law.counting import AT_ONCE, COUNTED, UNCOUNTED, UNITS, Period
from zhian.law.periodic import PERIODIC, Recurrence
from zhian.law.rule_model import Extension, Rule, Source
from zhian.law.tables import RuleFileError, Table, names, read_toml
from zhian.law.words import NO_WORDS, Words

KINDS = names(
    "deadline duration cooldown eligibility window_open limitation power waiting_period pause"
)
BASES = frozenset(["statute", "order", "internal"])
VERIFIED = frozenset(["yes", "partial", "no"])
LEVELS = names(
    "law administrative_regulation departmental_rule judicial_interpretation normative_document "
    "local_regulation party_regulation standard document_template"
)

SOURCE_KEYS = names(
    "title doc_no amended_by level valid_from valid_to status seen_in note verified"
)
RULE_KEYS = names(
    "duty title source article actor kind trigger amount unit extension excluded action "
    "consequence document condition valid_from valid_to note verified"
)
MORE_KEYS = names("param gate months frequency early window threshold restart alt ceiling period")
EXTENSION_KEYS = names("amount unit times approver condition further publish")
DUTY_KEYS = names(
    "title basis unit amount set_by explain actor kind trigger excluded extension source article "
    "verified valid_from valid_to"
)

Found = tuple[dict[str, Source], list[Rule], list[RuleFileError]]


def read_folder(folder: Path) -> Found:
    """Sources, rules and the mistakes found on the way, in the order of the files."""
    mistakes: list[RuleFileError] = []
    sources: dict[str, Source] = {}
    rules: dict[str, Rule] = {}
    for table in _tables(folder / "sources.toml", "sources.toml", mistakes):
        with _kept(mistakes):
            sources[table.name] = read_source(table)
    for path in sorted((folder / "deadlines").glob("*.toml")):
        for table in _tables(path, f"deadlines/{path.name}", mistakes):
            with _kept(mistakes):
                _add(rules, table, read_rule(table, sources))
    if (folder / "duties.toml").exists():
        for table in _tables(folder / "duties.toml", "duties.toml", mistakes):
            with _kept(mistakes):
                _read_duty(table, sources, rules)
    return sources, list(rules.values()), mistakes


def _tables(path: Path, file: str, mistakes: list[RuleFileError]) -> list[Table]:
    try:
        document = read_toml(path, file)
    except RuleFileError as error:
        mistakes.append(error)
        return []
    loose = [key for key, value in document.items() if not isinstance(value, dict)]
    mistakes += [RuleFileError(file, key, "应为表", "must be a table") for key in loose]
    return [Table(file, key, value) for key, value in document.items() if key not in loose]


@contextmanager
def _kept(mistakes: list[RuleFileError]) -> Iterator[None]:
    """Lets the reading go on after a mistake, which is kept for the list."""
    try:
        yield
    except RuleFileError as error:
        mistakes.append(error)


def _add(rules: dict[str, Rule], table: Table, rule: Rule) -> None:
    if rule.id in rules:
        other = rules[rule.id].file
        raise table.wrong(f"编号已用于 {other}", f"this id is already used in {other}")
    rules[rule.id] = rule


def read_source(table: Table) -> Source:
    """One text of sources.toml; without dates it is taken to have always held."""
    table.known(SOURCE_KEYS)
    source = Source(
        key=table.name,
        title=table.words("title", required=True),
        doc_no=str(table.values.get("doc_no", "")),
        level=table.choice("level", LEVELS),
        valid_from=table.day("valid_from"),
        valid_to=table.day("valid_to"),
        seen_in=table.text("seen_in"),
        verified=table.choice("verified", VERIFIED),
        status=table.words("status"),
        note=table.words("note"),
    )
    _ordered(table, source)
    return source


def read_rule(table: Table, sources: Mapping[str, Source]) -> Rule:
    """One rule; without own dates it takes the validity of its source."""
    table.known(RULE_KEYS | MORE_KEYS)
    source = _source(table, sources)
    rule = Rule(
        id=table.name,
        duties=_duty_keys(table),
        title=table.words("title", required=True),
        basis="statute",
        source=source,
        article=table.text("article"),
        actor=table.text("actor"),
        kind=table.choice("kind", KINDS, "deadline"),
        trigger=table.words("trigger", required=True),
        action=table.words("action", required=True),
        consequence=table.words("consequence"),
        document=table.words("document"),
        note=table.words("note"),
        period=_period(table),
        extension=_extension(table.table("extension")),
        excluded=table.texts("excluded"),
        condition=_condition(table),
        recurrence=_recurrence(table),
        valid_from=table.day("valid_from") or source.valid_from,
        valid_to=table.day("valid_to") or source.valid_to,
        verified=table.choice("verified", VERIFIED),
        more={key: table.values[key] for key in sorted(MORE_KEYS & table.values.keys())},
        file=table.file,
    )
    _ordered(table, rule)
    return rule


def _ordered(table: Table, dated: Source | Rule) -> None:
    if dated.valid_from and dated.valid_to and dated.valid_to < dated.valid_from:
        raise table.wrong("valid_to 早于 valid_from", "valid_to is earlier than valid_from")


def _source(table: Table, sources: Mapping[str, Source]) -> Source:
    key = table.text("source")
    if key not in sources:
        raise table.wrong(f"sources.toml 中没有 {key}", f"sources.toml has no {key}")
    return sources[key]


def _duty_keys(table: Table) -> tuple[str, ...]:
    value = table.values.get("duty")
    keys = table.texts("duty") if isinstance(value, list) else (table.text("duty"),)
    for key in keys:
        if "." not in key or not key.replace(".", "").replace("_", "").isalnum():
            raise table.wrong(f"职责键 {key} 应为以点分隔的词", f"{key} must be words and dots")
    if not keys or len(set(keys)) != len(keys):
        raise table.wrong("duty 为空或重复", "duty is empty or says a key twice")
    return keys


def _period(table: Table) -> Period:
    unit, amount = table.choice("unit", UNITS), table.number("amount")
    if unit in COUNTED | PERIODIC and amount is None:
        raise table.wrong(f"单位 {unit} 需要 amount", f"the unit {unit} needs an amount")
    if unit in AT_ONCE | UNCOUNTED.keys() and amount is not None:
        raise table.wrong(f"单位 {unit} 没有 amount", f"the unit {unit} takes no amount")
    return Period(amount, unit)


def _extension(table: Table | None) -> Extension | None:
    if table is None:
        return None
    table.known(EXTENSION_KEYS)
    amount, unit = table.number("amount"), table.values.get("unit")
    if (amount is None) != (unit is None):
        raise table.wrong("amount 与 unit 应同时写明", "amount and unit belong together")
    if unit is not None:
        table.choice("unit", COUNTED)
    return Extension(
        amount=amount,
        unit=unit,
        times=table.number("times"),
        approver=table.words("approver"),
        condition=table.words("condition"),
        further=table.words("further"),
    )


def _condition(table: Table) -> Mapping[str, object]:
    inner = table.table("condition")
    return {} if inner is None else {key: worded(v) for key, v in inner.values.items()}


def worded(value: Any) -> object:
    """A value with { zh, en } tables as Words, lists as tuples, anything else as it is."""
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return Words(str(value["zh"]), str(value["en"]))
    if isinstance(value, list):
        return tuple(worded(item) for item in value)
    return value


def _recurrence(table: Table) -> Recurrence:
    months = table.values.get("months", [])
    if not isinstance(months, list) or any(m not in range(1, 13) for m in months):
        raise table.wrong("months 应为 1—12 的列表", "months must be a list of 1 to 12")
    period = table.table("period")
    until = None
    if period is not None:
        month, _, day = period.text("to").partition("-")
        if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12):
            raise period.wrong("to 应写成 月-日", "to must be MM-DD")
        until = int(month), int(day)
    return Recurrence(months=tuple(months), until=until)


def _read_duty(table: Table, sources: Mapping[str, Source], rules: dict[str, Rule]) -> None:
    """A duty of its own, or a second name for one that a rule above states (same_as)."""
    if "same_as" not in table.values:
        _add(rules, table, read_duty(table, sources))
        return
    table.known(frozenset(["same_as"]))
    other = table.text("same_as")
    stating = [rule for rule in rules.values() if other in rule.duties]
    if not stating:
        raise table.wrong(f"没有职责 {other}", f"there is no duty {other}")
    if any(table.name in rule.duties for rule in rules.values()):
        raise table.wrong("已有规则写明该职责", "a rule states this duty already")
    for rule in stating:
        rules[rule.id] = replace(rule, duties=(*rule.duties, table.name))


def read_duty(table: Table, sources: Mapping[str, Source]) -> Rule:
    """A duty that no rule of the deadline files states: an order's term or an internal target."""
    basis = table.choice("basis", BASES)
    source = _source(table, sources) if basis == "statute" or "source" in table.values else None
    explain = table.words("explain", required=True)
    title = table.words("title", required=True)
    return Rule(
        id=table.name,
        duties=(table.name,),
        title=title,
        basis=basis,
        source=source,
        article=table.text("article") if source else "",
        actor=table.text("actor"),
        kind=table.choice("kind", KINDS, "deadline"),
        trigger=table.words("trigger", required=True),
        action=title,
        consequence=NO_WORDS,
        document=NO_WORDS,
        note=explain,
        period=_set_period(table),
        extension=_extension(table.table("extension")),
        excluded=table.texts("excluded"),
        condition={},
        recurrence=Recurrence(),
        valid_from=table.day("valid_from") or (source.valid_from if source else None),
        valid_to=table.day("valid_to") or (source.valid_to if source else None),
        verified=table.choice("verified", VERIFIED, "yes"),
        more={},
        file=table.file,
    )


def _set_period(table: Table) -> Period:
    if "set_by" not in table.values:
        return _period(table)
    if table.text("set_by") != "act":
        raise table.wrong('set_by 只能是 "act"', 'set_by can only be "act"')
    if "unit" in table.values or "amount" in table.values:
        raise table.wrong("set_by 与 unit、amount 不能并用", "set_by excludes unit and amount")
    return Period(None, "by_act")
