"""The checks behind the gates of ground checks: where somebody was, and what he names."""

from __future__ import annotations

from decimal import Decimal

from zhian.law.credit_gates import CHECKS
from zhian.law.gate_model import View, checks
from zhian.law.words import Words

__all__ = ["CHECKS"]

# The mainland with its islands, in degrees: what lies outside was typed in the wrong order.
LONGITUDES, LATITUDES = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))
NUMBERED = {
    "registered": Words("统一社会信用代码", "credit code"),
    "licensed": Words("许可证号", "licence number"),
    "same": Words("那一户的编号", "number of the other establishment"),
}


@checks("GROUND-POINT")
def was_there(view: View) -> Words | None:
    """A visit has a position and how exact it is, or the reason why it has none."""
    fields = view.fields
    longitude, latitude = fields.get("longitude"), fields.get("latitude")
    if longitude is None and latitude is None:
        if str(fields.get("no_point") or "").strip():
            return None
        return Words(
            "请取得现场定位，或者写明没有定位的原因。",
            "Take the position on the spot, or say why there is none.",
        )
    if longitude is None or latitude is None:
        return Words("经度和纬度要一并填写。", "Longitude and latitude go together.")
    if not _in_country(longitude, latitude):
        return Words(
            "经纬度不在国内，请检查是否填反。",
            "This position lies outside the country: are the two mixed up?",
        )
    if fields.get("accuracy") is None:
        return Words("请写明定位精度（米）。", "Say how exact the position is, in metres.")
    return None


def _in_country(longitude: Decimal, latitude: Decimal) -> bool:
    (west, east), (south, north) = LONGITUDES, LATITUDES
    return west <= longitude <= east and south <= latitude <= north


@checks("GROUND-NUMBER")
def names_the_other(view: View) -> Words | None:
    """Who says that it is registered, licensed or another one says under which number."""
    wanted = NUMBERED.get(str(view.fields.get("answer") or ""))
    if wanted is None or str(view.fields.get("number") or "").strip():
        return None
    return Words(f"请填写{wanted.zh}。", f"Give the {wanted.en}.")
