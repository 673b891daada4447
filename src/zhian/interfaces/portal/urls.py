"""The addresses of the public site."""

from __future__ import annotations

from django.urls import path

from zhian.interfaces.portal import map as public_map, pages

app_name = "portal"
urlpatterns = [
    path("public/", pages.home, name="home"),
    path("public/entries/", pages.entries, name="entries"),
    path("public/entries/<uuid:uid>/", pages.entry, name="entry"),
    path("public/map/", public_map.page, name="map"),
    path("public/data/", pages.data, name="data"),
    path("public/draw/", pages.draw, name="draw"),
    path("public/data/<slug:what>.csv", pages.csv, name="csv"),
]
