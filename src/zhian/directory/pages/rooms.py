"""The rooms of the administration: what each is for, and which parts of rights.toml open it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from zhian.directory import rights
from zhian.directory.models import Appointment

PREFIX = "/directory/"


@dataclass(frozen=True, slots=True)
class Room:
    """One room: its first page, its words, who opens it, and where its other pages lie."""

    name: str
    words: Any
    parts: tuple[str, ...]
    about: Any
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The first page of the room."""
        return reverse(self.name)

    def holds(self, path: str) -> bool:
        """Whether an address lies in this room."""
        return path.startswith((self.url, *(PREFIX + part for part in self.also)))


@dataclass(frozen=True, slots=True)
class Door:
    """A room as the side list shows it."""

    room: Room
    url: str
    here: bool


ROOMS: tuple[tuple[Any, tuple[Room, ...]], ...] = (
    (
        _("机构和人员"),
        (
            Room(
                "directory:places",
                pgettext_lazy("list", "区划"),
                ("directory",),
                _("县、乡镇、村和网格；撤并后旧代码按日期转到新区划"),
            ),
            Room(
                "directory:agencies",
                _("部门、科室和岗位"),
                ("directory",),
                _("机关名称、文号、公开电话，监管所的辖区，设了哪些岗位"),
                ("offices/", "posts/"),
            ),
            Room(
                "directory:people",
                _("人员"),
                ("directory", "accounts"),
                _("姓名、执法证、任命和离任；登录由安全管理员开通"),
            ),
            Room(
                "directory:appointments",
                _("任职"),
                ("directory",),
                _("谁在什么岗位，从哪天到哪天"),
            ),
            Room(
                "directory:deputies",
                _("请假代理"),
                ("directory",),
                _("请假期间由谁以本人名义代签"),
            ),
        ),
    ),
    (
        _("职责"),
        (
            Room(
                "directory:gaps",
                _("空白与重叠"),
                ("responsibility", "reports", "directory"),
                _("没有人负责的、两家都负责的、空缺的、到期的"),
            ),
            Room(
                "directory:responsibilities",
                _("职责分工"),
                ("responsibility", "directory"),
                _("每种业态在每个乡镇由哪个部门负责"),
            ),
            Room(
                "answering",
                _("属地责任"),
                ("responsibility", "reports", "directory"),
                _("县、乡镇、村三级各由谁负责，哪里没有人，哪里有两个人"),
                ("premises/", "stewards/"),
            ),
            Room(
                "directory:sponsorships",
                _("包保"),
                ("responsibility", "directory"),
                _("哪位干部包保哪个场所"),
            ),
        ),
    ),
    (
        _("规则"),
        (
            Room(
                "directory:settings",
                _("法律选择"),
                ("settings",),
                _("法律没有写明、由本机关律师决定的问题"),
            ),
            Room(
                "directory:holidays",
                _("节假日"),
                ("calendar",),
                _("放假和调休；公布后计时中的期限重新计算"),
            ),
        ),
    ),
    (
        _("资料"),
        (
            Room(
                "directory:imports",
                _("导入"),
                ("import",),
                _("区划、部门、科室和人员名册，从表格整册导入"),
            ),
            Room(
                "takeovers",
                _("接管在办事项"),
                ("import",),
                _("原系统或者纸质登记的在办事项，连同期限、文书和经过"),
            ),
            Room(
                "directory:changes",
                _("变更记录"),
                ("directory", "accounts", "ledger"),
                _("谁在什么时候改了什么、为什么"),
            ),
        ),
    ),
)


def may_enter(mine: Appointment, name: str) -> bool:
    """Whether a post opens the room with this first page."""
    every = (room for _words, rooms in ROOMS for room in rooms if room.name == name)
    return any(rights.may_administer(mine, part) for room in every for part in room.parts)


def doors(mine: Appointment, path: str) -> list[tuple[Any, list[Door]]]:
    """The side list of a post: the rooms that it opens, group by group."""
    found = [(words, list(_open(mine, rooms, path))) for words, rooms in ROOMS]
    return [(words, rows) for words, rows in found if rows]


def _open(mine: Appointment, rooms: tuple[Room, ...], path: str) -> Iterator[Door]:
    for room in rooms:
        if any(rights.may_administer(mine, part) for part in room.parts):
            yield Door(room, room.url, room.holds(path))
