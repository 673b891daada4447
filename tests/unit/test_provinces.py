"""Workshops, stalls and farms as the law tells them: the provinces' files, terms counted by hand,
numbers, gates and stories."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from zhian.law import gates, vocabulary
from zhian.law.check import DATA
from zhian.law.counting import SHANGHAI
from zhian.law.errors import LawError
from zhian.law.gate_model import Actor, Moment, View
from zhian.law.licence_numbers import compose_licence, parse_licence
from zhian.law.plain_numbers import IdentifierError, WrongCheckDigit
from zhian.law.procedure import Procedure, State, book, obstacles, opened, step
from zhian.law.province_checks import check_provinces
from zhian.law.provinces import provinces
from zhian.law.reckoning import Reckoner
from zhian.law.settings import Settings

TODAY = date(2026, 11, 24)
WORKSHOP, STALL, FARM, ROSTER = (
    book().pick(kind, TODAY)
    for kind in ("workshop_registration", "stall_filing", "farm_filing", "register_licences")
)
NONE, HENAN, ZHEJIANG = "none", "henan", "zhejiang"
SHOP, STREET = "licence.{}.small_workshop", "licence.{}.small_stall"
OWN, LAW = "internal", "statute"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The reckoner of an office that has chosen its province."""
    monkeypatch.setenv("ZHIAN_DATA", str(tmp_path))

    def chosen(province: str) -> Reckoner:
        (tmp_path / "law.toml").write_text(
            f'[setting]\nprovince = "{province}"\n', encoding="utf-8"
        )
        return Reckoner.load()

    return chosen


# 2026: off 1–3 January, 15–23 February, 4–6 April, 1–5 May; at work on Sunday 4 January and on the
# Saturdays 14 and 28 February and 9 May. Each line was counted on the wall calendar.
GOLDEN = [
    # the county's own terms: internal targets
    (NONE, WORKSHOP, "apply", SHOP.format("correct"), "2025-12-31", "2026-01-08", OWN),
    (NONE, WORKSHOP, "apply_change", SHOP.format("correct"), "2026-02-12", "2026-02-26", OWN),
    (NONE, WORKSHOP, "accept", SHOP.format("decide"), "2026-02-12", "2026-03-11", OWN),
    (NONE, WORKSHOP, "order_site_check", SHOP.format("site_check"), "2026-02-13", "2026-02-27",
     OWN),
    (NONE, WORKSHOP, "served", SHOP.format("inspect_first"), "2026-01-05", "2026-02-05", OWN),
    (NONE, WORKSHOP, "correct", "licence.accept_completed", "2026-02-14", "2026-02-25", OWN),
    (NONE, STALL, "file", STREET.format("card"), "2026-02-12", "2026-02-26", OWN),
    (NONE, STALL, "give_number", STREET.format("inspect_first"), "2026-03-02", "2026-05-06", OWN),
    (NONE, FARM, "file", "licence.card.farm", "2025-12-31", "2026-01-08", OWN),
    (NONE, FARM, "file_update", "licence.card.farm", "2026-02-12", "2026-02-26", OWN),
    (NONE, FARM, "file_end", "licence.card.farm", "2026-04-03", "2026-04-13", OWN),
    (NONE, ROSTER, "register", "licence.import_check", "2026-02-12", "2026-03-18", OWN),
    # Henan 21, 31, 40
    (HENAN, WORKSHOP, "accept", SHOP.format("decide"), "2026-02-12", "2026-02-28", LAW),
    (HENAN, WORKSHOP, "accept", SHOP.format("decide"), "2025-12-31", "2026-01-12", LAW),
    (HENAN, WORKSHOP, "served", SHOP.format("inspect_first"), "2026-02-12", "2026-04-13", LAW),
    (HENAN, WORKSHOP, "served", SHOP.format("inspect_first"), "2025-12-31", "2026-02-28", LAW),
    (HENAN, WORKSHOP, "grant", SHOP.format("term"), "2023-11-26", "2026-11-26", LAW),
    (HENAN, STALL, "file", STREET.format("card"), "2026-02-13", "2026-02-27", LAW),
    (HENAN, STALL, "give_number", STREET.format("inspect_first"), "2026-03-02", "2026-05-06", LAW),
    # Zhejiang 17; where it is silent the county's own terms go on
    (ZHEJIANG, WORKSHOP, "served", SHOP.format("inspect_first"), "2026-03-04", "2026-04-07", LAW),
    (ZHEJIANG, STALL, "give_number", STREET.format("inspect_first"), "2026-01-30", "2026-02-28",
     LAW),
    (ZHEJIANG, WORKSHOP, "accept", SHOP.format("decide"), "2026-02-12", "2026-03-11", OWN),
    (ZHEJIANG, STALL, "file", STREET.format("card"), "2026-02-13", "2026-02-27", OWN),
]  # fmt: skip


@pytest.mark.parametrize(("province", "procedure", "verb", "duty", "from_", "due", "basis"), GOLDEN)
def test_a_term_ends_on_the_day_counted_by_hand(
    office: Any, province: str, procedure: Procedure, verb: str, duty: str, from_: str, due: str,
    basis: str,
) -> None:  # fmt: skip
    assert duty in {row.duty for row in procedure.act(verb).starts}
    ours = office(province)
    at = datetime.combine(date.fromisoformat(from_), time(10), SHANGHAI)
    rule = ours.book.duty(duty, at.date())
    counted = ours.target(rule, at) or ours.count(rule, at)
    assert (counted.day, rule.basis) == (date.fromisoformat(due), basis)


@pytest.mark.parametrize(
    ("province", "duty", "expires", "last"),
    [
        (HENAN, SHOP.format("renew"), "2026-11-24", "2026-10-25"),
        (HENAN, SHOP.format("renew"), "2026-03-15", "2026-02-13"),
        (NONE, SHOP.format("renew"), "2026-11-24", "2026-10-25"),
    ],
)
def test_a_renewal_is_applied_for_by_the_day_counted_back(
    office: Any, province: str, duty: str, expires: str, last: str
) -> None:
    ours = office(province)
    day = date.fromisoformat(expires)
    rule = ours.book.duty(duty, day)
    assert (ours.target(rule, day) or ours.count(rule, day)).day == date.fromisoformat(last)


def test_where_a_province_names_no_term_there_is_none(office: Any) -> None:
    rule = office(ZHEJIANG).book.duty(SHOP.format("term"), TODAY)
    assert (rule.basis, rule.period.unit) == ("statute", "not_stated")


def test_before_its_regulation_held_a_province_said_nothing(office: Any) -> None:
    with pytest.raises(LawError):
        office(HENAN).book.duty(SHOP.format("decide"), date(2018, 2, 28))


def test_a_province_that_has_no_file_cannot_be_chosen(tmp_path: Path) -> None:
    own = tmp_path / "law.toml"
    own.write_text('[setting]\nprovince = "atlantis"\n', encoding="utf-8")
    with pytest.raises(LawError, match="province"):
        Settings.load(own=own)


def test_every_province_says_whose_business_it_is_and_under_which_article() -> None:
    assert {NONE, HENAN, ZHEJIANG} <= set(provinces())
    for province in provinces().values():
        for small in province.small.values():
            assert small.paper.zh and small.paper.en and small.basis.article
            known = vocabulary.choice_keys("workshop_product")
            assert set(small.forbidden) <= known


# ---- what the check finds -----------------------------------------------------------------------


def damaged(tmp_path: Path, old: str, new: str) -> list[str]:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "provinces" / "henan.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [problem.text("en") for problem in check_provinces(folder)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "dairy"', 'key = "moon_cheese"', "moon_cheese"),
        ('duty = "licence.card.small_stall"', 'duty = "licence.renew.food_business"', "not left"),
        ('[rules."HN-31"]', '[rules."FSL-134"]', "used already"),
        ('authority = "county"', 'authority = "village"', "authority"),
        ('source = "HN_SMALL"', 'source = "HN_LARGE"', "HN_LARGE"),
        ('seen = "after"', 'seen = "after"\ncolour = "red"', "colour"),
        ("licence.renew.small_workshop", "licence.decide.small_workshop", "overlap"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_provinces_file_is_found(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found = damaged(tmp_path, old, new)
    assert any(said in line for line in found), found


def test_the_shipped_files_have_no_mistake() -> None:
    assert list(check_provinces(DATA)) == []


# ---- numbers ------------------------------------------------------------------------------------


@given(
    kind=st.sampled_from(["WORKSHOP", "STALL", "FARM"]),
    division=st.from_regex(r"(?:23|41|33)[0-9]{4}", fullmatch=True),
    serial=st.integers(0, 99_999),
    place=st.integers(0, 11),
    shift=st.integers(1, 9),
)
def test_every_single_wrong_digit_of_a_number_is_found(
    kind: str, division: str, serial: int, place: int, shift: int
) -> None:
    number = compose_licence(kind, division=division, serial=f"{serial:05d}")
    assert parse_licence(number).kind == kind
    assert parse_licence(number, kind).parts["serial"] == f"{serial:05d}"
    at = len(number) - 12 + place
    wrong = number[:at] + str((int(number[at]) + shift) % 10) + number[at + 1 :]
    with pytest.raises(WrongCheckDigit):
        parse_licence(wrong, kind)


@pytest.mark.parametrize("text", ["豫食坊〔2024〕0102号"[:-1], "浙小作0331001234", "GD-1234-56"])
def test_the_numbers_of_provinces_are_taken_as_they_are(text: str) -> None:
    assert parse_licence(text, "WORKSHOP").code


def test_a_livestock_farm_bears_the_code_of_ten_digits_without_a_check() -> None:
    code = compose_licence("LIVESTOCK", division="239900", serial="0007")
    assert code == "2399000007"
    assert parse_licence(code, "FARM").code == code
    with pytest.raises(IdentifierError):
        parse_licence("23990000071", "FARM")


def test_a_county_code_missing_from_todays_list_is_only_a_remark() -> None:
    number = compose_licence("STALL", division="239900", serial="00001")
    assert parse_licence(number, "STALL", {"239900"}).remarks == ()
    assert len(parse_licence(number, "STALL", {"230000"}).remarks) == 1


# ---- gates --------------------------------------------------------------------------------------


def refused(gate: str, facts: Mapping[str, Any], **fields: Any) -> bool:
    view = View(facts, fields, Moment("apply", datetime(2026, 3, 2, 9)), Actor("official"))
    return gates.CHECKS[gate](view) is not None


BUREAU = "market_regulation"
SMALL = {key: province.small["workshop"] for key, province in provinces().items()}


@pytest.mark.parametrize(
    ("gate", "facts", "fields", "no"),
    [
        ("SMALL-AGENCY", {"small_rule": SMALL[NONE], "agency_kind": BUREAU}, {}, False),
        ("SMALL-AGENCY", {"small_rule": SMALL[NONE], "agency_kind": "township"}, {}, True),
        ("SMALL-FORBIDDEN", {"small_rule": SMALL[NONE]}, {"workshop_product": "tofu"}, False),
        ("SMALL-FORBIDDEN", {"small_rule": SMALL[NONE]}, {"workshop_product": "infant"}, True),
        ("SMALL-FORBIDDEN", {"small_rule": SMALL[NONE]}, {"workshop_product": "dairy"}, False),
        ("SMALL-FORBIDDEN", {"small_rule": SMALL[HENAN]}, {"workshop_product": "dairy"}, True),
        ("SMALL-FORBIDDEN", {"small_rule": SMALL[HENAN]}, {"workshop_product": "liquor"}, False),
        ("SMALL-FORBIDDEN", {"small_rule": SMALL[HENAN]}, {"workshop_product": "liquor_new"}, True),
        ("SMALL-SEEN", {"small_rule": SMALL[NONE], "purpose": "first"}, {}, True),
        ("SMALL-SEEN", {"small_rule": SMALL[HENAN], "purpose": "first"}, {}, False),
        ("SMALL-SEEN", {"small_rule": SMALL[NONE], "purpose": "renewal"}, {}, False),
        ("SMALL-SEEN",
         {"small_rule": SMALL[NONE], "purpose": "change", "conditions_changed": True}, {}, True),
        ("SMALL-NEEDED", {"licensed": "JY1"}, {}, True),
        ("SMALL-NEEDED", {"licensed": ""}, {}, False),
        ("SMALL-INSPECTED", {"uninspected_first": True}, {}, True),
        ("SMALL-INSPECTED", {"uninspected_first": False}, {}, False),
        ("FILING-RENEWAL", {"purpose": "renewal"}, {}, False),
        ("FILING-RENEWAL", {"purpose": "first"}, {}, True),
        ("FILING-ENDS", {"purpose": "end"}, {}, False),
        ("FILING-ENDS", {"purpose": "change"}, {}, True),
        ("FARM-AGENCY", {"agency_kind": "agriculture"}, {}, False),
        ("FARM-AGENCY", {"agency_kind": "market_regulation"}, {}, True),
        ("FARM-PREMISES", {"business_type": "farm_crop"}, {}, False),
        ("FARM-PREMISES", {"business_type": "catering"}, {}, True),
        ("FARM-HUSBANDRY", {}, {"farm_kind": "livestock", "species": "猪", "size": "500"}, False),
        ("FARM-HUSBANDRY", {}, {"farm_kind": "livestock", "species": "猪"}, True),
        ("FARM-HUSBANDRY", {}, {"farm_kind": "crop"}, False),
        ("IMPORT-UNTOUCHED", {"touched": 0}, {}, False),
        ("IMPORT-UNTOUCHED", {"touched": 3}, {}, True),
    ],
)  # fmt: skip
def test_a_gate_opens_and_shuts(
    gate: str, facts: Mapping[str, Any], fields: Mapping[str, Any], no: bool
) -> None:
    assert refused(gate, facts, **fields) is no


# ---- stories ------------------------------------------------------------------------------------

SEEN = "apply accept order_site_check site_check"
STORIES = [
    (WORKSHOP, "closed", f"{SEEN} grant published served inspected archive"),
    (WORKSHOP, "closed", "apply accept need_no_check grant published served inspected archive"),
    (WORKSHOP, "closed", "apply ask_correction more_time correct accept need_no_check grant "
                         "not_published served archive"),
    (WORKSHOP, "closed", "apply ask_correction abandoned"),
    (WORKSHOP, "serving", f"{SEEN} allow_rectification site_check grant"),
    (WORKSHOP, "closed", f"{SEEN} deny served archive"),
    (WORKSHOP, "serving", "apply deny not_served serve_again"),
    (WORKSHOP, "closed", "apply_change accept need_no_check grant_change published served archive"),
    (WORKSHOP, "closed", "apply_renewal accept order_site_check site_check grant published served "
                         "archive"),
    (WORKSHOP, "closed", "apply accept withdraw"),
    (STALL, "closed", "file ask_missing complete give_number inspected"),
    (STALL, "closed", "file_update update_record"),
    (STALL, "closed", "file_renewal renew_card"),
    (STALL, "closed", "file_end strike_filing"),
    (STALL, "closed", "file reject"),
    (FARM, "closed", "file give_number"),
    (FARM, "closed", "file ask_missing complete give_number"),
    (FARM, "closed", "file_update update_record"),
    (FARM, "closed", "file_end strike_filing"),
    (FARM, "closed", "file withdraw"),
    (ROSTER, "closed", "register compare"),
    (ROSTER, "closed", "register take_back"),
]  # fmt: skip


@pytest.mark.parametrize(("procedure", "ends", "story"), STORIES)
def test_a_story_ends_where_it_should(procedure: Procedure, ends: str, story: str) -> None:
    first, *rest = story.split()
    state: State = opened(procedure, first)
    for verb in rest:
        assert list(obstacles(procedure, state, verb)) == [], verb
        state = step(procedure, state, verb)
    assert state.phase == ends


@pytest.mark.parametrize(
    ("procedure", "story", "verb"),
    [
        (WORKSHOP, "apply accept", "grant"),
        (WORKSHOP, "apply ask_correction correct", "ask_correction"),
        (STALL, "file ask_missing", "give_number"),
        (FARM, "file ask_missing", "give_number"),
        (ROSTER, "register compare", "take_back"),
    ],
)
def test_what_may_not_happen_yet_does_not(procedure: Procedure, story: str, verb: str) -> None:
    first, *rest = story.split()
    state = opened(procedure, first)
    for done in rest:
        state = step(procedure, state, done)
    assert list(obstacles(procedure, state, verb))
