"""Which earlier matters tell of the same thing: near-duplicates of short Chinese texts.

Texts are brought to one form (widths, digits, the words that people use for one another), cut into
pieces of one and two characters, and weighed by how rare a piece is; likeness is the cosine of
the weights. Facts beside the text (premises, product, day) add to it. Nothing is learned, nothing
leaves the machine, and every likeness names the pieces that made it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

Floats = NDArray[np.float64]
# Longer pieces reward the same turn of phrase, which is what a second telling changes.
PIECES = (1, 2)
WEIGHT = {1: 2.0, 2: 1.0}
RARITY = 1.2
SHOWN = 6
FEW = 64  # so many new texts wait for the next count of rarities
_GAPS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Text:
    """What is compared: `key` of the matter, its words, and facts with equal meaning when equal."""

    key: str
    words: str
    facts: Mapping[str, str] = field(default_factory=dict)
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Like:
    """A matter that may be the same: likeness from 0 to about 1, the pieces and facts behind it."""

    key: str
    score: float
    pieces: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fact in common adds, and what days apart take: half of it after so many days."""

    facts: Mapping[str, float] = field(default_factory=dict)
    other: float = 0.1
    half_life: float = 60.0
    age: float = 0.05


class Synonyms:
    """Words that mean one thing here: the first of each group stands for all."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        table = {word: group[0] for group in groups for word in group[1:]}
        words = sorted(table, key=lambda word: (-len(word), word))
        self._table = table
        self._find = re.compile("|".join(map(re.escape, words))) if words else None

    def plain(self, text: str) -> str:
        """The text in one form: widths, case, no marks, figures kept, one word for each thing."""
        even = unicodedata.normalize("NFKC", text).casefold()
        if self._find is not None:
            even = self._find.sub(lambda found: self._table[found[0]], even)
        return _GAPS.sub(" ", even).strip()


def pieces(plain: str) -> Counter[str]:
    """Pieces of one and two characters inside each run of a plain text, and whole figures."""
    found: Counter[str] = Counter()
    for run in plain.split():
        for number in _NUMBER.findall(run):
            found[f"#{number}"] += 1
        letters = _NUMBER.sub("", run)
        for size in PIECES:
            found.update(letters[at : at + size] for at in range(len(letters) - size + 1))
    return found


class Index:
    """Earlier texts, ready to be asked; adding to it is cheap, weighing is done when asked."""

    def __init__(
        self, texts: Iterable[Text] = (), *, synonyms: Synonyms | None = None,
        weights: Weights = Weights(),
    ) -> None:  # fmt: skip
        self._synonyms = synonyms or Synonyms()
        self._weights = weights
        self._texts: list[Text] = []
        self._rows: list[Counter[str]] = []
        self._seen: dict[str, int] = {}
        self._counts: list[int] = []
        self._matrix: csr_matrix | None = None
        self._rarity = np.zeros(0)
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, text: Text) -> None:
        """Take in one more text."""
        row = pieces(self._synonyms.plain(text.words))
        for piece in row:
            place = self._seen.setdefault(piece, len(self._seen))
            if place == len(self._counts):
                self._counts.append(0)
            self._counts[place] += 1
        self._texts.append(text)
        self._rows.append(row)

    def find(self, text: Text, most: int = 3, least: float = 0.0) -> list[Like]:
        """The most alike, best first: at most `most`, each at least `least`.

        A text with the same key is left out.
        """
        if not self._texts or most < 1:
            return []
        matrix = self._weighed()
        asked = self._vector(pieces(self._synonyms.plain(text.words)))
        scores: Floats = matrix @ asked
        scores = scores + self._beside(text)
        order = np.argsort(-scores, kind="stable")
        found: list[Like] = []
        for row in order.tolist():
            if scores[row] < least or len(found) == most:
                break
            if self._texts[row].key != text.key:
                found.append(self._like(row, float(scores[row]), asked, text))
        return found

    def _weighed(self) -> csr_matrix:
        """The weights of every text; rarities are counted anew when a twentieth more has come."""
        known = 0 if self._matrix is None else self._matrix.shape[0]
        if self._matrix is None or len(self._texts) > max(known + FEW, known * 1.05):
            counts = np.array(self._counts, dtype=np.float64)
            self._rarity = (np.log((len(self._texts) + 1) / (counts + 1)) + 1) ** RARITY
            self._matrix = self._rows_from(0)
        elif len(self._texts) > known:
            rare = (math.log((len(self._texts) + 1) / 2) + 1) ** RARITY
            more = len(self._seen) - len(self._rarity)
            self._rarity = np.append(self._rarity, np.full(more, rare))
            self._matrix.resize(known, len(self._seen))
            self._matrix = vstack([self._matrix, self._rows_from(known)], format="csr")
        return self._matrix

    def _rows_from(self, start: int) -> csr_matrix:
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for row in self._rows[start:]:
            vector = self._sparse(row)
            columns += vector.keys()
            values += vector.values()
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(self._seen)))

    def _sparse(self, row: Counter[str]) -> dict[int, float]:
        """Place → weight of the known pieces of one text, of length one."""
        vector = {
            place: (1 + math.log(count))
            * float(self._rarity[place]) ** RARITY
            * _size_weight(piece)
            for piece, count in row.items()
            if (place := self._seen.get(piece)) is not None
        }
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {place: value / length for place, value in vector.items()}

    def _vector(self, row: Counter[str]) -> Floats:
        asked = np.zeros(len(self._seen))
        for place, value in self._sparse(row).items():
            asked[place] = value
        return asked

    def _beside(self, text: Text) -> Floats:
        """What facts in common and days apart add to each likeness."""
        added = np.zeros(len(self._texts))
        for n, known in enumerate(self._texts):
            for name, value in text.facts.items():
                if value and known.facts.get(name) == value:
                    added[n] += self._weights.facts.get(name, self._weights.other)
            if text.day is not None and known.day is not None:
                apart = abs(text.day - known.day) / self._weights.half_life
                added[n] += self._weights.age * 0.5**apart
        return added

    def _like(self, row: int, score: float, asked: Floats, text: Text) -> Like:
        vector = self._sparse(self._rows[row])
        shared = {piece: vector[place] * asked[place]
                  for piece in self._rows[row]
                  if (place := self._seen[piece]) in vector and asked[place] > 0}  # fmt: skip
        best = sorted(shared, key=lambda piece: (-shared[piece], piece))
        known = self._texts[row].facts
        same = tuple(n for n, value in text.facts.items() if value and known.get(n) == value)
        return Like(self._texts[row].key, score, _longest(best), same)


def _size_weight(piece: str) -> float:
    return 1.0 if piece.startswith("#") else WEIGHT[len(piece)]


def _longest(best: Sequence[str]) -> tuple[str, ...]:
    """The first pieces, those inside another left out."""
    found: list[str] = []
    for piece in best:
        if not any(piece in other for other in found):
            found = [other for other in found if other not in piece] + [piece]
        if len(found) == SHOWN:
            break
    return tuple(piece.removeprefix("#") for piece in found)
