"""The kind `ground_check`, and what ends one by itself."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from zhian.apps.registry.census.blind import answering, answers
from zhian.apps.registry.models import BlindSpot, GroundCheck
from zhian.desk import handlers, kinds, timing, visits
from zhian.desk.actors import Actor
from zhian.desk.clockwork import settling
from zhian.desk.engine.perform import perform
from zhian.desk.errors import DeskError
from zhian.desk.kinds import Kind
from zhian.desk.models import Act
from zhian.directory.models import Sponsorship
from zhian.methods.linkage import flags

JOB = "ground-checks"
KIND = Kind(
    name="ground_check",
    prefix="HC",
    model=GroundCheck,
    effects={
        "open": answering.begin,
        "visit": answering.visit,
        "answer": answering.answer,
        "trading": answering.trading,
        "ordered": answering.done,
        "settle": answering.done,
        "close": answering.done,
        "settled": answering.done,
    },
    undo=answering.undo,
    page="registry/_ground_check.html",
)


def connect() -> None:
    """Bind the kind; hear of orders; close what has become needless; count visits."""
    kinds.register(KIND)
    handlers.on("rectification", "open", ordered)
    settling.register(settle)
    visits.register(KIND.name, ("visit",))


def ordered(act: Act) -> None:
    """An order against premises settles the checks that found them trading without a licence."""
    order = act.matter
    if order.premises_id is None:
        return
    rows = GroundCheck.objects.filter(
        open=True, answer=answers.TRADING, matter__phase="followup"
    ).select_related("matter", "establishment")
    for row in rows:
        at = row.establishment.premises_id if row.establishment else row.matter.premises_id
        if at == order.premises_id:
            by = Actor.system(JOB)
            perform(row.matter, "ordered", fields={"matter": order}, by=by)


def settle() -> int:
    """Close the checks whose blind spot the register, or the directory, has no longer."""
    spots = BlindSpot.objects.filter(matter=OuterRef("pk"), ended_at__isnull=True)
    rows = GroundCheck.objects.filter(open=True).select_related("matter")
    gone = rows.filter(flag__in=flags.WORDS).filter(~Exists(spots))
    bound = Sponsorship.objects.on(timing.today()).filter(premises=OuterRef("matter__premises"))
    filled = rows.filter(flag=answers.UNSPONSORED).filter(Exists(bound))
    return sum(_close(row) for row in (*gone, *filled))


def _close(row: GroundCheck) -> int:
    try:
        perform(row.matter, "settled", fields={"text": "盲区已消除。"}, by=Actor.system(JOB))
    except DeskError:
        return 0
    return 1
