"""The daily roots leave the house: a folder, an address, the people who watch."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.builders import County, local, person
from tests.web.test_ledger_db import FIRST, here, some_days
from zhian.desk import timing
from zhian.desk.ledger import chain, commands, outside
from zhian.desk.models import LedgerRoot, Notice
from zhian.directory.models import Agency, Setting

__all__ = ["here"]


@pytest.mark.django_db
def test_roots_and_changed_heads_go_to_the_folder_once(
    here: County, tmp_path: Path, settings: Any
) -> None:
    settings.ROOTS_DIR = str(tmp_path / "elsewhere")
    matters = some_days(here)
    now = local("2026-09-18 00:30")
    assert outside.send_all(now) == 8
    assert outside.send_all(now) == 0
    lines = (tmp_path / "elsewhere" / "roots.txt").read_text().splitlines()
    assert lines == [outside.line_of(row) for row in chain.finished_roots()]
    heads = (tmp_path / "elsewhere" / "heads" / "2026-09-15.txt").read_text().splitlines()
    by_matter = {line.split()[0]: line.split()[1:] for line in heads}
    assert by_matter[matters[0].uid.hex] == ["2", matters[0].acts.get(seq=2).hash]
    assert by_matter[matters[1].uid.hex][0] == "1" and len(by_matter) == 2
    row = LedgerRoot.objects.get(day=FIRST)
    assert {entry["to"] for entry in row.sent_to} == {"folder", "people"}


class _Witness(BaseHTTPRequestHandler):
    answer = 200
    told: list[Any] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.append(json.loads(body))
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def witness() -> Iterator[type[_Witness]]:
    _Witness.told, _Witness.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), _Witness)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    django_settings.ROOTS_URL = f"http://127.0.0.1:{server.server_port}/roots"
    yield _Witness
    django_settings.ROOTS_URL = ""
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_an_address_that_does_not_answer_is_asked_again(
    here: County, witness: type[_Witness]
) -> None:
    some_days(here)
    now = local("2026-09-18 00:30")
    witness.answer = 503
    outside.send_all(now)
    row = LedgerRoot.objects.get(day=FIRST)
    assert {entry["to"] for entry in row.sent_to} == {"people"}
    witness.told.clear()
    witness.answer = 200
    assert outside.send_all(now) == 4
    row.refresh_from_db()
    assert {entry["to"] for entry in row.sent_to} == {"people", "address"}
    assert [told["day"] for told in witness.told] == [f"2026-09-{day}" for day in range(14, 18)]
    assert witness.told[1]["root"] == LedgerRoot.objects.get(day=date(2026, 9, 15)).root
    assert witness.told[1]["previous"] == row.root


@pytest.mark.django_db
def test_the_watchers_are_told_and_who_has_nobody_here_gets_a_file(
    here: County, settings: Any
) -> None:
    watching = Agency.objects.create(
        code="JW", name="松原县监察委员会", kind="supervision_commission", place=here.county
    )
    watcher = person(watching, "supervision_officer", name="监察甲")
    superior = Agency.objects.create(
        code="SSJ", name="市市场监督管理局", kind="market_regulation", place=here.county
    )
    here.bureau.superior = superior
    here.bureau.save()
    some_days(here)
    row = LedgerRoot.objects.get(day=FIRST)
    outside.send(row, timing.now())
    notice = Notice.objects.get(user=watcher.user)
    assert row.root in notice.text and "Ledger root" in notice.text_en
    file = Path(settings.OUTBOX) / "roots" / "2026-09-14.txt"
    assert file.read_text() == f"{outside.line_of(row)}\n# 送 / to: SSJ\n"
    assert row.sent_to[0]["where"] == "JW, SSJ (outbox)"


@pytest.mark.django_db
def test_the_setting_names_other_subscribers(here: County) -> None:
    Setting.objects.create(key=outside.SUBSCRIBERS, value=["HKZ"], reason="镇政府监督")
    assert [agency.code for agency in outside.subscribers()] == ["HKZ"]


@pytest.mark.django_db
def test_the_command_prints_the_root_as_it_is_kept(
    here: County, capsys: pytest.CaptureFixture[str]
) -> None:
    some_days(here)
    LedgerRoot.objects.order_by("-day")
    with timing.recorded_at(local("2026-09-18 08:00")):
        assert commands.main(["root", "--all"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [outside.line_of(row) for row in chain.finished_roots()]
    assert datetime.fromisoformat(told[-1].split()[0]).date() == FIRST + timedelta(days=3)
