"""What all pages share."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Lists, filters, forms, exports, template tags, base templates and static files."""

    name = "zhian.web"
    label = "web"
