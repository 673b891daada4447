"""A rectification order from finding to closing, through the one door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.builders import County, county, days_ago
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.annul import annul
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import FieldErrors, MovedOn, NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Clock, Document, Evidence, Matter
from zhian.directory.models import Deputyship, Operator, Standing, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


def begin(here: County, days: int = 3) -> Matter:
    return open_matter(
        "rectification",
        "open",
        Opening(
            title="责令改正：河口兴旺豆制品厂",
            agency=here.bureau,
            office=here.station,
            handler=here.inspector,
            place=here.village,
            operator=here.operator,
            premises=here.premises,
            fields={
                "operator": here.operator,
                "premises": here.premises,
                "basis": "inspection",
                "problems": "原料库房无防鼠设施。",
            },
        ),
        by=here.actor("inspector"),
        at=days_ago(days),
    )


def order(here: County, matter: Matter) -> Act:
    until = timing.today() + timedelta(days=10)
    return perform(
        matter,
        "order",
        fields={"requirements": "加装防鼠板。", "until": until, "law": "食品安全法第三十三条"},
        by=here.actor("inspector"),
    )


def ordered(here: County) -> Matter:
    matter = begin(here)
    order(here, matter)
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"), opinion="同意")
    matter.refresh_from_db()
    return matter


def proof(matter: Matter) -> Evidence:
    return Evidence.objects.create(
        matter=matter,
        name="回证.jpg",
        stored=f"{Evidence.objects.count():032x}.jpg",
        media_type="image/jpeg",
        size=10,
        sha256="0" * 64,
        added_at=timezone.now(),
    )


def serve(here: County, matter: Matter) -> Matter:
    service = matter.children.get(kind="service")
    perform(
        service,
        "served",
        fields={
            "method": "direct",
            "served_at": timezone.now() - timedelta(minutes=5),
            "receiver": "赵立新",
            "relation": "self",
            "proof": [proof(service)],
        },
        by=here.actor("inspector"),
    )
    matter.refresh_from_db()
    return service


def test_an_order_waits_for_its_signature(here: County) -> None:
    matter = begin(here)
    act = order(here, matter)
    assert act.stage == "proposed" and not act.effective
    assert matter.phase == "drafting"
    assert not Clock.objects.filter(matter=matter).exists()
    assert Document.objects.get(matter=matter).state == "draft"


def test_the_signature_issues_the_order_and_starts_the_clock(here: County) -> None:
    matter = ordered(here)
    paper = Document.objects.get(matter=matter)
    assert matter.phase == "ordered"
    assert paper.state == "issued"
    assert paper.number == f"松市监责改〔{timezone.localdate().year}〕1号"
    clock = Clock.objects.get(matter=matter)
    assert (clock.duty, clock.basis) == ("rectification.term", "order")
    assert clock.due_day == timing.today() + timedelta(days=10)
    assert matter.next_due_at == clock.due_at
    assert Standing.objects.get(operator=here.operator).kind == "rectifying"


def test_nobody_signs_his_own_proposal(here: County) -> None:
    matter = begin(here)
    matter.handler = here.office_head
    matter.save()
    perform(
        matter,
        "order",
        fields={"requirements": "改", "until": date(2030, 1, 1), "law": "法"},
        by=here.actor("office_head"),
    )
    with pytest.raises(NotAllowed, match="自己提出"):
        approvals.sign(matter.proposals.get(), by=here.actor("office_head"))


def test_a_deputy_signs_in_his_own_name(here: County) -> None:
    matter = begin(here)
    order(here, matter)
    today = timing.today()
    with pytest.raises(NotAllowed):
        approvals.sign(matter.proposals.get(), by=here.actor("second"))
    Deputyship.objects.create(
        absent=here.office_head, deputy=here.second, since=today, until=today, reason="休假"
    )
    act = approvals.sign(matter.proposals.get(), by=here.actor("second"))
    assert act.effective and act.user == here.second.user


def test_a_returned_proposal_changes_nothing_and_says_why(here: County) -> None:
    matter = begin(here)
    order(here, matter)
    approvals.send_back(matter.proposals.get(), by=here.actor("office_head"), reason="依据不全")
    matter.refresh_from_db()
    assert matter.phase == "drafting" and matter.done == ["open"]
    assert Document.objects.get(matter=matter).state == "void"
    assert order(here, matter).stage == "proposed"


def test_service_tells_the_order_that_it_was_served(here: County) -> None:
    matter = ordered(here)
    service = serve(here, matter)
    assert service.closed_at is not None
    assert matter.phase == "correcting"
    told = matter.acts.get(verb="served")
    assert (told.actor_kind, told.actor_name) == ("child", service.number)


def test_re_inspection_needs_two_officers_with_cards(here: County) -> None:
    matter = ordered(here)
    serve(here, matter)
    values = {"record": "已整改", "files": [proof(matter)]}
    with pytest.raises(Refused, match="不得少于两人"):
        perform(matter, "pass", fields=values, by=here.actor("inspector"))
    perform(matter, "pass", fields=values, by=here.actor("inspector", "second"))
    assert matter.closed_at is not None and matter.phase == "closed"
    assert Clock.objects.get(matter=matter).state == "stopped"
    assert not Standing.objects.on(timing.today()).filter(operator=here.operator).exists()


def test_fields_are_refused_all_at_once(here: County) -> None:
    matter = begin(here)
    with pytest.raises(FieldErrors) as found:
        perform(matter, "order", fields={"until": "bald"}, by=here.actor("inspector"))
    assert set(found.value.errors) == {"requirements", "until", "law"}


def test_a_person_of_another_office_may_not_act(here: County) -> None:
    matter = begin(here)
    with pytest.raises(NotAllowed):
        perform(matter, "order", fields={}, by=here.actor("outsider"))


def test_a_mover_on_an_old_head_is_refused_and_sees_what_changed(here: County) -> None:
    matter = begin(here)
    seen = matter.head
    order(here, matter)
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    with pytest.raises(MovedOn) as moved:
        perform(
            matter,
            "cancel",
            fields={"why": "误立"},
            by=here.actor("inspector"),
            head=seen,
        )
    assert [a.verb for a in moved.value.acts] == ["order", "order"]


def test_a_repeated_submission_returns_the_first_act(here: County) -> None:
    matter = begin(here)
    values = {"requirements": "改", "until": date(2030, 1, 1), "law": "法"}
    first = perform(matter, "order", fields=values, by=here.actor("inspector"), key="k1")
    again = perform(matter, "order", fields=values, by=here.actor("inspector"), key="k1")
    assert first.pk == again.pk


def test_annul_restores_phase_clocks_and_documents(here: County) -> None:
    matter = ordered(here)
    act = matter.acts.get(stage="signed")
    annul(act, by=here.actor("office_head"), reason="期限写错")
    matter.refresh_from_db()
    assert matter.phase == "drafting" and matter.done == ["open"]
    assert Clock.objects.get(matter=matter).state == "void"
    paper = Document.objects.get(matter=matter)
    assert paper.state == "void" and "期限写错" in paper.void_reason and paper.number
    assert matter.children.get(kind="service").closed_at is not None
    assert order(here, matter).stage == "proposed"


def test_a_served_order_cannot_be_annulled(here: County) -> None:
    matter = ordered(here)
    serve(here, matter)
    with pytest.raises(Refused):
        annul(matter.acts.get(stage="signed"), by=here.actor("office_head"), reason="x")


def test_the_chain_holds(here: County) -> None:
    from zhian.methods import ledger, ledger_chain

    matter = ordered(here)
    serve(here, matter)
    lines = [
        ledger.Line(
            matter.uid.hex, a.seq, ledger.moment(a.recorded_at), a.text, a.previous_hash, a.hash
        )
        for a in matter.acts.order_by("seq")
    ]
    assert not list(ledger_chain.chain_faults(lines))
    assert matter.last_hash == lines[-1].hash


def test_the_operator_reports_its_own_correction(here: County) -> None:
    matter = ordered(here)
    serve(here, matter)
    owner = User.objects.create(username="owner", name="赵立新", operator=here.operator)
    stranger = User.objects.create(
        username="stranger",
        name="某人",
        operator=Operator.objects.create(name="别家", kind="stall", place=here.town),
    )
    values = {"measures": "已加装防鼠板。", "files": [proof(matter)]}
    with pytest.raises(NotAllowed):
        perform(matter, "report", fields=values, by=Actor.of_operator(stranger))
    act = perform(matter, "report", fields=values, by=Actor.of_operator(owner))
    assert act.actor_kind == "operator" and matter.phase == "review"
    assert Clock.objects.get(matter=matter, duty="rectification.term").state == "stopped"
    assert Clock.objects.get(matter=matter, duty="rectification.recheck").basis == "internal"


def test_the_system_lapses_an_order_only_as_the_system(here: County) -> None:
    matter = ordered(here)
    serve(here, matter)
    with pytest.raises(NotAllowed):
        perform(matter, "lapse", by=here.actor("inspector"))
    perform(matter, "lapse", by=Actor.system("tick"))
    assert matter.phase == "failed"
