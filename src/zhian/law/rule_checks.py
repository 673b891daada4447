"""Checks of rules, settings, citations and the administrator's holidays for `zhian law check`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zhian.law.calendar import OVERLAY, CalendarError, data_folder, read_overlay
from zhian.law.check import Problem
from zhian.law.counting import TARGETED
from zhian.law.errors import LawError
from zhian.law.rules import LawBook, Rule
from zhian.law.rules_file import read_folder
from zhian.law.settings import Settings
from zhian.law.tables import RuleFileError, Table, read_toml
from zhian.law.words import Words

HOUSE = "HOUSE"  # a rule of the house itself, which rests on no article
OWN_CHECK = frozenset(["sources.toml", "duties.toml", "settings.toml"])
GATE_FILES = ("gates.toml", "house_gates.toml")


def rules(folder: Path) -> Iterator[Problem]:
    """Rules and duties are well formed, and versions of one duty never overlap."""
    sources, read, mistakes = read_folder(folder)
    for mistake in mistakes:
        yield _problem(mistake)
    for key, one, other in LawBook(sources, read).overlaps():
        zh = f"与 {one.id} 同属职责 {key}，施行时间重叠"
        en = f"states the same duty {key} as {one.id} on the same days"
        yield Problem(other.file, other.id, Words(zh, en))
    for rule in read:
        yield from _extension(rule)


def _extension(rule: Rule) -> Iterator[Problem]:
    """A term that no date follows from cannot be extended either."""
    if rule.extension is not None and rule.period.amount is None and rule.basis == "statute":
        words = Words("没有期限数字，却写了延长", "has an extension but no length to extend")
        yield Problem(rule.file, rule.id, words)


def settings(folder: Path) -> Iterator[Problem]:
    """The lawyer's settings are well formed, rest on known articles, and name known duties."""
    try:
        read = Settings.load(folder)
    except RuleFileError as error:
        yield _problem(error)
        return
    except LawError as error:
        yield Problem("law.toml", "setting", error.words)
        return
    sources, found, _ = read_folder(folder)
    for setting in read:
        cited = {article.partition(" ")[0] for article in setting.articles} | setting.sources
        for key in sorted(cited - sources.keys()):
            yield Problem("settings.toml", f"setting.{setting.key}", _no_source(key))
    duties = {k for rule in found for k in rule.duties if rule.period.unit in TARGETED}
    for key in sorted(read.targets().keys() - duties - {"immediate", "prompt"}):
        zh, en = "没有这样的立即、及时或者依其他规定的职责", "no duty of this name lacks a number"
        yield Problem("settings.toml", f"target.{key}", Words(zh, en))


def citations(folder: Path) -> Iterator[Problem]:
    """Wherever a table of any other file names a source, it exists and an article stands beside."""
    sources, _, _ = read_folder(folder)
    for file, document in _documents(folder):
        if file in OWN_CHECK or file.startswith(("deadlines/", "provinces/")):
            continue
        for name, table in _tables(document):
            yield from _cited(file, name, table, sources)


def unreadable(folder: Path) -> Iterator[Problem]:
    """Every file of the folder can be read."""
    for path in sorted(folder.rglob("*.toml")):
        try:
            read_toml(path, path.relative_to(folder).as_posix())
        except RuleFileError as error:
            yield _problem(error)


def _documents(folder: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every file that can be read, under its name from the folder on."""
    for path in sorted(folder.rglob("*.toml")):
        file = path.relative_to(folder).as_posix()
        try:
            yield file, read_toml(path, file)
        except RuleFileError:
            continue  # said by `unreadable`


def _tables(node: object, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table of a document under its dotted name, those inside lists included."""
    if isinstance(node, list):
        for item in node:
            yield from _tables(item, name)
    if isinstance(node, dict):
        yield name, node
        for key, value in node.items():
            yield from _tables(value, f"{name}.{key}" if name else key)


def _cited(
    file: str, name: str, table: Mapping[str, Any], sources: Mapping[str, object]
) -> Iterator[Problem]:
    source = table.get("source")
    if not isinstance(source, str) or source == HOUSE:
        return
    if source not in sources:
        yield Problem(file, name, _no_source(source))
    if not table.get("article", table.get("articles")):
        yield Problem(file, name, Words("没有写明 article", "names no article"))


def languages(folder: Path) -> Iterator[Problem]:
    """Wherever a table says something in Chinese it says it in English, and the reverse."""
    for file, document in _documents(folder):
        for name, table in _tables(document):
            sides = [side for side in ("zh", "en") if str(table.get(side, "")).strip()]
            if (sides and len(sides) < 2) or (not sides and {"zh", "en"} & table.keys()):
                yield Problem(file, name, Words("应同时写明 zh 和 en", "must have both zh and en"))


def papers(folder: Path) -> Iterator[Problem]:
    """Every kind of document names the articles it rests on, each of a known text."""
    sources, _, _ = read_folder(folder)
    try:
        document = read_toml(folder / "documents.toml", "documents.toml")
    except RuleFileError as error:
        yield _problem(error)
        return
    for name, table in document.items():
        articles = str(table.get("article", "")).split(";")
        for key in (article.split()[0] if article.split() else "" for article in articles):
            if key not in sources and key != HOUSE:
                words = _no_source(key) if key else Words("没有写明 article", "names no article")
                yield Problem("documents.toml", name, words)


def gates(folder: Path) -> Iterator[Problem]:
    """Every gate names its source, in which case it holds and what it requires."""
    for file in GATE_FILES:
        try:
            document = read_toml(folder / file, file)
        except RuleFileError as error:
            yield _problem(error)
            continue
        for name, values in document.items():
            table = Table(file, name, values if isinstance(values, dict) else {})
            try:
                table.text("source")
                table.words("when", required=True)
                table.words("requires", required=True)
            except RuleFileError as error:
                yield _problem(error)


def register(folder: Path) -> Iterator[Problem]:
    """No rule, duty, gate or source that was ever released is gone: acts and papers cite its id.

    A rule that no longer holds gets valid_to, it is never taken out.
    """
    try:
        released = read_toml(folder / "register.toml", "register.toml")
    except RuleFileError as error:
        yield _problem(error)
        return
    sources, read, _ = read_folder(folder)
    present = {
        "rules": {rule.id for rule in read},
        "duties": {key for rule in read for key in rule.duties},
        "gates": _gate_ids(folder),
        "sources": set(sources),
    }
    for group, ids in present.items():
        for key in released.get(group, []):
            if key not in ids:
                zh, en = f"{key} 已发布过，不能删除", f"{key} was released and must not be removed"
                yield Problem("register.toml", group, Words(zh, en))


def _gate_ids(folder: Path) -> set[str]:
    try:
        return set(read_toml(folder / "gates.toml", "gates.toml"))
    except RuleFileError:
        return set()


def _no_source(key: str) -> Words:
    return Words(f"sources.toml 中没有 {key}", f"sources.toml has no {key}")


def holidays(folder: Path) -> Iterator[Problem]:
    """The administrator's calendar.toml, where there is one, can be read."""
    path = data_folder() / OVERLAY
    if not path.exists():
        return
    try:
        read_overlay(path)
    except CalendarError as error:
        yield Problem(OVERLAY, "", error.words)


def _problem(error: RuleFileError) -> Problem:
    return Problem(error.file, error.table, error.what)
