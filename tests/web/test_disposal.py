"""A failed sample from the failing result to closing, and the clocks on its way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.builders import County, county
from tests.web.test_rectification import proof
from zhian.apps.laboratory.models import Sample, SampleResult
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Clock, Matter
from zhian.desk.publishing import content, deciding

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


def received(here: County, day: date, limit: str = "≤0.2mg/kg") -> Matter:
    sample = Sample.objects.create(
        number="XBJ-1", agency=here.bureau, food="豇豆", operator=here.operator
    )
    SampleResult.objects.create(
        sample=sample, position=1, item="灭蝇胺", result="0.9mg/kg", limit=limit
    )
    nine = timezone.make_aware(
        timezone.datetime(day.year, day.month, day.day, 9)  # type: ignore[attr-defined]
    )
    at = min(nine, timing.now())
    return open_matter(
        "disposal",
        "open",
        Opening(
            title="豇豆 灭蝇胺 不合格",
            agency=here.bureau,
            place=here.town,
            operator=here.operator,
            fields={"received_on": day, "sample": "XBJ-1", "operator": here.operator},
        ),
        by=Actor.importer("bulletin"),
        at=at,
    )


def assigned(here: County, day: date) -> Matter:
    matter = received(here, day)
    perform(
        matter,
        "assign",
        fields={"office": here.station, "handler": here.inspector},
        by=here.actor("clerk"),
    )
    return matter


def ready_to_conclude(here: County) -> Matter:
    """Everything done but the conclusion; both terms for re-test and objection are over."""
    past = timezone.now() - timedelta(days=40)
    with timing.recorded_at(past):
        matter = assigned(here, timing.today())
        mine = here.actor("inspector")
        perform(matter, "begin", by=mine)
        perform(matter, "notify", fields={"papers": [proof(matter)]}, by=mine)
        service = matter.children.get(kind="service")
        perform(
            service,
            "served",
            fields={
                "method": "direct",
                "served_at": past,
                "receiver": "赵立新",
                "relation": "self",
                "proof": [proof(service)],
            },
            by=mine,
        )
        files = [proof(matter)]
        both = here.actor("inspector", "second")
        perform(matter, "control", fields={"measures": "封存 20 公斤", "files": files}, by=both)
        perform(
            matter, "find_cause", fields={"cause": "pesticide", "text": "用药间隔不足"}, by=mine
        )
        perform(matter, "need_no_rectification", fields={"why": "已停止种植"}, by=mine)
        perform(matter, "no_case", fields={"why": "履行了进货查验义务"}, by=mine)
    matter.refresh_from_db()
    return matter


def test_receipt_starts_the_statutory_clocks(here: County) -> None:
    matter = received(here, date(2026, 9, 18))
    due = {c.duty: (c.rule, str(c.due_day)) for c in Clock.objects.filter(matter=matter)}
    assert due["disposal.notify"] == ("SMP-29", "2026-09-24")
    assert due["disposal.finish"] == ("SMP-45", "2026-12-17")
    begin = Clock.objects.get(matter=matter, duty="disposal.begin")
    assert begin.immediate and begin.basis == "internal"


def test_a_forbidden_substance_must_be_reported_upwards(here: County) -> None:
    matter = received(here, date(2026, 9, 18), limit="不得使用")
    assert Clock.objects.filter(matter=matter, duty="sampling.urgent", state="running").exists()


def test_assignment_gives_office_and_handler(here: County) -> None:
    matter = assigned(here, date(2026, 9, 18))
    assert (matter.office, matter.handler) == (here.station, here.inspector)


def test_the_conclusion_waits_for_the_terms_of_the_operator(here: County) -> None:
    matter = ready_to_conclude(here)
    running = Clock.objects.get(matter=matter, duty="retest.window")
    Clock.objects.filter(pk=running.pk).update(due_at=timezone.now() + timedelta(days=1))
    with pytest.raises(Refused, match="期限未满"):
        perform(
            matter,
            "conclude",
            fields={"outcome": outcome(), "conclusion": "处置完毕"},
            by=here.actor("inspector"),
        )


def test_the_conclusion_needs_two_signatures(here: County) -> None:
    matter = concluded(here)
    assert matter.phase == "conclusion"
    assert [a.stage for a in matter.acts.filter(verb="conclude")] == [
        "proposed",
        "signed",
        "signed",
    ]
    assert Clock.objects.get(matter=matter, duty="disposal.finish").state == "stopped"


def outcome() -> str:
    from zhian.law import vocabulary

    return vocabulary.choices("disposal_outcome")[0].key


def concluded(here: County) -> Matter:
    matter = ready_to_conclude(here)
    perform(
        matter,
        "conclude",
        fields={"outcome": outcome(), "conclusion": "处置完毕"},
        by=here.actor("inspector"),
    )
    proposal = matter.proposals.get()
    with pytest.raises(NotAllowed):
        approvals.sign(proposal, by=here.actor("head"))
    approvals.sign(proposal, by=here.actor("office_head"), opinion="同意")
    matter.refresh_from_db()
    assert matter.phase == "handling"
    approvals.sign(proposal, by=here.actor("head"), opinion="同意")
    matter.refresh_from_db()
    return matter


def test_from_conclusion_to_closing(here: County) -> None:
    matter = concluded(here)
    perform(matter, "send_to_publish", fields={"text": "拟公布"}, by=here.actor("inspector"))
    with pytest.raises(NotAllowed):
        perform(
            matter,
            "publish",
            fields={"where": "门户网站"},
            by=here.actor("inspector"),
        )
    perform(matter, "publish", fields={"where": "门户网站"}, by=here.actor("publisher"))
    assert Clock.objects.get(matter=matter, duty="disposal.publish").state == "running"
    with pytest.raises(Refused, match="已公布"):
        perform(matter, "close", by=here.actor("inspector"))
    entry = matter.publications.get()
    deciding.approve(entry, by=here.actor("office_head"), seen=content.digest(entry))
    perform(matter, "close", by=here.actor("inspector"))
    for signer in ("office_head", "head"):
        waiting = approvals.waiting_for(getattr(here, signer))
        if waiting.exists():
            approvals.sign(waiting.get().proposal, by=here.actor(signer))
    matter.refresh_from_db()
    assert matter.closed_at is not None
    assert not Clock.objects.filter(matter=matter, state__in=["running", "paused"]).exists()


def test_a_rectification_child_tells_its_ending(here: County) -> None:
    matter = assigned(here, timing.today())
    mine = here.actor("inspector")
    perform(matter, "begin", by=mine)
    perform(matter, "rectify", fields={"problems": "索证不全", "basis": "inspection"}, by=mine)
    child = matter.children.get(kind="rectification")
    assert child.operator == here.operator and child.handler == here.inspector
    perform(
        child,
        "corrected",
        fields={"measures": "当场补齐", "photos": [proof(child)]},
        by=here.actor("inspector", "second"),
    )
    matter.refresh_from_db()
    assert "rectified" in matter.done


def test_every_fact_that_a_procedure_asks_for_is_reported(here: County) -> None:
    from zhian.desk import kinds
    from zhian.law import gates
    from zhian.law.procedure import book

    matter = assigned(here, timing.today())
    mine = here.actor("inspector")
    perform(matter, "begin", by=mine)
    perform(matter, "notify", fields={"papers": [proof(matter)]}, by=mine)
    perform(matter, "rectify", fields={"problems": "索证不全", "basis": "inspection"}, by=mine)
    for one in (matter, *matter.children.all()):
        procedure = book().version(one.kind, one.procedure_version)
        known = kinds.get(one.kind).facts(one)
        assert set(procedure.facts) | set(gates.facts_needed(procedure)) <= set(known), one.kind
