"""Nobody rewrites the ledger: not by SQL, not by a migration that forgets its triggers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

import zhian.desk.migrations
from tests.builders import County, county
from zhian.desk import timing
from zhian.desk.engine.common import note
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.desk.ledger import triggers
from zhian.desk.models import Act, LedgerRoot, Matter

SQLITE = connection.vendor == "sqlite"


def begin(here: County) -> Matter:
    matter = open_matter(
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
    note(matter, text="现场记录", by=here.actor("inspector"))
    return matter


def columns() -> str:
    return ", ".join(connection.ops.quote_name(f.column) for f in Act._meta.concrete_fields)


def copied(**changes: str) -> str:
    """The columns of an act, some of them replaced by SQL."""
    fields = Act._meta.concrete_fields
    return ", ".join(changes.get(f.column, connection.ops.quote_name(f.column)) for f in fields)


def attempts() -> list[Any]:
    """Every way that SQL has to make a row say something else."""
    other = "key = 'from-a-phone'"
    insert = f"INSERT INTO desk_act ({columns()}) SELECT {{}} FROM desk_act WHERE {other}"
    changed = copied(reason="'rewritten'")
    same_id = copied(seq="seq + 900", key="NULL")
    same_number = copied(id="id + 900", key="NULL")
    same_key = copied(id="id + 900", seq="seq + 900")
    ways = {
        "update": "UPDATE desk_act SET reason = 'rewritten'",
        "update that changes nothing": "UPDATE desk_act SET reason = reason",
        "delete": "DELETE FROM desk_act",
        "delete the last": f"DELETE FROM desk_act WHERE {other}",
        "insert the same id": insert.format(same_id),
        "insert the same number": insert.format(same_number),
        "insert the same key": insert.format(same_key),
    }
    for target in ("id", "matter_id, seq", "key"):
        upsert = f" ON CONFLICT ({target}) DO UPDATE SET reason = 'rewritten'"
        ways[f"upsert by {target}"] = insert.format(changed) + upsert
    ways |= _sqlite(insert, changed, same_id, same_number, same_key) if SQLITE else _postgres()
    return [pytest.param(statement, id=name) for name, statement in ways.items()]


def _sqlite(
    insert: str, changed: str, same_id: str, same_number: str, same_key: str
) -> dict[str, str]:
    replace = insert.replace("INSERT INTO", "INSERT OR REPLACE INTO")
    return {
        "replace": replace.format(changed),
        "replace by id": replace.format(same_id),
        "replace by number": replace.format(same_number),
        "replace by key": replace.format(same_key),
        "replace as a word": insert.replace("INSERT", "REPLACE").format(changed),
        "update or replace": "UPDATE OR REPLACE desk_act SET seq = 1 WHERE seq = 2",
    }


def _postgres() -> dict[str, str]:
    return {
        "truncate": "TRUNCATE desk_act CASCADE",
        "truncate and restart": "TRUNCATE desk_act RESTART IDENTITY CASCADE",
        "merge": "MERGE INTO desk_act a USING (SELECT 1 AS seq) s ON a.seq = s.seq "
        "WHEN MATCHED THEN UPDATE SET reason = 'rewritten'",
        "delete inside with": "WITH gone AS (DELETE FROM desk_act RETURNING id) SELECT * FROM gone",
    }


@pytest.fixture
def kept(db: None) -> list[dict[str, Any]]:
    here = county()
    matter = begin(here)
    note(matter, text="带标识", by=here.actor("inspector"), key="from-a-phone")
    return list(Act.objects.order_by("pk").values())


def refused(statement: str) -> str:
    with (
        pytest.raises(DatabaseError) as why,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(why.value)


@pytest.mark.parametrize("statement", attempts())
def test_sql_in_the_running_role_changes_no_act(kept: list[dict[str, Any]], statement: str) -> None:
    why = refused(statement)
    assert re.search("append-only|permission denied|duplicate key", why), why
    assert list(Act.objects.order_by("pk").values()) == kept


@pytest.mark.django_db
def test_the_model_refuses_as_well() -> None:
    act = begin(county()).acts.first()
    assert act is not None
    act.reason = "rewritten"
    for change in (act.save, lambda: Act.objects.update(reason="x"), act.delete):
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            change()
    assert set(Act.objects.values_list("reason", flat=True)) == {""}


OWNERS_WAYS = [
    "UPDATE desk_act SET reason = 'rewritten'",
    "DELETE FROM desk_act",
    "TRUNCATE desk_act CASCADE",
    "TRUNCATE desk_matter CASCADE",
]


@pytest.mark.postgres
@pytest.mark.parametrize("statement", OWNERS_WAYS)
def test_the_triggers_hold_against_the_owner_too(
    as_owner: Callable[[], AbstractContextManager[None]], statement: str
) -> None:
    begin(county())
    with as_owner():
        assert "append-only" in refused(statement)
    assert Act.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE desk_act DISABLE TRIGGER ALL",
        "ALTER TABLE desk_act DISABLE TRIGGER act_no_update",
        "DROP TRIGGER act_no_update ON desk_act",
        "DROP TABLE desk_act CASCADE",
        "CREATE OR REPLACE FUNCTION zhian_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "LOCK TABLE desk_act IN EXCLUSIVE MODE",
    ],
)
@pytest.mark.django_db
def test_the_running_role_cannot_get_round_the_triggers(statement: str) -> None:
    why = refused(statement)
    assert re.search("owner of|permission denied", why), why


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_running_role_may_read_and_append_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants "
            "WHERE table_name = 'desk_act' AND grantee = current_user"
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


# --- roots


@pytest.fixture
def closed(db: None) -> LedgerRoot:
    begin(county())
    return LedgerRoot.objects.create(
        day=timing.today(), root="a" * 64, matters=1, acts=2, made_at=timing.now()
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE desk_ledgerroot SET root = 'b'",
        "UPDATE desk_ledgerroot SET day = '2020-01-01'",
        "UPDATE desk_ledgerroot SET previous = 'b'",
        "DELETE FROM desk_ledgerroot",
        pytest.param("TRUNCATE desk_ledgerroot", marks=pytest.mark.postgres),
    ],
)
def test_a_root_that_is_made_is_never_changed(closed: LedgerRoot, statement: str) -> None:
    assert re.search("never changed|permission denied", refused(statement))
    closed.refresh_from_db()
    assert closed.root == "a" * 64
    closed.sent_to = [{"to": "folder"}]
    closed.save(update_fields=["sent_to"])


def test_no_act_is_dated_into_a_day_whose_root_is_made(closed: LedgerRoot) -> None:
    matter = Matter.objects.get()
    here = matter.handler
    assert here is not None
    from zhian.desk.actors import Actor

    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        note(matter, text="迟到", by=Actor.official(here))
    with timing.recorded_at(timing.now() + timedelta(days=1)):
        assert note(matter, text="次日", by=Actor.official(here)).seq == 3


# --- triggers and migrations


def test_the_start_check_passes_and_installing_twice_changes_nothing(
    as_owner: Callable[[], AbstractContextManager[None]],
) -> None:
    with as_owner():
        triggers.install()
        triggers.install()
    assert triggers.missing() == []
    triggers.require()


def test_a_database_without_triggers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "missing", lambda using="default": ["act_no_update"])
    with pytest.raises(triggers.TriggersMissing, match="act_no_update"):
        triggers.require()


PROBE = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "{last}")]
    operations = [
        migrations.AddField("act", "probe", models.CharField(max_length=9, default="x")),
        migrations.AlterField("act", "verb", models.CharField(max_length=50)),
        migrations.AddField("ledgerroot", "probe", models.CharField(max_length=9, default="x")),
    ]
"""
SETTINGS = """
import json, os
from zhian.config.settings import *

MIGRATION_MODULES = {"desk": "forward"}
DATABASES["default"] |= json.loads(os.environ["PROBE_DATABASE"])
"""
SCRIPT = """
import django
django.setup()
from django.core.management import call_command
from django.db import DatabaseError, connection
from zhian.desk.ledger import triggers

call_command("migrate", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*), max(probe) FROM desk_act")
    assert cursor.fetchone() == (2, "x")
    for statement in (
        "UPDATE desk_act SET probe = 'y'",
        "DELETE FROM desk_act",
        "UPDATE desk_ledgerroot SET root = 'y'",
    ):
        try:
            cursor.execute(statement)
        except DatabaseError as why:
            assert "append-only" in str(why) or "never changed" in str(why), why
        else:
            raise SystemExit(f"the ledger was changed: {statement}")
triggers.require()
print("still protected")
"""


def _forward(folder: Path) -> None:
    """The desk's migrations and one more, which SQLite can only do by rebuilding the tables."""
    package = folder / "forward"
    shutil.copytree(Path(zhian.desk.migrations.__path__[0]), package)
    last = max(path.stem for path in package.glob("0*.py"))
    (package / "9999_probe.py").write_text(PROBE.replace("{last}", last))
    (folder / "forward_settings.py").write_text(SETTINGS)


def test_a_migration_of_acts_leaves_the_triggers_in_place(
    tmp_path: Path, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    begin(county())
    with timing.recorded_at(timing.now()):
        LedgerRoot.objects.create(
            day=timing.today(), root="a" * 64, matters=1, acts=2, made_at=timing.now()
        )
    _forward(tmp_path)
    with as_owner():
        settings = {k: str(connection.settings_dict[k]) for k in ("NAME", "USER", "PASSWORD")}
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "forward_settings",
        "PROBE_DATABASE": json.dumps(settings),
        "PYTHONPATH": str(tmp_path),
    }
    connection.close()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "still protected", done.stdout + done.stderr
    assert triggers.missing() == []
