"""`zhian law fine | crime` as a clerk types them."""

from __future__ import annotations

import pytest

from zhian.law.commands import main


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


def asked(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(line.split())
    found = capsys.readouterr()
    return code, found.out, found.err


def test_a_range_comes_with_arithmetic_measures_and_bands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = asked("fine P-FSL-124 --base 12000 --on 2026-11-24", capsys)
    assert code == 0
    assert "12,000.00 元 × 20 = 240,000.00 元" in out
    assert "并处：没收违法所得、没收违法生产经营的产品" in out
    assert "从轻（通用裁量幅度" in out


def test_a_range_that_reaches_the_city_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = asked("fine P-FSL-124 --base 15000 --on 2026-11-24", capsys)
    assert "第81条" in out
    _, out, _ = asked("fine P-FSL-124 --base 14999 --on 2026-11-24", capsys)
    assert "第81条" not in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--propose 150000", 0, "150,000.00 元：可以"),
        ("--propose 90000", 1, "低于法定最低"),
        ("--propose 90000 --fact removed_harm", 1, "请写明理由"),
        ("--propose 90000 --fact removed_harm --reason 已召回", 0, "90,000.00 元：可以"),
        ("--propose 200000.01", 1, "任何理由都不能超过"),
    ],
)
def test_a_proposal_is_allowed_or_refused(
    words: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    got, out, _ = asked(f"fine P-FSL-124 --base 10000 --on 2026-11-24 {words}", capsys)
    assert got == code
    assert said in out


def test_clauses_are_looked_up_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked("fine --find 假药 --on 2026-11-24", capsys)
    assert code == 0
    assert out.startswith("P-DRUG-116  生产、销售假药\n")


def test_prompts_are_shown_with_where_they_go(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked("crime --found adulteration --sales 60000", capsys)
    assert code == 1
    assert out.startswith("CR-140  → 公安机关")
    code, out, _ = asked("crime --found adulteration --sales 49999.99", capsys)
    assert code == 0
    assert "还差 0.01 元" in out
    assert "没有提示" in out


def test_what_can_be_given_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = asked("crime --list", capsys)
    assert "--found dead_meat  " in out
    assert "--people gravely_ill  " in out
    assert "fine --fact removed_harm  " in out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fine --on 2026-11-24", "请写明罚则编号"),
        ("fine P-FSL-999 --on 2026-11-24", "没有编号为 P-FSL-999 的罚则"),
        ("fine P-FSL-124 --base many --on 2026-11-24", "不是数：many"),
        ("fine P-FSL-124 --base NaN --on 2026-11-24", "不是数：NaN"),
        ("fine P-FSL-124 --fact luck --on 2026-11-24", "没有“luck”"),
        ("fine P-FSL-124 --level moon --on 2026-11-24", "没有“moon”这一级"),
        ("crime --found luck", "没有“luck”"),
        ("crime --people deaths", "不是数"),
    ],
)
def test_a_slip_is_named(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = asked(line, capsys)
    assert code == 2
    assert said in err
