"""The kinds of matter of this app, part by part."""

from __future__ import annotations

from zhian.apps.registry.archive import kinds as archive
from zhian.apps.registry.census import doors as census
from zhian.apps.registry.census.blind import kinds as blind
from zhian.apps.registry.licences.kinds import KINDS as LICENCES
from zhian.desk import kinds


def register() -> None:
    """Bind the kinds."""
    for kind in (*LICENCES, *archive.KINDS):
        kinds.register(kind)
    census.register()
    blind.connect()
    archive.connect()
