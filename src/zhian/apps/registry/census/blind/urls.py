"""The addresses of blind spots, ground checks and what is still unseen."""

from __future__ import annotations

from django.urls import path

from zhian.apps.registry.census.blind import check_pages, pages, unseen_pages

urlpatterns = [
    path("census/blind/", pages.blind, name="census_blind"),
    path("census/blind/open/", pages.open_many, name="census_blind_open"),
    path("census/blind/<int:pk>/", pages.spot, name="census_blind_spot"),
    path("census/checks/", check_pages.checks, name="census_checks"),
    path("census/checks/answer/", check_pages.answer_many, name="census_checks_answer"),
    path("census/unseen/", unseen_pages.unseen, name="census_unseen"),
]
