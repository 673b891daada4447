"""Draws a procedure as Mermaid text for the docs: the main line, and the strands in each phase."""

from __future__ import annotations

from collections.abc import Iterator

from zhian.law.procedure import ActSpec, Phase, Procedure

SIGNED = {"zh": "批", "en": "signed"}
BY = {
    "system": {"zh": "系统", "en": "system"},
    "child": {"zh": "子事项", "en": "child"},
    "operator": {"zh": "经营者", "en": "operator"},
}
OWN_SIGNS = str.maketrans(':;#"', "   '")


def mermaid(procedure: Procedure, language: str = "zh") -> str:
    """A state diagram: phases in their order, moving acts as arrows, the others as notes.

    `language` is `zh` or `en`. Arrows between the same two phases are one arrow with all labels.
    """
    lines = ["stateDiagram-v2", *_states(procedure, language)]
    lines += [f"    [*] --> {a.to} : {_label(a, language)}" for a in procedure.openings()]
    lines += _arrows(procedure, language)
    lines += [f"    {p.key} --> [*]" for p in procedure.phases if p.closed]
    for phase in procedure.phases:
        lines += _note(procedure, phase, language)
    return "\n".join(lines) + "\n"


def _states(procedure: Procedure, language: str) -> Iterator[str]:
    for phase in procedure.phases:
        yield f'    state "{_plain(phase.words.text(language))}" as {phase.key}'


def _arrows(procedure: Procedure, language: str) -> Iterator[str]:
    labels: dict[tuple[str, str], list[str]] = {}
    for act in procedure.acts.values():
        if act.to is None or act.opening:
            continue
        for phase in procedure.phases:
            if phase.key in act.sources:
                labels.setdefault((phase.key, act.to), []).append(_label(act, language))
    for (source, target), names in labels.items():
        yield f"    {source} --> {target} : {'<br/>'.join(names)}"


def _note(procedure: Procedure, phase: Phase, language: str) -> Iterator[str]:
    staying = [
        act
        for act in procedure.acts.values()
        if act.to is None and phase.key in act.sources and not _everywhere(procedure, act)
    ]
    if staying:
        yield f"    note right of {phase.key}"
        yield from (f"        {_label(act, language)}" for act in staying)
        yield "    end note"


def _everywhere(procedure: Procedure, act: ActSpec) -> bool:
    return act.sources >= {p.key for p in procedure.phases if not p.closed}


def _label(act: ActSpec, language: str) -> str:
    """The act's words, who does it if not an official, and whether it is signed."""
    marks = [BY[by][language] for by in act.by if by in BY and "official" not in act.by]
    if act.approve is not None:
        marks.append(SIGNED[language])
    words = _plain(act.words.text(language))
    return f"{words} [{', '.join(marks)}]" if marks else words


def _plain(text: str) -> str:
    """Characters that Mermaid reads as its own are left out of labels."""
    return text.translate(OWN_SIGNS).strip()
