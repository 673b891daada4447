"""Inspections and what follows from them."""

from __future__ import annotations

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Rectification orders; checklists, plans and visits come to live here."""

    name = "zhian.apps.inspections"
    label = "inspections"
    verbose_name = "监督检查"

    def ready(self) -> None:
        """Bind the app's kinds to their procedures."""
        from zhian.apps.inspections import kinds

        kinds.register()
