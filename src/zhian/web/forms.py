"""The widgets of a form, as values: what a template needs to draw one field and its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen; `note` stands small beside it, `far` folds it away."""

    value: str
    label: str
    chosen: bool = False
    note: str = ""
    far: bool = False


@dataclass(slots=True)
class Widget:
    """One field of a form: `kind` names the template web/widgets/<kind>.html."""

    name: str
    kind: str
    label: str
    required: bool = False
    value: Any = ""
    hint: str = ""
    error: str = ""
    options: Sequence[Option] = ()
    many: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Where this kind of widget is drawn."""
        return f"web/widgets/{self.kind}.html"

    @property
    def near(self) -> list[Option]:
        """The answers that are shown at once."""
        return [o for o in self.options if not o.far]

    @property
    def folded(self) -> list[Option]:
        """The answers that are folded away."""
        return [o for o in self.options if o.far]

    @property
    def id(self) -> str:
        """The id of the input, for its label and its error."""
        return f"f-{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for a screen reader."""
        parts = [f"{self.id}-hint"] if self.hint else []
        return " ".join([*parts, f"{self.id}-error"] if self.error else parts)
