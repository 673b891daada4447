"""The examples of docs/law.md answer what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from zhian.law.commands import main

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "law.md").read_text("utf-8")
EXAMPLES = re.findall(r"```console\n\$ zhian law (.*)\n((?:.*\n)+?)```", PAGE)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def test_the_page_has_ten_examples() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize(("asked", "said"), EXAMPLES, ids=[asked for asked, _ in EXAMPLES])
def test_an_example_of_the_manual(
    capsys: pytest.CaptureFixture[str], asked: str, said: str
) -> None:
    main(shlex.split(asked))
    captured = capsys.readouterr()
    assert captured.out + captured.err == said
