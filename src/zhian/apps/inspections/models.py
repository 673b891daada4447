"""What an order to rectify says beyond its matter."""

from __future__ import annotations

from django.db import models

from zhian.desk.models import Matter


class Rectification(models.Model):
    """责令改正: what is wrong, what is required, until when."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="rectification"
    )
    basis = models.CharField("来源", max_length=40)
    problems = models.TextField("存在的问题")
    requirements = models.TextField("改正要求", blank=True)
    law = models.TextField("违反的规定", blank=True)
    until = models.DateField("改正期限", null=True, blank=True)
    measures = models.TextField("整改措施", blank=True)
    rounds = models.PositiveSmallIntegerField("责令次数", default=0)

    def __str__(self) -> str:
        return self.problems[:60]
