"""The English catalogue: compile it, or find what it lacks. Babel does it, without gettext.

python scripts/catalogue.py             compile *.po to *.mo
python scripts/catalogue.py --missing   list what stands in pages and code without its English
python scripts/catalogue.py --update    add that to the .po, empty, and drop what nobody says
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SOURCE = Path(__file__).resolve().parent.parent / "src/zhian"
LOCALES = SOURCE / "locale"
ENGLISH = LOCALES / "en/LC_MESSAGES/django.po"
NOT_OURS = {"vendor", "migrations"}
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
Message = str | tuple[str, str]


class BadCatalogue(Exception):
    """The catalogue holds an entry that no page could show."""


def read(path: Path) -> Catalog:
    """A catalogue as it stands; an empty one where there is no file yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale="en", project="zhian", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def compile_one(source: Path) -> Path:
    """Write the .mo beside its .po, or say which entry is wrong."""
    from babel.messages.mofile import write_mo

    catalogue = read(source)
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


def _as_python(path: Path) -> str:
    """A page as Django's own tools read it: its texts as calls of gettext."""
    from django.conf import settings
    from django.utils.translation import template

    if not settings.configured:
        settings.configure()
    text = path.read_text("utf-8")
    return text if path.suffix == ".py" else template.templatize(text, origin=str(path))


def said() -> Iterator[tuple[str, int, Message, str | None]]:
    """File, line, text (with its plural) and context of all that the house says in gettext."""
    from babel.messages.extract import extract

    for path in sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if NOT_OURS & set(path.parts) or (path.suffix == ".txt" and "templates" not in path.parts):
            continue
        name = str(path.relative_to(SOURCE.parent.parent))
        file = io.BytesIO(_as_python(path).encode())
        for line, text, _, context in extract("python", file, KEYWORDS):
            yield name, line, text, context


def fresh() -> Catalog:
    """What the catalogue should hold: every text that is said, with its English where known."""
    from babel.messages.catalog import Catalog

    known = read(ENGLISH)
    made = Catalog(locale="en", project="zhian", charset="utf-8", fuzzy=False)
    for name, line, text, context in said():
        old = known.get(text if isinstance(text, str) else text[0], context)
        made.add(
            text,
            string=old.string if old else "",
            locations=[(name, line)],
            context=context,
            flags=old.flags if old else (),
        )
    return made


def missing() -> list[str]:
    """Texts without their English, each with a place where it is said."""
    return [
        f"{message.locations[0][0]}:{message.locations[0][1]}: {message.id!r}"
        for message in fresh()
        if message.id and (not _complete(message.string) or message.fuzzy)
    ]


def _complete(string: Message) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string)


def update() -> Path:
    """Bring the .po to what is said now; translations that are there stay."""
    from babel.messages.pofile import write_po

    made = fresh()  # before the file is opened: it reads it
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        write_po(file, made, width=100, sort_by_file=True, omit_header=False, include_lineno=False)
    return ENGLISH


def main() -> int:
    """Compile, list or update."""
    os.environ.setdefault("PYTHONUTF8", "1")
    if "--missing" in sys.argv or "--update" in sys.argv:
        if "--update" in sys.argv:
            print(update())
        lacking = missing()
        print("\n".join([*lacking, f"{len(lacking)} texts without their English"]))
        return int(bool(lacking))
    try:
        for path in compile_all():
            print(path.relative_to(SOURCE.parent.parent))
    except BadCatalogue as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
