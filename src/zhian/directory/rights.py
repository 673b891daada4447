"""Who may see and do what, how far: the one place where rights are decided.

The table is law/data/rights.toml; `visible` and `allows` are all that other code asks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import zhian.law
from zhian.directory.models import Appointment, Deputyship

FILES = ("write", "personal", "credit")  # what may be done with the file of an operator
SCOPES = ("none", "own", "office", "place", "agency", "all")
TABLE = Path(zhian.law.__file__).parent / "data" / "rights.toml"


class RightsError(ValueError):
    """The table of rights cannot be read; the sentence names the post."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one kind of post may see and do."""

    post: str
    see: Mapping[str, str] = field(default_factory=dict)
    act: Mapping[str, str] = field(default_factory=dict)
    confidential: bool = False
    admin: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def scope(self, what: str, kind: str) -> str:
        """How far the post sees (`see`) or acts (`act`) on matters of a kind."""
        table = self.see if what == "see" else self.act
        return table.get(kind, table.get("*", "none"))


@cache
def table() -> Mapping[str, Rights]:
    """Every post's rights, read once."""
    raw = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {post: _row(post, row) for post, row in raw.items()}


def _row(post: str, row: Mapping[str, object]) -> Rights:
    see, act = row.get("see", {}), row.get("act", {})
    if not isinstance(see, dict) or not isinstance(act, dict):
        raise RightsError(f"rights.toml, [{post}]: see / act 须为表")
    for scope in (*see.values(), *act.values()):
        if scope not in SCOPES:
            raise RightsError(f"rights.toml, [{post}]: 未知范围 {scope!r}")
    admin, files = row.get("admin", []), row.get("files", [])
    if unknown := set(files) - set(FILES):  # type: ignore[call-overload]
        raise RightsError(f"rights.toml, [{post}]: files 中没有 {sorted(unknown)}")
    return Rights(
        post,
        see,
        act,
        bool(row.get("confidential")),
        frozenset(admin),  # type: ignore[arg-type]
        frozenset(files),  # type: ignore[call-overload]
    )


def of(appointment: Appointment) -> Rights:
    """The rights of a person in a post; a post that the table does not know has none."""
    return table().get(appointment.post.kind, Rights(appointment.post.kind))


def may_administer(appointment: Appointment | None, part: str) -> bool:
    """Whether a post opens a part of the administration pages."""
    return appointment is not None and part in of(appointment).admin


def may_file(appointment: Appointment | None, what: str) -> bool:
    """Whether a post may write operators' files, read personal data in them, or enter credit."""
    return appointment is not None and what in of(appointment).files


def posts_that_file(what: str) -> tuple[str, ...]:
    """The posts with that right, for the addresses that only they open."""
    return tuple(post for post, row in table().items() if what in row.files)


def deputised(appointment: Appointment, day: date) -> list[Appointment]:
    """The people for whom this person stands in on a day."""
    return [
        row.absent
        for row in Deputyship.objects.filter(
            deputy=appointment, since__lte=day, until__gte=day
        ).select_related("absent__post", "absent__user")
    ]


def hands(appointment: Appointment, day: date) -> list[Appointment]:
    """In whose posts a person may sign on a day: his own first, then those he stands in for."""
    return [appointment, *deputised(appointment, day)]
