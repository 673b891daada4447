"""What a lawyer of the agency decides, and what it changes."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from zhian.law.calendar import Calendar
from zhian.law.counting import SHANGHAI
from zhian.law.errors import LawError
from zhian.law.reckoning import Reckoner
from zhian.law.rules import DATA, book
from zhian.law.settings import Settings, UnknownSetting
from zhian.law.tables import RuleFileError


def settings(tmp_path: Path, text: str) -> Settings:
    own = tmp_path / "law.toml"
    own.write_text(text, encoding="utf-8")
    return Settings.load(own=own)


def reckoner(chosen: Settings) -> Reckoner:
    return Reckoner(book(), Calendar.load(), chosen)


def test_without_a_choice_the_default_holds() -> None:
    chosen = Settings.load()
    assert chosen.on("roll_weekends")
    assert not chosen.on("county_orders_recall")
    assert chosen.value("disposal_starts") == "receipt"


def test_every_setting_says_why_in_both_languages_and_under_which_articles() -> None:
    for setting in Settings.load():
        assert setting.title
        assert setting.why
        assert setting.articles


def test_weekends_roll_or_not_for_the_three_rules_in_doubt(tmp_path: Path) -> None:
    at = date(2026, 10, 22)  # thirty days end on Saturday 21 November
    off = reckoner(settings(tmp_path, "[setting]\nroll_weekends = false\n"))
    seizure, transfer = book().rule("PUN-38"), book().rule("AEL-56-RECON")
    assert reckoner(Settings.load()).count(seizure, at).day == date(2026, 11, 23)
    assert off.count(seizure, at).day == date(2026, 11, 21)
    at = date(2026, 11, 6)  # fifteen days under the Coercion Law still roll
    assert off.count(transfer, at).day == date(2026, 11, 23)


def test_bans_may_end_on_the_day_itself(tmp_path: Path) -> None:
    ban, at = book().rule("SC-BAN-1"), date(2025, 11, 22)
    assert reckoner(Settings.load()).count(ban, at).day == date(2026, 11, 23)
    chosen = settings(tmp_path, "[setting]\nroll_durations = false\n")
    assert reckoner(chosen).count(ban, at).day == date(2026, 11, 22)


def test_hours_of_the_penalty_procedure_may_wait_for_the_full_hour(tmp_path: Path) -> None:
    chosen = reckoner(settings(tmp_path, "[setting]\nnext_full_hour = true\n"))
    at = datetime(2026, 12, 1, 10, 20, tzinfo=SHANGHAI)
    assert chosen.count(book().rule("PUN-36"), at).text == "2026-12-02T11:00:00"
    assert chosen.count(book().rule("RC26-11-I"), at).text == "2026-12-02T10:20:00"


def test_the_school_calendar_is_the_countys_own(tmp_path: Path) -> None:
    chosen = settings(tmp_path, '[setting]\nsemester_ends = ["01-20", "07-10"]\n')
    due = reckoner(chosen).count(book().rule("SCH-11"), date(2026, 9, 1))
    assert due.day == date(2027, 1, 20)


def test_an_agency_sets_its_own_internal_target(tmp_path: Path) -> None:
    text = '[target."disposal.begin"]\namount = 1\nunit = "working_day"\n'
    chosen = reckoner(settings(tmp_path, text + 'why = { zh = "局规定", en = "Own rule" }\n'))
    target = chosen.target(book().rule("SMP-43"), date(2026, 11, 27))
    assert target is not None
    assert target.day == date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    [
        '[setting]\nroll_weekends = "yes"\n',
        '[setting]\ndisposal_starts = "sometime"\n',
        '[setting]\nsemester_ends = ["2027-01-20"]\n',
        "[setting]\nsemester_ends = []\n",
        "[setting]\nno_such_thing = true\n",
        '[target.prompt]\namount = 0\nunit = "hour"\nwhy = { zh = "甲", en = "a" }\n',
        '[target.prompt]\namount = 1\nunit = "immediate"\nwhy = { zh = "甲", en = "a" }\n',
        "target = 3\n",
    ],
)
def test_a_choice_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(LawError):
        settings(tmp_path, text)


def test_asking_for_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(UnknownSetting):
        Settings.load().value("no_such_thing")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("default = true", "default = 1"),
        ('default = "receipt"', 'default = "later"'),
        ('articles = ["SCHOOL 11"]', "articles = []"),
        ('choices.begin = { zh = "启动核查处置", en = "Start of the disposal" }', "begin = 1"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, old: str, new: str) -> None:
    shutil.copy(DATA / "settings.toml", tmp_path)
    path = tmp_path / "settings.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        Settings.load(tmp_path)
    assert caught.value.table.startswith("setting.")
