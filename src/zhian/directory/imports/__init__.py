"""Rosters from a spreadsheet: previewed cell by cell, then taken over whole or not at all.

`import_file("staff", path, commit=False)` says what would happen; with `commit=True` it happens,
unless one cell is wrong. The same file a second time adds nothing.
"""

from __future__ import annotations

from zhian.directory.imports.run import (
    KINDS,
    Cell,
    Report,
    import_bytes,
    import_file,
)
from zhian.directory.imports.template import template
from zhian.web.sheets import Unreadable

__all__ = [
    "KINDS",
    "Cell",
    "Report",
    "Unreadable",
    "import_bytes",
    "import_file",
    "template",
]
