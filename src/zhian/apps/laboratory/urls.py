"""The addresses of this app."""

from __future__ import annotations

from django.urls import path

from zhian.apps.laboratory import pages

urlpatterns = [
    path("bulletins/", pages.index, name="bulletins"),
    path("bulletins/<int:pk>/", pages.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/columns/", pages.choose_columns, name="bulletin_columns"),
    path("bulletins/<int:pk>/confirm/", pages.confirm, name="bulletin_confirm"),
    path("bulletins/<int:pk>/drop/", pages.drop, name="bulletin_drop"),
    path("bulletins/<int:pk>/rows/", pages.rows, name="bulletin_rows"),
]
