"""A draw that anyone can verify: frozen, drawn by what nobody could know, and recomputed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from zhian.apps.inspections.draws.commands import main
from zhian.methods import draw
from zhian.methods.draw import DrawError, NotVerified

DOCS = Path(__file__).parents[2] / "docs" / "draw.md"
PUBLIC = "双色球 2026139 期开奖号码，2099-12-01"


def roster(count: int = 300) -> bytes:
    lines = [f"P{i:05d},{1 + i % 4}" for i in range(count)]
    return "\n".join(["id,tickets", *lines, ""]).encode()


def drawn(content: bytes, take: int = 20, value: str = "03 11 12") -> draw.Result:
    read = draw.read_roster(content)
    return draw.reveal(draw.commit(read, take=take, public=PUBLIC), read, value)


def test_the_commitment_names_the_bytes_of_the_roster() -> None:
    content = roster()
    made = draw.commit(draw.read_roster(content), take=20, public=PUBLIC)
    assert made.roster_sha256 == hashlib.sha256(content).hexdigest()
    assert (made.premises, made.tickets, made.reserve) == (300, 750, 4)


def test_a_golden_draw_stays_what_it_is() -> None:
    """Worked out once with sha256sum: a change of the rule would make published draws worthless."""
    content = b"id,tickets\nA,1\nB,2\nC,1\n"
    result = drawn(content, take=1, value="7")
    lines = ["zhian-draw/1", hashlib.sha256(content).hexdigest(), "1", "1", PUBLIC, "1", "", "7"]
    assert result.seed == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    tickets = {
        (name, n): hashlib.sha256(f"{result.seed}\n{name}\n{n}".encode()).hexdigest()
        for name, n in (("A", 1), ("B", 1), ("B", 2), ("C", 1))
    }
    first = min(tickets, key=lambda key: tickets[key])
    assert (result.taken[0].id, result.taken[0].ticket) == first
    assert result.taken[0].hash == tickets[first]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_of_the_roster_breaks_the_commitment(data: st.DataObject) -> None:
    content = roster(40)
    result = drawn(content, take=5)
    at = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DrawError):
        draw.verify(result, draw.read_roster(bytes(changed)))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda r: {**r, "public_value": "03 11 13"}, "seed"),
        (lambda r: {**r, "seed": "0" * 64}, "seed"),
        (lambda r: {**r, "taken": r["taken"][::-1]}, "rank 1"),
        (lambda r: {**r, "taken": r["taken"][:-1]}, "20 expected, 19"),
        (lambda r: {**r, "reserve": [{**r["reserve"][0], "id": "P00001"}]}, "reserve"),
        (lambda r: {**r, "commitment": {**r["commitment"], "take": 19}}, "seed"),
        (lambda r: {**r, "commitment": {**r["commitment"], "public": "别的"}}, "seed"),
        (lambda r: {**r, "commitment": {**r["commitment"], "tickets": 1}}, "otherwise"),
        (lambda r: {**r, "commitment": {**r["commitment"], "format": "x/1"}}, "unknown format"),
    ],
)
def test_what_does_not_follow_is_named(change, why: str) -> None:
    content = roster()
    table = change(json.loads(json.dumps(drawn(content).plain())))
    with pytest.raises(NotVerified, match=why):
        draw.verify(draw.result_from(table), draw.read_roster(content))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "id"),
        (b"id\nA\n", "tickets"),
        (b"id,tickets\n", "nobody"),
        (b"id,tickets\nA,1\nA,1\n", "rows 2 and 3"),
        (b"id,tickets\nA,0\n", "row 2"),
        (b"id,tickets\nA,1.5\n", "row 2"),
        (b"id,tickets\nA\n", "row 2"),
        (b"id,tickets\n,1\n", "row 2 of the roster has no id"),
        (b"id,tickets,id\nA,1,B\n", "exactly one"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used_says_where(content: bytes, why: str) -> None:
    with pytest.raises(DrawError, match=why):
        draw.read_roster(content)


def test_a_spreadsheets_csv_in_gb18030_is_read_like_one_in_utf_8() -> None:
    text = "名称,id,tickets\n李记,甲1,2\n王记,乙2,1\n"
    one, two = (draw.read_roster(text.encode(code)) for code in ("utf-8-sig", "gb18030"))
    assert one.ids == two.ids == ("甲1", "乙2")
    assert one.sha256 != two.sha256


def test_a_redraw_needs_a_reason_and_hangs_on_the_draw_before() -> None:
    read = draw.read_roster(roster())
    first = draw.reveal(draw.commit(read, take=3, public=PUBLIC), read, "1")
    with pytest.raises(DrawError, match="reason"):
        draw.commit(read, take=3, public=PUBLIC, replaces=first)
    again = draw.commit(read, take=3, public=PUBLIC, replaces=first, reason="两户已停业")
    assert (again.attempt, again.replaces) == (2, first.seed)
    assert draw.reveal(again, read, "1").seed != first.seed


@pytest.mark.parametrize("take", [0, -1, 301])
def test_more_than_there_are_cannot_be_taken(take: int) -> None:
    with pytest.raises(DrawError, match="between 1 and"):
        draw.commit(draw.read_roster(roster()), take=take, public=PUBLIC)


def test_three_thousand_premises_are_drawn_in_a_tenth_of_a_second() -> None:
    read = draw.read_roster(roster(3000))
    made = draw.commit(read, take=150, public=PUBLIC)
    began = time.process_time()
    draw.reveal(made, read, "1")
    assert time.process_time() - began < 0.1


def test_who_comes_in_follows_the_tickets() -> None:
    """4,000 draws of 3 out of 12 against an independent simulation of successive sampling."""
    tickets = np.array([1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 8])
    text = "id,tickets\n" + "".join(f"P{i},{n}\n" for i, n in enumerate(tickets))
    read = draw.read_roster(text.encode())
    made = draw.commit(read, take=3, public=PUBLIC)
    seen = np.zeros(12)
    for value in range(4000):
        for row in draw.reveal(made, read, str(value)).taken:
            seen[int(row.id[1:])] += 1
    rng = np.random.default_rng(5)
    keys = rng.exponential(size=(200_000, 12)) / tickets
    rule = np.bincount(np.argsort(keys, axis=1)[:, :3].ravel(), minlength=12) / 200_000
    error = np.sqrt(rule * (1 - rule) / 4000 + rule * (1 - rule) / 200_000)
    assert (np.abs(seen / 4000 - rule) < 4 * error).all()


def _command(*words: object) -> int:
    return main([str(word) for word in words])


def test_the_three_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, promise, result = tmp_path / "r.csv", tmp_path / "C.json", tmp_path / "R.json"
    file.write_bytes(roster())
    assert _command("commit", file, "--take", 20, "--public", PUBLIC, "--out", promise) == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() in capsys.readouterr().out
    revealed = ("reveal", promise, "--public-value", "03", "--roster", file, "--out", result)
    assert _command(*revealed) == 0
    assert _command("verify", result, "--roster", file) == 0
    assert "verified: 20 taken and 4 in reserve" in capsys.readouterr().out
    file.write_bytes(roster() + b"P99999,1\n")
    assert _command("verify", result, "--roster", file) == 1
    assert "not the roster that was committed to" in capsys.readouterr().err
    assert _command(*revealed) == 1


def test_a_value_that_may_be_known_already_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(roster())
    words = ("commit", file, "--take", 2, "--public", "开奖 2020-01-01", "--out", tmp_path / "C")
    assert _command(*words) == 0
    assert "not after today" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("verify",), "wrong arguments"),
        (("commit", "missing.csv", "--take", 1, "--public", "x", "--out", "C"), "cannot read"),
        (("verify", "{bad}", "--roster", "{good}"), "no JSON"),
        (("verify", "{empty}", "--roster", "{good}"), "public_value"),
        (
            ("reveal", "{empty}", "--public-value", "1", "--roster", "{good}", "--out", "R"),
            "format",
        ),
    ],
)
def test_wrong_words_and_files_are_answered_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[object, ...], why: str
) -> None:
    files = {"bad": b"{", "empty": b"{}", "good": roster()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    places = {name: str(tmp_path / name) for name in files}
    assert _command(*(str(word).format(**places) for word in words)) == 2
    assert why in capsys.readouterr().err


def test_the_verifier_of_the_docs_needs_sixty_lines_and_no_library(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    assert code is not None
    assert len(code[1].splitlines()) <= 60
    script, file = tmp_path / "verify_draw.py", tmp_path / "r.csv"
    script.write_text(code[1], "utf-8")
    file.write_bytes(roster())
    result = drawn(roster())
    cheated = dataclasses.replace(result, taken=result.taken[::-1])
    for table, ended in ((result, 0), (cheated, 1)):
        published = tmp_path / "R.json"
        published.write_text(json.dumps(table.plain()), "utf-8")
        words = [sys.executable, "-I", "-S", str(script), str(published), str(file)]
        assert subprocess.run(words, check=False, capture_output=True).returncode == ended
