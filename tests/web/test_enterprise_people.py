"""How telephones come to operators and leave them; slips to join by; the codes on the walls."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.builders import LONG_AGO, County, county, person, place
from tests.web.enterprise_world import PHONE, another, bound, come_in, inside, licence_until, sent
from tests.web.pages import logged_in, text_of
from zhian.desk import timing
from zhian.directory import stations
from zhian.directory.actions import representatives
from zhian.directory.actions.representatives import Doer
from zhian.directory.errors import NotPossible, NotYours
from zhian.directory.models import (
    DirectoryChange,
    Invitation,
    Operator,
    PhoneCode,
    Representative,
    User,
    WallCode,
)
from zhian.interfaces.enterprise import printing

pytestmark = pytest.mark.django_db
NEW = "13600000002"


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX, settings.SMS_URL = tmp_path / "outbox", ""


@pytest.fixture
def here() -> County:
    return county()


def faraway(name: str = "北安酒厂") -> Operator:
    there = place("238800000000", "北安县", "county")
    return Operator.objects.create(name=name, kind="company", place=there)


# ---- binding ------------------------------------------------------------------------------------


def test_one_number_is_one_account_for_several_operators(here: County) -> None:
    first, other = bound(here), another(here)
    second = bound(here, operator=other)
    assert first.user_id == second.user_id
    user = User.objects.get(pk=first.user_id)
    assert user.operator == here.operator and not user.has_usable_password()


def test_a_number_with_another_name_is_looked_at_first(here: County) -> None:
    bound(here)
    with pytest.raises(NotPossible, match="核对姓名"):
        bound(here, name="另一人", operator=another(here))


def test_the_same_person_is_bound_once(here: County) -> None:
    bound(here)
    with pytest.raises(NotPossible, match="已经绑定"):
        bound(here)


def test_the_database_itself_refuses_a_second_account_with_the_number(here: County) -> None:
    bound(here)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="x", name="x", phone=PHONE, operator=here.operator)


def test_an_official_binds_only_in_his_places(here: County) -> None:
    elsewhere = faraway()
    with pytest.raises(NotYours):
        bound(here, operator=elsewhere)
    for path in ("phones/", "phones/bind/", "phones/invite/"):
        client = logged_in(here.inspector)
        answer = client.get if path == "phones/" else client.post
        assert answer(f"/operators/{elsewhere.pk}/{path}").status_code == 404


def test_a_station_reaches_the_townships_that_it_answers_for_beside_its_seat(
    here: County,
) -> None:
    third = place("239900300000", "新村镇", "township", here.county)
    other = Operator.objects.create(name="新村酒坊", kind="workshop", place=third)
    mine = Doer(by=here.inspector)
    assert not representatives.within(mine, other)
    stations.give(office=here.station, place=third, since=LONG_AGO, by=None, reason="片区划分")
    assert representatives.within(mine, other)


def test_an_official_binds_across_the_counter(here: County) -> None:
    client = logged_in(here.inspector)
    path = f"/operators/{here.operator.pk}/phones/"
    assert "还没有人绑定手机" in text_of(client.get(path))
    answer = client.post(f"{path}bind/", {"name": "赵立新", "phone": "12", "role": "head"})
    assert answer.status_code == 422 and "这不是手机号码" in text_of(answer)
    assert 'value="赵立新"' in answer.content.decode()
    assert (
        client.post(f"{path}bind/", {"name": "赵立新", "phone": PHONE, "role": "head"}).status_code
        == 302
    )
    page = text_of(client.get(path))
    assert "139****5678" in page and PHONE not in page
    line = DirectoryChange.objects.get(what="bind_phone")
    assert line.by == here.inspector and PHONE not in f"{line.after}{line.subject}"
    come_in(Client())


def test_an_official_of_another_duty_looks_and_does_not_touch(here: County) -> None:
    row = bound(here)
    client = logged_in(here.head)
    page = client.get(f"/operators/{here.operator.pk}/phones/")
    assert "139****5678" in text_of(page) and "<form" not in page.content.decode().split("<main")[1]
    assert client.post(f"/phones/{row.pk}/end/", {"reason": "x"}).status_code == 403


def test_the_last_unbinding_logs_out_and_forgets_the_number(here: County) -> None:
    row = bound(here)
    client = inside(row)
    assert client.get("/my/").status_code == 200
    official = logged_in(here.inspector)
    assert official.post(f"/phones/{row.pk}/end/", {"reason": " "}).status_code == 422
    assert official.post(f"/phones/{row.pk}/end/", {"reason": "已离职"}).status_code == 302
    user = User.objects.get(pk=row.user_id)
    assert (user.operator, user.phone, user.name) == (None, "", "赵立新")
    assert client.get("/my/")["Location"].startswith("/accounts/login/phone/")
    fresh = bound(here, name="新机主")
    assert fresh.user_id != row.user_id


def test_one_of_two_unbindings_leaves_the_other(here: County) -> None:
    row, other = bound(here), another(here)
    bound(here, operator=other)
    client = inside(row)
    representatives.unbind(row=row, doer=Doer(by=here.clerk), reason="换人")
    assert other.name in text_of(client.get("/my/"))
    with pytest.raises(NotPossible, match="已经解除"):
        representatives.unbind(row=row, doer=Doer(by=here.clerk), reason="换人")


def test_an_account_whose_binding_is_gone_opens_nothing(here: County) -> None:
    User.objects.create(username="old", name="旧账号", operator=here.operator)
    client = Client()
    client.force_login(
        User.objects.get(username="old"), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/my/").status_code in (302, 403)


# ---- the head and his people --------------------------------------------------------------------


def slip(here: County, **more: Any) -> tuple[Invitation, str]:
    given = {"operator": here.operator, "role": "staff", "doer": Doer(by=here.inspector)}
    return representatives.invite(**(given | {"now": timing.now()} | more))


def join(token: str, phone: str = NEW, name: str = "钱小红") -> tuple[Client, Any]:
    client = Client()
    path = f"/e/join/{token}/"
    assert client.get(path).status_code == 200
    answer = client.post(path, {"name": name, "phone": phone})
    assert answer.status_code == 302, text_of(answer)
    return client, client.post("/accounts/login/phone/code/", {"code": sent()[-1].code})


def test_whoever_scans_the_slip_joins_with_his_own_telephone(here: County) -> None:
    bound(here)
    _slip, token = slip(here)
    client, answer = join(token)
    assert answer["Location"] == "/my/"
    row = Representative.objects.get(user__phone=NEW)
    assert (row.role, row.user.name) == ("staff", "钱小红")
    assert here.operator.name in text_of(client.get("/my/"))
    line = DirectoryChange.objects.filter(what="bind_phone").first()
    assert line is not None and line.person == row.user


def test_a_slip_is_good_once_and_for_fourteen_days(here: County) -> None:
    _slip, token = slip(here)
    late = timing.now() + timedelta(days=14)
    assert representatives.slip_of(token, late) is None
    join(token)
    answer = Client().get(f"/e/join/{token}/")
    assert answer.status_code == 410 and "已失效" in text_of(answer)


def test_two_who_scanned_the_same_slip_are_not_both_let_in(here: County) -> None:
    _slip, token = slip(here)
    late = Client()
    late.post(f"/e/join/{token}/", {"name": "孙一", "phone": "13600000009"})
    code = sent()[-1].code
    join(token)
    assert late.post("/accounts/login/phone/code/", {"code": code}).status_code == 410
    assert not User.objects.filter(phone="13600000009").exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"name": "", "phone": NEW}, "请填写姓名"), ({"name": "钱", "phone": "1"}, "不是手机号码")],
)
def test_the_slip_wants_a_name_and_a_number(here: County, fields: Any, says: str) -> None:
    _slip, token = slip(here)
    answer = Client().post(f"/e/join/{token}/", fields)
    assert answer.status_code == 422 and says in text_of(answer)


def test_the_owner_of_a_chain_joins_another_with_his_account(here: County) -> None:
    row, other = bound(here), another(here)
    _slip, token = slip(here, operator=other, doer=Doer(by=here.clerk), role="head")
    client = inside(row)
    assert "的账号加入" in text_of(client.get(f"/e/join/{token}/"))
    assert client.post(f"/e/join/{token}/")["Location"] == "/my/"
    assert other.name in text_of(client.get("/my/"))
    assert Representative.objects.get(operator=other).user_id == row.user_id


def test_an_official_does_not_join_with_his_post(here: County) -> None:
    _slip, token = slip(here)
    answer = logged_in(here.inspector).get(f"/e/join/{token}/")
    assert answer.status_code == 409 and "请先退出" in text_of(answer)


def test_a_nonsense_code_of_a_slip_leads_nowhere() -> None:
    assert Client().get("/e/join/nonsense/").status_code == 410


def test_a_slip_of_a_head_who_left_is_void(here: County) -> None:
    head = bound(here)
    _slip, token = slip(here, doer=Doer(head=head))
    representatives.unbind(row=head, doer=Doer(by=here.clerk), reason="转让")
    assert representatives.slip_of(token, timing.now()) is None


def test_only_the_head_lets_people_in_and_sends_them_away(here: County) -> None:
    head = bound(here)
    staff = bound(here, NEW, "钱小红", role="staff")
    client = inside(staff)
    page = text_of(client.get("/my/people/"))
    assert "再请一个人" not in page and "赵立新" in page
    assert client.post("/my/people/invite/", {"role": "head"}).status_code == 404
    assert client.post(f"/my/people/{head.pk}/end/", {"reason": "x"}).status_code == 404
    assert client.post(f"/my/premises/{here.premises.pk}/poster/").status_code == 404
    boss = inside(head)
    answer = boss.post("/my/people/invite/", {"role": "staff"})
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    assert boss.post("/my/people/invite/", {"role": "king"}).status_code == 422
    made = Invitation.objects.get()
    boss.post(f"/my/slips/{made.pk}/take-back/")
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    assert boss.post(f"/my/people/{staff.pk}/end/", {"reason": ""}).status_code == 422
    boss.post(f"/my/people/{staff.pk}/end/", {"reason": "已离职"})
    assert client.get("/my/").status_code == 302
    line = DirectoryChange.objects.filter(what="unbind_phone").latest("pk")
    assert here.operator.name in line.by_name and line.by is None


def test_everybody_may_leave(here: County) -> None:
    row = bound(here, role="staff")
    client = inside(row)
    client.post(f"/my/people/{row.pk}/end/")
    assert client.get("/my/").status_code == 302
    row.refresh_from_db()
    assert row.until is not None


# ---- another telephone --------------------------------------------------------------------------


def test_the_code_goes_to_the_new_number_and_the_old_one_is_told(here: County) -> None:
    row = bound(here)
    client = inside(row)
    assert client.post("/my/phone/", {"phone": "1"}).status_code == 422
    assert client.post("/my/phone/", {"phone": NEW}).status_code == 302
    assert sent()[-1].phone == NEW
    answer = client.post("/accounts/login/phone/code/", {"code": sent()[-1].code})
    assert "136****0002" in text_of(answer)
    assert sent()[-1].phone == PHONE and "改用另一个手机号" in sent()[-1].text
    assert User.objects.get(pk=row.user_id).phone == NEW
    assert client.get("/my/").status_code == 200
    PhoneCode.objects.all().delete()
    Client().post("/accounts/login/phone/", {"phone": PHONE})
    assert sent()[-1].phone == PHONE and "改用" in sent()[-1].text  # no code any more


def test_a_number_of_somebody_else_is_not_taken(here: County) -> None:
    client = inside(bound(here))
    bound(here, NEW, "钱小红", role="staff")
    client.post("/my/phone/", {"phone": NEW})
    answer = client.post("/accounts/login/phone/code/", {"code": sent()[-1].code})
    assert answer.status_code == 422 and "另一人的账号" in text_of(answer)


def test_who_lost_his_telephone_gets_another_at_the_station(here: County) -> None:
    row = bound(here)
    client = inside(row)
    official = logged_in(here.inspector)
    given = {"phone": NEW, "reason": "核对身份证"}
    assert official.post(f"/phones/{row.pk}/change/", given).status_code == 302
    assert client.get("/my/").status_code == 302
    come_in(Client(), NEW)
    elsewhere = person(here.bureau, "inspector", here.other_station)
    with pytest.raises(NotYours):
        representatives.change_phone(user=row.user, phone=PHONE, doer=Doer(by=elsewhere))


# ---- the code on the wall -----------------------------------------------------------------------


def code_of(here: County) -> WallCode:
    return representatives.wall_code(
        premises=here.premises, doer=Doer(by=here.inspector), now=timing.now()
    )


def test_anybody_who_scans_sees_what_is_public_and_no_more(here: County) -> None:
    licence_until(here, timing.today() + timedelta(days=60))
    gone = licence_until(here, timing.today() - timedelta(days=1))
    bound(here)
    answer = Client().get(f"/e/{code_of(here).code}/")
    page = text_of(answer)
    assert answer.status_code == 200
    for words in (here.premises.name, "食品经营许可证", gone.number, "已到期", "有效", "12315"):
        assert words in page
    for secret in ("赵立新", here.operator.phone, PHONE):
        assert secret not in page


def test_the_operators_person_who_scans_stands_at_what_these_premises_owe(here: County) -> None:
    row, other = bound(here), another(here)
    bound(here, operator=other)
    client = inside(row)
    client.post("/my/choose/", {"operator": other.pk})
    answer = client.get(f"/e/{code_of(here).code}/")
    assert answer["Location"] == f"/my/?premises={here.premises.pk}"
    assert here.premises.name in text_of(client.get(answer["Location"]))


def test_another_operators_person_sees_the_public_face(here: County) -> None:
    stranger = inside(bound(here, operator=another(here)))
    assert "这是您的店" in text_of(stranger.get(f"/e/{code_of(here).code}/"))


def test_an_official_who_scans_comes_to_the_file(here: County) -> None:
    client = logged_in(here.inspector)
    answer = client.get(f"/e/{code_of(here).code}/")
    assert answer.status_code == 302
    assert here.operator.name in text_of(client.get(answer["Location"]))


def test_after_the_login_one_stands_at_the_premises_that_one_scanned(here: County) -> None:
    bound(here)
    client = Client()
    page = client.get(f"/e/{code_of(here).code}/").content.decode()
    wanted = f"/my/?premises={here.premises.pk}"
    assert f"next={wanted.replace('?', '%3F').replace('=', '%3D')}" in page
    client.post("/accounts/login/phone/", {"phone": PHONE, "next": wanted})
    answer = client.post("/accounts/login/phone/code/", {"code": sent()[-1].code})
    assert answer["Location"] == wanted


def test_a_code_is_renewed_and_withdrawn(here: County) -> None:
    first = code_of(here)
    assert code_of(here) == first
    client = logged_in(here.inspector)
    path = f"/premises/{here.premises.pk}/wall/"
    assert client.post(path, {"what": "renew", "size": "a5"}).content.startswith(b"%PDF")
    assert Client().get(f"/e/{first.code}/").status_code == 404
    second = WallCode.objects.get(withdrawn_at=None)
    assert Client().get(f"/e/{second.code}/").status_code == 200
    client.post(path, {"what": "withdraw"})
    answer = Client().get(f"/e/{second.code}/")
    assert answer.status_code == 404 and "已经更换或者作废" in text_of(answer)


def test_codes_are_drawn_from_sixty_bits(here: County) -> None:
    drawn = {WallCode.draw() for _ in range(2000)}
    assert len(drawn) == 2000
    assert {len(code) for code in drawn} == {12}
    assert set("".join(drawn)) == set(WallCode.LETTERS)


@pytest.mark.parametrize("size", ["a4", "a5"])
def test_the_sheet_for_the_wall_fits_one_page_with_the_longest_name(
    here: County, size: str
) -> None:
    import io

    from pypdf import PdfReader

    here.premises.name = "松原县河口镇河东村一组兴旺豆制品加工及农副产品购销专业合作社联合社" * 2
    here.bureau.phone = "0000-1234567"
    code = code_of(here)
    pdf = printing.poster(code, here.premises, here.bureau, size)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert code.code in text and "哪天前办" in text


def test_the_slip_fits_one_page(here: County) -> None:
    import io

    from pypdf import PdfReader

    made, token = slip(here)
    pages = PdfReader(io.BytesIO(printing.slip(made, token, here.bureau))).pages
    assert len(pages) == 1 and "只能用一次" in pages[0].extract_text()
