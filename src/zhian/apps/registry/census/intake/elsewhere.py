"""Whether an address names another county than the one whose roster it stands on.

The names of counties are those of python-stdnum (cn/loc.dat, GB/T 2260).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from zhian.directory.models import Place

_COUNTY = re.compile(r'^\s+(\d{4}) county="([^"]*)"')
_STATED = re.compile(r"^\[[^\]]*\]")
_HEAD = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,6}?(?:市|自治州|地区|盟))?"
    r"([\u4e00-\u9fff]{1,9}?(?:自治县|自治旗|县|区|旗|市))"
)
_ENDINGS = ("县", "区", "旗", "市")


@cache
def counties() -> frozenset[str]:
    """The names of all counties, today's and former ones; none of a single character."""
    text = resources.files("stdnum").joinpath("cn/loc.dat").read_text(encoding="utf-8")
    found = set()
    for row in filter(None, map(_COUNTY.match, text.splitlines())):
        if not row[1].endswith("00"):
            found.update(_STATED.sub("", name.strip()) for name in row[2].split(","))
    return frozenset(n for n in found if len(n) > 2 and n.endswith(_ENDINGS) and n != "市辖区")


def named(address: str, here: Place) -> str:
    """The other county that an address begins with; empty where it names none."""
    head = _HEAD.match(address)
    if head is None or head[1] == here.name or here.name in address:
        return ""
    return head[1] if head[1] in counties() else ""
