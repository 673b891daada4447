"""How a figure of a penalty explains itself: sentences with their article, and yuan to the fen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from zhian.law.errors import LawError
from zhian.law.offices import sources
from zhian.law.rule_model import cited
from zhian.law.words import NO_WORDS, Words

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


class NegativeAmount(LawError):
    """An amount of money or goods below zero."""

    def __init__(self, what: Words, amount: Decimal) -> None:
        super().__init__(
            f"{what.zh}不能是负数：{amount}", f"{what.en} cannot be negative: {amount}"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a reckoning: what was done, and the provision it rests on (may be none)."""

    words: Words
    source: str = ""
    article: str = ""

    @property
    def cited(self) -> Words:
        """The provision in words, such as 《食品安全法》第122条第1款; empty where there is none."""
        if not self.source:
            return NO_WORDS
        title, article = sources()[self.source].title, article_words(self.article)
        return Words(f"《{title.zh}》{article.zh}", f"{title.en}, {article.en}")

    def text(self, language: str = "zh") -> str:
        """The sentence with its provision behind it."""
        provision = self.cited.text(language)
        if not provision:
            return self.words.text(language)
        brackets = " ({})" if language.lower().startswith("en") else "（{}）"
        return self.words.text(language) + brackets.format(provision)


def article_words(article: str) -> Words:
    """An article as people write it: 122(1) is its paragraph (款) 1, 32[1] its item (项) 1."""
    parts = re.fullmatch(r"(\d+)(-1)?((?:\(\d+\))*)((?:\[\d+\])*)", article)
    if parts is None:
        return cited(article)
    number, added, paragraphs, items = parts.groups()
    zh = f"第{number}条" + ("之一" if added else "")
    zh += "、".join(f"第{n}款" for n in re.findall(r"\d+", paragraphs))
    zh += "、".join(f"第{n}项" for n in re.findall(r"\d+", items))
    en = f"art. {number}{added or ''}{paragraphs}"
    return Words(zh, en + "".join(f" item {n}" for n in re.findall(r"\d+", items)))


def to_fen(amount: Decimal) -> Decimal:
    """Yuan rounded to two places, half a fen upwards."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def not_negative(what: Words, amount: Decimal) -> Decimal:
    """The amount itself; NegativeAmount if it is below zero."""
    if amount < 0:
        raise NegativeAmount(what, amount)
    return amount


def money(amount: Decimal) -> Words:
    """Yuan as people read them: 12,000.00 元."""
    shown = f"{to_fen(amount):,}"
    return Words(f"{shown} 元", f"{shown} yuan")


def step(zh: str, en: str, source: str = "", article: str = "", **values: object) -> Step:
    """A line with its values filled in; an amount (Decimal) is shown as yuan."""
    shown = {k: money(v) if isinstance(v, Decimal) else v for k, v in values.items()}
    return Step(Words(zh, en).format(**shown), source, article)
