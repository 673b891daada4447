"""Taking over one row of a roster: added, changed or the same; the actions do the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q

from zhian.directory import reach
from zhian.directory.actions import appointments, structure
from zhian.directory.imports import finding
from zhian.directory.imports.table import Row, Wrong
from zhian.directory.models import Agency, Appointment, Office, Place, Post, User

ADDED, CHANGED, SAME = "added", "changed", "same"
Take = Callable[[Row, Appointment | None, date], str]
REASON = "导入名册"


def need(row: Row, keys: Sequence[str]) -> None:
    """Refuse a row that leaves a needed cell empty; raises Wrong."""
    for key in keys:
        if not row.text(key):
            raise Wrong(key, "此格必填。", "This cell must be filled.")


def _set(row: Any, values: dict[str, Any], by: Appointment | None) -> str:
    """Bring an existing row up to date; empty cells leave it as it is."""
    wanted = {k: v for k, v in values.items() if v not in (None, "")}
    if all(getattr(row, k) == v for k, v in wanted.items()):
        return SAME
    structure.change_row(row, wanted, by=by, reason=REASON)
    return CHANGED


def place(row: Row, by: Appointment | None, day: date) -> str:
    """One division; what lies above it comes first, whatever the order of the file."""
    code, level = row.text("code"), finding.level(row, "level")
    since, until = row.day("valid_from"), row.day("valid_to")
    found = _place(code, since)
    if found is None:
        structure.add_place(
            code=code,
            name=row.text("name"),
            name_en=row.text("name_en"),
            level=level,
            valid_from=since,
            by=by,
            reason=REASON,
        )
        state, found = ADDED, _place(code, since)
        assert found is not None
    else:
        reach.need(by, "directory", found)
        names = {"name": row.text("name"), "name_en": row.text("name_en")}
        state = _set(found, names, by)
    ended = _ended(row, found, until, by)
    return state if state == ADDED else ended or state


def _place(code: str, since: date | None) -> Place | None:
    """The division of this code and beginning; without a beginning the one in force or last."""
    rows = Place.objects.filter(code=code)
    if since is not None:
        rows = rows.filter(Q(valid_from=since) | Q(valid_from__isnull=True))
    return rows.order_by(F("valid_to").desc(nulls_first=True), "-pk").first()


def _ended(row: Row, found: Place, until: date | None, by: Appointment | None) -> str | None:
    """A division that ends: only now, when everything it may have gone into exists."""
    if until is None:
        if row.text("merged_into"):
            raise Wrong(
                "valid_to",
                "写了并入代码，须同时写停用日期。",
                "A merged division needs its last day.",
            )
        return None
    if found.valid_to == until:
        return None
    into = None
    if row.text("merged_into"):
        into = finding.place(row, "merged_into", date.fromordinal(until.toordinal() + 1))
    structure.close_place(place=found, last_day=until, merged_into=into, by=by, reason=REASON)
    return CHANGED


def _places_in_order(rows: Sequence[Row]) -> list[Row]:
    """Divisions from the top down; those that end come last."""
    return sorted(
        rows,
        key=lambda r: (bool(r.text("valid_to")), len(r.text("code").rstrip("0")), r.number),
    )


def _agencies_in_order(rows: Sequence[Row]) -> list[Row]:
    """A superior that stands in the same file comes before those below it."""
    above = {r.text("code"): r.text("superior") for r in rows}

    def depth(code: str) -> int:
        seen: list[str] = []
        while code in above and code not in seen:
            seen.append(code)
            code = above[code]
        return len(seen)

    return sorted(rows, key=lambda r: (depth(r.text("code")), r.number))


ORDER: dict[str, Callable[[Sequence[Row]], list[Row]]] = {
    "places": _places_in_order,
    "agencies": _agencies_in_order,
    "offices": list,
    "staff": list,
}


def agency(row: Row, by: Appointment | None, day: date) -> str:
    """One agency."""
    kind, where = finding.agency_kind(row, "kind"), finding.place(row, "place", day)
    assert where is not None
    superior = finding.agency(row, "superior")
    texts = {key: row.text(key) for key in ("name_en", "short_name", "phone", "mailbox", "address")}
    found = Agency.objects.filter(code=row.text("code")).first()
    if found is None:
        structure.add_agency(
            code=row.text("code"),
            name=row.text("name"),
            kind=kind,
            place=where,
            superior=superior,
            by=by,
            reason=REASON,
            **texts,
        )
        return ADDED
    if found.kind != kind:
        raise Wrong(
            "kind",
            "部门的类别不能改，请撤销后另设。",
            "An agency's kind does not change; close it and add another.",
        )
    reach.need(by, "directory", found.place)
    more = {"name": row.text("name"), "place": where, "superior": superior}
    return _set(found, texts | more, by)


def office(row: Row, by: Appointment | None, day: date) -> str:
    """One office or station."""
    unit, where = finding.agency(row, "agency"), finding.place(row, "place", day)
    assert unit is not None
    names = {"name": row.text("name"), "name_en": row.text("name_en")}
    found = Office.objects.filter(agency=unit, code=row.text("code")).first()
    if found is None:
        structure.add_office(
            agency=unit, code=row.text("code"), place=where, by=by, reason=REASON, **names
        )
        return ADDED
    reach.need(by, "directory", unit.place)
    return _set(found, {**names, "place": where}, by)


def official(row: Row, by: Appointment | None, day: date) -> str:
    """One person in one post; a person with two posts has two rows."""
    since, until = row.day("since"), row.day("until")
    assert since is not None
    unit, kind = finding.agency(row, "agency"), finding.post(row, "post")
    assert unit is not None
    user, state = _person(row, by)
    post = structure.add_post(
        agency=unit,
        office=finding.office(row, "office", unit),
        kind=kind,
        place=finding.place(row, "place", max(since, day)),
        title=row.text("title"),
        title_en=row.text("title_en"),
        by=by,
        reason=REASON,
    )
    return _held(user, post, since, until, by) or state


def _held(
    user: User, post: Post, since: date, until: date | None, by: Appointment | None
) -> str | None:
    held = Appointment.objects.filter(user=user, post=post)
    same = held.filter(since=since).first()
    if same is not None:
        if until is None or same.until == until:
            return None
        appointments.end_appointment(appointment=same, on=until, by=by, reason=REASON)
        return CHANGED
    if appointments.overlapping(user, since, until).filter(post=post).exists():
        return None
    appointments.appoint(user=user, post=post, since=since, until=until, by=by, reason=REASON)
    return ADDED


def _person(row: Row, by: Appointment | None) -> tuple[User, str]:
    username = row.text("username") or row.text("card_number") or row.text("phone")
    if not username:
        raise Wrong(
            "username",
            "登录名、执法证号、手机须填一项。",
            "Fill in a login name, a card number or a telephone number.",
        )
    values: dict[str, Any] = {
        key: row.text(key) for key in ("name", "name_en", "phone", "card_number")
    }
    values["card_until"] = row.day("card_until")
    found = User.objects.filter(username=username).first()
    if found is None:
        given = {k: v for k, v in values.items() if v not in (None, "")}
        return structure.add_person(username=username, by=by, reason=REASON, **given), ADDED
    if found.name != values["name"]:
        raise Wrong(
            "name",
            f"登录名 {username} 已属于 {found.name}，请核对。",
            f"The login name {username} belongs to {found.name}; check it.",
        )
    if by is not None and not reach.people(by).filter(pk=found.pk).exists():
        raise Wrong("username", "此人不在您的管理范围内。", "Outside what you administer.")
    return found, _set(found, values, by)


TAKE: dict[str, Take] = {
    "places": place,
    "agencies": agency,
    "offices": office,
    "staff": official,
}
