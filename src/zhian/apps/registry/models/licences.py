"""Licences and filings, how each came to be what it is, and the matters that made it so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from zhian.desk import labels
from zhian.desk.models import Act, Matter
from zhian.directory.models import Agency, Operator, Premises
from zhian.law import vocabulary
from zhian.law.licence_formats import licence_formats
from zhian.law.words import Words

IN_FORCE, EXPIRED, STRUCK_OFF = "valid", "expired", "cancelled"

GROUNDS = {
    "open_ex_officio": "licence_cancel_ground",
    "open_annul": "licence_annul_ground",
    "open_withdrawal": "licence_withdrawal_ground",
}
WAYS = {
    "apply_cancel": Words("被许可人申请注销", "The holder applied"),
    "record_revocation": Words("许可证被依法吊销", "Revoked as a penalty"),
}


def _particulars(kind: str, details: Mapping[str, Any]) -> list[tuple[Words, str]]:
    named = ((key, details.get(key)) for key in licence_formats()[kind].details)
    return [(vocabulary.field(key), str(value)) for key, value in named if value]


class LicenceQuerySet(models.QuerySet["Licence"]):
    """Licences by what holds on a day."""

    def in_force(self, day: date) -> Self:
        """What entitles its holder on that day."""
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=day), state=IN_FORCE)

    def expired(self, day: date) -> Self:
        """What ended by its term alone and was not struck off."""
        return self.filter(state=IN_FORCE, expires_on__lt=day)


class Licence(models.Model):
    """许可证、备案: one number, from the day it is given; the number is never used again."""

    KINDS = [
        ("SC", gettext_lazy("食品生产许可证")),
        ("JY", gettext_lazy("食品经营许可证")),
        ("YB", gettext_lazy("仅销售预包装食品备案")),
        ("XK", gettext_lazy("工业产品生产许可证")),
        ("DRUG", gettext_lazy("药品经营许可证")),
        ("CCC", gettext_lazy("强制性产品认证证书")),
        ("WORKSHOP", gettext_lazy("小作坊登记证")),
        ("STALL", gettext_lazy("食品摊贩备案卡")),
        ("FARM", gettext_lazy("养殖场、基地备案")),
    ]
    STATES = [
        (IN_FORCE, gettext_lazy("有效")),
        (STRUCK_OFF, gettext_lazy("已注销")),
        ("annulled", gettext_lazy("已撤销")),
        ("withdrawn", gettext_lazy("已撤回")),
        ("revoked", gettext_lazy("已吊销")),
        ("lapsed", gettext_lazy("已自行失效")),
        ("suspended", gettext_lazy("已暂停")),
        ("void", gettext_lazy("制发已撤销")),
    ]

    kind = models.CharField("种类", max_length=10, choices=KINDS)
    number = models.CharField("编号", max_length=40)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="licences")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="licences")
    premises = models.ForeignKey(
        Premises, models.PROTECT, null=True, blank=True, related_name="licences"
    )
    place_code = models.CharField("地点代码", max_length=15)
    category = models.CharField("食品类别", max_length=40, blank=True)
    form = models.CharField("主体业态", max_length=30, blank=True)
    item = models.CharField("主要经营项目", max_length=30, blank=True)
    scope = models.TextField("许可范围", blank=True)
    details = models.JSONField("载明的其他事项", default=dict, blank=True)
    first_issued_on = models.DateField("首次发证日期")
    issued_on = models.DateField("发证日期")
    expires_on = models.DateField("有效期至", null=True, blank=True)
    renewed_after = models.DateField("接续的有效期届满日", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=STATES, default=IN_FORCE)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    struck_off_on = models.DateField("注销日期", null=True, blank=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["number"], name="licence_number_once")]
        indexes = [
            models.Index(fields=["operator", "kind"], name="licence_operator"),
            models.Index(fields=["premises", "kind"], name="licence_premises"),
            models.Index(fields=["place_code", "state", "expires_on"], name="licence_place"),
        ]

    def __str__(self) -> str:
        return self.number

    def state_on(self, day: date) -> str:
        """Its state on a day: a term that is over needs no act to end it."""
        if self.struck_off_on is not None:
            return STRUCK_OFF
        over = self.expires_on is not None and self.expires_on < day
        return EXPIRED if self.state == IN_FORCE and over else self.state

    @property
    def what(self) -> Words:
        """What it is for, in words: the food category, the kind of business, the product."""
        for name, listed in licence_formats()[self.kind].lists.items():
            return vocabulary.choice(listed, getattr(self, name))
        said = str(self.details.get("product") or self.scope)
        return Words(said, said)

    @property
    def particulars(self) -> list[tuple[Words, str]]:
        """What else stands on it, each with its name."""
        return _particulars(self.kind, self.details)

    @property
    def ours(self) -> bool:
        """Whether the agency of the row gave it, and did not merely enter it."""
        return not (self.details.get("issuer") or self.details.get("body"))

    @property
    def kind_words(self) -> Words:
        """What the kind is called, in both languages."""
        return licence_formats()[self.kind].words


class LicenceChange(models.Model):
    """One act's mark on a licence, with what stood there before: history, and how to undo."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="changes_made")
    act = models.ForeignKey(Act, models.PROTECT, related_name="licence_changes")
    before = models.JSONField("变更前", default=dict)
    undone = models.BooleanField("已撤销", default=False)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.licence} {self.act.verb}"

    @property
    def words(self) -> Words:
        """The act in words."""
        return labels.verb_words(self.act.matter, self.act.verb)


class LicenceApplication(models.Model):
    """申请: what is applied for; a filing is one too."""

    PURPOSES = [
        ("first", gettext_lazy("首次申请")),
        ("change", gettext_lazy("变更")),
        ("renewal", gettext_lazy("延续")),
        ("reissue", gettext_lazy("补办")),
        ("register", gettext_lazy("登记事项变更")),
        ("entered", gettext_lazy("其他机关发证")),
        ("ended", gettext_lazy("其他机关的退出决定")),
        ("end", gettext_lazy("注销")),
    ]

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="licence_application"
    )
    licence_kind = models.CharField("种类", max_length=10, choices=Licence.KINDS)
    purpose = models.CharField("申请类型", max_length=10, choices=PURPOSES)
    licence = models.ForeignKey(
        Licence, models.PROTECT, null=True, blank=True, related_name="applications"
    )
    category = models.CharField("食品类别", max_length=40, blank=True)
    form = models.CharField("主体业态", max_length=30, blank=True)
    item = models.CharField("主要经营项目", max_length=30, blank=True)
    scope = models.TextField("许可范围", blank=True)
    details = models.JSONField("载明的其他事项", default=dict, blank=True)
    changed_on = models.DateField("变化日期", null=True, blank=True)
    changes = models.TextField("变更事项", blank=True)
    conditions_changed = models.BooleanField("条件发生变化", default=False)
    late_reason = models.TextField("逾期理由", blank=True)

    class Meta:
        indexes = [models.Index(fields=["licence_kind", "purpose"], name="application_kind")]

    def __str__(self) -> str:
        return f"{self.licence_kind} {self.purpose}"

    @property
    def chosen(self) -> list[tuple[Words, Words]]:
        """What is applied for, as the lists of its kind say it, each with its name."""
        lists = licence_formats()[self.licence_kind].lists
        named = ((name, listed, getattr(self, name)) for name, listed in lists.items())
        return [
            (vocabulary.field(listed, name), vocabulary.choice(listed, key))
            for name, listed, key in named
            if key
        ]

    @property
    def particulars(self) -> list[tuple[Words, str]]:
        """What else the paper is to say, each with its name."""
        return _particulars(self.licence_kind, self.details)


class LicenceExit(models.Model):
    """退出: which licence ends, in which way and why."""

    matter = models.OneToOneField(
        Matter, models.PROTECT, primary_key=True, related_name="licence_exit"
    )
    licence = models.ForeignKey(Licence, models.PROTECT, related_name="exits")
    way = models.CharField("方式", max_length=30)
    ground = models.CharField("理由", max_length=30, blank=True)
    found_on = models.DateField("发现日期", null=True, blank=True)
    told = models.TextField("情况", blank=True)

    def __str__(self) -> str:
        return f"{self.licence} {self.way}"

    @property
    def ground_words(self) -> Words:
        """Why it ends, in words: as chosen, or as the way itself says."""
        listed = GROUNDS.get(self.way)
        if listed:
            return vocabulary.choice(listed, self.ground)
        return WAYS.get(self.way, Words(self.way, self.way))
