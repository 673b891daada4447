"""The ledger of a real database: roots of days, export, and a forger with the owner's role."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.builders import County, county, local
from zhian.desk import timing
from zhian.desk.engine.common import note
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.ledger import chain, commands, outside, triggers
from zhian.desk.models import Act, LedgerRoot, Matter
from zhian.methods import ledger as arithmetic, ledger_chain

FIRST = date(2026, 9, 14)


def begin(here: County, title: str) -> Matter:
    return open_matter(
        "rectification",
        "open",
        Opening(
            title=title,
            agency=here.bureau,
            office=here.station,
            handler=here.inspector,
            place=here.village,
            operator=here.operator,
            fields={"operator": here.operator, "basis": "inspection", "problems": "无防鼠设施"},
        ),
        by=here.actor("inspector"),
    )


def on(day: int, hour: str = "10:00") -> AbstractContextManager[None]:
    return timing.recorded_at(local(f"2026-09-{day} {hour}"))


def roots(until: int) -> list[LedgerRoot]:
    return chain.make_roots(local(f"2026-09-{until} 00:30"))


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> County:
    settings.OUTBOX = tmp_path / "outbox"
    return county()


def some_days(here: County) -> list[Matter]:
    """Three matters over four days, with a root every night."""
    with on(14):
        first = begin(here, "甲")
    roots(15)
    with on(15):
        second = begin(here, "乙")
        note(first, text="次日", by=here.actor("inspector"))
    roots(16)
    with on(16, "23:59"):
        note(second, text="最后一刻", by=here.actor("inspector"))
    roots(17)
    with on(17, "00:01"):
        third = begin(here, "丙")
        note(first, text="第四日", by=here.actor("inspector"))
    roots(18)
    return [first, second, third]


# --- roots


@pytest.mark.django_db
def test_each_day_has_one_root_that_names_the_one_before(here: County) -> None:
    some_days(here)
    rows = list(LedgerRoot.objects.order_by("day"))
    assert [row.day.day for row in rows] == [14, 15, 16, 17]
    assert [row.previous for row in rows] == ["", *(row.root for row in rows[:-1])]
    assert [(row.matters, row.acts) for row in rows] == [(1, 1), (2, 3), (2, 4), (3, 6)]
    assert roots(18) == [] and LedgerRoot.objects.count() == 4


@pytest.mark.django_db
def test_a_root_is_what_anybody_computes_from_the_acts(here: County) -> None:
    matters = some_days(here)
    row = LedgerRoot.objects.get(day=date(2026, 9, 16))
    last = {
        matter: matter.acts.filter(recorded_at__lt=local("2026-09-17 00:00")).last()
        for matter in matters[:2]
    }
    leaves = [
        arithmetic.head_leaf(matter.uid.hex, act.seq, act.hash)
        for matter, act in sorted(last.items(), key=lambda pair: pair[0].uid.hex)
        if act
    ]
    leaves.append(arithmetic.day_leaf(row.day, row.previous, 2, 4))
    assert row.root == arithmetic.merkle_root(leaves)


@pytest.mark.django_db
def test_days_without_the_program_are_made_up_for(here: County) -> None:
    with on(14):
        begin(here, "甲")
    roots(15)
    with on(18):
        begin(here, "乙")
    assert [row.day.day for row in roots(20)] == [15, 16, 17, 18, 19]
    assert chain.verify().whole


@pytest.mark.django_db
def test_the_day_settles_before_it_is_closed(here: County) -> None:
    with on(14):
        begin(here, "甲")
    assert chain.make_roots(local("2026-09-15 00:09")) == []
    assert len(chain.make_roots(local("2026-09-15 00:10"))) == 1
    assert chain.make_roots(local("2026-09-15 23:00")) == []


@pytest.mark.django_db
def test_an_empty_house_has_no_root(here: County) -> None:
    assert roots(18) == []


@pytest.mark.django_db
def test_a_day_that_was_closed_but_not_counted_is_counted_by_the_next_run(here: County) -> None:
    with on(14):
        begin(here, "甲")
    assert chain.close_day(FIRST, timing.now())
    assert not chain.finished_roots().exists()
    assert [row.day for row in roots(15)] == [FIRST]
    assert chain.verify().whole


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_day_is_not_closed_while_an_act_is_being_written(here: County) -> None:
    with on(14):
        matter = begin(here, "甲")
    writing, go_on = threading.Event(), threading.Event()

    def write() -> None:
        from django.db import transaction

        with transaction.atomic():
            with on(14, "23:59"):
                note(matter, text="尚未提交", by=here.actor("inspector"))
            writing.set()
            go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert writing.wait(20)
    assert roots(15) == [], "an act of that day is still being written"
    go_on.set()
    thread.join()
    assert [row.acts for row in roots(15)] == [2]


@pytest.mark.django_db
def test_a_proof_leads_from_a_matter_to_the_root(here: County) -> None:
    first, _second, third = some_days(here)
    for row in chain.finished_roots():
        proof = chain.prove(first, row)
        assert proof is not None and proof.holds and proof.root == row.root
        assert first.uid.hex in proof.leaf
    assert chain.prove(third, LedgerRoot.objects.get(day=FIRST)) is None


# --- verifying the database


@pytest.mark.django_db
def test_the_database_verifies_with_its_own_roots(here: County) -> None:
    some_days(here)
    kept = {row.day: row.root for row in chain.finished_roots()}
    report = chain.verify(roots=kept)
    assert report.whole and (report.acts, report.matters) == (6, 3)
    assert len(report.days) == 4 and all(day.holds for day in report.days)


TABLES = (triggers.TABLE, triggers.ROOTS)


class Forger:
    """Whoever owns the database: takes the triggers off, rewrites, and puts them back."""

    def __init__(self, as_owner: Callable[[], AbstractContextManager[None]]) -> None:
        self.as_owner = as_owner

    def write(self, *statements: tuple[str, list[Any]]) -> None:
        """On a copy of the database that is thrown away; only its owner can do this."""
        with self.as_owner(), connection.cursor() as cursor:
            for statement in self._triggers_off():
                cursor.execute(statement)
            for statement, values in statements:
                cursor.execute(statement, values)
            for table in TABLES if connection.vendor == "postgresql" else ():
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            triggers.install()
        assert triggers.missing() == []

    @staticmethod
    def _triggers_off() -> list[str]:
        if connection.vendor == "postgresql":
            return [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES]
        return [f"DROP TRIGGER {name}" for name in triggers._SQLITE]

    def rewrite(self, act: Act, problems: str) -> None:
        """Change what an act says, and the whole chain after it so that nothing shows."""
        statements: list[tuple[str, list[Any]]] = []
        previous = act.previous_hash
        for row in Act.objects.filter(matter=act.matter, seq__gte=act.seq).order_by("seq"):
            said = json.loads(row.text)
            said["previous"] = previous
            if row.pk == act.pk:
                said["data"]["problems"] = problems
            text = arithmetic.canonical(said)
            statements.append(
                (
                    "UPDATE desk_act SET data = %s, text = %s, previous_hash = %s, hash = %s "
                    "WHERE id = %s",
                    [json.dumps(said["data"]), text, previous, arithmetic.digest(text), row.pk],
                )
            )
            previous = arithmetic.digest(text)
        statements.append(
            ("UPDATE desk_matter SET last_hash = %s WHERE id = %s", [previous, act.matter_id])
        )
        self.write(*statements)

    def remake_roots(self) -> None:
        """Make the house's own roots fit again."""
        days = list(LedgerRoot.objects.order_by("day").values_list("day", flat=True))
        self.write(("UPDATE desk_ledgerroot SET root = ''", []))
        for day in days:
            chain.count_day(day)


@pytest.fixture
def forger(as_owner: Callable[[], AbstractContextManager[None]]) -> Forger:
    return Forger(as_owner)


def verify_export(path: Path, *more: str) -> tuple[int, str]:
    """The command on a file, in a process that has no settings and no database."""
    command = [sys.executable, "-c", NO_DJANGO, "verify", "--export", str(path), *more]
    environment = {"PATH": os.environ["PATH"], "ZHIAN_DATA": "/nonexistent"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd="/"
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


NO_DJANGO = """
import sys
from importlib.abc import MetaPathFinder


class NoDjango(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {"django", "psycopg", "sqlite3"}:
            raise AssertionError(f"{name} was imported")


sys.meta_path.insert(0, NoDjango())
from zhian.cli import main

raise SystemExit(main(["ledger", *sys.argv[1:]]))
"""


def exported(folder: Path, name: str = "ledger.jsonl") -> Path:
    path = folder / name
    assert commands.main(["export", str(path)]) == 0
    return path


def kept_outside(folder: Path, *days: int) -> Path:
    path = folder / "roots.txt"
    rows = LedgerRoot.objects.order_by("day")
    lines = [outside.line_of(row) for row in rows if not days or row.day.day in days]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.django_db
def test_an_export_is_verified_without_django_and_database(here: County, tmp_path: Path) -> None:
    some_days(here)
    path, kept = exported(tmp_path), kept_outside(tmp_path)
    code, told = verify_export(path, "--roots", str(kept))
    assert code == 0, told
    assert "事项 3，行为 6" in told and told.count("✓") == 4
    code, told = verify_export(exported(tmp_path, "ledger.jsonl.gz"))
    assert code == 0 and "只有他人保存的根" in told


@pytest.mark.django_db
def test_a_changed_byte_of_an_export_is_found_with_the_acts_number(
    here: County, tmp_path: Path
) -> None:
    matters = some_days(here)
    path = exported(tmp_path)
    raw = path.read_bytes()
    assert raw.count("最后一刻".encode()) == 1
    path.write_bytes(raw.replace("最后一刻".encode(), "最后一次".encode()))
    code, told = verify_export(path)
    assert code == 1
    assert f"事项 {matters[1].number} 第 2 号行为" in told and "内容与校验值不符" in told


@pytest.mark.django_db
def test_a_file_that_is_no_export_is_refused_with_its_name(tmp_path: Path) -> None:
    missing = tmp_path / "nothing.jsonl"
    assert commands.main(["verify", "--export", str(missing)]) == 2
    other = tmp_path / "other.jsonl"
    other.write_text("hello\n")
    assert commands.main(["verify", "--export", str(other)]) == 1
    bad = tmp_path / "roots.txt"
    bad.write_text("2026-09-14 abc\n")
    args = ["verify", "--export", str(other), "--roots", str(bad)]
    assert commands.main(args) == 2


@pytest.mark.django_db(transaction=True)
def test_the_owner_who_rewrites_one_act_is_found_by_the_chain(here: County, forger: Forger) -> None:
    first = some_days(here)[0]
    forger.write(
        ("UPDATE desk_act SET text = replace(text, '无防鼠', '无问题') WHERE matter_id = %s "
         "AND seq = 1", [first.pk])
    )  # fmt: skip
    report = chain.verify()
    assert [(f.number, f.seq) for f in report.faults if "内容" in f.reason] == [(first.number, 1)]


@pytest.mark.django_db(transaction=True)
def test_the_owner_who_rewrites_a_column_only_is_found(here: County, forger: Forger) -> None:
    first = some_days(here)[0]
    act = first.acts.get(seq=1)
    forger.write(
        ("UPDATE desk_act SET actor_name = %s, reason = %s WHERE id = %s", ["他人", "改", act.pk])
    )
    report = chain.verify()
    assert [(fault.number, fault.seq) for fault in report.faults] == [(first.number, 1)]
    assert "reason, actor.name" in report.faults[0].reason


@pytest.mark.django_db(transaction=True)
def test_the_owner_who_cuts_off_the_last_act_is_found(here: County, forger: Forger) -> None:
    first = some_days(here)[0]
    last = first.acts.get(seq=3)
    forger.write(("DELETE FROM desk_act WHERE id = %s", [last.pk]))
    assert any(fault.number == first.number for fault in chain.verify().faults)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("remade", [False, True], ids=["old roots", "roots made anew"])
def test_the_owner_who_recomputes_the_chain_is_found_by_yesterdays_outside_root(
    here: County, forger: Forger, tmp_path: Path, remade: bool
) -> None:
    matters = some_days(here)
    yesterday = kept_outside(tmp_path, 17)
    assert verify_export(exported(tmp_path), "--roots", str(yesterday))[0] == 0
    forger.rewrite(matters[1].acts.get(seq=1), "一切正常")
    if remade:
        forger.remake_roots()
        assert chain.verify().whole, "inside the house nothing shows any more"
    path = exported(tmp_path, "forged.jsonl")
    code, told = verify_export(path, "--roots", str(yesterday))
    assert code == 1 and "✗ 2026-09-17" in told and "2026-09-17 的根不符" in told
    kept = ledger_chain.kept_roots(yesterday.read_text())
    assert not chain.verify(roots=kept).whole


@pytest.mark.django_db(transaction=True)
def test_heads_kept_outside_name_the_act_that_was_rewritten(
    here: County, forger: Forger, tmp_path: Path, settings: Any
) -> None:
    settings.ROOTS_DIR = str(tmp_path / "elsewhere")
    matters = some_days(here)
    for row in chain.finished_roots():
        outside.send(row, timing.now())
    heads = tmp_path / "elsewhere" / "heads"
    kept = tmp_path / "elsewhere" / "roots.txt"
    forger.rewrite(matters[1].acts.get(seq=1), "一切正常")
    forger.remake_roots()
    path = exported(tmp_path)
    code, told = verify_export(path, "--roots", str(kept), "--heads", str(heads))
    assert code == 1
    assert f"事项 {matters[1].number} 第 1 号行为" in told
    assert matters[0].number not in told and matters[2].number not in told
    assert "✓ 2026-09-14" in told and told.count("✗ 2026-09-1") >= 3
