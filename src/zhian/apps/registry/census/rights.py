"""Who may hand in rosters, run the linking, publish it, and read what the rosters say.

The market regulator's clerks keep the census of the county; other departments and the townships
hand in their own rosters and read the register, without the telephones of other rosters.
"""

from __future__ import annotations

from django.db.models import Q

from zhian.apps.registry.census.kinds import RosterKind, rosters
from zhian.directory.models import Agency, Appointment, Place

CENSUS = ("bureau_head", "deputy_head", "office_head", "intake_clerk", "statistics_officer")
DEPARTMENTS = ("department_head", "department_officer", "township_head", "township_officer")
GROUND = ("inspector", "licence_officer")
UPLOADERS = (*CENSUS, *DEPARTMENTS)
RUNNERS = CENSUS
PUBLISHERS = ("bureau_head", "deputy_head", "office_head")
READERS = (*UPLOADERS, *GROUND, "county_leader", "supervision_officer")
PHONES = (*CENSUS, *GROUND)
SEATS = "market_regulation"


def county_of(place: Place) -> Place:
    """The county that a place lies in; a place above counties is its own."""
    found = place
    while found.level in ("township", "village", "grid") and found.parent is not None:
        found = found.parent
    return found


def county(appointment: Appointment) -> Place:
    """The county whose census a post sees."""
    return county_of(appointment.post.agency.place)


def keeps_census(appointment: Appointment) -> bool:
    """Whether the post keeps the census of the whole county: it hands in for every agency."""
    post = appointment.post
    return post.kind in CENSUS and post.agency.kind == SEATS


def reads(appointment: Appointment) -> bool:
    """Whether the post reads the census."""
    return appointment.post.kind in READERS


def may_run(appointment: Appointment) -> bool:
    """Whether the post may have the rosters linked."""
    return keeps_census(appointment) and appointment.post.kind in RUNNERS


def may_publish(appointment: Appointment) -> bool:
    """Whether the post may publish a run, or refuse it."""
    return keeps_census(appointment) and appointment.post.kind in PUBLISHERS


def agencies(appointment: Appointment) -> list[Agency]:
    """The agencies for which a post may hand in rosters."""
    kinds = {name for kind in rosters().values() for name in kind.departments}
    mine = Q(pk=appointment.post.agency_id)
    if keeps_census(appointment):
        first, after = county(appointment).code_range
        mine |= Q(place__code__gte=first, place__code__lt=after)
    found = Agency.objects.filter(mine, kind__in=kinds, closed_on__isnull=True)
    return list(found.select_related("place__parent"))


def rosters_of(agency: Agency) -> list[RosterKind]:
    """The rosters that an agency of this kind keeps."""
    return [kind for kind in rosters().values() if agency.kind in kind.departments]


def reads_phones(appointment: Appointment, agency_id: int) -> bool:
    """Whether the post reads owners and telephones of an agency's rows: its own, or all of them
    where it checks shops."""
    post = appointment.post
    if post.agency_id == agency_id:
        return post.kind in (*UPLOADERS, *GROUND)
    return post.kind in PHONES and post.agency.kind == SEATS
