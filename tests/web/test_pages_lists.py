"""Lists: the address holds filter, sort and columns; counts are true; files hold what is seen."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.builders import County, county
from tests.web.pages import logged_in, text_of
from tests.web.test_pages_smoke import rectification, task
from zhian.desk import timing
from zhian.desk.engine.perform import perform
from zhian.desk.models import Clock, Matter
from zhian.desk.show import queries, turns
from zhian.web import exports
from zhian.web.lists import Column, chosen, paged

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def inspector(here: County) -> Client:
    return logged_in(here.inspector)


def with_deadline(here: County, days: int, title: str) -> Matter:
    """A rectification whose term ends so many days from now."""
    matter = rectification(here)
    due = timing.now() + timedelta(days=days)
    act = matter.acts.get()
    Clock.objects.create(
        matter=matter,
        duty="rectification.term",
        basis="order",
        started_by=act,
        counts_from=act.happened_at,
        set_due=due,
        due_at=due,
        due_day=due.date(),
    )
    Matter.objects.filter(pk=matter.pk).update(title=title, next_due_at=due)
    return matter


def titles(client: Client, query: str) -> list[str]:
    return [r.matter.title for r in client.get(f"/desk/{query}").context["rows"]]


def test_the_overdue_come_first_and_what_has_no_day_comes_last(
    here: County, inspector: Client
) -> None:
    for days, title in ((5, "later"), (-2, "late"), (1, "tomorrow")):
        with_deadline(here, days, title)
    rectification(here)
    assert titles(inspector, "")[:3] == ["late", "tomorrow", "later"]
    assert len(titles(inspector, "")) == 4


def test_filters_and_sort_stand_in_the_address(here: County, inspector: Client) -> None:
    for days, title in ((5, "b"), (-2, "a"), (60, "c")):
        with_deadline(here, days, title)
    task(here)
    assert titles(inspector, "?due=late") == ["a"]
    assert titles(inspector, "?due=week&kind=rectification") == ["b"]
    assert titles(inspector, "?sort=-title&kind=rectification") == ["c", "b", "a"]
    assert titles(inspector, "?q=校园") == ["排查校园周边食品店"]
    assert titles(inspector, "?sort=nonsense&page=abc&kind=rectification") == ["a", "b", "c"]
    assert "请放宽条件" in text_of(inspector.get("/desk/?q=查无此事"))


def test_the_count_is_of_all_pages(here: County, inspector: Client) -> None:
    for number in range(52):
        with_deadline(here, number + 1, f"m{number}")
    page = inspector.get("/desk/?page=2")
    assert (page.context["list"].total, len(page.context["rows"])) == (52, 2)
    assert "共 52 件" in text_of(page) and "51–52" in text_of(page)


def test_a_page_of_the_desk_costs_few_queries(here: County, inspector: Client) -> None:
    for number in range(50):
        with_deadline(here, number + 1, f"m{number}")
    inspector.get("/desk/")  # the session and the law are read
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = inspector.get("/desk/")
    assert len(page.context["rows"]) == 50
    assert len(asked) <= MOST_QUERIES, "\n".join(q["sql"][:150] for q in asked)


def test_a_part_of_the_page_answers_a_filter(here: County, inspector: Client) -> None:
    with_deadline(here, 5, "b")
    part = inspector.get("/desk/", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="desk-list">') and "<html" not in part
    whole = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in inspector.get("/desk/", headers=whole).content.decode()


def test_the_export_holds_the_chosen_columns_of_every_page(here: County, inspector: Client) -> None:
    for number in range(51):
        with_deadline(here, number + 1, f"m{number}")
    query = "?col=title&col=due_on&kind=rectification"
    text = inspector.get(f"/desk/{query}&format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["事项", "到期日"] and len(rows) == 52
    book = inspector.get(f"/desk/{query}&format=xlsx").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["事项", "到期日"] and len(sheet) == 52
    assert [r[0] for r in sheet[1:]] == [r[0] for r in rows[1:]]


@pytest.mark.parametrize("path", ["/tasks/", "/notices/?box=all", "/calendar/", "/search/?q=河口"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_exports(here: County, inspector: Client, path: str, kind: str) -> None:
    task(here)
    response = inspector.get(path, {**QueryDict(path.partition("?")[2]).dict(), "format": kind})
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == exports.FORMATS[kind]


def test_a_cell_is_never_run_as_a_formula() -> None:
    columns = [Column("a", "=HEAD", lambda row: row)]
    text = exports.as_file("csv", "x", columns, ["=1+1", "@cmd", "-5", "plain"]).content.decode()
    assert text.splitlines()[1:] == ["'=1+1", "'@cmd", "'-5", "plain"]
    book = exports.as_file("xlsx", "x", columns, ["=1+1"]).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[1] == ["=1+1"]


def test_columns_that_do_not_exist_are_left_out() -> None:
    columns = [Column("a", "A", str), Column("b", "B", str, shown=False)]
    assert [c.key for c in chosen(columns, QueryDict("col=b&col=x"))] == ["b"]
    assert [c.key for c in chosen(columns, QueryDict("col=x"))] == ["a"]
    assert paged(QueryDict("page=7"), list(range(60)), columns, "a").rows == list(range(50, 60))


# ---- whose turn it is -----------------------------------------------------------------------


def on_desk(who: object, matter: Matter) -> bool:
    return queries.desk(who, "mine").filter(pk=matter.pk).exists()  # type: ignore[arg-type]


def test_a_task_that_was_reported_back_waits_for_its_giver(here: County) -> None:
    matter = task(here)
    assert on_desk(here.inspector, matter) and not on_desk(here.head, matter)
    perform(matter, "take", by=here.actor("inspector"))
    perform(matter, "report", fields={"text": "完成"}, by=here.actor("inspector"))
    assert on_desk(here.head, matter) and not on_desk(here.inspector, matter)


def test_what_came_to_an_office_and_is_nobodys_yet_waits_for_its_people(here: County) -> None:
    matter = task(here)
    Matter.objects.filter(pk=matter.pk).update(handler=None)
    assert on_desk(here.inspector, matter) and on_desk(here.office_head, matter)
    assert not on_desk(here.outsider, matter)


def test_unassigned_disposals_wait_for_the_clerk_and_publication_for_the_publisher() -> None:
    assert ("disposal", "received") in turns.post_turn("intake_clerk", True)
    assert ("disposal", "publication") in turns.post_turn("publisher", False)
    assert not turns.post_turn("inspector", False)


def test_a_closed_matter_leaves_the_desk(here: County) -> None:
    matter = task(here)
    perform(matter, "cancel", fields={"why": "不需要"}, by=here.actor("head"))
    assert not on_desk(here.inspector, matter)


def test_one_search_finds_matters_and_operators_within_reach(here: County) -> None:
    matter = rectification(here)
    mine = text_of(logged_in(here.inspector).get("/search/?q=豆制品"))
    assert matter.number in mine
    theirs = logged_in(here.outsider).get("/search/?q=豆制品")
    assert [n for _key, _label, n in theirs.context["counts"]] == [0, 1, 0]


def test_a_person_without_a_post_is_told_so(here: County) -> None:
    user = get_user_model().objects.create(username="nobody", name="无岗")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/").status_code in (200, 302)
    assert client.get("/desk/").status_code in (302, 403)
