"""Printing documents: a template, the data of the paper, and the fonts; out comes a PDF.

The data goes to the template as data: whatever a person wrote is text there, never markup.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from zhian.desk.errors import FieldErrors, Reason, Refused
from zhian.desk.models import Act, Document
from zhian.desk.papers import fonts
from zhian.desk.papers.layout import Bench
from zhian.desk.papers.particulars import FOLDER, about, issuer, particulars
from zhian.desk.papers.saying import Said, said
from zhian.desk.papers.wording import day_of
from zhian.law import vocabulary
from zhian.law.procedure import ActSpec
from zhian.law.words import Words

AS_ISSUED = "as_issued"
TAKEN_OVER = "taken over"  # the version of papers that another system issued
SHORT = 12
WATERMARKS = {"draft": "草稿", "approved": "未制发", "void": "作废"}
NO_DATE = "　　年　　月　　日"
ARCHIVAL = "a-2b"  # ISO 19005-2: every font embedded, nothing from outside

NO_GLYPH = Words(
    "字体中没有{characters}，无法印入文书，请改写。",
    "No font holds {characters}, so the paper cannot be printed: write it differently.",
)
NO_GLYPH_AT = Words(
    "《{title}》的“{field}”中有字体没有的{characters}，无法印入文书，未取文号。",
    "“{field}” of the paper “{title}” has {characters}, which no font holds; no number was taken.",
)
ABOUT = "about."  # before the name of a part that an app says
PARTS = {
    "agency": Words("部门的名称、电话、地址", "the agency's name, phone and address"),
    "party": Words("当事人的登记信息", "the operator's particulars"),
    "officers": Words("执法人员姓名、执法证号", "the officers' names and cards"),
    "remedies": Words("复议机关、人民法院", "the bodies of appeal"),
    "title": Words("标题", "the title"),
    "number": Words("文号", "the number"),
    "matter": Words("事项编号", "the matter's number"),
}


def template_path(name: str) -> Path:
    """The file of a template, whether or not it is there."""
    return FOLDER / f"{name}.typ"


def render(document: Document) -> bytes:
    """The paper as a PDF, with a watermark while it is a draft or when it is void.

    Raises FontsMissing. The same paper gives the same bytes.
    """
    if document.template_version == TAKEN_OVER:
        return _only_on_record(document)
    moment = document.issued_at or document.drafted_by.recorded_at
    pdf: bytes = compiled(
        document, format="pdf", pdf_standards=ARCHIVAL, timestamp=int(moment.timestamp())
    )
    return pdf


def _only_on_record(document: Document) -> bytes:
    """A paper of another system, which we never print anew: what is known of it."""
    with tempfile.TemporaryDirectory(prefix="zhian-paper-") as folder:
        known = {
            "title": f"{document.title} {document.number}".strip(),
            "why": "原系统制发，接管时未附扫描件。",
            "under": day_of(document.issued_at) or "",
        }
        return Bench(Path(folder)).set("absent", known).read_bytes()


def compiled(document: Document, **how: Any) -> Any:
    """The paper as typst makes it: one file, or a list of pages where `format` is png or svg."""
    known = fonts.book()
    chains = {role: known.chain(role) for role in fonts.ROLES}
    return typst.compile(
        str(template_path(document.template)),
        root=str(FOLDER),
        font_paths=known.fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(context(document) | {"fonts": chains})},
        **how,
    )


def context(document: Document) -> dict[str, Any]:
    """Everything the template prints: what it said when issued, or what it would say now.

    A character that no font holds stands as □: nothing is issued with one (`check`), but a draft
    must open so that it can be mended.
    """
    paper = fonts.marked(document.data.get(AS_ISSUED) or particulars(document))
    issued = document.issued_at
    return {
        **paper,
        "title": document.title,
        "number": document.number or _blank_number(document),
        "watermark": WATERMARKS.get(document.state, ""),
        "date": day_of(issued) or NO_DATE,
        "verify": _verification(document.issued_by) if document.issued_by else None,
    }


def _blank_number(document: Document) -> str:
    series = vocabulary.document(document.template).series
    if not series:
        return ""
    agency = issuer(document.matter)
    return f"{agency.short_name}{vocabulary.series_word(series)}〔　　　　〕　　号"


def verify_url(act: Act) -> str:
    """The public page on which anybody checks the papers that an act issued."""
    return f"{settings.BASE_URL}/verify/{act.matter.uid.hex[:SHORT]}/{act.seq}/"


def _verification(act: Act) -> dict[str, str]:
    url = verify_url(act)
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", border=0, nl=False)
    return {"url": url, "qr": picture.getvalue().decode()}


# --- characters that no font holds


def check(document: Document, spec: ActSpec) -> dict[str, Any]:
    """What the paper says, once every character of it can be printed.

    Raises FieldErrors where a field of the act is the cause, else Refused naming the part; and
    FontsMissing.
    """
    parts = about(document)
    paper = particulars(document, parts)
    whole = {**paper, "title": document.title, "number": _blank_number(document)}
    missing = dict(_unprintable(whole, parts))
    if missing:
        raise _cannot_print(document, spec, parts, missing)
    return paper


def _unprintable(
    paper: Mapping[str, Any], parts: Mapping[str, Said]
) -> Iterator[tuple[str, list[str]]]:
    """Part of the paper → characters without a glyph; fields of acts and parts by their names."""
    for part, value in paper.items():
        for name, inner in _entries(part, value, parts):
            characters = fonts.missing_glyphs("".join(_texts(inner)))
            if characters:
                yield name, characters


def _entries(part: str, value: Any, parts: Mapping[str, Said]) -> list[tuple[str, Any]]:
    if part == "facts":
        return list(value.items())
    if part == "about":
        return [(parts[name].field or ABOUT + name, inner) for name, inner in value.items()]
    return [(part, value)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)


def _cannot_print(
    document: Document, spec: ActSpec, parts: Mapping[str, Said], missing: Mapping[str, list[str]]
) -> FieldErrors | Refused:
    named = {name: _named(characters) for name, characters in missing.items()}
    if all(spec.field(name) is not None for name in missing):
        return FieldErrors({n: NO_GLYPH.format(characters=c) for n, c in named.items()})
    known = _known_parts(document, parts)
    return Refused(
        *(
            Reason(_at(document, known.get(name, Words(name, name)), characters), code="GLYPH")
            for name, characters in named.items()
        )
    )


def _at(document: Document, field: Words, characters: str) -> Words:
    title = vocabulary.document(document.template).words
    return NO_GLYPH_AT.format(title=title, field=field, characters=characters)


def _known_parts(document: Document, parts: Mapping[str, Said]) -> dict[str, Words]:
    """Every part of the paper in words: of every paper, of the acts, of the app's own rows."""
    rows = {ABOUT + name: part.words for name, part in parts.items()}
    return PARTS | {name: part.words for name, part in said(document).items()} | rows


def _named(characters: list[str]) -> str:
    return "、".join(f"“{c}”（U+{ord(c):04X}）" for c in characters)
