"""Which words of the house are marked for translation, and which Chinese is not.

Read from the text of templates and modules: nothing is imported, nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src/zhian"
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e]")
IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# How many of the first arguments are texts, and whether a context stands before them.
MARKERS = {
    "gettext": (1, False),
    "gettext_lazy": (1, False),
    "gettext_noop": (1, False),
    "ngettext": (2, False),
    "ngettext_lazy": (2, False),
    "pgettext": (1, True),
    "pgettext_lazy": (1, True),
}

_QUOTED = r"""("[^"]*"|'[^']*')"""
_BLOCK = re.compile(
    r"\{%\s*blocktrans(?:late)?\b(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S
)
_PLURAL = re.compile(r"\{%\s*plural\s*%\}")
_INLINE = re.compile(rf"\{{%\s*trans(?:late)?\s+{_QUOTED}(.*?)%\}}")
_CONTEXT = re.compile(rf"\bcontext\s+{_QUOTED}")
_CONSTANT = re.compile(rf"_\(\s*{_QUOTED}\s*\)")
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_VALUE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.S)
_OWN_NAME = re.compile(r"""<(\w+)[^>]*\blang="zh[^>]*>[^<]*</\1>""")
_BOTH = re.compile(r" / .*[A-Za-z]{2}", re.S)


@dataclass(frozen=True, slots=True)
class Marked:
    """One text that is marked for translation; `plural` is empty where there is one form."""

    id: str
    plural: str = ""
    context: str = ""

    def __str__(self) -> str:
        return f"{self.id!r} [{self.context}]" if self.context else repr(self.id)


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and where it stands."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text[:200]}"


def files(package: Path = PACKAGE) -> Iterator[Path]:
    """Every template and module that can speak to people; migrations only repeat the models."""
    for path in sorted(package.rglob("*")):
        if path.suffix in {".html", ".txt", ".py"} and "migrations" not in path.parts:
            yield path


def marked(package: Path = PACKAGE) -> dict[Marked, list[str]]:
    """Every marked text of the house with the files that use it."""
    found: dict[Marked, list[str]] = {}
    for path in files(package):
        text = path.read_text("utf-8")
        here = path.relative_to(package).as_posix()
        for one in in_module(text) if path.suffix == ".py" else in_template(text):
            places = found.setdefault(one, [])
            if here not in places:
                places.append(here)
    return found


def unmarked(package: Path = PACKAGE) -> Iterator[Found]:
    """Chinese that an English reader would meet untranslated."""
    for path in files(package):
        text = path.read_text("utf-8")
        here = path.relative_to(package).as_posix()
        lines = chinese_in_module(text) if path.suffix == ".py" else chinese_in_template(text)
        for line, words in lines:
            yield Found(here, line, words)


# --- templates


def in_template(text: str) -> Iterator[Marked]:
    """The marked texts of a template, as Django asks the catalogue for them."""
    text = _COMMENT.sub("", text)
    for match in _BLOCK.finditer(text):
        forms = [_asked(form, match[1]) for form in _PLURAL.split(match[2])]
        yield Marked(forms[0], "".join(forms[1:]), _context(match[1]))
    for match in _INLINE.finditer(text):
        yield Marked(_plain(match[1]), "", _context(match[2]))
    for tag in _TAG.finditer(text):
        for match in _CONSTANT.finditer(tag[0]):
            yield Marked(_plain(match[1]))


def _plain(quoted: str) -> str:
    return quoted[1:-1].replace("%", "%%")


def _context(options: str) -> str:
    found = _CONTEXT.search(options)
    return found[1][1:-1] if found else ""


def _asked(form: str, options: str) -> str:
    """A form of a block with its values as `%(name)s`; `trimmed` joins its lines."""
    if "trimmed" in options.split():
        form = " ".join(line.strip() for line in form.strip().splitlines() if line.strip())
    return _VALUE.sub(r"%(\1)s", form.replace("%", "%%"))


def chinese_in_template(text: str) -> Iterator[tuple[int, str]]:
    """Chinese outside of marked texts; a language may call itself by its own name."""
    for pattern in (_COMMENT, _BLOCK, _INLINE, _OWN_NAME):
        text = pattern.sub(_only_lines, text)
    text = _CONSTANT.sub("", text)
    for number, line in enumerate(text.splitlines(), 1):
        if CHINESE.search(line):
            yield number, line.strip()


def _only_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


# --- modules


def in_module(text: str) -> Iterator[Marked]:
    """The marked texts of a module; a text that is worked out cannot be marked."""
    if "django.utils.translation" not in text:
        return
    tree = ast.parse(text)
    names = _markers(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        size, in_context = MARKERS.get(names.get(_name(call.func), ""), (0, False))
        texts = [text for text in map(_literal, call.args[: size + in_context]) if text]
        if size and len(texts) == size + in_context:
            context = texts.pop(0) if in_context else ""
            yield Marked(texts[0], "".join(texts[1:]), context)


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _markers(tree: ast.Module) -> dict[str, str]:
    """What the functions of translation are called in this module."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in MARKERS
    }


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_field(function: ast.expr) -> bool:
    """Whether a call makes a column of a table: `models.CharField(…)`."""
    return isinstance(function, ast.Attribute) and _name(function.value) == "models"


def chinese_in_module(text: str) -> Iterator[tuple[int, str]]:
    """Chinese that is neither marked, nor beside its English, nor a remark of the authors."""
    if not CHINESE.search(text):
        return
    tree = ast.parse(text)
    settled = set(_settled(tree, _markers(tree)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in settled:
            words = said(node)
            if CHINESE.search(words) and not _BOTH.search(words):
                yield node.lineno, words


def _settled(tree: ast.Module, markers: Iterable[str]) -> Iterator[int]:
    """The nodes that need no further English."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in markers:
            yield from _inside(node)
        elif isinstance(node, ast.Call) and _is_field(node.func):
            yield from (id(arg) for arg in node.args[:1])  # a column's name, shown nowhere
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (i for part in node.values for i in _inside(part) if _is_piece(part))
        for first, second in _beside(node):
            if _is_english(second):
                yield from _inside(first)


def _is_piece(part: ast.expr) -> bool:
    """The pieces of an f-string are judged as one text; what it works out, by itself."""
    return isinstance(part, ast.Constant)


def _inside(node: ast.AST) -> Iterator[int]:
    return (id(part) for part in ast.walk(node))


def _beside(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Expressions that stand beside each other, as Chinese and English do."""
    if isinstance(node, ast.Call):
        yield from pairwise(node.args)
        yield from _named({k.arg: k.value for k in node.keywords})
    elif isinstance(node, ast.Tuple | ast.List):
        yield from pairwise(node.elts)
    elif isinstance(node, ast.Dict):
        yield from _named({said(k): v for k, v in zip(node.keys, node.values, strict=True) if k})
    elif isinstance(node, ast.IfExp):
        yield from ((node.body, node.orelse), (node.orelse, node.body))
    for block in ("body", "orelse"):
        rows = getattr(node, block, None)
        if isinstance(rows, list):
            yield from _assigned(rows)


def _named(values: dict[str | None, ast.expr]) -> Iterator[tuple[ast.expr, ast.expr]]:
    if "zh" in values and "en" in values:
        yield values["zh"], values["en"]


def _assigned(rows: list[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    """`zh = …` and, in the next line, `en = …`."""
    for first, second in pairwise(rows):
        if isinstance(first, ast.Assign) and isinstance(second, ast.Assign):
            names = _name(first.targets[0]), _name(second.targets[0])
            if names == ("zh", "en"):
                yield first.value, second.value


def _is_english(node: ast.expr) -> bool:
    """Whether an expression is a text in Latin letters, a Chinese example in it at most."""
    if isinstance(node, ast.IfExp):
        return _is_english(node.body) and _is_english(node.orelse)
    words = said(node)
    return len(re.findall(r"[A-Za-z]", words)) > 2 * len(IDEOGRAPH.findall(words))


def said(node: ast.expr) -> str:
    """What an expression certainly says; the values of an f-string are left out."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "…".join(filter(None, (said(part) for part in node.values)))
    if isinstance(node, ast.BinOp):
        return said(node.left) + said(node.right)
    if isinstance(node, ast.Tuple):
        return " ".join(said(part) for part in node.elts)
    return ""
