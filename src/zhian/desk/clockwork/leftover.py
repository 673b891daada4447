"""What stands still because nobody holds the post any more: two rows of the gap report.

Shown by number and kind only: who keeps the directory sees that something stands, not what.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhian.desk.labels import kind_words
from zhian.desk.models import Matter, Signature
from zhian.directory import findings
from zhian.directory.models import Appointment
from zhian.directory.words import post_words, say
from zhian.web.lists import Column


def _inside(by: Appointment, path: str) -> Q:
    first, after = by.post.territory.code_range
    return Q(**{f"{path}__gte": first, f"{path}__lt": after})


def left_behind(by: Appointment, day: date) -> QuerySet[Matter]:
    """Open matters whose handler no longer holds the post."""
    holds = Appointment.objects.on(day).filter(pk=OuterRef("handler"))
    rows = Matter.objects.filter(
        _inside(by, "agency__place__code"), closed_at__isnull=True, handler__isnull=False
    )
    return rows.filter(~Exists(holds)).select_related("handler__user", "agency")


def unsigned(by: Appointment, day: date) -> QuerySet[Signature]:
    """Signatures that wait for a post which nobody holds."""
    holders = Appointment.objects.on(day).filter(
        post__kind=OuterRef("post"), post__agency=OuterRef("agency")
    )
    there = holders.filter(post__office=OuterRef("office"))
    rows = Signature.objects.filter(_inside(by, "agency__place__code"), state="waiting")
    nobody = Q(office__isnull=True) & ~Exists(holders)
    nobody |= Q(office__isnull=False) & ~Exists(there)
    return rows.filter(nobody).select_related("proposal__matter", "agency", "office")


_LEFT = (
    Column("number", _("编号"), lambda r: r.number, ("number",)),
    Column("kind", _("种类"), lambda r: say(kind_words(r.kind)), ("kind",)),
    Column("handler", _("原承办人"), lambda r: str(r.handler.user), ("handler__user__name",)),
    Column("agency", _("部门"), lambda r: str(r.agency), ("agency__name",)),
)
_UNSIGNED = (
    Column("number", _("编号"), lambda r: r.proposal.matter.number, ("proposal__matter__number",)),
    Column("kind", _("种类"), lambda r: say(kind_words(r.proposal.matter.kind))),
    Column("post", _("岗位"), lambda r: say(post_words(r.post)), ("post",)),
    Column("office", _("科室"), lambda r: str(r.office or ""), ("office__name",)),
    Column("agency", _("部门"), lambda r: str(r.agency), ("agency__name",)),
)
FINDINGS = (
    findings.Finding(
        "left_behind",
        _("原承办人已不在任的事项"),
        _("点编号办理交接。"),
        left_behind,
        _LEFT,
        "number",
        link=lambda row: reverse("hand_on", args=[row.handler_id]),
    ),
    findings.Finding(
        "unsigned",
        _("无人可签的待签批"),
        _("应签批的岗位没有人任职。"),
        unsigned,
        _UNSIGNED,
        "number",
        "directory:appointments",
    ),
)


def connect() -> None:
    """Add both to the report of the directory."""
    findings.FINDINGS.update({row.key: row for row in FINDINGS})
