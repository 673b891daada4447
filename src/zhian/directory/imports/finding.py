"""What a cell of a roster means: a division by date, an agency, an office, a post by its name."""

from __future__ import annotations

from datetime import date
from unicodedata import normalize

from zhian.directory.imports.table import Row, Wrong
from zhian.directory.models import Agency, Office, Place
from zhian.law import offices
from zhian.law.words import Words


def place(row: Row, key: str, day: date) -> Place | None:
    """The division that a code means on a day; a merged one is its successor; raises Wrong."""
    code = row.text(key)
    if not code:
        return None
    found = Place.objects.resolve(code, day)
    if found is None:
        raise Wrong(
            key,
            f"{day} 没有区划 {code}。",
            f"There is no division {code} on {day}.",
        )
    return found


def agency(row: Row, key: str) -> Agency | None:
    """The agency by code, else by its full name; raises Wrong."""
    text = row.text(key)
    if not text:
        return None
    found = Agency.objects.filter(code=text).first()
    named = list(Agency.objects.filter(name=text)[:2]) if found is None else []
    if len(named) > 1:
        raise Wrong(
            key,
            f"有多个部门叫“{text}”，请写代码。",
            f"Several agencies are called “{text}”; give the code.",
        )
    found = found or (named[0] if named else None)
    if found is None:
        raise Wrong(key, f"没有部门“{text}”。", f"There is no agency “{text}”.")
    return found


def office(row: Row, key: str, of: Agency) -> Office | None:
    """The office of an agency by code or name; raises Wrong."""
    text = row.text(key)
    if not text:
        return None
    rows = of.offices.all()
    found = rows.filter(code=text).first() or rows.filter(name=text).first()
    if found is None:
        raise Wrong(
            key,
            f"{of} 没有科室“{text}”。",
            f"{of} has no office “{text}”.",
        )
    return found


def post(row: Row, key: str) -> str:
    """The kind of post by its name in either language or its key; raises Wrong."""
    named = {k: p.words for k, p in offices.posts().items()}
    return _named(row, key, named, "岗位", "post")


def agency_kind(row: Row, key: str) -> str:
    """The kind of agency by its name in either language or its key; raises Wrong."""
    named = {k: a.words for k, a in offices.agency_kinds().items()}
    return _named(row, key, named, "部门类别", "kind of agency")


LEVELS = {
    "province": ("省", "省级", "自治区", "直辖市"),
    "city": ("市", "地市", "地级市", "州", "盟"),
    "county": ("县", "区", "县级市", "县区", "旗"),
    "township": ("乡镇", "乡", "镇", "街道"),
    "village": ("村", "社区", "村居"),
    "grid": ("网格",),
}


def level(row: Row, key: str) -> str:
    """The level of a division, empty where the code is to decide; raises Wrong."""
    text = row.text(key)
    if not text:
        return ""
    for name, words in LEVELS.items():
        if text.casefold() == name or text in words:
            return name
    raise Wrong(key, f"没有级别“{text}”。", f"There is no level “{text}”.")


def _named(row: Row, key: str, named: dict[str, Words], zh: str, en: str) -> str:
    text = row.text(key)
    for name, words in named.items():
        full = {_bare(t) for t in (name, words.zh, words.en)}
        if _bare(text) in full or _bare(text) == _bare(words.zh).partition("(")[0]:
            return name
    raise Wrong(
        key,
        f"{zh}清单中没有“{text}”。",
        f"The list has no {en} “{text}”.",
    )


def _bare(text: str) -> str:
    """A name as it is compared: full and half width, case and blanks make no difference."""
    return "".join(normalize("NFKC", text).casefold().split())
