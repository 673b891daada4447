"""Why a bulletin cannot be taken in at all; single rows are named in the report instead."""

from __future__ import annotations

from zhian.law.words import Words


class BulletinError(Exception):
    """The whole file is refused and nothing was changed; `words` says why in both languages.

    `field` is what must be entered anew: the file, or the day of receipt.
    """

    def __init__(self, zh: str, en: str, field: str = "file") -> None:
        super().__init__(zh)
        self.words, self.field = Words(zh, en), field


class UnreadableFile(BulletinError):
    """No csv, xlsx or zip of xlsx, or one that is broken or too large."""


class NoHeader(BulletinError):
    """The row of headers was not found; the sentence lists what is missing."""


class TwoHeaders(NoHeader):
    """The headers take up two rows, so that no column is certain."""


class WrongMap(BulletinError):
    """The map file is wrong."""


class Unfit(BulletinError):
    """Well-formed, but not to be taken in like this."""
