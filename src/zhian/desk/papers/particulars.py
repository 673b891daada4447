"""What a paper says: who, about whom, what was found and ordered, by whom, and where to appeal.

Read from the acts that count when the paper is drafted, and kept with it when it is issued: a paper
that was issued says for ever what it said then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from zhian.desk import labels
from zhian.desk.fields import PLURALS, REFERENCES
from zhian.desk.models import Act, Document, Erasable, Matter
from zhian.directory.models import Agency, Operator, Place, Setting, User
from zhian.law import vocabulary
from zhian.law.procedure import FieldSpec
from zhian.law.words import Words

FOLDER = Path(__file__).parents[1] / "documents"
OFFICERS = 2  # 行政处罚法 42: at least two officers enforce the law together
REVIEW, COURT = "paper.review", "paper.court"  # settings of an agency, above what is worked out
ANY_COURT = "有管辖权的人民法院"


def chinese_date(day: date) -> str:
    """A day as it stands in a text: 2026年11月24日 (GB/T 15835: figures, no leading zero)."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class Said:
    """One field that an act filled in, with its name in words."""

    words: Words
    text: str


def particulars(document: Document) -> dict[str, Any]:
    """Everything that a paper says beside its number, date and state: texts, ready to print."""
    matter = document.matter
    facts = said(document)
    return {
        "agency": _agency(matter.agency),
        "party": _party(matter.operator),
        "facts": {
            name: facts[name].text if name in facts else "" for name in fields_of(document.template)
        },
        "officers": [{"name": str(user), "card": user.card_number} for user in officers(document)],
        "remedies": _remedies(matter.agency),
    }


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


# --- what the acts said


def said(document: Document) -> dict[str, Said]:
    """The fields of the acts that count up to the paper's own, the latest of each name first in
    force; what was written into the draft itself stands above them."""
    found: dict[str, tuple[FieldSpec, Any]] = {}
    for act in _acts_that_count(document):
        spec = labels.procedure(document.matter.kind, document.matter.procedure_version)
        for row in spec.acts[act.verb].fields if spec and act.verb in spec.acts else ():
            if act.data.get(row.name) not in (None, "", []):
                found[row.name] = (row, act.data[row.name])
    for name, (row, _value) in found.items():
        if document.data.get(name) not in (None, "", []):
            found[name] = (row, document.data[name])
    return {name: Said(row.words, _text(row, value)) for name, (row, value) in found.items()}


def _acts_that_count(document: Document) -> list[Act]:
    own = document.drafted_by
    acts = list(Act.objects.filter(matter=document.matter_id, seq__lte=own.seq).order_by("seq"))
    by_seq = {act.seq: act for act in acts}
    undone = {act.data.get("act") for act in acts if act.stage == "annulled"}
    counted = [
        by_seq.get(act.data["proposal"], act) if act.stage == "signed" else act
        for act in acts
        if act.effective and act.stage != "annulled" and act.seq not in undone
    ]
    return [*counted, own]


def _text(row: FieldSpec, value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_text(row, item) for item in value)
    if isinstance(value, Mapping):
        return _personal(value)
    if row.choices:
        return vocabulary.choice(row.choices, str(value)).zh
    model = REFERENCES.get(PLURALS.get(row.type, row.type))
    if model is not None and isinstance(value, int):
        return str(model._default_manager.filter(pk=value).first() or "")
    return _TEXTS.get(row.type, str)(value)


def _personal(value: Mapping[str, Any]) -> str:
    """A personal text stands apart from the act; what was erased is not printed any more."""
    kept = Erasable.objects.filter(digest=value.get("personal", "")).first()
    return str(kept.content) if kept is not None and kept.content is not None else ""


def _day(value: Any) -> str:
    return chinese_date(date.fromisoformat(str(value)[:10]))


def _moment(value: Any) -> str:
    when = parse_datetime(str(value))
    if when is None:
        return str(value)
    local = timezone.localtime(when)
    return f"{chinese_date(local.date())}{local.hour}时{local.minute}分"


def _yes(value: Any) -> str:
    return "是" if value else "否"


_TEXTS = {"date": _day, "datetime": _moment, "bool": _yes}


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
