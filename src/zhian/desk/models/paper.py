"""Papers: documents with their numbers, how they were served, and the evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from zhian.desk.models.act import Act
from zhian.desk.models.matter import Matter
from zhian.directory.models import Agency


class DocumentSeries(models.Model):
    """文号: one number series per agency, kind of document and year; no gap, no double."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="series")
    series = models.CharField("文种", max_length=40)
    year = models.PositiveSmallIntegerField("年份")
    prefix = models.CharField("机关代字", max_length=40, blank=True)
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name_plural = "document series"
        constraints = [
            models.UniqueConstraint(fields=["agency", "series", "year"], name="series_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.series} {self.year}"


class Document(models.Model):
    """An official paper: draft, approved, issued with a number, or void with its reason.

    A sealed one keeps the file that carries the seal (`scan`): stamped and scanned back, or sealed
    by the office's own program. A paper taken over from another system has only its scan.
    """

    STATES = [
        ("draft", gettext_lazy("草稿")),
        ("approved", gettext_lazy("已批准")),
        ("issued", gettext_lazy("已制发")),
        ("void", gettext_lazy("作废")),
    ]

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="documents")
    template = models.CharField("文书", max_length=60)
    template_version = models.CharField("版本", max_length=20)
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=10, choices=STATES, default="draft")
    data = models.JSONField("内容", default=dict)
    series = models.ForeignKey(DocumentSeries, models.PROTECT, null=True, blank=True)
    serial = models.PositiveIntegerField("顺序号", null=True, blank=True)
    number = models.CharField("文号", max_length=100, blank=True)
    drafted_by = models.ForeignKey(Act, models.PROTECT, related_name="drafted_documents")
    issued_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="issued_documents"
    )
    issued_at = models.DateTimeField("制发时间", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=300, blank=True)
    sealed_at = models.DateTimeField("盖章时间", null=True, blank=True)
    sealed_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="sealed_documents"
    )
    scan = models.ForeignKey(
        "desk.Evidence", models.PROTECT, null=True, blank=True, related_name="documents"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True)
                | (Q(sealed_by__isnull=False) & Q(scan__isnull=False)),
                name="sealed_document_has_its_scan",
            ),
            models.UniqueConstraint(
                fields=["series", "serial"],
                name="document_number_once",
                condition=Q(serial__isnull=False),
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(issued_at__isnull=False),
                name="issued_document_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title


class Service(models.Model):
    """送达: a document brought to its recipient; only served starts clocks."""

    METHODS = [
        ("direct", gettext_lazy("直接送达")),
        ("left", gettext_lazy("留置送达")),
        ("post", gettext_lazy("邮寄送达")),
        ("electronic", gettext_lazy("电子送达")),
        ("entrusted", gettext_lazy("委托送达")),
        ("passed_on", gettext_lazy("转交送达")),
        ("announcement", gettext_lazy("公告送达")),
    ]

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="service")
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="services"
    )
    recipient = models.CharField("受送达人", max_length=200)
    address = models.CharField("送达地址", max_length=300, blank=True)
    address_confirmed = models.BooleanField("地址已确认", default=False)
    method = models.CharField("方式", max_length=20, choices=METHODS, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    served_at = models.DateTimeField("送达时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("未成次数", default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(served_at__isnull=True)
                | Q(sent_at__isnull=True)
                | Q(served_at__gte=F("sent_at")),
                name="served_after_sent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document} → {self.recipient}"


class Evidence(models.Model):
    """A file that came with an act: checked, renamed at random, never served inline."""

    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    act = models.ForeignKey(Act, models.PROTECT, null=True, blank=True, related_name="evidence")
    name = models.CharField("文件名", max_length=200)
    stored = models.CharField("存储名", max_length=100, unique=True)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小")
    sha256 = models.CharField("校验值", max_length=64)
    kind = models.CharField("用途", max_length=40, blank=True)
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
