"""An operator corrects its own file: proposed, approved by another, written, undone; support."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.archive_office import Office, day, office, paper
from zhian.apps.registry.models import Help, Product, RecordCorrection, StaffMember
from zhian.desk.actors import Actor
from zhian.desk.clockwork import tick
from zhian.desk.engine import annul
from zhian.desk.engine.perform import perform
from zhian.desk.errors import FieldErrors, NotAllowed, Refused
from zhian.desk.models import Clock, Matter
from zhian.directory.models import DirectoryChange

__all__ = ["office"]
pytestmark = pytest.mark.django_db


def line(what: str, value: str) -> dict[str, str]:
    return {"what": what, "value": value}


def proposed(office: Office, *lines: dict[str, str], **more: Any) -> Matter:
    return office.open(
        "record_correction", "propose", by=office.its_person(), corrections=list(lines),
        why="换了负责人", files=[paper()], **more,
    )  # fmt: skip


def test_a_correction_is_written_when_it_is_approved_and_not_before(office: Office) -> None:
    matter = proposed(office, line("subject.head", "钱多"), line("products.add", "豆腐"))
    office.operator.refresh_from_db()
    assert office.operator.head == "赵立新"
    assert RecordCorrection.objects.get(matter=matter).lines[0]["was"] == "赵立新"
    office.on("2026-06-03").do(matter, "approve", opinion="与执照一致")
    office.operator.refresh_from_db()
    assert office.operator.head == "钱多"
    assert Product.objects.get(operator=office.operator).why == f"{matter.number} 更正申请"
    log = DirectoryChange.objects.get(what="change_operator")
    assert (log.before, log.after) == ({"head": "赵立新"}, {"head": "钱多"})
    assert (log.by, matter.phase) == (office.here.inspector, "closed")


def test_the_agency_answers_within_its_own_target(office: Office) -> None:
    matter = proposed(office, line("subject.head", "钱多"))
    clock = Clock.objects.get(matter=matter, duty="correction.decide")
    assert (clock.due_day, clock.basis) == (day("2026-06-08"), "internal")
    office.do(matter, "refuse", why="没有依据")
    clock.refresh_from_db()
    assert clock.state == "stopped"
    office.operator.refresh_from_db()
    assert office.operator.head == "赵立新"


def test_a_clerk_who_proposed_it_does_not_approve_it(office: Office) -> None:
    matter = office.open(
        "record_correction", "propose", corrections=[line("subject.head", "钱多")], why="换人",
        files=[paper()],
    )  # fmt: skip
    with pytest.raises((NotAllowed, Refused)):
        office.do(matter, "approve")
    office.do(matter, "approve", who="second")
    office.operator.refresh_from_db()
    assert office.operator.head == "钱多"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "必填"),
        ([line("subject.uscc", "91239900MA0000000A")], None),
        ([line("subject.head", "")], "第 1 行"),
        ([line("moon", "x")], "第 1 行"),
        ([line("subject.head", "钱多"), line("subject.registered_on", "昨天")], "第 2 行"),
        ([line("subject.state", "睡觉")], "经营状态应为"),
        ([line("premises.address", "二组")], "先选场所"),
        ([line("products.end", "没有的")], "档案中没有"),
    ],
)
def test_a_wrong_line_is_named_when_it_is_proposed(
    office: Office, lines: list[dict[str, str]], told: str | None
) -> None:
    if told is None:
        matter = proposed(office, *lines)
        with pytest.raises(Refused, match="校验"):
            office.do(matter, "approve")
        office.operator.refresh_from_db()
        assert office.operator.uscc is None
        return
    with pytest.raises(FieldErrors) as refused:
        proposed(office, *lines)
    assert told in refused.value.errors["corrections"].zh


def test_premises_status_and_people_are_corrected_too(office: Office) -> None:
    office.add("people", name="王五", role="safety_officer")
    matter = proposed(
        office,
        line("premises.address", "河东村二组"),
        line("subject.state", "歇业"),
        line("people.safety_director", "李四"),
        line("people.end", "王五"),
        premises=office.here.premises,
    )
    office.do(matter, "approve")
    office.operator.refresh_from_db()
    office.here.premises.refresh_from_db()
    assert (office.operator.state, office.here.premises.address) == ("paused", "河东村二组")
    assert [(p.name, p.role) for p in StaffMember.objects.current()] == [
        ("李四", "safety_director")
    ]


def test_all_lines_are_written_or_none(office: Office) -> None:
    matter = proposed(
        office, line("subject.head", "钱多"), line("subject.uscc", "91239900MA0000000A")
    )
    with pytest.raises(Refused):
        office.do(matter, "approve")
    office.operator.refresh_from_db()
    assert office.operator.head == "赵立新"


def test_a_mistaken_approval_is_undone_whole(office: Office) -> None:
    office.add("people", name="王五", role="safety_officer")
    matter = proposed(
        office,
        line("subject.head", "钱多"),
        line("subject.registered_on", "2020-05-01"),
        line("subject.state", "歇业"),
        line("premises.longitude", "124.5"),
        line("products.add", "豆腐"),
        line("people.end", "王五"),
        premises=office.here.premises,
    )
    act = office.do(matter, "approve")
    annul.annul(act, by=Actor.official(office.here.inspector), reason="批错了")
    matter.refresh_from_db()
    office.operator.refresh_from_db()
    office.here.premises.refresh_from_db()
    assert matter.phase == "asked"
    assert (office.operator.head, office.operator.registered_on) == ("赵立新", None)
    assert (office.operator.state, office.here.premises.longitude) == ("active", None)
    assert not Product.objects.current().exists()
    assert [p.name for p in StaffMember.objects.current()] == ["王五"]
    office.do(matter, "approve")
    office.operator.refresh_from_db()
    assert office.operator.head == "钱多"


def test_more_proof_is_asked_for_once(office: Office) -> None:
    matter = proposed(office, line("subject.head", "钱多"))
    office.do(matter, "ask_proof", missing="任命文件", until=day("2026-06-12"))
    office.on("2026-06-05")
    perform(matter, "add_proof", fields={"files": [paper()]}, by=office.its_person(), at=office.now)
    matter.refresh_from_db()
    assert matter.phase == "asked"
    running = Clock.objects.get(matter=matter, state="running")
    assert (running.duty, running.due_day) == ("correction.decide", day("2026-06-12"))
    with pytest.raises(Refused):
        office.do(matter, "ask_proof", missing="再来一份", until=day("2026-06-20"))


# ---- support ------------------------------------------------------------------------------------


def test_support_is_asked_for_promised_and_stands_in_the_file(office: Office) -> None:
    matter = office.open(
        "support_request", "ask", by=office.its_person(), area="testing", wanted="快检设备和培训"
    )
    clock = Clock.objects.get(matter=matter, duty="support.answer")
    assert (clock.due_day, clock.basis) == (day("2026-06-23"), "internal")
    office.do(
        matter, "promise", answer="可以共用县检测中心", policy="技改补助", until=day("2026-07-31")
    )
    assert Clock.objects.get(matter=matter, state="running").due_day == day("2026-07-31")
    office.on("2026-07-20").do(
        matter, "deliver", given_by="县检测中心", given_on=day("2026-07-20"), what="教会快检",
        result="能自检三项",
    )  # fmt: skip
    row = Help.objects.get(operator=office.operator)
    assert (row.what, row.area, row.why) == ("教会快检", "testing", matter.number)
    assert matter.phase == "closed"


def test_a_request_that_nobody_answers_is_late_and_no_breach(office: Office) -> None:
    matter = office.open("support_request", "ask", area="knowledge", wanted="培训")
    office.on("2026-06-25")
    tick.tick(office.now)
    clock = Clock.objects.get(matter=matter, duty="support.answer")
    assert (clock.state, clock.basis) == ("running", "internal")
    matter.refresh_from_db()
    assert matter.phase == "asked"
