"""Division codes of 2 to 12 digits: which level of administration, and what lies above."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from zhian.law.plain_numbers import (
    DIGITS,
    WrongCharacter,
    WrongLength,
    normalised,
    require_character,
)
from zhian.law.words import Words

PROVINCES = {
    "11": "京", "12": "津", "13": "冀", "14": "晋", "15": "蒙", "21": "辽", "22": "吉", "23": "黑",
    "31": "沪", "32": "苏", "33": "浙", "34": "皖", "35": "闽", "36": "赣", "37": "鲁", "41": "豫",
    "42": "鄂", "43": "湘", "44": "粤", "45": "桂", "46": "琼", "50": "渝", "51": "川", "52": "贵",
    "53": "云", "54": "藏", "61": "陕", "62": "甘", "63": "青", "64": "宁", "65": "新", "71": "台",
    "81": "港", "82": "澳",
}  # fmt: skip
WIDTHS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
LEVELS = {width: level for level, width in WIDTHS.items()}


@dataclass(frozen=True, slots=True)
class DivisionCode:
    """A division: its digits without the zeros behind, and its level."""

    digits: str
    level: str
    remarks: tuple[Words, ...]

    @property
    def code(self) -> str:
        """The full code of twelve digits."""
        return self.digits.ljust(12, "0")

    @property
    def parent(self) -> str | None:
        """The digits of the division above, None above a province."""
        shorter = [width for width in LEVELS if width < len(self.digits)]
        return self.digits[: max(shorter)] if shorter else None

    def within(self, other: DivisionCode) -> bool:
        """Whether it lies in another division, or is the same one."""
        return self.digits.startswith(other.digits)


def parse_division(text: str, known: Container[str] | None = None) -> DivisionCode:
    """A division code of 2, 4, 6, 9 or 12 digits (GB/T 2260 and the statistics bureau's).

    `known` holds the digits of today's divisions (`DivisionCode.digits`); a code missing from it
    is a remark, not an error, because old papers carry old codes.
    """
    code = normalised(text)
    if len(code) not in LEVELS:
        raise WrongLength(
            code,
            f"区划代码应为 2、4、6、9 或 12 位，实为 {len(code)} 位",
            f"a division code has 2, 4, 6, 9 or 12 digits, this has {len(code)}",
        )
    for place in range(len(code)):
        require_character(code, place, DIGITS)
    if code[:2] not in PROVINCES:
        raise WrongCharacter(
            code, f"前两位 {code[:2]} 不是省级代码", f"{code[:2]} is no province code", 1
        )
    digits = _significant(code)
    return DivisionCode(digits, LEVELS[len(digits)], _unknown(digits, known))


def _significant(code: str) -> str:
    """The digits of the narrowest level that is not all zeros."""
    widths = [2, *(w for w in LEVELS if w > 2 and w <= len(code))]
    steps = list(zip([0, *widths], widths, strict=False))
    for start, end in reversed(steps):
        if code[start:end].strip("0"):
            return code[:end]
    return code[:2]


def _unknown(digits: str, known: Container[str] | None) -> tuple[Words, ...]:
    if known is None or digits in known:
        return ()
    return (
        Words(
            f"区划代码 {digits} 不在现行清单内，可能已经撤并或者更名",
            f"Division code {digits} is not in today's list; it may have been merged or renamed",
        ),
    )
