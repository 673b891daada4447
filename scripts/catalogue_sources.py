"""Which words of the house are marked for translation, and which Chinese is not.

Read from the text of templates and modules: nothing is imported, nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src/zhian"
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
SINGULAR = frozenset({"gettext", "gettext_lazy", "gettext_noop"})
PLURAL = frozenset({"ngettext", "ngettext_lazy"})
MARKERS = SINGULAR | PLURAL

_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
_PLURAL = re.compile(r"\{%\s*plural\s*%\}")
_INLINE = re.compile(r"""\{%\s*trans(?:late)?\s+("[^"]*"|'[^']*')[^%]*%\}""")
_CONSTANT = re.compile(r"""_\(\s*("[^"]*"|'[^']*')\s*\)""")
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_VALUE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.S)
_OWN_NAME = re.compile(r"""<(\w+)[^>]*\blang="zh[^>]*>[^<]*</\1>""")
_BOTH = re.compile(r" / .*[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Marked:
    """One text that is marked for translation; `plural` is empty where there is one form."""

    id: str
    plural: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and where it stands."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


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
        yield Marked(*forms)
    for match in _INLINE.finditer(text):
        yield Marked(match[1][1:-1].replace("%", "%%"))
    for tag in _TAG.finditer(text):
        for match in _CONSTANT.finditer(tag[0]):
            yield Marked(match[1][1:-1].replace("%", "%%"))


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
    tree = ast.parse(text)
    names = _markers(tree)
    for call in _calls(tree):
        function = names.get(_name(call.func), "")
        size = 2 if function in PLURAL else 1 if function else 0
        forms = [arg.value for arg in call.args[:size] if isinstance(arg, ast.Constant)]
        if size and len(forms) == size:
            yield Marked(*map(str, forms))


def _markers(tree: ast.Module) -> dict[str, str]:
    """What the functions of translation are called in this module."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in MARKERS
    }


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def chinese_in_module(text: str) -> Iterator[tuple[int, str]]:
    """Chinese that is neither marked, nor beside its English, nor a remark of the authors."""
    tree = ast.parse(text)
    said = set(_said(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in said:
            words = _text(node)
            if CHINESE.search(words) and not _BOTH.search(words):
                yield node.lineno, words


def _said(tree: ast.Module) -> Iterator[int]:
    """The nodes that need no further English."""
    names = _markers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and names.get(_name(node.func)):
            yield from _inside(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from (i for part in node.values for i in _inside(part))
        for first, second in _beside(node):
            if _is_english(second):
                yield from _inside(first)


def _inside(node: ast.AST) -> Iterable[int]:
    return (id(part) for part in ast.walk(node))


def _beside(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Expressions that stand beside each other, as Chinese and English do."""
    row: list[ast.expr] = []
    if isinstance(node, ast.Call):
        row = node.args
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if "zh" in named and "en" in named:
            yield named["zh"], named["en"]
    elif isinstance(node, ast.Tuple | ast.List):
        row = node.elts
    yield from zip(row, row[1:], strict=False)


def _is_english(node: ast.expr) -> bool:
    """Whether an expression is a text with Latin letters and little Chinese, as in an example."""
    if isinstance(node, ast.IfExp):
        return _is_english(node.body) and _is_english(node.orelse)
    words = _text(node)
    return len(re.findall(r"[A-Za-z]", words)) > 2 * len(CHINESE.findall(words))


def _text(node: ast.expr) -> str:
    """What an expression certainly says; the values of an f-string are left out."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "…".join(filter(None, (_text(part) for part in node.values)))
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    return ""
