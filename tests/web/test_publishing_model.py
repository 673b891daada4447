"""Nothing appears in public that was not approved: random steps of random people, held against a
model that knows nothing of the code. The list, the page, the search and the open data agree."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.builders import County, county, person
from tests.web.publishing_world import concluded
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import annul
from zhian.desk.engine.perform import perform
from zhian.desk.errors import DeskError
from zhian.desk.models import Matter, Publication
from zhian.desk.publishing import content, deciding, showing
from zhian.directory.models import Appointment

pytestmark = pytest.mark.django_db

PEOPLE = ("publisher", "colleague", "office_head", "head", "inspector", "outsider")
PREPARE = {"publisher", "colleague"}
REVIEW = {"publisher", "colleague", "office_head", "head"}
STEPS = (
    "publish", "edit", "approve", "approve", "let out", "let out", "let out", "stale", "return",
    "withdraw", "annul", "wait", "correct", "correct", "correct",
)  # fmt: skip
MATTERS = 2


@dataclass
class Version:
    """What the model knows of one version."""

    matter: int
    said: str
    writers: set[str]
    state: str = "waiting"
    until: datetime | None = None
    out: bool = False

    def public(self, now: datetime) -> bool:
        return self.state == "approved" and (self.until is None or self.until > now)


@dataclass
class World:
    """The county beside the model of what the public may read."""

    here: County
    colleague: Appointment
    matters: list[Matter]
    now: datetime
    known: dict[int, Version] = field(default_factory=dict)
    prepared: set[int] = field(default_factory=set)
    words: int = 0

    def who(self, name: str) -> Actor:
        found = self.colleague if name == "colleague" else getattr(self.here, name)
        return Actor.official(found)

    def of(self, matter: int) -> list[int]:
        return sorted(pk for pk, v in self.known.items() if v.matter == matter)

    def pending(self, matter: int) -> list[int]:
        return [pk for pk in self.of(matter) if self.known[pk].state in ("waiting", "returned")]

    def public(self) -> dict[int, Version]:
        return {pk: v for pk, v in self.known.items() if v.public(self.now)}


def make_world() -> World:
    here = county()
    second = person(here.bureau, "publisher", name="钱二")
    matters = [concluded(here, food=f"豇豆{n}") for n in range(MATTERS)]
    return World(here, second, matters, timing.now())


def tried(do: Callable[[], Any]) -> Any:
    """What came of it; None where it was refused."""
    try:
        with transaction.atomic():
            return do() or True
    except DeskError:
        return None


# ---- the steps: what the model expects, and what the house does ---------------------------------


def publish(world: World, matter: int, who: str, _choice: int) -> None:
    act = tried(lambda: perform(world.matters[matter], "publish", by=world.who(who)))
    assert bool(act) == (who in PREPARE and matter not in world.prepared)
    if act:
        world.prepared.add(matter)
        entry = act.publications.get()
        world.known[entry.pk] = Version(matter, f"豇豆{matter}", {who})


def _entry(world: World, matter: int, choice: int) -> Publication | None:
    keys = world.of(matter)
    return Publication.objects.get(pk=keys[choice % len(keys)]) if keys else None


def edit(world: World, matter: int, who: str, choice: int, limited: bool = False) -> None:
    entry = _entry(world, matter, choice)
    if entry is None:
        return
    world.words += 1
    said, until = f"改{world.words}稿", None
    if limited or choice % 3 == 2:
        until = world.now + timedelta(days=1)
    values = {**showing.fields_of(entry), "food": said, "conclusion": f"{said}的情况"}
    seen = content.digest(entry)
    done = tried(lambda: deciding.edit(entry, values, by=world.who(who), seen=seen, until=until))
    in_place = world.known[entry.pk].state in ("waiting", "returned")
    assert bool(done) == (who in PREPARE and (in_place or not world.pending(matter)))
    if done and in_place:
        version = world.known[entry.pk]
        version.said, version.until, version.state = said, until, "waiting"
        version.writers.add(who)
    elif done:
        world.known[done.pk] = Version(matter, said, {who}, until=until)


def correct(world: World, matter: int, who: str, choice: int) -> None:
    """Somebody who may, writes a new version beside what is or was in public."""
    out = [pk for pk in world.of(matter) if world.known[pk].out]
    if out and not world.pending(matter):
        edit(world, matter, "publisher", world.of(matter).index(out[-1]), limited=choice % 2 == 0)


def approve(world: World, matter: int, who: str, choice: int) -> None:
    entry = _entry(world, matter, choice)
    if entry is None:
        return
    seen, version = content.digest(entry), world.known[entry.pk]
    done = tried(lambda: deciding.approve(entry, by=world.who(who), seen=seen))
    over = version.until is not None and version.until <= world.now
    may = who in REVIEW and who not in version.writers and version.state == "waiting"
    assert bool(done) == (may and not over)
    if done:
        for pk in world.of(matter):
            if world.known[pk].state == "approved":
                world.known[pk].state = "withdrawn"
        version.state, version.out = "approved", True


def let_out(world: World, matter: int, who: str, choice: int) -> None:
    """Whoever may, approves what waits: so that histories come far."""
    for pk in world.pending(matter):
        legal = sorted(REVIEW - world.known[pk].writers)
        approve(world, matter, legal[choice % len(legal)], world.of(matter).index(pk))


def stale(world: World, matter: int, who: str, choice: int) -> None:
    """Nobody lets out what he did not read."""
    entry = _entry(world, matter, choice)
    if entry is not None:
        assert tried(lambda: deciding.approve(entry, by=world.who(who), seen="0" * 64)) is None


def send_back(world: World, matter: int, who: str, choice: int) -> None:
    entry = _entry(world, matter, choice)
    if entry is None:
        return
    version = world.known[entry.pk]
    done = tried(lambda: deciding.send_back(entry, by=world.who(who), reason="漏隐了姓名"))
    may = who in REVIEW and who not in version.writers and version.state == "waiting"
    assert bool(done) == may
    if done:
        version.state = "returned"


def withdraw(world: World, matter: int, who: str, choice: int) -> None:
    entry = _entry(world, matter, choice)
    if entry is None:
        return
    version = world.known[entry.pk]
    done = tried(lambda: deciding.withdraw(entry, by=world.who(who), reason="依据撤销"))
    assert bool(done) == (who in REVIEW and version.state != "withdrawn")
    if done:
        version.state = "withdrawn"


def undo(world: World, matter: int, who: str, choice: int) -> None:
    """An act by which something came into public is not undone: it is withdrawn instead."""
    acts = list(world.matters[matter].acts.filter(effective=True).order_by("-seq")[:4])
    act = acts[choice % len(acts)]
    assert tried(lambda: annul.annul(act, by=world.who(who), reason="点错")) is None


def wait(world: World, matter: int, who: str, choice: int) -> None:
    world.now += timedelta(hours=25)


DO = {
    "publish": publish,
    "edit": edit,
    "correct": correct,
    "approve": approve,
    "let out": let_out,
    "stale": stale,
    "return": send_back,
    "withdraw": withdraw,
    "annul": undo,
    "wait": wait,
}

# ---- what the public reads ----------------------------------------------------------------------


def listed(client: Client, query: str = "") -> set[str]:
    page = client.get(f"/public/entries/{query}").content.decode()
    return set(re.findall(r'href="/public/entries/([0-9a-f-]{36})/"', page))


def exported(client: Client) -> dict[str, tuple[str, str]]:
    text = client.get("/public/data/disposal_result.csv").getvalue().decode()
    _licence, _, table = text.partition("\r\n")
    rows = csv.DictReader(table.splitlines())
    return {row["id"]: (row["food"], row["conclusion"]) for row in rows}


def hold(world: World, client: Client, touched: int | None) -> None:
    """Every public place says exactly what the model says."""
    uids = dict(Publication.objects.values_list("pk", "uid"))
    expected = {str(uids[pk]): v for pk, v in world.public().items()}
    assert listed(client) == set(expected)
    table = exported(client)
    assert set(table) == set(expected)
    for uid, version in expected.items():
        food, conclusion = table[uid]
        assert food == version.said
        if version.said.startswith("改"):
            assert conclusion == f"{version.said}的情况"
    for pk, version in world.known.items():
        if touched is None or version.matter == touched:
            _hold_one(world, client, str(uids[pk]), version)


def _hold_one(world: World, client: Client, uid: str, version: Version) -> None:
    page = client.get(f"/public/entries/{uid}/")
    if version.public(world.now):
        assert page.status_code == 200 and version.said in page.content.decode()
        assert uid in listed(client, f"?q={version.said}")
        return
    others = [v for v in world.public().values() if v.matter == version.matter]
    gone = 302 if others else 410
    assert page.status_code == (gone if version.out else 404)
    assert version.said not in page.content.decode()
    assert uid not in listed(client, f"?q={version.said}")


History = list[tuple[str, int, str, int]]


def history(seed: int, length: int) -> History:
    """Steps as they may come; drawn evenly, which hypothesis by itself does not."""
    chance = random.Random(seed)
    return [
        (
            chance.choice(STEPS),
            chance.choice((0, 0, 0, 1)),
            chance.choice(PEOPLE),
            chance.randrange(12),
        )
        for _ in range(length)
    ]


SEEDS = st.integers(0, 2**32)
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def walk(taken: History) -> None:
    with transaction.atomic():
        world, client = make_world(), Client()
        for step, matter, who, choice in taken:
            world.now += timedelta(minutes=1)
            with timing.recorded_at(world.now):
                world.matters[matter].refresh_from_db()
                DO[step](world, matter, who, choice)
            with timing.recorded_at(world.now):
                hold(world, client, matter)
        with timing.recorded_at(world.now):
            hold(world, client, None)
            _who_approved(world)
        transaction.set_rollback(True)


def _who_approved(world: World) -> None:
    """Each version in public was let out by a second person, and its act holds its hash."""
    for pk in world.public():
        entry = Publication.objects.get(pk=pk)
        act = entry.review_act
        assert act is not None and act.verb == "publish_approve"
        assert act.data["content"] == content.digest(entry)
        wrote = {a.user_id for a in entry.matter.acts.filter(verb="publish_edit")
                 if a.data["publication"] == entry.uid.hex}  # fmt: skip
        assert act.user_id not in wrote


@settings(max_examples=8, suppress_health_check=HEALTH)
@given(st.builds(history, SEEDS, st.integers(24, 32)))
def test_the_public_reads_what_was_approved_and_nothing_else(taken: History) -> None:
    walk([("publish", 0, "publisher", 0), *taken])


@pytest.mark.slow
@settings(max_examples=14, suppress_health_check=HEALTH)
@given(st.builds(history, SEEDS, st.integers(30, 60)))
def test_the_public_reads_what_was_approved_after_long_histories(taken: History) -> None:
    walk([("publish", 0, "publisher", 0), ("publish", 1, "colleague", 0), *taken])
