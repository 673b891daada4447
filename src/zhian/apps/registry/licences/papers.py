"""What licences, applications and their ends say on the papers that come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from zhian.apps.registry.licences import terms
from zhian.apps.registry.licences.facts import application, exit_of, row_of
from zhian.apps.registry.licences.sorts import SORTS
from zhian.apps.registry.models import Licence, LicenceApplication
from zhian.desk.models import Clock, Matter
from zhian.desk.papers.saying import Said
from zhian.desk.papers.wording import chinese_date, cited, rule_on, term
from zhian.directory import office_law
from zhian.law import vocabulary
from zhian.law.licence_formats import DESCRIBED, licence_formats
from zhian.law.thresholds import Application
from zhian.law.words import Words

Telling = Callable[[Matter], Mapping[str, Said]]
NAMES = {sort.key: sort.words for sort in SORTS}
WORDS = {
    "subject": Words("申请事项", "what is applied for"),
    "received_on": Words("收到申请的日期", "the day of receipt"),
    "where": Words("场所", "the premises"),
    "address": Words("地址", "the address"),
    "category": Words("食品类别", "the food category"),
    "form": Words("主体业态", "the kind of business"),
    "item": Words("主要经营项目", "the main item"),
    "scope": Words("许可范围", "the scope"),
    "number": Words("编号", "the number"),
    "issued_on": Words("发证日期", "the day of issue"),
    "expires_on": Words("有效期至", "the last day"),
    "term": Words("办理期限", "the term"),
    "term_law": Words("办理期限的依据", "the article of the term"),
    "due": Words("届满日期", "the day it ends"),
    "request_term": Words("申请听证的期限", "the term to ask for a hearing"),
    "phone": Words("投诉举报电话", "the telephone for complaints"),
    "kind": Words("证的种类", "the kind of licence"),
}
PURPOSES = {
    "first": "",
    "change": "变更",
    "renewal": "延续",
    "reissue": "补办",
    "register": "登记事项变更",
    "end": "注销",
}


def of_application(matter: Matter) -> dict[str, Said]:
    """What is applied for, where, and the licence that comes of it once there is one."""
    row = row_of(matter)
    if row is None:
        return {}
    wanted = application(row)
    texts = {
        "subject": NAMES[row.licence_kind].zh + PURPOSES[row.purpose],
        "kind": row.licence_kind,
        "received_on": chinese_date(matter.trigger_date),
        **_where(matter),
        **_what(wanted, row.scope or (row.licence.scope if row.licence else "")),
        **_details(row),
        **_licence(row.licence),
        **_terms(matter, row),
    }
    return _said(texts)


def of_exit(matter: Matter) -> dict[str, Said]:
    """Which licence ends, and why."""
    row = exit_of(matter)
    if row is None:
        return {}
    texts = {
        "subject": NAMES[row.licence.kind].zh,
        "kind": row.licence.kind,
        "ground": row.ground_words.zh,
        "told": row.told,
        **_where(matter),
        **_licence(row.licence),
        "request_term": term(rule_on("licence.hearing_request", matter.trigger_date)),
        "statement_term": term(rule_on("licence.statement", matter.trigger_date)),
    }
    return _said(texts)


def _said(texts: Mapping[str, str]) -> dict[str, Said]:
    return {
        name: Said(WORDS.get(name) or vocabulary.field(name), text) for name, text in texts.items()
    }


def _where(matter: Matter) -> dict[str, str]:
    premises, operator = matter.premises, matter.operator
    return {
        "where": premises.name if premises else "",
        "address": premises.address if premises else operator.address if operator else "",
        "phone": matter.agency.phone,
    }


def _what(wanted: Application, scope: str) -> dict[str, str]:
    """Category, form and item as the lists of this kind of licence say them."""
    lists = licence_formats()[wanted.licence].lists
    found = dict.fromkeys(DESCRIBED, "")
    for name, listed in lists.items():
        key = getattr(wanted, name)
        found[name] = vocabulary.choice(listed, key).zh if key else ""
    return found | {"scope": scope}


def _details(row: LicenceApplication) -> dict[str, str]:
    """What else the paper says: as applied for, else as the licence has it."""
    standing = row.licence.details if row.licence else {}
    said = standing | row.details
    keys = {key for form in licence_formats().values() for key in form.details}
    return {key: str(said.get(key) or "") for key in sorted(keys)}


def _licence(licence: Licence | None) -> dict[str, str]:
    return {
        "number": licence.number if licence else "",
        "issued_on": _day(licence.issued_on if licence else None),
        "expires_on": _day(licence.expires_on if licence else None),
    }


def _terms(matter: Matter, row: LicenceApplication) -> dict[str, str]:
    """How long the decision may take, and when that ends, as the notice of acceptance says."""
    request = terms.hearing_request(row.licence_kind)
    if not request:
        return {"term": "", "term_law": "", "due": "", "request_term": ""}
    duty = decided_within(row.licence_kind, row.purpose)
    rule = rule_on(duty, matter.trigger_date)
    clock = Clock.objects.filter(matter=matter, duty=duty).order_by("-id").first()
    return {
        "term": term(rule),
        "term_law": cited(rule),
        "due": _day(clock.due_day if clock else None),
        "request_term": term(rule_on(request, matter.trigger_date)),
    }


def decided_within(kind: str, purpose: str) -> str:
    """The duty that says how long the decision on an application may take."""
    own = {"reissue": "reissue", "change": "change_decide", "register": "change_register_do"}
    duty = terms.duty(own.get(purpose, "decide"), kind)
    known = office_law.reckoner().book.has_duty(duty)
    return duty if known else terms.duty("decide", kind)


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""


OF_APPLICATION: Mapping[str, Telling] = dict.fromkeys(
    (
        *("licence_acceptance_notice", "licence_correction_notice", "licence_decline_notice"),
        *("licence_extension_notice", "licence_hearing_notice", "licence_grant_decision"),
        *("licence_denial_decision", "licence_termination_notice", "licence_card_sc"),
        *("licence_card_jy", "filing_receipt", "licence_card_xk", "licence_card_drug"),
        *("licence_site_notice", "licence_finding_notice"),
    ),
    of_application,
)
OF_EXIT: Mapping[str, Telling] = dict.fromkeys(
    (
        *("licence_exit_notice", "licence_annul_decision", "licence_withdrawal_decision"),
        "licence_cancel_decision",
    ),
    of_exit,
)
