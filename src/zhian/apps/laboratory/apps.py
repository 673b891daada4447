"""Samples, results, and what follows a failure."""

from __future__ import annotations

from django.apps import AppConfig


class LaboratoryConfig(AppConfig):
    """Failed samples and their disposal; standards, plans and verdicts come to live here."""

    name = "zhian.apps.laboratory"
    label = "laboratory"
    verbose_name = "检验检测"

    def ready(self) -> None:
        """Bind the app's kinds to their procedures."""
        from zhian.apps.laboratory import kinds

        kinds.register()
