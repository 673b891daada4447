"""What acts write into this app's own rows."""

from __future__ import annotations

from zhian.apps.laboratory.models import Disposal, Sample
from zhian.desk.kinds import Values
from zhian.desk.models import Act, Matter


def begin(matter: Matter, act: Act, values: Values) -> None:
    """Tie the disposal to its sample."""
    sample = Sample.objects.get(agency=matter.agency, number=values["sample"])
    Disposal.objects.create(matter=matter, sample=sample)


def note_cause(matter: Matter, act: Act, values: Values) -> None:
    """Note why the sample failed."""
    matter.disposal.cause = values["cause"]
    matter.disposal.save()


def note_retest(matter: Matter, act: Act, values: Values) -> None:
    """Note the day of the application: a late one is refused (SMP-31)."""
    matter.disposal.retest_applied_on = values["applied_on"]
    matter.disposal.save()


def conclude(matter: Matter, act: Act, values: Values) -> None:
    """Note what came out."""
    row = matter.disposal
    row.outcome = values.get("outcome") or "overturned"
    row.conclusion = values["conclusion"]
    row.save()
