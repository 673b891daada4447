"""Licence, filing and certificate numbers, taken apart by the formats of licence_formats.toml."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from stdnum.iso7064 import mod_11_10

from zhian.law.divisions import PROVINCES
from zhian.law.licence_formats import LicenceFormat, food_categories, licence_formats
from zhian.law.plain_numbers import (
    BRACKETS,
    DIGITS,
    IdentifierError,
    WrongCharacter,
    WrongCheckDigit,
    normalised,
    odd_division,
    require_character,
    require_check,
    require_length,
)
from zhian.law.words import Words

ABBREVIATIONS = frozenset(PROVINCES.values())


class UnknownLicenceKind(IdentifierError):
    """Nothing says what kind of number it is."""


class WrongPrefix(IdentifierError):
    """The number does not begin as this kind of licence does."""


@dataclass(frozen=True, slots=True)
class LicenceNumber:
    """A licence number: its kind, how it is written, and what its parts say."""

    kind: str
    code: str
    parts: Mapping[str, str]
    meanings: Mapping[str, Words]
    province: str
    remarks: tuple[Words, ...]

    @property
    def division(self) -> str | None:
        """The six-digit division code inside, of the day the licence was given; None without."""
        places = [self.parts.get(key, "") for key in ("province", "city", "county")]
        return "".join(places) if all(places) else None


def parse_licence(
    text: str, kind: str | None = None, divisions: Container[str] | None = None
) -> LicenceNumber:
    """A licence number of a kind of licence_formats.toml, or of the kind its beginning shows.

    `divisions` are the county codes of today's list; a code missing from it is only remarked.
    """
    province, code = _province_first(normalised(text))
    form = licence_formats()[kind] if kind else _recognised(province, code)
    if form.shaped(code):
        return _by_parts(form, province, code, divisions)
    return _by_pattern(form, province, code, text)


def compose_licence(kind: str, **parts: str) -> str:
    """The number of a new licence from its parts, with its check digit: SC 30, JY 27, YB 45.

    `parts` are digits by the keys of licence_formats.toml, without the check digit; a `division`
    of six digits stands for province, city and county. Raises UnknownLicenceKind where numbers of
    that kind carry no check digit, WrongCharacter where a part has not its length in digits.
    """
    form = licence_formats()[kind]
    if form.check is None and not form.county_gives:
        raise UnknownLicenceKind(
            kind,
            f"{form.words.zh}的编号不由本系统生成",
            f"no number of a {form.words.en} is made here",
        )
    division = parts.pop("division", "")
    given = {"province": division[:2], "city": division[2:4], "county": division[4:6]} | parts
    body = "".join(
        _whole_part(form, part.key, part.length, given.get(part.key, ""))
        for part in form.parts
        if part.key != "check"
    )
    return form.prefix + body + (str(mod_11_10.calc_check_digit(body)) if form.check else "")


def _whole_part(form: LicenceFormat, key: str, length: int, digits: str) -> str:
    if len(digits) == length and digits.isascii() and digits.isdigit():
        return digits
    raise WrongCharacter(
        f"{form.prefix}{digits}",
        f"{form.words.zh}编号的 {key} 应为 {length} 位数字，现为“{digits}”",
        f"{key} in the number of a {form.words.en} has {length} digits, not “{digits}”",
    )


def _province_first(code: str) -> tuple[str, str]:
    """The abbreviation of a province, bracketed or not, and the rest."""
    bare = code.lstrip(BRACKETS)
    if bare[:1] in ABBREVIATIONS:
        return bare[0], bare[1:].lstrip(BRACKETS)
    return "", code


def _recognised(province: str, code: str) -> LicenceFormat:
    for form in licence_formats().values():
        if form.prefix and code.startswith(form.prefix) and form.shaped(code):
            return form
    drug = licence_formats()["DRUG"]
    if province and re.match("[A-D][AB]", code):
        return drug
    known = "、".join(f.prefix for f in licence_formats().values() if f.prefix and f.parts)
    raise UnknownLicenceKind(
        province + code,
        f"看不出是哪一种证，编号应以 {known} 或者省份简称开头，请先选择证件种类",
        f"what kind of licence this is cannot be seen; numbers begin with {known} or the "
        "abbreviation of a province; choose the kind first",
    )


def _by_parts(
    form: LicenceFormat, province: str, code: str, divisions: Container[str] | None
) -> LicenceNumber:
    if not code.startswith(form.prefix):
        raise WrongPrefix(
            code,
            f"{form.words.zh}编号应以 {form.prefix} 开头",
            f"the number of a {form.words.en} begins with {form.prefix}",
            1,
        )
    if province and not form.province_prefix:
        raise WrongCharacter(
            province + code,
            f"{form.words.zh}编号前没有省份简称",
            f"the number of a {form.words.en} has no province before it",
            1,
        )
    require_length(code, len(form.prefix) + form.digits)
    for place in range(len(form.prefix), len(code)):
        require_character(code, place, DIGITS)
    remarks = _checked(form, code)
    parts = _split(form, code)
    number = LicenceNumber(form.key, _written(form, parts, province), parts, {}, province, ())
    if number.division:
        remarks += odd_division(number.division, divisions)
    meanings, odd = _meanings(form, parts)
    return LicenceNumber(form.key, number.code, parts, meanings, province, (*remarks, *odd))


def _checked(form: LicenceFormat, code: str) -> list[Words]:
    """No remark if the check digit fits; where it is only presumed a mismatch is a remark."""
    if form.check is None:
        return []
    body = code[len(form.prefix) :]
    try:
        require_check(code, mod_11_10.calc_check_digit(body[:-1]))
    except WrongCheckDigit:
        if form.check_certain:
            raise
        return [
            Words(
                "末位与推定的校验码不符，请与证件核对",
                "The last digit does not fit the presumed check digit; compare with the paper",
            )
        ]
    return []


def _split(form: LicenceFormat, code: str) -> dict[str, str]:
    found, place = {}, len(form.prefix)
    for part in form.parts:
        found[part.key] = code[place : place + part.length]
        place += part.length
    return found


def _written(form: LicenceFormat, parts: Mapping[str, str], province: str) -> str:
    """The number as the certificate writes it: XK with hyphens, the others without."""
    joiner = "" if form.check else "-"
    before = f"（{province}）" if province else ""
    return before + form.prefix + joiner.join(parts.values())


def _meanings(
    form: LicenceFormat, parts: Mapping[str, str]
) -> tuple[dict[str, Words], list[Words]]:
    """What the coded parts say, and a remark for each code that no list has."""
    lists = dict(form.values)
    if "category" in parts:
        lists["category"] = food_categories()
    found: dict[str, Words] = {}
    odd = []
    for key, codes in lists.items():
        value = parts[key]
        if value in codes:
            found[key] = codes[value]
        else:
            odd.append(Words(f"代码 {value} 不在清单内", f"Code {value} is not in the list"))
    return found, odd


def _by_pattern(form: LicenceFormat, province: str, code: str, text: str) -> LicenceNumber:
    if form.province_required and not province:
        raise WrongPrefix(
            code,
            f"{form.words.zh}编号应以省份简称开头",
            f"the number of a {form.words.en} begins with the abbreviation of a province",
            1,
        )
    body = code if form.province_prefix else province + code
    match = re.fullmatch(form.pattern, body)
    if match is None:
        raise WrongCharacter(
            text.strip(),
            f"不符合{form.words.zh}编号的写法，请与证件核对",
            f"is not written as the number of a {form.words.en}; compare with the paper",
        )
    parts = match.groupdict()
    meanings, odd = _meanings(form, parts) if parts else ({}, [])
    before = province if form.province_prefix else ""
    return LicenceNumber(form.key, before + body, parts, meanings, province, tuple(odd))
