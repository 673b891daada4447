"""The census as rows of lists: columns, words, and what may be read of a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from zhian.apps.registry.census import rights
from zhian.apps.registry.census.kinds import roster_words, rosters, status_words, trade_words
from zhian.apps.registry.census.words import FLAGS
from zhian.apps.registry.models import Establishment, RecordLink, RosterImport
from zhian.directory.models import Appointment
from zhian.law.words import Words, joined
from zhian.web.lists import Column
from zhian.web.words import named, say

HIDDEN = "***"


def flag_words(flag: str) -> Words:
    """A blind spot in words."""
    return FLAGS.get(flag, Words(flag, flag))


IMPORT_COLUMNS = (
    Column("name", gettext_lazy("文件"), lambda r: r.name, ("name",)),
    Column("roster", gettext_lazy("名册"), lambda r: say(roster_words(r.roster)), ("roster",)),
    Column("agency", gettext_lazy("部门"), lambda r: named(r.agency), ("agency__code",)),
    Column("as_of", gettext_lazy("截至日期"), lambda r: r.as_of, ("as_of",)),
    Column("state", gettext_lazy("状态"), lambda r: r.get_state_display(), ("state",)),
    Column("rows", gettext_lazy("行数"), lambda r: r.rows, ("rows",), True),
    Column("added", gettext_lazy("新增"), lambda r: r.added, ("added",), True),
    Column("changed", gettext_lazy("变更"), lambda r: r.changed, ("changed",), True),
    Column("ended", gettext_lazy("不再出现"), lambda r: r.ended, ("ended",), True),
    Column("by", gettext_lazy("经办人"), lambda r: named(r.by.user) if r.by else "", ()),
    Column("at", gettext_lazy("提交时间"), lambda r: r.at, ("at",)),
)
RUN_COLUMNS = (
    Column("run", gettext_lazy("次"), lambda r: r.pk, ("id",)),
    Column("at", gettext_lazy("开始时间"), lambda r: r.at, ("at",)),
    Column("state", gettext_lazy("状态"), lambda r: r.get_state_display(), ("state",)),
    Column("records", gettext_lazy("记录"), lambda r: count(r.manifest, "records"), (), True),
    Column(
        "establishments",
        gettext_lazy("户"),
        lambda r: count(r.manifest, "establishments"),
        (),
        True,
    ),
    Column("merged", gettext_lazy("合并"), lambda r: count(r.manifest, "merged"), (), True),
    Column("split", gettext_lazy("拆分"), lambda r: count(r.manifest, "split"), (), True),
    Column("by", gettext_lazy("发起人"), lambda r: named(r.by.user), ()),
    Column(
        "published",
        gettext_lazy("决定人"),
        lambda r: named(r.published_by.user) if r.published_by else "",
        (),
    ),
)


def count(manifest: Mapping[str, Any], name: str) -> Any:
    """A figure of a run's manifest; None before there is one."""
    return manifest.get("counts", {}).get(name)


@dataclass(frozen=True, slots=True)
class Row:
    """An establishment as a line of the register."""

    one: Establishment
    flags: Sequence[str] = ()

    @property
    def kind_words(self) -> Words:
        """What it does."""
        return trade_words(self.one.kind)

    @property
    def roster_words(self) -> Words:
        """The rosters on which it stands."""
        names = [name for name in self.one.rosters.split() if name in rosters()]
        return joined(tuple(roster_words(name) for name in names), "、", ", ")

    @property
    def flag_words(self) -> list[Words]:
        """Its open blind spots."""
        return [flag_words(flag) for flag in self.flags]


COLUMNS = (
    Column("number", gettext_lazy("编号"), lambda r: r.one.number, ("number",)),
    Column("name", gettext_lazy("名称"), lambda r: r.one.name, ("name",)),
    Column("address", gettext_lazy("地址"), lambda r: r.one.address, ()),
    Column("place", gettext_lazy("乡镇"), lambda r: named(r.one.place), ("place__code",)),
    Column("kind", gettext_lazy("业态"), lambda r: say(r.kind_words), ("kind",)),
    Column("uscc", gettext_lazy("代码"), lambda r: r.one.uscc, ("uscc",)),
    Column("rosters", gettext_lazy("在册"), lambda r: say(r.roster_words), ("rosters",)),
    Column("flags", gettext_lazy("盲区"), lambda r: "; ".join(map(say, r.flag_words)), ()),
    Column(
        "premises",
        gettext_lazy("名录中的场所"),
        lambda r: str(r.one.premises or ""),
        ("premises__name",),
        shown=False,
    ),
    Column("ended", gettext_lazy("终止日期"), lambda r: r.one.ended_on, ("ended_on",), shown=False),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One row of a roster as a post may read it: owner and telephone only by right."""

    link: RecordLink
    open: bool

    @property
    def record(self) -> Any:
        """The row."""
        return self.link.record

    @property
    def owner(self) -> str:
        """Who runs it."""
        return self._shown(self.record.owner)

    @property
    def phone(self) -> str:
        """Its telephone."""
        return self._shown(self.record.phone)

    @property
    def rest(self) -> Mapping[str, str]:
        """The other columns; they may hold anything."""
        found: Mapping[str, str] = self.record.rest if self.open else {}
        return found

    @property
    def roster_words(self) -> Words:
        """The roster it stands on."""
        return roster_words(self.record.roster)

    @property
    def kind_words(self) -> Words:
        """Its trade."""
        return trade_words(self.record.kind) if self.record.kind else Words("", "")

    @property
    def status_words(self) -> Words:
        """How it stands by that roster."""
        return status_words(self.record.status)

    @property
    def percent(self) -> int:
        """How sure it is that it belongs here."""
        return round(self.link.confidence * 100)

    def _shown(self, text: str) -> str:
        return text if self.open or not text else HIDDEN


def said(links: Sequence[RecordLink], mine: Appointment) -> list[Said]:
    """Rows as this post may read them."""
    return [Said(link, rights.reads_phones(mine, link.record.agency_id)) for link in links]


def may_withdraw(row: RosterImport, mine: Appointment) -> bool:
    """Whether the post may take a file back: its own agency's, or any where it keeps the census."""
    return rights.keeps_census(mine) or row.agency_id == mine.post.agency_id
