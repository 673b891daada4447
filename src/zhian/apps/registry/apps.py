"""The file of every operator: what it is allowed to do, and until when."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class RegistryConfig(AppConfig):
    """Licences and filings, from application to their end; the census lives beside them."""

    name = "zhian.apps.registry"
    label = "registry"
    verbose_name = "主体档案"

    def ready(self) -> None:
        """Bind the app's kinds to their procedures, and put its entrances into the menu."""
        from zhian.apps.registry import kinds
        from zhian.apps.registry.census import rights
        from zhian.web import rooms

        kinds.register()
        rooms.register(
            rooms.Room("operators", gettext_lazy("监管对象"), rooms.everybody, 10),
            rooms.Room("licences", gettext_lazy("许可证"), rooms.everybody, 20),
            rooms.Room("census", gettext_lazy("普查"), rights.reads, 30),
        )
