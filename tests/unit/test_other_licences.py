"""Industrial licences, drug licences and compulsory certificates: terms by hand, stories, gates."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.unit.test_licence_procedures import after, counted
from zhian.law.counting import Pause
from zhian.law.licence_formats import licence_formats
from zhian.law.licence_numbers import WrongPrefix, parse_licence
from zhian.law.plain_numbers import WrongCharacter, WrongLength, comparable
from zhian.law.procedure import Procedure, book, obstacles
from zhian.law.reckoning import Reckoner
from zhian.law.thresholds import Application, asked_of, forbidden

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)
XK, DRUG, CCC, EXIT = (
    book().pick(kind, TODAY)
    for kind in ("industrial_licence", "drug_retail_licence", "ccc_record", "licence_exit")
)
IPL, DRG = "licence.{}.industrial", "licence.{}.drug"

# 2026: off 1-3 January, 15-23 February, 4-6 April, 1-5 May, 19-21 June, 25-27 September and 1-7
# October; at work on 4 January, 14 and 28 February, 9 May, 20 September and 10 October. Counted on
# the wall calendar with a pencil; the day itself does not count.
GOLDEN = [
    # IPLMEAS 12: five working days, over New Year and over Spring Festival
    (XK, "apply", IPL.format("correct"), "2025-12-31", "2026-01-08"),
    (XK, "apply_renewal", IPL.format("correct"), "2026-02-13", "2026-02-27"),
    # IPLMEAS 24: sixty, over Qingming and May Day with its Saturday at work
    (XK, "accept", IPL.format("decide"), "2026-03-02", "2026-05-28"),
    (XK, "accept_by_silence", IPL.format("decide"), "2026-03-02", "2026-05-28"),
    # IPLMEAS 18, 19: thirty from acceptance
    (XK, "accept", IPL.format("site_check"), "2026-03-02", "2026-04-14"),
    # IPLMEAS 16: told five working days before the check of 9 March
    (XK, "order_site_check", IPL.format("site_notice"), "2026-03-09", "2026-03-02"),
    # IPLMEAS 21: seven for the sample, over May Day
    (XK, "seal_sample", IPL.format("sample_delivery"), "2026-04-28", "2026-05-11"),
    # IPLMEAS 24: ten to issue, over Mid-Autumn and National Day
    (XK, "grant", IPL.format("issue"), "2026-09-18", "2026-10-09"),
    # INFOPEN 26: twenty to publish
    (XK, "grant", "licence.publish", "2026-01-05", "2026-02-02"),
    # LICPROC 53, 54: five to ask for a hearing, twenty to hold it, three to name the host
    (XK, "tell_hearing", IPL.format("hearing_request"), "2026-02-11", "2026-02-25"),
    (XK, "ask_hearing", IPL.format("hearing"), "2026-02-12", "2026-03-18"),
    (XK, "ask_hearing", "licence.hearing_host", "2026-02-13", "2026-02-25"),
    # IPLMEAS 27: five years from the eve of 5 January 2026; 4 January 2031 is a Saturday
    (XK, "grant", IPL.format("term"), "2026-01-04", "2031-01-06"),
    # LICPROC 70, 71: one year after false papers
    (XK, "deny", IPL.format("ban_false"), "2026-01-05", "2027-01-05"),
    (EXIT, "annul", IPL.format("ban_fraud"), "2026-02-14", "2029-02-14"),
    # IPLREG 55: three years for the same product
    (
        EXIT,
        "record_revocation_industrial",
        "licence.ban_revoked.industrial",
        "2026-03-02",
        "2029-03-02",
    ),
    (XK, "record_ended", "licence.ban_revoked.industrial", "2026-03-02", "2029-03-02"),
    # DRUGLIC 12, 75
    (DRUG, "apply", DRG.format("correct"), "2025-12-31", "2026-01-08"),
    (DRUG, "apply_pledged", DRG.format("correct"), "2026-02-13", "2026-02-27"),
    # DRUGLIC 13: twenty to decide, five to issue; a pledge the same day
    (DRUG, "accept", DRG.format("decide"), "2026-02-12", "2026-03-18"),
    (DRUG, "grant", DRG.format("issue"), "2025-12-30", "2026-01-07"),
    (DRUG, "grant_pledged", DRG.format("issue_pledged"), "2026-03-02", "2026-03-02"),
    # DRUGLIC 13: three months; 30 November and three months is 28 February 2027, a Sunday
    (DRUG, "grant_pledged", DRG.format("check_pledge"), "2026-02-14", "2026-05-14"),
    (DRUG, "grant_pledged", DRG.format("check_pledge"), "2026-11-30", "2027-03-01"),
    # DRUGLIC 23: fifteen for licensed matters; 24: ten for registered ones, over two holidays
    (DRUG, "accept", DRG.format("change_decide"), "2026-02-12", "2026-03-11"),
    (
        DRUG,
        "apply_registration",
        DRG.format("change_register_do"),
        "2026-09-21",
        "2026-10-12",
    ),
    # DRUGLIC 30: ten to publish
    (DRUG, "grant", "licence.publish_drug", "2026-01-05", "2026-01-19"),
    (EXIT, "strike_off", "licence.publish_drug", "2026-01-05", "2026-01-19"),
    # DRUGLIC 17
    (DRUG, "grant", DRG.format("term"), "2026-01-04", "2031-01-06"),
    (DRUG, "tell_hearing", DRG.format("hearing_request"), "2026-02-11", "2026-02-25"),
    (DRUG, "ask_hearing", DRG.format("hearing"), "2026-02-12", "2026-03-18"),
    (DRUG, "deny", DRG.format("ban_false"), "2026-01-05", "2027-01-05"),
    # Drug Law 123: ten years; 2 March 2036 is a Sunday
    (EXIT, "annul", DRG.format("ban_fraud"), "2026-03-02", "2036-03-03"),
    # the county's own look at a certificate that no longer holds: five working days
    (CCC, "record_suspension", "ccc.stop_check", "2025-12-31", "2026-01-08"),
    (CCC, "record_annulment", "ccc.stop_check", "2026-02-13", "2026-02-27"),
    (CCC, "record_deregistration", "ccc.stop_check", "2026-09-22", "2026-09-30"),
    # CCC 29: from that day
    (CCC, "record_suspension", "licence.stop_sale.ccc", "2026-03-02", "2026-03-02"),
]


@pytest.mark.parametrize(("procedure", "verb", "duty", "from_", "due"), GOLDEN)
def test_a_term_ends_on_the_day_counted_by_hand(
    procedure: Procedure, verb: str, duty: str, from_: str, due: str
) -> None:
    assert duty in {row.duty for row in procedure.act(verb).starts}
    assert counted(duty, from_) == date.fromisoformat(due)


# What a holder or applicant must do by a day, counted forwards or backwards.
HOLDERS = [
    # IPLMEAS 27: six months before the end
    (IPL.format("renew"), "2026-12-10", "2026-06-10"),
    (IPL.format("renew"), "2027-03-31", "2026-09-30"),
    (IPL.format("renew"), "2026-08-31", "2026-02-28"),
    # IPLMEAS 29, 30: one month after the change
    (IPL.format("change"), "2026-03-31", "2026-04-30"),
    (IPL.format("change"), "2026-01-31", "2026-02-28"),
    # IPLMEAS 41: six months to mark products; 28 February 2027 is a Sunday
    (IPL.format("mark"), "2026-08-31", "2027-03-01"),
    # DRUGLIC 26: from six to two months before the end
    (DRG.format("renew_open"), "2026-12-10", "2026-06-10"),
    (DRG.format("renew"), "2026-12-10", "2026-10-10"),
    (DRG.format("renew_open"), "2026-08-31", "2026-02-28"),
    (DRG.format("renew"), "2026-10-31", "2026-08-31"),
    # DRUGLIC 24, 75: thirty working days after the change
    (DRG.format("change_register"), "2026-03-02", "2026-04-14"),
    # CCC 22: from the ninetieth day before the end until that day
    ("licence.renew_open.ccc", "2026-11-24", "2026-08-26"),
    ("licence.renew_open.ccc", "2026-03-31", "2025-12-31"),
    ("licence.renew_open.ccc", "2028-05-29", "2028-02-29"),
    ("licence.renew_open.ccc", "2027-03-01", "2026-12-01"),
    ("licence.renew.ccc", "2026-11-24", "2026-11-24"),
    ("licence.renew.ccc", "2026-12-31", "2026-12-31"),
    # CCC 22: five years
    ("licence.term.ccc", "2021-11-24", "2026-11-24"),
    ("licence.term.ccc", "2024-02-28", "2029-02-28"),
]


@pytest.mark.parametrize(("duty", "from_", "due"), HOLDERS)
def test_what_the_holder_does_by_a_day(duty: str, from_: str, due: str) -> None:
    assert counted(duty, from_) == date.fromisoformat(due)


# Days that do not count. Each: duty, accepted, spans that stand still, due.
STANDING_STILL = [
    # IPLREG 24 par. 2: thirteen days had gone by 19 March; the test is from 20 March to 10 April;
    # forty-seven are left, over May Day, until the eve of Dragon Boat
    (IPL.format("decide"), "2026-03-02", [("2026-03-20", "2026-04-10")], "2026-06-18"),
    # a test within one day takes that day out: 28 May and one day
    (IPL.format("decide"), "2026-03-02", [("2026-03-20", "2026-03-20")], "2026-05-29"),
    # DRUGLIC 75: review 4 to 10 March, site check on 12 March; 3 and 11 March had gone
    (
        DRG.format("decide"),
        "2026-03-02",
        [("2026-03-04", "2026-03-10"), ("2026-03-12", "2026-03-12")],
        "2026-04-08",
    ),
    # two reasons at once count once: review 4 to 10 March within a correction from 5 to 12 March
    (
        DRG.format("decide"),
        "2026-03-02",
        [("2026-03-04", "2026-03-10"), ("2026-03-05", "2026-03-12")],
        "2026-04-09",
    ),
    # a change: fifteen days less the review of 4 to 10 March
    (DRG.format("change_decide"), "2026-03-02", [("2026-03-04", "2026-03-10")], "2026-03-30"),
]


@pytest.mark.parametrize(("duty", "from_", "spans", "due"), STANDING_STILL)
def test_what_does_not_count_is_left_out(
    duty: str, from_: str, spans: list[tuple[str, str]], due: str
) -> None:
    at = datetime.combine(date.fromisoformat(from_), time(10), SHANGHAI)
    pauses = [Pause(date.fromisoformat(a), date.fromisoformat(b)) for a, b in spans]
    found = Reckoner.load(None).due(duty, at, pauses=pauses)[1].day
    assert found == date.fromisoformat(due)


@pytest.mark.parametrize("procedure", [XK, DRUG, CCC])
def test_every_procedure_has_its_dozen_of_days(procedure: Procedure) -> None:
    own = {"industrial_licence": ".industrial", "drug_retail_licence": ".drug"}
    mark = own.get(procedure.kind, "ccc")
    told = [*(row[2] for row in GOLDEN), *(row[0] for row in (*HOLDERS, *STANDING_STILL))]
    assert len([duty for duty in told if mark in duty]) >= 12


# ---- stories ------------------------------------------------------------------------------------

SEEN = "accept order_site_check tell_site_check site_check tell_finding"
TESTED = f"{SEEN} seal_sample sample_delivered test_report"
LOOKED = "accept begin_review end_review order_site_check begin_site_check site_check"
STORIES = [
    (XK, "closed", f"apply {TESTED} grant served published archive"),
    (XK, "closed", f"apply_renewal {TESTED} grant published served archive"),
    (XK, "closed", "apply_change accept need_no_check grant_change served published archive"),
    (XK, "closed", f"apply {SEEN} deny served archive"),
    (XK, "serving", "apply_renewal accept renewed_by_silence"),
    (XK, "closed", "apply_reissue accept grant_reissue served archive"),
    (XK, "closed", "apply ask_correction correct accept terminate"),
    (XK, "closed", "apply ask_correction abandoned"),
    (XK, "filing", f"apply accept_by_silence {SEEN.removeprefix('accept ')} deny served"),
    (XK, "serving", f"apply {SEEN} tell_hearing ask_hearing name_host hearing_held deny"),
    (XK, "closed", "apply decline not_served serve_again served archive"),
    (XK, "closed", "record_issued"),
    (XK, "closed", "record_ended"),
    (DRUG, "closed", f"apply {LOOKED} grant served published archive"),
    (DRUG, "serving", f"apply {LOOKED} allow_rectification site_check grant"),
    (DRUG, "closed", "apply_pledged grant_pledged served published check_pledge archive"),
    (
        DRUG,
        "filing",
        "apply_pledged grant_pledged served check_pledge order_pledge_kept check_pledge "
        "send_to_annul",
    ),
    (DRUG, "serving", "apply_pledged accept_by_silence grant_pledged"),
    (DRUG, "closed", "apply_change accept need_no_check grant_change served published archive"),
    (DRUG, "closed", "apply_registration register_change served published archive"),
    (DRUG, "closed", "apply_renewal accept need_no_check grant served not_published archive"),
    (DRUG, "serving", "apply_renewal accept renewed_by_silence"),
    (DRUG, "closed", "apply_reissue accept grant_reissue served archive"),
    (DRUG, "closed", f"apply {LOOKED} deny served archive"),
    (CCC, "closed", "record"),
    (CCC, "closed", "record_renewal"),
    (CCC, "closed", "record_suspension tell_stop stop_seen"),
    (CCC, "closed", "record_annulment still_sold"),
    (CCC, "closed", "record_deregistration no_longer_needed"),
    (CCC, "closed", "record_resumption"),
    (CCC, "closed", "withdraw_entry"),
    (CCC, "closed", "record_suspension mistaken"),
    (CCC, "closed", "record_annulment mistaken_end"),
    (XK, "closed", "withdraw_entry"),
]


@pytest.mark.parametrize(("procedure", "phase", "story"), STORIES)
def test_the_story_goes_through(procedure: Procedure, phase: str, story: str) -> None:
    assert after(procedure, story).phase == phase


@pytest.mark.parametrize(
    ("procedure", "story", "verb"),
    [
        (XK, "apply accept", "grant"),  # neither seen nor tested
        (XK, f"apply {SEEN}", "grant"),  # seen, not tested
        (XK, f"apply {SEEN} tell_hearing", "tell_hearing"),
        (XK, "apply ask_correction correct", "ask_correction"),
        (XK, f"apply {TESTED} grant served", "archive"),  # not published
        (DRUG, "apply accept", "need_no_check"),  # a first licence is seen
        (DRUG, "apply accept begin_review", "deny"),  # while the review runs
        (DRUG, "apply_registration", "accept"),  # recorded, not examined
        (DRUG, "apply_registration", "accept_by_silence"),
        (DRUG, "apply", "grant_pledged"),
        (DRUG, "apply_pledged grant_pledged served published", "archive"),  # unseen
        (DRUG, "apply_pledged grant_pledged check_pledge order_pledge_kept", "send_to_annul"),
        (CCC, "record_suspension stop_seen", "tell_stop"),
    ],
)
def test_what_the_order_forbids(procedure: Procedure, story: str, verb: str) -> None:
    assert obstacles(procedure, after(procedure, story), verb)


# ---- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("XK", "XK08-001-02345", "XK08-001-02345"),
        ("XK", "xk 08 001 02345", "XK08-001-02345"),
        ("XK", "（黑）XK08-001-02345", "（黑）XK08-001-02345"),
        ("XK", "黑XK08-001-02345", "（黑）XK08-001-02345"),
        ("DRUG", "黑DB4510001", None),
        ("DRUG", "黑DB451300001", "黑DB451300001"),
        ("DRUG", "黑 cb4513 00001", "黑CB451300001"),
        ("CCC", "2020 0109 0112 3456", "2020010901123456"),
    ],
)
def test_a_number_is_read_as_its_certificate_writes_it(
    kind: str, text: str, code: str | None
) -> None:
    if code is None:
        with pytest.raises(WrongCharacter):
            parse_licence(text, kind)
        return
    assert parse_licence(text, kind).code == code
    assert comparable(code) == comparable(parse_licence(text, kind).code)


@pytest.mark.parametrize("kind", ["XK", "DRUG", "CCC"])
def test_a_format_without_check_digit_says_so(kind: str) -> None:
    form = licence_formats()[kind]
    assert form.check is None and form.note.zh and form.note.en


def test_without_a_check_digit_a_wrong_digit_passes_and_a_lost_one_does_not() -> None:
    assert parse_licence("XK08-001-02346", "XK").parts["company"] == "02346"
    with pytest.raises(WrongLength):
        parse_licence("XK08-001-0234", "XK")
    with pytest.raises(WrongCharacter):
        parse_licence("XK08-OO1-02345", "XK")
    with pytest.raises(WrongPrefix):
        parse_licence("DB451300001", "DRUG")  # without its province
    with pytest.raises(WrongCharacter):
        parse_licence("黑EB451300001", "DRUG")
    with pytest.raises(WrongCharacter):
        parse_licence("黑DC451300001", "DRUG")


def test_the_letters_of_a_drug_number_say_what_they_mean() -> None:
    found = parse_licence("黑CB451300001", "DRUG").meanings
    assert found["kind"].zh == "零售连锁门店" and found["legal"].zh == "非法人企业"


# ---- thresholds ---------------------------------------------------------------------------------


def keys(**wanted: str) -> set[str]:
    return {t.key for t in asked_of(Application(**wanted))}


def test_prescription_drugs_want_a_pharmacist_and_cold_ones_a_cold_store() -> None:
    asked = {"licence": "DRUG", "purpose": "first", "form": "single"}
    assert keys(**asked, category="otc_b") == set()
    assert keys(**asked, category="prescription") == {"drug_pharmacist"}
    assert keys(**asked, category="otc_a", item="blood") == {
        *("drug_pharmacist", "drug_special", "drug_cold"),
    }
    assert "drug_chain" in keys(licence="DRUG", purpose="change", form="chain_shop")


@pytest.mark.parametrize(
    ("form", "item", "rule"),
    [
        ("wholesaler", "", "drug_wholesale_elsewhere"),
        ("chain_head", "", "drug_wholesale_elsewhere"),
        ("single", "narcotic", "drug_never_retail"),
        ("chain_shop", "vaccine", "drug_never_retail"),
        ("single", "abortion", "drug_never_retail"),
        ("single", "psychotropic_2", None),
        ("single", "herbal", None),
    ],
)
def test_what_no_pharmacy_may_have(form: str, item: str, rule: str | None) -> None:
    found = forbidden(Application("DRUG", "first", "prescription", form, item))
    assert (found.key if found else None) == rule


def test_cement_shows_that_it_fits_the_industrial_policy() -> None:
    asked = keys(licence="XK", purpose="first", category="cement")
    assert asked == {"industrial_test", "industrial_policy"}
    assert keys(licence="XK", purpose="change", category="food_contact") == set()
