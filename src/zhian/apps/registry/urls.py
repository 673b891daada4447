"""The addresses of this app, part by part."""

from __future__ import annotations

from zhian.apps.registry.archive.urls import urlpatterns as archive
from zhian.apps.registry.census.blind.urls import urlpatterns as blind
from zhian.apps.registry.census.review.urls import urlpatterns as review
from zhian.apps.registry.census.urls import urlpatterns as census
from zhian.apps.registry.licences.urls import urlpatterns as licences

urlpatterns = [*archive, *blind, *census, *review, *licences]
