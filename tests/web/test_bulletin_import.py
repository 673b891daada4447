"""A bulletin taken in: samples, disposals and clocks, whole or not at all, and only once."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tests.builders import County, county, place
from zhian.apps.laboratory.bulletins import BulletinError, Report, import_bulletin, importing
from zhian.apps.laboratory.models import Bulletin, Disposal, Sample, SampleResult
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import perform
from zhian.desk.models import Act, Clock, Matter
from zhian.directory.models import Operator, Premises

pytestmark = pytest.mark.django_db

HEAD = (
    "抽样编号",
    "食品名称",
    "生产日期",
    "被抽样单位名称",
    "被抽样单位地址",
    "标称生产企业名称",
    "标称生产企业地址",
    "不合格项目",
    "检验结果",
    "标准值",
)
PLAN = "n=5,c=2,m=10,M=100CFU/g"
RECEIVED = date(2026, 9, 18)


@pytest.fixture
def here() -> County:
    return county()


def line(number: str, food: str = "豇豆", **more: str) -> tuple[str, ...]:
    """A row; what is not given is what a market stall would have."""
    given = {
        "made": "2026-03-01",
        "unit": "东风菜店",
        "where": "河口镇东街",
        "maker": "",
        "from": "",
        "item": "灭蝇胺",
        "result": "0.9mg/kg",
        "limit": "≤0.5mg/kg",
    } | more
    return (number, food, *given.values())


def bulletin(
    folder: Path, *rows: Sequence[str], head: Sequence[str] = HEAD, name: str = "a.csv"
) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    (folder / name).write_text(text.getvalue(), encoding="utf-8")
    return folder / name


def take(here: County, path: Path, **more: Any) -> Report:
    return import_bulletin(
        path,
        agency=here.bureau,
        received=RECEIVED,
        by=Actor.importer("bulletin", here.clerk),
        **more,
    )


def counts(report: Report) -> tuple[int, int]:
    return report.samples_added, report.samples_known


def test_each_sample_opens_one_disposal_on_the_intake_list(here: County, tmp_path: Path) -> None:
    report = take(
        here,
        bulletin(
            tmp_path,
            line("XBJ1"),
            line("XBJ1", item="噻虫胺", result="0.2mg/kg", limit="≤0.01mg/kg"),
            line("XBJ2", food="糯米糕", item="霉菌", result="360CFU/g", limit="≤150CFU/g"),
        ),
    )
    assert counts(report) == (2, 0)
    first, second = Matter.objects.filter(kind="disposal").order_by("id")
    assert (first.phase, first.office, first.handler) == ("received", None, None)
    assert first.title == "豇豆：灭蝇胺、噻虫胺不合格"
    assert second.disposal.sample.number == "XBJ2"
    assert first.acts.get().actor_kind == "import"
    assert first.acts.get().user == here.clerk.user


def test_the_clocks_run_from_the_day_of_receipt(here: County, tmp_path: Path) -> None:
    take(here, bulletin(tmp_path, line("XBJ1")))
    due = {c.duty: (c.rule, str(c.due_day)) for c in Clock.objects.all()}
    assert due["disposal.notify"] == ("SMP-29", "2026-09-24")
    assert due["disposal.finish"] == ("SMP-45", "2026-12-17")
    assert "disposal.begin" in due


def test_a_forbidden_substance_starts_the_urgent_clock(here: County, tmp_path: Path) -> None:
    take(here, bulletin(tmp_path, line("XBJ1", item="柠檬黄", result="0.1g/kg", limit="不得使用")))
    assert Clock.objects.filter(duty="sampling.urgent", state="running").exists()


def test_the_matter_can_be_assigned_and_begun(here: County, tmp_path: Path) -> None:
    take(here, bulletin(tmp_path, line("XBJ1")))
    matter = Matter.objects.get(kind="disposal")
    fields = {"office": here.station, "handler": here.inspector}
    perform(matter, "assign", fields=fields, by=here.actor("clerk"))
    perform(matter, "begin", by=here.actor("inspector"))
    assert matter.phase == "handling"


def test_folded_counts_are_one_result_that_knows_its_rows(here: County, tmp_path: Path) -> None:
    rows = [line("XBJ1", item="大肠菌群", result="26", limit="")]
    rows += [line("XBJ1", item=n, result="", limit="") for n in ("5", "150", "24")]
    rows += [line("XBJ1", item="15CFU/g", result=PLAN, limit="")]
    report = take(here, bulletin(tmp_path, *rows))
    result = SampleResult.objects.get()
    assert (result.result, result.limit) == ("26；5；150；24；15CFU/g", PLAN)
    assert result.rows == [2, 3, 4, 5, 6]
    assert result.verdict.outcome == "exceeds"
    assert (report.rows_results, report.rows_folded, report.rows_named) == (1, 4, [])


def test_again_nothing_is_added(here: County, tmp_path: Path) -> None:
    path = bulletin(tmp_path, line("XBJ1"), line("XBJ2", food="糯米糕"))
    assert counts(take(here, path)) == (2, 0)
    acts = Act.objects.count()
    assert counts(take(here, path)) == (0, 2)
    assert (Act.objects.count(), Bulletin.objects.count()) == (acts, 1)


def test_a_sample_in_another_file_is_known_by_its_number(here: County, tmp_path: Path) -> None:
    take(here, bulletin(tmp_path, line("XBJ1")))
    other = bulletin(tmp_path, line("XBJ1"), line("XBJ2", food="糯米糕"), name="b.csv")
    assert counts(take(here, other)) == (1, 1)
    assert Bulletin.objects.count() == 2


def test_without_numbers_a_sample_is_known_by_what_it_is(here: County, tmp_path: Path) -> None:
    head = ("序号", *HEAD[1:])
    take(here, bulletin(tmp_path, line("1"), line("2", food="糯米糕"), head=head))
    rows = (line("9", food="糯米糕"), line("1", food="馒头"))
    other = bulletin(tmp_path, *rows, head=head, name="b.csv")
    report = take(here, other)
    assert counts(report) == (1, 1)
    assert [(n.row, n.value) for n in report.remarks] == [(2, "糯米糕")]
    assert "完全相同" in report.remarks[0].reason.zh
    assert sorted(Sample.objects.values_list("food", flat=True)) == ["糯米糕", "豇豆", "馒头"]


def test_a_numbered_list_finds_what_came_without_numbers(here: County, tmp_path: Path) -> None:
    take(here, bulletin(tmp_path, line("1"), head=("序号", *HEAD[1:])))
    assert counts(take(here, bulletin(tmp_path, line("XBJ1"), name="b.csv"))) == (0, 1)


def test_two_numbers_are_two_samples_however_alike(here: County, tmp_path: Path) -> None:
    assert counts(take(here, bulletin(tmp_path, line("XBJ1"), line("XBJ2")))) == (2, 0)


def test_a_sample_noted_by_hand_gets_its_disposal(here: County, tmp_path: Path) -> None:
    Sample.objects.create(agency=here.bureau, number="XBJ1", food="长豇豆")
    assert counts(take(here, bulletin(tmp_path, line("XBJ1")))) == (1, 0)
    assert Sample.objects.get().food == "长豇豆"
    assert Disposal.objects.count() == 1


def test_what_cannot_be_read_is_named_and_still_worked(here: County, tmp_path: Path) -> None:
    report = take(here, bulletin(tmp_path, line("XBJ1", result="见附件"), line("", food="")))
    assert [(n.row, n.column, n.value) for n in report.rows_named[:1]] == [(2, "result", "见附件")]
    assert report.samples_added == 1
    assert report.rows_total == report.rows_results + report.rows_folded + len(report.rows_named)
    kept = Bulletin.objects.get()
    assert [row["row"] for row in kept.refused] == [n.row for n in report.rows_named]
    assert SampleResult.objects.first().verdict.outcome == "cannot_judge"  # type: ignore[union-attr]


def test_the_report_says_it_in_both_languages_and_as_a_file(here: County, tmp_path: Path) -> None:
    report = take(here, bulletin(tmp_path, line("XBJ1", result="=见附件")))
    assert "第 2 行" in report.text("zh") and "row 2" in report.text("en")
    rows = list(csv.reader(io.StringIO(report.csv("en").removeprefix("\ufeff"))))
    assert rows[0] == ["file/sheet", "row", "kind", "column", "value", "reason"]
    assert rows[1][:5] == ["", "2", "not read", "Result", "'=见附件"]
    assert "1 samples added" in str(report)


def test_a_trial_run_changes_nothing(here: County, tmp_path: Path) -> None:
    path = bulletin(tmp_path, line("XBJ1"), line("XBJ2"))
    assert counts(take(here, path, commit=False)) == (2, 0)
    assert not Sample.objects.exists() and not Bulletin.objects.exists()
    take(here, path)
    assert counts(take(here, path, commit=False)) == (0, 2)


def test_progress_is_told_after_each_batch(here: County, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = bulletin(tmp_path, *(line(f"XBJ{i}") for i in range(importing.BATCH + 2)))
    take(here, path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(importing.BATCH, importing.BATCH + 2), (importing.BATCH + 2,) * 2]


def test_a_day_of_receipt_in_the_future_is_refused(here: County, tmp_path: Path) -> None:
    with pytest.raises(BulletinError, match="不能晚于今天"):
        import_bulletin(
            bulletin(tmp_path, line("XBJ1")),
            agency=here.bureau,
            received=timing.today() + timedelta(days=1),
            by=Actor.importer("bulletin"),
        )


class TestWhereItGoes:
    """With the sampled unit known it goes to the township; else to the agency's intake list."""

    def test_the_operator_of_that_name(self, here: County, tmp_path: Path) -> None:
        take(here, bulletin(tmp_path, line("XBJ1", unit=here.operator.name)))
        matter = Matter.objects.get(kind="disposal")
        assert matter.operator == here.operator
        assert matter.premises == here.premises
        assert matter.place == here.village
        assert matter.office == here.station and matter.handler is None

    def test_blanks_and_brackets_do_not_hide_an_operator(
        self, here: County, tmp_path: Path
    ) -> None:
        shop = Operator.objects.create(name="松原（河口）菜店", kind="individual", place=here.town)
        take(here, bulletin(tmp_path, line("XBJ1", unit="松原(河口)菜店")))
        assert Matter.objects.get(kind="disposal").operator == shop

    def test_the_shop_by_its_sign(self, here: County, tmp_path: Path) -> None:
        shop = Premises.objects.create(
            operator=here.operator,
            name="兴旺早市档口",
            place=here.other_town,
            business_type="stall",
        )
        take(here, bulletin(tmp_path, line("XBJ1", unit="兴旺早市档口")))
        matter = Matter.objects.get(kind="disposal")
        assert (matter.operator, matter.premises) == (here.operator, shop)
        assert (matter.place, matter.office) == (here.other_town, here.other_station)

    def test_the_maker_where_the_shop_is_unknown(self, here: County, tmp_path: Path) -> None:
        take(here, bulletin(tmp_path, line("XBJ1", maker=here.operator.name)))
        assert Matter.objects.get(kind="disposal").operator == here.operator

    def test_two_of_one_name_are_not_guessed(self, here: County, tmp_path: Path) -> None:
        for town in (here.town, here.other_town):
            Operator.objects.create(name="东风菜店", kind="individual", place=town)
        report = take(here, bulletin(tmp_path, line("XBJ1")))
        assert Matter.objects.get(kind="disposal").operator is None
        assert "2 个同名主体" in report.remarks[0].reason.zh

    def test_an_operator_elsewhere_is_not_ours(self, here: County, tmp_path: Path) -> None:
        away = place("239800000000", "邻县", "county")
        Operator.objects.create(name="东风菜店", kind="individual", place=away)
        take(here, bulletin(tmp_path, line("XBJ1")))
        assert Matter.objects.get(kind="disposal").operator is None

    @pytest.mark.parametrize(
        ("where", "code"),
        [
            ("松原县河口镇河东村二组", "239900100200"),
            ("柳林镇中心街", "239900200000"),
            ("松原县城关", "239900000000"),
            ("山东省聊城市莘县河口镇", "239900000000"),
            ("", "239900000000"),
        ],
    )
    def test_the_place_comes_from_the_address(
        self, here: County, tmp_path: Path, where: str, code: str
    ) -> None:
        take(here, bulletin(tmp_path, line("XBJ1", where=where)))
        matter = Matter.objects.get(kind="disposal")
        assert matter.place_code == code
        assert matter.office is None

    def test_the_division_of_a_place_far_away_is_kept(self, here: County, tmp_path: Path) -> None:
        made = {"maker": "远方食品厂", "from": "安徽省亳州市蒙城县"}
        take(here, bulletin(tmp_path, line("XBJ1", where="山东省聊城市莘县", **made)))
        sample = Sample.objects.get()
        assert (sample.division, sample.place) == ("371522000000", None)
        assert sample.producer_division == "341622000000"
        assert sample.producer_is_elsewhere == "", "the place of sampling tells, not we"


class Stopped(Exception):
    """The machine stops here."""


def test_what_stops_in_the_middle_leaves_whole_batches_and_goes_on(
    here: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 2 * importing.BATCH + 5
    path = bulletin(tmp_path, *(line(f"XBJ{i}") for i in range(size)))
    real, left = importing.open_matter, iter(range(importing.BATCH + 7))

    def open_some(*args: Any, **more: Any) -> Matter:
        if next(left, None) is None:
            raise Stopped
        return real(*args, **more)

    monkeypatch.setattr(importing, "open_matter", open_some)
    with pytest.raises(Stopped):
        take(here, path)
    assert Sample.objects.count() == Disposal.objects.count() == importing.BATCH
    monkeypatch.setattr(importing, "open_matter", real)
    assert counts(take(here, path)) == (importing.BATCH + 5, importing.BATCH)
    numbers = list(Matter.objects.order_by("id").values_list("number", flat=True))
    assert len(set(numbers)) == size
    assert numbers[-1].endswith(f"{size:06d}"), "a number was lost"


def test_the_panel_shows_results_against_limits(here: County, tmp_path: Path) -> None:
    take(
        here,
        bulletin(
            tmp_path,
            line("XBJ1"),
            line("XBJ1", item="二氧化碳气容量", result="1.22倍", limit="≤1.5倍"),
        ),
    )
    matter = Matter.objects.get(kind="disposal")
    html = render_to_string("laboratory/_disposal.html", {"m": matter})
    assert "XBJ1" in html and "东风菜店" in html
    assert "0.9 mg/kg 高于上限 0.5 mg/kg" in html
    assert "未超出标准值" in html and "style=" not in html
    with translation.override("en"):
        assert "is above the upper limit" in render_to_string(
            "laboratory/_disposal.html", {"m": matter}
        )


@pytest.mark.slow
@pytest.mark.reference
def test_the_shared_bulletins_stand_on_the_intake_desk(here: County, reference: Path) -> None:
    path = reference / "law/sampling/nonconforming_2026_bulletins.csv"
    began = time.process_time()
    report = take(here, path)
    spent = time.process_time() - began
    assert counts(report) == (816, 0)
    assert report.rows_total == 1009
    assert len(report.rows_named) <= 1009 * 0.03
    assert report.rows_results + report.rows_folded + len(report.rows_named) == 1009
    waiting = Matter.objects.filter(kind="disposal", office=None, handler=None, phase="received")
    assert waiting.count() == 816
    assert Clock.objects.filter(duty="disposal.notify", rule="SMP-29").count() == 816
    assert Clock.objects.filter(duty="disposal.finish", rule="SMP-45").count() == 816
    assert spent < 20
    assert counts(take(here, path)) == (0, 816)
    assert Act.objects.count() == 816
