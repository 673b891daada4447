"""Why a bulletin cannot be taken in at all; single rows are named in the report instead."""

from __future__ import annotations

from zhian.law.words import Words


class BulletinError(Exception):
    """The whole file is refused and nothing was changed; `words` says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)


class UnreadableFile(BulletinError):
    """No csv, xlsx or zip of xlsx, or one that is broken or too large."""


class NoHeader(BulletinError):
    """The row of headers was not found; the sentence lists what is missing."""


class WrongMap(BulletinError):
    """The map file is wrong."""


class Unfit(BulletinError):
    """Well-formed, but not to be taken in like this."""
