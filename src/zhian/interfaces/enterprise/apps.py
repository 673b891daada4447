"""The operators' site, reached by telephone and from the code on the wall."""

from __future__ import annotations

from django.apps import AppConfig


class EnterpriseConfig(AppConfig):
    """What do I owe, by when; my licences, papers and matters."""

    name = "zhian.interfaces.enterprise"
    label = "enterprise"
