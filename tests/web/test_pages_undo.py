"""Undoing on the pages: offered only where it can be done, and told as what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import County, county
from tests.web.pages import logged_in, text_of
from tests.web.test_disposal import concluded
from tests.web.test_pages_smoke import rectification, task
from tests.web.test_rectification import ordered
from zhian.desk import timing
from zhian.desk.engine import annul, common
from zhian.desk.engine.perform import perform
from zhian.desk.models import Act, Matter, Notice
from zhian.desk.publishing import content, deciding

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


def offered(client: Client, matter: Matter) -> list[int]:
    """The acts at which the page of a matter offers to undo."""
    page = client.get(f"/m/{matter.pk}/").content.decode()
    return [
        act.pk
        for act in Act.objects.filter(matter=matter)
        if f'href="/acts/{act.pk}/undo/"' in page
    ]


def test_the_opening_act_is_not_offered(here: County) -> None:
    matter = rectification(here)
    assert annul.obstacles(Act.objects.get(matter=matter))
    assert offered(logged_in(here.inspector), matter) == []


def test_an_act_whose_notice_has_left_the_house_is_not_offered(here: County) -> None:
    matter = task(here)
    act = perform(matter, "take", by=here.actor("inspector"))
    client = logged_in(here.inspector)
    assert offered(client, matter) == [act.pk]
    Notice.objects.create(
        matter=matter, act=act, recipient="某人", text="x", channel="sms", state="sent",
        created_at=timezone.now(),
    )  # fmt: skip
    assert offered(client, matter) == []


def test_after_half_an_hour_it_is_the_superiors_to_undo(here: County) -> None:
    with timing.recorded_at(timezone.now() - timedelta(hours=1)):
        matter = ordered(here)
    act = Act.objects.get(matter=matter, seq=matter.head)
    assert offered(logged_in(here.inspector), matter) == []
    assert offered(logged_in(here.head), matter) == [act.pk]


def test_what_is_offered_can_be_done_and_then_is_offered_no_more(here: County) -> None:
    matter = task(here)
    act = perform(matter, "take", by=here.actor("inspector"))
    client = logged_in(here.inspector)
    common.note(matter, text="已联系学校", by=here.actor("inspector"))
    assert offered(client, matter) == [act.pk]
    client.post(f"/acts/{act.pk}/undo/", {"reason": "点错"})
    assert offered(client, matter) == []


def test_the_page_asks_no_more_for_a_long_timeline(
    here: County, django_assert_max_num_queries: object
) -> None:
    matter = task(here)
    perform(matter, "take", by=here.actor("inspector"))
    client = logged_in(here.inspector)
    client.get(f"/m/{matter.pk}/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/m/{matter.pk}/")
        counts.append(len(asked))
        for number in range(8):
            common.note(matter, text=f"第{number}次", by=here.actor("inspector"))
    assert counts[0] == counts[1]


def test_a_service_that_ends_with_the_order_is_not_waiting(here: County) -> None:
    matter = ordered(here)
    client = logged_in(here.head)
    assert "待送达" in text_of(client.get(f"/m/{matter.pk}/"))
    act = Act.objects.get(matter=matter, seq=matter.head)
    annul.annul(act, by=here.actor("office_head"), reason="引用条款有误")
    service = matter.children.get(kind="service")
    page = text_of(client.get(f"/m/{service.pk}/"))
    assert "随开启它的行为撤销" in page
    assert "子事项 · 随开启它的行为撤销" in text_of(client.get(f"/m/{matter.pk}/"))


def test_a_proposal_that_was_undone_was_not_withdrawn(here: County) -> None:
    matter = ordered(here)
    act = Act.objects.get(matter=matter, seq=matter.head)
    annul.annul(act, by=here.actor("office_head"), reason="引用条款有误")
    proposal = matter.proposals.get()
    assert proposal.state == "undone"
    client = logged_in(here.inspector)
    assert "行为已撤销" in text_of(client.get(f"/m/{matter.pk}/"))
    assert "已撤回" not in text_of(client.get(f"/proposals/{proposal.pk}/"))
    form = client.get(f"/m/{matter.pk}/order/").content.decode()
    assert "加装防鼠板。" in form, "what was entered is offered again"


def on_desk(client: Client, matter: Matter) -> bool:
    return f"/m/{matter.pk}/" in client.get("/desk/").content.decode()


def test_a_matter_leaves_the_publishers_desk_when_it_is_published(here: County) -> None:
    matter = concluded(here)
    perform(matter, "send_to_publish", fields={"text": "拟公布"}, by=here.actor("inspector"))
    publisher = logged_in(here.publisher)
    assert on_desk(publisher, matter)
    perform(matter, "publish", fields={"where": "门户网站"}, by=here.actor("publisher"))
    assert on_desk(publisher, matter), "it still waits for the second person"
    entry = matter.publications.get()
    deciding.approve(entry, by=here.actor("office_head"), seen=content.digest(entry))
    assert not on_desk(publisher, matter)
    assert on_desk(logged_in(here.inspector), matter), "the handler closes it"
