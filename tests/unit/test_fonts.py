"""Which characters documents can print, and in which order fonts are asked."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from zhian.desk.papers import fonts


def make_font(folder: Path, family: str, characters: str) -> None:
    """A font that holds these characters as empty squares."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 500), (500, 500), (500, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = [".notdef", *(f"u{ord(c):X}" for c in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"u{ord(c):X}" for c in characters})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(folder / f"{family}.ttf")


@pytest.mark.parametrize("character", "㐂䶮𬭚𠮷")
def test_rare_characters_of_names_have_a_glyph(character: str) -> None:
    assert fonts.missing_glyphs(character) == []


@pytest.mark.parametrize(
    "text",
    [
        "松市监责改〔2026〕1号",
        "二〇二六年十一月二十四日",
        "——……“”‘’《》〈〉【】（）、。，；：？！·～",
        "≤0.5 mg/kg，×10³ CFU/100cm²，25±2℃，≥95%，№ 3，￥100.00，½",
        "①②③ □■ 阿卜杜热西提·买买提 第1行\r\n\t第2行",
        "",
    ],
)
def test_what_papers_are_made_of_has_glyphs(text: str) -> None:
    assert fonts.missing_glyphs(text) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("店名😀，又😀和\U00020000", ["😀", "\U00020000"]),
        ("བོད", ["བ", "ོ", "ད"]),
        ("旧编码\ue863", ["\ue863"]),
        ("响铃\x07", ["\x07"]),
        ("坏字节\ufffd", ["\ufffd"]),
    ],
)
def test_what_no_font_holds_is_named_once_in_its_order(text: str, missing: list[str]) -> None:
    assert fonts.missing_glyphs(text) == missing


def test_joiners_and_variation_selectors_leave_no_mark_and_need_no_glyph() -> None:
    assert fonts.missing_glyphs("葛\U000e0100城\u200b\ufe0f\ufeff") == []


def test_the_last_fallback_is_asked_only_where_the_others_have_nothing() -> None:
    assert fonts.book().chain("body") == ["Noto Serif SC", "Noto Sans SC", "Noto Serif JP"]
    assert fonts.book().chain("sans")[0] == "Noto Sans SC"
    assert fonts.book().chain("title") == fonts.book().chain("body")


def test_fonts_of_the_machine_are_never_asked() -> None:
    folder = str(fonts.FOLDER)
    assert {face.path for face in fonts.book().faces} >= {f"{folder}/NotoSerifSC-Regular.ttf"}
    assert all(face.path.startswith(folder) for face in fonts.book().faces)


def test_the_offices_own_fonts_come_first_each_in_its_role(tmp_path: Path, settings: Any) -> None:
    make_font(tmp_path, "FangSong_GB2312", "公文")
    make_font(tmp_path, "FZXiaoBiaoSong-B05S", "公文")
    settings.OFFICE_FONTS = str(tmp_path)
    book = fonts.book()
    assert book.chain("body")[:2] == ["FangSong_GB2312", "Noto Serif SC"]
    assert book.chain("title")[:2] == ["FZXiaoBiaoSong-B05S", "Noto Serif SC"]
    assert book.chain("sans")[0] == "Noto Sans SC"
    assert all(set(book.chain(role)) == set(book.families) for role in fonts.ROLES)


def test_a_character_only_the_offices_own_font_holds_can_be_printed(
    tmp_path: Path, settings: Any
) -> None:
    assert fonts.missing_glyphs("\ue863") == ["\ue863"]
    make_font(tmp_path, "FangSong Extended", "\ue863")
    settings.OFFICE_FONTS = str(tmp_path)
    assert fonts.missing_glyphs("公文\ue863") == []


def test_without_fonts_the_command_that_fetches_them_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "none")
    with pytest.raises(fonts.FontsMissing, match=r"scripts/front_end\.py"):
        fonts.missing_glyphs("公文")
    assert (Path(sys.modules["tests"].__path__[0]).parent / "scripts/front_end.py").is_file()


def test_a_folder_that_was_filled_meanwhile_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, folder = fonts.FOLDER, tmp_path / "fonts"
    monkeypatch.setattr(fonts, "FOLDER", folder)
    with pytest.raises(fonts.FontsMissing):
        fonts.book()
    folder.mkdir()
    shutil.copy(house / "NotoSerifSC-Regular.ttf", folder)
    assert fonts.book().families == ("Noto Serif SC",)
    assert fonts.missing_glyphs("公𠮷") == ["𠮷"]
