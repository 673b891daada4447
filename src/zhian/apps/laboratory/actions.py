"""What acts write into this app's own rows."""

from __future__ import annotations

from zhian.apps.laboratory import by_hand, peers
from zhian.apps.laboratory.models import Disposal, Sample, SampleResult
from zhian.desk.errors import FieldErrors
from zhian.desk.kinds import Values
from zhian.desk.models import Act, Matter
from zhian.law.words import Words

KNOWN = Words(
    "这个编号的样品已经登记（{matter}），没有重复登记。",
    "A sample of this number is here already ({matter}).",
)


def begin(matter: Matter, act: Act, values: Values) -> None:
    """Tie the disposal to its sample."""
    sample = Sample.objects.get(agency=matter.agency, number=values["sample"])
    Disposal.objects.create(matter=matter, sample=sample)


def register(matter: Matter, act: Act, values: Values) -> None:
    """Write down the sample that was entered by hand, with its results."""
    number = values["number"][:80]
    known = Disposal.objects.filter(sample__agency=matter.agency, sample__number=number)
    standing = known.select_related("matter").first()
    if standing is not None:
        raise FieldErrors({"number": KNOWN.format(matter=standing.matter.number)})
    sample = Sample.objects.filter(agency=matter.agency, number=number).first()
    if sample is None:
        sample = by_hand.sample_of(matter.agency, values)
        sample.save()
        SampleResult.objects.bulk_create(
            SampleResult(
                sample=sample,
                position=position,
                item=row["item"][:200],
                result=row["result"][:300],
                limit=row.get("limit", "")[:300],
            )
            for position, row in enumerate(values["results"], 1)
        )
    Disposal.objects.create(matter=matter, sample=sample)


def reroute(matter: Matter, act: Act, values: Values) -> None:
    """Put the sample where it belongs; the matter's own place and operator follow.

    A field can name a new operator, but not take the wrong one away: that is done here.
    """
    premises, operator = values.get("premises"), values.get("operator")
    if values.get("nobody"):
        matter.operator = matter.premises = None
    elif premises is not None:
        matter.operator = premises.operator
    elif operator is not None:
        matter.premises = None
    bearer = premises or operator or values.get("office")
    if bearer is not None and bearer.place is not None:
        matter.place = bearer.place
    sample = matter.disposal.sample
    sample.operator, sample.place = matter.operator, matter.place
    sample.save(update_fields=["operator", "place"])


def tell_elsewhere(matter: Matter, act: Act, values: Values) -> None:
    """The regulator of the producer's place hears of it here too, where it uses this system."""
    peers.tell(matter, act, matter.disposal.sample.producer_division)


def pass_on(matter: Matter, act: Act, values: Values) -> None:
    """So does the one that the whole matter goes to: where the sample was taken or made."""
    sample = matter.disposal.sample
    told = peers.tell(matter, act, sample.division)
    if not told:
        peers.tell(matter, act, sample.producer_division)


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
