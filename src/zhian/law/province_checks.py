"""Checks of the provinces' files for `zhian law check`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zhian.law.check import Problem
from zhian.law.provinces import FOLDER, Province, read_province
from zhian.law.rules_file import read_folder
from zhian.law.tables import RuleFileError, read_toml
from zhian.law.words import Words

PRODUCTS = "workshop_product"


def check_provinces(folder: Path) -> Iterator[Problem]:
    """Every file can be read, speaks only of what the country leaves open, and once on a day."""
    shared, base, _mistakes = read_folder(folder)
    left_open = {key for rule in base if rule.basis == "internal" for key in rule.duties}
    taken = {rule.id for rule in base}
    listed = {str(r["key"]) for r in read_toml(folder / "choices.toml", "").get(PRODUCTS, ())}
    for path in sorted((folder / FOLDER).glob("*.toml")):
        try:
            found = read_province(path, shared)
        except RuleFileError as error:
            yield Problem(error.file, error.table, error.what)
            yield from _without_article(path, error.table)
            continue
        yield from _odd_rules(found, left_open, taken)
        yield from _odd_products(found, listed)


def _without_article(path: Path, told: str) -> Iterator[Problem]:
    """Where a file cannot be read: every rule and form that cites nothing, but the one told."""
    document = read_toml(path, "")
    for group in ("rules", "small"):
        for key, table in document.get(group, {}).items():
            if f"{group}.{key}" != told and not table.get("article"):
                words = Words("没有条款", "cites no article")
                yield Problem(f"{FOLDER}/{path.name}", f"{group}.{key}", words)


def _odd_rules(found: Province, left_open: set[str], taken: set[str]) -> Iterator[Problem]:
    for place, rule in enumerate(found.rules):
        if rule.id in taken:
            yield _problem(found, rule.id, "编号已被使用", "this id is used already")
        for key in sorted(set(rule.duties) - left_open):
            yield _problem(
                found, rule.id, f"{key} 不由省规定", f"{key} is not left to the provinces"
            )
        for other in found.rules[:place]:
            if set(rule.duties) & set(other.duties) and rule.overlaps(other):
                zh, en = f"与 {other.id} 重叠", f"overlaps with {other.id}"
                yield _problem(found, rule.id, zh, en)


def _odd_products(found: Province, listed: set[str]) -> Iterator[Problem]:
    for key, small in found.small.items():
        for product in sorted(small.forbidden.keys() - listed):
            yield _problem(
                found, f"small.{key}", f"{PRODUCTS} 中没有 {product}", f"no {product} in {PRODUCTS}"
            )


def _problem(found: Province, table: str, zh: str, en: str) -> Problem:
    return Problem(f"{FOLDER}/{found.key}.toml", table, Words(zh, en))
