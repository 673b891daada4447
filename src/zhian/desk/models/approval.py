"""A click that needs signatures is a proposal until the last one is given."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhian.desk.models.act import Act
from zhian.desk.models.matter import Matter
from zhian.directory.models import Agency, Appointment, Office


class Proposal(models.Model):
    """An act waiting for its signatures."""

    STATES = [
        ("open", gettext_lazy("待签")),
        ("catching_up", gettext_lazy("先行后补")),
        ("effective", gettext_lazy("已生效")),
        ("returned", gettext_lazy("已退回")),
        ("withdrawn", gettext_lazy("已撤回")),
        ("undone", gettext_lazy("行为已撤销")),
    ]

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="proposals")
    verb = models.CharField("行为", max_length=40)
    act = models.OneToOneField(Act, models.PROTECT, related_name="proposal")
    state = models.CharField("状态", max_length=12, choices=STATES, default="open")
    step = models.PositiveSmallIntegerField("当前签批", default=0)
    decided_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="decided_proposals"
    )

    class Meta:
        indexes = [models.Index(fields=["matter", "state"], name="proposal_matter")]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.verb} {self.state}"


class Signature(models.Model):
    """One signature of a proposal: whose turn, and what came of it."""

    STATES = [
        ("later", gettext_lazy("未到")),
        ("waiting", gettext_lazy("待签")),
        ("signed", gettext_lazy("同意")),
        ("returned", pgettext_lazy("state", "退回")),
        ("void", gettext_lazy("作废")),
    ]

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="signatures")
    position = models.PositiveSmallIntegerField("次序")
    post = models.CharField("岗位", max_length=40)
    agency = models.ForeignKey(Agency, models.PROTECT)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="later")
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="signatures")
    signed_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True)
    opinion = models.TextField("意见", blank=True)

    class Meta:
        ordering = ["proposal_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="signature_position_once")
        ]
        indexes = [models.Index(fields=["state", "agency", "post"], name="signature_waiting")]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.position} {self.post} {self.state}"
