"""Every address of the house, by room."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

ROOMS = (
    "zhian.interfaces.office.urls",
    "zhian.interfaces.portal.urls",
    "zhian.interfaces.enterprise.urls",
    "zhian.desk.urls",
    "zhian.directory.urls",
    "zhian.apps.registry.urls",
    "zhian.apps.laboratory.urls",
)

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(path("", include(room)) for room in ROOMS if find_spec(room)),
]

handler404 = "zhian.interfaces.portal.pages.not_found"
