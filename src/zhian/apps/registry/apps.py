"""The file of every operator: what it is allowed to do, and until when."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Licences and filings, from application to their end; the census lives beside them."""

    name = "zhian.apps.registry"
    label = "registry"
    verbose_name = "主体档案"

    def ready(self) -> None:
        """Bind the app's kinds to their procedures."""
        from zhian.apps.registry import kinds

        kinds.register()
