"""Applications and exits that another system kept, with the licence that they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model

from zhian.apps.registry.licences.sorts import OURS, SORTS
from zhian.apps.registry.models import Licence, LicenceApplication, LicenceExit
from zhian.desk.kinds import Line, TakeOver
from zhian.desk.models import Matter
from zhian.desk.takeover import cells
from zhian.directory.imports.table import Field, Row, Wrong
from zhian.law import vocabulary
from zhian.law.identifiers import IdentifierError, parse_licence
from zhian.law.licence_formats import DESCRIBED, licence_formats
from zhian.law.words import Words

FREE = Words("", "")
PURPOSES = {
    "first": Words("首次申请", "First"),
    "change": Words("变更", "Change"),
    "renewal": Words("延续", "Renewal"),
    "reissue": Words("补办", "New copy"),
    "register": Words("登记事项变更", "Registered particulars"),
}
WAYS = {
    "apply_cancel": Words("申请注销", "The holder applied"),
    "open_ex_officio": Words("依职权注销", "Ex officio"),
    "open_annul": Words("撤销", "Annulment"),
    "open_withdrawal": Words("撤回", "Withdrawal"),
    "record_revocation": Words("吊销", "Revocation"),
}
NEW = Words(
    "名录中没有这个编号时，登记为该主体的许可证，须写发证日期",
    "where the register lacks it, it is entered for this operator: give its day of issue",
)
NUMBER = Field("licence_number", Words("许可证编号", "Licence number"), NEW)
DATES = (
    Field("issued_on", Words("发证日期", "Issued on"), FREE),
    Field("expires_on", Words("有效期至", "Valid until"), FREE),
)


def _of_application(kind: str) -> Callable[[Matter, Line], Sequence[Model]]:
    def rows(matter: Matter, line: Line) -> Sequence[Model]:
        row = line.row
        purpose = cells.find(
            "purpose", row.text("purpose") or "first", PURPOSES, Words("申请类型", "purpose")
        )
        made, licence = licence_of(matter, row, kind, needed=purpose != "first")
        application = LicenceApplication(
            matter=matter,
            licence_kind=kind,
            purpose=purpose,
            licence=licence,
            changed_on=row.day("changed_on"),
            changes=row.text("changes"),
            conditions_changed=cells.yes(row, "conditions_changed"),
            **_described(row, kind),
        )
        return [*made, application]

    return rows


def _of_exit(matter: Matter, line: Line) -> Sequence[Model]:
    row = line.row
    kind = _kind(row)
    made, licence = licence_of(matter, row, kind, needed=True)
    way = cells.find("way", row.text("way"), WAYS, Words("退出方式", "way"))
    ended = LicenceExit(
        matter=matter,
        licence=licence,
        way=way,
        found_on=row.day("found_on"),
        told=row.text("told"),
    )
    return [*made, ended]


def _kind(row: Row) -> str:
    """The kind of licence that a number is of, by its beginning."""
    try:
        found = parse_licence(row.text("licence_number")).kind
    except IdentifierError as wrong:
        raise Wrong("licence_number", wrong.words.zh, wrong.words.en) from None
    if found not in OURS:
        raise Wrong(
            "licence_number",
            "这种证不由本机关注销。",
            "Licences of this kind are not ended here.",
        )
    return found


def licence_of(
    matter: Matter, row: Row, kind: str, *, needed: bool
) -> tuple[Sequence[Licence], Licence | None]:
    """The licence that a line names: that of the register, or one to be entered with the matter."""
    text = row.text("licence_number")
    if not needed:
        return (), None
    if matter.operator is None:
        raise Wrong("operator", "须写明主体。", "The operator is missing.")
    number = _valid(kind, text)
    known = Licence.objects.filter(number=number).first()
    if known is None:
        made = _entered(matter, row, kind, number)
        return (made,), made
    if known.operator_id != matter.operator.pk:
        raise Wrong(
            "licence_number", "这是另一主体的许可证。", "This licence is another operator's."
        )
    return (), known


def _valid(kind: str, text: str) -> str:
    try:
        return parse_licence(text, kind).code
    except IdentifierError as wrong:
        raise Wrong("licence_number", wrong.words.zh, wrong.words.en) from None


def _entered(matter: Matter, row: Row, kind: str, number: str) -> Licence:
    issued = row.day("issued_on")
    if issued is None:
        raise Wrong(
            "issued_on",
            "名录中没有这个许可证：须写发证日期。",
            "The register lacks this licence: give its day of issue.",
        )
    place = matter.premises.place if matter.premises else matter.place
    return Licence(
        kind=kind,
        number=number,
        agency=matter.agency,
        operator=matter.operator,
        premises=matter.premises,
        place_code=place.code,
        first_issued_on=issued,
        issued_on=issued,
        expires_on=row.day("expires_on"),
        **_described(row, kind),
    )


def _described(row: Row, kind: str) -> dict[str, Any]:
    """What it is for, by the lists of its kind, and what else stands on it."""
    form = licence_formats()[kind]
    found: dict[str, Any] = dict.fromkeys(DESCRIBED, "")
    found |= {name: _choice(row, name, listed) for name, listed in form.lists.items()}
    told = {key: row.text(key) for key in form.details}
    return found | {
        "scope": row.text("scope"),
        "details": {key: text for key, text in told.items() if text},
    }


SHARED = (
    Field("scope", Words("许可范围", "Scope"), FREE),
    Field("changed_on", Words("变化日期", "Changed on"), FREE),
    Field("changes", Words("变更事项", "Changes"), FREE),
    Field("conditions_changed", Words("条件发生变化", "Conditions changed"), FREE),
    *DATES,
)
PURPOSE = Field(
    "purpose",
    Words("申请类型", "Purpose"),
    Words("不填为首次申请；变更、延续、补办须写许可证编号", "first if empty; else give the number"),
)


def _choice(row: Row, name: str, listed: str) -> str:
    column = _column(name, listed)
    if not row.text(column.key):
        return ""
    answers = {one.key: one.words for one in vocabulary.choices(listed)}
    return cells.find(column.key, row.text(column.key), answers, column.words)


def _column(name: str, listed: str) -> Field:
    """The column of one list; those of food licences have shared theirs from the beginning."""
    if listed in OF_FOOD:
        return Field(name, COLUMNS[name], FREE)
    return Field(listed, vocabulary.field(listed), FREE)


def described(kind: str) -> tuple[Field, ...]:
    """The columns that say what a licence of the kind is for."""
    lists = licence_formats()[kind].lists
    return tuple(_column(name, listed) for name, listed in lists.items())


def details(kind: str) -> tuple[Field, ...]:
    """The columns of what else stands on it."""
    keys = licence_formats()[kind].details
    return tuple(Field(key, vocabulary.field(key), FREE) for key in keys)


OF_FOOD = frozenset(["food_category", "business_form", "business_item", "filing_form"])
COLUMNS = {
    "category": Words("食品类别", "Category"),
    "form": Words("主体业态", "Kind of business"),
    "item": Words("主要经营项目", "Main item"),
    "workshop_product": Words("生产加工的品种", "What it makes"),
    "stall_trade": Words("经营方式", "Trade"),
    "farm_kind": Words("养殖（种植）类型", "Kind of farm"),
}
APPLIED_FOR = tuple(sort.key for sort in SORTS if sort.ours)
TAKE_OVER = {
    kind: TakeOver(
        _of_application(kind), (NUMBER, PURPOSE, *described(kind), *details(kind), *SHARED)
    )
    for kind in APPLIED_FOR
}
EXIT = TakeOver(
    _of_exit,
    (
        NUMBER,
        Field("way", Words("退出方式", "Way"), FREE, True),
        Field("found_on", Words("发现日期", "Found on"), FREE),
        Field("told", Words("情况", "What happened"), FREE),
        *DATES,
        *(Field(key, COLUMNS[key], FREE) for key in DESCRIBED),
        Field("scope", Words("许可范围", "Scope"), FREE),
    ),
)
