"""What people read: a text of the law's data, or a row's name, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from zhian.law.words import Words


def language() -> str:
    """The reader's language, Chinese where none was chosen."""
    return get_language() or "zh"


def say(words: Words) -> str:
    """A text in the reader's language."""
    return words.text(language())


def named(thing: Any) -> str:
    """A person, office, agency or place by the name it has in the reader's language."""
    if thing is None:
        return ""
    own = getattr(thing, "name_en", "")
    return str(own) if own and language().startswith("en") else str(thing)
