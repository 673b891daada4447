"""The databases of a test run.

A test that rolls back shares one migrated database. A test that commits
(`django_db(transaction=True)`, `transactional_db`, `live_server`) gets a fresh copy of it: acts
are append-only, so nothing could be flushed, and no test drops a trigger. On PostgreSQL the
owner migrates and the tests run in the role that owns nothing.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.db import DatabaseError, connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

_copies = count(1)


def _owner() -> dict[str, str] | None:
    url = os.environ.get("ZHIAN_DATABASE_OWNER_URL")
    if not url or connection.vendor != "postgresql":
        return None
    parts = urlsplit(url)
    return {"USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or "")}


@contextmanager
def in_owners_role() -> Iterator[None]:
    """The connection belongs to whoever owns the tables; on SQLite that is the same."""
    owner = _owner()
    if owner is None:
        yield
        return
    kept = {key: connection.settings_dict[key] for key in owner}
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)


def _on_server(*statements: str) -> None:
    """PostgreSQL: statements that no transaction may hold, from beside the database."""
    with in_owners_role(), connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class _SQLite:
    """Copies are files beside the first."""

    def __init__(self) -> None:
        self.first = Path(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.template = self.first.with_suffix(".template")
        shutil.copyfile(self.first, self.template)

    def copy(self) -> str:
        made = self.first.with_name(f"copy-{next(_copies)}.sqlite3")
        shutil.copyfile(self.template, made)
        return str(made)

    def drop(self, name: str) -> None:
        for path in Path(name).parent.glob(Path(name).name + "*"):
            path.unlink(missing_ok=True)

    def close(self) -> None:
        self.template.unlink(missing_ok=True)


class _Postgres:
    """Copies are made from a template that nobody is connected to."""

    def __init__(self) -> None:
        self.first = connection.settings_dict["NAME"]
        self.template = f"{self.first}_template"
        connection.close()
        _on_server(
            f'DROP DATABASE IF EXISTS "{self.template}"',
            f'CREATE DATABASE "{self.template}" TEMPLATE "{self.first}"',
        )

    def copy(self) -> str:
        made = f"{self.first}_{next(_copies)}"
        _on_server(
            f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)',
            f'CREATE DATABASE "{made}" TEMPLATE "{self.template}"',
        )
        return made

    def drop(self, name: str) -> None:
        """The server needs a moment to see that another process or thread has gone."""
        for _ in range(50):
            with suppress(DatabaseError):
                return _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            time.sleep(0.1)
        return _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        self.drop(self.template)


def _grant_to_running_role() -> None:
    from zhian.desk.ledger import triggers

    if _owner() is not None:
        running = connection.settings_dict["USER"]
        with in_owners_role():
            triggers.grant(running)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """One migrated database, and the template of those that tests may commit to."""
    settings = connection.settings_dict
    settings["CONN_MAX_AGE"] = 0
    if connection.vendor == "sqlite":
        settings["TEST"]["NAME"] = str(Path(os.environ["ZHIAN_DATA"]) / "test.sqlite3")
    with django_db_blocker.unblock():
        with in_owners_role():
            made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        _grant_to_running_role()
        copies = _SQLite() if connection.vendor == "sqlite" else _Postgres()
    with _committing_to(copies):
        yield
    with django_db_blocker.unblock(), in_owners_role():
        copies.close()
        teardown_databases(made, verbosity=0)


@contextmanager
def _committing_to(copies: _SQLite | _Postgres) -> Iterator[None]:
    """Django would flush after a test that commits; here its copy is thrown away instead."""

    def begin(cls: type[TransactionTestCase]) -> None:
        connection.close()
        connection.settings_dict["NAME"] = copies.copy()

    def end(self: TransactionTestCase) -> None:
        used = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = str(copies.first)
        copies.drop(used)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(begin))
        patch.setattr(TransactionTestCase, "_fixture_teardown", end)
        yield


@pytest.fixture
def as_owner(transactional_db: None) -> Callable[[], AbstractContextManager[None]]:
    """`with as_owner(): …` runs in the role that owns the tables, on a copy that may be spoilt."""
    return in_owners_role
