"""The addresses of the officials' pages that belong to no single app."""

from __future__ import annotations

from django.urls import path

from zhian.interfaces.office import answering, map as premises_map, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("post/", pages.choose_post, name="choose_post"),
    path("answering/", answering.index, name="answering"),
    path("answering/roster/", answering.roster, name="answering-roster"),
    path("answering/<int:pk>/", answering.place, name="answering-place"),
    path("answering/<int:pk>/tasks/", answering.give_tasks, name="answering-tasks"),
    path("answering/<int:pk>/fill/", answering.fill, name="answering-fill"),
    path("answering/<int:pk>/bind/", answering.bind, name="answering-bind"),
    path("map/", premises_map.page, name="map"),
    path("map/points.json", premises_map.points, name="map-points"),
    path("map/ground.json", premises_map.ground, name="map-ground"),
    path("map/<int:pk>/", premises_map.card, name="map-card"),
]
