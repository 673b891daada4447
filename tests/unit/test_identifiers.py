"""Numbers on papers: what they say, which mistakes are found, and how they are told."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given, strategies as st
from stdnum.cn import uscc as oracle
from stdnum.iso7064 import mod_11_10

from zhian.law.credit_codes import ORGANISATION_WEIGHTS, USCC_ALPHABET, read_authorities
from zhian.law.identifiers import (
    DivisionCode,
    IdentifierError,
    UnknownLicenceKind,
    WrongCharacter,
    WrongCheckDigit,
    WrongLength,
    WrongPrefix,
    authorities,
    normalised,
    organisation_code_fits,
    parse_division,
    parse_licence,
    parse_registration_number,
    parse_uscc,
    same_body,
)
from zhian.law.reading import DATA
from zhian.law.words import Words

REFERENCE = Path(os.environ.get("ZHIAN_REFERENCE", "../shared/reference"))
DIVISIONS = REFERENCE / "census" / "division_province_city_county_town.csv.gz"
REAL = "91110000600037341L"  # the specimen in python-stdnum's documentation

body17 = st.builds(
    lambda head, place, tail: head + place + tail,
    st.sampled_from(["91", "92", "93", "11", "12", "51", "N2"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)


def with_check(body: str) -> str:
    return body + oracle.calc_check_digit(body)


def organisation(eight: str) -> str:
    """Nine characters with the check character, spelt out from the weights (GB 11714)."""
    total = sum(int(c, 36) * w for c, w in zip(eight, ORGANISATION_WEIGHTS, strict=True))
    check = 11 - total % 11
    return eight + {10: "X", 11: "0"}.get(check, str(check))


# ---- credit codes


def test_a_credit_code_says_who_registered_what_and_where() -> None:
    code = parse_uscc(REAL)
    assert (code.authority.en, code.kind.zh, code.division) == (
        "market regulation",
        "企业",
        "110000",
    )
    assert code.remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        REAL,
        f"  {REAL.lower()} ",
        "9111-0000-6000-3734-1L",
        "９１１１００００６０００３７３４１Ｌ",
        "91110000\u00a0600037341L",
    ],
)
def test_blanks_hyphens_and_full_width_forms_do_not_matter(text: str) -> None:
    assert parse_uscc(text).code == REAL


@pytest.mark.parametrize(
    ("text", "error", "position", "words"),
    [
        ("", WrongLength, None, "(empty): needs 18 characters but has 0"),
        (REAL[:-1], WrongLength, None, "has 17"),
        (REAL + "0", WrongLength, None, "has 19"),
        ("9111000O600037341L", WrongCharacter, 8, "perhaps it is “0”"),
        ("911100006000373I1L", WrongCharacter, 16, "perhaps it is “1”"),
        ("9111A000600037341L", WrongCharacter, 5, "cannot stand there"),
        ("91110000600037341X", WrongCheckDigit, 18, "one character is wrong"),
        ("91110000600037431L", WrongCheckDigit, 18, "two are swapped"),
    ],
)
def test_a_wrong_code_is_told_with_its_place(
    text: str, error: type[IdentifierError], position: int | None, words: str
) -> None:
    with pytest.raises(error) as raised:
        parse_uscc(text)
    assert raised.value.position == position
    assert words in raised.value.words.en
    assert raised.value.words.zh


@given(body17)
def test_every_code_with_a_right_check_digit_is_read(body: str) -> None:
    assert parse_uscc(with_check(body)).code == with_check(body)


@given(body17, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_mistyped_character_is_always_found(body: str, place: int, wrong: str) -> None:
    code = with_check(body)
    assume(code[place] != wrong)
    with pytest.raises(IdentifierError):
        parse_uscc(code[:place] + wrong + code[place + 1 :])


@given(body17, st.integers(0, 16))
def test_two_swapped_neighbours_are_always_found(body: str, place: int) -> None:
    code = with_check(body)
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    with pytest.raises(IdentifierError):
        parse_uscc(swapped)


def test_village_collectives_are_read_though_they_begin_with_a_letter() -> None:
    code = parse_uscc(with_check("N2230621" + organisation("MF012345")))
    assert code.kind.zh == "村级集体经济组织"
    assert code.remarks == ()


def test_a_division_merged_away_is_a_remark() -> None:
    code = parse_uscc(REAL, divisions=frozenset(["230621"]))
    assert "110000" in code.remarks[0].en


def test_an_unknown_registrar_is_a_remark() -> None:
    code = parse_uscc(with_check("B1230621" + organisation("MA012345")))
    assert "B1" in code.remarks[0].zh
    assert not code.authority


@given(st.text(USCC_ALPHABET, min_size=8, max_size=8))
def test_organisation_codes_have_exactly_one_check_character(eight: str) -> None:
    fitting = [c for c in "0123456789X" if organisation_code_fits(eight + c)]
    assert [eight + c for c in fitting] == [organisation(eight)]


def test_an_organisation_code_that_fails_is_a_remark() -> None:
    wrong = "60003734" + ("2" if organisation("60003734")[-1] != "2" else "3")
    code = parse_uscc(with_check("91110000" + wrong))
    assert "fails its own check" in code.remarks[0].en


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (REAL, REAL.lower(), True),
        (REAL, with_check("92230621MA0123456"), False),
        ("无", "无", False),
        (REAL[:-1] + "X", REAL[:-1] + "X", False),
    ],
)
def test_only_valid_equal_codes_name_the_same_body(one: str, other: str, same: bool) -> None:
    assert same_body(one, other) is same


def test_the_registrars_are_known() -> None:
    assert authorities()["9"].kinds["2"].zh == "个体工商户"
    assert read_authorities(DATA) == authorities()


# ---- old registration numbers


@given(st.text("0123456789", min_size=14, max_size=14))
def test_old_registration_numbers_are_taken_apart(body: str) -> None:
    number = parse_registration_number(body + mod_11_10.calc_check_digit(body))
    assert number.division + number.serial == body


@given(
    st.text("0123456789", min_size=14, max_size=14),
    st.integers(0, 14),
    st.sampled_from("0123456789"),
)
def test_one_wrong_digit_of_an_old_number_is_always_found(
    body: str, place: int, wrong: str
) -> None:
    code = body + mod_11_10.calc_check_digit(body)
    assume(code[place] != wrong)
    with pytest.raises(WrongCheckDigit):
        parse_registration_number(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    ("text", "error"), [("2306", WrongLength), ("23062100000O001", WrongCharacter)]
)
def test_wrong_old_numbers(text: str, error: type[IdentifierError]) -> None:
    with pytest.raises(error):
        parse_registration_number(text)


# ---- licences

REAL_LICENCES = [  # printed on labels and shop signs found in public repositories
    ("SC11351090100010", "SC", "510901", {"category": "糖果制品"}),
    ("SC10741018302531", "SC", "410183", {"category": "方便食品"}),
    ("SC12434017430075", "SC", "340174", {"category": "糕点"}),
    ("SC10744030704994", "SC", "440307", {"category": "方便食品"}),
    ("JY23506230105266", "JY", "350623", {"form": "餐饮服务经营者"}),
]


@pytest.mark.parametrize(("text", "kind", "division", "meanings"), REAL_LICENCES)
def test_real_licence_numbers_pass(
    text: str, kind: str, division: str, meanings: dict[str, str]
) -> None:
    number = parse_licence(text)
    assert (number.kind, number.division, number.remarks) == (kind, division, ())
    assert {key: words.zh for key, words in number.meanings.items()} == meanings


def test_a_development_zone_is_only_remarked() -> None:
    number = parse_licence("SC12434017430075", divisions=frozenset(["230621"]))
    assert "340174" in number.remarks[0].zh


@pytest.mark.parametrize(
    ("text", "kind", "code", "meaning"),
    [
        ("XK16-204-00123", "XK", "XK16-204-00123", None),
        ("（黑）XK16-204-00123", "XK", "（黑）XK16-204-00123", None),
        ("黑 xk16 204 00123", "XK", "（黑）XK16-204-00123", None),
        ("黑DA459000001", "DRUG", "黑DA459000001", "单体零售企业"),
        ("京CB010000002", "DRUG", "京CB010000002", "零售连锁门店"),
    ],
)
def test_other_licences_are_recognised_by_their_beginning(
    text: str, kind: str, code: str, meaning: str | None
) -> None:
    number = parse_licence(text)
    assert (number.kind, number.code) == (kind, code)
    if meaning:
        assert number.meanings["kind"].zh == meaning


@pytest.mark.parametrize(
    ("text", "kind", "error", "words"),
    [
        ("", None, UnknownLicenceKind, "choose the kind first"),
        ("卫食证字2005第12号", None, UnknownLicenceKind, "choose the kind first"),
        ("SC1135109010001", None, WrongLength, "needs 16 characters but has 15"),
        ("SC1135109010001O", None, WrongCharacter, "perhaps it is “0”"),
        ("SC11351090100011", None, WrongCheckDigit, "check digit"),
        ("JY23506230105266", "SC", WrongPrefix, "begins with SC"),
        ("黑SC11351090100010", None, WrongCharacter, "has no province before it"),
        ("DA459000001", "DRUG", WrongPrefix, "abbreviation of a province"),
        ("黑EA459000001", "DRUG", WrongCharacter, "compare with the paper"),
        ("", "CCC", WrongCharacter, "(empty)"),
    ],
)
def test_wrong_licences_are_told_in_words(
    text: str, kind: str | None, error: type[IdentifierError], words: str
) -> None:
    with pytest.raises(error) as raised:
        parse_licence(text, kind)
    assert words in raised.value.words.en


@given(st.sampled_from(["SC", "JY"]), st.data())
def test_one_wrong_digit_of_a_food_licence_is_always_found(
    prefix: str, data: st.DataObject
) -> None:
    body = data.draw(st.text("0123456789", min_size=13, max_size=13))
    code = body + mod_11_10.calc_check_digit(body)
    assert parse_licence(prefix + code).code == prefix + code
    place = data.draw(st.integers(0, 13))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != code[place]]))
    with pytest.raises(WrongCheckDigit):
        parse_licence(prefix + code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(("prefix", "digits"), [("YB", 14), ("YS", 12), ("RQ", 13)])
def test_a_presumed_check_digit_is_only_remarked(prefix: str, digits: int) -> None:
    body = ("1230621" + "0" * digits)[: digits - 1]
    check = mod_11_10.calc_check_digit(body)
    wrong = str((int(check) + 1) % 10)
    assert not _about_check(parse_licence(prefix + body + check).remarks)
    assert _about_check(parse_licence(prefix + body + wrong).remarks)


def _about_check(remarks: tuple[object, ...]) -> bool:
    return any("校验码" in str(remark) for remark in remarks)


def test_an_unlisted_food_category_is_remarked() -> None:
    body = "1992306210001"
    number = parse_licence("SC" + body + mod_11_10.calc_check_digit(body))
    assert "199" in number.remarks[0].zh


# ---- divisions


@pytest.mark.parametrize(
    ("text", "digits", "level", "parent"),
    [
        ("23", "23", "province", None),
        ("230000", "23", "province", None),
        ("230600", "2306", "city", "23"),
        ("230621", "230621", "county", "2306"),
        ("230621000000", "230621", "county", "2306"),
        ("230621100", "230621100", "township", "230621"),
        ("230621100000", "230621100", "township", "230621"),
        ("230621100201", "230621100201", "village", "230621100"),
        ("230000000000", "23", "province", None),
    ],
)
def test_division_codes(text: str, digits: str, level: str, parent: str | None) -> None:
    division = parse_division(text)
    assert (division.digits, division.level, division.parent) == (digits, level, parent)
    assert division.code == digits.ljust(12, "0")


@pytest.mark.parametrize(
    ("text", "error", "position"),
    [
        ("", WrongLength, None),
        ("23062", WrongLength, None),
        ("2306211", WrongLength, None),
        ("23O621", WrongCharacter, 3),
        ("990621", WrongCharacter, 1),
    ],
)
def test_wrong_division_codes(
    text: str, error: type[IdentifierError], position: int | None
) -> None:
    with pytest.raises(error) as raised:
        parse_division(text)
    assert raised.value.position == position


def test_a_division_missing_from_todays_list_is_remarked() -> None:
    known = frozenset(["230621"])
    assert parse_division("230621000000", known).remarks == ()
    assert "340203" in parse_division("340203", known).remarks[0].en


def test_a_village_lies_in_its_county() -> None:
    county, village = parse_division("230621"), parse_division("230621100201")
    assert village.within(county)
    assert not county.within(village)
    assert county.within(county)


@given(st.sampled_from(["11", "23", "65"]), st.text("0123456789", min_size=10, max_size=10))
def test_a_full_code_survives_the_round_trip(province: str, rest: str) -> None:
    division = parse_division(province + rest)
    assert parse_division(division.code) == division
    assert division.code == province + rest


@pytest.mark.skipif(not DIVISIONS.exists(), reason="the reference folder is not here")
def test_every_division_of_the_country_is_read() -> None:
    text = gzip.decompress(DIVISIONS.read_bytes()).decode("utf-8-sig")
    levels = {"province": "province", "city": "city", "county": "county"}
    read = 0
    for row in csv.DictReader(io.StringIO(text)):
        division = parse_division(row["code"])
        if row["level"] in levels and not row["code"].endswith("00"):
            assert division == DivisionCode(row["code"], levels[row["level"]], ()), row
        read += 1
    assert read > 40000


@pytest.mark.parametrize(
    "parse", [parse_uscc, parse_registration_number, parse_licence, parse_division]
)
@given(st.text(max_size=30))
def test_whatever_is_typed_nothing_but_a_sentence_comes_back(
    parse: Callable[[str], object], text: str
) -> None:
    sentences = Words("ok", "ok")
    try:
        parse(text)
    except IdentifierError as error:
        sentences = error.words
    assert sentences


TYPED = [chr(c) for c in (*range(0x20, 0x7F), *range(0xFF01, 0xFF5F), 0x3000, 0x2014, 0xA0)]


@given(st.text(st.sampled_from(TYPED), max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
