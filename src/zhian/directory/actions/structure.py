"""Places, agencies, offices, posts and people as rows: adding, changing, closing, merging."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, ProtectedError, Q

from zhian.directory import log, reach
from zhian.directory.errors import NotPossible
from zhian.directory.models import Agency, Appointment, Office, Place, Post, User
from zhian.directory.models.places import SIGNIFICANT
from zhian.directory.words import agency_words, post_words
from zhian.law import offices

Row = TypeVar("Row", bound=Model)
LEVELS = tuple(SIGNIFICANT)
USERNAME = re.compile(r"[\w.@+-]{2,150}")


def change_row(row: Row, values: Mapping[str, Any], *, by: Appointment | None, reason: str) -> Row:
    """Set the values that differ and log them; the caller has checked reach and values."""
    before = {k: getattr(row, k) for k, v in values.items() if getattr(row, k) != v}
    if not before:
        return row
    for key in before:
        setattr(row, key, values[key])
    row.save(update_fields=list(before))
    after = {key: values[key] for key in before}
    person = row if isinstance(row, User) else None
    log.write(
        "change",
        row,
        by=by,
        reason=reason,
        before=before,
        after=after,
        person=person,
    )
    return row


def _added(row: Row, by: Appointment | None, reason: str, after: Mapping[str, Any]) -> Row:
    log.write("add", row, by=by, reason=reason, after=after)
    return row


@transaction.atomic
def add_place(
    *,
    code: str,
    name: str,
    by: Appointment | None,
    name_en: str = "",
    level: str = "",
    valid_from: date | None = None,
    reason: str = "",
) -> Place:
    """Add a division; its level and its parent follow from the code where they are not given."""
    level = level or level_of(code)
    check_code(code, level)
    parent = parent_of(code, level)
    if parent is not None:
        reach.need(by, "directory", parent)
    elif by is not None:
        raise NotPossible(
            "没有上级区划，请先录入上级。",
            "The division above is missing; enter it first.",
            "code",
        )
    if _standing(code):
        raise NotPossible(f"代码 {code} 已存在。", f"The code {code} exists already.", "code")
    row = Place.objects.create(
        code=code,
        name=name.strip(),
        name_en=name_en.strip(),
        level=level,
        parent=parent,
        valid_from=valid_from,
    )
    return _added(row, by, reason, {"code": code, "name": name, "level": level})


def _standing(code: str) -> bool:
    return Place.objects.filter(code=code, valid_to__isnull=True).exists()


def level_of(code: str) -> str:
    """The level that a code of 12 digits (grid cells: 15) means by its trailing zeros."""
    if len(code) == SIGNIFICANT["grid"]:
        return "grid"
    for level in LEVELS[:-1]:
        if not code[SIGNIFICANT[level] :].strip("0"):
            return level
    return "village"


def check_code(code: str, level: str) -> None:
    """Refuse what is no division code of its level (GB/T 10114)."""
    length = 15 if level == "grid" else 12
    if not (code.isascii() and code.isdigit() and len(code) == length):
        raise NotPossible(
            f"代码须为 {length} 位数字。", f"The code must have {length} digits.", "code"
        )
    if level != "grid" and code[SIGNIFICANT[level] :].strip("0"):
        raise NotPossible("代码与级别不符。", "The code does not fit its level.", "level")


def parent_of(code: str, level: str) -> Place | None:
    """The nearest division above that is in force and that the code lies in."""
    above = [code[: SIGNIFICANT[upper]].ljust(12, "0") for upper in LEVELS[: LEVELS.index(level)]]
    rows = {p.code: p for p in Place.objects.filter(code__in=above, valid_to__isnull=True)}
    return next((rows[c] for c in reversed(above) if c in rows and c != code), None)


@transaction.atomic
def close_place(
    *,
    place: Place,
    last_day: date,
    merged_into: Place | None,
    by: Appointment | None,
    reason: str,
) -> Place:
    """A division ends on a day; its code then leads to the one it was merged into."""
    reach.need(by, "directory", place)
    if merged_into is not None:
        if merged_into.pk == place.pk:
            raise NotPossible("不能并入自身。", "It cannot be merged into itself.", "merged_into")
        if not merged_into.exists_on(last_day + timedelta(days=1)):
            raise NotPossible(
                "并入的区划当日不存在。",
                "The division it goes into does not exist then.",
                "merged_into",
            )
    before = {"valid_to": place.valid_to, "merged_into": place.merged_into}
    place.valid_to, place.merged_into = last_day, merged_into
    place.save(update_fields=["valid_to", "merged_into"])
    what = "merge" if merged_into else "close"
    after = {"valid_to": last_day, "merged_into": merged_into}
    log.write(what, place, by=by, reason=reason, before=before, after=after)
    return place


@transaction.atomic
def add_agency(
    *,
    code: str,
    name: str,
    kind: str,
    place: Place,
    by: Appointment | None,
    reason: str = "",
    **more: Any,
) -> Agency:
    """Add an agency of a kind that exists at the place's level (agency_kinds.toml)."""
    reach.need(by, "directory", place)
    known = offices.agency_kinds().get(kind)
    if known is None:
        raise NotPossible(
            f"没有“{kind}”这类部门。", f"There is no such kind of agency: {kind}.", "kind"
        )
    if place.level not in known.levels:
        words = agency_words(kind)
        raise NotPossible(
            f"{words.zh}不设在{place.get_level_display()}一级。",
            f"A {words.en} does not exist at this level.",
            "kind",
        )
    if Agency.objects.filter(code=code).exists():
        raise NotPossible(f"代码 {code} 已存在。", f"The code {code} exists.", "code")
    row = Agency.objects.create(code=code, name=name.strip(), kind=kind, place=place, **more)
    return _added(row, by, reason, {"code": code, "name": name, "kind": kind})


@transaction.atomic
def change_agency(
    *, agency: Agency, by: Appointment | None, reason: str = "", **values: Any
) -> Agency:
    """Change names, published telephone and mailbox, seal words or the superior."""
    reach.need(by, "directory", agency.place)
    superior = values.get("superior")
    while superior is not None:
        if superior.pk == agency.pk:
            raise NotPossible(
                "上级不能是本部门或者其下级。",
                "The superior cannot be the agency itself or one below it.",
                "superior",
            )
        superior = superior.superior
    return change_row(agency, values, by=by, reason=reason)


@transaction.atomic
def close_unit(
    *, unit: Agency | Office, last_day: date, by: Appointment | None, reason: str
) -> None:
    """Close an agency or office that nobody holds a post in any more."""
    agency = unit if isinstance(unit, Agency) else unit.agency
    reach.need(by, "directory", agency.place)
    inside = Q(post__agency=unit) if isinstance(unit, Agency) else Q(post__office=unit)
    after = Q(until__isnull=True) | Q(until__gt=last_day)
    still = Appointment.objects.filter(inside & after).count()
    if still:
        raise NotPossible(
            f"还有 {still} 人在此任职，请先交接。",
            f"{still} people still hold posts here; hand over first.",
        )
    before = {"closed_on": unit.closed_on}
    unit.closed_on = last_day
    unit.save(update_fields=["closed_on"])
    log.write(
        "close",
        unit,
        by=by,
        reason=reason,
        before=before,
        after={"closed_on": last_day},
    )


@transaction.atomic
def add_office(
    *,
    agency: Agency,
    code: str,
    name: str,
    by: Appointment | None,
    name_en: str = "",
    place: Place | None = None,
    reason: str = "",
) -> Office:
    """Add an office, or a station that answers for a place."""
    reach.need(by, "directory", agency.place)
    if Office.objects.filter(agency=agency, code=code).exists():
        raise NotPossible(f"代码 {code} 已存在。", f"The code {code} exists.", "code")
    row = Office.objects.create(
        agency=agency, code=code, name=name.strip(), name_en=name_en, place=place
    )
    return _added(row, by, reason, {"code": code, "name": name, "place": place})


@transaction.atomic
def change_office(
    *, office: Office, by: Appointment | None, reason: str = "", **values: Any
) -> Office:
    """Change an office's names or the place it answers for."""
    reach.need(by, "directory", office.agency.place)
    return change_row(office, values, by=by, reason=reason)


@transaction.atomic
def add_post(
    *,
    agency: Agency,
    kind: str,
    by: Appointment | None,
    office: Office | None = None,
    place: Place | None = None,
    title: str = "",
    title_en: str = "",
    reason: str = "",
) -> Post:
    """Add a post of a kind that such an agency has (posts.toml); an equal one is returned."""
    reach.need(by, "directory", agency.place)
    check_post(agency, kind)
    if office is not None and office.agency_id != agency.pk:
        raise NotPossible(
            "该科室不属于此部门。", "That office belongs to another agency.", "office"
        )
    same = Post.objects.filter(agency=agency, office=office, kind=kind, place=place)
    if (found := same.first()) is not None:
        return found
    row = Post.objects.create(
        agency=agency,
        office=office,
        kind=kind,
        place=place,
        title=title,
        title_en=title_en,
    )
    return _added(row, by, reason, {"kind": kind, "office": office, "place": place})


def check_post(agency: Agency, kind: str) -> None:
    """Refuse a post that such an agency does not have."""
    known = offices.posts().get(kind)
    if known is None:
        raise NotPossible(f"没有“{kind}”这种岗位。", f"There is no such post: {kind}.", "kind")
    if known.agencies and agency.kind not in known.agencies:
        post, unit = post_words(kind), agency_words(agency.kind)
        raise NotPossible(
            f"{unit.zh}没有“{post.zh}”岗位。",
            f"A {unit.en} has no post of {post.en}.",
            "kind",
        )


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    by: Appointment | None,
    reason: str = "",
    **more: Any,
) -> User:
    """Add a person without a login; the security administrator opens that."""
    if by is not None:
        reach.need(by, "directory", by.post.territory)
    if not USERNAME.fullmatch(username):
        raise NotPossible(
            "登录名须为两个以上的字母、数字或者 . _ - @ +。",
            "A login name has two or more letters, digits or . _ - @ +.",
            "username",
        )
    if not name.strip():
        raise NotPossible("请写姓名。", "Give the name.", "name")
    if User.objects.filter(username=username).exists():
        raise NotPossible(
            f"登录名 {username} 已存在。",
            f"The login name {username} is taken.",
            "username",
        )
    row = User(username=username, name=name.strip(), **more)
    row.set_unusable_password()
    row.save()
    log.write("add", row, by=by, reason=reason, after={"username": username}, person=row)
    return row


@transaction.atomic
def change_person(*, user: User, by: Appointment | None, reason: str = "", **values: Any) -> User:
    """Change a person's name, telephone or enforcement card."""
    if by is not None:
        reach.need(by, "directory", by.post.territory)
        if not reach.people(by).filter(pk=user.pk).exists():
            raise NotPossible(
                "此人不在您的管理范围内。",
                "This person lies outside what you administer.",
            )
    return change_row(user, values, by=by, reason=reason)


@transaction.atomic
def rename_place(
    *, place: Place, name: str, name_en: str, by: Appointment | None, reason: str
) -> Place:
    """Another name for a division; the code stays."""
    reach.need(by, "directory", place)
    return change_row(place, {"name": name, "name_en": name_en}, by=by, reason=reason)


@transaction.atomic
def change_post(
    *, post: Post, by: Appointment | None, reason: str = "", title: str, title_en: str
) -> Post:
    """Another title for a post; what it is, where it stands and who holds it stay."""
    reach.need(by, "directory", post.agency.place)
    return change_row(post, {"title": title, "title_en": title_en}, by=by, reason=reason)


@transaction.atomic
def remove_post(*, post: Post, by: Appointment | None, reason: str = "") -> None:
    """Take out a post that was entered by mistake; one that anybody ever held stays on record."""
    reach.need(by, "directory", post.agency.place)
    held = NotPossible(
        "有人任过此岗位，不能删除。",
        "Somebody held this post: it stays on record.",
    )
    if post.appointments.exists():
        raise held
    before = {"kind": post_words(post.kind).zh, "office": post.office, "place": post.place}
    log.write("remove", post, by=by, reason=reason, before=before)
    try:
        post.delete()
    except ProtectedError as used:
        raise held from used
