"""Receivers run once after the act; what fails in them never undoes it and is tried again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from tests.builders import County, county
from zhian.desk import handlers
from zhian.desk.clockwork.tick import tick
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Matter, OutboxItem

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver:
    """Notes what it is told, as an app would; fails as often as it is asked to."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.failures = 0
        self.__qualname__ = "Receiver"

    def __call__(self, act: Act) -> None:
        Matter.objects.filter(pk=act.matter_id).update(title=f"heard {len(self.heard) + 1}")
        if self.failures:
            self.failures -= 1
            raise ValueError("收件方出错")
        self.heard.append(act.pk)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    made = Receiver()
    monkeypatch.setitem(handlers._handlers, ("rectification", "open"), {})
    handlers.on("rectification", "open", made)
    return made


@pytest.fixture
def here() -> County:
    return county()


def begin(here: County) -> Matter:
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


def item() -> OutboxItem:
    return OutboxItem.objects.get()


def test_a_handler_runs_once_after_the_act_is_kept(here: County, receiver: Receiver) -> None:
    matter = begin(here)
    assert receiver.heard == [matter.acts.get().pk]
    assert item().done_at is not None
    assert handlers.run(item().pk) is True
    assert handlers.run_waiting() == (0, 0)
    assert len(receiver.heard) == 1


def test_a_handler_does_not_run_where_the_act_is_rolled_back(
    here: County, receiver: Receiver
) -> None:
    with transaction.atomic():
        begin(here)
        transaction.set_rollback(True)
    assert receiver.heard == []
    assert not OutboxItem.objects.exists() and not Act.objects.exists()


def test_a_failure_never_undoes_the_act_but_undoes_its_own_half_work(
    here: County, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.failures = 1
    matter = begin(here)
    assert matter.acts.count() == 1 and matter.phase == "drafting"
    matter.refresh_from_db()
    assert matter.title == "责令改正：河口兴旺豆制品厂"
    waiting = item()
    assert (waiting.done_at, waiting.attempts) == (None, 1)
    assert waiting.error == "ValueError: 收件方出错"
    assert "收件方出错" in caplog.text


def test_tick_tries_again_until_it_is_done(here: County, receiver: Receiver) -> None:
    receiver.failures = 2
    begin(here)
    first = tick()
    assert (first.handled, first.handlers_failed) == (0, 1)
    second = tick()
    assert (second.handled, second.handlers_failed) == (1, 0)
    assert len(receiver.heard) == 1 and item().attempts == 2
    assert tick().handled == 0 and len(receiver.heard) == 1


def test_what_never_succeeds_is_given_up_and_stays_on_record(
    here: County, receiver: Receiver
) -> None:
    receiver.failures = 100
    begin(here)
    results = [handlers.run_waiting() for _ in range(handlers.MOST_ATTEMPTS + 3)]
    assert results.count((0, 1)) == handlers.MOST_ATTEMPTS - 1
    assert results[-1] == (0, 0)
    assert item().attempts == handlers.MOST_ATTEMPTS and item().error


def test_a_handler_that_is_gone_is_named(here: County, receiver: Receiver) -> None:
    receiver.failures = 1
    begin(here)
    handlers._handlers["rectification", "open"].clear()
    assert handlers.run_waiting() == (0, 1)
    assert "no handler" in item().error


@pytest.mark.postgres
def test_two_runs_at_once_run_a_handler_once(here: County, receiver: Receiver) -> None:
    """While one run holds the row the other waits, and then sees that it is done."""
    from threading import Thread

    receiver.failures = 1
    begin(here)
    results: list[Any] = []

    def run() -> None:
        results.append(handlers.run(item().pk))
        connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4 and len(receiver.heard) == 1
