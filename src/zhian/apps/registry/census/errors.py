"""Why rosters cannot be linked: the file, the row or the column, and what to do about it."""

from __future__ import annotations

from zhian.law.words import Words


class CensusError(Exception):
    """Nothing was linked and nothing written; `words` says why in both languages.

    `field`: what must be entered anew where it came from a form.
    """

    def __init__(self, zh: str, en: str, field: str = "file") -> None:
        super().__init__(zh)
        self.words, self.field = Words(zh, en), field


class UnreadableFile(CensusError):
    """No parquet, csv or xlsx, or one that is broken, locked or too large."""


class NoRoster(CensusError):
    """A table without the columns that a roster has: perhaps another department's file."""


class TwoHeaders(CensusError):
    """The headers take up two rows, so that no column is certain."""


class MergedCells(CensusError):
    """Cells among the rows are merged, so that a value stands beside its row."""


class WrongRow(CensusError):
    """A row that cannot be read as it stands."""


class SameId(CensusError):
    """Two rows carry one rid."""


class WrongMap(CensusError):
    """The map file is wrong."""


class NotWritten(CensusError):
    """The results cannot be put where they were wanted."""


class Unfit(CensusError):
    """Well-formed, but not to be taken in, run or published like this."""


class Standing(CensusError):
    """It rests on something that must be taken back first, or was done already."""
