"""The checks behind the gates of licence applications (SCLIC, JYLIC, LICPROC)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhian.law.gate_checks import CHECKS
from zhian.law.gate_model import View, checks
from zhian.law.licence_formats import licence_formats
from zhian.law.plain_numbers import comparable
from zhian.law.thresholds import Application, asked_of, forbidden
from zhian.law.words import Words, joined

__all__ = ["CHECKS", "LicenceSeen"]

CHECKERS = 2  # SCLIC 21, JYLIC 20
ENDED = {
    "suspended": Words("已被暂停", "is suspended"),
    "expired": Words("有效期已届满", "has expired"),
    "cancelled": Words("已注销", "was struck off"),
    "annulled": Words("已被撤销", "was annulled"),
    "withdrawn": Words("已被撤回", "was withdrawn"),
    "revoked": Words("已被吊销", "was revoked"),
}


@dataclass(frozen=True, slots=True)
class LicenceSeen:
    """A licence as gates see it: its state today, its end, and when it may be renewed."""

    number: str
    state: str
    expires_on: date | None = None
    opens_on: date | None = None
    renew_by: date | None = None
    kind: str = ""
    ours: bool = True  # given by this agency, not merely entered in its register


def seen_licence(view: View) -> LicenceSeen | None:
    """The operator's licence whose number was entered, however it was written."""
    wanted = comparable(str(view.fields.get("licence_number") or ""))
    known: dict[str, LicenceSeen] = view.facts.get("licences") or {}
    return known.get(wanted)


def day_of(value: object) -> date | None:
    """A day, also of a moment."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


# ---- who applies --------------------------------------------------------------------------


@checks("LIC-ALIVE", reads=("subject_ended",))
def subject_is_alive(view: View) -> Words | None:
    """Only a registered subject applies for a licence or holds one (SCLIC 10, JYLIC 10, 41)."""
    if not view.facts.get("subject_ended"):
        return None
    return Words(
        "该主体已注销或者被吊销营业执照，没有合法主体资格。",
        "The operator is deregistered or lost its business licence: it is no lawful subject.",
    )


@checks("LIC-PREMISES", reads=("premises_fault",))
def premises_are_its_own(view: View) -> Words | None:
    """The licence names premises of this operator that are not given up."""
    fault = view.facts.get("premises_fault")
    if fault == "other":
        return Words(
            "所选场所不属于该主体，请重新选择。", "The premises belong to another operator."
        )
    if fault == "closed":
        return Words("所选场所已停业或者注销。", "The premises are closed.")
    return None


@checks("LIC-BARRED", reads=("barred_until",))
def not_barred(view: View) -> Words | None:
    """One year after false papers, three after fraud, five after a revocation (SCLIC 50, 51;
    JYLIC 53, 54, 60; FSL 135)."""
    until = view.facts.get("barred_until")
    if until is None or view.act.day > until:
        return None
    return Words(
        f"该主体在禁止申请期间内，至 {until}，不得申请。",
        f"The operator is barred from applying until {until}.",
    )


@checks("LIC-ONE", reads=("own_licence",))
def has_none_yet(view: View) -> Words | None:
    """One licence per producer (SCLIC 4), one per place of business (JYLIC 7)."""
    number = view.facts.get("own_licence")
    if not number:
        return None
    return Words(
        f"已有有效许可证 {number}，请办理变更或者延续。",
        f"It holds {number} already: apply for a change or a renewal.",
    )


@checks("LIC-SCOPE", reads=("licence_kind",))
def may_be_licensed(view: View) -> Words | None:
    """What the law lets nobody of this kind make or sell is not applied for."""
    kind = str(view.facts.get("licence_kind"))
    form = licence_formats().get(kind)
    described = form.described(view.fields) if form else {}
    rule = forbidden(Application(kind, "first", **described))
    if rule is None:
        return None
    return Words(
        f"{rule.words.zh}（{rule.basis.source} 第{rule.basis.article}条）。",
        f"{rule.words.en} ({rule.basis.source} {rule.basis.article}).",
    )


# ---- the licence that is changed or renewed -------------------------------------------------


@checks("LIC-KNOWN", reads=("licences",))
def licence_is_known(view: View) -> Words | None:
    """What is changed, renewed or made anew is a licence of this operator that has not ended."""
    seen = seen_licence(view)
    if seen is None:
        return Words(
            "该主体名下没有这个编号的证，请核对编号。",
            "The operator has no licence of this number: compare it with the paper.",
        )
    if seen.state == "valid":
        return None
    why = ENDED[seen.state]
    return Words(f"该证{why.zh}，须重新申请。", f"It {why.en}: apply for a new one.")


@checks("LIC-MOVED")
def has_not_moved(view: View) -> Words | None:
    """Whoever moves applies anew (SCLIC 32, JYLIC 29)."""
    if not view.fields.get("moved"):
        return None
    return Words(
        "地址迁移的，应当重新申请许可，不能办理变更。",
        "Who moves to another address applies for a new licence, not for a change.",
    )


def too_early(seen: LicenceSeen, day: date, what: str) -> Words | None:
    """Renewal asked for before its window opens; `what` it is called where the licence is given."""
    if not seen.opens_on or day >= seen.opens_on:
        return None
    return Words(
        f"尚未到{what}申请期间，自 {seen.opens_on} 起可以申请。",
        f"The term to apply for renewal begins on {seen.opens_on}.",
    )


@checks("LIC-RENEW-WINDOW", reads=("licences",))
def renewed_in_time(view: View) -> Words | None:
    """Not before the window opens (JYLIC 32); after its last day only with a reason (SCLIC 34)."""
    seen, day = seen_licence(view), day_of(view.fields.get("received_on"))
    if seen is None or day is None:
        return None
    if early := too_early(seen, day, "延续"):
        return early
    if seen.renew_by and day > seen.renew_by and not view.fields.get("late_reason"):
        return Words(
            f"延续申请最迟应在 {seen.renew_by} 提出，已经逾期：请写明逾期理由；"
            f"有效期届满（{seen.expires_on}）后未获准延续的，应当停止生产经营。",
            f"Renewal was to be applied for by {seen.renew_by}: say why it comes late; after "
            f"{seen.expires_on} business stops until it is granted.",
        )
    return None


@checks("LIC-STILL", reads=("licence_state",))
def licence_still_stands(view: View) -> Words | None:
    """Nothing is changed in a licence that has ended meanwhile."""
    state = str(view.facts.get("licence_state"))
    if state not in ENDED:
        return None
    why = ENDED[state]
    return Words(f"原证{why.zh}，不能再变更。", f"The licence {why.en}: it cannot be changed.")


# ---- days -----------------------------------------------------------------------------------


@checks("LIC-DAY")
def day_is_to_come(view: View) -> Words | None:
    """A term that an officer sets ends after the day on which it is set."""
    until = day_of(view.fields.get("until"))
    if until is not None and until > view.act.day:
        return None
    return Words("期限须在今天之后。", "The day must be later than today.")


def _past(name: str) -> None:
    @checks(f"LIC-{name.upper()}-IN-PAST")
    def in_past(view: View) -> Words | None:
        """A day that is told has come."""
        day = day_of(view.fields.get(f"{name}_on"))
        if day is None or day <= view.act.day:
            return None
        return Words(f"日期 {day} 尚未到。", f"The day {day} is still to come.")


for _name in ("changed", "told", "held", "published"):
    _past(_name)


# ---- acceptance and examination --------------------------------------------------------------


@checks("LIC-THRESHOLDS", reads=("application",))
def raised_thresholds_met(view: View) -> Words | None:
    """Products that touch safety show more before they are accepted (thresholds.toml)."""
    asked = asked_of(view.facts["application"]) if view.facts.get("application") else ()
    if not asked or view.fields.get("thresholds_met"):
        return None
    rows = tuple(
        Words(
            f"{t.words.zh}（{t.basis.source} 第{t.basis.article}条）",
            f"{t.words.en} ({t.basis.source} {t.basis.article})",
        )
        for t in asked
    )
    listed = joined(rows, "；", "; ")
    return Words(
        f"准入条件提高的，请先核对：{listed.zh}。",
        f"Raised conditions: check first {listed.en}.",
    )


@checks("LIC-DECLINE")
def decline_says_where(view: View) -> Words | None:
    """Another agency's business: the applicant is told where to go (LICPROC 15(2))."""
    if view.fields.get("ground") != "not_ours" or view.fields.get("where_to"):
        return None
    return Words(
        "不属于本机关职权的，须告知应当向何机关申请。", "Say which agency the applicant goes to."
    )


@checks("LIC-TWO-CHECKERS")
def two_check(view: View) -> Words | None:
    """No fewer than two people check on site (ALL 34; SCLIC 21; JYLIC 20)."""
    people = {getattr(one, "user_id", one) for one in view.fields.get("checkers") or ()}
    if len(people) >= CHECKERS:
        return None
    return Words("核查人员不得少于两人。", "At least two people check on site.")


@checks("LIC-NO-CHECK", reads=("conditions_changed",))
def nothing_to_see(view: View) -> Words | None:
    """Conditions that changed are checked on site (SCLIC 37, JYLIC 34)."""
    if not view.facts.get("conditions_changed"):
        return None
    return Words(
        "申请人的条件发生变化，应当就变化情况进行现场核查。",
        "The conditions have changed: what changed is checked on site.",
    )


@checks("LIC-RECTIFY-FIRST", reads=("site_result",))
def check_asked_for_it(view: View) -> Words | None:
    """Time to put right follows from what the check found (JYLIC 20, LICPROC 21)."""
    if view.facts.get("site_result") == "rectify":
        return None
    return Words(
        "现场核查结论不是“需要限期整改”。",
        "The site check did not ask for anything to be put right.",
    )


@checks("LIC-CLOCK-RUNS", reads=("reissuing",))
def term_can_be_extended(view: View) -> Words | None:
    """Only the term for the decision can be extended (SCLIC 22, JYLIC 21)."""
    if not view.facts.get("reissuing"):
        return None
    return Words("补办的期限不能延长。", "The term for a new copy cannot be extended.")
