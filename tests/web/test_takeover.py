"""Taking over a running office: what comes in, and how the procedure goes on from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import County, county, local
from tests.unit.test_counting_properties import by_hand
from tests.web.takeover_files import (
    CLOCK_HEAD,
    PDF,
    book,
    disposal,
    disposals,
    order,
    orders,
    packed,
    receive,
    taken,
    task,
    term,
    wrong,
)
from tests.web.test_rectification import proof
from zhian.apps.laboratory.models import Sample
from zhian.desk import timing, uploads
from zhian.desk.actors import Actor
from zhian.desk.clockwork.tick import tick
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import perform
from zhian.desk.errors import Refused
from zhian.desk.ledger import chain
from zhian.desk.models import Act, Clock, Document, Evidence, Matter, Notice, TakeOver
from zhian.desk.show import queries
from zhian.desk.takeover import job, undoing, writing
from zhian.directory import office_law
from zhian.directory.models import Operator, Standing
from zhian.law.commands import main as law
from zhian.law.counting import Pause

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> Iterator[County]:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    settings.OUTBOX = tmp_path / "outbox"
    with timing.recorded_at(local(f"{TODAY} 10:00")):
        yield county()


# --- where it stands


def test_an_order_of_the_old_system_stands_where_it_stood(here: County) -> None:
    taken(orders(order(), clocks=[CLOCK_HEAD, term()]), here, by=here.clerk)
    matter = Matter.objects.get()
    assert (matter.number, matter.old_number) == ("SYSJ-ZG-2026-000001", "ZG-1")
    assert (matter.phase, matter.procedure_version) == ("correcting", "2022")
    assert matter.done == ["open", "order", "served"]
    assert (matter.handler, matter.office) == (here.inspector, here.station)
    assert (matter.place, matter.place_code) == (here.operator.place, here.operator.place.code)
    assert matter.opened_at == local("2026-11-04 00:00")
    clock = Clock.objects.get()
    assert (clock.due_day, clock.basis, clock.state) == (date(2026, 12, 4), "order", "running")
    assert matter.next_due_at == clock.due_at == local("2026-12-05 00:00")
    row = matter.rectification
    assert (row.problems, row.until, row.basis) == ("车间地面积水", clock.due_day, "inspection")


def test_it_begins_with_one_act_that_names_who_did_it_and_from_which_file(here: County) -> None:
    row = taken(orders(order(), clocks=[CLOCK_HEAD, term()]), here, by=here.clerk)
    act = Act.objects.get()
    assert (act.verb, act.actor_kind, act.seq) == ("take_over", "import", 1)
    assert (act.user, act.appointment) == (here.clerk.user, here.clerk)
    said = json.loads(act.text)["data"]
    assert said["old_number"] == "ZG-1"
    assert said["done"] == ["open", "order", "served"]
    assert (said["sha256"], said["row"]) == (row.sha256, 2)
    assert said["clocks"][0]["duty"] == "rectification.term"
    assert chain.verify().whole


def test_what_happened_before_stands_in_the_timeline_with_its_own_day(here: County) -> None:
    past = [
        ["原编号", "日期", "情况", "何人"],
        ["ZG-1", "2026-11-10 15:30", "到厂核查", "李所长"],
        ["ZG-1", "2026-11-05", "送达通知书", ""],
    ]
    taken(orders(order(), history=past), here, by=here.clerk)
    notes = list(Act.objects.filter(verb="note").order_by("seq"))
    assert [(n.happened_at, n.data["text"], n.actor_name) for n in notes] == [
        (local("2026-11-05 00:00"), "送达通知书", "take-over 在办.xlsx"),
        (local("2026-11-10 15:30"), "到厂核查", "李所长"),
    ]
    assert {n.recorded_at for n in notes} == {local(f"{TODAY} 10:00")}
    assert chain.verify().whole


def test_a_mark_that_the_order_made_stands_until_it_is_lifted(here: County) -> None:
    taken(orders(order()), here)
    assert Standing.objects.get(kind="rectifying").operator == here.operator


def test_the_handler_finds_it_on_his_desk_and_is_told_once(here: County) -> None:
    lines = [order("ZG-1"), order("ZG-2"), order("ZG-3", 承办人="王建国")]
    taken(orders(*lines), here, by=here.clerk)
    mine = queries.desk(here.inspector, "mine")
    assert sorted(m.old_number for m in mine) == ["ZG-1", "ZG-2"]
    notices = Notice.objects.filter(user=here.inspector.user)
    assert [n.text for n in notices] == ["接管了 2 件在办事项，由您承办。"]


def test_numbers_follow_those_that_were_given_and_none_is_lost(here: County) -> None:
    taken(orders(order("A"), order("B")), here)
    taken(orders(order("C"), order("D"), order("E")), here)
    numbers = Matter.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [f"SYSJ-ZG-2026-{n:06d}" for n in range(1, 6)]


def test_headings_and_names_are_taken_in_english_too(here: County) -> None:
    content = book(
        {
            "Matters": [
                ["Open orders of the old system"],
                [],
                ["Kind", "Old number", "Title", "Opened on", "Phase", "Operator", "Problems"],
                ["rectification order", "R1", "x", "2026-11-04", "being corrected",
                 here.operator.name, "wet floor"],
            ],
            "Clocks": [["Old number", "Duty", "Counts from", "Due date set"],
                       ["R1", "rectification.term", "2026-11-05", "2026/12/4"]],
        }
    )  # fmt: skip
    taken(content, here)
    assert Clock.objects.get().due_day == date(2026, 12, 4)


# --- the same file, a better file


def test_the_same_file_again_adds_nothing(here: County) -> None:
    content = orders(order("A"), order("B"), clocks=[CLOCK_HEAD, term("A")])
    taken(content, here)
    before = Matter.objects.count(), Act.objects.count(), Clock.objects.count()
    again = taken(content, here)
    assert (again.counts["fresh"], again.counts["known"]) == (0, 2)
    assert (Matter.objects.count(), Act.objects.count(), Clock.objects.count()) == before


def test_a_corrected_file_adds_what_is_missing(here: County) -> None:
    assert wrong(orders(order("A"), order("B", 阶段="飞行中")), here)
    taken(orders(order("A")), here)
    row = taken(orders(order("A"), order("B")), here)
    assert (row.counts["added"], row.counts["known"]) == (1, 1)


def test_what_is_here_is_not_looked_at_again(here: County) -> None:
    taken(orders(order("A")), here)
    here.inspector.until = TODAY - timedelta(days=1)
    here.inspector.save()
    row, plan = receive(orders(order("A")), here)
    assert (row.state, plan.known, plan.faults) == ("preview", 1, [])


def test_one_wrong_cell_and_nothing_comes_in(here: County) -> None:
    found = wrong(orders(order("A"), order("B", 承办人="无此人")), here)
    assert [(sheet, row, column) for sheet, row, column, _ in found] == [("matters", 3, "承办人")]


def test_a_file_that_breaks_while_it_is_written_leaves_nothing(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [["原编号", "文书名称", "日期", "文件名"], ["A", "通知书", "2026-11-04", "1.pdf"]]
    content = packed(orders(order("A"), papers=papers), {"1.pdf": PDF})
    row, _ = receive(content, here, name="在办.zip")

    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writing, "_tell", broken)
    assert job.run(row) is None
    row.refresh_from_db()
    assert row.state == "failed"
    assert "没有写入" in row.failure["zh"]
    assert not Matter.objects.exists()
    assert not Act.objects.exists()
    assert [p for p in uploads.path_of("x").parents[1].rglob("*") if p.is_file()] == []
    monkeypatch.undo()
    job.confirm(row)
    row.refresh_from_db()
    job.run(row)
    assert Matter.objects.count() == 1


def test_somebody_else_took_over_the_same_meanwhile(here: County) -> None:
    row, _ = receive(orders(order("A"), order("B")), here)
    taken(orders(order("A")), here)
    job.run(row)
    row.refresh_from_db()
    assert (row.state, row.counts["added"], row.counts["known"]) == ("done", 1, 1)
    assert Matter.objects.count() == 2


# --- clocks


def naive(duty: str, at: date, spans: list[Pause], more: int = 0) -> date:
    """The due day by walking the calendar, with the length as the article states it."""
    period = office_law.reckoner().book.duty(duty, at).period
    return by_hand((period.amount or 0) + more, period.unit, at, spans)


STARTS = [date(2024, 12, 2) + timedelta(days=37 * n) for n in range(20)]
HANDLED = "分派；启动核查处置；送达检验报告和结果通知书；结果通知书已送达"


def test_due_days_equal_a_count_by_hand(here: County) -> None:
    """Starts over two years with paused spans and longer terms, also into a year whose holidays
    are not known."""
    lines, clocks = [], [[*CLOCK_HEAD[:3], "中止期间", "延长"]]
    wanted: dict[tuple[str, str], date] = {}
    for n, start in enumerate([*STARTS, TODAY]):
        number = f"HC-{n}"
        lines.append(disposal(number, 开启日期=start, 已办行为=HANDLED, 抽样编号=f"S{n}"))
        first = start + timedelta(days=n % 5)
        spans = [Pause(first, first + timedelta(days=n % 9))] if n % 2 else []
        paused = "；".join(f"{s.start}..{s.end}" for s in spans)
        for duty, more in (("disposal.finish", 30 * (n % 3)), ("retest.window", 0)):
            clocks.append([number, duty, start, paused, more or ""])
            wanted[number, duty] = naive(duty, start, spans, more)
    taken(disposals(*lines, clocks=clocks), here)
    rows = Clock.objects.select_related("matter")
    assert {(c.matter.old_number, c.duty): c.due_day for c in rows} == wanted
    last = Clock.objects.get(matter__old_number="HC-20", duty="disposal.finish")
    assert (last.due_day.year, last.provisional) == (2027, True)
    assert not Clock.objects.get(matter__old_number="HC-0", duty="disposal.finish").provisional


def test_the_command_line_counts_the_same_day(here: County, capsys: Any) -> None:
    clocks = [CLOCK_HEAD[:3], ["HC-1", "disposal.finish", "2026-10-01"]]
    taken(disposals(disposal(), clocks=clocks), here)
    assert law(["due", "disposal.finish", "--at", "2026-10-01"]) == 0
    assert str(Clock.objects.get().due_day) in capsys.readouterr().out


def test_a_clock_that_stands_still_says_so_and_is_not_what_is_due_next(here: County) -> None:
    clocks = [
        [*CLOCK_HEAD[:3], "中止至今自"],
        ["HC-1", "disposal.finish", "2026-10-01", "2026-11-02"],
    ]
    row = taken(disposals(disposal(), clocks=clocks), here)
    clock = Clock.objects.get()
    assert clock.state == "paused"
    assert clock.pauses == [{"reason": "taken_over", "from": "2026-11-02", "to": None}]
    assert Matter.objects.get().next_due_at is None
    assert any("没有恢复" in r["zh"] for r in row.remarks)


def test_a_term_that_was_extended_ends_on_the_day_it_was_extended_to(here: County) -> None:
    clocks = [[*CLOCK_HEAD, "延长至"], [*term("ZG-1", "2026-11-20"), "2026-12-18"]]
    taken(orders(order(), clocks=clocks), here)
    clock = Clock.objects.get()
    assert clock.due_day == date(2026, 12, 18)
    assert clock.extensions == [{"act": 1, "until": "2026-12-18"}]


def test_the_phase_implies_a_clock_that_the_file_does_not_name(here: County) -> None:
    row = taken(orders(order()), here)
    assert [r["zh"] for r in row.remarks if "没有写" in r["zh"]] == [
        "没有写“限期改正”：此阶段应在计时，请在“期限”表补写，否则接管后没有这一期限。"
    ]


def test_a_clock_is_counted_under_the_rule_of_its_own_day(here: County) -> None:
    clocks = [CLOCK_HEAD[:3], ["HC-1", "完成核查处置", "2026-10-01"]]
    taken(disposals(disposal(), clocks=clocks), here)
    clock = Clock.objects.get()
    assert (clock.duty, clock.rule) == ("disposal.finish", "SMP-45")


# --- the procedure goes on


def test_an_order_is_reported_re_inspected_and_closed(here: County) -> None:
    taken(orders(order(), clocks=[CLOCK_HEAD, term()]), here)
    matter = Matter.objects.get()
    mine, both = here.actor("inspector"), here.actor("inspector", "second")
    perform(matter, "report", fields={"measures": "已排水", "files": [proof(matter)]}, by=mine)
    assert Clock.objects.get(duty="rectification.term").state == "stopped"
    assert Clock.objects.get(duty="rectification.recheck").state == "running"
    files = [proof(matter)]
    perform(matter, "pass", fields={"record": "地面干燥", "files": files}, by=both)
    assert matter.phase == "closed"
    assert matter.closed_at is not None
    assert Standing.objects.get(kind="rectifying").lifted_on == TODAY
    assert chain.verify().whole


def test_an_order_that_was_not_served_is_served_again_with_its_paper(here: County) -> None:
    papers = [
        ["原编号", "文书名称", "文号", "日期", "文件名"],
        ["ZG-1", "责令改正通知书", "松市监责改〔2026〕7号", "2026-11-04", "责改7.pdf"],
    ]
    line = order(阶段="待送达", 已办行为="送达已撤回")
    content = packed(orders(line, papers=papers), {"责改7.pdf": PDF})
    taken(content, here, name="在办.zip")
    paper, scan = Document.objects.get(), Evidence.objects.get()
    assert (paper.state, paper.number) == ("issued", "松市监责改〔2026〕7号")
    assert (paper.scan, scan.matter, scan.act) == (scan, paper.matter, paper.issued_by)
    assert uploads.path_of(scan.stored).read_bytes() == PDF
    matter = Matter.objects.get()
    perform(matter, "serve_again", by=here.actor("inspector"))
    service = matter.children.get(kind="service")
    assert service.service.document == paper
    fields = {
        "method": "direct",
        "served_at": local(f"{TODAY} 09:30"),
        "receiver": "赵立新",
        "relation": "self",
        "proof": [proof(service)],
    }
    perform(service, "served", fields=fields, by=here.actor("inspector"))
    matter.refresh_from_db()
    assert matter.phase == "correcting"


def test_a_disposal_is_concluded_by_two_signatures(here: County) -> None:
    done = f"{HANDLED}；核实风险控制措施；查明不合格原因；说明不需责令改正；说明不予立案"
    clocks = [CLOCK_HEAD[:3], ["HC-1", "disposal.finish", "2026-10-01"]]
    taken(disposals(disposal(已办行为=done, 不合格原因="原料不合格"), clocks=clocks), here)
    matter = Matter.objects.get()
    assert matter.disposal.cause == "raw_material"
    fields = {"outcome": "handled", "conclusion": "处置完毕"}
    perform(matter, "conclude", fields=outcome(fields), by=here.actor("inspector"))
    for who in ("office_head", "head"):
        approvals.sign(matter.proposals.get(state="open"), by=here.actor(who), opinion="同意")
    matter.refresh_from_db()
    assert matter.phase == "conclusion"
    assert Clock.objects.get(duty="disposal.finish").state == "stopped"
    assert Clock.objects.get(duty="disposal.publish").state == "running"


def outcome(fields: dict[str, Any]) -> dict[str, Any]:
    from zhian.law import vocabulary

    return {**fields, "outcome": vocabulary.choices("disposal_outcome")[0].key}


def test_a_task_is_reported_back_to_whoever_gave_it(here: County) -> None:
    clocks = [CLOCK_HEAD, ["JB-1", "task.report", "2026-11-10", "2026-11-30"]]
    taken(book({"事项": task(), "期限": clocks}), here)
    matter = Matter.objects.get()
    assert (matter.giver, matter.task.assignee) == (here.head, here.inspector)
    assert matter.task.deadline == local("2026-12-01 00:00")
    perform(matter, "report", fields={"text": "办妥"}, by=here.actor("inspector"))
    perform(matter, "close", by=here.actor("head"))
    assert matter.phase == "closed"


def test_a_disposal_has_its_sample_with_its_results(here: County) -> None:
    line = disposal(不合格项目="铅；镉", 检验结果="0.9；0.4", 标准值="0.2；0.1")
    taken(disposals(line), here)
    sample = Sample.objects.get()
    assert (sample.number, sample.food, sample.place) == ("XBJ-1", "韭菜", here.operator.place)
    rows = [(r.item, r.result, r.limit) for r in sample.results.all()]
    assert rows == [("铅", "0.9", "0.2"), ("镉", "0.4", "0.1")]


def test_time_goes_on_a_term_that_is_over_lapses_and_others_are_reminded(here: County) -> None:
    lines = [order("A"), order("B")]
    clocks = [CLOCK_HEAD, term("A", "2026-11-20"), term("B", "2026-11-25")]
    taken(orders(*lines, clocks=clocks), here)
    tick()
    phases = dict(Matter.objects.values_list("old_number", "phase"))
    assert phases == {"A": "failed", "B": "correcting"}
    assert Act.objects.get(verb="lapse").actor_kind == "system"
    tick(local("2026-11-25 09:00"))
    told = Notice.objects.get(user=here.inspector.user, matter__old_number="B")
    assert told.text.startswith("【今日到期】")


# --- operators


def test_an_unknown_operator_is_added_where_that_was_asked_for(here: County) -> None:
    lines = [order("A", 主体="河口新来食品有限公司"), order("B", 主体="河口新来食品有限公司")]
    assert wrong(orders(*lines), here)[0][2] == "主体"
    taken(orders(*lines), here, add_operators=True)
    added = Operator.objects.get(name="河口新来食品有限公司")
    assert (added.kind, added.place) == ("company", here.station.place)
    assert {m.operator for m in Matter.objects.all()} == {added}


def test_premises_are_found_under_their_operator(here: County) -> None:
    head_and_line = order("A", 场所=here.premises.address)
    taken(orders(head_and_line), here)
    matter = Matter.objects.get()
    assert (matter.premises, matter.place) == (here.premises, here.village)


# --- taken back


def test_a_whole_take_over_is_taken_back_but_not_what_somebody_worked_on(here: County) -> None:
    lines = [disposal("A", 抽样编号="S-A"), disposal("B", 抽样编号="S-B")]
    clocks = [CLOCK_HEAD[:3], ["A", "disposal.finish", "2026-10-01"]]
    row = taken(disposals(*lines, clocks=clocks), here)
    touched = Matter.objects.get(old_number="B")
    perform(touched, "no_case", fields={"why": "无"}, by=here.actor("inspector"))
    found = undoing.undo(row, Actor.official(here.clerk), "导错了文件")
    assert (found.back, found.left) == (1, 1)
    gone = Matter.objects.get(acts__stage="annulled")
    assert (gone.old_number, gone.is_open, gone.next_due_at) == ("", False, None)
    assert gone.clocks.get().state == "void"
    assert chain.verify().whole
    again = taken(disposals(*lines, clocks=clocks), here)
    assert (again.counts["added"], again.counts["known"]) == (1, 1)


def test_taking_back_needs_a_reason_and_happens_once(here: County) -> None:
    row = taken(orders(order()), here)
    with pytest.raises(Refused, match="理由"):
        job.undo(row, here.clerk, " ")
    job.undo(row, here.clerk, "导错了")
    with pytest.raises(Refused, match="已接管"):
        job.undo(row, here.clerk, "再来")
    job.undo_later.func(row.pk, here.clerk.pk, "导错了")
    row.refresh_from_db()
    assert (row.state, row.counts["back"]) == ("undone", 1)
    assert TakeOver.objects.count() == 1
