"""`zhian judge` at the terminal: one result, a file, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from zhian.law.limits import commands
from zhian.law.limits.batch import NotADay, day_of

RICE = ["--food", "大米", "--item", "镉", "--value", "0.25mg/kg", "--on", "2026-10-01"]


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


def table(path: Path, *lines: Sequence[str], encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def answers(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, str]]:
    assert commands.main(["--batch", str(path), *more]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_one_result_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main([*RICE, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == "non_compliant"
    assert (found["standard"], found["table"], found["limit"]) == (
        "GB 2762-2025", "表2", "≤0.2mg/kg",
    )  # fmt: skip
    assert (found["kind"], found["valid_from"], found["verified"]) == (
        "maximum", "2026-09-02", "yes",
    )  # fmt: skip
    assert found["reason"]["zh"] and found["reason"]["en"] and found["times"] == "1.25"


def test_one_result_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commands.main(RICE) == 0
    assert capsys.readouterr().out.startswith("不符合\nGB 2762-2025 表2")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert commands.main(RICE) == 0
    assert capsys.readouterr().out.startswith("non-compliant\n")


def test_what_a_person_must_choose_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--food", "香肠", "--item", "山梨酸", "--value", "0.5g/kg", "--on", "2026-10-01"]
    assert commands.main(words) == 0
    assert "可选类别：08.02.02" in capsys.readouterr().out
    assert commands.main([*words, "--category", "08.03.05"]) == 0
    assert capsys.readouterr().out.startswith("符合")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--food", "大米", "--item", "镉"], "--value"),
        ([*RICE[:-1], "昨天"], "昨天"),
        ([*RICE, "--category", "月球"], "月球"),
        ([*RICE, "--factor", "零"], "零"),
        ([*RICE, "--frobnicate"], "frobnicate"),
        (["--batch", "/nowhere/at/all.csv"], "all.csv"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(words) == 2
    spoken = capsys.readouterr()
    assert said in spoken.err and not spoken.out


def test_a_file_keeps_its_columns_and_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(
        tmp_path / "results.csv",
        ["no", "food", "item", "result", "limit", "on", "remark"],
        ["1", "大米", "镉", "0.25mg/kg", "", "2026-10-01", "a,b"],
        ["2", "大米", "镉", "0.25mg/kg", "≤0.3mg/kg", "不详", ""],
        ["3", "大米", "镉", "0.25mg/kg", "", "不详", ""],
        ["4", "大米", "", "0.25mg/kg", "", "", ""],
        ["5", "大米", "镉"],
        ["6", "大米", "镉", "0.1毛", "", "2026-10-01", ""],
    )
    found = answers(path, capsys)
    assert [row["no"] for row in found] == list("123456")
    assert [row["verdict"] for row in found] == [
        "non_compliant", "compliant", "cannot_judge", "cannot_judge", "cannot_judge",
        "cannot_judge",
    ]  # fmt: skip
    assert found[0]["remark"] == "a,b" and found[0]["standard"] == "GB 2762-2025"
    assert "不详" in found[2]["reason"] and "item" in found[3]["reason"]
    assert "result" in found[4]["reason"] and "无法识别" in found[5]["reason"]
    assert all(row["reason"] for row in found)


def test_a_file_with_chinese_titles_from_a_spreadsheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(
        tmp_path / "检验.csv",
        ["食品名称", "检验项目", "检验结果", "标准值", "生产日期", "抽样日期"],
        ["挂面", "柠檬黄", "0.0154g/kg", "", "45889", ""],
        ["白芷", "二氧化硫残留量", "0.5g/kg", "", "/", "2025/11/20"],
        encoding="gb18030",
    )
    found = answers(path, capsys)
    assert [row["verdict"] for row in found] == ["non_compliant", "non_compliant"]
    assert {row["standard"] for row in found} == {"GB 2760-2024"}


def test_a_file_without_a_needed_column_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "x.csv", ["food", "value"], ["大米", "1"])
    assert commands.main(["--batch", str(path)]) == 2
    assert "x.csv 第 1 行缺少 item 列" in capsys.readouterr().err


def test_rounded_values_are_compared_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(
        tmp_path / "r.csv", ["food", "item", "result", "on"],
        ["大米", "镉", "0.250mg/kg", "2026-10-01"],
    )  # fmt: skip
    assert answers(path, capsys)[0]["verdict"] == "non_compliant"
    assert answers(path, capsys, "--rounded")[0]["verdict"] == "compliant"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2025/8/23", date(2025, 8, 23)),
        ("2025年8月3日", date(2025, 8, 3)),
        ("20250803", date(2025, 8, 3)),
        ("45366.0", date(2024, 3, 15)),
        ("购进日期：2025-08-04", date(2025, 8, 4)),
        ("2025-05-26（订单生成日期）", date(2025, 5, 26)),
        ("", None),
        ("/", None),
    ],
)
def test_days_as_people_write_them(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["2026-13-01", "明天", "2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(NotADay):
        day_of(text)
