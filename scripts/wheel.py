"""Whether the built wheel carries what an office needs besides the code.

python scripts/wheel.py FOLDER
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

MUST_HOLD = {
    "the front-end files": "zhian/web/static/vendor/tabler/tabler.min.css",
    "the fonts of documents": "zhian/desk/fonts/NotoSerifSC-Regular.ttf",
    "the English catalogue": "zhian/locale/en/LC_MESSAGES/django.mo",
    "the law": "zhian/law/data/duties.toml",
    "the procedures": "zhian/law/data/procedures/disposal.toml",
}


def lacking(names: Iterable[str]) -> list[str]:
    """What the wheel should hold and does not."""
    held = set(names)
    wanted = dict(MUST_HOLD)
    if not any(name.startswith("zhian/") and name.endswith(".html") for name in held):
        wanted["the pages"] = "zhian/**/*.html"
    return [f"{what} ({name})" for what, name in wanted.items() if name not in held]


def main() -> int:
    """Look into the one wheel of the folder."""
    wheels = sorted(Path(sys.argv[1]).glob("*.whl"))
    if len(wheels) != 1:
        print(f"{len(wheels)} wheels in {sys.argv[1]}, not one")
        return 1
    with zipfile.ZipFile(wheels[0]) as archive:
        missing = lacking(archive.namelist())
    for what in missing:
        print(f"{wheels[0].name} lacks {what}")
    if not missing:
        print(f"wheel: {wheels[0].name}, {wheels[0].stat().st_size / 1e6:.0f} MB, complete")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
