"""The public site: what this office has let out, for everybody, without a script."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Published entries, open data, whom to call."""

    name = "zhian.interfaces.portal"
    label = "portal"
