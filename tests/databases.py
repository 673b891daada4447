"""The databases of a test run.

A test that rolls back shares one migrated database. A test that commits
(`django_db(transaction=True)`, `transactional_db`, `live_server`) gets a fresh copy of it: acts
are append-only, so nothing could be flushed, and no test drops a trigger. On PostgreSQL the
owner migrates and the tests run in the role that owns nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.metadata import distributions
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.db import DatabaseError, connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases

import zhian

_copies = count(1)
SOURCE = Path(zhian.__file__).parent
MAKERS = ("models", "settings", "apps")
INSTALLED = {f"{d.name} {d.version}" for d in distributions() if "django" in d.name.lower()}
KEPT_FILES = 3


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
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """One migrated database, and the template of those that tests may commit to."""
    connection.settings_dict["CONN_MAX_AGE"] = 0
    on_sqlite = connection.vendor == "sqlite"
    with django_db_blocker.unblock():
        made = _on_sqlite(request.config) if on_sqlite else _migrated()
        copies = _SQLite() if on_sqlite else _Postgres()
    with _committing_to(copies):
        yield
    with django_db_blocker.unblock(), in_owners_role():
        copies.close()
        made()


def _migrated() -> Callable[[], None]:
    """Every migration is run; gives what takes the database away again."""
    with in_owners_role():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
    _grant_to_running_role()
    return lambda: teardown_databases(made, verbosity=0)


def _on_sqlite(config: pytest.Config) -> Callable[[], None]:
    """The migrated file of an earlier run, as long as nothing that makes it has changed: seven
    seconds for every process. Else it is migrated, and kept."""
    here = Path(os.environ["ZHIAN_DATA"]) / "test.sqlite3"
    cache = getattr(config, "cache", None)
    shelf = cache.mkdir("zhian-migrated") if cache else here.parent
    kept = shelf / f"{_what_makes_it()}.sqlite3"
    settings = connection.settings_dict
    if not kept.is_file():
        settings["TEST"]["NAME"] = str(here)
        made = _migrated()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _keep(here, kept)
        return made
    before = settings["NAME"]
    connection.close()
    shutil.copyfile(kept, here)
    settings["NAME"] = str(here)

    def leave() -> None:
        connection.close()
        settings["NAME"] = before

    return leave


def _keep(made: Path, kept: Path) -> None:
    """Put a migrated file on the shelf, whole or not at all, and clear older ones away."""
    older = sorted(kept.parent.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
    for path in older[:-KEPT_FILES]:
        path.unlink(missing_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")
    shutil.copyfile(made, part)
    part.replace(kept)


def _what_makes_it() -> str:
    """A digest of all that a migrated database follows from: models, migrations, triggers, and the
    packages that bring their own."""
    found = hashlib.sha256(repr(sorted(INSTALLED)).encode())
    for path in sorted(SOURCE.rglob("*.py")):
        if {"migrations", "models", "ledger", "sqlite"} & set(path.parts) or path.stem in MAKERS:
            found.update(str(path.relative_to(SOURCE)).encode() + path.read_bytes())
    for path in sorted(SOURCE.rglob("*.sql")):
        found.update(path.read_bytes())
    return found.hexdigest()[:32]


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
