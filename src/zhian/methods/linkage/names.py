"""What a signboard says: place, brand, trade, form; and whether the brand is the owner's name."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhian.methods.linkage.normalise import plain, simplified
from zhian.methods.linkage.places import LEVELS, Address, Gazetteer

_ASIDE = re.compile(r"[(（][^)）]*[)）]?$")
FORMS = tuple(
    "个体工商户 有限责任公司 股份有限公司 有限公司 责任公司 限公司 农民专业合作社 专业合作社 "
    "合作社 总公司 分公司 公司 集团 分店 总店 经营部 商行".split()
)
_ANY_ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]?")
_AND = re.compile(r"[、/,;|&+]|(?<=\S\S)\s+(?=\S\S)")
_MASKED = re.compile(r"^(\w{1,2}?)[*×Xx?？○〇□]+(\w?)$")
# 秀姐, 阿强: who is called so may bear it as a family name or as a given one
_NICKNAME = re.compile(r"^阿[\u3400-\u9fff]$|^[\u3400-\u9fff](?:姐|哥|嫂|叔|伯|姨|婶)$")
_BRANCH = re.compile(
    r"第?[\d一二三四五六七八九十百]+号?(?:分店|分公司|连锁店|直营店|加盟店|门店|分号)$"
)
_OF_CHAIN = re.compile(r"[\u3400-\u9fff]分(?:店|公司|号)")
_COMPANY = re.compile(r"(?<=[\u3400-\u9fff]{2})(?:连锁)?(?:股份)?有限(?:责任)?公司")
_ROAD_BRANCH = re.compile(r"(?<=[店馆铺房行])([\u3400-\u9fff]{2,5}(?:分|门)?店)$")
_BY_END: dict[str, tuple[str, ...]] = {
    end: tuple(form for form in FORMS if form[-1] == end) for end in {form[-1] for form in FORMS}
}
COMPOUND = frozenset(
    "欧阳 司马 上官 诸葛 司徒 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 端木".split()
)
_TOWNSHIP = re.compile("街道|镇|乡")
LONGEST = 8  # characters of a division before a brand
_GENERIC = re.compile(
    r"(?:店|部|厂|场|坊|馆|室|社|行|处|点|铺|城|屋|户|家|庄|园|中心|服务|贸易|商贸|销售)+$"
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A name in parts. `base`: without place and form; `core`: without the trade as well;
    `trade`: the class of its trade words, empty where unknown; `words`: those words."""

    full: str
    base: str
    core: str
    trade: str
    words: str


@cache
def trades() -> dict[str, str]:
    """Trade words → class, from trades.toml."""
    text = files("zhian.methods.linkage").joinpath("trades.toml").read_text(encoding="utf-8")
    return {word: name for name, words in tomllib.loads(text).items() for word in words.split()}


def owner(text: str) -> tuple[str, str]:
    """A person's name and surname; the name is empty where only 老王 or 王某 is written, both are
    where it is a nickname. Of two owners the first; what stands in brackets does not count."""
    half = _ANY_ASIDE.sub("", simplified(text)).strip()
    masked = _MASKED.match(half)
    if masked:
        return "", masked.group(1)
    name = plain(next(filter(None, map(str.strip, _AND.split(half))), ""))
    if not name or _NICKNAME.match(name):
        return "", ""
    called = _called().match(name)
    if called:
        return "", called.group(1) or called.group(2)
    return name, name[:2] if name[:2] in COMPOUND and len(name) > 2 else name[0]


@cache
def _called() -> re.Pattern[str]:
    family = f"({'|'.join(sorted(COMPOUND))}|[\\u3400-\\u9fff])"
    titles = "某+|姓|老板娘?|总|师傅|女士|先生|家|太太?|小姐|经理|医生|老师|校长|场长"
    return re.compile(f"^(?:老|小){family}$|^{family}(?:{titles})$")


def learn_tails(
    texts: Iterable[str], owners: Iterable[str], gazetteer: Gazetteer
) -> frozenset[str]:
    """The trade words of a county, from its own signboards; a person's name is none."""
    people = {plain(name) for name in owners}
    starts = _starts(gazetteer)
    bases = {_without_form(_without_place(_bare(text), starts, None)) for text in texts}
    return frozenset(_learned(bases - people) - set(trades()))


class Reader:
    """Takes signboards apart, with the divisions and the trade words of the county."""

    def __init__(self, gazetteer: Gazetteer, tails: frozenset[str]) -> None:
        self.starts = _starts(gazetteer)
        self.tails = dict.fromkeys(tails, "") | trades()
        self.longest = max(map(len, self.tails))

    def read(self, text: str, where: Address) -> Sign:
        """A name in parts; `where` tells which short place names may stand before the brand."""
        bare = _bare(text)
        base = _without_form(_without_place(bare, self.starts, where))
        base = self._without_branch(base, bool(_OF_CHAIN.search(bare)))
        base = self._without_village(base, where.village)
        core, trade, words = self._without_trade(base)
        full = _full(text)
        return Sign(full, base or full, core or base, trade, words)

    def _without_branch(self, name: str, of_chain: bool) -> str:
        """Which branch it is, behind the trade: 霞姨奶茶店·桂花街店, 潘家摩托车行·罗秀(分店)."""
        if of_chain:
            name = _COMPANY.split(name, maxsplit=1)[0] or name
            behind = (name[:-size] for size in range(2, min(6, len(name) - 3)))
            return next((rest for rest in behind if self._trade_of(rest) in trades()), name)
        found = _ROAD_BRANCH.search(name)
        if not found or not self._trade_of(name[: found.start()]):
            return name
        return name[: found.start()]

    def _without_village(self, name: str, village: str) -> str:
        """The village before a brand, where the address names it and a brand remains."""
        if len(village) < 2 or not name.startswith(village):
            return name
        rest = name[len(village) :]
        return rest if len(rest) - len(self._trade_of(rest)) > 1 else name

    def _trade_of(self, name: str) -> str:
        """The known trade word that a name ends with."""
        for size in range(min(self.longest, len(name)), 1, -1):
            if name[-size:] in self.tails:
                return name[-size:]
        found = _GENERIC.search(name)
        return found.group() if found else ""

    def _without_trade(self, name: str) -> tuple[str, str, str]:
        for size in range(min(self.longest, len(name)), 1, -1):
            tail = name[-size:]
            if tail in self.tails:
                return self._without_more(name[:-size]), self.tails[tail] or _class(tail), tail
        tail_found = _GENERIC.search(name)
        if tail_found and tail_found.start() > 0:
            return name[: tail_found.start()], "", tail_found.group()
        return name, "", ""

    def _without_more(self, core: str) -> str:
        """A second trade word before the first: 志旺豆制品·加工坊."""
        for size in range(min(4, len(core) - 2), 1, -1):
            if core[-size:] in trades():
                return core[:-size]
        return core


def _full(text: str) -> str:
    """A name as written; the legal form in brackets says nothing, a branch does."""
    half = simplified(text)
    aside = _ASIDE.search(half)
    return plain(half if aside and "店" in aside.group() else _ASIDE.sub("", half))


def _bare(text: str) -> str:
    return plain(_ASIDE.sub("", simplified(text)))


def _learned(bases: Iterable[str]) -> set[str]:
    """Ends of names that stand behind many different beginnings: what is sold, not who sells it."""
    before: dict[str, set[str]] = defaultdict(set)
    total = 0
    for base in bases:
        total += 1
        for size in range(2, min(6, len(base) - 1)):
            before[base[-size:]].add(base[:-size])
    bar = max(12, total // 1500)
    return {tail for tail, starts in before.items() if len(starts) >= bar}


@cache
def _class(tail: str) -> str:
    """The class of a learned word, by the known word that it ends with or holds."""
    known = trades()
    for size in range(len(tail), 1, -1):
        for start in range(len(tail) - size, -1, -1):
            if tail[start : start + size] in known:
                return known[tail[start : start + size]]
    return ""


Starts = tuple[tuple[str, dict[str, list[tuple[str, str]]]], ...]


def _starts(gazetteer: Gazetteer) -> Starts:
    """Level → first character → (text, full name where the text is a short one), longest first."""
    found = []
    for level in LEVELS:
        by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
        texts = gazetteer.shorts[level] | dict.fromkeys(gazetteer.names[level], "")
        for text in sorted((t for t in texts if 2 <= len(t) <= LONGEST), key=len, reverse=True):
            by_first[text[0]].append((text, texts[text]))
        found.append((level, dict(by_first)))
    return tuple(found)


def _without_place(name: str, starts: Starts, where: Address | None) -> str:
    """The divisions before a brand; a short name counts only where the address bears it out."""
    for level, by_first in starts:
        for text, full in by_first.get(name[:1], ()):
            if len(text) > len(name) - 2 or not name.startswith(text):
                continue
            if _TOWNSHIP.match(name, len(text)) and level in {"city", "county"} and full:
                continue
            if not full or _borne_out(level, full, where):
                name = name[len(text) :]
                break
    return name


def _borne_out(level: str, full: str, where: Address | None) -> bool:
    if level in {"province", "city"}:
        return True
    if level == "county":
        return where is None or not where.county or where.county == full
    return level == "town" and where is not None and where.town == full


def _without_form(name: str) -> str:
    branch = _BRANCH.search(name)
    name = name[: branch.start()] if branch and branch.start() > 1 else name
    for _ in range(2):
        for form in _BY_END.get(name[-1:], ()):
            if name.endswith(form) and len(name) > len(form):
                name = name.removesuffix(form)
                break
    return name
