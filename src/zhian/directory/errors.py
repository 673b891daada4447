"""Why the directory refuses: sentences that an administrator can act on."""

from __future__ import annotations

from django.utils.translation import get_language

from zhian.law.words import Words


class NotPossible(Exception):
    """Nothing was changed; `words` says why and what to do, `field` where it was entered."""

    def __init__(self, zh: str, en: str, field: str = "") -> None:
        super().__init__(zh)
        self.words = Words(zh, en)
        self.field = field

    def __str__(self) -> str:
        return self.words.text(get_language() or "zh")


class NotYours(NotPossible):
    """The thing lies outside the places that this administrator answers for."""

    def __init__(self) -> None:
        super().__init__("不在您的管理范围内。", "This lies outside what you administer.")
