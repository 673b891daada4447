"""Settings of an agency, and which posts must sign above the procedure's minimum."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from zhian.directory.models.agencies import Agency


class Setting(models.Model):
    """One decision of the office or its lawyer (law/data/settings.toml), with its reason."""

    key = models.CharField("设置", max_length=60)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True)
    value = models.JSONField("取值")
    reason = models.CharField("理由", max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    set_at = models.DateTimeField("设置时间", auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("key", Coalesce("agency", 0), name="setting_once")]

    def __str__(self) -> str:
        return self.key


class SignatureRule(models.Model):
    """The posts that must sign an act in this agency, at least the procedure's own."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="signature_rules")
    kind = models.CharField("事项", max_length=40)
    verb = models.CharField("行为", max_length=40)
    posts = models.JSONField("签批岗位")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "verb"], name="signature_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.verb}"
