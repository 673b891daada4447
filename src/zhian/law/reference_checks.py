"""Checks of the reference lists for `zhian law check`: they load, and what they name exists.

That each row's source exists and names an article is checked for every file by
`zhian.law.rule_checks:citations`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from zhian.law import credit_codes, crime_prompts, licence_formats, offices, penalties, terms
from zhian.law.check import Problem
from zhian.law.offices import Post
from zhian.law.reading import one
from zhian.law.settings import Settings
from zhian.law.tables import RuleFileError
from zhian.law.words import Words

Row = TypeVar("Row")

ADMINISTRATORS = frozenset(["system_admin", "security_admin", "audit_admin"])
READERS: tuple[Callable[[Path], object], ...] = (
    offices.read_posts,
    offices.read_agency_kinds,
    offices.read_business_types,
    offices.read_forms,
    offices.read_conflicts,
    terms.read_retention,
    terms.read_recall_classes,
    terms.read_emergency_levels,
    terms.read_risk_grades,
    terms.read_reward,
    penalties.read_scales,
    penalties.read_powers,
    penalties.read_hearing,
    penalties.read_simple_procedure,
    penalties.read_circumstances,
    crime_prompts.read_prompts,
    licence_formats.read_formats,
    credit_codes.read_authorities,
)


def check_references(folder: Path) -> Iterator[Problem]:
    """Everything below, for `zhian law check`."""
    for check in (
        check_lists,
        check_posts,
        check_business_types,
        check_scales,
        check_serious,
        check_powers,
        check_conflicts,
        check_prompts,
        check_risk_grades,
        check_grading,
        check_forms,
    ):
        yield from check(folder)


def check_lists(folder: Path) -> Iterator[Problem]:
    """Every list can be read: all keys known, both languages there, source and article beside."""
    for read in READERS:
        try:
            read(folder)
        except RuleFileError as error:
            yield Problem(error.file, error.table, error.what)


def check_posts(folder: Path) -> Iterator[Problem]:
    """Posts exclude posts that exist, and the three administrators exclude all who sign."""
    posts = _read(offices.read_posts, folder)
    kinds = _read(offices.read_agency_kinds, folder)
    for post in posts.values():
        named = post.incompatible | post.not_in_one_matter
        yield from _missing("posts.toml", post.key, named, posts, "岗位", "post")
        yield from _missing("posts.toml", post.key, post.agencies, kinds, "机构种类", "agency kind")
        if post.key in named:
            yield Problem("posts.toml", post.key, Words("排斥自身", "excludes itself"))
    yield from _administrators(posts)


def _administrators(posts: Mapping[str, Post]) -> Iterator[Problem]:
    """System, security and audit administrators: three persons, none of whom signs."""
    signing = frozenset(key for key, post in posts.items() if post.signs)
    for key in sorted(ADMINISTRATORS):
        if key not in posts:
            yield Problem("posts.toml", key, Words("缺少这一岗位", "this post is missing"))
            continue
        wanted = (ADMINISTRATORS | signing) - {key} - posts[key].incompatible
        for other in sorted(wanted):
            words = Words(f"应与 {other} 互斥", f"must not be held together with {other}")
            yield Problem("posts.toml", key, words)
        if posts[key].signs:
            yield Problem(
                "posts.toml", key, Words("管理员不得审批", "an administrator may not sign")
            )


def check_business_types(folder: Path) -> Iterator[Problem]:
    """Each business type names agencies and licence formats that exist."""
    kinds = _read(offices.read_agency_kinds, folder)
    formats = _read(licence_formats.read_formats, folder)
    for row in _read(offices.read_business_types, folder).values():
        table = f"types.{row.key}"
        agencies = [row.department, *row.also]
        yield from _missing(
            "business_types.toml", table, agencies, kinds, "机构种类", "agency kind"
        )
        if row.licence:
            yield from _missing(
                "business_types.toml", table, [row.licence], formats, "证件种类", "licence format"
            )


def check_scales(folder: Path) -> Iterator[Problem]:
    """Bands of a scale meet without gap or overlap, and the scales it refers to exist."""
    scales = _read(penalties.read_scales, folder)
    for scale in scales.values():
        table = f"scales.{scale.key}"
        yield from _missing("penalties.toml", table, scale.same_as, scales, "罚则", "scale")
        for stage, who in sorted({(line.stage, line.who) for line in scale.fines}):
            lines = [line for line in scale.fines if (line.stage, line.who) == (stage, who)]
            if not _seamless(lines):
                words = Words(
                    f"{stage}/{who} 的货值分档有空当或者重叠",
                    f"the bands of {stage}/{who} leave a gap or overlap",
                )
                yield Problem("penalties.toml", table, words)
        if not (scale.fines or scale.measures or scale.same_as):
            yield Problem("penalties.toml", table, Words("没有任何处罚", "imposes nothing"))


def _seamless(lines: Iterable[penalties.FineLine]) -> bool:
    """Whether bands cover every amount exactly once."""
    ordered = sorted(lines, key=lambda line: line.from_ or 0)
    if ordered[0].from_ or ordered[-1].below is not None:
        return False
    return all(a.below == b.from_ for a, b in itertools.pairwise(ordered))


def check_serious(folder: Path) -> Iterator[Problem]:
    """The scope of grave circumstances names scales that exist."""
    scales = _read(penalties.read_scales, folder)
    try:
        scope = penalties.read_serious_scope(folder)
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    yield from _missing("serious_circumstances.toml", "scope", scope, scales, "罚则", "scale")


def check_powers(folder: Path) -> Iterator[Problem]:
    """Powers name agencies, scales, conflicts and settings that exist."""
    kinds = _read(offices.read_agency_kinds, folder)
    known = {
        "conflict": frozenset(_read(offices.read_conflicts, folder)),
        "setting": _settings(folder),
        "scales": frozenset(_read(penalties.read_scales, folder)),
        "licence": frozenset(_read(licence_formats.read_formats, folder)),
    }
    for row in _read(penalties.read_powers, folder).values():
        yield from _missing("powers.toml", row.key, [row.agency], kinds, "机构种类", "agency kind")
        for limit, allowed in known.items():
            value = row.limits.get(limit, [])
            named = [value] if isinstance(value, str) else value
            yield from _missing("powers.toml", row.key, named, allowed, limit, limit)


def check_conflicts(folder: Path) -> Iterator[Problem]:
    """Both sides of a conflict are known texts, and its setting exists."""
    sources = _read(offices.read_sources, folder)
    settings = _settings(folder)
    for row in _read(offices.read_conflicts, folder).values():
        cited = [source for source, _ in row.between]
        yield from _missing("conflicts.toml", row.key, cited, sources, "依据", "source")
        if row.setting:
            yield from _missing(
                "conflicts.toml", row.key, [row.setting], settings, "设置", "setting"
            )
        if len(row.between) < 2:
            words = Words("冲突应列出两条规定", "a conflict needs two rules")
            yield Problem("conflicts.toml", row.key, words)


def check_prompts(folder: Path) -> Iterator[Problem]:
    """Each crime prompt can be raised, goes to an agency that exists and cites known texts."""
    kinds = _read(offices.read_agency_kinds, folder)
    sources = _read(offices.read_sources, folder)
    for row in _read(crime_prompts.read_prompts, folder).values():
        table = f"prompts.{row.key}"
        cited = [source for source, _ in row.also]
        yield from _missing("crime_prompts.toml", table, cited, sources, "依据", "source")
        yield from _missing("crime_prompts.toml", table, [row.goes_to], kinds, "机构种类", "agency")
        if not row.any_of:
            yield Problem("crime_prompts.toml", table, Words("永远不会提示", "is never raised"))
        if list(row.tiers) != sorted(row.tiers):
            yield Problem("crime_prompts.toml", table, Words("tiers 应递增", "tiers must rise"))


def check_risk_grades(folder: Path) -> Iterator[Problem]:
    """The bands of the risk grades meet and run from 0 to 100."""
    rows = list(_read(terms.read_risk_grades, folder).values())
    seams = all(a.to == b.over for a, b in itertools.pairwise(rows))
    if rows and not (seams and rows[0].over == 0 and rows[-1].to == 100):
        words = Words(
            "等级分数应首尾相接，从 0 到 100", "the bands must join and run from 0 to 100"
        )
        yield Problem("risk_grading.toml", "grades", words)


def check_forms(folder: Path) -> Iterator[Problem]:
    """All 56 penalty forms and 10 complaint forms are listed once, in the order of their number."""
    found = _read(offices.read_forms, folder)
    for letter, count in (("P", 56), ("C", 10)):
        wanted = [f"{letter}{number:02d}" for number in range(1, count + 1)]
        if found and [key for key in found if key.startswith(letter)] != wanted:
            words = Words(
                f"{letter} 类文书应为 {count} 种", f"there must be {count} {letter} forms"
            )
            yield Problem("forms.toml", letter, words)


def check_grading(folder: Path) -> Iterator[Problem]:
    """The head of the risk grading: points add up to 100."""
    try:
        head = one(folder, "risk_grading.toml", "grading")
        total = (head.number("static_max") or 0) + (head.number("dynamic_max") or 0)
    except RuleFileError as error:
        yield Problem(error.file, error.table, error.what)
        return
    if total != 100:
        words = Words("静态和动态分数合计应为 100", "static and dynamic points must add up to 100")
        yield Problem("risk_grading.toml", "grading", words)


def _settings(folder: Path) -> frozenset[str]:
    try:
        return frozenset(setting.key for setting in Settings.load(folder))
    except RuleFileError:
        return frozenset()


def _read(read: Callable[[Path], Mapping[str, Row]], folder: Path) -> Mapping[str, Row]:
    """A list, or nothing where it cannot be read: `check_lists` says so already."""
    try:
        return read(folder)
    except RuleFileError:
        return {}


def _missing(
    file: str, table: str, named: Iterable[str], known: Iterable[str], zh: str, en: str
) -> Iterator[Problem]:
    for key in sorted(set(named) - set(known)):
        yield Problem(file, table, Words(f"没有名为 {key} 的{zh}", f"there is no {en} named {key}"))
