"""The census: what departments handed in, which establishments follow from it, who decided what.

A row of a roster is never changed: a new version stands beside it. Which establishment it belongs
to is a link with a beginning and an end. What people decided is kept by the rows' own keys, so
that it holds for the next roster too.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.desk.models import Evidence, Matter
from zhian.directory.models import Agency, Appointment, Place, Premises


class ColumnMap(models.Model):
    """What a department calls its columns, remembered from the last time."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="column_maps")
    roster = models.CharField("名册", max_length=20)
    columns = models.JSONField("列对照", default=dict)
    values = models.JSONField("取值对照", default=dict)
    by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "roster"], name="column_map_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.roster}"


class RosterImport(models.Model):
    """One file of a department as it was handed in; the file itself is kept."""

    STATES = [
        ("preview", gettext_lazy("待确认")),
        ("queued", gettext_lazy("排队中")),
        ("running", gettext_lazy("导入中")),
        ("done", gettext_lazy("已导入")),
        ("failed", gettext_lazy("未能导入")),
        ("withdrawn", gettext_lazy("已撤回")),
    ]

    place = models.ForeignKey(Place, models.PROTECT, related_name="roster_imports")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="roster_imports")
    roster = models.CharField("名册", max_length=20)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64)
    file = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    as_of = models.DateField("截至日期")
    whole = models.BooleanField("全量", default=True)
    column_map = models.JSONField("列对照", default=dict, blank=True)
    preview = models.JSONField("预览", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default="preview")
    by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("提交时间")
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    rows = models.PositiveIntegerField("行数", default=0)
    done = models.PositiveIntegerField("已办行数", default=0)
    added = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("变更", default=0)
    same = models.PositiveIntegerField("不变", default=0)
    ended = models.PositiveIntegerField("不再出现", default=0)
    remarks = models.JSONField("提示", default=list, blank=True)
    error = models.JSONField("错误", default=dict, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["place", "roster", "-at"], name="roster_import_place")]

    def __str__(self) -> str:
        return self.name


class SourceRecord(models.Model):
    """One row of a roster in one version; `key` is the department's own number of it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    roster = models.CharField("名册", max_length=20)
    key = models.CharField("部门编号", max_length=120)
    digest = models.CharField("内容校验值", max_length=64)
    row = models.PositiveIntegerField("行号")
    name = models.CharField("名称", max_length=200)
    uscc = models.CharField("代码", max_length=60, blank=True)
    owner = models.CharField("经营者", max_length=100, blank=True)
    phone = models.CharField("电话", max_length=100, blank=True)
    addr = models.CharField("地址", max_length=300, blank=True)
    licence = models.CharField("许可证号", max_length=60, blank=True)
    status = models.CharField("状态", max_length=30, blank=True)
    kind = models.CharField("业态", max_length=30, blank=True)
    rest = models.JSONField("其余各列", default=dict, blank=True)
    brought_by = models.ForeignKey(RosterImport, models.PROTECT, related_name="records")
    ended_by = models.ForeignKey(
        RosterImport, models.PROTECT, null=True, blank=True, related_name="ended_records"
    )
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "agency", "roster", "key"],
                condition=Q(until__isnull=True),
                name="source_record_once",
            )
        ]
        indexes = [models.Index(fields=["place", "roster", "until"], name="source_record_roster")]

    def __str__(self) -> str:
        return self.name


class LinkRun(models.Model):
    """One linking of all rosters: its inputs, model, figures and checks; published by a person."""

    STATES = [
        ("queued", gettext_lazy("排队中")),
        ("running", gettext_lazy("关联中")),
        ("checked", gettext_lazy("待发布")),
        ("published", gettext_lazy("已发布")),
        ("refused", gettext_lazy("未予发布")),
        ("failed", gettext_lazy("未能完成")),
    ]

    place = models.ForeignKey(Place, models.PROTECT, related_name="link_runs")
    state = models.CharField("状态", max_length=10, choices=STATES, default="queued")
    step = models.CharField("进度", max_length=100, blank=True)
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    published_by = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    remark = models.CharField("意见", max_length=300, blank=True)
    manifest = models.JSONField("清单", default=dict, blank=True)
    result = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    error = models.JSONField("错误", default=dict, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Establishment(models.Model):
    """A shop, farm or works as the rosters together know it; its number stays from run to run."""

    number = models.CharField("编号", max_length=20, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="establishments")
    name = models.CharField("名称", max_length=200)
    address = models.CharField("地址", max_length=300, blank=True)
    kind = models.CharField("业态", max_length=30, blank=True)
    uscc = models.CharField("代码", max_length=18, blank=True)
    rosters = models.CharField("在册", max_length=200, blank=True)
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="establishments"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="split_into"
    )
    made_by = models.ForeignKey(LinkRun, models.PROTECT, related_name="made")
    ended_on = models.DateField("终止日期", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "kind"], name="establishment_place"),
            models.Index(fields=["uscc"], name="establishment_uscc"),
            models.Index(fields=["name"], name="establishment_name"),
        ]

    def __str__(self) -> str:
        return self.name


class RecordLink(models.Model):
    """A row belongs to an establishment, from one run or decision to another.

    `provisional`: a row that came in after the run and was put to what stood already.
    """

    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="links")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="links")
    run = models.ForeignKey(LinkRun, models.PROTECT, related_name="links")
    decision = models.ForeignKey(
        "registry.CensusDecision", models.PROTECT, null=True, blank=True, related_name="links"
    )
    confidence = models.FloatField("把握")
    provisional = models.BooleanField("暂定", default=False)
    until_run = models.ForeignKey(
        LinkRun, models.PROTECT, null=True, blank=True, related_name="ended_links"
    )
    ended_at = models.DateTimeField("止", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(ended_at__isnull=True), name="record_link_once"
            )
        ]
        indexes = [models.Index(fields=["establishment", "ended_at"], name="record_link_standing")]

    def __str__(self) -> str:
        return f"{self.record} → {self.establishment}"


class CensusQuestion(models.Model):
    """One row against the establishments that it may belong to, or one link drawn for an audit.

    `choices`: for each establishment its number, the row that speaks for it, the log-odds and the
    evidence, the strongest first.
    """

    PURPOSES = [("review", gettext_lazy("复核")), ("audit", gettext_lazy("抽查"))]
    STATES = [
        ("open", gettext_lazy("待答")),
        ("answered", gettext_lazy("已答")),
        ("passed", gettext_lazy("已过时")),
    ]

    run = models.ForeignKey(LinkRun, models.PROTECT, related_name="questions")
    purpose = models.CharField("用途", max_length=10, choices=PURPOSES, default="review")
    record = models.ForeignKey(SourceRecord, models.PROTECT, related_name="questions")
    choices = models.JSONField("候选", default=list)
    changes = models.JSONField("影响", default=list)
    worth = models.FloatField("价值", default=0)
    state = models.CharField("状态", max_length=10, choices=STATES, default="open")

    class Meta:
        indexes = [
            models.Index(fields=["run", "purpose", "state", "-worth"], name="question_queue")
        ]

    def __str__(self) -> str:
        return str(self.record)


class CensusConflict(models.Model):
    """Rows that contradict one another: one code in two places, two codes in one place."""

    STATES = [
        ("open", gettext_lazy("待核")),
        ("settled", gettext_lazy("已核")),
        ("passed", gettext_lazy("已过时")),
    ]

    run = models.ForeignKey(LinkRun, models.PROTECT, related_name="conflicts")
    kind = models.CharField("种类", max_length=30)
    records = models.JSONField("记录", default=list)
    weight = models.FloatField("强度", default=0)
    state = models.CharField("状态", max_length=10, choices=STATES, default="open")

    class Meta:
        indexes = [models.Index(fields=["run", "kind", "state", "-weight"], name="conflict_queue")]

    def __str__(self) -> str:
        return self.kind


class CensusDecision(models.Model):
    """What a person decided about two rows, by their own keys; only added to, undone by another.

    `one` and `two` are `agency/roster/key` of the rows; `two` is empty where the row is a new
    establishment (`new`): it is then unlike every row in `unlike`. `aside`: rows whose credit code
    is not theirs. `second`: why it waits for another person, who agrees or declines in a row of
    his own (`seconds`). `effects`: what it did to links, establishments and blind spots, so that
    it can be undone exactly.
    """

    ANSWERS = [
        ("same", gettext_lazy("同一户")),
        ("different", gettext_lazy("不是同一户")),
        ("new", gettext_lazy("都不是，另为一户")),
        ("unsure", gettext_lazy("说不准")),
        ("check", gettext_lazy("实地核查")),
        ("agree", gettext_lazy("同意")),
        ("decline", gettext_lazy("不同意")),
        ("undo", gettext_lazy("撤销")),
    ]
    SECONDS = [
        ("legal_act", gettext_lazy("涉及已有执法或者许可事项的主体")),
        ("two_codes", gettext_lazy("两户各有一个有效代码")),
        ("overtaken", gettext_lazy("他人已先作答，答复不同")),
    ]
    SOURCES = [
        ("review", gettext_lazy("复核")),
        ("audit", gettext_lazy("抽查")),
        ("conflict", gettext_lazy("冲突")),
        ("ground", gettext_lazy("实地核查")),
    ]

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    one = models.CharField("记录", max_length=200)
    two = models.CharField("对照记录", max_length=200, blank=True)
    unlike = models.JSONField("不同于", default=list, blank=True)
    answer = models.CharField("答复", max_length=10, choices=ANSWERS)
    source = models.CharField("来自", max_length=10, choices=SOURCES, default="review")
    reason = models.CharField("理由", max_length=300, blank=True)
    aside = models.JSONField("代码不算数的记录", default=list, blank=True)
    second = models.CharField("须另一人同意", max_length=20, choices=SECONDS, blank=True)
    effects = models.JSONField("变动", default=dict, blank=True)
    run = models.ForeignKey(LinkRun, models.PROTECT, related_name="decisions")
    question = models.ForeignKey(
        CensusQuestion, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    conflict = models.ForeignKey(
        CensusConflict, models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by"
    )
    seconds = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="seconded"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["place", "one"], name="decision_one"),
            models.Index(fields=["run", "by", "-at"], name="decision_by"),
        ]

    def __str__(self) -> str:
        return f"{self.one} {self.answer} {self.two}".strip()


class BlindSpot(models.Model):
    """An establishment that a roster should know and does not; open until an answer or a run ends
    it."""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="blind_spots")
    flag = models.CharField("种类", max_length=40)
    record = models.ForeignKey(
        SourceRecord, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    since_run = models.ForeignKey(LinkRun, models.PROTECT, related_name="blind_spots")
    until_run = models.ForeignKey(
        LinkRun, models.PROTECT, null=True, blank=True, related_name="ended_blind_spots"
    )
    ended_at = models.DateTimeField("止", null=True, blank=True)
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, related_name="blind_spots"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "flag"],
                condition=Q(ended_at__isnull=True),
                name="blind_spot_once",
            )
        ]
        indexes = [models.Index(fields=["place", "flag", "ended_at"], name="blind_spot_place")]

    def __str__(self) -> str:
        return f"{self.establishment} {self.flag}"


class UnseenEstimate(models.Model):
    """How many of a kind in a place no roster has, with the interval; or why nobody can say.

    `range_only`: the rosters tell a lower bound alone, and `why` says what they cannot tell.
    """

    run = models.ForeignKey(LinkRun, models.PROTECT, related_name="unseen")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    kind = models.CharField("业态", max_length=30, blank=True)
    lists = models.JSONField("名册", default=list)
    seen = models.PositiveIntegerField("已见")
    unseen = models.FloatField("未见", null=True, blank=True)
    low = models.FloatField("下限", null=True, blank=True)
    high = models.FloatField("上限", null=True, blank=True)
    lower_bound = models.FloatField("至少", null=True, blank=True)
    range_only = models.BooleanField("只知下限", default=False)
    bound = models.JSONField("相依", default=list, blank=True)
    chapman = models.JSONField("两名册估计", null=True, blank=True)
    why = models.JSONField("不能估计的原因", default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "place", "kind"], name="unseen_estimate_once")
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.kind}"
