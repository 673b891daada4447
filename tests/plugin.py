"""What every test run of this house has in common; loaded before the settings are."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
KEPT = (
    "ZHIAN_DATABASE_URL",
    "ZHIAN_DATABASE_OWNER_URL",
    "ZHIAN_REFERENCE",
    "ZHIAN_TEST_REQUIRE",
)
CAN_BE_REQUIRED = ("browser", "postgres", "reference", "spark")
NO_POSTGRES = "says something about PostgreSQL alone, and ZHIAN_DATABASE_URL names none"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "client", "admin_client"}


def _clean_environment() -> None:
    """A run knows nothing of the installation on this machine: own folder, own settings."""
    for name in [n for n in os.environ if n.startswith("ZHIAN_") and n not in KEPT]:
        del os.environ[name]
    folder = tempfile.mkdtemp(prefix="zhian-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["ZHIAN_DATA"] = folder
    # tests start the program as a person does; compiled anew each time it takes thrice as long
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Playwright's loop runs in the thread of the test, which also asks the database
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


_clean_environment()


def reference_folder() -> Path:
    """Where the reference folder is expected; whether it is there is for the caller to see."""
    return Path(os.environ.get("ZHIAN_REFERENCE") or ROOT.parent / "shared" / "reference")


def required() -> frozenset[str]:
    """The parts that must run: their skips are failures."""
    names = frozenset(filter(None, os.environ.get("ZHIAN_TEST_REQUIRE", "").split(",")))
    if unknown := names - set(CAN_BE_REQUIRED):
        raise pytest.UsageError(
            f"ZHIAN_TEST_REQUIRE names {', '.join(sorted(unknown))}; "
            f"known are {', '.join(CAN_BE_REQUIRED)}"
        )
    return names


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only the tests that use the database: for a second run on another engine",
    )


def pytest_configure(config: pytest.Config) -> None:
    required()
    from django.conf import settings

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Both cores for a whole run; one process where single files are asked for."""
    return 0 if any(".py" in one for one in config.args) else 2


def pytest_report_header() -> list[str]:
    from django.conf import settings

    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    return [f"engine: {engine}", f"required: {', '.join(sorted(required())) or 'nothing'}"]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & DATABASE_FIXTURES) or item.get_closest_marker("django_db") is not None


def _mark_by_folder(item: pytest.Item) -> None:
    for folder in ("browser", "spark"):
        if item.path.is_relative_to(ROOT / "tests" / folder):
            item.add_marker(folder)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    on_postgres = os.environ.get("ZHIAN_DATABASE_URL", "").startswith("postgres")
    has_reference = reference_folder().is_dir()
    for item in items:
        _mark_by_folder(item)
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason=NO_POSTGRES))
        if item.get_closest_marker("reference") and not has_reference:
            item.add_marker(pytest.mark.skip(reason=_no_reference()))
    if config.getoption("--database-only"):
        dropped = [item for item in items if not _uses_database(item)]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if _uses_database(item)]


def _no_reference() -> str:
    return f"the reference folder {reference_folder()} is absent: set ZHIAN_REFERENCE"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    marks = {mark.name for mark in item.iter_markers()} & required()
    if report.skipped and marks and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"required by ZHIAN_TEST_REQUIRE={','.join(sorted(marks))}, but {why}"
    return report


class NetworkUsed(Exception):
    """A test tried to leave this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):  # a Unix socket
        return True
    host = str(address[0])
    return host in {"", "localhost", "::1", "0.0.0.0"} or host.startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Sockets reach this machine only; a test that wants more fails by name."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        resolve = socket.getaddrinfo

        def local_names(host: Any, *args: Any, **kwargs: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if name is not None and not _is_local((name,)):
                raise NetworkUsed(f"a test asked for the address of {name}")
            return resolve(host, *args, **kwargs)

        patch.setattr(socket, "getaddrinfo", local_names)
        yield


def _guarded(real: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if not _is_local(address):
            raise NetworkUsed(f"a test connected to {address}")
        return real(self, address)

    return connect
