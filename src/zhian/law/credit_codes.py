"""Unified social credit codes and the old registration numbers, taken apart and checked.

Each parser returns a frozen value or raises IdentifierError with the place of the mistake. What is
merely odd, such as a division code that has since been merged away, is a remark on the value.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_10

from zhian.law.plain_numbers import (
    DIGITS,
    IdentifierError,
    normalised,
    odd_division,
    require_character,
    require_check,
    require_length,
)
from zhian.law.reading import BASIS_KEYS, DATA, NAME_KEYS, basis, key_of, name, tables
from zhian.law.words import NO_WORDS, Words

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Uscc:
    """A credit code (GB 32100): registrar, kind of body, place and organisation code inside."""

    code: str
    authority: Words
    kind: Words
    division: str
    organisation: str
    remarks: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class RegistrationNumber:
    """An old business registration number of 15 digits, replaced by the credit code in 2015."""

    code: str
    division: str
    serial: str
    remarks: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Authority:
    """Who gives out credit codes beginning with a character, and the kinds of body it registers."""

    words: Words
    kinds: Mapping[str, Words]


def parse_uscc(text: str, divisions: Container[str] | None = None) -> Uscc:
    """A unified social credit code of 18 characters with a right check digit (GB 32100).

    `divisions` are the county codes of today's list; a code missing from it is only remarked.
    """
    code = normalised(text)
    require_length(code, 18)
    for place, _character in enumerate(code):
        require_character(code, place, DIGITS if 2 <= place < 8 else USCC_ALPHABET)
    require_check(code, stdnum_uscc.calc_check_digit(code[:17]))
    authority = authorities().get(code[0], Authority(NO_WORDS, {}))
    kind = authority.kinds.get(code[1], NO_WORDS)
    remarks = [*_odd_authority(code, authority, kind), *odd_division(code[2:8], divisions)]
    if not organisation_code_fits(code[8:17]):
        remarks.append(
            Words(
                f"第9至17位 {code[8:17]} 的组织机构代码校验不符，请与证照核对",
                f"The organisation code {code[8:17]} (characters 9 to 17) fails its own check; "
                "compare with the certificate",
            )
        )
    return Uscc(code, authority.words, kind, code[2:8], code[8:17], tuple(remarks))


def is_uscc(text: str) -> bool:
    """Whether a text is a credit code whose check digit is right (GB 32100)."""
    try:
        parse_uscc(text)
    except IdentifierError:
        return False
    return True


def _odd_authority(code: str, authority: Authority, kind: Words) -> list[Words]:
    if authority.words and kind:
        return []
    return [
        Words(
            f"前两位 {code[:2]} 不是已知的登记管理部门和机构类别",
            f"The first two characters {code[:2]} are no known registrar and kind of body",
        )
    ]


def parse_registration_number(
    text: str, divisions: Container[str] | None = None
) -> RegistrationNumber:
    """An old registration number: 6 division digits, 8 serial digits, 1 check digit."""
    code = normalised(text)
    require_length(code, 15)
    for place in range(15):
        require_character(code, place, DIGITS)
    require_check(code, mod_11_10.calc_check_digit(code[:14]))
    remarks = odd_division(code[:6], divisions)
    return RegistrationNumber(code, code[:6], code[6:14], tuple(remarks))


def organisation_code_fits(code: str) -> bool:
    """Whether the last of nine characters is the check character of the others (GB 11714)."""
    values = [int(c, 36) for c in code[:8]]
    total = sum(value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True))
    return code[8:] == "0123456789X0"[11 - total % 11]


def same_body(one: str, other: str) -> bool:
    """Whether two numbers surely name one body: equal credit codes, both valid."""
    try:
        return parse_uscc(one).code == parse_uscc(other).code
    except IdentifierError:
        return False


def read_authorities(folder: Path) -> dict[str, Authority]:
    """The registrars of uscc.toml by the first character of their codes."""
    found = {}
    for table in tables(folder, "uscc.toml", "authorities"):
        table.known(NAME_KEYS | BASIS_KEYS | {"kinds"})
        basis(table)
        kinds = table.table("kinds")
        listed = kinds.values if kinds else {}
        found[key_of(table)] = Authority(
            name(table), {k: kinds.words(k, required=True) for k in listed} if kinds else {}
        )
    return found


@cache
def authorities() -> Mapping[str, Authority]:
    """Who gives out credit codes."""
    return read_authorities(DATA)
