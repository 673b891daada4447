"""Why an answer is not taken: sentences for whoever gave it."""

from __future__ import annotations

from zhian.desk.errors import DeskError, speak
from zhian.law.words import Words


class NotTaken(DeskError):
    """Nothing was changed; `words` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.words = Words(zh, en)

    def __str__(self) -> str:
        return speak(self.words)


class Contradiction(NotTaken):
    """The answer says the opposite of what somebody decided before."""

    def __init__(self, one: str, two: str) -> None:
        self.pair = (one, two)
        super().__init__(
            f"与此前的判定矛盾：{one} 与 {two}。请先在“判定记录”中撤销那一条，或者选别的答复。",
            f"This contradicts an earlier decision about {one} and {two}: take that one back in "
            "“Decisions” first, or answer otherwise.",
        )


class Changed(NotTaken):
    """The establishments are no longer those that stood on the page."""

    def __init__(self) -> None:
        super().__init__(
            "您看这一题时，有人的判定改变了其中的主体。请看过现在的情况再答。",
            "While you were looking, somebody's decision changed these establishments. Look at "
            "them as they are now, then answer.",
        )


class Lapsed(NotTaken):
    """The question belongs to a run that has been replaced, or was settled by another answer."""

    def __init__(self) -> None:
        super().__init__(
            "这一题已经过时：名册已重新关联，或者别的答复已经解决了它。",
            "This question has lapsed: the rosters were linked anew, or another answer settled it.",
        )


class Rests(NotTaken):
    """Something later rests on the decision that was to be undone."""


class NotThisPerson(NotTaken):
    """A second person is needed, and this one is the first."""

    def __init__(self) -> None:
        super().__init__(
            "这条判定须由另一人同意，不能由作出判定的人自己同意。",
            "Another person must agree to this decision, not the one who made it.",
        )
