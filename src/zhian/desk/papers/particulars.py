"""What a paper says: who, about whom, what was found and ordered, by whom, and where to appeal.

Read from the acts that count when the paper is drafted, and kept with it when it is issued: a paper
that was issued says for ever what it said then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhian.desk import kinds
from zhian.desk.models import Act, Document, Matter
from zhian.desk.papers.saying import Said, said
from zhian.directory.models import Agency, Operator, Place, Setting, User
from zhian.directory.remedies import COURT, REVIEW

FOLDER = Path(__file__).parents[1] / "documents"
OFFICERS = 2  # 行政处罚法 42: at least two officers enforce the law together
ANY_COURT = "有管辖权的人民法院"


def particulars(document: Document, parts: Mapping[str, Said] | None = None) -> dict[str, Any]:
    """Everything that a paper says beside its number, date and state: texts, ready to print.

    `parts`: what `about` says, where the caller has asked already.
    """
    parts = about(document) if parts is None else parts
    matter = document.matter
    facts = said(document)
    return {
        "agency": _agency(issuer(matter)),
        "matter": matter.number,
        "party": _party(matter.operator),
        "facts": {
            name: facts[name].text if name in facts else "" for name in fields_of(document.template)
        },
        "about": {name: part.text for name, part in parts.items()},
        "officers": [{"name": str(user), "card": user.card_number} for user in officers(document)],
        "remedies": _remedies(issuer(matter)),
    }


def issuer(matter: Matter) -> Agency:
    """Whose paper it is, and whose number it takes: a directive is the giver's, wherever it goes;
    everything else is the agency's that has the matter."""
    return matter.giver.post.agency if matter.giver else matter.agency


def about(document: Document) -> dict[str, Said]:
    """What the rows of the matter's own app say on this paper, part by part."""
    tell = kinds.get(document.matter.kind).papers.get(document.template)
    return dict(tell(document.matter)) if tell else {}


@cache
def fields_of(template: str) -> tuple[str, ...]:
    """The fields of acts that a template prints, read from the template itself."""
    text = (FOLDER / f"{template}.typ").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(re.findall(r"\bfacts\.([a-z]\w*)", text)))


def _agency(agency: Agency) -> dict[str, str]:
    return {
        "name": agency.name,
        "phone": agency.phone,
        "address": agency.address,
        "self": "本局" if agency.name.endswith("局") else "本机关",
    }


def _party(operator: Operator | None) -> dict[str, str]:
    if operator is None:
        return dict.fromkeys(("name", "uscc", "head", "head_label", "address"), "")
    label = "经营者" if operator.kind == "individual" else "法定代表人（负责人）"
    return {
        "name": operator.name,
        "uscc": operator.uscc or "",
        "head": operator.head,
        "head_label": label,
        "address": operator.address,
    }


def _remedies(agency: Agency) -> dict[str, str]:
    """Where to appeal: the government of the same level, or the one above where a government acts
    itself (行政复议法 24); the court at the agency's seat (行政诉讼法 14, 18).

    An agency with another court or body says so in its settings.
    """
    place = agency.place
    seat = _up_to(place, "county")
    government = place.parent if agency.name.endswith("政府") and place.parent else place
    found = {
        REVIEW: f"{(_up_to(government, 'county') or government).name}人民政府",
        COURT: f"{seat.name}人民法院" if seat else ANY_COURT,
    }
    chosen = Setting.objects.filter(agency=agency, key__in=found).values_list("key", "value")
    found.update({key: str(value) for key, value in chosen if value})
    return {"review": found[REVIEW], "court": found[COURT]}


def _up_to(place: Place, level: str) -> Place | None:
    """The division of a level in which a place lies; None where the place lies above it."""
    here: Place | None = place
    while here is not None and here.level != level:
        here = here.parent
    return here


# --- who did it


def officers(document: Document) -> list[User]:
    """The two officers of the paper: the handler first, then those named in its act and before.

    Only who holds a card on the day enforces (行政处罚法 42); without any the handler alone.
    """
    day = timezone.localtime(document.drafted_by.happened_at).date()
    people = list(dict.fromkeys(_people(document)))
    holders = [user for user in people if user.has_card(day)]
    return (holders or people[:1])[:OFFICERS]


def _people(document: Document) -> Iterator[User]:
    matter, own = document.matter, document.drafted_by
    if matter.handler is not None:
        yield matter.handler.user
    if own.actor_kind == "official" and own.user is not None:
        yield own.user
    names = list(dict.fromkeys(_named(_acts_before(matter, own))))
    known = {user.username: user for user in User.objects.filter(username__in=names)}
    yield from (known[name] for name in names if name in known)


def _acts_before(matter: Matter, own: Act) -> Iterator[Act]:
    """The paper's own act, those before it, and the act that opened the matter."""
    yield from Act.objects.filter(matter=matter, seq__lte=own.seq).order_by("-seq")
    if matter.opened_by_act:
        yield from Act.objects.filter(pk=matter.opened_by_act)


def _named(acts: Iterable[Act]) -> Iterator[str]:
    for act in acts:
        yield from json.loads(act.text)["actor"].get("officers", ())
