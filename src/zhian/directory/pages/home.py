"""The first page of the administration."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from zhian.directory import assistant
from zhian.directory.access import access
from zhian.directory.pages.base import EVERY_PART, show


@access(admin=EVERY_PART)
def home(request: HttpRequest) -> HttpResponse:
    """What this post administers; an empty system is led through its first steps."""
    context = {"title": _("管理"), "empty_system": assistant.is_empty()}
    return show(request, "directory/home.html", context)
