"""The addresses of this app, part by part."""

from __future__ import annotations

from zhian.apps.registry.licences.urls import urlpatterns as licences

urlpatterns = [*licences]
