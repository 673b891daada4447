"""Quality credit: what acts enter, what stands on a day, and its repair by rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.archive_office import Office, day, office, paper
from tests.web.test_rectification import proof
from zhian.apps.registry.archive import crediting, queries
from zhian.apps.registry.models import Ban, CreditEntry, Licence, Product
from zhian.desk import handlers
from zhian.desk.actors import Actor
from zhian.desk.engine import annul
from zhian.desk.engine.perform import perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.models import Act, Clock, Document, Matter, OutboxItem
from zhian.law.credit import credit

__all__ = ["office"]
pytestmark = pytest.mark.django_db


def run() -> None:
    """What waits in the outbox; on_commit does not run inside a test."""
    _done, failed = handlers.run_waiting()
    assert not failed, list(OutboxItem.objects.exclude(error="").values_list("error", flat=True))


def recorded(office: Office, sort: str, on: str = "2026-06-01", **more: Any) -> CreditEntry:
    number = "" if sort in ("award", "standard", "pledge", "inspection") else "市监罚〔2026〕1号"
    matter = office.open(
        "credit_record", "record", by=office.here.actor("clerk"), sort=sort, subject="某事",
        decided_by="某机关", decision_number=number, happened_on=day(on), files=[paper()], **more,
    )  # fmt: skip
    run()
    return CreditEntry.objects.get(matter=matter)


def record(office: Office, on: str) -> queries.CreditRecord:
    return queries.credit(office.operator, day(on))


def keys(entries: Any) -> list[str]:
    return sorted(e.entry for e in entries)


# ---- what acts enter ----------------------------------------------------------------------------


def ordered(office: Office) -> Matter:
    matter = office.open(
        "rectification", "open", premises=office.here.premises, basis="inspection",
        problems="索证不全",
    )  # fmt: skip
    office.do(matter, "order", requirements="补齐", until=day("2026-06-20"), law="食安法53条")
    run()
    return matter


def test_an_order_is_entered_from_the_outbox_and_only_once(office: Office) -> None:
    matter = ordered(office)
    entry = CreditEntry.objects.get(entry="rectification_order")
    assert (entry.operator, entry.tone, entry.public) == (office.operator, "bad", False)
    assert entry.stands_until == day("2027-06-01")
    act = Act.objects.get(matter=matter, verb="order", stage="signed")
    crediting.hear(act)
    crediting.hear(act)
    assert CreditEntry.objects.count() == 1


def test_a_cancelled_order_is_taken_back_and_stays_visible(office: Office) -> None:
    matter = ordered(office)
    office.on("2026-06-05")
    service = matter.children.get(kind="service")
    office.do(service, "cancel", why="下错")
    office.do(matter, "cancel", why="认定错误")
    run()
    entry = CreditEntry.objects.get(entry="rectification_order")
    assert (entry.ended_on, entry.ending) == (day("2026-06-05"), "taken_back")
    assert keys(record(office, "2026-06-04").bad) == ["rectification_order"]
    assert record(office, "2026-06-05").bad == ()
    assert keys(record(office, "2026-06-05").past) == ["rectification_order"]


def test_an_annulled_act_never_said_anything(office: Office) -> None:
    matter = ordered(office)
    act = Act.objects.get(matter=matter, verb="order", stage="signed")
    annul.annul(act, by=Actor.official(office.here.office_head), reason="签错了")
    assert CreditEntry.objects.get().void
    assert record(office, "2026-06-02").standing == ()
    crediting.hear(act)
    assert CreditEntry.objects.count() == 1


def test_a_revocation_bars_the_head_for_five_years(office: Office) -> None:
    licence = Licence.objects.create(
        kind="SC", number="SC10123990000016", agency=office.here.bureau, operator=office.operator,
        premises=office.here.premises, place_code=office.here.village.code,
        first_issued_on=day("2024-01-01"), issued_on=day("2024-01-01"),
        expires_on=day("2028-12-31"),
    )  # fmt: skip
    matter = office.open(
        "licence_exit", "record_revocation", by=Actor.official(office.licences),
        premises=office.here.premises, licence_number=licence.number, decided_on=day("2026-05-20"),
        decision_number="市监罚〔2026〕9号", why="使用非食品原料", files=[proof(None)],
    )  # fmt: skip
    run()
    ban = Ban.objects.get()
    assert (ban.name, ban.since, ban.article) == ("赵立新", day("2026-05-20"), "FSL 135")
    assert ban.until == Clock.objects.get(matter=matter, duty="ban.food_work").due_day
    entry = CreditEntry.objects.get(entry="licence_revoked")
    assert (entry.public, entry.repairable_from) == (True, None)


def test_every_kind_and_verb_of_the_file_is_heard() -> None:
    for kind, verb in credit().heard():
        names = handlers._handlers[kind, verb]
        assert any(name.endswith("crediting.hear") for name in names), (kind, verb)


# ---- entries by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "tone", "until"),
    [
        ("award", "good", "2029-06-01"),
        ("pledge", "good", "2027-06-01"),
        ("inspection", "good", "2027-06-01"),
        ("penalty_normal", "bad", "2027-06-01"),
        ("penalty_food", "bad", "2029-06-01"),
        ("penalty_light", "bad", "2026-09-01"),
        ("abnormal", "bad", None),
    ],
)
def test_what_is_entered_with_proof_stands_as_long_as_the_rule_says(
    office: Office, sort: str, tone: str, until: str | None
) -> None:
    entry = recorded(office, sort)
    assert (entry.tone, entry.stands_until) == (tone, day(until) if until else None)
    assert entry.detail.startswith("某事，某机关")
    assert entry.stands(day("2026-06-01"))
    if until:
        assert entry.stands(day(until))


def test_what_is_bad_needs_the_number_of_its_decision(office: Office) -> None:
    with pytest.raises(Refused, match="文号"):
        office.open(
            "credit_record", "record", by=office.here.actor("clerk"), sort="penalty_food",
            subject="x", decided_by="x", happened_on=day("2026-05-01"), files=[paper()],
        )  # fmt: skip


def test_an_entry_by_mistake_is_withdrawn_by_somebody_else(office: Office) -> None:
    entry = recorded(office, "award")
    with pytest.raises((NotAllowed, Refused)):
        office.do(entry.matter, "withdraw", who="clerk", why="重复登记")
    office.on("2026-06-10").do(entry.matter, "withdraw", who="office_head", why="重复登记")
    run()
    assert record(office, "2026-06-09").good
    assert not record(office, "2026-06-10").good


def test_one_reader_tells_good_from_bad_and_what_the_public_may_read(office: Office) -> None:
    recorded(office, "award")
    recorded(office, "complaint")
    recorded(office, "penalty_light")
    now = record(office, "2026-06-02")
    assert (keys(now.good), keys(now.bad)) == (["award"], ["complaint_upheld", "penalty_light"])
    public = queries.credit(office.operator.pk, day("2026-06-02"), public=True)
    assert keys(public.standing) == ["award", "penalty_light"]
    assert public.past == ()
    assert record(office, "2026-05-31").standing == ()
    assert keys(record(office, "2026-09-02").past) == ["penalty_light"]
    assert queries.credit_counts([office.operator.pk], day("2026-06-02")) == {
        office.operator.pk: (1, 2)
    }


# ---- repair -------------------------------------------------------------------------------------


def asked(office: Office, entry: CreditEntry, **more: Any) -> Matter:
    return office.open(
        "credit_repair", "apply", received_on=office.now.date(), entry_number=entry.number,
        why="已履行", materials=[paper()], **more,
    )  # fmt: skip


def granted(office: Office, entry: CreditEntry) -> Matter:
    matter = asked(office, entry)
    office.do(matter, "accept")
    office.do(matter, "grant", opinion="符合条件", confirmed=["REPAIR-11"])
    return matter


def test_a_general_penalty_is_repaired_after_three_months(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-02-27")
    office.on("2026-05-26")
    with pytest.raises(Refused, match="2026-05-27"):
        asked(office, entry)
    matter = granted(office.on("2026-05-27"), entry)
    assert Document.objects.get(matter=matter).template == "repair_grant_decision"
    assert entry.stands(day("2026-05-27"))
    office.on("2026-05-28").do(matter, "process", where="公示系统")
    entry.refresh_from_db()
    assert (entry.ended_on, entry.ending) == (day("2026-05-28"), "repaired")
    assert matter.phase == "repaired"
    assert not Clock.objects.filter(matter=matter, state="running").exists()
    assert not record(office, "2026-05-28").bad
    assert keys(record(office, "2026-05-28").past) == ["penalty_normal"]


@pytest.mark.parametrize(
    ("sort", "told"),
    [("award", "不是失信"), ("penalty_light", "期满自行"), ("complaint", "期满自行")],
)
def test_what_may_not_be_repaired_says_why(office: Office, sort: str, told: str) -> None:
    entry = recorded(office, sort)
    with pytest.raises(Refused, match=told):
        asked(office, entry)


def test_a_number_of_another_operator_is_unknown(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-01-01")
    CreditEntry.objects.filter(pk=entry.pk).update(operator=_other(office))
    with pytest.raises(Refused, match="没有这个编号"):
        asked(office, entry)


def _other(office: Office) -> Any:
    from zhian.directory.models import Operator

    return Operator.objects.create(name="别家", kind="company", place=office.here.town)


def test_the_abnormal_list_has_its_own_two_days(office: Office) -> None:
    entry = recorded(office, "abnormal")
    matter = asked(office, entry)
    office.do(matter, "accept")
    running = Clock.objects.get(matter=matter, state="running")
    assert (running.duty, running.due_day) == ("repair.decide_abnormal", day("2026-06-03"))
    office.do(matter, "extend", why="需要核查")
    running.refresh_from_db()
    assert running.due_day == day("2026-06-17")


def test_the_conditions_must_be_confirmed_one_by_one(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-01-05")
    matter = asked(office, entry)
    office.do(matter, "accept")
    with pytest.raises(Refused):
        office.do(matter, "grant", opinion="符合条件")


def test_missing_papers_are_asked_for_once(office: Office) -> None:
    matter = asked(office, recorded(office, "penalty_normal", on="2026-01-05"))
    office.do(matter, "ask_correction", missing="守信承诺书", until=day("2026-06-15"))
    office.on("2026-06-08").do(matter, "correct", materials=[paper()])
    running = Clock.objects.get(matter=matter, state="running")
    assert (running.duty, running.due_day) == ("repair.accept", day("2026-06-10"))
    with pytest.raises(Refused):
        office.do(matter, "ask_correction", missing="再补", until=day("2026-06-20"))


def test_whoever_is_registered_elsewhere_is_sent_on_before_it_is_done(office: Office) -> None:
    office.operator.uscc = "91110000802100433B"
    office.operator.save()
    matter = granted(office, recorded(office, "penalty_normal", on="2026-01-05"))
    due = Clock.objects.get(matter=matter, duty="repair.push").due_day
    assert due == day("2026-06-04")
    with pytest.raises(Refused, match="外省"):
        office.do(matter, "process", where="公示系统")
    office.do(matter, "push", to_agency="北京市市场监督管理局")
    office.do(matter, "process", where="公示系统")
    assert matter.phase == "repaired"


def test_fraud_bars_for_three_years_and_is_entered(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-01-05")
    matter = asked(office, entry)
    office.do(matter, "accept")
    office.do(matter, "deny_fraud", why="缴款凭证系伪造")
    run()
    assert keys(record(office, "2026-06-02").bad) == ["penalty_normal", "repair_fraud"]
    assert matter.phase == "serving"
    with pytest.raises(Refused, match="2029-06-01"):
        asked(office.on("2026-07-01"), entry)


def test_a_repair_got_by_fraud_is_withdrawn_and_its_term_begins_anew(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-01-05")
    matter = granted(office, entry)
    office.do(matter, "process", where="公示系统")
    office.on("2026-06-20").do(matter, "withdraw_repair", why="承诺不实", files=[paper()])
    run()
    entry.refresh_from_db()
    assert (entry.ended_on, entry.ending) == (None, "")
    assert entry.stands_until == day("2027-06-21")  # the 20th is a Sunday
    assert keys(record(office, "2026-06-21").bad) == ["penalty_normal", "repair_withdrawn"]
    assert matter.phase == "withdrawn"


def test_a_mistaken_click_gives_the_entry_back(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-01-05")
    matter = granted(office, entry)
    act = office.do(matter, "process", where="公示系统")
    annul.annul(act, by=Actor.official(office.here.inspector), reason="点错了")
    entry.refresh_from_db()
    assert (entry.ended_on, entry.ending, entry.ended_by) == (None, "", None)


def test_a_withdrawal_that_was_a_mistake_leaves_it_repaired(office: Office) -> None:
    entry = recorded(office, "penalty_normal", on="2026-01-05")
    matter = granted(office, entry)
    office.do(matter, "process", where="公示系统")
    act = office.do(matter, "withdraw_repair", why="承诺不实", files=[paper()])
    annul.annul(act, by=Actor.official(office.here.office_head), reason="查错了对象")
    entry.refresh_from_db()
    assert (entry.ending, entry.stands_until) == ("repaired", day("2027-01-05"))


@pytest.mark.parametrize("verb", ["decline", "deny"])
def test_whoever_is_refused_is_served_the_reasons(office: Office, verb: str) -> None:
    matter = asked(office, recorded(office, "penalty_normal", on="2026-01-05"))
    if verb == "deny":
        office.do(matter, "accept")
        office.do(matter, "deny", ground="unmet", why="罚款未缴清")
    else:
        office.do(matter, "decline", why="不属于本局")
    service = matter.children.get(kind="service")
    perform(
        service, "served",
        fields={
            "method": "direct", "served_at": office.now, "receiver": "赵立新", "relation": "self",
            "proof": [proof(service)],
        },
        by=office.here.actor("inspector"), at=office.now,
    )  # fmt: skip
    matter.refresh_from_db()
    assert matter.phase == "closed"


def test_the_credit_of_a_list_is_read_in_one_query(
    office: Office, django_assert_num_queries: Any
) -> None:
    recorded(office, "award")
    Product.objects.all().count()
    with django_assert_num_queries(1):
        queries.credit_counts([office.operator.pk], day("2026-06-02"))
