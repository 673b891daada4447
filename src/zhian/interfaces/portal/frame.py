"""What every public page has: its language, how long it may be kept, whose site it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from zhian.directory.models import Agency

View = Callable[..., HttpResponse]
LANGUAGES = {"zh": "zh-hans", "en": "en"}
FRESH = "max-age=0, must-revalidate"  # what is withdrawn is gone with the next look at it
KEPT = "max-age=30"  # a page that names no entry
A_YEAR = 365 * 24 * 3600


def public_page(view: View) -> View:
    """Speak the language that was asked for, and let nobody show a page that was withdrawn."""

    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = LANGUAGES.get(request.GET.get("lang", ""))
        if wanted is not None:
            translation.activate(wanted)
        response = view(request, *args, **kwargs)
        if wanted is not None:
            _remember(response, wanted)
        kept = FRESH if response.status_code == 200 else "no-store"
        response.headers.setdefault("Cache-Control", kept)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return framed


def _remember(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def language() -> str:
    """`en` or `zh`, as the page is read."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def regulator() -> Agency | None:
    """Whose site this is: the topmost regulator of this system."""
    found = Agency.objects.filter(kind="market_regulation", closed_on__isnull=True)
    return found.order_by("place__code", "pk").first()


def shown(
    request: HttpRequest, page: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page with the name and the telephone of the office."""
    whole = {"office": regulator(), "english": language() == "en", **context}
    return render(request, f"portal/{page}.html", whole, status=status)
