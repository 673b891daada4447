"""The addresses of the officials' pages that belong to no single app."""

from __future__ import annotations

from django.urls import path

from zhian.interfaces.office import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("post/", pages.choose_post, name="choose_post"),
]
