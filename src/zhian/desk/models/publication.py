"""What an act gives to the public, and who let it out."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.desk.models.act import Act
from zhian.desk.models.matter import Matter
from zhian.directory.models import Appointment


class Publication(models.Model):
    """One entry of the public site: prepared by one person, let out by a second, ended in time.

    The public sees `content` as it was approved and nothing else; it never reads the matter.
    """

    STATES = [
        ("waiting", gettext_lazy("待复核")),
        ("approved", gettext_lazy("已批准公布")),
        ("returned", gettext_lazy("退回修改")),
        ("withdrawn", gettext_lazy("已撤下")),
    ]

    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="publications")
    act = models.ForeignKey(Act, models.PROTECT, related_name="publications")
    what = models.CharField("内容", max_length=40)
    state = models.CharField("状态", max_length=10, choices=STATES, default="waiting")
    needs_review = models.BooleanField("须复核", default=True)
    since = models.DateTimeField("起")
    until = models.DateTimeField("止", null=True, blank=True)

    title = models.CharField("标题", max_length=300, blank=True)
    content = models.JSONField("公布内容", default=dict)
    words = models.TextField("检索文本", blank=True)
    place_code = models.CharField("地点代码", max_length=15, blank=True)

    prepared_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="prepared_publications"
    )
    prepared_at = models.DateTimeField("拟稿时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="reviewed_publications"
    )
    reviewed_at = models.DateTimeField("复核时间", null=True, blank=True)
    review_act = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="reviewed_publications"
    )
    opinion = models.CharField("复核意见", max_length=300, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_why = models.CharField("撤下原因", max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["what", "-since"],
                name="publication_in_public",
                condition=Q(state="approved"),
            ),
            models.Index(fields=["state", "id"], name="publication_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(review_act__isnull=False)
                | Q(needs_review=False),
                name="approved_publication_was_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="withdrawn_publication_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.what} {self.state}"
