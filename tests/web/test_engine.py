"""What the engine does with every key of the vocabulary, on a toy procedure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import County, county, local
from zhian.desk import handlers, kinds, timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals, perform as door
from zhian.desk.engine.common import hand_over, note, set_aside, share, submit_late, take_waiting
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.kinds import Kind, Opening
from zhian.desk.models import Act, Clock, Document, Erasable, Matter, Publication, WaitingAct
from zhian.desk.visibility import visible_to
from zhian.directory.models import Standing
from zhian.law import vocabulary
from zhian.law.procedure import ProcedureBook
from zhian.law.procedure_file import read_labels, read_procedure
from zhian.law.vocabulary import Choice
from zhian.law.words import Words

pytestmark = pytest.mark.django_db
HEAVY = {"heavy": False}
NOW = local("2026-12-10 10:00")


def _open_from(source: Matter, values: dict[str, Any]) -> Opening:
    return Opening(
        title=values["text"],
        agency=source.agency,
        place=source.place,
        office=source.office,
        handler=source.handler,
        fields={"text": values["text"]},
    )


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    labels = read_labels(Path(vocabulary.DATA) / "fields.toml")
    procedure = read_procedure(Path(__file__).with_name("toy.toml"), labels)
    book = ProcedureBook((procedure,))
    monkeypatch.setattr(door, "procedures", lambda: book)
    classes = tuple(Choice(c, Words(c, c)) for c in ("I", "II", "III"))
    monkeypatch.setattr(vocabulary, "choice_keys", lambda name: {c.key for c in classes})
    monkeypatch.setitem(
        kinds._kinds,
        "toy",
        Kind("toy", "TY", open_from=_open_from, facts=lambda m: dict(HEAVY)),  # type: ignore[arg-type]
    )
    HEAVY["heavy"] = False
    with timing.recorded_at(NOW):
        yield


@pytest.fixture
def here() -> County:
    return county()


def begin(here: County, heavy: bool = False, day: date | None = None) -> Matter:
    HEAVY["heavy"] = heavy
    day = day or timing.today()
    return open_matter(
        "toy",
        "open",
        Opening(
            title="演练一",
            agency=here.bureau,
            office=here.station,
            handler=here.inspector,
            place=here.village,
            operator=here.operator,
            fields={"received_on": day},
        ),
        by=here.actor("inspector"),
        at=local(f"{day} 08:00"),
    )


def do(matter: Matter, verb: str, here: County, **fields: Any) -> Act:
    return perform(matter, verb, fields=fields, by=here.actor("inspector"))


def clock(matter: Matter, duty: str) -> Clock:
    return Clock.objects.filter(matter=matter, duty=duty).order_by("-id")[0]


def test_a_clock_starts_only_where_its_fact_holds(here: County) -> None:
    light, heavy = begin(here), begin(here, heavy=True)
    assert Clock.objects.filter(matter=light, duty="seizure.term").exists()
    assert not Clock.objects.filter(matter=light, duty="recall.progress.I").exists()
    assert not Clock.objects.filter(matter=heavy, duty="seizure.term").exists()


def test_two_pauses_at_once_leave_out_both_days_and_all_between(here: County) -> None:
    matter = begin(here, day=date(2026, 11, 2))
    assert clock(matter, "case.decide").due_day == date(2027, 2, 1)  # 01-31 is a Sunday
    do(matter, "test_out", here, on=date(2026, 11, 4))
    do(matter, "hear", here, on=date(2026, 11, 6))
    assert clock(matter, "case.decide").state == "paused"
    do(matter, "test_back", here, on=date(2026, 11, 9))
    assert clock(matter, "case.decide").state == "paused"
    do(matter, "heard", here, on=date(2026, 11, 13))
    found = clock(matter, "case.decide")
    assert found.state == "running" and found.provisional
    assert found.due_day == date(2027, 2, 10)  # ten days (4 to 13 November) after 01-31


def test_a_family_of_duties_changes_with_the_class_from_the_same_start(here: County) -> None:
    matter = begin(here)
    do(matter, "grade", here, **{"class": "I"})
    first = clock(matter, "recall.finish.I")
    do(matter, "regrade", here, **{"class": "II"})
    second = clock(matter, "recall.finish.II")
    first.refresh_from_db()
    assert first.state == "stopped" and second.state == "running"
    assert second.counts_from == first.counts_from


def test_a_periodic_duty_is_met_and_begins_anew(here: County) -> None:
    matter = begin(here, heavy=True)
    first = clock(matter, "recall.progress.I")
    do(matter, "progress", here)
    second = clock(matter, "recall.progress.I")
    assert second.pk != first.pk and second.state == "running"


def test_an_extension_adds_what_the_article_grants(here: County) -> None:
    matter = begin(here)
    before = clock(matter, "case.decide").due_at
    do(matter, "longer", here)
    after = clock(matter, "case.decide").due_at
    assert before is not None and after is not None and (after - before).days >= 28
    with pytest.raises(Refused, match="一次"):
        do(matter, "longer", here)


def test_an_urgent_measure_counts_at_once_and_is_signed_afterwards(here: County) -> None:
    matter = begin(here)
    act = do(matter, "seize", here, urgent=True, text="现场扣押")
    assert act.effective and "seize" in matter.done
    assert clock(matter, "seizure.approve").state == "running"
    assert Document.objects.get(matter=matter).state == "issued"
    approvals.sign(matter.proposals.get(), by=here.actor("head"))
    assert clock(matter, "seizure.approve").state == "stopped"


def test_a_refused_urgent_measure_is_released(here: County) -> None:
    matter = begin(here)
    do(matter, "seize", here, urgent=True, text="现场扣押")
    approvals.send_back(matter.proposals.get(), by=here.actor("head"), reason="依据不足")
    matter.refresh_from_db()
    assert "seize" not in matter.done
    assert matter.acts.get(verb="release").actor_kind == "system"
    assert clock(matter, "seizure.approve").state == "stopped"


def test_a_measure_that_is_not_urgent_waits(here: County) -> None:
    matter = begin(here)
    act = do(matter, "seize", here, urgent=False, text="拟扣押")
    assert not act.effective and "seize" not in matter.done
    with pytest.raises(Refused, match="报批"):
        do(matter, "seize", here, urgent=False, text="再来")
    approvals.withdraw(matter.proposals.get(), by=here.actor("inspector"))
    assert Document.objects.get(matter=matter).state == "void"


def test_the_parent_hears_with_the_last_child(here: County) -> None:
    matter = begin(here)
    do(matter, "told", here, parts=[{"text": "甲"}, {"text": "乙"}])
    first, second = matter.children.order_by("id")
    do(first, "finish", here)
    matter.refresh_from_db()
    assert matter.phase == "start"
    do(second, "finish", here)
    matter.refresh_from_db()
    assert matter.phase == "middle"


def in_middle(here: County) -> Matter:
    matter = begin(here)
    do(matter, "told", here, parts=[{"text": "甲"}])
    do(matter.children.get(), "finish", here)
    matter.refresh_from_db()
    return matter


def test_going_back_clears_what_belongs_only_to_later_phases(here: County) -> None:
    matter = in_middle(here)
    do(matter, "waive", here, statement="我放弃陈述")
    do(matter, "back", here)
    assert matter.phase == "start"
    assert "waive" not in matter.done and "told" in matter.done


def test_personal_words_stay_out_of_the_act(here: County) -> None:
    matter = in_middle(here)
    act = do(matter, "waive", here, statement="张三，电话 13900001111")
    assert "13900001111" not in act.text
    digest = act.data["statement"]["personal"]
    assert Erasable.objects.get(digest=digest).content == "张三，电话 13900001111"


def test_publishing_needs_another_person_and_sets_a_standing(here: County) -> None:
    matter = in_middle(here)
    with pytest.raises(Refused, match="不得由"):
        do(matter, "publish", here)
    matter.handler = here.second
    matter.save()
    perform(matter, "publish", by=here.actor("second"))
    row = Publication.objects.get(matter=matter)
    assert row.needs_review and row.withdrawn_at is None
    standing = Standing.objects.get(operator=here.operator)
    assert standing.until is not None
    perform(matter, "unpublish", by=here.actor("second"))
    row.refresh_from_db()
    assert row.withdrawn_at is not None


def test_a_term_that_runs_makes_an_act_wait(here: County) -> None:
    matter = begin(here)
    values = {"office": here.other_station, "handler": here.outsider}
    with pytest.raises(Refused, match="期限未满"):
        do(matter, "pass_on", here, **values)
    Clock.objects.filter(matter=matter, duty="seizure.term").update(state="stopped")
    do(matter, "pass_on", here, **values)
    assert (matter.office, matter.handler) == (here.other_station, here.outsider)


def test_closing_stops_every_clock_only_because_the_act_says_so(here: County) -> None:
    matter = begin(here)
    do(matter, "finish", here)
    assert matter.closed_at is not None and matter.next_due_at is None
    assert set(Clock.objects.filter(matter=matter).values_list("state", flat=True)) == {"stopped"}


def test_records_never_check_the_head_and_never_move_it(here: County) -> None:
    matter = begin(here)
    head = matter.head
    note(matter, text="现场照片三张", by=here.actor("second"))
    assert matter.head == head and matter.seq == 2
    with pytest.raises(NotAllowed):
        note(matter, text="偷看", by=here.actor("outsider"))


def test_a_share_is_the_only_way_across_agencies(here: County) -> None:
    matter = begin(here)
    assert not visible_to(here.township_officer).filter(kind="task").exists()
    matter.place = here.county
    matter.save()
    assert not visible_to(here.township_head).filter(pk=matter.pk).exists()
    share(matter, by=here.actor("inspector"), agency=here.township, reason="联合检查")
    assert visible_to(here.township_head).filter(pk=matter.pk).exists()


def test_confidential_beats_scope(here: County) -> None:
    matter = begin(here)
    assert visible_to(here.second).filter(pk=matter.pk).exists()
    Matter.objects.filter(pk=matter.pk).update(confidential=True)
    assert not visible_to(here.second).filter(pk=matter.pk).exists()
    assert visible_to(here.inspector).filter(pk=matter.pk).exists()
    assert visible_to(here.office_head).filter(pk=matter.pk).exists()


def test_handing_over_changes_whose_desk_it_is(here: County) -> None:
    matter = begin(here)
    hand_over(matter, to=here.second, by=here.actor("inspector"), reason="轮岗")
    assert matter.handler == here.second
    with pytest.raises(Refused):
        hand_over(matter, to=here.township_officer, by=here.actor("second"), reason="x")


def late(here: County, matter: Matter, key: str) -> Act | WaitingAct:
    return submit_late(
        matter,
        "finish",
        fields={},
        by=here.actor("inspector"),
        at=timing.now(),
        head=1,
        key=key,
    )


def test_what_comes_late_from_a_phone_waits_and_is_never_dropped(here: County) -> None:
    matter = begin(here)
    do(matter, "test_out", here, on=timing.today())
    do(matter, "test_back", here, on=timing.today())
    waiting = late(here, matter, "phone-1")
    assert isinstance(waiting, WaitingAct) and waiting.state == "waiting"
    assert late(here, matter, "phone-1") == waiting
    act = take_waiting(waiting, by=here.actor("office_head"), reason="属实")
    matter.refresh_from_db()
    assert act.verb == "finish" and matter.closed_at is not None


def test_a_waiting_act_is_set_aside_with_a_reason(here: County) -> None:
    matter = begin(here)
    do(matter, "test_out", here, on=timing.today())
    do(matter, "test_back", here, on=timing.today())
    waiting = late(here, matter, "phone-2")
    assert isinstance(waiting, WaitingAct)
    with pytest.raises(Refused):
        set_aside(waiting, by=here.actor("office_head"), reason=" ")
    set_aside(waiting, by=here.actor("office_head"), reason="重复")
    waiting.refresh_from_db()
    assert waiting.state == "set_aside"


def test_a_handler_runs_once_after_the_act(
    here: County, django_capture_on_commit_callbacks: Any
) -> None:
    seen: list[int] = []

    def listener(act: Act) -> None:
        seen.append(act.pk)

    handlers.on("toy", "finish", listener)
    matter = begin(here)
    with django_capture_on_commit_callbacks(execute=True):
        act = do(matter, "finish", here)
    handlers.run_waiting()
    assert seen == [act.pk]


def test_the_wrong_kind_of_actor_is_refused(here: County) -> None:
    matter = begin(here)
    with pytest.raises(NotAllowed):
        perform(matter, "finish", by=Actor.system("tick"))


def test_nothing_happens_in_the_future_or_before_the_opening(here: County) -> None:
    matter = begin(here)
    for at in (timing.now() + timedelta(hours=1), timing.now() - timedelta(days=3)):
        with pytest.raises(Refused):
            perform(matter, "finish", by=here.actor("inspector"), at=at)
