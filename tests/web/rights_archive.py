"""A file of an operator here and one elsewhere, each with a line and a paper, for the matrix."""

from __future__ import annotations

from typing import Any

from tests.builders import LONG_AGO
from zhian.apps.registry.models import QualityDocument
from zhian.desk import timing
from zhian.desk.models import Evidence
from zhian.directory.models import Premises


def archive_things(world: Any) -> None:
    for variant in ("own", "other"):
        shop = Premises.objects.get(**world.things["premises"][variant])
        paper = Evidence.objects.create(
            name="a.pdf",
            stored=f"{shop.pk:032x}.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0" * 64,
            added_at=timing.now(),
        )
        row = QualityDocument.objects.create(
            operator=shop.operator,
            since=LONG_AGO,
            recorded_at=timing.now(),
            by_name="x",
            title="x",
            stage="design",
            file=paper,
        )
        pk = {"pk": shop.operator_id}
        line = pk | {"line": row.line}
        kept = world.things
        kept.setdefault("operator", {})[variant] = pk
        kept.setdefault("operator_paper", {})[variant] = line
        kept.setdefault("archive_section", {})[variant] = pk | {"section": "products"}
        kept.setdefault("archive_row", {})[variant] = line | {"section": "documents"}
