"""The rooms of the house as the menu lists them: each app says which of its pages are entrances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Room:
    """An entrance: the name of its address, what it is called, who may come in, where it stands."""

    name: str
    label: Any
    admits: Callable[[Any], bool]
    place: int = 100


_rooms: dict[str, Room] = {}


def register(*rooms: Room) -> None:
    """Put entrances into the menu; one name, one entrance."""
    _rooms.update({room.name: room for room in rooms})


def everybody(_appointment: object) -> bool:
    """Whoever holds a post."""
    return True


def open_to(appointment: object) -> list[Room]:
    """The entrances for a post, in their order."""
    found = [room for room in _rooms.values() if room.admits(appointment)]
    return sorted(found, key=lambda room: (room.place, room.name))
