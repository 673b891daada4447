"""The ledger's arithmetic: canonical text, golden vectors, Merkle proofs, verification."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from zhian.methods import ledger, ledger_chain, ledger_file
from zhian.methods.ledger import Head, Line, Root

SHANGHAI = timezone(timedelta(hours=8))
UID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


class Colour(StrEnum):
    RED = "red"


# --- canonical text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ([1, False, []], "[1,false,[]]"),
        ({}, "{}"),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        (-(2**53) + 1, "-9007199254740991"),
        (Decimal("1.50"), '"1.50"'),
        (Decimal("1E+3"), '"1000"'),
        (date(2026, 9, 18), '"2026-09-18"'),
        (UID, '"0f8fad5bd9cb469fa16570867728950e"'),
        (Colour.RED, '"red"'),
        (("松原", "县"), '["松原","县"]'),
        ({1: "x"}, '{"1":"x"}'),
        (datetime(2026, 9, 18, 8, tzinfo=SHANGHAI), '"2026-09-18T00:00:00.000000Z"'),
        (datetime(999, 1, 1, 0, 0, 0, 7, tzinfo=UTC), '"0999-01-01T00:00:00.000007Z"'),
    ],
)
def test_values_have_one_text(value: Any, text: str) -> None:
    assert ledger.canonical(value) == text


def test_keys_are_sorted_by_utf16_units_not_by_code_points() -> None:
    """RFC 8785 section 3.2.3: the emoji's surrogate D83D comes before U+FB33."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\u00f6"]
    ordered = list(json.loads(ledger.canonical(dict.fromkeys(keys, 0))))
    assert ordered == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize(
    ("char", "escape"),
    [
        ('"', '\\"'),
        ("\\", "\\\\"),
        ("\b", "\\b"),
        ("\t", "\\t"),
        ("\n", "\\n"),
        ("\f", "\\f"),
        ("\r", "\\r"),
        ("\x00", "\\u0000"),
        ("\x0f", "\\u000f"),
        ("\x1f", "\\u001f"),
        ("/", "/"),
        ("\x7f", "\x7f"),
        ("\u2028", "\u2028"),
        ("𠮷", "𠮷"),
    ],
)
def test_only_what_must_be_escaped_is_escaped(char: str, escape: str) -> None:
    assert ledger.canonical(char) == f'"{escape}"'


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        Decimal("NaN"),
        Decimal("Infinity"),
        2**53,
        datetime(2026, 1, 1),
        {1: 0, "1": 0},
        {"a": {1, 2}},
        b"bytes",
        "\ud83d",
        {"\udc00": 1},
    ],
    ids=repr,
)
def test_what_has_no_single_text_is_refused(value: Any) -> None:
    with pytest.raises(ledger.NotCanonical):
        ledger.canonical(value)


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(plain_values)
def test_the_text_says_the_value_and_nothing_else(value: Any) -> None:
    text = ledger.canonical(value)
    assert json.loads(text) == value
    assert ledger.canonical(json.loads(text)) == text


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9)))
def test_the_order_of_entry_does_not_matter(table: dict[str, int]) -> None:
    backwards = dict(reversed(table.items()))
    assert ledger.canonical(table) == ledger.canonical(backwards)


# --- golden vectors: equal acts hash equally, on every machine and database, for ever

ACTS: list[tuple[dict[str, Any], str, str]] = [
    (
        {
            "format": 1,
            "matter": UID,
            "kind": "rectification",
            "seq": 1,
            "verb": "open",
            "stage": "done",
            "effective": True,
            "actor": {
                "kind": "official",
                "name": "郑一平",
                "user": "zhengyp",
                "post": "inspector",
                "agency": "SYSJ",
                "officers": [],
            },
            "happened_at": datetime(2026, 9, 18, 9, 30, tzinfo=SHANGHAI),
            "recorded_at": datetime(2026, 9, 18, 9, 31, 5, 120, tzinfo=SHANGHAI),
            "data": {"problems": "原料库房无防鼠设施。\n地面积水", "operator": 7},
            "reason": "",
            "previous": "",
        },
        '{"actor":{"agency":"SYSJ","kind":"official","name":"郑一平","officers":[],'
        '"post":"inspector","user":"zhengyp"},"data":{"operator":7,'
        '"problems":"原料库房无防鼠设施。\\n地面积水"},"effective":true,"format":1,'
        '"happened_at":"2026-09-18T01:30:00.000000Z","kind":"rectification",'
        '"matter":"0f8fad5bd9cb469fa16570867728950e","previous":"","reason":"",'
        '"recorded_at":"2026-09-18T01:31:05.000120Z","seq":1,"stage":"done","verb":"open"}',
        "c2db45e25ad87c4b9b9cfb46e30625e246849037a9417b499588d46980c949eb",
    ),
    (
        {
            "format": 1,
            "matter": UID,
            "kind": "rectification",
            "seq": 2,
            "verb": "note",
            "stage": "done",
            "effective": True,
            "actor": {
                "kind": "system",
                "name": "tick 0.1.0",
                "user": None,
                "post": None,
                "agency": None,
                "officers": [],
            },
            "happened_at": datetime(2026, 9, 19, tzinfo=UTC),
            "recorded_at": datetime(2026, 9, 19, tzinfo=UTC),
            "data": {"amount": Decimal("12.30"), "files": ("a", "b"), "𠮷": None},
            "reason": 'said "so" \\ 𠮷',
            "previous": "0" * 64,
        },
        '{"actor":{"agency":null,"kind":"system","name":"tick 0.1.0","officers":[],'
        '"post":null,"user":null},"data":{"amount":"12.30","files":["a","b"],"𠮷":null},'
        '"effective":true,"format":1,"happened_at":"2026-09-19T00:00:00.000000Z",'
        '"kind":"rectification","matter":"0f8fad5bd9cb469fa16570867728950e",'
        f'"previous":"{"0" * 64}","reason":"said \\"so\\" \\\\ 𠮷",'
        '"recorded_at":"2026-09-19T00:00:00.000000Z","seq":2,"stage":"done","verb":"note"}',
        "5317d38adc007db6dc1ca67287557c9cac7c327a3aa94fb3eca2571ad2033c6a",
    ),
]


@pytest.mark.parametrize(("act", "text", "value"), ACTS, ids=["official", "system"])
def test_golden_vectors(act: dict[str, Any], text: str, value: str) -> None:
    assert ledger.canonical(act) == text
    assert ledger.digest(text) == value == hashlib.sha256(text.encode()).hexdigest()


def test_golden_roots() -> None:
    leaf = ledger.head_leaf(UID.hex, 2, "a" * 64)
    assert leaf == f'{{"hash":"{"a" * 64}","matter":"{UID.hex}","seq":2}}'
    day = ledger.DayTree(date(2026, 9, 18))
    day.add(2, ledger.leaf_hash(leaf))
    assert day.end == "2026-09-18T16:00:00.000000Z"
    assert day.close("b" * 64) == "8ce7fb67d194ace52e0208718127261099889693d723bd7f2e9bdcef0f44c2b3"
    assert ledger.merkle_root([]) == hashlib.sha256(b"").hexdigest()
    assert ledger.merkle_root([""]) == hashlib.sha256(b"\x00").hexdigest()


# --- Merkle tree


def by_definition(leaves: Sequence[str]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0].encode()).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


leaf_lists = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=70)


@given(leaf_lists)
def test_the_growing_tree_is_the_tree_of_the_rfc(leaves: list[str]) -> None:
    assert ledger.merkle_root(leaves) == by_definition(leaves).hex()


@given(leaf_lists.filter(bool), st.data())
def test_every_leaf_is_proved_and_no_other(leaves: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, proof = ledger.merkle_root(leaves), ledger.merkle_proof(leaves, index)
    assert ledger.proves(leaves[index], proof, root)
    assert not ledger.proves(leaves[index] + "x", proof, root)
    assert len(proof) <= max(1, len(leaves) - 1).bit_length()


@given(leaf_lists.filter(lambda rows: len(rows) > 1), st.data())
def test_a_bent_proof_proves_nothing(leaves: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, proof = ledger.merkle_root(leaves), ledger.merkle_proof(leaves, index)
    bent = data.draw(st.integers(0, len(proof) - 1))
    side, value = proof[bent]
    proof[bent] = (side, ledger.digest(value))
    assert not ledger.proves(leaves[index], proof, root)


def test_a_proof_of_a_leaf_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        ledger.merkle_proof(["a"], 1)


# --- chains


def act(matter: int, seq: int, previous: str, day: int = 1, text: str = "") -> Line:
    recorded = f"2026-09-{day:02d}T02:00:00.00000{seq % 10}Z"
    body = ledger.canonical(
        {
            "format": 1,
            "matter": f"{matter:032x}",
            "seq": seq,
            "recorded_at": recorded,
            "data": text or f"act {seq}",
            "previous": previous,
        }
    )
    return Line(f"{matter:032x}", seq, recorded, body, previous, ledger.digest(body))


def chain(matter: int, days: Sequence[int], changed: int = 0) -> list[Line]:
    """A matter with one act on each of these days; act number `changed` says something else."""
    lines: list[Line] = []
    for seq, day in enumerate(days, 1):
        text = "rewritten" if seq == changed else ""
        lines.append(act(matter, seq, lines[-1].hash if lines else "", day, text))
    return lines


def records(chains: Sequence[list[Line]], roots: Sequence[Root] = ()) -> Iterator[Any]:
    yield from roots
    for lines in chains:
        yield from lines
        last = lines[-1]
        yield Head(last.matter, f"SYSJ-ZG-2026-{int(last.matter, 16):06d}", last.seq, last.hash)


def roots_of(chains: Sequence[list[Line]], days: range) -> list[Root]:
    """The roots as the house makes them, worked out the slow way."""
    roots: list[Root] = []
    for number in days:
        day = date(2026, 9, number)
        heads = [
            [line for line in lines if line.recorded_at < ledger.day_end(day)] for lines in chains
        ]
        last = [lines[-1] for lines in heads if lines]
        previous = roots[-1].root if roots else ""
        acts = sum(line.seq for line in last)
        leaves = [ledger.head_leaf(line.matter, line.seq, line.hash) for line in last]
        leaves.append(ledger.day_leaf(day, previous, len(last), acts))
        roots.append(Root(day, ledger.merkle_root(leaves), previous, len(last), acts))
    return roots


CHAINS = [chain(1, [1, 1, 3]), chain(2, [2]), chain(3, [2, 3, 3, 4]), chain(4, [5])]
ROOTS = roots_of(CHAINS, range(1, 6))
OUTSIDE = {root.day: root.root for root in ROOTS}


def test_a_whole_ledger_leads_to_every_root() -> None:
    report = ledger_chain.audit(records(CHAINS, ROOTS), roots=OUTSIDE)
    assert report.whole
    assert (report.acts, report.matters) == (9, 4)
    assert [day.day.day for day in report.days] == [1, 2, 3, 4, 5]
    assert all(day.holds and day.outside for day in report.days)


def test_without_outside_roots_the_last_own_root_is_recomputed() -> None:
    report = ledger_chain.audit(records(CHAINS, ROOTS))
    assert [(day.day, day.outside, day.holds) for day in report.days] == [
        (date(2026, 9, 5), False, True)
    ]


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        (lambda line: replace(line, text=line.text.replace("act 2", "act Z")), "内容与校验值不符"),
        (lambda line: replace(line, hash="f" * 64), "内容与校验值不符"),
        (lambda line: replace(line, previous="f" * 64), "未接上前一行为"),
        (lambda line: replace(line, recorded_at="2026-09-01T00:00:00.000000Z"), "recorded_at"),
        (lambda line: replace(line, seq=7), "缺失或重复"),
        (lambda line: replace(line, text="[]", hash=ledger.digest("[]")), "无法读取"),
    ],
)
def test_a_bent_act_is_found_with_its_number(bend: Any, reason: str) -> None:
    lines = list(CHAINS[2])
    lines[1] = bend(lines[1])
    report = ledger_chain.audit(records([CHAINS[0], lines]))
    found = next(fault for fault in report.faults if reason in fault.reason)
    assert found.matter == lines[1].matter and found.seq == lines[1].seq
    assert found.number == "SYSJ-ZG-2026-000003"


def test_a_removed_act_is_found() -> None:
    lines = [CHAINS[2][0], *CHAINS[2][2:]]
    faults = list(ledger_chain.chain_faults(lines))
    assert {fault.seq for fault in faults} == {3}
    assert any("第 2 号行为缺失" in fault.reason for fault in faults)


def test_a_rewritten_act_with_a_recomputed_chain_is_found_by_the_outside_root() -> None:
    rewritten = [*CHAINS[:2], chain(3, [2, 3, 3, 4], changed=2), CHAINS[3]]
    assert not list(ledger_chain.chain_faults(line for lines in rewritten for line in lines))
    inside = ledger_chain.audit(records(rewritten, roots_of(rewritten, range(1, 6))))
    assert inside.whole, "whoever owns the database can make it whole again"
    report = ledger_chain.audit(records(rewritten, roots_of(rewritten, range(1, 6))), roots=OUTSIDE)
    assert [day.day.day for day in report.days if not day.holds] == [3, 4, 5]
    assert ["的根不符" in fault.reason for fault in report.faults].count(True) == 3


def test_one_outside_root_of_yesterday_is_enough() -> None:
    rewritten = [*CHAINS[:2], chain(3, [2, 3, 3, 4], changed=2), CHAINS[3]]
    yesterday = {ROOTS[-1].day: ROOTS[-1].root}
    own = roots_of(rewritten, range(1, 6))
    report = ledger_chain.audit(records(rewritten, own), roots=yesterday)
    assert not report.whole
    assert any("2026-09-05 的根不符" in fault.reason for fault in report.faults)


def test_heads_kept_outside_name_the_act() -> None:
    rewritten = [*CHAINS[:2], chain(3, [2, 3, 3, 4], changed=2), CHAINS[3]]
    kept: dict[str, list[ledger_chain.KeptHead]] = {}
    for lines in CHAINS:
        kept[lines[0].matter] = [
            ledger_chain.KeptHead("2026-09-03", line.seq, line.hash) for line in lines[:3]
        ]
    report = ledger_chain.audit(records(rewritten), heads=kept)
    assert [(int(f.matter, 16), f.seq) for f in report.faults] == [(3, 2), (3, 3)]
    assert all("2026-09-03" in f.reason for f in report.faults)


def test_a_matter_that_vanished_is_named_by_the_heads_kept_outside() -> None:
    kept = {CHAINS[1][0].matter: [ledger_chain.KeptHead("2026-09-03", 1, CHAINS[1][0].hash)]}
    report = ledger_chain.audit(records([CHAINS[0], CHAINS[2]]), heads=kept)
    assert [(int(f.matter, 16), f.seq) for f in report.faults] == [(2, 1)]


def test_an_act_cut_off_at_the_end_is_found_by_the_head() -> None:
    rows = [*CHAINS[2][:3], list(records([CHAINS[2]]))[-1]]
    report = ledger_chain.audit(rows)
    assert [fault.seq for fault in report.faults] == [4]


def test_roots_that_do_not_name_the_one_before_are_found() -> None:
    bent = [*ROOTS[:2], replace(ROOTS[2], previous="0" * 64), *ROOTS[3:]]
    report = ledger_chain.audit(records(CHAINS, bent))
    assert ["2026-09-03" in fault.reason for fault in report.faults] == [True]


def test_kept_roots_are_read_with_comments_and_refused_with_their_line() -> None:
    text = f"# 监察委员会保存\n\n2026-09-04 {'A' * 64}\n2026-09-05 {'b' * 64} extra\n"
    assert ledger_chain.kept_roots(text) == {
        date(2026, 9, 4): "a" * 64,
        date(2026, 9, 5): "b" * 64,
    }
    for bad in ("2026-09-04 abc", "yesterday " + "a" * 64, "2026-09-04"):
        with pytest.raises(ValueError, match="第 2 行"):
            ledger_chain.kept_roots(f"# x\n{bad}\n")
    with pytest.raises(ValueError, match="两个根"):
        ledger_chain.kept_roots(f"2026-09-04 {'a' * 64}\n2026-09-04 {'b' * 64}\n")


# --- the exported file


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    assert ledger_file.write(path, records(CHAINS, ROOTS)) == (9, 4)
    return path.read_bytes()


def verified(folder: Path, raw: bytes, **outside: Any) -> ledger_chain.Report:
    path = folder / "bent.jsonl"
    path.write_bytes(raw)
    return ledger_chain.audit(ledger_file.read(path), **outside)


def test_an_export_verifies(tmp_path: Path, exported: bytes) -> None:
    report = verified(tmp_path, exported, roots=OUTSIDE)
    assert report.whole and report.acts == 9


def test_a_compressed_export_holds_the_same(tmp_path: Path, exported: bytes) -> None:
    path = tmp_path / "ledger.jsonl.gz"
    ledger_file.write(path, records(CHAINS, ROOTS))
    assert ledger_chain.audit(ledger_file.read(path), roots=OUTSIDE).whole
    assert len(path.read_bytes()) < len(exported)


@pytest.mark.slow
def test_any_changed_byte_is_found_in_its_line(tmp_path: Path, exported: bytes) -> None:
    lines = exported.split(b"\n")
    position = 0
    for at, raw in enumerate(lines[:-1], 1):
        for offset in range(len(raw) + 1):
            bent = bytearray(exported)
            bent[position + offset] ^= 0x01
            report = verified(tmp_path, bytes(bent), roots=OUTSIDE)
            assert not report.whole
            if b'"text"' in raw:
                assert any(fault.at == at and fault.matter for fault in report.faults), (at, offset)
        position += len(raw) + 1


def test_a_file_that_is_cut_off_never_passes(tmp_path: Path, exported: bytes) -> None:
    lines = exported.split(b"\n")
    for kept in range(len(lines) - 1):
        assert not verified(tmp_path, b"\n".join([*lines[:kept], b""])).whole
    assert not verified(tmp_path, exported + exported).whole


def test_a_forged_file_with_a_right_checksum_is_found_by_the_root(tmp_path: Path) -> None:
    path = tmp_path / "forged.jsonl"
    forged = [*CHAINS[:2], chain(3, [2, 3, 3, 4], changed=1), CHAINS[3]]
    ledger_file.write(path, records(forged, roots_of(forged, range(1, 6))))
    assert ledger_chain.audit(ledger_file.read(path)).whole
    report = ledger_chain.audit(ledger_file.read(path), roots=OUTSIDE)
    assert [day.day.day for day in report.days if not day.holds] == [2, 3, 4, 5]


def test_heads_are_read_from_a_folder_and_refused_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "2026-09-03.txt").write_text(f"# heads\n{'1' * 32} 2 {'a' * 64}\n")
    (tmp_path / "2026-09-04.txt").write_text(f"{'1' * 32} 3 {'b' * 64}\n")
    heads = ledger_file.read_heads(tmp_path)
    assert [(row.day, row.seq) for row in heads["1" * 32]] == [("2026-09-03", 2), ("2026-09-04", 3)]
    (tmp_path / "2026-09-05.txt").write_text("nonsense\n")
    with pytest.raises(ValueError, match=r"2026-09-05\.txt: 第 1 行"):
        ledger_file.read_heads(tmp_path)
