"""Licences as rows of a list: their columns, and what each says on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from zhian.apps.registry.licences import terms
from zhian.apps.registry.models import EXPIRED, IN_FORCE, Licence
from zhian.web.lists import Column

STATES = {**dict(Licence.STATES), EXPIRED: gettext_lazy("已到期")}
CHOICES = [(key, STATES[key]) for key in (*dict(Licence.STATES), EXPIRED) if key != "void"]


@dataclass(frozen=True, slots=True)
class Row:
    """A licence with what the day makes of it."""

    licence: Licence
    state: str
    opens_on: date | None
    renew_by: date | None

    @property
    def state_words(self) -> Any:
        """Its state in words."""
        return STATES[self.state]

    @property
    def good(self) -> bool:
        """Whether it entitles its holder."""
        return self.state == IN_FORCE


def rows(licences: list[Licence], day: date) -> list[Row]:
    """Licences as rows; many end on one day, and that is counted once."""
    known: dict[tuple[str, date | None], tuple[date | None, date | None]] = {}
    found = []
    for one in licences:
        key = (one.kind, one.expires_on)
        if key not in known:
            known[key] = terms.renewal(*key)
        found.append(Row(one, one.state_on(day), *known[key]))
    return found


COLUMNS = (
    Column("number", gettext_lazy("编号"), lambda r: r.licence.number, ("number",)),
    Column("kind", gettext_lazy("种类"), lambda r: r.licence.get_kind_display(), ("kind",)),
    Column(
        "operator", gettext_lazy("主体"), lambda r: str(r.licence.operator), ("operator__name",)
    ),
    Column(
        "premises",
        gettext_lazy("场所"),
        lambda r: str(r.licence.premises or ""),
        ("premises__name",),
    ),
    Column("what", gettext_lazy("类别"), lambda r: r.licence.what.zh, ()),
    Column("state", gettext_lazy("状态"), lambda r: str(r.state_words), ("state",)),
    Column("issued", gettext_lazy("发证日期"), lambda r: r.licence.issued_on, ("issued_on",)),
    Column("expires", gettext_lazy("有效期至"), lambda r: r.licence.expires_on, ("expires_on",)),
    Column("renew", gettext_lazy("最迟申请延续"), lambda r: r.renew_by, ("expires_on",)),
    Column(
        "ended", gettext_lazy("终止日期"), lambda r: r.licence.ended_on, ("ended_on",), shown=False
    ),
    Column("agency", gettext_lazy("发证机关"), lambda r: str(r.licence.agency), (), shown=False),
)
