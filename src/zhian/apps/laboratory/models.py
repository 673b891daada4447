"""Samples with their results, and the disposal of one that failed."""

from __future__ import annotations

import json

from django.db import models
from django.utils.translation import gettext_lazy

from zhian.apps.laboratory.elsewhere import elsewhere
from zhian.desk.models import Evidence, Matter
from zhian.directory.models import Agency, Appointment, Operator, Place
from zhian.law import limits
from zhian.law.words import Words


class Bulletin(models.Model):
    """A file of failed samples that came in, kept by its hash so that it comes in only once.

    Uploaded on the web it is kept (`file`) and taken in by the worker: `state` and the two counts
    tell how far that has come.
    """

    STATES = [
        ("preview", gettext_lazy("待确认")),
        ("queued", gettext_lazy("排队中")),
        ("running", gettext_lazy("导入中")),
        ("done", gettext_lazy("已完成")),
        ("failed", gettext_lazy("未能导入")),
    ]

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="bulletins")
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    received_on = models.DateField("收到日期")
    imported_at = models.DateTimeField("导入时间")
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="running")
    file = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True)
    column_map = models.JSONField("列对照", default=dict, blank=True)
    by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True)
    samples_total = models.PositiveIntegerField("样品数", default=0)
    samples_done = models.PositiveIntegerField("已办样品数", default=0)
    error = models.TextField("错误", blank=True)
    rows = models.PositiveIntegerField("行数", default=0)
    rows_results = models.PositiveIntegerField("结果行数", default=0)
    rows_folded = models.PositiveIntegerField("合并行数", default=0)
    refused = models.JSONField("未能识别的行", default=list)
    remarks = models.JSONField("提示", default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "sha256"], name="bulletin_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def why(self) -> Words:
        """Why it could not be taken in, in both languages."""
        said = json.loads(self.error) if self.error else {}
        return Words(said.get("zh", ""), said.get("en", ""))


class Sample(models.Model):
    """One sample as the bulletin names it: what was taken where, and who made it."""

    number = models.CharField("抽样编号", max_length=80)
    label = models.CharField("文件内序号", max_length=80, blank=True)
    natural = models.CharField("样品特征", max_length=64, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="samples")
    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, null=True, blank=True, related_name="samples"
    )
    source = models.CharField("任务来源", max_length=200, blank=True)
    notice = models.CharField("通告", max_length=200, blank=True)
    category = models.CharField("食品大类", max_length=100, blank=True)
    subcategory = models.CharField("食品细类", max_length=100, blank=True)
    food = models.CharField("食品名称", max_length=200)
    brand = models.CharField("商标", max_length=100, blank=True)
    specification = models.CharField("规格型号", max_length=100, blank=True)
    made_on = models.CharField("生产日期/批号", max_length=100, blank=True)
    sampled_in = models.CharField("抽样地点", max_length=300, blank=True)
    sampled_unit = models.CharField("被抽样单位", max_length=200, blank=True)
    sampled_code = models.CharField("被抽样单位统一社会信用代码", max_length=18, blank=True)
    sampled_on = models.DateField("抽样日期", null=True, blank=True)
    producer = models.CharField("标称生产者", max_length=200, blank=True)
    producer_address = models.CharField("标称生产者地址", max_length=300, blank=True)
    producer_code = models.CharField("标称生产者统一社会信用代码", max_length=18, blank=True)
    laboratory = models.CharField("检验机构", max_length=200, blank=True)
    report_number = models.CharField("检验报告编号", max_length=100, blank=True)
    reported_on = models.DateField("检验报告日期", null=True, blank=True)
    remark = models.TextField("备注", blank=True)
    division = models.CharField("抽样地区划代码", max_length=12, blank=True)
    producer_division = models.CharField("生产者区划代码", max_length=12, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True)
    operator = models.ForeignKey(
        Operator, models.PROTECT, null=True, blank=True, related_name="samples"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="sample_number_once")
        ]
        indexes = [
            models.Index(fields=["food"], name="sample_food"),
            models.Index(fields=["agency", "natural"], name="sample_natural"),
            models.Index(fields=["division"], name="sample_division"),
        ]

    def __str__(self) -> str:
        return f"{self.food}({self.label or self.number})"

    @property
    def producer_is_elsewhere(self) -> str:
        """`province` or `county` where this agency must tell the regulator of the producer's
        place, in another province or in another county of its own (SAMPLE 27); else empty."""
        return elsewhere(self.agency.place.prefix, self.division, self.producer_division)

    @property
    def producer_place(self) -> str:
        """The province, city and county of the producer, as papers name them."""
        from zhian.apps.laboratory.bulletins.places import called

        return called(self.producer_division)


class SampleResult(models.Model):
    """One failed item: the result as the laboratory wrote it, and the limit it was held against."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="results")
    position = models.PositiveSmallIntegerField("次序")
    item = models.CharField("不合格项目", max_length=200)
    result = models.CharField("检验结果", max_length=300, blank=True)
    limit = models.CharField("标准值", max_length=300, blank=True)
    rows = models.JSONField("来源行", default=list)

    class Meta:
        ordering = ["sample_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "position"], name="result_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.result}"

    @property
    def verdict(self) -> limits.Verdict:
        """What a comparison of the two texts says; the finding itself is the laboratory's."""
        return limits.verdict(self.result, self.limit)


class Disposal(models.Model):
    """核查处置: which sample it is about and what came out."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="disposal")
    sample = models.OneToOneField(Sample, models.PROTECT, related_name="disposal")
    cause = models.CharField("原因", max_length=40, blank=True)
    outcome = models.CharField("结果", max_length=40, blank=True)
    conclusion = models.TextField("结论", blank=True)
    retest_applied_on = models.DateField("申请复检日期", null=True, blank=True)

    def __str__(self) -> str:
        return str(self.sample)
