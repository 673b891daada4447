"""The addresses of the census, but for the review desk's."""

from __future__ import annotations

from django.urls import path

from zhian.apps.registry.census import register_pages, roster_pages, run_pages

urlpatterns = [
    path("census/", roster_pages.index, name="census"),
    path("census/rosters/", roster_pages.rosters, name="census_rosters"),
    path("census/rosters/new/", roster_pages.new, name="census_roster_new"),
    path("census/rosters/<int:pk>/", roster_pages.roster, name="census_roster"),
    path("census/rosters/<int:pk>/columns/", roster_pages.settle, name="census_roster_columns"),
    path("census/rosters/<int:pk>/confirm/", roster_pages.confirm, name="census_roster_confirm"),
    path("census/rosters/<int:pk>/drop/", roster_pages.drop, name="census_roster_drop"),
    path("census/rosters/<int:pk>/withdraw/", roster_pages.withdraw, name="census_roster_withdraw"),
    path("census/rosters/<int:pk>/faults/", roster_pages.faults, name="census_roster_faults"),
    path("census/rosters/<int:pk>/file/", roster_pages.submission, name="census_roster_file"),
    path("census/runs/", run_pages.runs, name="census_runs"),
    path("census/runs/<int:pk>/", run_pages.run, name="census_run"),
    path("census/runs/<int:pk>/publish/", run_pages.publish, name="census_run_publish"),
    path("census/runs/<int:pk>/refuse/", run_pages.refuse, name="census_run_refuse"),
    path("census/runs/<int:pk>/manifest/", run_pages.manifest, name="census_run_manifest"),
    path("census/establishments/", register_pages.establishments, name="census_establishments"),
    path("census/establishments/enter/", register_pages.enter_many, name="census_enter_many"),
    path(
        "census/establishments/<slug:number>/",
        register_pages.establishment,
        name="census_establishment",
    ),
    path(
        "census/establishments/<slug:number>/enter/",
        register_pages.enter,
        name="census_enter",
    ),
]
