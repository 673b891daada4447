"""What every refusal of the law package is: a sentence in both languages a clerk can act on."""

from __future__ import annotations

from zhian.law.words import Words


class LawError(Exception):
    """Something the law package cannot do, said in Chinese and English (`words`)."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)
