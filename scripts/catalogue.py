"""The English catalogue: compiled with Babel, held against the house; no gettext is needed.

python scripts/catalogue.py            compile it
python scripts/catalogue.py check      tell what is missing, stale, fuzzy or wrong, and what Chinese
                                       is not marked for translation
python scripts/catalogue.py missing    print what is missing as entries to translate
python scripts/catalogue.py tidy       write the file anew: by place, without what nobody uses
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

    from scripts.catalogue_sources import Marked

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "src/zhian/locale"
ENGLISH = LOCALES / "en/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]")
CHINESE = re.compile(r"[\u3001-\u303f\u3400-\u9fff\uff01-\uff5e]")
HEADER = "# English texts of zhian; the Chinese stands in its templates and modules."


class BadCatalogue(Exception):
    """The catalogue holds an entry that no page could show."""


def read(source: Path = ENGLISH) -> Catalog:
    """The catalogue of a file."""
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        return read_po(file, locale=source.parent.parent.name)


# --- compiling


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


# --- holding it against the house


def entries(catalogue: Catalog) -> dict[Marked, Message]:
    """The messages of a catalogue by what they translate; the header is none."""
    from scripts.catalogue_sources import Marked

    found = {}
    for message in catalogue:
        if message.id:
            one, *more = message.id if isinstance(message.id, tuple) else (str(message.id),)
            found[Marked(one, "".join(more), message.context or "")] = message
    return found


def forms(message: Message) -> tuple[str, ...]:
    """The translation, in the plural each form."""
    return message.string if isinstance(message.string, tuple) else (str(message.string or ""),)


def missing(used: Mapping[Marked, list[str]], catalogue: Catalog) -> dict[Marked, list[str]]:
    """What the house says and the catalogue does not, with the files that say it."""
    known = {one for one, message in entries(catalogue).items() if all(forms(message))}
    return {one: places for one, places in used.items() if one not in known}


def mistakes(used: Mapping[Marked, list[str]], catalogue: Catalog) -> Iterator[str]:
    """Everything about the catalogue that an English reader or a translator would stumble on."""
    for one, places in missing(used, catalogue).items():
        yield f"missing: {one} ({', '.join(places)})"
    for one, message in entries(catalogue).items():
        if one not in used:
            yield f"stale: {one}"
        if message.fuzzy:
            yield f"fuzzy: {one}"
        for text in forms(message):
            yield from _wrong(one, text)


def _wrong(one: Marked, text: str) -> Iterator[str]:
    wanted = sorted(PLACEHOLDER.findall(one.id))
    if text and sorted(PLACEHOLDER.findall(text)) != wanted:
        yield f"placeholders: {one.id!r} has {wanted}, {text!r} has not"
    if CHINESE.search(text):
        yield f"Chinese in English: {one.id!r}: {text!r}"


def unmarked() -> Iterator[str]:
    """Chinese that is not marked and stands in no row of the table; rows nobody needs."""
    from scripts import catalogue_allowed, catalogue_sources

    found = list(catalogue_sources.unmarked())
    for one in catalogue_allowed.not_allowed(found):
        yield f"not marked for translation: {one}"
    for row in catalogue_allowed.needless(found):
        yield f"allowed, and not there: {row.path}: {row.texts}"


# --- writing it


def tidied(used: Mapping[Marked, list[str]], old: Catalog) -> bytes:
    """The catalogue anew: what the house says, in the order of its files, texts as they were."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    new = Catalog(
        locale="en",
        domain="django",
        project="zhian",
        version="English",
        msgid_bugs_address="the maintainers",
        last_translator="the maintainers",
        language_team="the maintainers",
        header_comment=HEADER,
        fuzzy=False,
        creation_date=old.creation_date,
        revision_date=old.revision_date,
    )
    known = entries(old)
    for one, places in sorted(used.items(), key=lambda row: (row[1][0], row[0].id)):
        before = known.get(one)
        _add(new, one, places, before.string if before else None)
    out = BytesIO()
    write_po(out, new, width=98, include_lineno=False)
    return out.getvalue()


def _add(catalogue: Catalog, one: Marked, places: list[str], text: object) -> None:
    identity = (one.id, one.plural) if one.plural else one.id
    nothing = ("", "") if one.plural else ""
    catalogue.add(
        identity,
        text or nothing,  # type: ignore[arg-type]
        locations=[(place, 0) for place in places[:3]],
        context=one.context or None,
    )


def as_entries(lacking: Mapping[Marked, list[str]]) -> str:
    """Texts that are missing, as a translator fills them in."""
    from babel.messages.catalog import Catalog

    text = tidied(lacking, Catalog(locale="en")).decode()
    return text.partition("\n\n")[2]


# --- the command


def _compile() -> int:
    try:
        for path in compile_all():
            print(path.relative_to(ROOT))
    except BadCatalogue as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _check() -> int:
    from scripts.catalogue_sources import marked

    used = marked()
    found = [*mistakes(used, read()), *unmarked()]
    print("\n".join(found), end="\n" if found else "")
    print(f"catalogue: {len(used)} texts, {len(found)} to mend")
    return 1 if found else 0


def _missing() -> int:
    from scripts.catalogue_sources import marked

    lacking = missing(marked(), read())
    print(as_entries(lacking), end="")
    return 1 if lacking else 0


def _tidy() -> int:
    from scripts.catalogue_sources import marked

    ENGLISH.write_bytes(tidied(marked(), read()))
    return _check()


COMMANDS = {"compile": _compile, "check": _check, "missing": _missing, "tidy": _tidy}


def main() -> int:
    """Compile, or do what the word says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", nargs="?", default="compile", choices=COMMANDS)
    sys.path.insert(0, str(ROOT))
    return COMMANDS[parser.parse_args().what]()


if __name__ == "__main__":
    sys.exit(main())
