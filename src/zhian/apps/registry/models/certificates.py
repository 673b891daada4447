"""What certification bodies did to a certificate, as the county took note of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from zhian.apps.registry.models.licences import Licence
from zhian.desk.models import Matter
from zhian.law import vocabulary
from zhian.law.words import Words

GROUND_LISTS = {
    "record_suspension": "ccc_suspension_ground",
    "record_deregistration": "ccc_deregistration_ground",
    "record_annulment": "ccc_annulment_ground",
}


class CertificateEvent(models.Model):
    """认证证书事件: a certificate was given, renewed, suspended, restored or ended by its body."""

    WAYS = [
        ("record", gettext_lazy("登记证书")),
        ("record_renewal", gettext_lazy("延续")),
        ("record_suspension", gettext_lazy("暂停")),
        ("record_resumption", gettext_lazy("恢复")),
        ("record_deregistration", gettext_lazy("注销")),
        ("record_annulment", gettext_lazy("撤销")),
        ("withdraw_entry", gettext_lazy("撤回误登")),
    ]

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="certificate_event"
    )
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="certificate_events")
    way = models.CharField("事件", max_length=30, choices=WAYS)
    day = models.DateField("日期", null=True, blank=True)
    ground = models.CharField("理由", max_length=30, blank=True)
    told = models.TextField("情况", blank=True)

    def __str__(self) -> str:
        return f"{self.licence} {self.way}"

    @property
    def ground_words(self) -> Words:
        """Why, in words."""
        listed = GROUND_LISTS.get(self.way)
        return vocabulary.choice(listed, self.ground) if listed else Words("", "")
