"""The officials' pages that belong to no single app."""

from __future__ import annotations

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Home and search across apps."""

    name = "zhian.interfaces.office"
    label = "office"
