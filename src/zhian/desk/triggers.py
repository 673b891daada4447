"""Acts are append-only in the database itself, on SQLite and on PostgreSQL.

Installed after every migration (Django's table rebuild on SQLite drops triggers), idempotently;
the presence is checked at start. On PostgreSQL the running role owns no table and holds only
SELECT and INSERT on acts.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate

TABLE = "desk_act"
WORDS = "acts are append-only"

_SQLITE = {
    "act_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    "act_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    "act_no_replace": (
        f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id "
        "OR (matter_id = NEW.matter_id AND seq = NEW.seq) OR (key IS NOT NULL AND key = NEW.key)) "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    ),
}
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION zhian_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$
"""
_POSTGRES = {
    "act_no_update": f"BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION zhian_refuse()",
    "act_no_delete": f"BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION zhian_refuse()",
    "act_no_truncate": (
        f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION zhian_refuse()"
    ),
}


class TriggersMissing(RuntimeError):
    """The ledger is not protected; the program refuses to start."""


def connect() -> None:
    """Install the triggers after every migration of the desk."""
    post_migrate.connect(_after_migration, dispatch_uid="zhian.desk.triggers")


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
        cursor.execute(_FUNCTION)
        for name, body in _POSTGRES.items():
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {body}")
        # one trigger more where a rewrite would otherwise pass as INSERT … ON CONFLICT DO UPDATE:
        # PostgreSQL fires the UPDATE trigger for it, so nothing is missing here.


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Which triggers are not there (or are disabled)."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        query = f"SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='{TABLE}'"
        wanted = set(_SQLITE)
    else:
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'"
        wanted = set(_POSTGRES)
    with connection.cursor() as cursor:
        cursor.execute(query, [] if connection.vendor == "sqlite" else [TABLE])
        present = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - present)


def require(using: str = DEFAULT_DB_ALIAS) -> None:
    """Refuse to go on where the ledger is not protected."""
    gone = missing(using)
    if gone:
        raise TriggersMissing(
            f"行为表缺少触发器 {', '.join(gone)}；请运行 zhian migrate / "
            f"missing triggers on {TABLE}: run zhian migrate"
        )


def grant(role: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """PostgreSQL: give the running role its rights; on acts only reading and appending."""
    connection = connections[using]
    quoted = connection.ops.quote_name(role)
    tables = [t for t in connection.introspection.table_names() if t != TABLE]
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"
        )
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {quoted}"
            )
        cursor.execute(f"REVOKE ALL ON {TABLE} FROM {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {quoted}")


def models_ready() -> bool:
    """Whether the app registry can be asked."""
    return apps.models_ready
