"""A department hands in its roster: what is wrong is named where it stands, nothing is taken in by
half, and what came in can be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.census_world import (
    COLUMNS,
    DAY,
    GOOD,
    HEADERS,
    Census,
    as_csv,
    book,
    census,
    edited,
    looked,
    rows,
)
from tests.web.pages import logged_in
from zhian.apps.registry.census import columns, commands
from zhian.apps.registry.census.errors import CensusError, Unfit
from zhian.apps.registry.census.intake import checking, job, preparing, reading, taking, withdrawing
from zhian.apps.registry.census.intake.preparing import Handed, hand_in
from zhian.apps.registry.census.intake.reading import File
from zhian.apps.registry.census.kinds import rosters, statuses, trades
from zhian.apps.registry.models import ColumnMap, RecordLink, RosterImport, SourceRecord
from zhian.desk.models import Evidence, Notice
from zhian.law import offices

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def here() -> Census:
    return census(operators=25)


@pytest.fixture
def clerk(here: Census) -> Client:
    return logged_in(here.clerk)


def codes(row: RosterImport) -> set[tuple[str, int, str]]:
    """Faults and remarks by what, row and column."""
    found = [*row.error.get("faults", []), *row.remarks]
    return {(one["code"], one["row"], one["column"]) for one in found}


# --- what may be wrong with a file


def test_a_good_list_is_previewed_and_nothing_written(here: Census) -> None:
    row = looked(here, as_csv(rows({}, {"name": "乙店"})))
    assert (row.state, row.rows, row.added, row.error) == ("preview", 2, 2, {})
    assert not SourceRecord.objects.exists()
    assert Evidence.objects.get().sha256 == row.sha256


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name": ""}, ("name_missing", 3, "name")),
        ({"rid": "1"}, ("same_id", 3, "rid")),
        ({"uscc": "91230000MA00000001"}, ("code_wrong", 3, "uscc")),
        ({"addr": "安徽省亳州市蒙城县示范路1号"}, ("elsewhere", 3, "addr")),
        ({"status": "天晓得"}, ("word_unknown", 0, "status")),
        ({"name": "店" * 201}, ("too_long", 3, "name")),
    ],
)
def test_each_wrong_cell_is_named_with_its_row_and_column(
    here: Census, change: dict[str, str], found: tuple[str, int, str]
) -> None:
    row = looked(here, as_csv(rows({}, change)))
    assert found in codes(row)


def test_a_wrong_code_is_only_told_but_a_row_without_a_name_stops_the_file(here: Census) -> None:
    odd = looked(here, as_csv(rows({"uscc": "91230000MA00000001"})))
    assert not odd.error
    wrong = looked(here, as_csv(rows({"name": ""}, {})))
    with pytest.raises(Unfit):
        preparing.confirm(wrong, here.clerk)


def test_the_wrong_column_is_noticed_by_what_stands_in_it(here: Census) -> None:
    shifted = [GOOD | {"rid": str(n), "uscc": "赵立新", "owner": "13900000000"} for n in range(30)]
    found = codes(looked(here, as_csv(shifted)))
    assert {("wrong_column", 0, "uscc"), ("wrong_column", 0, "owner")} <= found


def test_another_departments_rows_are_refused(here: Census) -> None:
    head = ["名册", "名称", "地址"]
    content = book(("", [head, ["卫生健康", "甲店", "河口镇"], ["市场主体", "乙店", "河口镇"]]))
    row = looked(here, content, "a.xlsx")
    assert codes(row) == {("other_roster", 2, "roster")}


def test_a_file_named_like_another_roster_needs_a_second_look(here: Census) -> None:
    row = looked(here, as_csv(rows({})), "食品经营许可证.csv")
    assert ("file_name", 0, "") in codes(row)
    with pytest.raises(Unfit) as why:
        preparing.confirm(row, here.clerk)
    assert why.value.field == "sure"
    assert preparing.confirm(row, here.clerk, sure=True)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (book(("a", [["名称", "地址"], ["店名", "地址"], ["甲", "河口"]])), "a.xlsx", "两行"),
        (book(("a", [["名称", "地址"], ["甲", "乙"]]), merged="A3:A4"), "a.xlsx", "合并单元格"),
        (b"%PDF-1.7", "a.csv", "PDF"),
        (b"", "a.csv", "空"),
        (b"PAR1broken", "a.parquet", "parquet"),
    ],
)
def test_a_file_that_is_no_plain_table_is_refused_in_a_sentence(
    here: Census, content: bytes, name: str, words: str
) -> None:
    try:
        row = looked(here, content, name)
    except CensusError as why:
        told = why.words.zh
    else:
        told = row.error["zh"]
    assert words in told
    assert not SourceRecord.objects.exists()


def test_sixty_thousand_empty_rows_are_left_out_and_told(here: Census) -> None:
    content = as_csv(rows({})) + b",,,,,,,,\r\n" * 60_000
    row = looked(here, content)
    assert row.rows == 1
    assert [one["zh"] for one in row.remarks] == ["略去 60,000 个空行。"]


def test_each_sheet_with_the_columns_is_read_and_the_others_are_named(here: Census) -> None:
    head = [HEADERS[name] for name in COLUMNS]
    first = [head, *([row[name] for name in COLUMNS] for row in rows({}))]
    second = [head, *([row[name] for name in COLUMNS] for row in rows({"rid": "9"}))]
    content = book(("河口", first), ("柳林", second), ("说明", [["填表说明"], ["请如实填写"]]))
    row = looked(here, content, "a.xlsx")
    assert row.rows == 2
    assert [(one["code"], one["sheet"]) for one in row.remarks] == [("sheet_left", "说明")]


def test_a_roster_comes_from_an_agency_that_keeps_it(here: Census) -> None:
    given = Handed(here.agencies["health"], "market", DAY)
    with pytest.raises(Unfit) as why:
        hand_in(File("a.csv", as_csv(rows({}))), given, here.clerk)
    assert why.value.field == "roster"


def test_an_older_list_cannot_follow_a_newer_one(here: Census) -> None:
    here.hand_in("market", rows({}))
    older = Handed(here.agencies["market"], "market", DAY - timedelta(days=1))
    with pytest.raises(Unfit) as why:
        hand_in(File("b.csv", as_csv(rows({}, {}))), older, here.clerk)
    assert why.value.field == "as_of"


# --- columns and words


def test_columns_that_nobody_knows_are_chosen_once_and_remembered(here: Census) -> None:
    content = book(("", [["门头", "在哪", "干啥"], ["甲店", "河口镇河东村", "下馆子"]]))
    row = looked(here, content, "a.xlsx")
    assert "名称" in row.error["zh"]
    preparing.settle(row, {"name": "门头", "addr": "在哪", "kind": "干啥"}, {})
    assert row.preview["unknown"]["kind"] == {"下馆子": 1}
    preparing.settle(
        row, {"name": "门头", "addr": "在哪", "kind": "干啥"}, {"kind": {"下馆子": "catering"}}
    )
    assert preparing.confirm(row, here.clerk)
    job.take_in.call(row.pk)
    record = SourceRecord.objects.get()
    assert (record.name, record.kind, record.rest) == ("甲店", "catering", {"业态": "下馆子"})
    again = looked(
        here, book(("", [["门头", "在哪", "干啥"], ["乙店", "河口", "下馆子"]])), "b.xlsx"
    )
    assert not again.error
    assert again.preview["unknown"] == {"status": {}, "kind": {}}
    assert ColumnMap.objects.get().columns == {"name": "门头", "addr": "在哪", "kind": "干啥"}


def test_one_column_cannot_be_two_things(here: Census) -> None:
    row = looked(here, as_csv(rows({})))
    preparing.settle(row, {"name": "名称", "addr": "名称"}, {})
    assert "选了两次" in row.error["zh"]


# --- what a list changes


def test_the_preview_says_what_the_import_then_writes(here: Census) -> None:
    here.hand_in("market", here.rows["market"])
    second = edited(here.rows["market"], 0.2)[1:] + rows({"rid": "neu"})
    row = looked(here, as_csv(second), "b.csv")
    told = (row.rows, row.added, row.changed, row.same, row.ended)
    assert preparing.confirm(row, here.clerk, sure=True)
    job.take_in.call(row.pk)
    row.refresh_from_db()
    assert (row.rows, row.added, row.changed, row.same, row.ended) == told
    assert told[1:3] + told[4:] == (1, row.changed, 1)
    assert row.changed > 0
    standing = SourceRecord.objects.filter(until=None)
    assert standing.count() == row.rows
    assert SourceRecord.objects.filter(ended_by=row, until=DAY).count() == row.changed + 1


def test_the_same_file_again_changes_nothing(here: Census) -> None:
    first = here.hand_in("market", here.rows["market"])
    before = list(SourceRecord.objects.order_by("pk").values())
    again = looked(here, as_csv(here.rows["market"]), "market.csv")
    assert again.pk == first.pk
    assert not preparing.confirm(again, here.clerk)
    job.take_in.call(first.pk)
    assert list(SourceRecord.objects.order_by("pk").values()) == before


def test_the_order_of_the_rows_does_not_matter(here: Census) -> None:
    """Also where rows have no number of their own and two of them say the same."""
    plain = [row | {"rid": "", "licence": ""} for row in here.rows["health"]]
    plain += [plain[0]]
    here.hand_in("health", plain)
    row = looked(here, as_csv(plain[::-1]), "b.csv", "health")
    assert (row.added, row.changed, row.same, row.ended) == (0, 0, len(plain), 0)


def test_an_addition_ends_nothing(here: Census) -> None:
    here.hand_in("market", here.rows["market"])
    row = here.hand_in("market", rows({"rid": "neu"}), whole=False, name="b.csv")
    assert (row.added, row.ended) == (1, 0)


def test_a_list_with_little_in_common_with_the_last_is_doubted(here: Census) -> None:
    first = [GOOD | {"rid": str(n)} for n in range(60)]
    here.hand_in("market", first)
    row = looked(here, as_csv([GOOD | {"rid": f"x{n}"} for n in range(60)]), "b.csv")
    assert row.preview["doubt"]
    assert ("hardly_alike", 0, "") in codes(row)


# --- taken back, cut short


def test_a_wrong_file_is_taken_back_and_what_it_ended_stands_again(here: Census) -> None:
    here.hand_in("market", here.rows["market"])
    before = list(SourceRecord.objects.order_by("pk").values())
    wrong = here.hand_in("market", edited(here.rows["market"], 0.5), name="b.csv")
    assert list(SourceRecord.objects.order_by("pk").values()) != before
    withdrawing.withdraw(wrong)
    assert list(SourceRecord.objects.order_by("pk").values()) == before
    wrong.refresh_from_db()
    assert wrong.state == "withdrawn"
    assert here.hand_in("market", edited(here.rows["market"], 0.5), name="b.csv").pk != wrong.pk


def test_the_list_before_the_last_cannot_be_taken_back_first(here: Census) -> None:
    first = here.hand_in("market", here.rows["market"])
    here.hand_in("market", rows({}), name="b.csv", whole=False)
    with pytest.raises(CensusError, match="先撤回后面的"):
        withdrawing.withdraw(first)


def test_what_a_published_run_rests_on_is_not_taken_back(here: Census) -> None:
    here.everything()
    here.publish()
    row = RosterImport.objects.get(roster="market")
    with pytest.raises(CensusError, match="已发布"):
        withdrawing.withdraw(row)


def test_a_worker_killed_in_between_leaves_nothing_and_the_next_begins_again(
    here: Census, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after a part of the rows was written, as by a signal: no exception handler runs."""
    row = looked(here, as_csv(here.rows["market"]))
    assert preparing.confirm(row, here.clerk)
    monkeypatch.setattr(taking, "BATCH", 5)
    real, calls = SourceRecord.objects.bulk_create, []

    def dying(*given: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit
        return real(*given, **more)

    monkeypatch.setattr(SourceRecord.objects, "bulk_create", dying)
    with pytest.raises(SystemExit):
        job.take_in.call(row.pk)
    assert not SourceRecord.objects.exists()
    row.refresh_from_db()
    assert row.state == "running"
    monkeypatch.undo()
    assert job.resume() == 1
    job.take_in.call(row.pk)
    row.refresh_from_db()
    assert (row.state, SourceRecord.objects.count()) == ("done", row.rows)


def test_a_failure_is_said_to_the_clerk_and_can_be_tried_again(
    here: Census, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = looked(here, as_csv(rows({})))
    assert preparing.confirm(row, here.clerk)
    monkeypatch.setattr(taking, "prepare", lambda *given: 1 / 0)
    job.take_in.call(row.pk)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "未能导入" in Notice.objects.get().text
    monkeypatch.undo()
    assert preparing.confirm(row, here.clerk)
    job.take_in.call(row.pk)
    assert SourceRecord.objects.count() == 1


# --- new rows meet the standing register


def test_new_rows_are_put_to_establishments_at_once(here: Census) -> None:
    late = here.rows.pop("sweep")
    here.everything()
    here.publish()
    row = here.hand_in("sweep", late)
    links = RecordLink.objects.filter(record__brought_by=row, ended_at=None)
    assert links.filter(provisional=True).count() == links.count() > len(late) * 0.6
    before = here.homes()
    here.publish()
    after = here.homes()
    assert not RecordLink.objects.filter(provisional=True, ended_at=None).exists()
    attached = [key for key in before if key.startswith("sweep/")]
    kept = sum(before[key] == after[key] for key in attached)
    assert kept >= 0.9 * len(attached)


def test_rows_that_came_provisionally_can_be_taken_back(here: Census) -> None:
    late = here.rows.pop("sweep")
    here.everything()
    here.publish()
    before = here.homes()
    row = here.hand_in("sweep", late)
    withdrawing.withdraw(row)
    assert here.homes() == before


def test_a_changed_row_stays_with_its_establishment(here: Census) -> None:
    here.everything()
    here.publish()
    before = here.homes()
    row = here.hand_in("market", edited(here.rows["market"], 0.3), name="b.csv")
    assert row.changed > 0
    assert here.homes() == before
    withdrawing.withdraw(row)
    assert here.homes() == before
    assert not RecordLink.objects.filter(provisional=True).exists()


# --- from the console


def test_the_console_takes_what_the_page_takes(
    here: Census, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "health.csv"
    path.write_bytes(as_csv(here.rows["health"]))
    words = ["take", str(path), "--agency", "WJ", "--roster", "health", "--as-of", "2026-10-31"]
    assert commands.main([*words, "--check"]) == 0
    assert not RosterImport.objects.exists()
    assert commands.main(words) == 0
    assert SourceRecord.objects.count() == len(here.rows["health"])
    assert commands.main(words) == 0
    assert "此前已提交" in capsys.readouterr().err
    path.write_bytes(as_csv(rows({"name": ""})))
    assert commands.main([*words, "--addition"]) == 1
    assert "没有名称" in capsys.readouterr().err
    assert SourceRecord.objects.count() == len(here.rows["health"])


@pytest.mark.parametrize(
    ("change", "said"),
    [({"--agency": "XX"}, "没有部门"), ({"--roster": "xx"}, "没有名册"), ({}, "无法读取")],
)
def test_the_console_says_what_is_not_there(
    here: Census, change: dict[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {"--agency": "WJ", "--roster": "health"} | change
    assert commands.main(["take", "nowhere.csv", *sum(words.items(), ())]) == 2
    assert said in capsys.readouterr().err


def test_every_sort_of_roster_has_its_words_and_departments() -> None:
    known = set(offices.agency_kinds())
    for kind in rosters().values():
        assert kind.words
        assert kind.departments <= known
        assert set(kind.key) <= set(reading.ROW_FIELDS)
    assert set(statuses()) == set(columns.words()["status"])
    assert set(trades()) == set(columns.words()["kind"])
    assert set(checking.TRANSLATED) < set(reading.ROW_FIELDS)
