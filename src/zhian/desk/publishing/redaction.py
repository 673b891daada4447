"""What is taken out of a text before the public reads it; a person checks every cut.

Functions of a text alone: nothing is looked up here. A cut says where it is and what stands there
instead, so that the page can show the source with every cut marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

HIDDEN = "＊＊＊"
SOME = "某"
HAN = r"\u3400-\u9fff"
COUNT = r"[0-9０-９一二三四五六七八九十百甲乙丙]"

# Two characters first; then the surnames that nine in ten people bear.
COMPOUND = (
    "欧阳 上官 司马 诸葛 司徒 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 夏侯 轩辕 端木 百里 南宫"
).split()
SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符"
    "舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农"
    "司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾"
)
SURNAME = f"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"
ROLES = (
    "当事人 负责人 法定代表人 法人代表 法人 经营者 业主 店主 摊主 老板 经办人 联系人 投资人 合伙人 "
    "员工 职工 厨师 司机 村民 居民 消费者 投诉人 举报人 证人 见证人 户主 农户 种植户 养殖户 "
    "承包人 委托代理人 签收人 检查人员 执法人员 抽样人员 家属"
).split()
AFTER_NAME = (
    r"(?=[\s，。、；：,.;:（(）)”\"]|$|先生|女士|同志|本人|等人|表示|反映|承认|的|于|在|将|已|称|对|向|与|"
    r"和|到|因|从|未|应|处|把|同|及|系|现|自|按|经|为|是|有|说|提|签|接|购|销|种|养)"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """One piece of a text that the public does not read, and what stands there instead."""

    start: int
    end: int
    kind: str
    instead: str


PHONES = (
    re.compile(r"(?<![0-9０-９])[1１][3-9３-９]\d(?:[\s-]?\d{4}){2}(?!\d)"),
    re.compile(r"(?<!\d)(?:[(（]0\d{2,3}[)）]|0\d{2,3}[-－—\s]?)\d{7,8}(?!\d)"),
    re.compile(
        r"(?:电话|手机|热线|传真|联系方式|QQ|微信)(?:号码?)?(?:为|是)?[:：\s]*([0-9０-９-]{5,13})"
    ),
    re.compile(r"微信(?:号码?)?(?:为|是)?[:：\s]*([A-Za-z][\w-]{5,19})"),
)
_BIRTHDAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
PAPERS = (
    re.compile(
        rf"(?<![0-9A-Za-z])[1-8]\d{{5}}(?:19|20)\d\d{_BIRTHDAY}\d{{3}}[0-9XxＸ](?![0-9A-Za-z])"
    ),
    re.compile(rf"(?<![0-9A-Za-z])[1-8]\d{{5}}\d\d{_BIRTHDAY}\d{{3}}(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])62\d{14,17}(?![0-9A-Za-z])"),
    re.compile(r"(?:账号|卡号|帐号)(?:为|是)?[:：\s]*([0-9]{8,})"),
    re.compile(r"(?:护照|通行证)(?:号码?)?(?:为|是)?[:：\s]*([A-Z][0-9A-Z]{6,9})"),
)
ADDRESSES = (
    # a group or a house of a village
    re.compile(
        rf"(?:村|屯|庄|社区)((?:第?{COUNT}+(?:村民小组|生产队|小组|组|队|社))?"
        rf"(?:{COUNT}+(?:-{COUNT}+)*(?:号|户)){{0,1}})(?![\u4e00-\u9fff]*[路街巷])"
    ),
    # a flat of an estate
    re.compile(
        rf"((?:{COUNT}+(?:号楼|栋|幢|座))?{COUNT}+单元(?:{COUNT}+[层楼])?(?:[0-9A-Za-z-]+[室号房]?)?)"
    ),
    re.compile(rf"({COUNT}+(?:号楼|栋|幢|座)(?:{COUNT}+[层楼])?[0-9A-Za-z-]+室)"),
)
FOREIGN_NAME = re.compile(rf"[{HAN}]{{1,6}}[·•][{HAN}]{{1,8}}?{AFTER_NAME}")
TITLED_NAME = re.compile(rf"(?<![{HAN}])({SURNAME}[{HAN}]{{1,2}})(?=先生|女士|同志)")
ROLE_NAME = re.compile(
    rf"(?:{'|'.join(ROLES)})(?:为|是|系|名叫|叫)?[:：\s]*({SURNAME}[{HAN}]{{1,2}}?){AFTER_NAME}"
)


def masked(name: str) -> str:
    """A person's name of which only the surname is left: 赵某某."""
    known = next((s for s in COMPOUND if name.startswith(s)), name[:1])
    return known + SOME * max(1, min(len(name) - len(known), 2))


def cuts(text: str, kinds: Iterable[str], names: Iterable[str], keep: Iterable[str]) -> list[Cut]:
    """What must go out of a text, in order and without overlap.

    `names` are natural persons known by the matter; `keep` are names of operators, which stay
    even where a person's name is part of them.
    """
    found = [cut for kind in kinds for cut in FINDERS[kind](text, tuple(names))]
    kept = [m.span() for name in keep if name for m in re.finditer(re.escape(name), text)]
    found = [c for c in found if not any(a <= c.start and c.end <= b for a, b in kept)]
    return list(_apart(found))


def _apart(found: list[Cut]) -> Iterator[Cut]:
    """The longest first where two overlap."""
    taken = 0
    for cut in sorted(found, key=lambda c: (c.start, -c.end)):
        if cut.start >= taken:
            yield cut
            taken = cut.end


def redacted(text: str, found: Iterable[Cut]) -> str:
    """The text with every cut made."""
    parts, at = [], 0
    for cut in found:
        parts += [text[at : cut.start], cut.instead]
        at = cut.end
    return "".join([*parts, text[at:]])


def marked(text: str, found: Iterable[Cut]) -> list[tuple[str, str, str]]:
    """The source in pieces: text, kind of cut (empty where it stays), what stands instead."""
    pieces, at = [], 0
    for cut in found:
        pieces += [
            (text[at : cut.start], "", ""),
            (text[cut.start : cut.end], cut.kind, cut.instead),
        ]
        at = cut.end
    pieces.append((text[at:], "", ""))
    return [piece for piece in pieces if piece[0]]


def _matches(text: str, patterns: Iterable[re.Pattern[str]], kind: str, how: str) -> Iterator[Cut]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            start, end = match.span(1 if pattern.groups else 0)
            if end > start:
                yield Cut(start, end, kind, how)


def _phones(text: str, names: tuple[str, ...]) -> Iterator[Cut]:
    return _matches(text, PHONES, "phone", HIDDEN)


def _papers(text: str, names: tuple[str, ...]) -> Iterator[Cut]:
    return _matches(text, PAPERS, "id", HIDDEN)


def _addresses(text: str, names: tuple[str, ...]) -> Iterator[Cut]:
    return _matches(text, ADDRESSES, "address", "")


def _persons(text: str, names: tuple[str, ...]) -> Iterator[Cut]:
    spans = [m.span() for name in names if name for m in re.finditer(re.escape(name), text)]
    spans += [m.span() for m in FOREIGN_NAME.finditer(text)]
    spans += [m.span(1) for p in (TITLED_NAME, ROLE_NAME) for m in p.finditer(text)]
    return (Cut(a, b, "person", masked(text[a:b])) for a, b in spans)


FINDERS: Mapping[str, Callable[[str, tuple[str, ...]], Iterator[Cut]]] = {
    "phone": _phones,
    "id": _papers,
    "address": _addresses,
    "person": _persons,
}
