"""The few pieces that the report is made of: every text escaped, every label in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from zhian.law.words import Words

Cell = str | int | float | Words


def both(words: Words) -> str:
    """A text in Chinese and English beside each other."""
    return (
        f'<span lang="zh-Hans">{escape(words.zh)}</span> <span lang="en">{escape(words.en)}</span>'
    )


def heading(zh: str, en: str) -> str:
    """The heading of a section."""
    return f"<h2>{both(Words(zh, en))}</h2>"


def sentence(zh: str, en: str, kind: str = "") -> str:
    """A sentence in both languages, one below the other."""
    mark = f' class="{kind}"' if kind else ""
    return f'<p{mark} lang="zh-Hans">{escape(zh)}</p><p{mark} lang="en">{escape(en)}</p>'


def table(head: Sequence[Words], rows: Iterable[Sequence[Cell]]) -> str:
    """A table; numbers stand at the right."""
    listed = list(rows)
    numbers = {n for row in listed[:1] for n, cell in enumerate(row) if _is_number(cell)}
    top = "".join(_head(words, n in numbers) for n, words in enumerate(head))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in listed)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _is_number(value: Cell) -> bool:
    return isinstance(value, int | float)


def _head(words: Words, number: bool) -> str:
    mark = ' class="n"' if number else ""
    return f'<th scope="col"{mark}>{both(words)}</th>'


def _cell(value: Cell) -> str:
    if isinstance(value, Words):
        return f"<td>{both(value)}</td>"
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    text = f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
    return f'<td class="n">{text}</td>'


def page(title: Words, parts: Iterable[str]) -> str:
    """The whole page with its style: no script, nothing from elsewhere."""
    style = files("zhian.apps.registry.census").joinpath("report.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title.zh)} · {escape(title.en)}</title>\n<style>\n{style}</style>\n"
        f"</head>\n<body>\n<main>\n<h1>{both(title)}</h1>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )
