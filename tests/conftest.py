"""Fixtures for every test; what must stand before the settings load is in plugin.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests.databases import as_owner, django_db_setup
from tests.plugin import _no_reference, reference_folder
from tests.thrift import thrift

__all__ = ["as_owner", "django_db_setup", "thrift"]

# the same examples on every machine: a red run can be repeated
hypothesis_settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _the_language_of_one_test_stays_in_it() -> Iterator[None]:
    """A page asked for in English leaves its language on the thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def reference() -> Path:
    """The reference folder; without it the test is skipped by name."""
    folder = reference_folder()
    if not folder.is_dir():
        pytest.skip(_no_reference())
    return folder


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ZHIAN_DATA for one test of code that reads it when called."""
    monkeypatch.setenv("ZHIAN_DATA", str(tmp_path))
    return tmp_path
