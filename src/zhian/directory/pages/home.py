"""The first page of the administration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhian.directory import assistant, calendar, queries, rights
from zhian.directory.access import access
from zhian.directory.models import Appointment
from zhian.directory.pages.base import EVERY_PART, me, show, today

NOTICE_MONTH = 11  # 国务院办公厅 announces the coming year's holidays in October or November


@access(admin=EVERY_PART)
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this administrator, and the rooms that the post opens."""
    mine, day = me(request), today()
    context = {
        "title": _("管理"),
        "empty_system": assistant.is_empty(),
        "waiting": list(_waiting(mine, day)),
    }
    return show(request, "directory/home.html", context)


def _waiting(mine: Appointment, day: date) -> Iterator[tuple[str, str]]:
    """What this post should do next: address and sentence."""
    if rights.may_administer(mine, "directory") and not assistant.is_empty():
        missing = [s for s in assistant.STEPS if not s.done(mine.post.agency)]
        for step in missing[:1]:
            words = _("、").join(str(s.title) for s in missing)
            text = _("初始设置还差：%(steps)s") % {"steps": words}
            yield reverse("directory:setup", args=[step.key]), text
    if rights.may_administer(mine, "accounts"):
        shut = queries.found_people(mine, "", "shut", day).count()
        if shut:
            text = _("%(n)s 人在任而未开通登录") % {"n": shut}
            yield reverse("directory:logins"), text
    if rights.may_administer(mine, "calendar"):
        yield from _calendar(day)


def _calendar(day: date) -> Iterator[tuple[str, str]]:
    following = day.year + 1
    here = reverse("directory:holidays")
    if calendar.pending():
        yield here, _("有录入的节假日尚未公布，现在还不算数")
    elif day.month >= NOTICE_MONTH and not calendar.published(following):
        text = _("%(year)s 年的节假日还没有公布") % {"year": following}
        yield f"{here}?year={following}", text
