"""The limits of size: a file has at most 500 lines, a function at most 60.

python scripts/sizes.py
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "scripts", "benchmarks", "tests")
FILE_LIMIT, FUNCTION_LIMIT = 500, 60
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> Iterator[Path]:
    """Every module that a person wrote; migrations are written by Django."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def functions(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, first line and length of each function, decorators left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def too_large(path: Path) -> Iterator[str]:
    """What in one module is over a limit, by line."""
    source = path.read_text("utf-8")
    name, lines = path.relative_to(ROOT), source.count("\n")
    if lines > FILE_LIMIT:
        yield f"{name}: {lines} lines, at most {FILE_LIMIT}"
    for function, line, length in functions(source):
        if length > FUNCTION_LIMIT:
            yield f"{name}:{line}: {function} has {length} lines, at most {FUNCTION_LIMIT}"


def main() -> int:
    """List what is too large; tell the medians."""
    found = [line for path in modules() for line in too_large(path)]
    print("\n".join(found), end="\n" if found else "")
    lengths = [n for p in modules() for _, _, n in functions(p.read_text("utf-8"))]
    files = [p.read_text("utf-8").count("\n") for p in modules()]
    print(
        f"sizes: {len(files)} files, median {statistics.median(files):.0f} lines; "
        f"{len(lengths)} functions, median {statistics.median(lengths):.0f} lines; "
        f"{len(found)} over a limit"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
