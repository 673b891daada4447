"""Texts as clerks type them, brought to one form: width, script, digits, phones."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc
from pypinyin import Style, pinyin

_KEPT = re.compile(r"[^0-9A-Z\u3400-\u9fff]+")
_DIGITS = "〇一二三四五六七八九"
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百两]+(?=[号组门栋幢单层楼室弄巷排区])")
_UNITS = {"十": 10, "百": 100}
_FRACTION = re.compile(r"(?<=\d)\.0+(?!\d)")
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?)\s*\d{1,5}(?!\d)", re.IGNORECASE)
_TELEPHONE = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(?:(?P<mobile>1(?:[-\s]?\d){10})(?!\d)"
    r"|\(?0(?:10|2\d|[3-9]\d\d)\)?[-\s]?(?P<local>\d{3,4}\s?\d{4})(?!\d))"
    r"|(?<!\d)(?P<bare>\d{3,4}\s?\d{4})(?!\d)"
)


@cache
def _simplified() -> dict[int, str]:
    """Every traditional character of the common block with its simplified form."""
    converter = opencc.OpenCC("t2s")
    block = [chr(c) for c in range(0x4E00, 0xA000)]
    pairs = zip(block, (converter.convert(c) for c in block), strict=True)
    return {ord(a): b for a, b in pairs if a != b and len(b) == 1}


@cache
def _traditional() -> re.Pattern[str]:
    """Any character that has a simplified form."""
    return re.compile(f"[{''.join(map(chr, _simplified()))}]")


@cache
def sound(character: str) -> str:
    """How a character is read, without its tone; itself where it has no reading."""
    return str(pinyin(character, style=Style.NORMAL, errors="default")[0][0])


def sounds(text: str) -> str:
    """How a text is read, character by character: equal for homophones, never a proof."""
    return " ".join(map(sound, text))


def simplified(text: str) -> str:
    """Half width, simplified characters, capitals; spaces and marks as they are."""
    half = unicodedata.normalize("NFKC", text)
    if _traditional().search(half):
        half = half.translate(_simplified())
    return half.upper()


def plain(text: str) -> str:
    """Letters, digits and characters only, in their simple form."""
    return _KEPT.sub("", simplified(text)) if text else ""


def numerals(text: str) -> str:
    """Chinese numbers before 号, 组 or 门 as digits: 三十二号 → 32号, 二〇八号 → 208号."""
    return _NUMERAL.sub(lambda found: str(_number(found.group())), text)


def _number(words: str) -> int:
    words = words.replace("零", "〇").replace("两", "二")
    if not any(unit in words for unit in _UNITS):
        return int("".join(str(_DIGITS.index(c)) for c in words))
    total, digit = 0, 0
    for character in words:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS.index(character)
    return total + digit


def phones(text: str) -> tuple[str, ...]:
    """The telephone numbers of a cell: mobiles in full, landlines without their area code.

    Spaces and hyphens inside a number, the country's code, extensions, words beside it and the
    `.0` of a spreadsheet do not count.
    """
    if not text:
        return ()
    half = _EXTENSION.sub(" ", _FRACTION.sub("", unicodedata.normalize("NFKC", text)))
    found = []
    for number in _TELEPHONE.finditer(half):
        digits = re.sub(r"\D", "", number["mobile"] or number["local"] or number["bare"])
        found.append(digits)
    return tuple(dict.fromkeys(found))


# a cancellation that is only asked for, or that is said not to be, is none
_NOT_YET = re.compile(r"未(?:注销|吊销|撤销|过期|到期)|(?:拟|申请)注销|注销(?:中|公告|备案)")
_STATUS = (
    ("吊销", re.compile("吊销")),
    ("撤销", re.compile("撤销")),
    ("注销", re.compile("注销|除名|责令关闭|失效|无效|过期|到期|届满|废止|终止")),
    ("停业", re.compile("停业|歇业|休业|停产|迁出")),
    ("存续", re.compile("存续|在营|开业|在业|正常|在册|登记成立|营业中")),
    ("有效", re.compile("有效")),
)


@cache
def status(text: str) -> str:
    """A state of registration or licence in one word, as it stands where it is none of ours.

    吊销，未注销 → 吊销, 已注销 → 注销, 开业 → 存续; 歇业 and 迁出 → 停业, neither ended nor at work
    here.
    """
    told = _NOT_YET.sub("", plain(text))
    return next((word for word, mark in _STATUS if mark.search(told)), text)


_LOOKS = str.maketrans("OIZSV", "01256")


def code(text: str) -> str:
    """A credit code as typed: half width, capitals, and the five letters that no code has
    (GB 32100-2015, table 1) read as the figures they look like."""
    cleaned = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    return cleaned.translate(_LOOKS)
