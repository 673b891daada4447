"""The officials' pages that belong to no single app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class OfficeConfig(AppConfig):
    """Home and search across apps."""

    name = "zhian.interfaces.office"
    label = "office"

    def ready(self) -> None:
        """Put the entrances into the menu."""
        from zhian.web import rooms

        rooms.register(
            rooms.Room("map", gettext_lazy("地图"), rooms.everybody, 50),
            rooms.Room("answering", gettext_lazy("属地责任"), rooms.everybody, 60),
        )
