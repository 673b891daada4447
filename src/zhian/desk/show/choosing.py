"""Who and what can be chosen in a form: people, offices, agencies, operators, matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from zhian.desk import labels, visibility
from zhian.desk.errors import speak
from zhian.desk.models import Document, Matter
from zhian.desk.show import queries
from zhian.desk.timing import today
from zhian.directory.models import Agency, Appointment, Office, Operator, Premises
from zhian.web.forms import Option

MOST_FOUND = 10
SHORTEST = 1


def people(appointment: Appointment, chosen: Iterable[str] = ()) -> list[Option]:
    """Everybody of the person's agency today."""
    wanted = set(chosen)
    return [
        Option(str(a.pk), person_text(a), str(a.pk) in wanted)
        for a in queries.colleagues(appointment)
    ]


def person_text(appointment: Appointment) -> str:
    """A person with post and office, as a list of names shows it."""
    post = appointment.post
    title = post.title or speak(labels.post_words(post.kind))
    where = f" · {post.office.name}" if post.office else ""
    return f"{appointment.user} ({title}{where})"


def officers(appointment: Appointment, chosen: Iterable[str] = ()) -> list[Option]:
    """Colleagues with a valid enforcement card who may stand beside (行政处罚法 42)."""
    wanted, day = set(chosen), today()
    found = []
    for colleague in queries.colleagues(appointment):
        own = colleague.user_id == appointment.user_id
        if not own and colleague.user.has_card(day):
            key = str(colleague.pk)
            note = colleague.user.card_number
            near = colleague.post.office_id == appointment.post.office_id or key in wanted
            found.append(Option(key, person_text(colleague), key in wanted, note, not near))
    return found


def offices(appointment: Appointment, chosen: Iterable[str] = ()) -> list[Option]:
    """The offices of the person's agency."""
    rows = Office.objects.filter(agency=appointment.post.agency_id, closed_on__isnull=True)
    return _options(rows, chosen)


def agencies(appointment: Appointment, chosen: Iterable[str] = ()) -> list[Option]:
    """The agencies of the person's territory, and those under his own."""
    first, after = appointment.post.territory.code_range
    rows = Agency.objects.filter(
        Q(place__code__gte=first, place__code__lt=after) | Q(superior=appointment.post.agency_id),
        closed_on__isnull=True,
    )
    return _options(rows.distinct().order_by("place__code", "code"), chosen)


def posts(appointment: Appointment, chosen: Iterable[str] = ()) -> list[Option]:
    """People and agencies together, for a field that takes either."""
    found = [Option(f"agency:{o.value}", o.label) for o in agencies(appointment)]
    found += [Option(f"post:{o.value}", o.label) for o in people(appointment)]
    wanted = set(chosen)
    return [Option(o.value, o.label, o.value in wanted, o.note) for o in found]


def documents(matter: Matter | None, chosen: Iterable[str] = ()) -> list[Option]:
    """The papers of a matter that are in force."""
    if matter is None:
        return []
    return _options(Document.objects.filter(matter=matter).exclude(state="void"), chosen)


def _options(rows: Iterable[Any], chosen: Iterable[str]) -> list[Option]:
    wanted = set(chosen)
    return [Option(str(r.pk), str(r), str(r.pk) in wanted) for r in rows]


# ---- what is searched for ---------------------------------------------------------------------


def find_operators(appointment: Appointment, text: str) -> list[Option]:
    """Operators by name, code or head."""
    rows = queries.search_operators(text)[:MOST_FOUND]
    return [Option(str(o.pk), o.name, note=_where(o)) for o in rows]


def _where(operator: Operator) -> str:
    return " · ".join(filter(None, [operator.uscc, operator.place.name, operator.address]))


def find_premises(appointment: Appointment, text: str) -> list[Option]:
    """Premises by name, address or operator."""
    rows = Premises.objects.filter(
        Q(name__icontains=text) | Q(address__icontains=text) | Q(operator__name__icontains=text)
    ).select_related("place")[:MOST_FOUND]
    return [Option(str(p.pk), p.name, note=f"{p.place.name} · {p.address}") for p in rows]


def find_matters(appointment: Appointment, text: str) -> list[Option]:
    """Matters within reach by number, title or operator."""
    rows = queries.search_matters(appointment, text)[:MOST_FOUND]
    return [Option(str(m.pk), m.title, note=m.number) for m in rows]


FINDERS: dict[str, Callable[[Appointment, str], list[Option]]] = {
    "operator": find_operators,
    "premises": find_premises,
    "matter": find_matters,
}


def found(kind: str, appointment: Appointment, text: str) -> list[Option]:
    """What a search in a form finds; nothing for an empty text."""
    text = text.strip()
    return FINDERS[kind](appointment, text) if len(text) >= SHORTEST else []


def named(kind: str, appointment: Appointment, key: str) -> list[Option]:
    """The one that is chosen already, by its number."""
    if not key.isdigit():
        return []
    if kind == "operator":
        rows = Operator.objects.filter(pk=int(key)).select_related("place")
        return [Option(key, o.name, True, _where(o)) for o in rows]
    if kind == "premises":
        premises = Premises.objects.filter(pk=int(key)).select_related("place")
        return [Option(key, p.name, True, f"{p.place.name} · {p.address}") for p in premises]
    matters = visibility.visible_to(appointment).filter(pk=int(key))
    return [Option(key, m.title, True, m.number) for m in matters]


def premises_of(operator_id: int) -> list[Option]:
    """The premises of one operator."""
    rows = Premises.objects.filter(operator=operator_id).select_related("place")
    return [Option(str(p.pk), p.name, note=f"{p.place.name} · {p.address}") for p in rows]
