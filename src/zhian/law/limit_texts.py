"""Results and limits as laboratories and standards write them, read into typed values.

`6.71mg/kg`, `<0.01`, `未检出`, five counts with one unit; `≤5mg/kg`, `44~46 %vol`, `不得检出`,
`n=5,c=2,m=10,M=100 CFU/g`. What cannot be read is refused with its place in the text; what was
taken in spite of a slip of the pen (`≤≤`, a lost superscript) is said in a remark.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from zhian.law.errors import LawError
from zhian.law.quantities import UNIT, ZERO, Interval, Unit, unit_of
from zhian.law.words import Words

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = str.maketrans(_SUPERSCRIPTS + "⁻⁺", "0123456789-+")
_EXPONENT = rf"[⁻⁺]?[{_SUPERSCRIPTS}]+|\^[-+]?\d+"
POWER = re.compile(rf"10(?P<exponent>{_EXPONENT})")
NUMBER = re.compile(
    rf"(?P<factor>\d+(?:\.\d+)?)(?:\s*[×xX*]\s*10(?:(?P<exponent>{_EXPONENT})|(?P<lost>\d)(?!\d)))?"
)
RELATION = re.compile(
    r"不得超过|不超过|不大于|不高于|不小于|不少于|不低于|小于等于|大于等于|小于|低于|大于|高于|<=|>=|[<>≤≥≦≧⩽⩾]"
)
_RELATIONS = {
    "不得超过": "≤", "不超过": "≤", "不大于": "≤", "不高于": "≤", "小于等于": "≤",
    "<=": "≤", "≦": "≤", "⩽": "≤", "不小于": "≥", "不少于": "≥", "不低于": "≥", "大于等于": "≥",
    ">=": "≥", "≧": "≥", "⩾": "≥", "小于": "<", "低于": "<", "大于": ">", "高于": ">",
}  # fmt: skip
ABSENT = re.compile(r"未(?:检|测)出|阴性|N\.?D\.?(?![a-zA-Z])", re.IGNORECASE)
LINE_BREAK = re.compile(r"\n(?=\s*[\d<未检])")
PRESENT = re.compile(r"检出|阳性")
BRACKET = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
DETECTION = re.compile(
    r"(?:方法)?(?:检出限|定量限|最低检出浓度|LOD|LOQ)\s*(?:为|[:=])?\s*", re.IGNORECASE
)
SEPARATOR = re.compile(r"[;,、]|/(?=\s*[\d<未检])")
NOTHING = re.compile(r"/(?=\s*(?:$|\())")
TO = re.compile(r"~|--?|—+|–|至|到")
PLAN = re.compile(
    r"n\s*=\s*(?P<n>\d+)\s*[,;、]?\s*c\s*=\s*(?P<c>\d+)\s*[,;、]?\s*m\s*=\s*", re.IGNORECASE
)
UPPER_PLAN = re.compile(r"[,;、]?\s*M\s*=\s*")
NOT_DETECTABLE = re.compile(r"(?:不得|不应|不可)检出|未检出")
NOT_USABLE = re.compile(r"(?:不得|不应|不可|禁止)(?:使用|添加|加入)|禁用")

EMPTY = Words("没有填写。", "is empty.")
LOST_SUPERSCRIPT = Words(
    "“{text}”按 10 的 {n} 次方理解，上标在文件中丢失。",
    "“{text}” was read as 10 to the power of {n}; the file lost the superscript.",
)
DOUBLED = Words("重复的“{sign}”只算一个。", "The doubled “{sign}” counts once.")
SIGN_IGNORED = Words(
    "“{sign}”与其后的范围不能同时成立，按范围理解。",
    "“{sign}” cannot stand before a range; the range counts.",
)
NO_SIGN = Words("标准值没有符号，按上限理解。", "The limit has no sign; taken as an upper limit.")
ASIDE = Words("括号内的“{text}”没有参与比较。", "“{text}” in brackets was not compared.")


class Unreadable(LawError):
    """A text that is no result or limit: which text, from which character (counted from 1)."""

    def __init__(self, text: str, at: int, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.text, self.position = text, at


class UnreadableResult(Unreadable):
    """A result that cannot be read."""


class UnreadableLimit(Unreadable):
    """A limit that cannot be read."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One measured value; `found` is False for 未检出, whose upper end is the detection limit."""

    interval: Interval
    unit: Unit | None
    found: bool = True
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What a laboratory found: one value, or one for each of n units of a sample."""

    values: tuple[Quantity, ...]
    remarks: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """A limit with a smallest and a largest allowed value, or one of them."""

    interval: Interval
    unit: Unit | None
    remarks: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Forbidden:
    """不得检出 (`detect`) or 不得使用 (`use`): nothing of it may be found."""

    what: str
    remarks: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """n units, of which at most c may lie above m and none above M (GB 29921, GB 4789.1)."""

    n: int
    c: int
    m: Decimal
    upper: Decimal | None
    unit: Unit | None
    remarks: tuple[Words, ...] = ()


Limit = Bounds | Forbidden | Plan


def _plain(character: str) -> str:
    """The usual form of a full-width or look-alike character; superscripts keep their height."""
    if character in _SUPERSCRIPTS:
        return character
    if character in "，、。":
        return "," if character == "，" else character
    form = unicodedata.normalize("NFKC", character)
    return form if len(form) == 1 else character


@dataclass(slots=True)
class _Scanner:
    """A text and how far it is read; `take` passes over blanks."""

    given: str
    error: type[Unreadable]
    at: int = 0
    remarks: list[Words] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        self.text = "".join(map(_plain, self.given)).rstrip(" \t\r\n,;、。")
        if not self.text.strip():
            raise self.error(self.given, 1, EMPTY.zh, EMPTY.en)

    def blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self.blanks()
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def done(self) -> bool:
        self.blanks()
        return self.at >= len(self.text)

    def stuck(self) -> Unreadable:
        """The error at the place that was reached."""
        self.blanks()
        where, rest = self.at + 1, self.given[self.at : self.at + 12] or "(末尾)"
        return self.error(
            self.given,
            where,
            f"“{self.given}”从第 {where} 个字符“{rest}”起无法识别。",
            f"“{self.given}” cannot be read from character {where}, “{rest}”.",
        )

    def number(self) -> Decimal | None:
        found = self.take(POWER)
        if found:
            return _power(found["exponent"])
        found = self.take(NUMBER)
        if not found:
            return None
        if found["lost"]:
            self.remarks.append(LOST_SUPERSCRIPT.format(text=found[0], n=found["lost"]))
        exponent = found["exponent"] or found["lost"]
        factor = Decimal(found["factor"])
        return _short(factor * _power(exponent)) if exponent else factor

    def unit(self) -> Unit | None:
        found = self.take(UNIT)
        return unit_of(found) if found else None

    def relation(self) -> str | None:
        found = self.take(RELATION)
        return _RELATIONS.get(found[0], found[0]) if found else None

    def bracket(self) -> str | None:
        found = self.take(BRACKET)
        return found[1] if found else None

    def aside(self) -> None:
        """Brackets and a lone stroke (no unit) say nothing that is compared."""
        while not self.done():
            if self.take(NOTHING):
                continue
            words = self.bracket()
            if words is None:
                return
            self.remarks.append(ASIDE.format(text=words))


def _power(exponent: str) -> Decimal:
    return Decimal(10) ** int(exponent.translate(_RAISED).removeprefix("^"))


def _short(value: Decimal) -> Decimal:
    """1.4 × 10² is 140, not 140.0."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def read_result(text: str) -> Result:
    """The values of a result such as `6.71mg/kg`, `<10`, `未检出` or `10；＜10；35CFU/g`.

    A unit behind the last value counts for all that have none. Raises UnreadableResult.
    """
    scan = _Scanner(text, UnreadableResult)
    scan.text = LINE_BREAK.sub(";", scan.text)
    values = [_value(scan)]
    while scan.take(SEPARATOR):
        values.append(_value(scan))
    unit = scan.unit() or values[-1].unit
    scan.aside()
    if not scan.done():
        raise scan.stuck()
    filled = tuple(_with_unit(value, unit) for value in values)
    return Result(filled, tuple(dict.fromkeys(scan.remarks)))


def _with_unit(value: Quantity, unit: Unit | None) -> Quantity:
    return Quantity(value.interval, value.unit or unit, value.found, value.numeric)


def _value(scan: _Scanner) -> Quantity:
    if scan.take(ABSENT):
        return _absent(scan)
    if scan.take(PRESENT):
        return Quantity(Interval(ZERO, None, low_open=True), scan.unit(), numeric=False)
    sign = scan.relation()
    number = scan.number()
    if number is None:
        raise scan.stuck()
    return Quantity(_interval(sign, number, ZERO), scan.unit())


def _absent(scan: _Scanner) -> Quantity:
    """未检出, with the detection limit where it is written behind it in brackets."""
    unit, high = None, None
    words = scan.bracket()
    limit = DETECTION.match(words) if words else None
    if words and limit:
        inner = _Scanner(words, UnreadableResult, limit.end())
        inner.relation()
        high = inner.number()
        unit = inner.unit()
    elif words:
        scan.remarks.append(ASIDE.format(text=words))
    else:
        unit = scan.unit()
    return Quantity(Interval(ZERO, high, high_open=True), unit, found=False, numeric=False)


def _interval(sign: str | None, number: Decimal, least: Decimal | None) -> Interval:
    if sign in ("<", "≤"):
        return Interval(least, number, high_open=sign == "<")
    if sign in (">", "≥"):
        return Interval(number, None, low_open=sign == ">")
    return Interval.exactly(number)


def read_limit(text: str) -> Limit:
    """The limit that a text states: bounds, a plan of n, c, m and M, or a ban.

    Raises UnreadableLimit. Limits without a sign are upper limits, with a remark.
    """
    scan = _Scanner(text, UnreadableLimit)
    signs = _signs(scan)
    limit = _ban(scan) or _plan(scan, signs) or _bounds(scan, signs)
    scan.aside()
    if not scan.done():
        raise scan.stuck()
    remarks = tuple(dict.fromkeys(scan.remarks))
    return _remarked(limit, remarks)


def _remarked(limit: Limit, remarks: tuple[Words, ...]) -> Limit:
    if isinstance(limit, Forbidden):
        return Forbidden(limit.what, remarks)
    if isinstance(limit, Plan):
        return Plan(limit.n, limit.c, limit.m, limit.upper, limit.unit, remarks)
    return Bounds(limit.interval, limit.unit, remarks)


def _signs(scan: _Scanner) -> str | None:
    """The sign before a limit; twice the same counts once."""
    sign = scan.relation()
    while sign is not None:
        again = scan.relation()
        if again is None:
            return sign
        if again != sign:
            raise scan.stuck()
        scan.remarks.append(DOUBLED.format(sign=sign))
    return None


def _ban(scan: _Scanner) -> Forbidden | None:
    for what, pattern in (("detect", NOT_DETECTABLE), ("use", NOT_USABLE)):
        if scan.take(pattern):
            scan.unit()
            return Forbidden(what)
    return None


def _plan(scan: _Scanner, sign: str | None) -> Plan | None:
    head = scan.take(PLAN)
    if head is None:
        return None
    if sign:
        scan.remarks.append(SIGN_IGNORED.format(sign=sign))
    m = _needed(scan)
    unit = scan.unit()
    upper = _needed(scan) if scan.take(UPPER_PLAN) else None
    unit = scan.unit() or unit
    n, c = int(head["n"]), int(head["c"])
    if n < 1 or c >= n or (upper is not None and upper < m):
        raise scan.stuck()
    return Plan(n, c, m, upper, unit)


def _needed(scan: _Scanner) -> Decimal:
    number = scan.number()
    if number is None:
        raise scan.stuck()
    return number


def _bounds(scan: _Scanner, sign: str | None) -> Bounds:
    number = _needed(scan)
    unit = scan.unit()
    spread = scan.take(re.compile("±"))
    reach = spread or scan.take(TO)
    if reach is None:
        return _one_sided(scan, sign, number, unit)
    other = _needed(scan)
    unit = scan.unit() or unit
    low, high = (number - other, number + other) if spread else (number, other)
    if low > high:
        raise scan.stuck()
    if sign:
        scan.remarks.append(SIGN_IGNORED.format(sign=sign))
    return Bounds(Interval(low, high), unit)


def _one_sided(scan: _Scanner, sign: str | None, number: Decimal, unit: Unit | None) -> Bounds:
    """One bound, or two written one after the other (≥6.5，≤8.5)."""
    if sign is None:
        scan.remarks.append(NO_SIGN)
        return Bounds(Interval(None, number), unit)
    first = _interval(sign, number, None)
    start = scan.at
    scan.take(re.compile("[,;且]"))
    second_sign = scan.relation()
    if second_sign is None:
        scan.at = start
        return Bounds(first, unit)
    second = _interval(second_sign, _needed(scan), None)
    unit = scan.unit() or unit
    return Bounds(_both(scan, first, second), unit)


def _both(scan: _Scanner, one: Interval, two: Interval) -> Interval:
    low, high = (one, two) if one.low is not None else (two, one)
    if low.low is None or high.high is None or low.low > high.high:
        raise scan.stuck()
    return Interval(low.low, high.high, low.low_open, high.high_open)
