"""Agencies, their offices and the posts in them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce

from zhian.directory.models.places import Place
from zhian.directory.words import post_words, say
from zhian.web.words import language


class Agency(models.Model):
    """A department, township or partner that answers for something."""

    code = models.CharField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=100)
    name_en = models.CharField("英文名称", max_length=150, blank=True)
    short_name = models.CharField("文号代字", max_length=20, blank=True)
    kind = models.CharField("类别", max_length=30)
    place = models.ForeignKey(Place, models.PROTECT, related_name="agencies")
    superior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subordinates"
    )
    phone = models.CharField("公开电话", max_length=50, blank=True)
    mailbox = models.CharField("公开信箱", max_length=200, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """An office (科室) or station (所) of an agency."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="offices")
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=100)
    name_en = models.CharField("英文名称", max_length=150, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="offices")
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="office_code_once")]
        ordering = ["agency_id", "code"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post of one kind (law/data/posts.toml) in an office; several people may hold it."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="posts")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="posts")
    kind = models.CharField("岗位", max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="posts")
    title = models.CharField("职务名称", max_length=100, blank=True)
    title_en = models.CharField("英文职务", max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "agency",
                Coalesce("office", 0),
                "kind",
                Coalesce("place", 0),
                name="post_once",
            )
        ]
        ordering = ["agency_id", "office_id", "kind"]

    def __str__(self) -> str:
        return f"{self.agency} {self.called}"

    @property
    def called(self) -> str:
        """The title of the post, or what its kind is called, in the reader's language."""
        own = self.title_en if language().startswith("en") else self.title
        return own or say(post_words(self.kind))

    @property
    def territory(self) -> Place:
        """The place for which the post answers."""
        if self.place:
            return self.place
        return self.office.place if self.office and self.office.place else self.agency.place
