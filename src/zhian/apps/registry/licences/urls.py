"""The addresses of the register of licences."""

from __future__ import annotations

from django.urls import path

from zhian.apps.registry.licences import pages

urlpatterns = [
    path("licences/", pages.licences, name="licences"),
    path("licences/ghosts/", pages.ghosts, name="licence_ghosts"),
    path("licences/<int:pk>/", pages.licence, name="licence"),
]
