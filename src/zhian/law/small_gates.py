"""The checks behind the gates of workshops, stalls and farms, and of what is taken in by a file."""

from __future__ import annotations

from zhian.law.gate_model import View, checks
from zhian.law.licence_decision_gates import CHECKS
from zhian.law.provinces import Small
from zhian.law.words import Words

__all__ = ["CHECKS"]

AUTHORITIES = {
    "county": ("market_regulation", Words("县级市场监督管理部门", "the county's market regulator")),
    "township": ("township", Words("乡镇人民政府、街道办事处", "the township")),
}
FARMS = frozenset(["farm_crop", "farm_livestock", "farm_aquatic"])


def _rule(view: View) -> Small | None:
    """What the office's province says of this kind of small business."""
    rule: Small | None = view.facts.get("small_rule")
    return rule


@checks("SMALL-AGENCY", reads=("small_rule", "agency_kind"))
def rightful_agency(view: View) -> Words | None:
    """The province says who registers workshops and stalls (FSL 36)."""
    rule = _rule(view)
    kind, words = AUTHORITIES[rule.authority] if rule else AUTHORITIES["county"]
    if view.facts.get("agency_kind") == kind:
        return None
    return Words(
        f"按本机关适用的规定，由{words.zh}办理。", f"By the rules in force here {words.en} does it."
    )


@checks("SMALL-FORBIDDEN", reads=("small_rule",))
def may_be_made(view: View) -> Words | None:
    """What the province forbids to workshops is not registered (FSL 36)."""
    rule = _rule(view)
    product = str(view.fields.get("workshop_product") or "")
    found = rule.forbidden.get(product) if rule else None
    if rule is None or found is None:
        return None
    basis = f"{rule.basis.source} {rule.basis.article}"
    return Words(
        f"小作坊不得生产加工{found.zh}（{basis}）。",
        f"Workshops may not make {found.en} ({basis}).",
    )


@checks("SMALL-NEEDED", reads=("licensed",))
def no_licence_yet(view: View) -> Words | None:
    """Whoever holds a food licence for the place is no workshop and no stall."""
    number = view.facts.get("licensed")
    if not number:
        return None
    return Words(
        f"该场所已有许可证 {number}，不需要登记或者备案。",
        f"The place holds {number}: nothing is to be registered.",
    )


@checks("SMALL-SEEN", reads=("small_rule", "purpose", "conditions_changed"))
def may_go_unseen(view: View) -> Words | None:
    """Unseen only where the province inspects afterwards, or nothing has changed."""
    rule = _rule(view)
    same = view.facts.get("purpose") in ("change", "renewal")
    afterwards = rule is not None and rule.seen == "after"
    if afterwards or (same and not view.facts.get("conditions_changed")):
        return None
    return Words(
        "登记前应当现场核查；条件没有变化的变更、延续除外。",
        "The place is seen first; only a change or renewal with the same conditions need not be.",
    )


@checks("SMALL-INSPECTED", reads=("uninspected_first",))
def was_inspected(view: View) -> Words | None:
    """A new workshop is inspected within the province's term before its file is closed."""
    if not view.facts.get("uninspected_first"):
        return None
    return Words("首次登记的，须先完成首次检查。", "It is newly registered: inspect it first.")


@checks("FILING-RENEWAL", reads=("purpose",))
def is_a_renewal(view: View) -> Words | None:
    """The decision is of the kind that was applied for."""
    if view.facts.get("purpose") == "renewal":
        return None
    return Words("此申请不是备案延续。", "This is no renewal of a filing.")


@checks("FILING-ENDS", reads=("purpose",))
def is_an_end(view: View) -> Words | None:
    """The decision is of the kind that was applied for."""
    if view.facts.get("purpose") == "end":
        return None
    return Words("此申请不是停止经营的报告。", "This is no report that business has ended.")


@checks("FARM-AGENCY", reads=("agency_kind",))
def agriculture_does_it(view: View) -> Words | None:
    """Farms file with the agriculture authority of the county (AHL 39)."""
    if view.facts.get("agency_kind") == "agriculture":
        return None
    return Words("由农业农村主管部门办理。", "The agriculture authority does it.")


@checks("FARM-PREMISES", reads=("business_type",))
def premises_are_a_farm(view: View) -> Words | None:
    """What is filed is a farm in the directory too, so that the right agency answers for it."""
    if view.facts.get("business_type") in FARMS:
        return None
    return Words(
        "所选场所的业态不是种植、畜禽或者水产养殖，请先更正名录。",
        "The premises are no farm in the directory: correct that first.",
    )


@checks("FARM-HUSBANDRY")
def species_are_told(view: View) -> Words | None:
    """A livestock farm tells its species and size (AHL 39)."""
    fields = view.fields
    if fields.get("farm_kind") != "livestock" or (fields.get("species") and fields.get("size")):
        return None
    return Words(
        "畜禽养殖场须写明畜禽品种和养殖规模。", "A livestock farm tells its species and size."
    )


@checks("IMPORT-UNTOUCHED", reads=("touched",))
def nothing_came_after(view: View) -> Words | None:
    """A roster is taken back only whole: what somebody acted on stays."""
    number = int(view.facts.get("touched") or 0)
    if not number:
        return None
    return Words(
        f"其中 {number} 份许可证导入以后已有办理，不能整份撤回；请逐份更正。",
        f"{number} of its licences were acted on since: put right what is wrong one by one.",
    )
