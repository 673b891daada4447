"""A directive from above: carried down, split, returned, reported back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import County, county
from zhian.desk import tasks, timing
from zhian.desk.engine.annul import annul
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.models import Clock, Matter, Notice
from zhian.desk.visibility import visible_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


def give(here: County, **more: Any) -> Matter:
    fields = {
        "text": "排查校园周边食品店，月底前反馈。",
        "origin": "directive",
        "deadline": timing.now() + timedelta(days=10),
        **more,
    }
    opening = tasks.opening_of(giver=here.head, source=None, fields=fields)
    return open_matter("task", "direct", opening, by=here.actor("head"))


def test_a_directive_is_carried_down_and_reported_back(here: County) -> None:
    matter = give(here, office=here.station, handler=here.office_head)
    assert matter.giver == here.head and matter.handler == here.office_head
    perform(matter, "take", by=here.actor("office_head"))
    assert Clock.objects.get(matter=matter, duty="task.take").state == "stopped"
    perform(matter, "report", fields={"text": "已排查 42 户。"}, by=here.actor("office_head"))
    assert matter.phase == "reported"
    assert Notice.objects.filter(user=here.head.user, matter=matter).exists()
    perform(matter, "close", by=here.actor("head"))
    assert matter.closed_at is not None
    assert not Clock.objects.filter(matter=matter, state="running").exists()


def test_a_task_reaches_another_agency_and_comes_back_to_its_giver(here: County) -> None:
    matter = give(here, agency=here.township)
    assert matter.agency == here.township
    assert visible_to(here.township_head).filter(pk=matter.pk).exists()
    assert visible_to(here.head).filter(pk=matter.pk).exists()
    assert not visible_to(here.office_head).filter(pk=matter.pk).exists()
    perform(matter, "take", by=here.actor("township_head"))
    perform(matter, "report", fields={"text": "完成。"}, by=here.actor("township_head"))
    perform(matter, "close", by=here.actor("head"))
    assert matter.closed_at is not None


def test_a_task_is_split_and_the_parts_come_back_together(here: County) -> None:
    matter = give(here, office=here.station, handler=here.office_head)
    mine = here.actor("office_head")
    perform(matter, "take", by=mine)
    until = timing.now() + timedelta(days=5)
    parts = [
        {"text": "河东片", "handler": here.inspector.pk, "deadline": until.isoformat()},
        {"text": "河西片", "handler": here.second.pk, "deadline": until.isoformat()},
    ]
    perform(matter, "split", fields={"parts": parts}, by=mine)
    assert matter.children.count() == 2
    with pytest.raises(Refused, match="子事项"):
        perform(matter, "report", fields={"text": "x"}, by=mine)
    for who, part in zip(("inspector", "second"), matter.children.order_by("id"), strict=True):
        perform(part, "take", by=here.actor(who))
        perform(part, "report", fields={"text": "好"}, by=here.actor(who))
        perform(part, "close", by=mine)
    matter.refresh_from_db()
    assert "part_done" in matter.done
    perform(matter, "report", fields={"text": "全部完成。"}, by=mine)
    assert matter.phase == "reported"


def test_a_returned_report_gets_a_new_day_and_a_new_clock(here: County) -> None:
    matter = give(here, office=here.station, handler=here.office_head)
    mine = here.actor("office_head")
    perform(matter, "take", by=mine)
    perform(matter, "report", fields={"text": "完成"}, by=mine)
    later = timing.now() + timedelta(days=3)
    perform(matter, "return", fields={"why": "数据不全", "deadline": later}, by=here.actor("head"))
    running = Clock.objects.get(matter=matter, duty="task.report", state="running")
    assert matter.phase == "working" and running.due_at == later


def test_more_time_is_asked_for_and_given_by_the_giver_only(here: County) -> None:
    matter = give(here, office=here.station, handler=here.office_head)
    mine = here.actor("office_head")
    perform(matter, "take", by=mine)
    until = timing.now() + timedelta(days=30)
    perform(matter, "ask_more_time", fields={"until": until, "why": "雨季"}, by=mine)
    with pytest.raises(NotAllowed):
        perform(matter, "more_time", fields={"until": until}, by=mine)
    perform(matter, "more_time", fields={"until": until}, by=here.actor("head"))
    assert Clock.objects.get(matter=matter, duty="task.report").due_at == until


def test_a_task_without_an_addressee_or_with_a_past_day_is_refused(here: County) -> None:
    with pytest.raises(Refused, match="承办"):
        give(here)
    with pytest.raises(Refused, match="已过"):
        give(here, office=here.station, deadline=timing.now() - timedelta(days=2))


def test_a_township_cannot_direct_the_bureau(here: County) -> None:
    fields = {"text": "x", "agency": here.bureau, "deadline": timing.now() + timedelta(days=3)}
    opening = tasks.opening_of(giver=here.township_head, source=None, fields=fields)
    with pytest.raises(NotAllowed):
        open_matter("task", "direct", opening, by=here.actor("township_head"))


def test_only_the_addressee_takes_it(here: County) -> None:
    matter = give(here, office=here.station, handler=here.office_head)
    with pytest.raises(NotAllowed):
        perform(matter, "take", by=here.actor("outsider"))


def test_taking_a_task_cannot_be_undone_once_it_was_split(here: County) -> None:
    matter = give(here, office=here.station, handler=here.office_head)
    mine = here.actor("office_head")
    taken = perform(matter, "take", by=mine)
    until = (timing.now() + timedelta(days=5)).isoformat()
    parts = [{"text": "河东片", "handler": here.inspector.pk, "deadline": until}] * 2
    perform(matter, "split", fields={"parts": parts}, by=mine)
    with pytest.raises(Refused, match="最近一次"):
        annul(taken, by=mine, reason="误点")
    matter.refresh_from_db()
    assert matter.phase == "working" and "split" in matter.done
