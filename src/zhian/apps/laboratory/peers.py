"""Regulators of other places that use this system too: they hear of a failure on their desk."""

from __future__ import annotations

from zhian.desk import notices, timing
from zhian.desk.models import Act, Matter, MatterShare
from zhian.directory.models import Agency, Appointment
from zhian.law.words import Words

REGULATOR = "market_regulation"
INTAKE = "intake_clerk"
TOLD = Words(
    "{agency}通报不合格样品：{title}。请核对是否属本辖区，并登记启动核查处置。",
    "{agency} informs you of a failed sample: {title}. Check whether it is yours and register it.",
)


def regulator_of(code: str, level: str) -> Agency | None:
    """The regulator of a level (SAMPLE 27: 同级) whose territory holds a division."""
    if not code:
        return None
    rows = Agency.objects.filter(
        kind=REGULATOR, closed_on__isnull=True, place__level=level, place__code__startswith=code[:2]
    ).select_related("place")
    return next((row for row in rows if code.startswith(row.place.prefix)), None)


def intake(agency: Agency) -> list[Appointment]:
    """Who takes things in there today."""
    held = Appointment.objects.on(timing.today()).filter(post__agency=agency, post__kind=INTAKE)
    return list(held.select_related("user"))


def tell(matter: Matter, act: Act, code: str) -> int:
    """Share the matter with the regulator of a division and notify its intake; returns how many
    people were told, 0 where no other agency of this system answers for the place."""
    agency = regulator_of(code, matter.agency.place.level)
    if agency is None or agency.pk == matter.agency_id:
        return 0
    MatterShare.objects.create(matter=matter, agency=agency, what="read", act=act)
    words = TOLD.format(agency=matter.agency.name, title=matter.title)
    return notices.give(intake(agency), words, matter, act)
