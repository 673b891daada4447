"""Numbers that name something: plain characters, and errors that say where the mistake is."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

from zhian.law.errors import LawError
from zhian.law.words import Words

DIGITS = "0123456789"
LOOK_ALIKE = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}
BRACKETS = "()[]〔〕【】"
JOINERS = "-‐‑‒–—―−﹣ ·"


class IdentifierError(LawError):
    """A number that cannot be right: which number, at which character (from 1), and why."""

    def __init__(self, number: str, zh: str, en: str, position: int | None = None) -> None:
        super().__init__(f"{number or '（空）'}：{zh}", f"{number or '(empty)'}: {en}")
        self.number, self.position = number, position


class WrongLength(IdentifierError):
    """Too few or too many characters."""


class WrongCharacter(IdentifierError):
    """A character that cannot stand where it stands."""


class WrongCheckDigit(IdentifierError):
    """The check digit does not fit the rest: one character is mistyped or two are swapped."""


def normalised(text: str) -> str:
    """The characters that count: full-width forms made plain, capitals, no blanks or hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in plain if c not in JOINERS and not c.isspace())


def comparable(text: str) -> str:
    """A number as it is compared with another, whichever brackets and hyphens it is written in."""
    return "".join(c for c in normalised(text) if c not in BRACKETS)


def require_length(code: str, length: int) -> None:
    """WrongLength unless the number has exactly so many characters."""
    if len(code) != length:
        raise WrongLength(
            code,
            f"应为 {length} 位，实为 {len(code)} 位，请核对是否漏录或者多录",
            f"needs {length} characters but has {len(code)}; something is missing or too much",
        )


def require_character(code: str, place: int, allowed: str) -> None:
    """WrongCharacter unless the character at a place (from 0) is allowed there."""
    character = code[place]
    if character in allowed:
        return
    zh = f"第 {place + 1} 位“{character}”不能出现在这里"
    en = f"character {place + 1}, “{character}”, cannot stand there"
    likely = LOOK_ALIKE.get(character)
    if likely and likely in allowed:
        zh, en = f"{zh}，可能是“{likely}”", f"{en}; perhaps it is “{likely}”"
    raise WrongCharacter(code, zh, en, place + 1)


def require_check(code: str, expected: str) -> None:
    """WrongCheckDigit unless the last character is the expected one."""
    if code[-1] != expected:
        raise WrongCheckDigit(
            code,
            f"校验码不符（末位为“{code[-1]}”），有一位录错或者两位颠倒，请对照证照逐位核对",
            f"the check digit does not fit (it ends in “{code[-1]}”): one character is wrong or "
            "two are swapped; compare with the certificate",
            len(code),
        )


def odd_division(code: str, divisions: Container[str] | None) -> list[Words]:
    """A remark where a county code is missing from the list given; none without a list."""
    if divisions is None or code in divisions:
        return []
    return [
        Words(
            f"区划代码 {code} 不在现行清单内，可能已经撤并或者属于开发区",
            f"Division code {code} is not in today's list; it may have been merged or belong to "
            "a development zone",
        )
    ]
