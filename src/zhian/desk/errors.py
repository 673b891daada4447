"""Why the desk refuses: named errors, each a sentence that a clerk can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zhian.law.words import Words
from zhian.web.words import say as speak

__all__ = ["speak"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against an act, with its article where there is one."""

    words: Words
    article: str = ""
    code: str = ""

    def __str__(self) -> str:
        text = speak(self.words)
        return f"{text} ({self.article})" if self.article else text


MOVED_ON = Words(
    "事项已有新进展，请查看后重办。", "The matter has moved on: look at it, then act again."
)


class DeskError(Exception):
    """The desk did not do it; nothing was changed."""


class Refused(DeskError):
    """The act is not possible now, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        self.reasons = reasons
        super().__init__("; ".join(r.words.zh for r in reasons))

    def __str__(self) -> str:
        return "; ".join(str(r) for r in self.reasons)


class NotAllowed(Refused):
    """This person, in this post, may not do it."""


class FieldErrors(DeskError):
    """What was entered cannot be taken; each error stands beside its field."""

    def __init__(self, errors: Mapping[str, Words]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {words.zh}" for name, words in errors.items()))


class MovedOn(DeskError):
    """The matter moved since the page was read; `acts` is what happened meanwhile."""

    def __init__(self, acts: list[object]) -> None:
        self.acts = acts
        super().__init__(MOVED_ON.zh)

    def __str__(self) -> str:
        return speak(MOVED_ON)


def refuse(zh: str, en: str, article: str = "", code: str = "") -> Refused:
    """A refusal with one reason."""
    return Refused(Reason(Words(zh, en), article, code))
