"""The addresses of the review desk."""

from __future__ import annotations

from django.urls import path

from zhian.apps.registry.census.review import conflict_pages, pages, record_pages

urlpatterns = [
    path("census/review/", pages.review, name="census_review"),
    path("census/review/undo/", pages.undo_last, name="census_undo_last"),
    path("census/review/<int:pk>/", pages.question, name="census_question"),
    path("census/review/<int:pk>/answer/", pages.answer, name="census_answer"),
    path("census/conflicts/", conflict_pages.conflicts, name="census_conflicts"),
    path("census/conflicts/<int:pk>/", conflict_pages.settle, name="census_settle"),
    path("census/audit/", pages.audit, name="census_audit"),
    path("census/audit/result/", record_pages.audit_result, name="census_audit_result"),
    path("census/decisions/", record_pages.decisions, name="census_decisions"),
    path("census/decisions/<int:pk>/undo/", record_pages.undo, name="census_undo"),
    path("census/decisions/<int:pk>/second/", record_pages.second, name="census_second"),
]
