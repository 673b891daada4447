"""Looking through a roster: what each row says, what is wrong in which cell, what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from zhian.apps.registry.licences import terms
from zhian.apps.registry.licences.importing.columns import REQUIRED, STATE_OF, STATES
from zhian.apps.registry.licences.importing.finding import Directory, chunks
from zhian.apps.registry.licences.importing.plan import Plan, Said
from zhian.apps.registry.licences.importing.reading import Source
from zhian.apps.registry.licences.sorts import SORTS
from zhian.apps.registry.models import IN_FORCE, Licence, LicenceChange
from zhian.desk.takeover.cells import bare, means
from zhian.directory.imports.table import Row, Wrong
from zhian.directory.models import Agency
from zhian.law import vocabulary
from zhian.law.identifiers import IdentifierError, parse_licence
from zhian.law.licence_formats import DESCRIBED, licence_formats
from zhian.law.licence_numbers import LicenceNumber
from zhian.law.thresholds import form_digits
from zhian.law.words import Words

KIND = "register_licences"
NAMES = {sort.key: sort.words for sort in SORTS}
FAR = timedelta(days=366 * 100)
OTHER = Words(
    "与登记的不同（{what}），该证经本系统程序办理，未改。",
    "It differs from the register ({what}), where it went through a procedure: left as it is.",
)


def look_through(source: Source, agency: Agency, day: date) -> Plan:
    """What a roster would do on a day; nothing is written."""
    plan = Plan(source, day)
    directory = Directory(plan, agency)
    seen: dict[str, int] = {}
    for row in source.rows:
        try:
            _understand(plan, directory, row, seen)
        except Wrong as wrong:
            plan.fault(row, wrong.column, wrong.words)
    _compare(plan)
    return plan


def _understand(plan: Plan, directory: Directory, row: Row, seen: dict[str, int]) -> None:
    for key in REQUIRED:
        if not row.text(key):
            raise Wrong(key, "此格必填。", "This cell must be filled.")
    number = _number(plan, directory, row)
    if number.code in seen:
        at = seen[number.code]
        raise Wrong("number", f"与第 {at} 行相同。", f"The same as in row {at}.")
    seen[number.code] = row.number
    values = _values(plan, row, number)
    operator = directory.operator(row, number.kind)
    premises = directory.premises(row, operator, number.kind)
    place = directory.place(row, premises)
    if operator.pk is None and not operator.place_id:
        operator.place = place
    if premises is None and number.kind not in ("CCC", "XK"):
        premises = directory.add_premises(row, operator, number.kind, number.code, place)
    plan.said.append(Said(row, number.kind, number.code, place, values, operator, premises))


# ---- the number ---------------------------------------------------------------------------------


def _number(plan: Plan, directory: Directory, row: Row) -> LicenceNumber:
    try:
        found = parse_licence(row.text("number"), _kind(row), directory.divisions)
    except IdentifierError as wrong:
        raise Wrong("number", wrong.words.zh, wrong.words.en) from None
    for remark in found.remarks:
        plan.remark(row, "number", remark)
    if found.kind not in NAMES:
        raise Wrong("kind", "这种证件不在登记之列。", "Papers of this kind are not kept here.")
    return found


def _kind(row: Row) -> str | None:
    text = row.text("kind")
    if not text:
        return None
    known = {key: licence_formats()[key].words for key in NAMES}
    found = means(text, known) or means(text, NAMES) or means(text.removesuffix("证"), NAMES)
    if found is None:
        listed = "、".join(words.zh for words in known.values())
        raise Wrong("kind", f"没有种类“{text}”；可填：{listed}。", f"No such kind: “{text}”.")
    return found


# ---- what it says -------------------------------------------------------------------------------


def _values(plan: Plan, row: Row, number: LicenceNumber) -> dict[str, Any]:
    issued, expires = row.day("issued_on"), row.day("expires_on")
    assert issued is not None
    if issued > plan.day:
        raise Wrong("issued_on", f"发证日期 {issued} 尚未到。", f"{issued} is still to come.")
    if expires is not None and not issued <= expires < issued + FAR:
        raise Wrong(
            "expires_on", "有效期早于发证日期，或者过长。", "It ends before it begins, or too late."
        )
    _remark_term(plan, row, number.kind, issued, expires)
    state = _state(row)
    return {
        "kind": number.kind,
        "issued_on": issued,
        "first_issued_on": row.day("first_issued_on") or issued,
        "expires_on": expires,
        "state": state,
        "ended_on": _ended(plan, row, state),
        "scope": row.text("scope"),
        **_what(row, number),
    }


def _remark_term(plan: Plan, row: Row, kind: str, issued: date, expires: date | None) -> None:
    """Longer than the law lets it be, or without an end where the law sets one."""
    last = terms.last_day(kind, max(issued, terms.FIRST_KNOWN))
    if last is None or (expires is not None and issued < terms.FIRST_KNOWN):
        return
    if expires is None:
        said = Words("没有写有效期；按法定期限应当有。", "No end is told, and the law sets one.")
        plan.remark(row, "expires_on", said)
    elif expires > last + timedelta(days=1):
        said = Words(
            f"比规定的有效期长（自发证之日应至 {last}）。", f"Longer than its term, until {last}."
        )
        plan.remark(row, "expires_on", said)


def _state(row: Row) -> str:
    text = bare(row.text("state"))
    if not text:
        return IN_FORCE
    found = STATE_OF.get(text)
    if found is None:
        listed = "、".join(words.split()[0] for words in STATES.values())
        raise Wrong("state", f"没有状态“{text}”；可填：{listed}。", f"No such state: “{text}”.")
    return found


def _ended(plan: Plan, row: Row, state: str) -> date | None:
    ended = row.day("ended_on")
    if state == IN_FORCE and ended is not None:
        raise Wrong("ended_on", "状态为有效，不应有终止日期。", "It is valid and has an end.")
    if state != IN_FORCE and ended is None:
        plan.remark(
            row, "ended_on", Words("没有写终止日期。", "The day on which it ended is not told.")
        )
    return ended


def _what(row: Row, number: LicenceNumber) -> dict[str, Any]:
    """Category, form or item: from the cell, else as the number itself says it."""
    found: dict[str, Any] = dict.fromkeys(DESCRIBED, "")
    lists = licence_formats()[number.kind].lists
    first = next(iter(lists), "")
    if not first:
        return found
    text = row.text("what")
    answers = {one.key: one.words for one in vocabulary.choices(lists[first])}
    key = means(text, answers) if text else _from_number(number)
    if key is None:
        listed = "、".join(words.zh for words in list(answers.values())[:12])
        raise Wrong("what", f"没有类别“{text}”；可填：{listed}……", f"No such category: “{text}”.")
    return found | {first: key}


def _from_number(number: LicenceNumber) -> str:
    if number.kind == "JY":
        digits = form_digits()
        return next((k for k, d in digits.items() if d == number.parts.get("form")), "")
    if number.kind == "FARM":
        return "" if number.code.startswith("YZB") else "livestock"
    return number.parts.get("category") or number.parts.get("form") or ""


# ---- what the register has already --------------------------------------------------------------


def _compare(plan: Plan) -> None:
    """Numbers that are known: the same, changed since the last roster, or somebody else's."""
    known: dict[str, Licence] = {}
    for part in chunks([one.number for one in plan.said]):
        known |= {lic.number: lic for lic in Licence.objects.filter(number__in=part)}
    theirs = _through_procedures(known)
    kept: list[Said] = []
    for one in plan.said:
        one.known = known.get(one.number)
        if one.known is None or _may_change(plan, one, theirs):
            kept.append(one)
    plan.said = kept
    _drop_unused(plan)


def _may_change(plan: Plan, one: Said, theirs: frozenset[int]) -> bool:
    """Whether the row stays in the plan; what it would change is only what a roster brought."""
    known = one.known
    assert known is not None
    if known.operator_id != one.operator.pk:
        words = Words("名录中这是另一主体的证。", "In the register it is another operator's.")
        plan.fault(one.row, "number", words)
        return False
    one.premises = one.premises if one.premises and one.premises.pk else None
    if not one.values["scope"]:
        one.values["scope"] = known.scope
    if known.pk in theirs and known.state != "void" and one.change == "changed":
        odd = [k for k, v in one.values.items() if getattr(known, k) != v]
        plan.remark(one.row, "number", OTHER.format(what=", ".join(odd)))
        one.values = {key: getattr(known, key) for key in one.values}
    return True


def _through_procedures(known: Mapping[str, Licence]) -> frozenset[int]:
    """Licences that something else than a roster has touched: a roster does not overrule that."""
    found: set[int] = set()
    for part in chunks([lic.pk for lic in known.values()]):
        rows = LicenceChange.objects.filter(licence__in=part, undone=False)
        found |= set(rows.exclude(act__matter__kind=KIND).values_list("licence", flat=True))
    return frozenset(found)


def _drop_unused(plan: Plan) -> None:
    """New operators and premises that only rows with a fault, or known licences, asked for."""
    operators = {id(one.operator) for one in plan.said}
    premises = {id(one.premises) for one in plan.said}
    plan.new_operators = [o for o in plan.new_operators if id(o) in operators]
    plan.new_premises = [p for p in plan.new_premises if id(p) in premises]
