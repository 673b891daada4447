"""What a question to the register can be wrong in, each with a sentence to act on."""

from __future__ import annotations

from zhian.law.errors import LawError


class LimitsError(LawError):
    """A question or a table that cannot be used; the sentence says which part and why."""


class ImpossibleValue(LimitsError):
    """A result that nothing can have: below zero, or more than all of the sample."""


class UnknownCategory(LimitsError):
    """A chosen category that no standard of the register has."""


class NotADay(LimitsError):
    """A day of production or sampling that cannot be read."""


class TableError(LimitsError):
    """A table of the register is wrong; file, line and column stand in front."""

    def __init__(self, file: str, line: int, zh: str, en: str) -> None:
        super().__init__(f"{file} 第 {line} 行：{zh}", f"{file}, line {line}: {en}")
        self.file, self.line = file, line
