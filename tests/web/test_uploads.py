"""Files that come in are what they say, carry nothing hidden, and stay within bounds."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from zhian.desk import uploads
from zhian.desk.uploads import BadFile, check

LIMIT = 1024 * 1024


def picture(form: str, size: tuple[int, int] = (40, 20), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#a33").save(out, form, **more)
    return out.getvalue()


def packed(*names: str, filler: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in names:
            zipped.writestr(name, b"0" * filler)
    return out.getvalue()


GOOD = {
    "照片.JPG": picture("JPEG"),
    "a.jpeg": picture("JPEG"),
    "b.png": picture("PNG"),
    "报告.pdf": b"%PDF-1.7\n",
    "表.xlsx": packed("[Content_Types].xml", "xl/workbook.xml"),
    "函.docx": packed("[Content_Types].xml", "word/document.xml"),
    "c.csv": "名称,数量\n豆腐,3\n".encode("gb18030"),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_allowed_file_is_taken(name: str) -> None:
    assert check(name, GOOD[name], LIMIT).ending in uploads.ALLOWED


BAD = {
    "an ending that is not on the list": ("run.exe", b"MZ", "只接受"),
    "a web page": ("a.html", b"<script>", "只接受"),
    "a drawing that can hold scripts": ("a.svg", b"<svg/>", "只接受"),
    "no ending": ("photo", picture("JPEG"), "只接受"),
    "an empty file": ("a.pdf", b"", "空的"),
    "more than the limit": ("a.pdf", b"%PDF-" + b"0" * LIMIT, "超过 1 MB"),
    "a program called a picture": ("a.jpg", b"MZ\x90\x00", "不符"),
    "a picture of another kind": ("a.png", picture("JPEG"), "不符"),
    "a broken picture": ("a.jpg", b"\xff\xd8\xff" + b"0" * 50, "无法读取"),
    "an archive called a workbook": ("a.xlsx", packed("readme.txt"), "不符"),
    "a document called a workbook": ("a.xlsx", packed("word/document.xml"), "不符"),
    "a path that leaves its folder": ("a.docx", packed("word/document.xml", "../x"), "异常"),
    "binary called text": ("a.csv", b"a,b\x00", "不是"),
    "text in no known encoding": ("a.csv", b"\xff\xff\xff", "不是"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused_is_named_in_the_sentence(case: str) -> None:
    name, content, words = BAD[case]
    with pytest.raises(BadFile, match=words) as refused:
        check(name, content, LIMIT)
    assert refused.value.words.zh.startswith(name) and refused.value.words.en.startswith(name)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = packed("xl/workbook.xml", filler=uploads.MOST_UNPACKED + 1)
    assert len(bomb) < LIMIT
    with pytest.raises(BadFile, match="过大"):
        check("a.xlsx", bomb, LIMIT)


def test_a_picture_larger_than_it_may_be_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_PIXELS", 700)
    with pytest.raises(BadFile, match="过大"):
        check("a.png", picture("PNG"), LIMIT)


def test_where_and_with_what_a_picture_was_taken_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = 6  # turned by 90 degrees
    taken = picture("JPEG", (40, 20), exif=exif.tobytes())
    assert b"SecretPhone" in taken
    kept = check("a.jpg", taken + b"<script>hidden behind the picture</script>", LIMIT).content
    assert b"SecretPhone" not in kept and b"script" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (20, 40) and not shown.getexif()


def test_only_the_name_of_a_path_is_kept() -> None:
    assert check(r"C:\secret\..\报告.pdf", b"%PDF-", LIMIT).name == "报告.pdf"
