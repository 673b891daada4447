"""What stands in public at a moment, and the lists of the publication desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zhian.desk import visibility
from zhian.desk.models import Act, Publication
from zhian.desk.publishing import rules
from zhian.directory.models import Appointment
from zhian.law.publications import PublicationKind, publications

BOXES = ("mine", "public", "ending", "withdrawn", "all")
ENDING = timedelta(days=30)
MOST_COUNTED = 100
WITH_ROW = ("matter__agency", "prepared_by__user", "reviewed_by__user")


def in_public(now: datetime) -> QuerySet[Publication]:
    """What the public reads at this moment: approved, begun, and not over."""
    return Publication.objects.filter(_in_public(now))


def _in_public(now: datetime) -> Q:
    stays = Q(until__isnull=True) | Q(until__gt=now)
    return Q(state="approved", since__lte=now) & stays


def was_public(entry: Publication) -> bool:
    """Whether the public has read this version; a draft that was withdrawn never was out."""
    return entry.review_act_id is not None


def successor(entry: Publication, now: datetime) -> Publication | None:
    """The version in public that took the place of a corrected one."""
    newer = in_public(now).filter(matter=entry.matter_id, what=entry.what)
    return newer.order_by("-id").first()


def reach(appointment: Appointment) -> QuerySet[Publication]:
    """Every entry of the matters that the post may read."""
    return Publication.objects.filter(matter__in=visibility.visible_to(appointment).values("pk"))


def box(appointment: Appointment, name: str, now: datetime) -> QuerySet[Publication]:
    """One of the lists of the desk: what waits for me, is public, ends soon, was taken down."""
    if name == "mine":
        return waiting_for(appointment)
    found = reach(appointment)
    if name == "public":
        return found.filter(_in_public(now))
    if name == "ending":
        return found.filter(_in_public(now), until__lte=now + ENDING)
    if name == "withdrawn":
        return found.filter(Q(state="withdrawn") | Q(state="approved", until__lte=now))
    return found


def waiting_for(appointment: Appointment) -> QuerySet[Publication]:
    """What this person must review, and what came back to those who prepare."""
    post = appointment.post.kind
    edits = rules.whats(post, reviews=False)
    found = Q(state="returned", what__in=edits)
    for what in rules.whats(post, reviews=True):
        found |= Q(what=what, state="waiting") & ~_mine(appointment, publications()[what])
    acting = visibility.acting_on(appointment).values("pk")
    return Publication.objects.filter(found, matter__in=acting)


def _mine(appointment: Appointment, kind: PublicationKind) -> Q:
    """Drafts that this person wrote, or whose matter he decided: another must review them."""
    drafts = Act.objects.filter(
        user=appointment.user_id,
        verb=rules.EDIT,
        matter__publications__state="waiting",
        matter__publications__what=kind.key,
    )
    wrote = {data.get("publication") for data in drafts.values_list("data", flat=True)}
    decided = Act.objects.filter(
        user=appointment.user_id,
        verb__in=kind.other_than,
        stage__in=("done", "proposed"),
        matter__publications__state="waiting",
    )
    return Q(uid__in=[uid for uid in wrote if uid]) | Q(matter__in=decided.values("matter"))


def waiting(appointment: Appointment) -> int:
    """How much waits for this person (counted to 100); posts without any part in it ask nothing."""
    if not rules.concerned(appointment.post.kind):
        return 0
    return waiting_for(appointment).order_by()[:MOST_COUNTED].count()


def narrowed(found: QuerySet[Publication], params: Mapping[str, str]) -> QuerySet[Publication]:
    """What the filters of the address leave: kind, state, and every word of the text."""
    if params.get("what"):
        found = found.filter(what=params["what"])
    if params.get("state"):
        found = found.filter(state=params["state"])
    for word in params.get("q", "").split():
        found = found.filter(Q(words__icontains=word) | Q(matter__number__icontains=word))
    return found


def versions(entry: Publication) -> QuerySet[Publication]:
    """Every version of the same publication, the newest first."""
    found = Publication.objects.filter(matter=entry.matter_id, what=entry.what)
    return found.select_related("prepared_by__user", "reviewed_by__user").order_by("-id")


def steps(entry: Publication) -> list[Act]:
    """The acts by which this version came about."""
    verbs = (rules.EDIT, rules.APPROVE, rules.RETURN, rules.WITHDRAW)
    found = Act.objects.filter(matter=entry.matter_id, verb__in=verbs).order_by("seq")
    return [act for act in found if act.data.get("publication") == entry.uid.hex]
