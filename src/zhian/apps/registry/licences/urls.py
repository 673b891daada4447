"""The addresses of the register of licences."""

from __future__ import annotations

from django.urls import path

from zhian.apps.registry.licences import pages
from zhian.apps.registry.licences.importing import pages as importing

urlpatterns = [
    path("licences/", pages.licences, name="licences"),
    path("licences/ghosts/", pages.ghosts, name="licence_ghosts"),
    path("licences/<int:pk>/", pages.licence, name="licence"),
    path("licences/import/", importing.index, name="licence_imports"),
    path("licences/import/template/", importing.template, name="licence_import_template"),
    path("licences/import/<int:pk>/", importing.page, name="licence_import"),
    path("licences/import/<int:pk>/columns/", importing.columns, name="licence_import_columns"),
    path("licences/import/<int:pk>/confirm/", importing.confirm, name="licence_import_confirm"),
    path("licences/import/<int:pk>/drop/", importing.drop, name="licence_import_drop"),
]
