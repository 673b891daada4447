"""Five short steps that make an empty system ready to work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhian.directory import reach
from zhian.directory.actions import structure
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Place
from zhian.directory.setup import ADMINISTRATORS, NO_AGENCY, NO_CODE


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its address, what it asks, and whether it is done."""

    key: str
    title: Any
    done: Callable[[Agency], bool]


def _named(agency: Agency) -> bool:
    return agency.code != NO_AGENCY and agency.place.code != NO_CODE


def _divided(agency: Agency) -> bool:
    return Place.objects.within(agency.place).filter(level="township").exists()


def _staffed(agency: Agency) -> bool:
    others = Appointment.objects.filter(post__agency=agency)
    return others.exclude(post__kind__in=ADMINISTRATORS).exists()


STEPS = (
    Step("county", _("县和部门"), _named),
    Step("townships", _("乡镇"), _divided),
    Step("staff", _("人员"), _staffed),
    Step("numbers", _("文号和印章"), lambda agency: bool(agency.short_name)),
    Step("public", _("公开电话和信箱"), lambda agency: bool(agency.phone)),
)


def is_empty() -> bool:
    """Whether nobody has said yet which county this is."""
    return Place.objects.filter(code=NO_CODE).exists()


def step(key: str) -> Step | None:
    """The step of an address."""
    return next((s for s in STEPS if s.key == key), None)


def following(key: str) -> str:
    """The step after one; `done` after the last."""
    keys = [s.key for s in STEPS]
    return [*keys[1:], "done"][keys.index(key)]


@transaction.atomic
def name_county(
    *,
    agency: Agency,
    by: Appointment,
    code: str,
    county: str,
    county_en: str,
    agency_code: str,
    name: str,
    name_en: str,
) -> Agency:
    """The first step: which division this is, and which agency works here.

    The placeholder's code may change because nothing lies below it yet.
    """
    reach.need(by, "directory", agency.place)
    level = structure.level_of(code)
    structure.check_code(code, level)
    place = agency.place
    if code != place.code:
        if place.code != NO_CODE:
            raise NotPossible(
                "县已设定，代码不能再改。", "The county is set; its code stays.", "code"
            )
        if level not in ("county", "city", "province"):
            raise NotPossible(
                "这不是县级以上的区划代码。", "This is no code of a county or above.", "code"
            )
    _free(Agency, agency_code, agency.pk, "agency_code")
    new = {"code": code, "name": county, "name_en": county_en, "level": level}
    structure.change_row(place, new, by=by, reason="初始设置")
    wanted = {"code": agency_code, "name": name, "name_en": name_en}
    return structure.change_row(agency, wanted, by=by, reason="初始设置")


def _free(model: Any, code: str, pk: int, field: str) -> None:
    if model.objects.filter(code=code).exclude(pk=pk).exists():
        raise NotPossible(f"代码 {code} 已存在。", f"The code {code} exists.", field)
