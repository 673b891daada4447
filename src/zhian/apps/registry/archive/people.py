"""Who may not manage: bans on people (FSL 135), checked whenever somebody is named a manager."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.crypto import salted_hmac
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as NotAnIdentity

from zhian.apps.registry.models.archive import Ban
from zhian.directory.errors import NotPossible

SALT = "zhian.identity"
ARTICLE = "FSL 135"
# FSL 135 bars from managing and from being safety staff; a tester or pharmacist does neither.
MANAGING = frozenset(
    ["head", "safety_director", "safety_officer", "quality_head", "production_head", "other"]
)


def digest(number: str) -> str:
    """An identity number as it is kept: a keyed digest that tells two people apart and gives
    nothing away. Raises NotPossible where it is no identity number (GB 11643)."""
    text = number.strip().upper()
    if not text:
        return ""
    try:
        compact: str = ric.validate(text)
    except NotAnIdentity:
        raise NotPossible(
            "身份证号码不对，请核对（只用于比对，不保存）。",
            "The identity number is wrong; it is only compared and never kept.",
            "identity",
        ) from None
    return salted_hmac(SALT, compact, algorithm="sha256").hexdigest()


def found(name: str, identity: str, day: date) -> tuple[Ban | None, bool]:
    """The ban in force that a person falls under, and whether it is surely the same person."""
    bans = Ban.objects.on(day).select_related("operator")
    if identity:
        sure = bans.filter(identity=identity).first()
        if sure is not None:
            return sure, True
    unknown = Q(identity="") if identity else Q()
    return bans.filter(unknown, name=name.strip()).first(), False


def check(
    name: str, role: str, identity: str, day: date, *, another: bool = False, field: str = "name"
) -> None:
    """Refuse a manager who is barred; who only has the same name must be told apart first.

    Raises NotPossible with the article.
    """
    if role not in MANAGING:
        return
    ban, sure = found(name, identity, day)
    if ban is None:
        return
    until = ban.until.isoformat() if ban.until else ""
    zh, en = (f"至 {until}", f"until {until}") if until else ("终身", "for life")
    if sure:
        raise NotPossible(
            f"{name}因“{ban.operator}”一案被禁止从事食品生产经营管理工作（{zh}），不得任职"
            f"（食品安全法第135条）。",
            f"{name} may not manage a food business {en}, because of {ban.operator} "
            "(Food Safety Law, art. 135).",
            field,
        )
    if not another:
        raise NotPossible(
            f"有同名人员“{name}”被禁止从事食品生产经营管理工作（{zh}，{ban.operator}，食品安全法"
            "第135条）。请填身份证号比对，或者勾选“经核对不是同一人”。",
            f"Somebody of the name {name} is barred {en} ({ban.operator}; Food Safety Law, art. "
            "135). Enter the identity number to compare, or confirm that it is another person.",
            field,
        )


def bar(**values: Any) -> Ban:
    """Note a ban once for the act that brought it."""
    act, name = values.pop("act"), values.pop("name")
    made, _new = Ban.objects.get_or_create(act=act, name=name, defaults=values)
    return made
