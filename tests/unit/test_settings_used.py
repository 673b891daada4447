"""The page says of each choice of law whether anything reads it; that must be true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import zhian
from zhian.law.settings import Setting, Settings

SOURCE = Path(zhian.__file__).parent
# Where choices are listed, explained and kept, not read.
LISTED = ("settings.toml", "conflicts.toml", "powers.toml")
SETTINGS = list(Settings.load())


def readers(key: str) -> list[str]:
    """The files that ask for a choice by its name."""
    named = re.compile(rf"""["']{re.escape(key)}["']""")
    return [
        str(path.relative_to(SOURCE))
        for suffix in ("py", "toml")
        for path in sorted(SOURCE.rglob(f"*.{suffix}"))
        if path.name not in LISTED and named.search(path.read_text("utf-8"))
    ]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.key)
def test_a_choice_is_said_to_be_used_exactly_where_something_reads_it(setting: Setting) -> None:
    assert bool(readers(setting.key)) is setting.used, readers(setting.key)
