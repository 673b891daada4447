"""The house's own sheets in a file of papers: cover, chapters, pictures, page numbers.

Unlike an official paper they carry no number and no seal: they say what the file holds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from zhian.desk.papers import fonts

LAYOUTS = Path(__file__).parent / "layouts"


class Bench:
    """A folder in which sheets are set: the layouts and whatever pictures they show."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(LAYOUTS, folder / "layouts")
        known = fonts.book()
        self._fonts = known.fonts
        self._chains = {role: known.chain(role) for role in fonts.ROLES}
        self._made = 0

    def path(self, ending: str = ".pdf") -> Path:
        """A new file in the folder."""
        self._made += 1
        return self.folder / f"{self._made:06d}{ending}"

    def set(self, layout: str, data: Mapping[str, Any]) -> Path:
        """Set one layout with its data; the PDF's path. Raises FontsMissing when it was made."""
        target = self.path()
        typst.compile(
            str(self.folder / "layouts" / f"{layout}.typ"),
            output=str(target),
            root=str(self.folder),
            font_paths=self._fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps({**data, "fonts": self._chains})},
            format="pdf",
        )
        return target
