"""What the public may read of a disposal (publications.toml), from the app's own rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhian.desk.models import Matter
from zhian.law import vocabulary
from zhian.law.words import Words


def disposal_result(matter: Matter) -> Mapping[str, Any]:
    """The failed sample as the bulletin named it, and what was done (抽样检验管理办法 46)."""
    disposal = matter.disposal
    sample = disposal.sample
    return {
        "food": sample.food,
        "category": sample.subcategory or sample.category,
        "brand": sample.brand,
        "specification": sample.specification,
        "made_on": sample.made_on,
        "results": [
            {"item": row.item, "result": row.result, "limit": row.limit}
            for row in sample.results.all()
        ],
        "sampled_unit": sample.sampled_unit,
        "sampled_at": sample.sampled_in,
        "producer": sample.producer,
        "producer_address": sample.producer_address,
        "laboratory": sample.laboratory,
        "notice": sample.notice,
        "outcome": _outcome(disposal.outcome),
        "conclusion": disposal.conclusion,
    }


def _outcome(key: str) -> Words | None:
    known = {row.key: row.words for row in vocabulary.choices("disposal_outcome")}
    return known.get(key)
