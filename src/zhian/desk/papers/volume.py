"""The file of a matter (卷宗) before any page of it is made: what it holds, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhian.desk.models import Document, Evidence, Matter


@dataclass(frozen=True, slots=True)
class Chapter:
    """A matter's own pages: what it is, and every act in order."""

    title: str
    matter: Matter
    particulars: Sequence[tuple[str, str]] = ()
    course: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the table of contents; what stands behind it is bound in its place."""

    level: int
    title: str
    code: str = ""
    day: str = ""
    remark: str = ""
    what: Document | Evidence | Chapter | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that belongs to the matter and is not bound, and why."""

    title: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Volume:
    """The file of a matter as one official may see it."""

    matter: Matter
    particulars: Sequence[tuple[str, str]]
    items: Sequence[Item]
    left_out: Sequence[LeftOut]
