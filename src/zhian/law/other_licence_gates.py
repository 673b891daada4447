"""The checks behind the gates of industrial licences, drug licences and compulsory certificates."""

from __future__ import annotations

from datetime import date

from zhian.law.gate_model import View, checks
from zhian.law.licence_formats import licence_formats
from zhian.law.licence_gates import ENDED, day_of, seen_licence, too_early
from zhian.law.licence_numbers import LicenceNumber, parse_licence
from zhian.law.plain_numbers import IdentifierError
from zhian.law.small_gates import CHECKS
from zhian.law.words import Words

__all__ = ["CHECKS"]

TEAM = range(2, 5)  # IPLMEAS 17: two to four
PLEDGED = "otc_b"  # DRUGLIC 13
NEW = ("", "first")  # nothing is known of what is only being opened
FOOD = ("SC", "JY", "YB")
LETTERS = {"wholesaler": "A", "chain_head": "B", "chain_shop": "C", "single": "D"}  # DRUGLIC 76
LEGAL = {"company": "A", "institution": "A", "individual": "B"}


# ---- days that are told -------------------------------------------------------------------------


def _past(name: str) -> None:
    @checks(f"LIC-{name.upper()}-IN-PAST")
    def in_past(view: View) -> Words | None:
        """A day that is told has come."""
        day = day_of(view.fields.get(f"{name}_on"))
        if day is None or day <= view.act.day:
            return None
        return Words(f"日期 {day} 尚未到。", f"The day {day} is still to come.")


for _name in ("issued", "sealed", "delivered", "reported", "begun", "ended"):
    _past(_name)


SPANS = {
    "end_review": (("technical_review",), "ended_on"),
    "site_check": (("site_check", "rectification"), "ended_on"),
    "test_report": (("testing",), "reported_on"),
}


@checks("LIC-SPAN", reads=("standing_still",))
def ends_after_it_began(view: View) -> Words | None:
    """A time that does not count ends no earlier than it began."""
    reasons, name = SPANS.get(view.act.verb, ((), ""))
    ended = day_of(view.fields.get(name))
    since: dict[str, date] = view.facts.get("standing_still") or {}
    begun = max((since[reason] for reason in reasons if reason in since), default=None)
    if ended is None or begun is None or ended >= begun:
        return None
    return Words(f"结束日期早于开始日期 {begun}。", f"It ended before it began on {begun}.")


# ---- numbers that another register gives ------------------------------------------------------


@checks("LIC-NUMBER", reads=("licence_kind", "purpose", "application", "operator_kind"))
def number_fits(view: View) -> Words | None:
    """The number is written as its kind asks; a renewed licence keeps the one it has."""
    text = str(view.fields.get("number") or "").strip()
    if view.facts.get("purpose") not in NEW:
        return Words("编号不变，不必填写。", "The number stays: leave it empty.") if text else None
    if not text:
        return Words("请录入证书编号。", "Enter the number of the certificate.")
    kind = str(view.facts.get("licence_kind"))
    try:
        number = parse_licence(text, kind)
    except IdentifierError as error:
        return error.words
    return _drug_number(view, number) if kind == "DRUG" else None


def _drug_number(view: View, number: LicenceNumber) -> Words | None:
    """Both letters say what was applied for: the kind of pharmacy, and whether a legal person."""
    wanted = view.facts.get("application")
    letter = LETTERS.get(wanted.form if wanted else "")
    if letter and number.parts["kind"] != letter:
        return Words(
            f"编号第一位分类代码应为 {letter}，与申请的经营方式不符。",
            f"The first letter should be {letter}, as the kind of pharmacy that was applied for.",
        )
    legal = LEGAL.get(str(view.facts.get("operator_kind")))
    if legal and number.parts["legal"] != legal:
        return Words(
            f"编号第二位分类代码应为 {legal}（A 法人企业，B 非法人企业），与主体登记不符。",
            f"The second letter should be {legal} (A legal person, B not), as the register has it.",
        )
    return None


# ---- industrial products ------------------------------------------------------------------------


@checks("IPL-OFFICE", reads=("may_issue",))
def is_the_provinces(view: View) -> Words | None:
    """The province licenses industrial products, or the city it commissioned (IPLMEAS 6, 54)."""
    if view.facts.get("may_issue"):
        return None
    return Words(
        "工业产品生产许可由省级市场监督管理部门受理、发证（可以委托设区的市级部门），本机关不能受理；"
        "已取得的许可证请用“登记省级发证”或者导入。",
        "The province, or a city that it commissioned, takes such applications; this agency does "
        "not. Enter a licence that was given as “Record a licence of the province”, or import it.",
    )


@checks("IPL-ONE", reads=("held_products",))
def not_held_yet(view: View) -> Words | None:
    """One licence for a product: more is a change of it."""
    number = (view.facts.get("held_products") or {}).get(_product(view))
    if not number or _product(view) == "other":
        return None
    return Words(
        f"已有该产品的有效许可证 {number}，请办理变更或者延续。",
        f"It holds {number} for this product: apply for a change or a renewal.",
    )


@checks("IPL-BARRED", reads=("barred_products",))
def product_is_not_barred(view: View) -> Words | None:
    """Three years for the same product after a revocation (IPLREG 55)."""
    until = (view.facts.get("barred_products") or {}).get(_product(view))
    if until is None or view.act.day > until:
        return None
    return Words(
        f"该产品的生产许可证被吊销未满三年，至 {until} 不得再次申请。",
        f"The licence for this product was revoked: no application until {until}.",
    )


def _product(view: View) -> str:
    return str(view.fields.get("industrial_product") or "")


@checks("IPL-TEAM")
def team_of_two_to_four(view: View) -> Words | None:
    """Two to four people check on site (IPLREG 15; IPLMEAS 17)."""
    people = {getattr(one, "user_id", one) for one in view.fields.get("checkers") or ()}
    if len(people) in TEAM:
        return None
    return Words("核查人员应为二至四人。", "Two to four people check on site.")


@checks("IPL-CHECK-DAY")
def check_is_to_come(view: View) -> Words | None:
    """A check is set for a day to come."""
    day = day_of(view.fields.get("check_on"))
    if day is not None and day > view.act.day:
        return None
    return Words("核查日期须在今天之后。", "The day of the check must be later than today.")


@checks("IPL-NO-CHECK", reads=("purpose", "conditions_changed"))
def only_names_change(view: View) -> Words | None:
    """Only a change of names goes without check and test (IPLMEAS 30), and a new copy (31)."""
    purpose = view.facts.get("purpose")
    if purpose == "reissue" or (purpose == "change" and not view.facts.get("conditions_changed")):
        return None
    return Words(
        "首次申请、延续，以及生产条件、检验手段、技术工艺变化的，应当实地核查和产品检验。",
        "First licences, renewals and changed conditions need a site check and a product test.",
    )


@checks("IPL-SITE-FIRST", reads=("site_result",))
def site_was_passed(view: View) -> Words | None:
    """Who failed the site check is not tested: the examination is over (IPLMEAS 20)."""
    if view.facts.get("site_result") == "pass":
        return None
    return Words(
        "实地核查不合格的，不再进行产品检验，应当作出不予许可决定。",
        "Who failed the site check is not tested: refuse the licence.",
    )


@checks("IPL-PASSED", reads=("site_result", "test_result", "needs_no_check"))
def site_and_test_passed(view: View) -> Words | None:
    """Granted is what passed both (IPLMEAS 14), or what needs neither."""
    facts = view.facts
    if facts.get("site_result") == facts.get("test_result") == "pass":
        return None
    if facts.get("needs_no_check") and not facts.get("site_result"):
        return None
    return Words("实地核查和产品检验没有都合格。", "Site check and test were not both passed.")


# ---- drugs --------------------------------------------------------------------------------------


@checks("DRG-ORDINARY")
def not_on_a_pledge(view: View) -> Words | None:
    """Class B drugs alone are licensed on a pledge, the same day (DRUGLIC 13 par. 4)."""
    if view.fields.get("drug_class") != PLEDGED:
        return None
    return Words(
        "仅从事乙类非处方药零售的实行承诺取得，请办理“收到申请和承诺书”。",
        "Class B drugs alone are licensed on a pledge: record “Application with a pledge”.",
    )


@checks("DRG-PLEDGED")
def on_a_pledge(view: View) -> Words | None:
    """Only class B drugs are (DRUGLIC 13 par. 4)."""
    if view.fields.get("drug_class") == PLEDGED:
        return None
    return Words(
        "经营处方药、甲类非处方药的，须经技术审查和现场检查，不能凭承诺取得。",
        "Prescription and class A drugs need review and site check: no pledge will do.",
    )


@checks("DRG-WINDOW", reads=("licences",))
def renewed_in_its_window(view: View) -> Words | None:
    """From six months before the end; in the last two months the holder is told to stop (26)."""
    seen, day = seen_licence(view), day_of(view.fields.get("received_on"))
    if seen is None or day is None:
        return None
    if early := too_early(seen, day, "重新审查发证"):
        return early
    if seen.renew_by and day > seen.renew_by and not view.fields.get("told_to_stop"):
        return Words(
            f"已过 {seen.renew_by}：许可证届满（{seen.expires_on}）后不得继续经营，准予后方可继续，"
            "请先告知申请人。",
            f"{seen.renew_by} has passed: after {seen.expires_on} business stops until it is "
            "granted. Tell the applicant first.",
        )
    return None


@checks("DRG-REGISTER", reads=("registering",))
def asks_for_registration(view: View) -> Words | None:
    """Registered particulars are changed on their own application (DRUGLIC 19, 24)."""
    if view.facts.get("registering"):
        return None
    return Words("此申请不是登记事项变更申请。", "No change of these particulars is asked for.")


@checks("DRG-PLEDGE-SEEN", reads=("pledged", "pledge_result"))
def pledge_was_seen(view: View) -> Words | None:
    """What was granted on a pledge is checked within three months (DRUGLIC 13 par. 4)."""
    if not view.facts.get("pledged") or view.facts.get("pledge_result"):
        return None
    return Words(
        "凭承诺书发证的，须先完成三个月内的技术审查和现场检查。",
        "It was granted on a pledge: review it and check the site first.",
    )


@checks("DRG-PLEDGE-UNTRUE", reads=("pledge_result",))
def pledge_was_untrue(view: View) -> Words | None:
    """Correction, and annulment after it, follow from an untrue pledge alone."""
    if view.facts.get("pledge_result") == "untrue":
        return None
    return Words("最近一次核查没有认定承诺不实。", "The last check did not find it untrue.")


# ---- what a revocation was of -------------------------------------------------------------------


def _of_kind(gate: str, fits: frozenset[str], inside: bool, words: Words) -> None:
    @checks(gate, reads=("licences",))
    def is_of_kind(view: View) -> Words | None:
        """Each revocation has its own bar: five years, three for the product, or none."""
        seen = seen_licence(view)
        return None if seen is None or (seen.kind in fits) is inside else words


_of_kind(
    "EXIT-FOOD",
    frozenset(FOOD),
    True,
    Words("该证不是食品许可证，请选择相应的吊销登记。", "It is no food licence: choose the other."),
)
_of_kind(
    "EXIT-INDUSTRIAL",
    frozenset(("XK",)),
    True,
    Words("该证不是工业产品生产许可证。", "It is no industrial licence."),
)
_of_kind(
    "EXIT-OTHER",
    frozenset((*FOOD, "XK")),
    False,
    Words(
        "食品许可证、工业产品生产许可证的吊销另有禁止申请期限，请选择相应的登记。",
        "Food and industrial licences carry a bar on applying: choose the record for them.",
    ),
)


@checks("EXIT-OURS", reads=("licences",))
def ends_its_own(view: View) -> Words | None:
    """Who gave a licence ends it (LICPROC 36, 40, 48); of others only the end is recorded."""
    seen = seen_licence(view)
    if seen is None or seen.ours:
        return None
    return Words(
        "该证由其他机关、机构发给，本机关不能注销、撤销或者撤回；请在该证的登记中录入其退出。",
        "Somebody else gave it: it is not ended here. Record its end where it was entered.",
    )


@checks("IPL-ELSEWHERE", reads=("licences",))
def ended_elsewhere(view: View) -> Words | None:
    """What this agency gave is ended by its own decision, not by a note."""
    seen = seen_licence(view)
    if seen is None or not seen.ours:
        return None
    return Words(
        "该证由本机关发给，请办理“许可证退出”。", "This agency gave it: end it in its own matter."
    )


# ---- compulsory certificates --------------------------------------------------------------------

FITS = {
    "record_renewal": ("valid", "expired"),
    "record_suspension": ("valid",),
    "record_resumption": ("suspended",),
    "record_deregistration": ("valid", "suspended", "expired"),
    "record_annulment": ("valid", "suspended", "expired"),
    "withdraw_entry": ("valid", "suspended", "expired", "cancelled", "annulled"),
}
VALID = Words("有效", "is valid")


@checks("CCC-KNOWN", reads=("licences",))
def certificate_is_known(view: View) -> Words | None:
    """What a body did is noted on a certificate of this operator, in a state that fits."""
    seen = seen_licence(view)
    if seen is None:
        return Words(
            "该主体名下没有这份证书，请核对编号，或者先登记证书。",
            "The operator has no such certificate: compare the number, or record it first.",
        )
    if seen.state in FITS.get(view.act.verb, (seen.state,)):
        return None
    state = ENDED.get(seen.state, VALID)
    return Words(f"该证书{state.zh}，不能这样登记。", f"The certificate {state.en}: not possible.")


def _before(gate: str, state: str, words: Words) -> None:
    @checks(gate, reads=("state_before",))
    def stood_so(view: View) -> Words | None:
        """What is taken back gives the certificate the state it had."""
        return None if view.facts.get("state_before") == state else words


_before("CCC-WAS-VALID", "valid", Words("登记以前证书不是有效状态。", "It was not valid before."))
_before(
    "CCC-WAS-SUSPENDED",
    "suspended",
    Words("登记以前证书不在暂停期间。", "It was not suspended before."),
)


@checks("CCC-DAYS")
def days_of_the_certificate(view: View) -> Words | None:
    """Given in the past, and for five years at most (CCC 22)."""
    issued, expires = day_of(view.fields.get("issued_on")), day_of(view.fields.get("expires_on"))
    if issued is None or expires is None:
        return None
    if issued > view.act.day:
        return Words(f"发证日期 {issued} 尚未到。", f"The day {issued} is still to come.")
    if expires <= issued:
        return Words("有效期须在发证日期之后。", "It must end after the day of issue.")
    years = licence_formats()["CCC"].valid_years or 0
    if expires > _years_on(issued, years):
        return Words(
            f"认证证书有效期为{years}年，请与证书核对。",
            f"Certificates hold for {years} years: compare with the paper.",
        )
    return None


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
