"""Acts are append-only in the database itself, on SQLite and on PostgreSQL.

No act is changed, replaced, deleted or truncated, and none is dated into a day whose root is
made. Installed after every migration (Django's table rebuild on SQLite drops triggers),
idempotently; the presence is checked at start. On PostgreSQL the running role owns no table and
holds only SELECT and INSERT on acts.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate, pre_migrate

TABLE = "desk_act"
ROOTS = "desk_ledgerroot"
WORDS = "acts are append-only"
CLOSED = "the day of this act is closed: its ledger root is made"
KEPT = "a ledger root is never changed"
WRITERS = 0x7A6869  # one advisory lock: shared by whoever writes acts, whole for closing a day

_FIXED = ("day", "root", "previous", "matters", "acts")
_ROOT_CHANGED = "OLD.root <> '' AND (" + " OR ".join(f"NEW.{c} <> OLD.{c}" for c in _FIXED) + ")"

_SQLITE = {
    "act_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    "act_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    "act_no_replace": (
        f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id "
        "OR (matter_id = NEW.matter_id AND seq = NEW.seq) OR (key IS NOT NULL AND key = NEW.key)) "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    ),
    "act_day_open": (
        f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {ROOTS} "
        "WHERE day >= date(NEW.recorded_at, '+8 hours')) "
        f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
    ),
    "root_no_update": (
        f"BEFORE UPDATE ON {ROOTS} WHEN {_ROOT_CHANGED} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    ),
    "root_no_delete": f"BEFORE DELETE ON {ROOTS} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    "root_no_replace": (
        f"BEFORE INSERT ON {ROOTS} WHEN EXISTS (SELECT 1 FROM {ROOTS} WHERE day = NEW.day) "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    ),
}
_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION zhian_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$;
CREATE OR REPLACE FUNCTION zhian_keep_root() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$;
CREATE OR REPLACE FUNCTION zhian_day_open() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  PERFORM pg_advisory_xact_lock_shared({WRITERS});
  IF EXISTS (SELECT 1 FROM {ROOTS}
             WHERE day >= (NEW.recorded_at AT TIME ZONE 'Asia/Shanghai')::date) THEN
    RAISE EXCEPTION '{CLOSED}';
  END IF;
  RETURN NEW;
END $$
"""
_POSTGRES = {
    "act_no_update": f"BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION zhian_refuse()",
    "act_no_delete": f"BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION zhian_refuse()",
    "act_no_truncate": (
        f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION zhian_refuse()"
    ),
    "act_day_open": f"BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION zhian_day_open()",
    "root_no_update": (
        f"BEFORE UPDATE ON {ROOTS} FOR EACH ROW WHEN ({_ROOT_CHANGED}) "
        "EXECUTE FUNCTION zhian_keep_root()"
    ),
    "root_no_delete": (f"BEFORE DELETE ON {ROOTS} FOR EACH ROW EXECUTE FUNCTION zhian_keep_root()"),
    "root_no_truncate": (
        f"BEFORE TRUNCATE ON {ROOTS} FOR EACH STATEMENT EXECUTE FUNCTION zhian_keep_root()"
    ),
}


class TriggersMissing(RuntimeError):
    """The ledger is not protected; the program refuses to start."""


def connect() -> None:
    """Install the triggers after every migration of the desk."""
    pre_migrate.connect(_before_migration, dispatch_uid="zhian.desk.ledger.triggers.before")
    post_migrate.connect(_after_migration, dispatch_uid="zhian.desk.ledger.triggers")


def _before_migration(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """SQLite cannot rebuild a table that another table's trigger reads; it comes back after."""
    connection = connections[using]
    if sender.name == "zhian.desk" and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS act_day_open")


def _after_migration(sender: AppConfig, using: str, **kwargs: Any) -> None:
    if sender.name == "zhian.desk":
        install(using)


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create what is missing; a second call changes nothing."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, body in _SQLITE.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
            return
        cursor.execute(_FUNCTIONS)
        for name, body in _POSTGRES.items():
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {body}")
    # PostgreSQL fires the UPDATE trigger for INSERT … ON CONFLICT DO UPDATE: none more is needed


def nobody_writes(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether no act is being written; if so, none is until this transaction ends.

    SQLite's own lock of all writers says the same.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITERS])
        return bool(cursor.fetchone()[0])


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Which triggers are not there (or are disabled)."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        query = (
            "SELECT name FROM sqlite_master WHERE type='trigger' "
            f"AND tbl_name IN ('{TABLE}', '{ROOTS}')"
        )
        wanted = set(_SQLITE)
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' "
            f"AND tgrelid IN (to_regclass('{TABLE}'), to_regclass('{ROOTS}'))"
        )
        wanted = set(_POSTGRES)
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - present)


def require(using: str = DEFAULT_DB_ALIAS) -> None:
    """Refuse to go on where the ledger is not protected."""
    gone = missing(using)
    if gone:
        raise TriggersMissing(
            f"账本缺少触发器 {', '.join(gone)}；请运行 zhian migrate / "
            f"the ledger lacks triggers {', '.join(gone)}: run zhian migrate"
        )


def grant(role: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """PostgreSQL: give the running role its rights; on acts only reading and appending."""
    connection = connections[using]
    quoted = connection.ops.quote_name(role)
    tables = [t for t in connection.introspection.table_names() if t != TABLE]
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {quoted}")
        cursor.execute(f"REVOKE ALL ON {TABLE} FROM {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {quoted}")
