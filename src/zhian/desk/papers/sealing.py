"""The seal on an issued paper: stamped and scanned back, or set by the office's own program.

A program that seals (ZHIAN_SEAL_COMMAND) gets the PDF on its standard input and writes the sealed
PDF to its standard output. What it says on its error output is what the clerk reads.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from zhian.desk import uploads
from zhian.desk.errors import Reason, Refused
from zhian.desk.models import Document
from zhian.desk.papers import foreign, joining, pictures
from zhian.desk.papers.layout import Bench
from zhian.law import vocabulary
from zhian.law.words import Words

SEALED = "sealed"  # what such a file is for, among the files of its matter
SECONDS = 60
LONGEST_SAYING = 200
ACCEPT = ".pdf,.jpg,.jpeg,.png"
ENDINGS = frozenset(ACCEPT.split(","))

NO_FILE = Words("请选择盖章后的扫描件。", "Choose the scan of the stamped paper.")
WRONG_KIND = Words(
    "{name}：盖章件只接受 pdf、jpg、png。", "{name}: a stamped paper is a pdf, jpg or png."
)
ONE_BY_ONE = Words("一次上传一个 PDF，或者若干图片。", "Send one PDF, or several pictures.")
NO_COMMAND = Words("本机未设置电子印章程序。", "No program for electronic seals is set up here.")
NOT_STARTED = Words(
    "电子印章程序无法启动，请联系管理员。",
    "The sealing program could not be started; tell the administrator.",
)
TOO_SLOW = Words(
    "电子印章程序 {n} 秒内没有答复，未盖章，请稍后再试。",
    "The sealing program gave no answer within {n} seconds; nothing was sealed. Try again later.",
)
SAYS_NO = Words("电子印章程序拒绝盖章：{said}", "The sealing program refused: {said}")
SILENT = Words("没有说明原因（退出码 {code}）。", "it gave no reason (exit code {code}).")
NO_PDF = Words(
    "电子印章程序没有交回可用的 PDF：{why}",
    "The sealing program gave back no usable PDF: {why}",
)
NOTHING = Words("没有内容。", "there was nothing.")


class SealRefused(Refused):
    """The office's own program did not seal the paper; nothing was changed."""

    def __init__(self, words: Words) -> None:
        super().__init__(Reason(words, code="SEAL"))


def wants_seal(paper: Document) -> bool:
    """Whether a paper in force should carry the agency's seal and does not yet.

    Papers with a number go out in the agency's name and are sealed; records and lists are signed.
    One that was taken over from another system has only its scan, which carries the seal.
    """
    if paper.state != "issued" or paper.sealed_at is not None or paper.scan_id is not None:
        return False
    try:
        return vocabulary.document(paper.template).series is not None
    except vocabulary.UnknownWord:
        return False


# --- stamped and scanned back


def one_pdf(files: Sequence[UploadedFile]) -> bytes:
    """The scan of a stamped paper as one PDF: as it came, or pictures as its pages in their order.

    Raises BadFile: nothing chosen, another type, empty, too large, locked, broken.
    """
    checked = [_checked(file) for file in files]
    if not checked:
        raise uploads.BadFile(NO_FILE)
    documents = [row for row in checked if row.ending == ".pdf"]
    if documents and len(checked) > 1:
        raise uploads.BadFile(ONE_BY_ONE)
    if not documents:
        return _album(checked)
    try:
        foreign.examine(documents[0].content)
    except foreign.Unreadable as why:
        raise uploads.BadFile(_named(documents[0].name, why.words)) from why
    return documents[0].content


def _checked(file: UploadedFile) -> uploads.Checked:
    name = Path((file.name or "").replace("\\", "/")).name
    if Path(name).suffix.lower() not in ENDINGS:
        raise uploads.BadFile(WRONG_KIND.format(name=name or "file"))
    return uploads.check(name, file.read(settings.UPLOAD_LIMIT + 1), settings.UPLOAD_LIMIT)


def _named(name: str, why: Words) -> Words:
    return Words(f"{name}：{why.zh}", f"{name}: {why.en}")


def _album(checked: Sequence[uploads.Checked]) -> bytes:
    """Pictures as the pages of one PDF, in the order in which they were chosen."""
    with tempfile.TemporaryDirectory(prefix="zhian-scan-") as folder:
        bench = Bench(Path(folder))
        shots = []
        for row in checked:
            source = bench.path(row.ending)
            source.write_bytes(row.content)
            shots.append(pictures.ready(bench, source))
        parts, whole = pictures.sheets(bench, shots), bench.path()
        with whole.open("wb") as out:
            joining.together(parts, out)
        return whole.read_bytes()


# --- sealed by the office's own program


def run(command: str, pdf: bytes) -> bytes:
    """The PDF as a sealing program gives it back; raises SealRefused."""
    if not command.strip():
        raise SealRefused(NO_COMMAND)
    try:
        process = subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as why:
        raise SealRefused(NOT_STARTED) from why
    with process:
        try:
            sealed, said = process.communicate(pdf, timeout=SECONDS)
        except subprocess.TimeoutExpired as why:
            _end(process)
            raise SealRefused(TOO_SLOW.format(n=SECONDS)) from why
    if process.returncode:
        raise SealRefused(_refusal(said, process.returncode))
    return _usable(sealed)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With everything that it started: a child that holds the pipes would keep us waiting."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _refusal(said: bytes, code: int) -> Words:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    first = next((line for line in lines if line), "")
    clean = "".join(c for c in first if unicodedata.category(c)[0] != "C")[:LONGEST_SAYING]
    return SAYS_NO.format(said=clean or SILENT.format(code=code))


def _usable(sealed: bytes) -> bytes:
    if not sealed:
        raise SealRefused(NO_PDF.format(why=NOTHING))
    if not sealed.startswith(uploads.MAGIC[".pdf"]):
        raise SealRefused(NO_PDF.format(why=foreign.BROKEN))
    try:
        foreign.examine(sealed)
    except foreign.Unreadable as why:
        raise SealRefused(NO_PDF.format(why=why.words)) from why
    return sealed
