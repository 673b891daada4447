"""`zhian law` as a clerk types it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from zhian.law.check import CHECKS, Problem, counted, loaded, problems
from zhian.law.commands import main
from zhian.law.rules import DATA
from zhian.law.words import Words

OWN_CHECKS = tuple(name for name in CHECKS if name.startswith("zhian.law.rule_checks:"))


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("ZHIAN_DATA", str(tmp_path / "var"))


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    assert main(["due", *argv]) == 0
    return capsys.readouterr().out.splitlines()


def as_json(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, object]:
    return json.loads("\n".join(answer(capsys, *argv, "--json")))


@pytest.mark.parametrize(
    ("argv", "due"),
    [
        (["complaint.accept", "--at", "2026-02-13"], "2026-03-02"),
        (["complaint.accept", "--at", "2026-10-08"], "2026-10-16"),
        (["recall.start.II", "--at", "2026-11-30T10:00:00"], "2026-12-02T10:00:00"),
        (["recall.start.II", "--at", "2026-12-01T10:00:00"], "2026-12-02T22:00:00"),
        (["RPT-18", "--at", "2026-09-18"], "2026-10-15"),
        (["RPT-18", "--at", "2026-09-18", "--extend"], "2026-11-05"),
        (["RPT-18", "--at", "2026-09-18", "--extend", "5"], "2026-10-22"),
        (["PUN-64", "--at", "2026-07-05"], "2026-10-08"),
        (["SC-RENEW", "--at", "2026-11-24"], "2026-10-13"),
        (["RPT-18", "--at", "2026-11-02", "--pause", "2026-11-09..2026-11-13"], "2026-11-30"),
        (["RC26-24-II", "--at", "2026-12-08", "--start", "2026-12-02"], "2026-12-11"),
    ],
)
def test_the_first_line_is_the_due_date(
    capsys: pytest.CaptureFixture[str], argv: list[str], due: str
) -> None:
    assert answer(capsys, *argv)[0] == due


def test_the_answer_names_rule_article_and_period(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(answer(capsys, "complaint.accept", "--at", "2026-02-13"))
    assert "CMP19-14" in text
    assert "第14条" in text
    assert "7个工作日" in text


def test_json_carries_the_same_answer_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "complaint.accept", "--at", "2026-10-08")
    assert found["rule"] == "CMP-15"
    assert found["due"] == "2026-10-16"
    assert found["provisional"] is False
    assert found["immediate"] is False
    assert (found["source"], found["article"], found["amount"]) == ("COMPL", "15", 7)


def test_a_provisional_date_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "暂定" in "\n".join(answer(capsys, "PUN-64", "--at", "2026-11-02"))
    assert as_json(capsys, "PUN-64", "--at", "2026-11-02")["provisional"] is True


def test_at_once_is_due_as_asked_with_the_internal_target_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = as_json(capsys, "disposal.begin", "--at", "2026-05-06T09:00:00")
    assert (found["due"], found["immediate"]) == ("2026-05-06T09:00:00", True)
    assert found["internal_target"] == "2026-05-07T09:00:00"
    assert "非法定" in "\n".join(answer(capsys, "disposal.begin", "--at", "2026-05-06"))


def test_what_cannot_be_counted_gives_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, "FSL-134", "--at", "2026-05-06")
    assert found["due"] is None
    assert "不是期限" in str(found["reason"])


def refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(list(argv)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def test_a_rule_out_of_force_exits_2_and_names_the_one_in_force(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "CMP19-14" in refused(capsys, "due", "CMP-15", "--at", "2026-02-13")


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (["due"], "--at"),
        (["due", "CMP-15"], "--at"),
        (["due", "NO-1", "--at", "2026-05-06"], "NO-1"),
        (["due", "CMP-15", "--at", "2026-13-01"], "2026-13-01"),
        (["due", "CMP-15", "--at", "20260501"], "20260501"),
        (["due", "CMP-15", "--at", "2026-05-06", "--pause", "2026-05-07"], "2026-05-07"),
        (["due", "RPT-18", "--at", "2026-05-06", "--pause", "2026-05-09..2026-05-08"], "中止"),
        (["due", "CMP-15", "--at", "2026-05-06", "--extend"], "CMP-15"),
        (["due", "RPT-18", "--at", "2026-05-06", "--extend", "soon"], "soon"),
        (["due", "RPT-18", "--at", "2026-05-06", "--extend", "0"], "0"),
        (["due", "SMP-45", "--at", "2026-05-06", "--extend"], "SMP-45"),
        (["due", "RPT-18", "--at", "1995-05-06"], "RPT-18"),
        (["due", "DRUG-BAN-10", "--at", "2095-05-06"], "2100"),
        (["due", "RPT-18", "--at", "2026-05-06", "--extend", "9" * 5000], "9999"),
        (["due", "RPT-18", "--at", "9999-05-06"], "2100"),
        (["due", "CMP-15", "--when", "2026-05-06"], "--when"),
        (["due", "--batch", "no-such.csv"], "no-such.csv"),
        (["due", "CMP-15", "--batch", "x.csv"], "--batch"),
        (["show", "NO-1"], "NO-1"),
        (["list", "--kind", "hope"], "hope"),
        (["list", "--on", "soon"], "soon"),
        (["frobnicate"], "frobnicate"),
        ([], "due"),
    ],
)
def test_wrong_arguments_get_a_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], argv: list[str], named: str
) -> None:
    assert named in refused(capsys, *argv)


def test_an_english_terminal_is_answered_in_english(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "applies on that day" in refused(capsys, "due", "CMP-15", "--at", "2026-02-13")
    assert "7 working days" in "\n".join(answer(capsys, "CMP-15", "--at", "2026-05-06"))


def batch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str | bytes
) -> list[dict[str, str]]:
    path = tmp_path / "asked.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert main(["due", "--batch", str(path)]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_a_file_is_answered_row_by_row(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = batch(
        capsys,
        tmp_path,
        "no,rule,at,pause,extend\n"
        "1,complaint.accept,2026-02-13,,\n"
        "2,RPT-18,2026-09-18,,yes\n"
        "3,RPT-18,2026-09-18,,5\n"
        "4,RPT-18,2026-11-02,2026-11-09..2026-11-11;2026-11-11..2026-11-13,\n"
        "5,recall.start.II,2026-12-01T10:00:00,,\n"
        "6,PUN-64,2026-11-02,,\n"
        "7,disposal.begin,2026-05-06T09:00:00,,\n"
        "8,CMP-15,2026-02-13,,\n"
        "9,NO-1,2026-02-13,,\n"
        "10,CMP-15,tomorrow,,\n"
        "11,FSL-134,2026-05-06,,\n"
        "12,CMP-15,2026-05-06,,yes\n"
        "13,RPT-18,2026-05-06,,soon\n",
    )
    assert [row["due"] for row in rows[:7]] == [
        "2026-03-02",
        "2026-11-05",
        "2026-10-22",
        "2026-11-30",
        "2026-12-02T22:00:00",
        "2027-02-01",
        "2026-05-06T09:00:00",
    ]
    assert [row["provisional"] for row in rows[:7]] == ["false"] * 5 + ["true", "false"]
    assert [row["reason"] for row in rows[:6]] == [""] * 6
    assert "立即" in rows[6]["reason"] or "及时" in rows[6]["reason"]
    assert [row["due"] for row in rows[7:]] == [""] * 6
    assert "CMP19-14" in rows[7]["reason"]
    assert all(row["reason"] for row in rows[7:])


def test_rule_and_at_come_back_as_given(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = batch(capsys, tmp_path, "at,rule\n 2026-10-08 , complaint.accept \n")
    assert rows == [
        {
            "rule": " complaint.accept ",
            "at": " 2026-10-08 ",
            "due": "2026-10-16",
            "provisional": "false",
            "reason": "",
        }
    ]


def test_a_file_from_excel_with_short_rows_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "\ufeffrule,at,extend,备注\r\nCMP-15,2026-10-08\r\n\r\nCMP-15\r\n"
    rows = batch(capsys, tmp_path, text.encode())
    assert [row["due"] for row in rows] == ["2026-10-16", ""]


def test_a_column_in_another_encoding_is_passed_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = "rule,at,备注\nCMP-15,2026-10-08,县局\n".encode("gb18030")
    assert batch(capsys, tmp_path, text)[0]["due"] == "2026-10-16"


def test_a_pause_that_no_article_grants_is_counted_but_noted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = answer(capsys, "CMP-15", "--at", "2026-05-06", "--pause", "2026-05-07..2026-05-08")
    assert lines[0] == "2026-05-18"  # 9 May is a make-up Saturday
    assert any("扣除" in line for line in lines)


@pytest.mark.parametrize(
    "text", ["", "rule\nCMP-15\n", "at\n2026-10-08\n", 'rule,at\n"' + "x" * 200_000 + '",1\n']
)
def test_a_file_without_its_columns_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "asked.csv"
    path.write_text(text, encoding="utf-8")
    assert "asked.csv" in refused(capsys, "due", "--batch", str(path))


def test_a_hundred_thousand_rows_are_answered_within_seconds(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    days = [date(2026, 4, 15) + timedelta(days=n) for n in range(230)]
    names = ["CMP-15", "RPT-18", "PUN-64", "SMP-45", "PUN-72", "SC-RENEW", "BLK-21"]
    lines = [f"{names[n % 7]},{days[n % 230].isoformat()}" for n in range(100_000)]
    begin = time.perf_counter()
    rows = batch(capsys, tmp_path, "rule,at\n" + "\n".join(lines))
    assert len(rows) == 100_000
    assert all(row["due"] for row in rows)
    assert time.perf_counter() - begin < 5


def test_show_writes_a_rule_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "PUN-64"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("PUN-64")
    assert "90日" in text
    assert "refund_order" in text
    assert "case.decide" in text


def test_show_writes_every_version_of_a_duty(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "recall.start.II"]) == 0
    text = capsys.readouterr().out
    assert text.index("RC15-13-II") < text.index("RC26-11-II")
    assert "2026-11-30" in text


def listed(capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    assert main(["list", *argv]) == 0
    return [line.split()[0] for line in capsys.readouterr().out.splitlines()]


def test_list_gives_one_rule_a_line_id_first(capsys: pytest.CaptureFixture[str]) -> None:
    ids = listed(capsys)
    assert len(ids) == counted()["rules"]
    assert len(set(ids)) == len(ids)
    assert {"CMP-15", "CMP19-14", "PUN-64"} <= set(ids)


def test_list_by_day_shows_only_what_is_in_force(capsys: pytest.CaptureFixture[str]) -> None:
    before, after = (set(listed(capsys, "--on", d)) for d in ("2026-11-30", "2026-12-01"))
    assert "RC15-13-II" in before - after
    assert "RC26-11-II" in after - before


def test_list_by_kind_shows_only_that_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert "APL-36" in listed(capsys, "--kind", "limitation")
    assert "PUN-64" not in listed(capsys, "--kind", "limitation")
    assert "task.report" in listed(capsys, "--kind", "order")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def test_the_shipped_data_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert "0 problems" in out
    assert f"{counted()['rules']} rules" in out
    for name in ("duties", "gates", "procedures"):
        assert f"{counted()[name]} {name}" in out


@pytest.mark.parametrize(
    ("file", "old", "new", "table"),
    [
        ("deadlines/case.toml", 'article = "64"\n', "", "PUN-64"),
        ("deadlines/case.toml", '["PUN-64"]\nduty = "case.decide"', '["PUN-64"]', "PUN-64"),
        ("gates.toml", '["G-PUN-9"]\nsource = "PUNISH"', '["G-PUN-9"]', "G-PUN-9"),
        ("gates.toml", 'article = "9"\n', "", "G-PUN-9"),
        ("sources.toml", "[SCHOOL]", "[SCHOOLS]", "SCH-11"),
        ("settings.toml", '"SCHOOL 11"', '"SCHOOLS 11"', "setting.semester_ends"),
        ("settings.toml", '[target."disposal.begin"]', '[target."x.y"]', "target.x.y"),
        ("settings.toml", "default = true", "default = 3", "setting.roll_weekends"),
        ("gates.toml", '["G-PUN-9"]', '["G-PUN-9-X"]', "gates"),
        ("deadlines/case.toml", '["PUN-64"]', '["PUN-64-X"]', "rules"),
        ("duties.toml", 'basis = "order"', 'basis = "habit"', "complaint.identity"),
    ],
)
def test_a_hole_in_the_data_is_found_with_file_and_table(
    data: Path, file: str, old: str, new: str, table: str
) -> None:
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = list(problems(data, OWN_CHECKS))
    assert table in {problem.table for problem in found}
    assert all(problem.file.endswith(".toml") for problem in found)


def test_a_check_that_finds_something_exits_1_and_prints_file_and_table(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    path = data / "deadlines" / "case.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('article = "64"\n', "", 1), encoding="utf-8")
    assert main(["check", "--data", str(data)]) == 1
    out = capsys.readouterr().out
    assert "deadlines/case.toml, [PUN-64]: article" in out
    assert "\n0 problems" not in out


def test_two_versions_on_one_day_are_a_problem(data: Path) -> None:
    path = data / "deadlines" / "complaint.toml"
    text = path.read_text(encoding="utf-8")
    block = next(b for b in text.split("\n\n") if b.strip().startswith('["CMP-15"]'))
    path.write_text(text + "\n\n" + block.replace("CMP-15", "CMP-15-X"), encoding="utf-8")
    found = [p for p in problems(data, OWN_CHECKS) if p.table.startswith("CMP-15")]
    assert found
    assert "complaint.accept" in found[0].text()


def test_a_file_that_is_no_toml_is_a_problem(data: Path) -> None:
    (data / "deadlines" / "case.toml").write_text("[[", encoding="utf-8")
    assert any(p.file == "deadlines/case.toml" for p in problems(data, OWN_CHECKS))


def test_a_wrong_holiday_table_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "calendar.toml").write_text("[[days]]\nworkday = 1\n", encoding="utf-8")
    monkeypatch.setenv("ZHIAN_DATA", str(tmp_path))
    assert [p.file for p in problems(checks=OWN_CHECKS)] == ["calendar.toml"]


def test_every_line_of_the_list_of_checks_is_a_function() -> None:
    assert all(callable(loaded(name)) for name in CHECKS)


def test_a_problem_says_where_and_what() -> None:
    problem = Problem("gates.toml", "G-1", Words("没有", "missing"))
    assert problem.text("en") == "gates.toml, [G-1]: missing"
    assert Problem("gates.toml", "", "x").text() == "gates.toml: x"


def test_asking_the_law_loads_no_django() -> None:
    code = (
        "import sys; from zhian.law.commands import main; "
        "main(['due', 'CMP-15', '--at', '2026-10-08']); "
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
