"""一企一档: what the file of an operator holds beside the directory's own rows.

No row is overwritten. A change ends the row that stood (`until`, who, why) and begins a new one on
the same `line`, so that what stood on a day is a query. Which fields a section has, who must fill
it and what it is worth stands in law/data/archive.toml.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.desk.models import Act, Evidence, Matter
from zhian.directory.models import Appointment, Operator, Premises
from zhian.law import vocabulary
from zhian.law.credit import credit
from zhian.law.words import Words


class FileRowQuerySet(models.QuerySet[Any]):
    """Rows of a section by what holds on a day."""

    def on(self, day: date) -> Self:
        """What stood on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def current(self) -> Self:
        """What nobody has ended."""
        return self.filter(until__isnull=True)


class FileRow(models.Model):
    """One version of one line of a section: from when until when it stood, who wrote it, why."""

    line = models.UUIDField("行标识", default=uuid.uuid4, editable=False)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="%(class)s_rows")
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="%(class)s_rows"
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="%(class)s_written"
    )
    by_name = models.CharField("登记人", max_length=150)
    why = models.CharField("理由", max_length=300, blank=True)
    ended_at = models.DateTimeField("终止登记时间", null=True, blank=True)
    ended_by_name = models.CharField("终止登记人", max_length=150, blank=True)
    ended_why = models.CharField("终止理由", max_length=300, blank=True)

    objects = FileRowQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["operator", "until"], name="%(class)s_file")]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], name="%(class)s_one_open", condition=Q(until__isnull=True)
            )
        ]


class StaffMember(FileRow):
    """管理人员; `identity` is a keyed digest of an identity number, which itself is never kept."""

    name = models.CharField("姓名", max_length=50)
    role = models.CharField("岗位", max_length=20)
    phone = models.CharField("电话", max_length=50, blank=True)
    appointed_on = models.DateField("任职日期", null=True, blank=True)
    certificate = models.CharField("考核证明编号", max_length=60, blank=True)
    health_until = models.DateField("健康证明有效期至", null=True, blank=True)
    identity = models.CharField("身份摘要", max_length=64, blank=True)

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class Workforce(FileRow):
    """从业人员: how many work in a part of the business, and how many of them handle food."""

    part = models.CharField("范围", max_length=100)
    total = models.PositiveIntegerField("从业人数")
    food_handlers = models.PositiveIntegerField("接触食品人数", null=True, blank=True)
    technicians = models.PositiveIntegerField("技术人员数", null=True, blank=True)
    certified = models.PositiveIntegerField("健康证明有效人数", null=True, blank=True)

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.part} {self.total}"


class Product(FileRow):
    """产品: what it makes or grows."""

    name = models.CharField("名称", max_length=200)
    category = models.CharField("类别", max_length=100, blank=True)
    brand = models.CharField("商标", max_length=100, blank=True)
    standard = models.CharField("执行标准", max_length=100, blank=True)
    specification = models.CharField("规格", max_length=100, blank=True)
    yearly_output = models.CharField("年产量", max_length=100, blank=True)
    sold_to = models.CharField("主要销往", max_length=200, blank=True)

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class Equipment(FileRow):
    """设备设施."""

    name = models.CharField("设备名称", max_length=100)
    sort = models.CharField("用途", max_length=20)
    model_number = models.CharField("型号", max_length=100, blank=True)
    count = models.PositiveIntegerField("数量", null=True, blank=True)
    calibrated_until = models.DateField("检定有效期至", null=True, blank=True)

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class TestMeans(FileRow):
    """检验能力: one test item it can do (or has done elsewhere), and what capacity is spare."""

    __test__ = False  # no case of the test suite, whatever its name begins with

    item = models.CharField("检验项目", max_length=100)
    scope = models.CharField("适用范围", max_length=200, blank=True)
    instrument = models.CharField("仪器", max_length=100, blank=True)
    monthly = models.PositiveIntegerField("每月可检批次", null=True, blank=True)
    spare = models.PositiveIntegerField("每月余力", null=True, blank=True)
    entrusted_to = models.CharField("委托检验机构", max_length=200, blank=True)

    class Meta(FileRow.Meta):
        verbose_name_plural = "test means"

    def __str__(self) -> str:
        return self.item


class Supplier(FileRow):
    """供应商, found in the register itself where its code stands there."""

    name = models.CharField("名称", max_length=200)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    licence_number = models.CharField("许可证编号", max_length=40, blank=True)
    goods = models.CharField("供应内容", max_length=200, blank=True)

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class StandardAdopted(FileRow):
    """采用的标准."""

    number = models.CharField("标准编号", max_length=100)
    title = models.CharField("标准名称", max_length=200, blank=True)
    level = models.CharField("级别", max_length=20)
    filed_number = models.CharField("备案号", max_length=100, blank=True)

    class Meta(FileRow.Meta):
        verbose_name_plural = "standards adopted"

    def __str__(self) -> str:
        return self.number


class QualityDocument(FileRow):
    """质量管理文件 of one stage from design to after-sales."""

    title = models.CharField("名称", max_length=200)
    stage = models.CharField("环节", max_length=20)
    number = models.CharField("编号", max_length=100, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    file = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="quality_documents"
    )

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return self.title


class Training(FileRow):
    """A lesson taken, or a test of knowledge and how it ended."""

    title = models.CharField("名称", max_length=200)
    sort = models.CharField("种类", max_length=10)
    person = models.CharField("参加人", max_length=50)
    held_on = models.DateField("日期")
    hours = models.PositiveIntegerField("学时", null=True, blank=True)
    score = models.PositiveIntegerField("成绩", null=True, blank=True)
    passed = models.BooleanField("合格", default=False)

    class Meta(FileRow.Meta):
        verbose_name_plural = "training"

    def __str__(self) -> str:
        return self.title


class WeakPoint(FileRow):
    """薄弱环节: one of the leader's three worries, found here, and from what it was seen."""

    finding = models.CharField("薄弱之处", max_length=300)
    area = models.CharField("方面", max_length=20)
    evidence = models.TextField("依据")

    class Meta(FileRow.Meta):
        pass

    def __str__(self) -> str:
        return self.finding


class Help(FileRow):
    """帮扶: what was done against a weak point, by whom, and what came of it."""

    what = models.CharField("内容", max_length=300)
    area = models.CharField("方面", max_length=20)
    given_by = models.CharField("帮扶单位", max_length=100)
    given_on = models.DateField("日期")
    result = models.TextField("结果", blank=True)

    class Meta(FileRow.Meta):
        verbose_name_plural = "help"

    def __str__(self) -> str:
        return self.what


ROWS: dict[str, type[FileRow]] = {
    "staff_member": StaffMember,
    "workforce": Workforce,
    "product": Product,
    "equipment": Equipment,
    "test_means": TestMeans,
    "supplier": Supplier,
    "standard_adopted": StandardAdopted,
    "quality_document": QualityDocument,
    "training": Training,
    "weak_point": WeakPoint,
    "help": Help,
}


# ---- bans ---------------------------------------------------------------------------------------


class BanQuerySet(models.QuerySet["Ban"]):
    """Bans by date."""

    def on(self, day: date) -> Self:
        """Bans in force on a day."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=day), lifted_on__isnull=True, since__lte=day
        )


class Ban(models.Model):
    """从业禁止: a person who may not manage a food business; no `until`: for life (FSL 135)."""

    name = models.CharField("姓名", max_length=50)
    identity = models.CharField("身份摘要", max_length=64, blank=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="bans")
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, related_name="bans")
    article = models.CharField("依据", max_length=40)
    lifted_on = models.DateField("解除日期", null=True, blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name", "until"], name="ban_name")]
        constraints = [models.UniqueConstraint(fields=["act", "name"], name="ban_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.since}"


# ---- quality credit -----------------------------------------------------------------------------


class CreditEntryQuerySet(models.QuerySet["CreditEntry"]):
    """Entries by what counts on a day."""

    def on(self, day: date) -> Self:
        """What stood on a day: begun, its term not over, not yet repaired or taken back then."""
        return self.filter(
            Q(stands_until__isnull=True) | Q(stands_until__gte=day),
            Q(ended_on__isnull=True) | Q(ended_on__gt=day),
            void=False,
            happened_on__lte=day,
        )


class CreditEntry(models.Model):
    """One line of an operator's credit record, entered by one act, good or bad."""

    ENDINGS = [
        ("repaired", gettext_lazy("已修复")),
        ("taken_back", gettext_lazy("已撤回")),
    ]

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="credit_entries")
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="credit_entries"
    )
    entry = models.CharField("事由", max_length=40)
    tone = models.CharField("性质", max_length=10)
    public = models.BooleanField("可公开", default=False)
    detail = models.CharField("说明", max_length=300, blank=True)
    act = models.ForeignKey(Act, models.PROTECT, related_name="credit_entries")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="credit_entries")
    happened_on = models.DateField("日期")
    stands_until = models.DateField("保留至", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    ending = models.CharField("终止方式", max_length=12, choices=ENDINGS, blank=True)
    ended_by = models.ForeignKey(
        Act, models.PROTECT, null=True, blank=True, related_name="credit_ended"
    )
    void = models.BooleanField("已作废", default=False)

    objects = CreditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-id"]
        verbose_name_plural = "credit entries"
        constraints = [models.UniqueConstraint(fields=["act", "entry"], name="credit_entry_once")]
        indexes = [
            models.Index(fields=["operator", "happened_on"], name="credit_operator"),
            models.Index(fields=["matter"], name="credit_matter"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number by which a repair names it."""
        return f"XY{self.pk:06d}"

    @property
    def words(self) -> Words:
        """What it says."""
        row = credit().entries.get(self.entry)
        return row.words if row else Words(self.entry, self.entry)

    @property
    def sort(self) -> str:
        """What it is: an order, a penalty, an award."""
        row = credit().entries.get(self.entry)
        return row.sort if row else ""

    @property
    def sort_words(self) -> Words:
        """The same in words."""
        return credit().sorts.get(self.sort, Words(self.sort, self.sort))

    def stands(self, day: date) -> bool:
        """Whether it counts on a day."""
        over = self.stands_until is not None and self.stands_until < day
        ended = self.ended_on is not None and self.ended_on <= day
        return not (self.void or over or ended) and self.happened_on <= day

    @property
    def repairable_from(self) -> date | None:
        """From when a repair may be asked for; None where it may not be."""
        row = credit().entries.get(self.entry)
        term = credit().terms.get(row.term) if row else None
        return term.repairable_from(self.happened_on) if term else None


# ---- matters of this part -----------------------------------------------------------------------


class RecordCorrection(models.Model):
    """档案更正: what an operator says is wrong, as it was asked, and what was written of it."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="record_correction"
    )
    lines = models.JSONField("更正内容", default=list)
    written = models.BooleanField("已写入", default=False)

    def __str__(self) -> str:
        return f"{self.matter}"

    @property
    def shown(self) -> list[tuple[Words, str, str]]:
        """Each line: what, what stood there when it was asked, what should stand there."""
        return [
            (vocabulary.choice("archive_part", row["what"]), row.get("was", ""), row["value"])
            for row in self.lines
        ]


class SupportRequest(models.Model):
    """帮扶申请: which weakness, and what support is sought."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="support_request"
    )
    area = models.CharField("方面", max_length=20)
    wanted = models.TextField("需要的支持")

    def __str__(self) -> str:
        return f"{self.matter}"


class CreditRepair(models.Model):
    """信用修复: which entry is to be repaired."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="credit_repair"
    )
    entry = models.ForeignKey(CreditEntry, models.PROTECT, related_name="repairs")

    def __str__(self) -> str:
        return f"{self.entry}"


def current_of(model: type[FileRow], operators: Collection[int]) -> FileRowQuerySet:
    """The open rows of some operators."""
    rows: FileRowQuerySet = model.objects.filter(operator__in=operators)  # type: ignore[attr-defined]
    return rows.current()
