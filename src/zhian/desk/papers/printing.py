"""Printing documents: a template, the data of the paper, and the fonts; out comes a PDF.

The data goes to the template as data: whatever a person wrote is text there, never markup.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils import timezone

from zhian.desk.errors import FieldErrors, Reason, Refused
from zhian.desk.models import Act, Document
from zhian.desk.papers import fonts
from zhian.desk.papers.particulars import FOLDER, Said, chinese_date, particulars, said
from zhian.law import vocabulary
from zhian.law.procedure import ActSpec
from zhian.law.words import Words

AS_ISSUED = "as_issued"
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
PARTS = {
    "agency": Words("部门的名称、电话、地址", "the agency's name, phone and address"),
    "party": Words("当事人的登记信息", "the operator's particulars"),
    "officers": Words("执法人员姓名、执法证号", "the officers' names and cards"),
    "remedies": Words("复议机关、人民法院", "the bodies of appeal"),
    "title": Words("标题", "the title"),
    "number": Words("文号", "the number"),
}


def template_path(name: str) -> Path:
    """The file of a template, whether or not it is there."""
    return FOLDER / f"{name}.typ"


def render(document: Document) -> bytes:
    """The paper as a PDF, with a watermark while it is a draft or when it is void.

    Raises FontsMissing. The same paper gives the same bytes.
    """
    moment = document.issued_at or document.drafted_by.recorded_at
    pdf: bytes = compiled(
        document, format="pdf", pdf_standards=ARCHIVAL, timestamp=int(moment.timestamp())
    )
    return pdf


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
    """Everything the template prints: what it said when issued, or what it would say now."""
    paper = document.data.get(AS_ISSUED) or particulars(document)
    issued = document.issued_at
    return {
        **paper,
        "title": document.title,
        "number": document.number or _blank_number(document),
        "watermark": WATERMARKS.get(document.state, ""),
        "date": chinese_date(timezone.localtime(issued).date()) if issued else NO_DATE,
        "verify": _verification(document.issued_by) if document.issued_by else None,
    }


def _blank_number(document: Document) -> str:
    series = vocabulary.document(document.template).series
    if not series:
        return ""
    agency = document.matter.agency
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
    paper = particulars(document)
    missing = dict(_unprintable({**paper, "title": document.title}))
    missing |= dict(_unprintable({"number": _blank_number(document)}))
    if missing:
        raise _cannot_print(document, spec, missing)
    return paper


def _unprintable(paper: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Part of the paper → characters without a glyph; the fields of acts by their own names."""
    for part, value in paper.items():
        entries = value.items() if part == "facts" else [(part, value)]
        for name, inner in entries:
            characters = fonts.missing_glyphs("".join(_texts(inner)))
            if characters:
                yield name, characters


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    else:
        yield str(value)


def _cannot_print(
    document: Document, spec: ActSpec, missing: Mapping[str, list[str]]
) -> FieldErrors | Refused:
    named = {name: _named(characters) for name, characters in missing.items()}
    if all(spec.field(name) is not None for name in missing):
        return FieldErrors({n: NO_GLYPH.format(characters=c) for n, c in named.items()})
    facts = said(document)
    return Refused(
        *(
            Reason(_at(document, _words_of(name, facts), characters), code="GLYPH")
            for name, characters in named.items()
        )
    )


def _at(document: Document, field: Words, characters: str) -> Words:
    title = vocabulary.document(document.template).words
    return NO_GLYPH_AT.format(title=title, field=field, characters=characters)


def _words_of(name: str, facts: Mapping[str, Said]) -> Words:
    return facts[name].words if name in facts else PARTS.get(name, Words(name, name))


def _named(characters: list[str]) -> str:
    return "、".join(f"“{c}”（U+{ord(c):04X}）" for c in characters)
