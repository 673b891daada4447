"""Production licences for industrial products: whose they are to give, and for which product."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from zhian.apps.registry.models import IN_FORCE, Licence
from zhian.desk.models import Clock, Matter
from zhian.directory import office_law
from zhian.directory.models import Agency

KIND = "XK"
DELEGATED = "licence.industrial_delegated"
OF_PRODUCT = (
    "matter__licence_exit__licence__category",
    "matter__licence_application__licence__category",
)
BAN = "licence.ban_revoked.industrial"


def facts(matter: Matter, held: Collection[Licence], today: date) -> dict[str, Any]:
    """What the gates of industrial licences look at beside those of every licence."""
    return {
        "may_issue": may_issue(matter.agency),
        "held_products": held_products(held, today),
        "barred_products": barred_products(matter),
    }


def may_issue(agency: Agency) -> bool:
    """Whether such licences are this agency's: the province's, and by its commission the city's,
    never the county's (IPLMEAS 6, 54)."""
    level = agency.place.level
    return level == "province" or (level == "city" and commissioned())


def commissioned() -> bool:
    """Whether the agency holds the province's commission, as its settings say."""
    return bool(office_law.reckoner().settings.value(DELEGATED))


def held_products(held: Collection[Licence], today: date) -> dict[str, str]:
    """The number in force for each product that the operator is licensed for."""
    of = (one for one in held if one.kind == KIND and one.state_on(today) == IN_FORCE)
    return {one.category: one.number for one in of}


def barred_products(matter: Matter) -> dict[str, date]:
    """The last day of the bar on each product whose licence was revoked (IPLREG 55)."""
    clocks = Clock.objects.filter(matter__operator=matter.operator_id, duty=BAN)
    found = clocks.exclude(state="void").order_by("due_day").values_list(*OF_PRODUCT, "due_day")
    return {ended or noted: day for ended, noted, day in found if (ended or noted) and day}
