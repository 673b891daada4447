"""Waiting notices leave the house, and what did not arrive says so."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders import County, county, local
from zhian.desk import delivery
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.models import Matter, Notice

pytestmark = pytest.mark.django_db
NOON = "2026-09-14 12:00"


@pytest.fixture(autouse=True)
def outbox(settings: Any, tmp_path: Path) -> Path:
    settings.OUTBOX = tmp_path / "outbox"
    return tmp_path / "outbox"


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def matter(here: County) -> Matter:
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
            fields={"operator": here.operator, "basis": "inspection", "problems": "无防鼠设施"},
        ),
        by=here.actor("inspector"),
    )


def waiting(here: County, **more: Any) -> Notice:
    values = {
        "operator": here.operator,
        "recipient": here.operator.name,
        "channel": "sms",
        "text": "请查看 http://localhost:8000/m/abc",
        "created_at": local(NOON),
    }
    return Notice.objects.create(**values | more)


def delivered(notice: Notice, now: str = NOON) -> Notice:
    delivery.deliver(local(now))
    notice.refresh_from_db()
    return notice


class _Gateway(BaseHTTPRequestHandler):
    asked: list[dict[str, list[str]]] = []
    answers: list[int] = []

    def do_GET(self) -> None:
        self.asked.append(parse_qs(urlsplit(self.path).query))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def gateway(settings: Any) -> Iterator[type[_Gateway]]:
    _Gateway.asked, _Gateway.answers = [], []
    server = HTTPServer(("127.0.0.1", 0), _Gateway)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/send?to={{phone}}&text={{text}}"
    yield _Gateway
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_sms_goes_through_the_template(here: County, gateway: type[_Gateway]) -> None:
    notice = delivered(waiting(here, text="请查看 & 签收 http://x/m/1?a=b"))
    assert notice.state == "sent" and notice.sent_at == local(NOON)
    assert gateway.asked == [{"to": ["13900000000"], "text": ["请查看 & 签收 http://x/m/1?a=b"]}]
    delivery.deliver(local(NOON))
    assert len(gateway.asked) == 1


def test_a_gateway_that_is_down_is_asked_again_for_a_day(
    here: County, gateway: type[_Gateway]
) -> None:
    gateway.answers = [503, 503, 200]
    notice = delivered(waiting(here))
    assert notice.state == "waiting" and "503" in notice.failure
    assert delivered(notice, "2026-09-14 12:05").state == "waiting" and len(gateway.asked) == 1
    assert delivered(notice, "2026-09-14 12:16").state == "waiting" and len(gateway.asked) == 2
    assert delivered(notice, "2026-09-14 12:32").state == "sent" and notice.failure == ""


def test_after_a_day_it_is_not_reached(here: County, gateway: type[_Gateway]) -> None:
    gateway.answers = [503]
    notice = delivered(waiting(here), "2026-09-15 12:30")
    assert notice.state == "failed"


def test_a_refusal_fails_at_once_and_is_shown(
    matter: Matter, here: County, gateway: type[_Gateway]
) -> None:
    gateway.answers = [400]
    notice = delivered(waiting(here, matter=matter))
    assert notice.state == "failed" and "400" in notice.failure
    assert list(delivery.not_reached(Matter.objects.all())) == [notice]
    assert not delivery.not_reached(Matter.objects.none())


@pytest.mark.parametrize("phone", ["", "无", "0451-", "123"])
def test_a_number_that_cannot_be_right_fails_at_once(here: County, phone: str) -> None:
    here.operator.phone = phone
    here.operator.save()
    assert delivered(waiting(here)).failure.startswith("没有可用的手机号")


def test_an_address_that_is_no_http_is_never_opened(here: County, settings: Any) -> None:
    settings.SMS_URL = "file:///etc/passwd?{phone}{text}"
    assert delivered(waiting(here)).state == "failed"


def test_two_runs_never_send_the_same_notice(here: County, gateway: type[_Gateway]) -> None:
    notice = waiting(here)
    now = local(NOON)
    assert delivery._claim(notice.pk, now) is not None
    assert delivery._claim(notice.pk, now) is None
    assert delivery.deliver(now).sent == 0 and gateway.asked == []
    assert delivery.deliver(now + timedelta(minutes=16)).sent == 1, "the first run died"


def test_what_an_act_gives_goes_out_at_night_too(here: County, matter: Matter) -> None:
    act = matter.acts.get(seq=1)
    assert delivered(waiting(here, act=act), "2026-09-14 23:30").state == "sent"
    assert delivered(waiting(here), "2026-09-14 23:30").state == "waiting"


def test_mail_without_a_server_goes_to_the_file(here: County, outbox: Path) -> None:
    here.inspector.user.email = "zheng@example.test"
    here.inspector.user.save()
    notice = delivered(waiting(here, operator=None, user=here.inspector.user, channel="email"))
    assert notice.state == "sent"
    line = json.loads((outbox / "email" / "2026-09-14.jsonl").read_text())
    assert line["to"] == "zheng@example.test"
    nobody = delivered(waiting(here, operator=None, user=here.second.user, channel="email"))
    assert nobody.state == "failed" and "邮箱" in nobody.failure


def test_a_mail_server_that_is_down_is_asked_again(here: County, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://user:secret@127.0.0.1:1"
    here.inspector.user.email = "zheng@example.test"
    here.inspector.user.save()
    notice = delivered(waiting(here, operator=None, user=here.inspector.user, channel="email"))
    assert notice.state == "waiting" and "无应答" in notice.failure
    assert "secret" not in notice.failure


def test_slips_are_printed_on_one_list_a_day(here: County, outbox: Path) -> None:
    waiting(here, channel="slip", recipient="<甲>")
    delivery.deliver(local(NOON))
    waiting(here, channel="slip", recipient="乙")
    delivery.deliver(local("2026-09-14 15:00"))
    page = (outbox / "slips" / "2026-09-14.html").read_text()
    assert page.count("<section>") == 2 and page.count("<svg") == 2
    assert "&lt;甲&gt;" in page and "乙" in page
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
