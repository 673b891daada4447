"""The matter of a roster: one act for all of its licences, a sample compared, or all taken back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from zhian.apps.registry.licences.importing.checking import KIND
from zhian.apps.registry.licences.importing.finding import chunks
from zhian.apps.registry.licences.importing.writing import KEPT
from zhian.apps.registry.models import Licence, LicenceChange
from zhian.desk.kinds import Facts, Kind, Values
from zhian.desk.models import Act, Matter


def _facts(matter: Matter) -> Facts:
    return {"touched": touched(matter).count() if matter.seq else 0}


def licences(matter: Matter) -> QuerySet[Licence]:
    """The licences that came, or changed, with a roster."""
    mine = LicenceChange.objects.filter(act__matter=matter, undone=False)
    return Licence.objects.filter(pk__in=mine.values("licence"))


def touched(matter: Matter) -> QuerySet[Licence]:
    """Those that somebody has acted on since: by a change, an application, or an end."""
    last = LicenceChange.objects.filter(act__matter=matter).values_list("pk", flat=True).last()
    later = LicenceChange.objects.filter(pk__gt=last or 0, undone=False).values("licence")
    about = Q(pk__in=later) | Q(applications__isnull=False) | Q(exits__isnull=False)
    return licences(matter).filter(about).distinct()


def take_back(matter: Matter, act: Act, values: Values) -> None:
    """Void what came with the roster, give back what stood before in what it changed; the
    procedure lifts the standings."""
    mine = LicenceChange.objects.filter(act__matter=matter, undone=False).select_related("licence")
    rows = list(mine)
    Licence.objects.bulk_update(list(_before(rows)), KEPT, batch_size=500)
    for part in chunks([row.pk for row in rows]):
        LicenceChange.objects.filter(pk__in=part).update(undone=True)


def _before(rows: list[LicenceChange]) -> Iterator[Licence]:
    for row in rows:
        licence = row.licence
        for name, value in (row.before or {"state": "void"}).items():
            field = Licence._meta.get_field(name)
            setattr(licence, name, field.to_python(value))
        yield licence


def undo(matter: Matter, act: Act) -> None:
    """An annulled act of the roster gives the same back."""
    if act.verb == "register":
        take_back(matter, act, {})


REGISTER = Kind(
    name=KIND,
    prefix="XKDR",
    facts=_facts,
    effects={"take_back": take_back},
    undo=undo,
    page="registry/_licence_import.html",
)
