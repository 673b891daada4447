"""The addresses of the files."""

from __future__ import annotations

from django.urls import path

from zhian.apps.registry.archive import editing, pages

_LINE = "operators/<int:pk>/<slug:section>/<uuid:line>"

urlpatterns = [
    path("operators/", pages.operators, name="operators"),
    path("operators/new/", editing.operator_new, name="operator_new"),
    path("operators/completeness/", pages.operators_completeness, name="operators_completeness"),
    path("operators/<int:pk>/", pages.operator, name="operator"),
    path("operators/<int:pk>/print/", pages.operator_print, name="operator_print"),
    path("operators/<int:pk>/as-of/", pages.operator_as_of, name="operator_as_of"),
    path("operators/<int:pk>/history/", pages.operator_history, name="operator_history"),
    path("operators/<int:pk>/change/", editing.operator_change, name="operator_change"),
    path("operators/<int:pk>/state/", editing.operator_state, name="operator_state"),
    path("operators/<int:pk>/premises/new/", editing.premises_new, name="premises_new"),
    path("operators/<int:pk>/papers/<uuid:line>/", pages.operator_paper, name="operator_paper"),
    path("operators/<int:pk>/<slug:section>/add/", editing.row_add, name="row_add"),
    path(f"{_LINE}/", editing.row_change, name="row_change"),
    path(f"{_LINE}/end/", editing.row_end, name="row_end"),
    path("premises/<int:pk>/change/", editing.premises_change, name="premises_change"),
    path("premises/<int:pk>/state/", editing.premises_state, name="premises_state"),
]
