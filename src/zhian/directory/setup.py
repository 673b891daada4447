"""The first three administrators of an empty system: nobody can do everything alone (三员)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import localdate

from zhian.directory.actions import accounts, appointments, structure
from zhian.directory.models import Agency, Appointment, Place
from zhian.directory.words import post_words

ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
# Stands until the first step of the assistant says which county this is.
NO_CODE, NO_AGENCY = "000000000000", "SETUP"
REASON = "系统初始化"


@dataclass(frozen=True, slots=True)
class Made:
    """One administrator: login name, one-time password, post."""

    username: str
    password: str
    post: str


@transaction.atomic
def first_administrators() -> list[Made]:
    """Make the system, security and audit administrators, once; empty if there are any.

    Each gets a one-time password, printed once, that must be changed at the first login.
    """
    today = localdate()
    if Appointment.objects.filter(post__kind__in=ADMINISTRATORS).exists():
        return []
    agency = _agency()
    made = []
    for kind in ADMINISTRATORS:
        words = post_words(kind)
        user = structure.add_person(
            username=kind, name=words.zh, name_en=words.en, by=None, reason=REASON
        )
        post = structure.add_post(agency=agency, kind=kind, by=None, reason=REASON)
        appointments.appoint(user=user, post=post, since=today, by=None, reason=REASON)
        password = accounts.issue_password(user=user, by=None, reason=REASON)
        made.append(Made(kind, password, f"{words.zh} / {words.en}"))
    return made


def _agency() -> Agency:
    """The topmost regulator, or a placeholder that the assistant fills in."""
    found = (
        Agency.objects.filter(kind="market_regulation", closed_on__isnull=True)
        .order_by("place__code", "pk")
        .first()
    )
    if found is not None:
        return found
    place = Place.objects.create(code=NO_CODE, name="本县", name_en="Our county", level="county")
    return Agency.objects.create(
        code=NO_AGENCY,
        name="本局",
        name_en="Our bureau",
        kind="market_regulation",
        place=place,
    )
