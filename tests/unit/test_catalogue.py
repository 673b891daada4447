"""Chinese first, English second, both complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import catalogue

CHINESE = re.compile(r"[\u3400-\u9fff]")
SOURCE = Path(catalogue.SOURCE)
PAGES = sorted(p for p in SOURCE.rglob("*.html") if "vendor" not in p.parts)
SPOKEN = re.compile(
    r"\{%\s*(blocktrans|blocktranslate)\b.*?\{%\s*end\1\s*%\}"
    r"|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.S,
)


def test_every_text_has_its_english() -> None:
    lacking = catalogue.missing()
    assert lacking == [], f"{len(lacking)} texts: scripts/catalogue.py --update lists them"


def test_the_english_is_english() -> None:
    entries = [m for m in catalogue.read(catalogue.ENGLISH) if m.id]
    assert entries
    chinese = [m.id for m in entries if CHINESE.search("".join(m.string or ""))]
    assert chinese == []


def test_the_english_keeps_what_is_filled_in() -> None:
    known = catalogue.read(catalogue.ENGLISH)
    wrong = [(m.id, [str(e) for e in m.check(known)]) for m in known if m.id]
    assert [row for row in wrong if row[1]] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(SOURCE)))
def test_no_page_speaks_chinese_past_the_catalogue(page: Path) -> None:
    bare = SPOKEN.sub("", page.read_text("utf-8"))
    found = [line.strip() for line in bare.splitlines() if CHINESE.search(line)]
    assert found == []


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<p>{% translate '受理' %}</p>", False),
        ("<p>{% blocktranslate %}共 {{ n }} 件{% endblocktranslate %}</p>", False),
        ("<p>受理</p>", True),
    ],
)
def test_a_bare_word_would_be_found(text: str, bare: bool) -> None:
    assert bool(CHINESE.search(SPOKEN.sub("", text))) is bare
