"""Duties and their versions: read from files, picked by the day of the event."""

from __future__ import annotations

import os
import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from zhian.law.counting import SHANGHAI, UNITS, CannotCount, Period
from zhian.law.reckoning import Reckoner, extension
from zhian.law.rules import DATA, LawBook, RuleOutOfForce, UnknownRule, book
from zhian.law.rules_file import read_folder
from zhian.law.tables import RuleFileError
from zhian.law.wording import period_words

SOURCES = """
[OLD]
title = { zh = "旧办法", en = "Old measures" }
doc_no = "令第1号"
level = "departmental_rule"
valid_from = 2020-01-01
valid_to = 2026-04-14
seen_in = "samr.gov.cn"
verified = "yes"

[NEW]
title = { zh = "新办法", en = "New measures" }
level = "departmental_rule"
valid_from = 2026-04-15
seen_in = "samr.gov.cn"
verified = "yes"
"""

RULE = """
["{id}"]
duty = "{duty}"
title = {{ zh = "受理", en = "Accept" }}
source = "{source}"
article = "15"
actor = "county_regulator"
trigger = {{ zh = "收到投诉", en = "Complaint received" }}
action = {{ zh = "决定是否受理", en = "Decide on acceptance" }}
{more}
verified = "yes"
"""


def rule_text(
    rule_id: str,
    source: str = "NEW",
    duty: str = "complaint.accept",
    more: str = 'amount = 7\nunit = "working_day"',
) -> str:
    return RULE.format(id=rule_id, duty=duty, source=source, more=more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deadlines").mkdir()
    (tmp_path / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return tmp_path


def write(folder: Path, *rules: str, duties: str = "") -> Path:
    (folder / "deadlines" / "complaint.toml").write_text("".join(rules), encoding="utf-8")
    if duties:
        (folder / "duties.toml").write_text(duties, encoding="utf-8")
    return folder


def test_a_rule_takes_the_validity_of_its_source(folder: Path) -> None:
    rule = LawBook.load(write(folder, rule_text("A-1", "OLD"))).rule("A-1")
    assert (rule.valid_from, rule.valid_to) == (date(2020, 1, 1), date(2026, 4, 14))
    assert (rule.period, rule.kind, rule.basis) == (Period(7, "working_day"), "deadline", "statute")
    assert rule.citation.zh == "旧办法 第15条"


def test_a_rules_own_dates_go_before_its_sources(folder: Path) -> None:
    more = 'amount = 7\nunit = "working_day"\nvalid_from = 2026-09-01\nvalid_to = 2026-12-31'
    rule = LawBook.load(write(folder, rule_text("A-1", more=more))).rule("A-1")
    assert not rule.in_force(date(2026, 8, 31))
    assert rule.in_force(date(2026, 9, 1))
    assert rule.in_force(date(2026, 12, 31))
    assert not rule.in_force(date(2027, 1, 1))


def test_the_day_of_the_event_picks_the_version(folder: Path) -> None:
    law = LawBook.load(write(folder, rule_text("A-1", "OLD"), rule_text("A-2")))
    assert law.duty("complaint.accept", date(2026, 4, 14)).id == "A-1"
    assert law.duty("complaint.accept", date(2026, 4, 15)).id == "A-2"
    assert [rule.id for rule in law.versions("complaint.accept")] == ["A-1", "A-2"]


def test_a_rule_out_of_force_names_the_one_in_force(folder: Path) -> None:
    law = LawBook.load(write(folder, rule_text("A-1", "OLD"), rule_text("A-2")))
    with pytest.raises(RuleOutOfForce, match=r"A-2 .*A-1") as caught:
        law.pick("A-2", date(2026, 2, 13))
    assert caught.value.instead is law.rule("A-1")
    with pytest.raises(RuleOutOfForce) as nothing:
        law.pick("complaint.accept", date(2019, 1, 1))
    assert nothing.value.instead is None


def test_an_unknown_name_is_said_in_both_languages(folder: Path) -> None:
    law = LawBook.load(write(folder, rule_text("A-1")))
    for ask in (law.rule, law.versions, lambda name: law.pick(name, date(2026, 5, 1))):
        with pytest.raises(UnknownRule) as caught:
            ask("B-1")
        assert "B-1" in caught.value.words.zh
        assert "B-1" in caught.value.words.en


def test_overlapping_versions_are_found(folder: Path) -> None:
    law = LawBook.load(write(folder, rule_text("A-1"), rule_text("A-2")))
    assert [(key, one.id, other.id) for key, one, other in law.overlaps()] == [
        ("complaint.accept", "A-1", "A-2")
    ]


def test_days_without_a_version_are_listed_as_holes(folder: Path) -> None:
    late = 'amount = 7\nunit = "working_day"\nvalid_from = 2026-05-01'
    law = LawBook.load(write(folder, rule_text("A-1", "OLD"), rule_text("A-2", more=late)))
    assert [(h.first, h.last) for h in law.holes()] == [(date(2026, 4, 15), date(2026, 4, 30))]
    adjoining = LawBook.load(write(folder, rule_text("A-1", "OLD"), rule_text("A-2")))
    assert list(adjoining.holes()) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('amount = "7"\nunit = "working_day"', "amount"),
        ("amount = 7", "unit"),
        ('unit = "working_day"', "amount"),
        ('amount = 7\nunit = "fortnight"', "unit"),
        ('amount = 1\nunit = "immediate"', "amount"),
        ('amount = 7\nunit = "working_day"\nunitt = 1', "unitt"),
        ('amount = 7\nunit = "working_day"\nkind = "hope"', "kind"),
        ('amount = 7\nunit = "working_day"\nnote = { zh = "只有中文" }', "note"),
        ('amount = 7\nunit = "working_day"\nnote = { zh = "中文", en = " " }', "note"),
        ('amount = 7\nunit = "working_day"\nvalid_to = 2020-01-01', "valid_to"),
        ('amount = 7\nunit = "working_day"\nvalid_from = "soon"', "valid_from"),
        ('amount = 7\nunit = "working_day"\nexcluded = "testing"', "excluded"),
        ('amount = 7\nunit = "working_day"\nextension = { amount = 5 }', "unit"),
        ('amount = 7\nunit = "working_day"\nextension = { days = 5 }', "days"),
        ('amount = 1\nunit = "year_periodic"\nmonths = [13]', "months"),
        ('amount = 1\nunit = "year_periodic"\nperiod = { to = "June" }', "to"),
    ],
)
def test_a_wrong_rule_is_named_with_file_and_table(folder: Path, more: str, said: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        LawBook.load(write(folder, rule_text("A-1", more=more)))
    assert caught.value.file == "deadlines/complaint.toml"
    assert caught.value.table.startswith("A-1")
    assert said in caught.value.what.en


@pytest.mark.parametrize("key", ["duty", "title", "source", "article", "actor", "trigger"])
def test_a_missing_key_is_named(folder: Path, key: str) -> None:
    lines = rule_text("A-1").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(f"{key} ="))
    with pytest.raises(RuleFileError, match=key):
        LawBook.load(write(folder, text))


def test_every_mistake_is_found_not_only_the_first(folder: Path) -> None:
    wrong = [rule_text(f"A-{n}", source="NONE", duty=f"a.b{n}") for n in range(3)]
    _, rules, mistakes = read_folder(write(folder, *wrong, rule_text("A-9")))
    assert [m.table for m in mistakes] == ["A-0", "A-1", "A-2"]
    assert [rule.id for rule in rules] == ["A-9"]


def test_an_id_may_stand_in_one_file_only(folder: Path) -> None:
    write(folder, rule_text("A-1"))
    (folder / "deadlines" / "report.toml").write_text(rule_text("A-1", duty="x.y"), "utf-8")
    with pytest.raises(RuleFileError, match=r"deadlines/complaint\.toml"):
        LawBook.load(folder)


ORDER = """
["task.report"]
title = { zh = "反馈", en = "Report back" }
basis = "order"
actor = "county_regulator"
trigger = { zh = "交办", en = "Given" }
explain = { zh = "由交办人写明", en = "Whoever gives it sets the day" }
"""


def test_an_orders_term_is_set_by_the_act(folder: Path) -> None:
    law = LawBook.load(write(folder, rule_text("A-1"), duties=ORDER + 'set_by = "act"'))
    rule = law.duty("task.report", date(2026, 5, 1))
    assert (rule.basis, rule.period.unit, rule.source) == ("order", "by_act", None)
    assert [r.id for r in law.statutes()] == ["A-1"]


@pytest.mark.parametrize(
    "more",
    [
        "",
        'set_by = "habit"',
        'set_by = "act"\namount = 3\nunit = "working_day"',
        'amount = 3\nunit = "working_day"\nsource = "NONE"\narticle = "1"',
    ],
)
def test_a_wrong_duty_is_named(folder: Path, more: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        LawBook.load(write(folder, rule_text("A-1"), duties=ORDER + more))
    assert (caught.value.file, caught.value.table) == ("duties.toml", "task.report")


def test_a_duty_may_have_a_second_name(folder: Path) -> None:
    same = '["report.accept"]\nsame_as = "complaint.accept"\n'
    law = LawBook.load(write(folder, rule_text("A-1", "OLD"), rule_text("A-2"), duties=same))
    assert law.duty("report.accept", date(2026, 4, 15)).id == "A-2"
    assert law.duty("report.accept", date(2026, 4, 14)).id == "A-1"
    assert law.rule("A-2").duty == "complaint.accept"


@pytest.mark.parametrize(
    "same",
    [
        '["report.accept"]\nsame_as = "no.such"\n',
        '["complaint.accept"]\nsame_as = "complaint.accept"\n',
        '["report.accept"]\nsame_as = "complaint.accept"\nbasis = "order"\n',
    ],
)
def test_a_second_name_must_name_a_duty(folder: Path, same: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        LawBook.load(write(folder, rule_text("A-1"), duties=same))
    assert caught.value.file == "duties.toml"


# --- the law that zhian ships --------------------------------------------------------------------


@pytest.fixture(scope="module")
def reckoner() -> Reckoner:
    return Reckoner.load()


@pytest.mark.parametrize(
    ("name", "at", "rule", "end"),
    [
        ("complaint.accept", "2026-02-13", "CMP19-14", "2026-03-02"),
        ("complaint.accept", "2026-10-08", "CMP-15", "2026-10-16"),
        ("recall.start.II", "2026-11-30T10:00:00", "RC15-13-II", "2026-12-02T10:00:00"),
        ("recall.start.II", "2026-12-01T10:00:00", "RC26-11-II", "2026-12-02T22:00:00"),
        ("RPT-18", "2026-09-18", "RPT-18", "2026-10-15"),
        ("PUN-64", "2026-07-05", "PUN-64", "2026-10-08"),
        ("SC-RENEW", "2026-11-24", "SC-RENEW", "2026-10-13"),
        ("JY-RENEW-OPEN", "2027-01-29", "JY-RENEW-OPEN", "2026-09-20"),
        ("JY-RENEW", "2027-01-29", "JY-RENEW", "2027-01-08"),
        ("CCC-RENEW", "2026-11-24", "CCC-RENEW", "2026-08-26"),
        ("EXPO-6", "2026-11-24", "EXPO-6", "2026-11-23"),
        ("ENT-8", "2026-03-01", "ENT-8", "2026-06-30"),
        ("NCT-JAN", "2026-06-02", "NCT-JAN", "2026-07-31"),
        ("RSP-MONTH", "2026-02-10", "RSP-MONTH", "2026-02-28"),
    ],
)
def test_the_law_in_force_gives(
    reckoner: Reckoner, name: str, at: str, rule: str, end: str
) -> None:
    moment = datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at)
    found, due = reckoner.due(name, moment)
    assert (found.id, due.text) == (rule, end)


def test_a_clue_is_checked_fifteen_days_longer_if_the_head_agrees(reckoner: Reckoner) -> None:
    _, due = reckoner.due("RPT-18", date(2026, 9, 18), extend=[None])
    assert due.day == date(2026, 11, 5)


def test_a_window_that_opens_is_due_on_its_first_day(reckoner: Reckoner) -> None:
    _, due = reckoner.due("CCC-RENEW", date(2026, 11, 24))
    assert due.window == (date(2026, 8, 26), date(2026, 11, 24))


def test_a_rule_that_cannot_be_extended_says_so(reckoner: Reckoner) -> None:
    with pytest.raises(CannotCount, match="CMP-15"):
        extension(reckoner.book.rule("CMP-15"))
    with pytest.raises(CannotCount, match="SMP-45"):
        extension(reckoner.book.rule("SMP-45"))
    assert extension(reckoner.book.rule("SMP-45"), 30) == Period(30, "calendar_day")


def test_an_at_once_duty_has_an_internal_target_beside_the_law(reckoner: Reckoner) -> None:
    rule, due = reckoner.due("disposal.begin", datetime(2026, 5, 6, 9, tzinfo=SHANGHAI))
    assert due.immediate
    assert due.text == "2026-05-06T09:00:00"
    target = reckoner.target(rule, datetime(2026, 5, 6, 9, tzinfo=SHANGHAI))
    assert target is not None
    assert target.text == "2026-05-07T09:00:00"
    assert reckoner.target(reckoner.book.rule("CMP-15"), date(2026, 5, 6)) is None


def test_versions_of_one_duty_never_overlap() -> None:
    assert list(book().overlaps()) == []


def test_every_rule_can_be_counted_or_says_why_not(reckoner: Reckoner) -> None:
    silent = []
    for rule in reckoner.book.rules():
        at = max(rule.valid_from or date.min, date(2026, 4, 15))
        try:
            reckoner.count(rule, min(at, rule.valid_to or at))
        except CannotCount as error:
            silent += [] if error.words else [rule.id]
    assert silent == []


def test_every_unit_has_a_wording() -> None:
    for unit in UNITS | {"by_act"}:
        words = period_words(Period(2, unit))
        assert words.zh
        assert words.en
    assert period_words(Period(7, "working_day")).zh == "7个工作日"
    assert period_words(Period(1, "working_day")).en == "1 working day"
    assert period_words(Period(5, "day_periodic")).zh == "每5日一次"
    assert period_words(Period(5, "day_periodic")).en == "every 5 days"


def reference() -> Path:
    folder = Path(os.environ.get("ZHIAN_REFERENCE") or "../shared/reference")
    if not folder.is_dir():
        pytest.skip("no reference folder (ZHIAN_REFERENCE)")
    return folder


def test_every_rule_and_gate_of_the_reference_is_there() -> None:
    yaml = pytest.importorskip("yaml")
    data = yaml.safe_load((reference() / "law" / "deadlines.yaml").read_text(encoding="utf-8"))
    missing = {row["id"] for row in data["rules"]} - {rule.id for rule in book().statutes()}
    assert missing == set()
    gates = tomllib.loads((DATA / "gates.toml").read_text(encoding="utf-8"))
    assert {row["id"] for row in data["gates"]} - gates.keys() == set()


def test_every_duty_of_the_reference_has_a_rule_or_an_order() -> None:
    text = (reference() / "procedures" / "duties.toml").read_text(encoding="utf-8")
    assert [key for key in tomllib.loads(text) if not book().has_duty(key)] == []
