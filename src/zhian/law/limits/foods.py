"""Names of foods matched to the categories of each standard, with the reason for the match.

A Chinese food name ends in what the food is (桑叶挂面 is a 挂面): the longest known ending decides.
A word that only stands inside a name says too little; then the class under which the food was
sampled decides, or a person does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from zhian.law.limits.errors import UnknownCategory
from zhian.law.limits.tables import FOLDER, Line, lines
from zhian.law.limits.trees import CLASS, GB2760, GB2762, Tree, load_trees
from zhian.law.words import Words

EXACT, ENDING, CLASSED, INSIDE, CHOSEN, NOTHING = (
    "exact", "ending", "class", "inside", "chosen", "nothing",
)  # fmt: skip
SURE = frozenset([EXACT, ENDING, CLASSED, CHOSEN])
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
MARKS = re.compile(r"[\s™®©“”\"'·•]|TM$")
HOW = {
    EXACT: Words("“{word}”在食品名称表内", "“{word}” is in the table of foods"),
    ENDING: Words("名称以“{word}”结尾", "the name ends in “{word}”"),
    CLASSED: Words("按抽样分类“{word}”", "by its sampling class “{word}”"),
    INSIDE: Words("名称中含有“{word}”，不能确定", "the name contains “{word}”; not certain"),
    CHOSEN: Words("人工选定“{word}”", "“{word}” was chosen by a person"),
    NOTHING: Words("食品名称表内没有相符的名称", "no name in the table of foods fits"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of foods: names of one food, and its categories in each standard."""

    words: tuple[str, ...]
    nodes: dict[str, tuple[str, ...]]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What a name was taken for: categories by scheme, the word that decided, and how."""

    text: str
    how: str
    word: str = ""
    nodes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    general: bool = False

    @property
    def sure(self) -> bool:
        """Whether the name alone (or a person) settles the category."""
        return self.how in SURE

    @property
    def words(self) -> Words:
        """Why this category, in a sentence."""
        return HOW[self.how].format(word=self.word)


@dataclass(slots=True)
class FoodBook:
    """All names of foods, and the trees that they point into."""

    entries: dict[str, Entry]
    trees: dict[str, Tree]
    _seen: dict[tuple[str, str], Match] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> FoodBook:
        """The foods of a data folder; TableError for a category that a tree lacks."""
        trees = load_trees(folder)
        entries: dict[str, Entry] = {}
        for line in lines(folder, "foods.csv"):
            entry = _entry(line, trees)
            for word in entry.words:
                if word in entries:
                    raise line.wrong(f"“{word}”重复", f"“{word}” stands twice")
                entries[word] = entry
        return cls(entries, trees)

    def match(self, text: str, kind: str = "") -> Match:
        """A food name, with the class under which it was sampled if known."""
        found = self._seen.get((text, kind))
        if found is None:
            found = self._seen[text, kind] = self._match(text, kind)
        return found

    def chosen(self, match: Match, category: str) -> Match:
        """The same food in the category a person chose; UnknownCategory where none has it."""
        nodes = {s: (n,) for s, tree in self.trees.items() if (n := tree.find(category))}
        entry = self.entries.get(category.strip())
        if not nodes and entry is None:
            raise UnknownCategory(
                f"没有食品类别“{category}”，请填写标准中的类别编号或者名称",
                f"There is no category “{category}”: give a code or name of the standard",
            )
        known = dict(match.nodes) if entry is None else dict(entry.nodes)
        tags = match.tags if entry is None else (*match.tags, *entry.tags)
        return replace(match, how=CHOSEN, word=category, nodes=known | nodes, tags=tags)

    def _match(self, text: str, kind: str) -> Match:
        base, asides = parts_of(text)
        named = self._named(text, base, asides)
        classed = self._classed(text, kind)
        if classed is None:
            return named
        if not named.sure:
            return replace(classed, tags=(*classed.tags, *named.tags))
        return self._joined(named, classed)

    def _named(self, text: str, base: str, asides: tuple[str, ...]) -> Match:
        """The strongest of: the whole name, a bracket, its ending, a bracket's, any word in it."""
        for part in (base, *asides):
            if part in self.entries:
                return self._as(text, EXACT, part)
        for part in (base, *asides):
            word = self._ending(part)
            if word:
                return self._as(text, ENDING, word)
        word = self._inside(base)
        return self._as(text, INSIDE, word) if word else Match(text, NOTHING)

    def _as(self, text: str, how: str, word: str) -> Match:
        entry = self.entries[word]
        general = how == CLASSED or any(t.find(word) for t in self.trees.values())
        return Match(text, how, word, entry.nodes, entry.tags, general)

    def _ending(self, text: str) -> str:
        return next((text[i:] for i in range(len(text)) if text[i:] in self.entries), "")

    def _inside(self, text: str) -> str:
        for length in range(len(text), 1, -1):
            for end in range(len(text), length - 1, -1):
                if text[end - length : end] in self.entries:
                    return text[end - length : end]
        return ""

    def _classed(self, text: str, kind: str) -> Match | None:
        """The sampling class, from its narrowest part that is known (糕点-月饼)."""
        for part in reversed(re.split(r"[-—/>]", kind)):
            base, _ = parts_of(part)
            if base in self.entries:
                return self._as(text, CLASSED, base)
        return None

    def _joined(self, named: Match, classed: Match) -> Match:
        """The narrower of name and class; where they differ a whole name, then the class."""
        nodes = {
            scheme: self._narrower(self.trees[scheme], named, classed, scheme)
            for scheme in (GB2762, GB2760, CLASS)
        }
        tags = tuple(dict.fromkeys((*named.tags, *classed.tags)))
        return replace(named, nodes=nodes, tags=tags)

    def _narrower(self, tree: Tree, one: Match, two: Match, scheme: str) -> tuple[str, ...]:
        """The categories on which name and class agree; a whole name before class before ending."""
        ours, theirs = one.nodes.get(scheme, ()), two.nodes.get(scheme, ())
        if not ours or not theirs:
            return ours or theirs
        lower = [a for a in ours if any(b in tree.above(a) for b in theirs)]
        lower += [b for b in theirs if any(a in tree.above(b) for a in ours)]
        return tuple(dict.fromkeys(lower)) or (ours if one.how == EXACT else theirs)


def _entry(line: Line, trees: dict[str, Tree]) -> Entry:
    nodes = {scheme: line.listed(scheme) for scheme in (GB2762, GB2760)}
    for scheme, found in nodes.items():
        for node in found:
            if node not in trees[scheme].parents:
                raise line.wrong(f"没有类别“{node}”", f"there is no category “{node}”")
    nodes[CLASS] = line.listed("class")
    return Entry(tuple(line.needed("words").split()), nodes, tuple(line.text("tags").split()))


def parts_of(text: str) -> tuple[str, tuple[str, ...]]:
    """A name without its brackets, and what stands in them."""
    plain = MARKS.sub("", unicodedata.normalize("NFKC", text))
    asides = tuple(a or b or c for a, b, c in BRACKETS.findall(plain))
    base = BRACKETS.sub("", plain).split("(")[0].strip(" ,;、.:)")
    return base or plain, asides
