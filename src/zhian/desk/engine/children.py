"""Other matters that an act opens, and what a child tells its parent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from zhian.desk import kinds
from zhian.desk.actors import Actor
from zhian.desk.deed import Deed, facts_of
from zhian.desk.models import Act, Matter
from zhian.law.procedure import Opens

Values = Mapping[str, Any]


class Begin(Protocol):
    """How the one door begins a matter from within another act."""

    def __call__(
        self,
        kind: str,
        verb: str,
        opening: kinds.Opening,
        by: Actor,
        at: datetime,
        opened_by: Act | None,
        tells: tuple[Mapping[str, Any], ...],
    ) -> Matter: ...


def open_all(deed: Deed, act: Act, begin: Begin) -> None:
    """Open every matter that the act opens, one for each element where it says so."""
    holds = facts_of(deed.matter)
    for row in deed.spec.opens:
        if row.when is not None and not holds(row.when):
            continue
        for element in _elements(deed.matter, row, deed.values):
            _open_one(deed, row, act, element, begin)


def _elements(matter: Matter, row: Opens, values: Values) -> Sequence[Any]:
    if row.each is None:
        return [None]
    if row.each in values:
        found: Sequence[Any] = values[row.each] or []
        return found
    return kinds.get(matter.kind).lists[row.each](matter)


def _open_one(deed: Deed, row: Opens, act: Act, element: Any, begin: Begin) -> None:
    bound = kinds.get(row.kind)
    if bound.open_from is None:
        raise kinds.UnknownKind(f"不能由其他事项开启 / no other matter opens it: {row.kind}")
    values = {**deed.values, **_reported(deed, row)}
    given = {
        target: _mapped(source, deed.matter, values, element) for target, source in row.map.items()
    }
    opening = bound.open_from(deed.matter, {**given, "element": element, "act": act})
    begin(
        row.kind,
        row.verb,
        opening,
        deed.by,
        act.happened_at,
        act,
        _tells(row, act) if row.as_child else (),
    )


def _reported(deed: Deed, row: Opens) -> Values:
    """What the map takes from the facts that the procedure declares."""
    names = set(row.map.values()) & set(deed.procedure.facts)
    if not names:
        return {}
    facts = kinds.get(deed.matter.kind).facts(deed.matter)
    return {name: facts[name] for name in names}


def _tells(row: Opens, act: Act) -> tuple[dict[str, Any], ...]:
    told = [
        {"on": list(t.on), "do": t.do, "when": row.tells_when, "act": act.pk} for t in row.tells
    ]
    silent: dict[str, Any] = {"on": [], "do": "", "when": "each", "act": act.pk}
    return tuple(told or [silent])


def _mapped(source: str, matter: Matter, values: Values, element: Any) -> Any:
    """A field of the act, a fact, `@column` of the matter, a part of the element (`element.x`), or
    the words as they stand."""
    if source == "element":
        return element
    if source.startswith("@"):
        return getattr(matter, source.removeprefix("@"))
    if source.startswith("element.") and isinstance(element, Mapping):
        return element.get(source.removeprefix("element."))
    return values.get(source, source)


def tell_parent(
    deed: Deed, act: Act, tell: Callable[[int, str, Matter, datetime, Values], Act]
) -> None:
    """Let the parent hear, once or with the last of all its siblings."""
    matter = deed.matter
    if matter.parent_id is None:
        return
    for row in matter.tells:
        if act.verb not in row["on"]:
            continue
        if row["when"] == "all" and _somebody_is_missing(matter, row):
            continue
        tell(matter.parent_id, row["do"], matter, act.happened_at, _heard(act, deed.values))


def _heard(act: Act, values: Values) -> Values:
    """What the parent hears: the child's own fields and when it happened."""
    return {
        "served_at": act.happened_at,
        **{k: v for k, v in values.items() if v is not None},
    }


def _somebody_is_missing(matter: Matter, row: Mapping[str, Any]) -> bool:
    siblings = Matter.objects.filter(
        parent=matter.parent_id, kind=matter.kind, opened_by_act=matter.opened_by_act
    ).exclude(pk=matter.pk)
    return any(not set(row["on"]) & set(s.done) for s in siblings)
