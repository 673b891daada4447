"""What is taken out of a text before the public reads it, and what stays."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from zhian.desk.publishing.redaction import FINDERS, cuts, marked, masked, redacted

EVERYTHING = tuple(FINDERS)


def public(text: str, names: tuple[str, ...] = (), keep: tuple[str, ...] = ()) -> str:
    return redacted(text, cuts(text, EVERYTHING, names, keep))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("电话13900000000。", "电话＊＊＊。"),
        ("手机 139 0000 0000", "手机 ＊＊＊"),
        ("联系电话：0550-3012345", "联系电话：＊＊＊"),
        ("（0550）3012345", "＊＊＊"),
        ("电话１３９００００００００", "电话＊＊＊"),
        ("微信：abc_12345", "微信：＊＊＊"),
        ("身份证号23990119800101123X", "身份证号＊＊＊"),
        ("身份证号239901800101123", "身份证号＊＊＊"),
        ("卡号：6222021234567890123", "卡号：＊＊＊"),
        ("护照号码E12345678", "护照号码＊＊＊"),
        ("经营者赵立新已整改", "经营者赵某某已整改"),
        ("当事人：欧阳修。", "当事人：欧阳某。"),
        ("法定代表人为王五，", "法定代表人为王某，"),
        ("王芳女士反映", "王某女士反映"),
        ("买买提·艾力的店", "买某某的店"),
        ("河口镇河东村一组12号", "河口镇河东村"),
        ("河口镇河东村12号", "河口镇河东村"),
        ("河东社区3组", "河东社区"),
        ("将军大道20号3栋2单元501室", "将军大道20号"),
        ("建国路88号3号楼502室", "建国路88号"),
    ],
)
def test_personal_data_goes_out(text: str, read: str) -> None:
    assert public(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91320106MA1XXXXX8K",
        "生产日期2026-08-30，批号20260830",
        "检出0.9mg/kg，标准值≤0.5mg/kg",
        "抽样编号 XBJ26239901123456789",
        "负责人高度重视，立即整改",
        "村头有3户，河东村路口，村村路12号",
        "将军大道20号",
        "剩余 20 公斤豇豆已封存",
        "GB 2763—2021",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert public(text) == text


def test_a_name_that_the_matter_knows_goes_wherever_it_stands() -> None:
    assert public("由郑一平核查，郑一平签字", names=("郑一平",)) == "由郑某某核查，郑某某签字"


def test_an_operator_keeps_its_registered_name_even_with_a_person_in_it() -> None:
    read = public("赵立新豆腐坊经营者赵立新", names=("赵立新",), keep=("赵立新豆腐坊",))
    assert read == "赵立新豆腐坊经营者赵某某"


@pytest.mark.parametrize(
    ("name", "read"),
    [("赵立新", "赵某某"), ("王五", "王某"), ("欧阳修", "欧阳某"), ("司马相如", "司马某某")],
)
def test_only_the_surname_stays(name: str, read: str) -> None:
    assert masked(name) == read


TEXTS = st.text(
    st.sampled_from("赵立新王五经营者电话号村组12号3栋单元室1390 -X·，。河东a"), max_size=60
)


@given(TEXTS)
def test_the_marked_source_is_the_source_and_its_cuts_make_what_is_read(text: str) -> None:
    found = cuts(text, EVERYTHING, ("赵立新",), ())
    pieces = marked(text, found)
    assert "".join(piece for piece, _, _ in pieces) == text
    read = "".join(instead if kind else piece for piece, kind, instead in pieces)
    assert read == redacted(text, found)
    assert "赵立新" not in redacted(text, found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(TEXTS)
def test_what_was_redacted_once_is_not_redacted_again(text: str) -> None:
    once = public(text)
    assert not cuts(once, ("phone", "id"), (), ())
