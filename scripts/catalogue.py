"""Compile the English catalogue with Babel: no gettext is needed on the machine.

python scripts/catalogue.py
"""

from __future__ import annotations

import sys
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "src/zhian/locale"


class BadCatalogue(Exception):
    """The catalogue holds an entry that no page could show."""


def compile_one(source: Path) -> Path:
    """Write the .mo beside its .po, or say which entry is wrong."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    for message in catalogue:
        errors = [str(error) for error in message.check(catalogue)]
        if errors:
            raise BadCatalogue(f"{source}: {message.id!r}: {'; '.join(errors)}")
    target = source.with_suffix(".mo")
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return target


def compile_all() -> list[Path]:
    """Every catalogue of the house."""
    return [compile_one(source) for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))]


def main() -> int:
    """Compile, and name what was written."""
    try:
        for path in compile_all():
            print(path.relative_to(LOCALES.parent.parent.parent))
    except BadCatalogue as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
