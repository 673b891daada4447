"""The pages of the review desk: one question a page, forms and keys, lists, export."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders import person
from tests.web.pages import logged_in, text_of
from tests.web.review_world import Desk, desk, state
from tests.web.test_review import home, legal_act, merging
from tests.web.test_review_conflicts import conflict
from zhian.apps.registry.census.review import queue, standing
from zhian.apps.registry.models import (
    CensusConflict,
    CensusDecision,
    CensusQuestion,
    LinkRun,
    RecordLink,
)
from zhian.methods.linkage import suspects

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


@pytest.fixture
def here() -> Desk:
    return desk()


@pytest.fixture
def one(here: Desk) -> Client:
    return logged_in(here.one)


@pytest.fixture
def two(here: Desk) -> Client:
    return logged_in(here.two)


def stamp(page: Any) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


def test_the_first_question_shows_the_row_its_houses_and_what_is_at_stake(
    here: Desk, one: Client
) -> None:
    asked = here.questions()[0]
    page = one.get("/census/review/")
    text = text_of(page)
    for words in (
        asked.record.name, asked.record.owner, asked.record.agency.name, "截至 2026-10-31",
        "答复影响的盲区：", "是这一户", "都不是，另为一户", "说不准", "跳过", "撤销上一答",
        f"待答 {len(here.questions())}", "得分", "合计",
    ):  # fmt: skip
        assert words in text, words
    html = page.content.decode()
    for key in ("1", "n", "u", "z", "s"):
        assert f'data-key="{key}"' in html
    total = sum(row["adds"] for row in asked.choices[0]["evidence"])
    assert f"{total:+.2f}" in html


def test_the_page_costs_few_queries(here: Desk, one: Client) -> None:
    one.get("/census/review/")
    with CaptureQueriesContext(connection) as frame:
        one.get("/notices/?box=none")
    about_the_person = [q for q in frame.captured_queries if is_frame(q["sql"])]
    with CaptureQueriesContext(connection) as asked:
        one.get("/census/review/")
    own = [q["sql"] for q in asked.captured_queries if not is_frame(q["sql"])]
    assert about_the_person and len(own) <= 10, "\n".join(sql[:150] for sql in own)


def is_frame(sql: str) -> bool:
    """What every page asks: who is there, in which post, what waits for him."""
    tables = ("django_session", "directory_user", "directory_appointment", "desk_signature",
              "desk_notice", "directory_deputyship", "mfa_authenticator")  # fmt: skip
    first = re.search(r'FROM "(\w+)"', sql)
    return bool(first and first[1] in tables) or sql.startswith(("SAVEPOINT", "RELEASE"))


def test_an_answer_by_form_leads_to_the_next_question_and_z_takes_it_back(
    here: Desk, one: Client
) -> None:
    asked, before = here.questions()[0], state()
    page = one.get("/census/review/")
    sent = one.post(
        f"/census/review/{asked.pk}/answer/", {"say": "same:0", "shown": stamp(page)}, follow=True
    )
    assert sent.redirect_chain == [("/census/review/", 302)]
    assert f"“{asked.record.name}”：同一户" in text_of(sent)
    assert CensusDecision.objects.get().answer == "same" and state() != before
    undone = one.post("/census/review/undo/", {"purpose": "review"}, follow=True)
    assert "已恢复原样" in text_of(undone) and state() == before


def test_with_a_script_the_next_question_comes_with_the_answer(here: Desk, one: Client) -> None:
    asked = here.questions()[0]
    part = one.post(f"/census/review/{asked.pk}/answer/", {"say": "unsure"}, headers=HTMX)
    html = part.content.decode()
    assert part.status_code == 200 and "<html" not in html
    assert html.strip().startswith('<div id="review">') and "说不准" in html
    assert f"/census/review/{here.questions()[1].pk}/answer/" in html


def test_filters_are_kept_from_answer_to_answer(here: Desk, one: Client) -> None:
    roster = here.questions()[0].record.roster
    page = one.get(f"/census/review/?roster={roster}&flag=unregistered_operating&x=y")
    assert f'name="roster" value="{roster}"' in page.content.decode()
    asked = queue.queue(
        here.one, here.run, "review", queue.Filters("", "unregistered_operating", roster)
    ).first()
    sent = one.post(
        f"/census/review/{asked.pk}/answer/",
        {"say": "unsure", "roster": roster, "flag": "unregistered_operating"},
    )
    assert sent["Location"] == f"/census/review/?flag=unregistered_operating&roster={roster}"


def test_filters_leave_what_they_name(here: Desk) -> None:
    for filters in (queue.Filters(roster="sweep"), queue.Filters(flag="cancelled_operating")):
        rows = list(queue.queue(here.one, here.run, "review", filters))
        left = [q for q in here.questions() if q not in rows]
        assert all(not filters.roster or q.record.roster == "sweep" for q in rows)
        assert all(not filters.flag or filters.flag in q.changes for q in rows)
        assert all(filters.roster != q.record.roster for q in left if filters.roster)
        assert all(filters.flag not in q.changes for q in left if filters.flag)
    town = here.census.here.town
    none = queue.Filters(township=str(town.pk))
    assert not queue.queue(here.one, here.run, "review", none).exists()
    for asked in here.questions()[:3]:
        house = home(asked.record_id)
        house.place = town
        house.save()
    rows = queue.queue(here.one, here.run, "review", none)
    assert rows.exists() and all(home(q.record_id).place == town for q in rows)


def test_skipping_goes_on_and_comes_to_an_end(here: Desk, one: Client) -> None:
    rows = here.questions()
    page = one.get(f"/census/review/?after={rows[0].pk}")
    assert f"/census/review/{rows[1].pk}/answer/" in page.content.decode()
    last = one.get(f"/census/review/?after={rows[-1].pk}")
    assert "这样筛选没有待答的问题。" in text_of(last)


def test_two_at_once(here: Desk, one: Client, two: Client) -> None:
    asked = merging(here)
    address = f"/census/review/{asked.pk}/answer/"
    shown = stamp(two.get(f"/census/review/{asked.pk}/"))
    one.post(address, {"say": "same:0"})
    told = text_of(two.post(address, {"say": "new", "shown": shown}, follow=True))
    assert f"{here.one.user} 刚才已答“同一户”" in told and "您的答复已记下" in told
    same = text_of(two.post(address, {"say": "same:0", "shown": shown}, follow=True))
    assert "没有重复记录" in same
    page = text_of(two.get(f"/census/review/{asked.pk}/"))
    assert f"{here.one.user} 于" in page and "已答“同一户”" in page


def test_a_second_person_agrees_from_the_list(here: Desk, one: Client, two: Client) -> None:
    asked = merging(here)
    house = home(asked.choices[0]["record"])
    legal_act(here, house)
    page = text_of(one.get(f"/census/review/{asked.pk}/"))
    assert "须另一人同意后生效" in page
    one.post(f"/census/review/{asked.pk}/answer/", {"say": "same:0"})
    decision = CensusDecision.objects.get()
    waiting = f"{reverse('census_decisions')}?state=waiting"
    assert 'name="agrees"' not in one.get(waiting).content.decode()
    assert 'value="yes"' in two.get(waiting).content.decode()
    refused = one.post(f"/census/decisions/{decision.pk}/second/", {"agrees": "yes"}, follow=True)
    assert "须由另一人同意" in text_of(refused)
    agreed = two.post(f"/census/decisions/{decision.pk}/second/", {"agrees": "yes"}, follow=True)
    assert "已生效" in text_of(agreed) and home(asked.record_id) == house


def test_decisions_are_listed_named_exported_and_undone(
    here: Desk, one: Client, two: Client
) -> None:
    asked, before = merging(here), state()
    one.post(f"/census/review/{asked.pk}/answer/", {"say": "same:0"})
    decision = CensusDecision.objects.get()
    page = text_of(two.get("/census/decisions/"))
    assert f"{asked.record.name} ({standing.key_of(asked.record)})" in page
    csv = two.get("/census/decisions/?format=csv").content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith(f"{decision.pk},同一户,")
    address = f"/census/decisions/{decision.pk}/undo/"
    assert "要写明理由" in text_of(two.post(address, follow=True)) and state() != before
    done = two.post(address, {"reason": "看错了"}, follow=True)
    assert "已恢复原样" in text_of(done) and state() == before
    assert CensusDecision.objects.get(undoes=decision).reason == "看错了"
    assert "已经撤销" in text_of(two.post(address, {"reason": "x"}, follow=True))


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 3), ("?state=force", 1), ("?state=undone", 1), ("?state=waiting", 0), ("?by=me", 3),
     ("?answer=undo", 1), ("?source=audit", 0), ("?q=没有这个", 0)],
)  # fmt: skip
def test_the_list_of_decisions_is_narrowed(here: Desk, one: Client, query: str, count: int) -> None:
    here.answer(here.questions()[0], "same")
    here.undo(here.answer(here.questions()[0], "new").decision)  # type: ignore[arg-type]
    assert f"共 {count} 条记录" in text_of(one.get(f"/census/decisions/{query}"))


def test_the_list_of_decisions_asks_as_much_for_many_as_for_few(here: Desk, one: Client) -> None:
    counts = []
    one.get("/census/decisions/")
    for n in range(2):
        for asked in here.questions("audit")[: 3 + 20 * n]:
            here.answer(asked, "same")
        with CaptureQueriesContext(connection) as asked_for:
            one.get("/census/decisions/")
        counts.append(len(asked_for))
    assert counts[0] == counts[1] <= 20


def test_conflicts_stand_side_by_side_and_are_settled(here: Desk, one: Client) -> None:
    found = conflict(here, suspects.ONE_CODE_TWO_PLACES)
    page = one.get(f"/census/conflicts/?kind={found.kind}")
    text = text_of(page)
    records = RecordLink.objects.filter(record__in=found.records, ended_at=None)
    for link in records.select_related("record"):
        assert link.record.phone in text
    for words in ("代码是甲的", "代码是乙的", "两个都不对", "其实是同一户", "说不准", "更正清单"):
        assert words in text
    sent = one.post(
        f"/census/conflicts/{found.pk}/",
        {"say": "first", "shown": stamp(page), "reason": "抄了上一行"},
        follow=True,
    )
    assert "不是同一户" in text_of(sent)
    corrections = text_of(one.get("/census/decisions/?state=aside"))
    assert "抄了上一行" in corrections and "共 1 条记录" in corrections


def test_conflicts_of_each_kind_are_counted(here: Desk, one: Client) -> None:
    text = text_of(one.get("/census/conflicts/"))
    for words, kind in (("一码两处", suspects.ONE_CODE_TWO_PLACES),
                        ("登记已止而仍在经营", suspects.ENDED_BUT_OPERATING)):  # fmt: skip
        count = CensusConflict.objects.filter(kind=kind).count()
        assert re.search(rf"{words}[^0-9]*{count}\b", text)
    here.settle(conflict(here, suspects.ENDED_BUT_OPERATING), "unsure")
    after = one.get(f"/census/conflicts/?kind={suspects.TWO_CODES_ONE_PLACE}")
    assert "没有待您判定的冲突" in text_of(after)


def test_the_audit_has_no_figure_without_its_interval(here: Desk, one: Client) -> None:
    assert "没有数字可说" in text_of(one.get("/census/audit/result/"))
    for n, asked in enumerate(here.questions("audit")[:10]):
        say = "different:0" if n == 0 else "same:0"
        one.post(f"/census/review/{asked.pk}/answer/", {"say": say})
    text = text_of(one.get("/census/audit/result/"))
    assert "90.0% 95% 区间 59.6%–98.2%（10 处中 9 处正确）" in text
    for share in re.findall(r"(\d+\.\d)% \D{0,9}95%", text):
        assert float(share) <= 100
    one.post("/census/review/undo/", {"purpose": "audit"})
    assert "9 处中 8 处正确" in text_of(one.get("/census/audit/result/"))


def test_the_audit_does_not_show_what_the_run_thought_first(here: Desk, one: Client) -> None:
    html = one.get("/census/audit/").content.decode()
    assert '<details class="scored">' in html.replace("\n", "") and "对，是同一户" in html
    assert "错，不是同一户" in html and "是这一户 " not in html


def test_without_a_published_run_the_desk_says_what_will_come(here: Desk, one: Client) -> None:
    LinkRun.objects.update(state="refused")
    for path in ("review/", "audit/", "audit/result/", "conflicts/"):
        assert "还没有已发布的关联结果" in text_of(one.get(f"/census/{path}"))


def test_partner_departments_do_not_review(here: Desk) -> None:
    keeper = here.census.agencies["health"]
    client = logged_in(person(keeper, "licence_officer"))
    asked = CensusQuestion.objects.first()
    assert asked is not None
    assert client.get(f"/census/review/{asked.pk}/").status_code == 404
    assert asked.record.name not in text_of(client.get("/census/review/"))


def test_coordinates_are_drawn_where_both_have_them(here: Desk, one: Client) -> None:
    asked = here.questions()[0]
    other = RecordLink.objects.get(record=asked.choices[0]["record"], ended_at=None).record
    for record, x in ((asked.record, "116.10"), (other, "116.11")):
        record.rest = {"经度": x, "纬度": "28.20"}
        record.save()
    text = text_of(one.get(f"/census/review/{asked.pk}/"))
    assert "两点相距 981 米" in text
