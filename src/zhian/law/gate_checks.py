"""The checks behind gates that a program can decide, each under the id of its gate.

A check returns None, or the sentence that says what is missing. What it reads from the facts of a
kind of matter is listed beside it, so that a kind which does not report them is found.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zhian.law.gate_model import CHECKS, View, checks
from zhian.law.words import Words

__all__ = ["CHECKS"]

DAYS_TO_CORRECT_A_PRODUCT = 60  # SPOT 46
OFFICERS = 2  # PUNISH 22, APL 42


# ---- who acts -----------------------------------------------------------------------------


@checks("G-PUN-22", "G-APL-42")
def two_officers(view: View) -> Words | None:
    """Two officers with enforcement cards (PUNISH 22, APL 42); others than officials are exempt."""
    if view.actor.kind != "official":
        return None
    if len(view.actor.people) < OFFICERS:
        return Words(
            "执法人员不得少于两人，请填写同行人员。", "Two officers are needed: name the other."
        )
    without = [p.name for p in view.actor.people if not p.card]
    if without:
        return Words(
            f"没有有效执法证件：{'、'.join(without)}。",
            f"No valid enforcement card: {', '.join(without)}.",
        )
    return None


@checks("G-PUN-49", "G-HEAR-11", reads=("handlers",))
def not_a_handler(view: View) -> Words | None:
    """Who reviews a case or hosts its hearing did not handle it (PUNISH 49, HEAR 11)."""
    handlers = frozenset(view.facts.get("handlers", ()))
    same = [p.name for p in view.actor.people if p.key in handlers]
    if not same:
        return None
    return Words(
        f"{'、'.join(same)}是本案办案人员，不得审核或者主持听证。",
        f"{', '.join(same)} handled this case and may neither review it nor host its hearing.",
    )


# ---- service ------------------------------------------------------------------------------


@checks("SERVICE-PAPER")
def something_to_serve(view: View) -> Words | None:
    """There is a document made here, or papers received from elsewhere."""
    if view.fields.get("document") or view.fields.get("papers"):
        return None
    return Words("没有要送达的文书，请上传或者选择。", "There is nothing to serve: add the paper.")


@checks("G-PUN-82-1")
def signed_receipt(view: View) -> Words | None:
    """Personal service: the receipt with who signed and in what capacity (PUNISH 82(1))."""
    fields = view.fields
    if fields.get("method") != "direct":
        return None
    if not fields.get("proof"):
        return Words("直接送达须上传送达回证。", "Personal service needs the signed receipt.")
    if not fields.get("receiver") or not fields.get("relation"):
        return Words("请填写签收人及其身份。", "Say who signed and in what capacity.")
    return None


@checks("G-PUN-82-2")
def left_with_witness(view: View) -> Words | None:
    """Left at the address: witnessed, or photographed or recorded (PUNISH 82(2))."""
    fields = view.fields
    if fields.get("method") != "left" or fields.get("witnessed") or fields.get("proof"):
        return None
    return Words(
        "留置送达须有见证人，或者拍照、录像。",
        "A paper that is left needs a witness, photographs or a recording.",
    )


@checks("G-PUN-82-3")
def electronic_by_consent(view: View) -> Words | None:
    """Electronic service: consent, a signed address confirmation and a record (PUNISH 82(3))."""
    fields = view.fields
    if fields.get("method") != "electronic":
        return None
    if not fields.get("consent") or not fields.get("address_confirmed"):
        return Words(
            "电子送达须受送达人同意并签订送达地址确认书。",
            "Electronic service needs consent and a signed confirmation of address.",
        )
    if not fields.get("proof"):
        return Words(
            "电子送达须留存截屏、录音录像等记录。",
            "Electronic service needs a screenshot or recording.",
        )
    return None


@checks("G-PUN-82-4")
def returned_receipt(view: View) -> Words | None:
    """By post or through another office: the receipt is on file (PUNISH 82(4))."""
    if view.fields.get("method") not in ("post", "entrusted") or view.fields.get("proof"):
        return None
    return Words("请上传邮寄回执或者签收凭证。", "Add the postal receipt or the signed slip.")


@checks("G-PUN-82-5", reads=("attempts",))
def announcement_allowed(view: View) -> Words | None:
    """Announcement only when the person cannot be found or no other way works (PUNISH 82(5))."""
    fields = view.fields
    if fields.get("reason") == "no_other_way" and not view.facts.get("attempts"):
        return Words(
            "尚无送达未成的记录，不能公告送达。",
            "No failed attempt is on record, so it cannot be announced yet.",
        )
    if fields.get("where") == "notice_board" and not fields.get("photos"):
        return Words("张贴公告须拍照、录像。", "A posted announcement needs photographs.")
    return _not_in_future(view, "posted_on")


# ---- days ---------------------------------------------------------------------------------


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _not_in_future(view: View, name: str) -> Words | None:
    day = _day(view.fields.get(name))
    if day is None or day <= view.act.day:
        return None
    return Words(f"日期 {day} 尚未到。", f"The day {day} is still to come.")


@checks("SERVED-IN-PAST")
def served_in_past(view: View) -> Words | None:
    """A paper cannot have been served at a time that has not come."""
    at = view.fields.get("served_at")
    if isinstance(at, datetime) and at.tzinfo == view.act.at.tzinfo and at > view.act.at:
        return Words("送达时间尚未到。", "The time of service is still to come.")
    return _not_in_future(view, "served_at")


@checks("SERVED-SEALED", reads=("seal_missing",))
def served_sealed(view: View) -> Words | None:
    """Where the agency decided so, only a paper that carries its seal is served."""
    if not view.facts.get("seal_missing"):
        return None
    return Words(
        "文书尚未盖章：请先盖章并上传盖章件，再登记送达。",
        "The paper is not sealed yet: seal it and add the sealed file, then record the service.",
    )


@checks("RECEIVED-IN-PAST")
def received_in_past(view: View) -> Words | None:
    """A paper cannot have been received on a day that has not come."""
    return _not_in_future(view, "received_on")


@checks("RECT-DAY")
def day_to_come(view: View) -> Words | None:
    """A term for correction ends after the day on which it is set."""
    until = _day(view.fields.get("until"))
    if until is not None and until > view.act.day:
        return None
    return Words("改正期限须在今天之后。", "The day for correction must be later than today.")


@checks("G-SPT-46", reads=("product_check",))
def product_within_sixty_days(view: View) -> Words | None:
    """After a failed spot check of a product, at most sixty days (SPOT 46)."""
    until = _day(view.fields.get("until"))
    last = view.act.day + timedelta(days=DAYS_TO_CORRECT_A_PRODUCT)
    if not view.facts.get("product_check") or until is None or until <= last:
        return None
    return Words(
        f"监督抽查不合格产品的改正期限不得超过六十日，最迟 {last}。",
        f"After a failed spot check the term is at most sixty days: {last} at the latest.",
    )


# ---- tasks --------------------------------------------------------------------------------

ADDRESSEES = ("agency", "office", "handler")


@checks("TASK-ADDRESSEE")
def task_has_addressee(view: View) -> Words | None:
    """A task without an addressee is nobody's."""
    if any(view.fields.get(name) for name in ADDRESSEES):
        return None
    return Words(
        "请选择承办的部门、机构或者人员。", "Choose the agency, office or person to do it."
    )


@checks("TASK-DAY")
def task_day_to_come(view: View) -> Words | None:
    """The day to report back is later than the moment of giving."""
    return _late_day(view.fields.get("deadline"), view)


def _late_day(value: object, view: View) -> Words | None:
    day = _day(value)
    if day is None:
        return Words("请填写反馈期限。", "Give the day to report back.")
    if _is_past(value, view.act.at) or day < view.act.day:
        return Words(f"反馈期限 {day} 已过。", f"The day to report back, {day}, is past.")
    return None


def _is_past(value: object, now: datetime) -> bool:
    """Whether a moment lies before now, where both are told in the same way."""
    return isinstance(value, datetime) and value.tzinfo == now.tzinfo and value < now


@checks("TASK-PARTS")
def parts_are_whole(view: View) -> Words | None:
    """Every part of a split task has a text, a day and an addressee."""
    parts = view.fields.get("parts") or ()
    if not parts:
        return Words("请至少写一个部分。", "Write at least one part.")
    for number, part in enumerate(parts, start=1):
        if not part.get("text") or not any(part.get(name) for name in ADDRESSEES):
            return Words(
                f"第 {number} 部分缺少内容或者承办者。",
                f"Part {number} lacks its text or its addressee.",
            )
        if not part.get("deadline"):
            return Words(f"第 {number} 部分缺少期限。", f"Part {number} lacks its day.")
    return None


# ---- rectification and disposal -------------------------------------------------------------


@checks("RECT-UNLICENSED", reads=("unlicensed",))
def is_unlicensed(view: View) -> Words | None:
    """Only a business without the licence it needs is guided or closed down as such."""
    if view.facts.get("unlicensed"):
        return None
    return Words(
        "该主体证照齐全，不适用无证无照经营查处办法。",
        "This operator has its licences: the rules against unlicensed business do not apply.",
    )


@checks("DISPOSAL-OPERATOR", reads=("operator",))
def operator_is_known(view: View) -> Words | None:
    """An order needs an addressee: the sample is matched to an operator."""
    if view.facts.get("operator"):
        return None
    return Words("请先将样品对应到主体。", "First match the sample to an operator.")


@checks("G-SMP-27", reads=("untold",))
def producers_place_told(view: View) -> Words | None:
    """Whoever regulates the producer elsewhere was told of the failure (SAMPLE 27)."""
    if not view.facts.get("untold"):
        return None
    return Words(
        "标称生产者不在本辖区，请先办理“通报标称生产者所在地”。",
        "The producer sits elsewhere: first inform the regulator of the producer's place.",
    )


@checks("DISPOSAL-RESULTS")
def results_are_whole(view: View) -> Words | None:
    """A failing result entered by hand names what failed, and how."""
    rows = view.fields.get("results") or []
    if rows and all(row.get("item") and row.get("result") for row in rows):
        return None
    return Words(
        "每个不合格项目都要写明项目和检验结果。", "Every failed item needs its name and its result."
    )


@checks("DISPOSAL-REROUTE")
def says_where_it_belongs(view: View) -> Words | None:
    """A correction names something new, and not an operator and none at once."""
    fields = view.fields
    if fields.get("nobody") and (fields.get("operator") or fields.get("premises")):
        return Words(
            "已选“不对应任何登记的主体”，就不要再选主体或者场所。",
            "You ticked that no operator is meant: choose no operator or premises.",
        )
    if any(fields.get(name) for name in ("nobody", "operator", "premises", "office", "handler")):
        return None
    return Words(
        "请选择正确的主体、机构或者承办人。", "Choose the right operator, office or person."
    )


@checks("DISPOSAL-QUANTITY")
def quantities_are_sensible(view: View) -> Words | None:
    """Nothing can be sold or left in a negative amount."""
    for name in ("qty_sold", "qty_left"):
        amount = view.fields.get(name)
        if amount is not None and amount < 0:
            return Words("数量不能为负数。", "A quantity cannot be negative.")
    return None


@checks(
    "G-SMP-31", reads=("microbiological", "reserve_expires_on", "retest_applied_on", "retest_due")
)
def retest_possible(view: View) -> Words | None:
    """No re-test for microbes, after the reserve's shelf life, or on a late request (SAMPLE 31)."""
    facts = view.facts
    if facts.get("microbiological"):
        return Words("微生物指标不合格，不予复检。", "The failed item is microbial: no re-test.")
    expires, tested = _day(facts.get("reserve_expires_on")), _day(view.fields.get("result_on"))
    if expires and tested and tested > expires:
        return Words(
            f"备份样品保质期至 {expires}，不予复检。",
            f"The reserve sample's shelf life ended on {expires}: no re-test.",
        )
    applied, due = _day(facts.get("retest_applied_on")), _day(facts.get("retest_due"))
    if applied and due and applied > due:
        return Words(
            f"复检申请逾期（最迟 {due}），不予受理。",
            f"The application came late ({due} at the latest): it is not accepted.",
        )
    return None
