"""An operator's person comes in by telephone: number, code, in; and nobody learns who is known."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.builders import County, county
from tests.web.enterprise_world import PHONE, another, bound, come_in, inside, sent
from tests.web.pages import text_of
from zhian.desk import timing
from zhian.directory import phones
from zhian.directory.models import PhoneCode, User
from zhian.interfaces.enterprise import codes

pytestmark = pytest.mark.django_db
LOGIN, CODE, AGAIN = (f"/accounts/login/phone/{end}" for end in ("", "code/", "again/"))
STRANGE = "13800000001"


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> None:
    settings.OUTBOX, settings.SMS_URL = tmp_path / "outbox", ""


@pytest.fixture
def here() -> County:
    return county()


def ask(phone: str = PHONE, client: Client | None = None, **more: str) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post(LOGIN, {"phone": phone, **more})


def give(client: Client, code: str) -> Any:
    return client.post(CODE, {"code": code})


def wrong_one(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


# ---- the way in ---------------------------------------------------------------------------------


def test_number_code_and_the_person_stands_at_what_is_owed(here: County) -> None:
    row = bound(here)
    client, answer = ask()
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert "139****" not in answer["Location"] and "5678" in text_of(client.get(CODE))
    (message,) = sent()
    assert message.phone == PHONE and "赵" not in message.text
    answer = give(client, message.code)
    assert answer["Location"] == "/my/"
    assert "我要办什么" in text_of(client.get("/my/"))
    assert User.objects.get(pk=row.user_id).last_login is not None


def test_the_session_has_another_key_after_the_login(here: County) -> None:
    bound(here)
    client, _answer = ask()
    before = client.session.session_key
    give(client, sent()[-1].code)
    assert client.session.session_key not in (None, before)


def test_a_code_is_good_once(here: County) -> None:
    bound(here)
    client, _answer = ask()
    code, kept = sent()[-1].code, client.session["phone_code"]
    give(client, code)
    again = Client()
    session = again.session
    session["phone_code"] = kept
    session.save()
    assert give(again, code).status_code == 422


@pytest.mark.parametrize(
    "typed",
    [
        "139 1234 5678",
        "139-1234-5678",
        "+86 13912345678",
        "0086-13912345678",
        "１３９１２３４５６７８",
    ],
)
def test_a_number_is_known_however_it_is_written(here: County, typed: str) -> None:
    bound(here)
    assert come_in(Client(), typed).get("/my/").status_code == 200


@pytest.mark.parametrize(
    "typed", ["", "12315", "0451-12345678", "139123456789", "abc", "+86", "1" * 200]
)
def test_what_is_no_mobile_number_is_said_beside_the_field(here: County, typed: str) -> None:
    _client, answer = ask(typed)
    assert answer.status_code == 422 and "这不是手机号码" in text_of(answer)
    assert not PhoneCode.objects.exists()


def test_numbers_abroad_keep_their_country() -> None:
    assert phones.normal("00852 6123 4567") == "+85261234567"
    assert phones.masked("+85261234567") == "+852****4567"
    assert phones.masked(PHONE) == "139****5678"


def test_afterwards_one_goes_where_one_wanted_but_never_out_of_the_house(here: County) -> None:
    bound(here)
    assert Client().get("/my/papers/")["Location"] == f"{LOGIN}?next=/my/papers/"
    for wanted, goes in (("/my/papers/", "/my/papers/"), ("https://evil.example/", "/my/")):
        PhoneCode.objects.all().delete()
        client, _answer = ask(next=wanted)
        assert give(client, sent()[-1].code)["Location"] == goes


def test_whoever_is_in_is_not_asked_again(here: County) -> None:
    assert inside(bound(here)).get(LOGIN)["Location"] == "/my/"


def test_signing_out_leads_back_to_the_number(here: County) -> None:
    client = inside(bound(here))
    answer = client.post("/accounts/logout/", {"next": LOGIN})
    assert answer["Location"] == LOGIN
    assert client.get("/my/")["Location"].startswith(LOGIN)


def test_forms_are_refused_without_their_token(here: County) -> None:
    bound(here)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(LOGIN, {"phone": PHONE}).status_code == 403
    assert not sent()


# ---- nobody learns who is known -----------------------------------------------------------------


def told(answer: HttpResponse) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"\d{3}\*{4}\d{4}", "", text)


def test_known_and_unknown_numbers_get_the_same_answers(here: County) -> None:
    bound(here)
    seen = []
    for phone in (PHONE, STRANGE):
        client, first = ask(phone)
        pages = [first, client.get(CODE), give(client, "000000x"), client.post(AGAIN)]
        seen.append([(p.status_code, p.get("Location", ""), told(p)) for p in pages])
    assert seen[0] == seen[1]
    assert [m.phone for m in sent()] == [PHONE]


def test_a_guessed_code_of_an_unknown_number_lets_nobody_in(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes.secrets, "randbelow", lambda most: 123456)
    client, _answer = ask(STRANGE)
    answer = give(client, "123456")
    assert answer.status_code == 422 and "验证码不对" in text_of(answer)
    assert not client.session.get("_auth_user_id")


def test_an_officials_number_is_as_unknown_as_any(here: County) -> None:
    User.objects.filter(pk=here.inspector.user_id).update(phone=STRANGE)
    _client, answer = ask(STRANGE)
    assert answer.status_code == 302 and not sent()


def test_neither_number_nor_address_nor_code_is_kept(here: County, caplog: Any) -> None:
    bound(here)
    caplog.set_level(logging.DEBUG)
    ask()
    row = PhoneCode.objects.get()
    kept = " ".join(str(v) for v in vars(row).values())
    for secret in (PHONE, "127.0.0.1", sent()[-1].code):
        assert secret not in kept
        assert secret not in caplog.text


def test_a_gateway_that_fails_is_logged_without_the_number(
    here: County, settings: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMS_URL = "ftp://nowhere/{phone}/{text}"
    bound(here)
    started: list[Any] = []
    monkeypatch.setattr(codes.threading.Thread, "start", lambda self: started.append(self))
    _client, answer = ask()
    assert answer.status_code == 302 and len(started) == 1
    started[0].run()
    assert "not sent" in caplog.text and PHONE not in caplog.text


# ---- limits -------------------------------------------------------------------------------------


def test_a_code_lapses_after_five_minutes() -> None:
    now = timing.now()
    asked = codes.ask(PHONE, "1.1.1.1", True, now)
    code = sent()[-1].code
    assert codes.check(asked, code, now + timedelta(minutes=5)) == codes.OVER
    assert codes.check(asked, code, now + timedelta(minutes=4, seconds=59)) == codes.RIGHT


def test_a_code_stands_five_tries() -> None:
    now = timing.now()
    asked = codes.ask(PHONE, "1.1.1.1", True, now)
    code = sent()[-1].code
    tries = [codes.check(asked, wrong_one(code), now) for _ in range(5)]
    assert tries == [codes.WRONG] * 4 + [codes.OVER]
    assert codes.check(asked, code, now) == codes.OVER


def test_the_fifth_try_may_be_the_right_one_and_blanks_do_not_matter() -> None:
    now = timing.now()
    asked = codes.ask(PHONE, "1.1.1.1", True, now)
    code = sent()[-1].code
    for _ in range(4):
        codes.check(asked, wrong_one(code), now)
    assert codes.check(asked, f" {code[:3]} {code[3:]} ", now) == codes.RIGHT


def test_wrong_tries_of_somebody_else_do_not_use_up_mine(here: County) -> None:
    bound(here)
    mine, _answer = ask()
    code = sent()[-1].code
    with timing.recorded_at(timing.now() + timedelta(seconds=61)):
        other, answer = ask()
        assert answer.status_code == 302
        for _ in range(6):
            give(other, "x")
    assert give(mine, code).status_code == 302


def test_a_number_gets_one_code_a_minute(here: County) -> None:
    bound(here)
    client, _answer = ask()
    _other, answer = ask()
    assert answer.status_code == 429 and "秒后再试" in text_of(answer)
    assert client.post(AGAIN).status_code == 429
    with timing.recorded_at(timing.now() + timedelta(seconds=60)):
        assert client.post(AGAIN).status_code == 302
    assert len(sent()) == 2


@pytest.mark.parametrize(
    ("apart", "most", "then"),
    [(timedelta(minutes=2), 5, "分钟后再试"), (timedelta(hours=1, minutes=1), 10, "分钟后再试")],
)
def test_a_number_gets_five_an_hour_and_ten_a_day(apart: timedelta, most: int, then: str) -> None:
    now = timing.now()
    for number in range(most):
        codes.ask(PHONE, f"10.0.0.{number}", True, now + number * apart)
    with pytest.raises(codes.TooMany, match=then):
        codes.ask(PHONE, "10.0.1.1", True, now + most * apart)
    codes.ask(STRANGE, "10.0.1.1", True, now + most * apart)
    assert len([m for m in sent() if m.phone == PHONE]) == most


def test_an_address_asks_twenty_times_in_ten_minutes() -> None:
    now = timing.now()
    for number in range(20):
        codes.ask(f"138000000{number:02d}", "10.0.0.1", False, now)
    with pytest.raises(codes.TooMany):
        codes.ask("13800000099", "10.0.0.1", False, now)
    codes.ask("13800000099", "10.0.0.2", False, now)
    codes.ask("13800000098", "10.0.0.1", False, now + timedelta(minutes=10))


def test_what_is_refused_counts_for_nothing_and_old_rows_go() -> None:
    now = timing.now()
    codes.ask(PHONE, "10.0.0.1", True, now)
    with pytest.raises(codes.TooMany):
        codes.ask(PHONE, "10.0.0.1", True, now)
    assert PhoneCode.objects.count() == 1
    codes.ask(STRANGE, "10.0.0.1", False, now + timedelta(days=3))
    assert PhoneCode.objects.count() == 1


# ---- who is out ---------------------------------------------------------------------------------


def test_a_leaver_is_told_so(here: County) -> None:
    row = bound(here)
    User.objects.filter(pk=row.user_id).update(left_on=date(2020, 1, 1))
    client, _answer = ask()
    answer = give(client, sent()[-1].code)
    assert answer.status_code == 403 and "已离任" in text_of(answer)
    assert client.get("/my/").status_code == 302


def test_without_a_request_for_a_code_there_is_nothing_to_fill_in(here: County) -> None:
    assert Client().get(CODE)["Location"] == LOGIN
    assert Client().post(AGAIN)["Location"] == LOGIN


def test_an_official_has_no_business_here_and_an_operator_none_there(here: County) -> None:
    official = Client()
    official.force_login(here.inspector.user, "allauth.account.auth_backends.AuthenticationBackend")
    client = inside(bound(here))
    assert client.get("/desk/").status_code == 403
    assert client.get("/")["Location"] == "/my/"
    assert another(here).pk


def test_the_page_speaks_english(here: County) -> None:
    client = Client()
    client.post("/i18n/setlang/", {"language": "en", "next": LOGIN})
    text = text_of(client.get(LOGIN))
    assert "Mobile number" in text and "手机号" not in text
