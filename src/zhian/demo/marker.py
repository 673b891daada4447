"""A note in the data folder that the county is whole: a build that broke off is not served."""

from __future__ import annotations

from pathlib import Path


class Marker:
    """The file `demo` in the data folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "demo"

    def finished(self) -> bool:
        """Whether a county was built here to the end."""
        return self.path.exists()

    def write(self, size: str) -> None:
        """Note that it was."""
        self.path.write_text(size, encoding="utf-8")
