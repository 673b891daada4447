"""The checks behind the gates of hearings, decisions, filings and the end of a licence."""

from __future__ import annotations

from zhian.law.gate_model import View, checks
from zhian.law.licence_gates import CHECKS, ENDED, day_of, seen_licence
from zhian.law.words import Words

__all__ = ["CHECKS"]

FOUND = {"expired": ("expired",), "annulled": ("annulled", "withdrawn", "revoked")}


# ---- hearing --------------------------------------------------------------------------------


@checks("LIC-HEARING-IN-TIME", reads=("hearing_until",))
def asked_in_time(view: View) -> Words | None:
    """A hearing is asked for within five working days of being told (ALL 47, LICPROC 53)."""
    asked, last = day_of(view.fields.get("asked_on")), view.facts.get("hearing_until")
    if asked is None or asked > view.act.day:
        return Words("申请日期尚未到。", "The day is still to come.")
    if last is None or asked <= last:
        return None
    return Words(
        f"申请听证的期限已于 {last} 届满，视为放弃。", f"The term to ask for it ended on {last}."
    )


@checks("LIC-HOST", reads=("examiners",))
def host_is_another(view: View) -> Words | None:
    """Nobody who examines the application hosts its hearing (ALL 48, LICPROC 54)."""
    host = getattr(view.fields.get("host"), "user_id", None)
    if host is None or host not in (view.facts.get("examiners") or ()):
        return None
    return Words(
        "审查该申请的工作人员不得担任听证主持人。",
        "Who examines the application may not host its hearing.",
    )


@checks("LIC-HEARD", reads=("hearing_open",))
def hearing_is_over(view: View) -> Words | None:
    """The decision rests on the record of the hearing, where there is one (LICPROC 59)."""
    if not view.facts.get("hearing_open"):
        return None
    return Words(
        "听证尚未结束，应当根据听证笔录作出决定。",
        "The hearing is not over: the decision rests on its record.",
    )


# ---- decision -------------------------------------------------------------------------------


@checks("LIC-SITE-PASSED", reads=("site_result", "needs_no_check"))
def site_passed(view: View) -> Words | None:
    """Granted is what the check found right, or what needed none (SCLIC 23, JYLIC 22)."""
    if view.facts.get("site_result") == "pass":
        return None
    if view.facts.get("needs_no_check") and not view.facts.get("site_result"):
        return None
    return Words("现场核查结论不是“符合条件”。", "The site check did not find the conditions met.")


def _purpose(gate: str, purposes: tuple[str, ...], zh: str, en: str) -> None:
    @checks(gate, reads=("purpose",))
    def fits(view: View) -> Words | None:
        """The decision is of the kind that was applied for."""
        return None if view.facts.get("purpose") in purposes else Words(zh, en)


_purpose(
    "LIC-NEW-TERM",
    ("first", "renewal"),
    "变更、补办不重新计算有效期，请办理“准予变更”或者“补发”。",
    "A change or new copy keeps its end: grant it as such.",
)
_purpose(
    "LIC-SAME-TERM", ("change",), "此申请不是变更申请。", "This is no application for a change."
)
_purpose(
    "LIC-REISSUE", ("reissue",), "此申请不是补办申请。", "This is no application for a new copy."
)
_purpose("FILING-FIRST", ("first",), "此申请是备案信息更新。", "This is an update of a filing.")
_purpose("FILING-UPDATE", ("change",), "此申请不是备案信息更新。", "This is no update of a filing.")


@checks("LIC-UNSEEN", reads=("uninspected",))
def seen_afterwards(view: View) -> Words | None:
    """What was granted unseen is inspected within thirty working days (JYLIC 34)."""
    if not view.facts.get("uninspected"):
        return None
    return Words(
        "未经现场核查的变更、延续，须先完成发证后的监督检查。",
        "It was granted without a site check: inspect it first.",
    )


@checks("LIC-TERMINATE")
def end_is_shown(view: View) -> Words | None:
    """An applicant ends it himself; an official shows his wish in writing (LICPROC 30(1))."""
    fields = view.fields
    if view.actor.kind == "operator" and fields.get("ground") != "asked":
        return Words("申请人只能申请终止。", "The applicant can only ask for it to end.")
    asked = view.actor.kind == "official" and fields.get("ground") == "asked"
    if asked and not fields.get("materials"):
        return Words(
            "申请人申请终止的，请上传其书面申请。", "Add the applicant's request in writing."
        )
    return None


# ---- filings ----------------------------------------------------------------------------------


@checks("FILING-NEEDED", reads=("licensed",))
def filing_is_needed(view: View) -> Words | None:
    """Whoever holds a licence for the place files nothing (JYLIC 5)."""
    number = view.facts.get("licensed")
    if not number:
        return None
    return Words(
        f"已有许可证 {number}，不需要另行备案。", f"It holds {number}: no filing is needed."
    )


@checks("FILING-ONE", reads=("own_licence",))
def not_filed_yet(view: View) -> Words | None:
    """A place is filed once (JYLIC 45)."""
    number = view.facts.get("own_licence")
    if not number:
        return None
    return Words(
        f"该场所已备案（{number}），请办理备案更新。", f"It is filed as {number}: update that."
    )


# ---- the end of a licence ---------------------------------------------------------------------


@checks("EXIT-KNOWN", reads=("licences",))
def ends_what_is_there(view: View) -> Words | None:
    """Only what was given and not yet struck off can end; also what has expired."""
    seen = seen_licence(view)
    if seen is None:
        return Words(
            "该主体名下没有这个编号的证，请核对编号。",
            "The operator has no licence of this number: compare it with the paper.",
        )
    closed = seen.state == "cancelled"
    ended = seen.state in ENDED and seen.state != "expired"
    if closed or (ended and view.act.verb != "open_ex_officio"):
        why = ENDED[seen.state]
        return Words(f"该证{why.zh}。", f"It {why.en}.")
    return None


@checks("EXIT-GROUND", reads=("licences", "subject_ended"))
def ground_is_so(view: View) -> Words | None:
    """The ground of an official striking off is what the register shows (SCLIC 41, JYLIC 39)."""
    seen, ground = seen_licence(view), view.fields.get("ground")
    if seen is None:
        return None
    if ground in FOUND and seen.state not in FOUND[ground]:
        return Words("登记的证照状态与所选理由不符。", "The register shows another state.")
    if ground == "ended" and not view.facts.get("subject_ended"):
        return Words("该主体尚未注销或者吊销。", "The operator is still registered.")
    return None


def _past(gate: str, name: str) -> None:
    @checks(gate)
    def in_past(view: View) -> Words | None:
        """A day that is told has come."""
        day = day_of(view.fields.get(name))
        if day is None or day <= view.act.day:
            return None
        return Words(f"日期 {day} 尚未到。", f"The day {day} is still to come.")


_past("EXIT-FOUND-IN-PAST", "found_on")
_past("EXIT-DECIDED-IN-PAST", "decided_on")


@checks("EXIT-ANNULLING", reads=("annulling",))
def is_an_annulment(view: View) -> Words | None:
    """Annulled is what was wrong from the beginning (LICPROC 40, 41)."""
    if view.facts.get("annulling"):
        return None
    return Words("此事项不是撤销许可。", "This is no annulment.")


@checks("EXIT-WITHDRAWING", reads=("annulling",))
def is_a_withdrawal(view: View) -> Words | None:
    """Withdrawn is what was right and no longer can be (LICPROC 36)."""
    if not view.facts.get("annulling"):
        return None
    return Words("此事项不是撤回许可。", "This is no withdrawal.")


@checks("EXIT-STILL", reads=("licence_state",))
def still_to_end(view: View) -> Words | None:
    """What ended meanwhile is not ended again."""
    state = str(view.facts.get("licence_state"))
    if state == "expired" or state not in ENDED:
        return None
    why = ENDED[state]
    return Words(f"该证{why.zh}。", f"It {why.en}.")


@checks("EXIT-INQUIRY", reads=("exit_way",))
def no_inquiry(view: View) -> Words | None:
    """On application only where no inquiry runs against the holder (LICPROC 48(1))."""
    if view.facts.get("exit_way") != "apply_cancel" or view.fields.get("no_inquiry"):
        return None
    return Words(
        "依申请注销的，须先核实被许可人没有因涉嫌违法正在被调查。",
        "On application: check first that no inquiry runs against the holder.",
    )


@checks("EXIT-PAPER")
def paper_is_dealt_with(view: View) -> Words | None:
    """The paper is taken back, or its end announced (LICPROC 52)."""
    fields = view.fields
    if fields.get("returned") or (fields.get("announced_on") and fields.get("where")):
        return None
    return Words(
        "请收回许可证件，或者写明公告作废的日期和位置。",
        "Take the paper back, or say when and where it was declared void.",
    )


@checks("EXIT-DROP", reads=("exit_way",))
def may_drop(view: View) -> Words | None:
    """The holder takes back what he applied for himself, and nothing else."""
    if view.actor.kind != "operator" or view.facts.get("exit_way") == "apply_cancel":
        return None
    return Words("只能撤回自己提出的注销申请。", "Only your own application can be taken back.")
