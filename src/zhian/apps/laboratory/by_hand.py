"""A single failed sample entered by hand, as a bulletin would have brought it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhian.apps.laboratory.bulletins.places import Territory, locate
from zhian.apps.laboratory.models import Sample
from zhian.desk.kinds import Opening
from zhian.directory.models import Agency, Appointment, Place

TEXTS = (
    "food", "sampled_unit", "sampled_in", "producer", "producer_address", "brand",
    "specification", "made_on", "source", "laboratory", "report_number",
)  # fmt: skip
DAYS = {"sampled_on": "sampling_day", "reported_on": "report_day"}  # a form fills in …_on today


def opening(appointment: Appointment, values: Mapping[str, Any]) -> Opening:
    """Where the disposal begins: with the agency's intake, at the operator's or sampling place."""
    agency = appointment.post.agency
    operator, premises = values.get("operator"), values.get("premises")
    bearer = premises or operator
    items = "、".join(row["item"] for row in values["results"] if row.get("item"))
    return Opening(
        title=f"{values['food']}：{items}不合格"[:300],
        agency=agency,
        place=bearer.place if bearer else place_of(agency, values) or agency.place,
        operator=operator or (premises.operator if premises else None),
        premises=premises,
    )


def place_of(agency: Agency, values: Mapping[str, Any]) -> Place | None:
    """The division of the agency's territory that the address of sampling names."""
    address = values.get("sampled_in") or ""
    return Territory(agency).place_in(address, locate(address, values.get("source") or ""))


def sample_of(agency: Agency, values: Mapping[str, Any]) -> Sample:
    """The row of the sample, not yet stored."""
    texts = {name: _cut(name, values.get(name) or "") for name in TEXTS}
    where = place_of(agency, values)
    sampled = locate(texts["sampled_in"], texts["source"]).code
    premises = values.get("premises")
    return Sample(
        agency=agency,
        number=values["number"][:80],
        division=where.code if where else sampled,
        producer_division=locate(texts["producer_address"]).code,
        place=where,
        operator=values.get("operator") or (premises.operator if premises else None),
        **texts,
        **{name: values.get(entered) for name, entered in DAYS.items()},
    )


def _cut(name: str, text: str) -> str:
    length: int | None = getattr(Sample._meta.get_field(name), "max_length", None)
    return text[:length]
