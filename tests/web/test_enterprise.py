"""What an operator sees and does from its telephone, and what it never sees."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders import County, county
from tests.web.enterprise_world import (
    another,
    bound,
    competent,
    inside,
    licence_until,
    order,
    photo,
    service_of,
)
from tests.web.pages import hidden, logged_in, text_of
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import perform
from zhian.desk.models import Act, Document, Evidence, Matter
from zhian.directory.models import Premises, Representative
from zhian.interfaces.enterprise import acts, owed, seeing
from zhian.law.procedure import book

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX, settings.SMS_URL = tmp_path / "outbox", ""


@pytest.fixture
def here() -> County:
    return county()


def sign(client: Client, matter: Matter, consent: str = "1") -> Any:
    """The person signs for the paper of a matter."""
    path = reverse("enterprise:act", args=[service_of(matter).pk, "served"])
    key = hidden(client.get(path))["key"]
    return client.post(path, {"consent": consent, "key": key})


def send(client: Client, path: str, **fields: Any) -> Any:
    form = client.get(path)
    assert form.status_code == 200, text_of(form)
    return client.post(path, {**hidden(form), **fields})


# ---- what reaches an operator -------------------------------------------------------------------


def test_what_is_only_prepared_does_not_exist_for_the_operator(here: County) -> None:
    client, matter = inside(bound(here)), order(here)
    assert not seeing.matters(here.operator).filter(pk=matter.pk).exists()
    assert client.get(f"/my/m/{matter.pk}/").status_code == 404
    assert "签收文书" in text_of(client.get("/my/"))


def test_a_paper_is_read_when_it_is_signed_for(here: County) -> None:
    client, matter = inside(bound(here)), order(here)
    paper = Document.objects.get(matter=matter, template="rectification_order")
    pdf = reverse("enterprise:paper", args=[paper.pk])
    assert client.get(pdf).status_code == 404
    assert sign(client, matter, consent="").status_code == 422
    assert client.get(pdf).status_code == 404
    assert sign(client, matter).status_code == 302
    answer = client.get(pdf)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    matter.refresh_from_db()
    service = service_of(matter).service
    assert matter.phase == "correcting" and service.method == "electronic"
    assert service.served_at is not None and service.address_confirmed
    assert paper.title in text_of(client.get("/my/papers/"))


def test_the_record_of_an_electronic_service_is_made_by_the_system(here: County) -> None:
    client, matter = inside(bound(here)), order(here)
    sign(client, matter)
    act = Act.objects.get(matter=service_of(matter), verb="served")
    assert act.actor_kind == "operator" and act.data["relation"] == "head"
    proof = Evidence.objects.get(act=act)
    assert proof.name.startswith("电子送达记录") and proof.size > 1000


def test_signing_twice_is_signing_once(here: County) -> None:
    client, matter = inside(bound(here)), order(here)
    path = reverse("enterprise:act", args=[service_of(matter).pk, "served"])
    key = hidden(client.get(path))["key"]
    answers = [client.post(path, {"consent": "1", "key": key}).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Act.objects.filter(verb="served", actor_kind="operator").count() == 1


def served(here: County, days: int = 10) -> tuple[Client, Matter]:
    client, matter = inside(bound(here)), order(here, days)
    sign(client, matter)
    return client, matter


def test_what_is_owed_says_until_when_and_what_to_press(here: County) -> None:
    client, matter = served(here)
    (item,) = owed.owed(here.operator, timing.now()).duties
    assert item.until == timing.today() + timedelta(days=10)
    assert item.button == "报告整改情况"
    page = text_of(client.get("/my/"))
    assert "有 1 件事等您办" in page and "限期改正" in page and item.left.words in page
    assert matter.title in page


def test_the_overdue_stands_first_and_is_counted(here: County) -> None:
    served(here, days=3)
    licence_until(here, timing.today() + timedelta(days=40))
    found = owed.owed(here.operator, timing.now() + timedelta(days=5))
    assert found.late == 1 and found.duties[0].left.tone == "late"


def test_the_correction_is_reported_from_the_telephone(here: County) -> None:
    client, matter = served(here)
    path = f"/my/m/{matter.pk}/report/"
    answer = send(client, path, measures="")
    assert answer.status_code == 422 and "必填" in text_of(answer)
    answer = send(client, path, measures="已加装防鼠板。", files=photo())
    assert answer["Location"] == f"/my/m/{matter.pk}/"
    matter.refresh_from_db()
    act = Act.objects.get(matter=matter, verb="report")
    assert (matter.phase, act.actor_kind) == ("review", "operator")
    assert Evidence.objects.get(act=act).name == "整改照片.pdf"
    page = text_of(client.get(f"/my/m/{matter.pk}/"))
    assert "已提交给" in page and "已加装防鼠板。" in page
    assert "现在没有等您办的事" in text_of(client.get("/my/"))


def test_files_of_a_form_that_came_back_are_kept(here: County) -> None:
    client, matter = served(here)
    path = f"/my/m/{matter.pk}/report/"
    answer = send(client, path, measures="", files=photo())
    token = answer.content.decode().split('name="kept-files" value="')[1].split('"')[0]
    key = hidden(answer)
    again = client.post(path, {**key, "measures": "已改正。", "kept-files": token})
    assert again.status_code == 302


def test_notes_of_the_office_stay_in_the_office(here: County) -> None:
    client, matter = served(here)
    from zhian.desk.engine import common

    common.note(matter, text="内部意见：拟从重处罚。", by=here.actor("inspector"), key="n" * 32)
    page = text_of(client.get(f"/my/m/{matter.pk}/"))
    assert "拟从重处罚" not in page and "记录情况" not in page


def test_a_message_leads_to_its_matter(here: County) -> None:
    client, matter = served(here)
    answer = client.get(f"/my/m/{matter.uid.hex[:12]}")
    assert answer["Location"] == f"/my/m/{matter.pk}/"


# ---- another's things do not exist --------------------------------------------------------------


def test_another_operators_numbers_are_not_found(here: County) -> None:
    bound(here)
    _client, matter = inside(Representative.objects.get()), order(here)
    other = another(here)
    stranger = inside(bound(here, "13700000000", "王五", operator=other))
    service = service_of(matter)
    assert stranger.get(f"/my/m/{service.pk}/served/").status_code == 404
    sign(inside(Representative.objects.get(operator=here.operator)), matter)
    paper = Document.objects.filter(matter=matter).first()
    row = Representative.objects.get(operator=here.operator)
    for path in (
        f"/my/m/{matter.pk}/",
        f"/my/m/{matter.pk}/report/",
        f"/my/m/{matter.uid.hex[:12]}",
        f"/my/papers/{paper.pk}.pdf",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (f"/my/people/{row.pk}/end/", f"/my/premises/{here.premises.pk}/poster/"):
        assert stranger.post(path).status_code == 404, path
    for path in ("/my/", "/my/papers/", "/my/matters/", "/my/licences/"):
        assert matter.title not in text_of(stranger.get(path))


def test_what_is_sealed_is_closed_to_the_operator_too(here: County) -> None:
    client, matter = served(here)
    Matter.objects.filter(pk=matter.pk).update(sealed=True)
    assert client.get(f"/my/m/{matter.pk}/").status_code == 404


def test_an_act_of_the_office_has_no_address_here(here: County) -> None:
    client, matter = served(here)
    for verb in ("pass", "cancel", "lapse", "open", "nonsense"):
        assert client.get(f"/my/m/{matter.pk}/{verb}/").status_code == 404


def test_a_service_to_somebody_else_in_the_matter_is_not_mine(here: County) -> None:
    matter = order(here)
    service = service_of(matter).service
    service.recipient = "松原县王某"
    service.save()
    client = inside(bound(here))
    assert client.get(f"/my/m/{service.pk}/served/").status_code == 404
    assert "现在没有等您办的事" in text_of(client.get("/my/"))


# ---- several operators, several persons ---------------------------------------------------------


def test_the_owner_of_a_chain_chooses_for_whom_he_acts(here: County) -> None:
    first, other = bound(here), another(here)
    second = bound(here, operator=other)
    assert first.user == second.user
    client = inside(first)
    order(here, operator=other)
    assert "现在没有等您办的事" in text_of(client.get("/my/"))
    client.post("/my/choose/", {"operator": other.pk})
    page = text_of(client.get("/my/"))
    assert other.name in page and "签收文书" in page
    client.post("/my/choose/", {"operator": "999999"})
    assert "签收文书" in text_of(client.get("/my/"))


def test_an_act_is_done_for_the_operator_that_was_chosen(here: County) -> None:
    row, other = bound(here), another(here)
    bound(here, operator=other)
    client, matter = inside(row), order(here, operator=other)
    assert client.get(f"/my/m/{service_of(matter).pk}/served/").status_code == 404
    client.post("/my/choose/", {"operator": other.pk})
    assert sign(client, matter).status_code == 302


# ---- licences -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "waits"), [(400, False), (60, True), (5, True), (-3, True)])
def test_a_renewal_is_named_when_its_time_has_come(here: County, days: int, waits: bool) -> None:
    licence = licence_until(here, timing.today() + timedelta(days=days))
    found = owed.owed(here.operator, timing.now()).duties
    assert bool(found) is waits
    if waits:
        assert licence.number in found[0].about
        title = "许可证已到期" if days < 0 else "可申请延续"
        assert found[0].title.startswith(title)


def test_of_several_premises_only_one_is_asked_about(here: County) -> None:
    shop = Premises.objects.create(
        operator=here.operator, name="分店", place=here.town, business_type="food_sale"
    )
    licence_until(here, timing.today() + timedelta(days=40))
    now = timing.now()
    assert not owed.owed(here.operator, now, shop).duties
    assert owed.owed(here.operator, now, here.premises).duties
    client = inside(bound(here))
    assert "分店" in text_of(client.get(f"/my/?premises={shop.pk}"))
    other = another(here).premises.get()
    assert other.name not in text_of(client.get(f"/my/?premises={other.pk}"))


def test_my_licences_say_from_when_to_when_they_are_renewed(here: County) -> None:
    licence_until(here, timing.today() + timedelta(days=60))
    page = text_of(inside(bound(here)).get("/my/licences/"))
    assert "可申请延续" in page and "有效期至" in page


# ---- beginning ----------------------------------------------------------------------------------

APPLY = "/my/new/food_production_licence/apply/"


def test_a_licence_is_applied_for_from_the_telephone(here: County) -> None:
    competent(here)
    client = inside(bound(here))
    form = client.get(APPLY).content.decode()
    for hidden_field in ('name="operator"', 'name="received_on"'):
        assert hidden_field not in form.replace("for-choose", "")
    answer = send(
        client, APPLY, premises=here.premises.pk, category="125", scope="豆腐", materials=photo()
    )
    matter = Matter.objects.get(kind="food_production_licence")
    assert answer["Location"] == f"/my/m/{matter.pk}/"
    assert (matter.operator, matter.premises) == (here.operator, here.premises)
    assert (matter.agency, matter.handler, matter.phase) == (here.bureau, None, "received")
    first = matter.acts.get(seq=1)
    assert first.actor_kind == "operator"
    assert first.data["received_on"] == timing.today().isoformat()
    page = text_of(client.get(f"/my/m/{matter.pk}/"))
    assert "最迟" in page and "待受理" in page
    assert matter.title in text_of(client.get("/my/matters/"))
    desk = text_of(logged_in(here.clerk).get("/desk/"))
    assert matter.title in desk


def test_a_second_click_opens_no_second_matter(here: County) -> None:
    competent(here)
    client = inside(bound(here))
    fields = {**hidden(client.get(APPLY)), "premises": here.premises.pk, "category": "125"}
    for _ in range(2):
        assert client.post(APPLY, {**fields, "scope": "豆腐"}).status_code == 302
    assert Matter.objects.filter(kind="food_production_licence").count() == 1


def test_premises_and_licences_of_another_are_refused(here: County) -> None:
    competent(here)
    other = another(here)
    theirs = licence_until(here, timing.today() + timedelta(days=60), other)
    client = inside(bound(here))
    answer = send(client, APPLY, premises=other.premises.get().pk, category="125", scope="豆腐")
    assert answer.status_code == 422 and "不在可选项内" in text_of(answer)
    answer = send(
        client,
        "/my/new/food_business_licence/apply_renewal/",
        premises=here.premises.pk,
        licence_number=theirs.number,
    )
    assert answer.status_code == 422 and not Matter.objects.exists()


def test_whoever_posts_another_operator_begins_for_his_own(here: County) -> None:
    competent(here)
    client, other = inside(bound(here)), another(here)
    fields = {"operator": other.pk, "received_on": "2020-01-01", "premises": here.premises.pk}
    send(client, APPLY, category="125", scope="豆腐", **fields)
    matter = Matter.objects.get()
    assert matter.operator == here.operator and matter.trigger_date == timing.today()


def test_what_was_missing_is_handed_in(here: County) -> None:
    competent(here)
    client = inside(bound(here))
    send(client, APPLY, premises=here.premises.pk, category="125", scope="豆腐")
    matter = Matter.objects.get()
    given = {"missing": "工艺流程图", "until": timing.today() + timedelta(days=20)}
    perform(
        matter,
        "assign",
        fields={"office": here.station, "handler": here.inspector},
        by=here.actor("clerk"),
    )
    perform(matter, "ask_correction", fields=given, by=here.actor("inspector"))
    (item,) = owed.owed(here.operator, timing.now()).duties
    assert item.button == "提交补正材料"
    page = text_of(client.get(f"/my/m/{matter.pk}/"))
    assert "补正" in page
    assert send(client, item.address, materials=photo()).status_code == 302
    matter.refresh_from_db()
    assert matter.phase == "received"


def test_an_application_is_withdrawn_by_whoever_made_it(here: County) -> None:
    competent(here)
    client = inside(bound(here))
    send(client, APPLY, premises=here.premises.pk, category="125", scope="豆腐")
    matter = Matter.objects.get()
    assert "撤回申请" in text_of(client.get(f"/my/m/{matter.pk}/"))
    assert send(client, f"/my/m/{matter.pk}/terminate/", why="暂不开业").status_code == 302
    matter.refresh_from_db()
    assert matter.closed_at is not None


def test_an_unknown_opening_is_not_found(here: County) -> None:
    client = inside(bound(here))
    for path in ("rectification/open", "task/direct", "nonsense/apply"):
        assert client.get(f"/my/new/{path}/").status_code == 404


def test_what_lands_nowhere_is_said_in_plain_words(here: County) -> None:
    here.bureau.closed_on = timing.today()
    here.bureau.save()
    answer = send(
        inside(bound(here)), APPLY, premises=here.premises.pk, category="125", scope="豆腐"
    )
    assert answer.status_code == 422 and "没有找到负责" in text_of(answer)


# ---- words --------------------------------------------------------------------------------------


def test_every_act_in_the_operators_words_exists() -> None:
    known = {(p.kind, v) for p in book().all() for v, a in p.acts.items() if "operator" in a.by}
    assert set(acts.table().acts) <= known
    assert set(acts.table().verbs) <= {verb for _kind, verb in known}


def test_no_operator_reads_that_something_was_received() -> None:
    for procedure in book().all():
        for spec in procedure.acts.values():
            if "operator" in spec.by:
                words = acts.wording(procedure.kind, spec).words
                assert words and not words.zh.startswith(("收到", "登记")), (
                    f"{procedure.kind}.{spec.verb}: write it in the operator's words in acts.toml"
                )
                assert "{" not in words.zh + words.en


def test_fixed_and_hidden_fields_are_fields_of_their_acts() -> None:
    for procedure in book().all():
        for spec in procedure.acts.values():
            if "operator" in spec.by:
                row = acts.wording(procedure.kind, spec)
                assert {*row.fixed, *row.hides} <= {f.name for f in spec.fields}, spec.verb


def test_the_credit_record_is_shown_with_its_way_to_repair(here: County) -> None:
    client, matter = served(here)
    from zhian.apps.registry.models.archive import CreditEntry

    act = matter.acts.order_by("seq").first()
    entry = CreditEntry.objects.create(
        operator=here.operator,
        entry="rectification",
        tone="bad",
        act=act,
        matter=matter,
        happened_on=timing.today(),
        detail="责令改正",
    )
    page = text_of(client.get("/my/credit/"))
    assert entry.number in page
    other = inside(bound(here, "13700000000", "王五", operator=another(here)))
    assert "没有在保留期内的信用记录" in text_of(other.get("/my/credit/"))


def test_the_file_is_corrected_from_the_telephone(here: County) -> None:
    competent(here)
    client = inside(bound(here))
    path = "/my/new/record_correction/propose/"
    page = client.get(path).content.decode()
    option = page.split('name="corrections-0-what"')[1].split('value="subject.')[1].split('"')[0]
    given = {"corrections-0-what": f"subject.{option}", "corrections-0-value": "x", "why": "写错了"}
    answer = send(client, path, **given)
    assert answer.status_code in (302, 422)
    given |= {"corrections-0-what": "subject.head", "corrections-0-value": "钱新"}
    assert send(client, path, **given).status_code == 302
    matter = Matter.objects.filter(kind="record_correction").latest("pk")
    assert matter.operator == here.operator and matter.agency == here.bureau


def test_an_act_of_an_official_is_no_act_of_an_operator(here: County) -> None:
    row = bound(here)
    matter = order(here)
    user = row.user
    user.operator = here.operator
    assert Actor.of_operator(user).operator == here.operator
    assert "cancel" not in {a.verb for a in acts.now_possible(matter)}


def test_many_duties_ask_no_more_of_the_database_than_one(
    here: County,
) -> None:
    client = inside(bound(here))

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/my/").status_code == 200
        return len(seen)

    sign(client, order(here))
    asked()
    one = asked()
    for _ in range(4):
        sign(client, order(here))
    assert len(owed.owed(here.operator, timing.now()).duties) == 5
    assert asked() <= one
