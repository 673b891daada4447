"""What a ground check found, written down: who was there, what he says, and what follows from it.

An answer that says who it is becomes a decision of the census and changes the register at once.
One that says that nothing is left to be found ends the blind spot; the rosters, which still say
otherwise, do not bring it back. Everything is taken back exactly when the act is annulled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from zhian.apps.registry.census import queries, rights
from zhian.apps.registry.census.blind.answers import BY_FLAG, GONE, TRADING, flag_words
from zhian.apps.registry.census.review import actions, undoing
from zhian.apps.registry.census.review.answers import Said
from zhian.apps.registry.census.review.queries import newest
from zhian.apps.registry.census.review.standing import key_of
from zhian.apps.registry.models import (
    BlindSpot,
    Establishment,
    GroundCheck,
    LinkRun,
    RecordLink,
    SourceRecord,
)
from zhian.desk import timing
from zhian.desk.errors import FieldErrors, refuse
from zhian.desk.models import Act, Matter
from zhian.directory.models import Appointment
from zhian.law.identifiers import is_uscc
from zhian.law.words import Words
from zhian.methods.linkage.flags import ENDED

Values = Mapping[str, Any]
LICENCE_ROSTER, MARKET = "foodlic", "market"
NOT_ITS_ANSWER = Words("这一类核查没有这个答复。", "This check has no such answer.")
NO_CODE = Words(
    "统一社会信用代码有误，请核对执照。", "This is no credit code: look at the licence again."
)
NO_SUCH = Words("登记中没有这个编号的户。", "The register has no establishment of this number.")
ITSELF = Words("这就是它自己的编号。", "That is its own number.")
NOTHING_TO_PART = Words(
    "它没有别的登记记录可以分开，请选别的答复。",
    "It has no other registration to be told apart from: answer otherwise.",
)


# --- opening


def begin(matter: Matter, act: Act, values: Values) -> None:
    """Keep what is checked, and show on the blind spot that somebody was sent."""
    subject = str(values["subject"])
    key = int(subject[1:])
    one = Establishment.objects.filter(pk=key).first() if subject[0] == "E" else None
    GroundCheck.objects.create(
        matter=matter,
        flag=values["flag"],
        subject=subject,
        establishment=one,
        cell=matter.place if subject[0] == "C" else None,
    )
    if one is not None:
        spots = BlindSpot.objects.filter(establishment=one, flag=values["flag"])
        spots.filter(ended_at__isnull=True).update(matter=matter)


# --- the visit


def visit(matter: Matter, act: Act, values: Values) -> None:
    """Who was there, when and where."""
    row = matter.ground_check
    row.who, row.visited_at = values["who"], values["visited_at"]
    row.longitude, row.latitude, row.accuracy = (
        float(value) if (value := values.get(name)) is not None else None
        for name in ("longitude", "latitude", "accuracy")
    )
    row.no_point = values.get("no_point") or ""
    row.save()


# --- the answer


def answer(matter: Matter, act: Act, values: Values) -> None:
    """Take the answer: decide who it is, end what is no longer blind."""
    row, key = matter.ground_check, values["answer"]
    if key not in BY_FLAG.get(row.flag, ()):
        raise FieldErrors({"answer": NOT_ITS_ANSWER})
    number = str(values.get("number") or "").strip()
    row.answer, row.number, row.note = key, number[:60], values.get("note") or ""
    row.answered_at, row.answered_by, row.open = act.happened_at, act.appointment, False
    waits = False
    if row.establishment is not None:
        one = queries.survivor(row.establishment)
        said = _said(row, one, key, number)
        if said is not None:
            waits = _decide(row, one, said, act)
        if not waits:
            row.spots = _end(matter, one, key, act.recorded_at)
    row.save()


def trading(matter: Matter, act: Act, values: Values) -> None:
    """It trades and lacks what it needs: the blind spot stays, and somebody must act."""
    row = matter.ground_check
    if TRADING not in BY_FLAG.get(row.flag, ()):
        raise refuse("这一类核查没有这个答复。", "This check has no such answer.")
    row.answer, row.note = TRADING, values.get("note") or ""
    row.answered_at, row.answered_by = act.happened_at, act.appointment
    row.save()


def done(matter: Matter, act: Act, values: Values) -> None:
    """Nobody owes an answer any more."""
    GroundCheck.objects.filter(matter=matter).update(open=False)


def _said(row: GroundCheck, one: Establishment, key: str, number: str) -> Said | None:
    """What the answer says about the rows of the register; raises FieldErrors."""
    mine = _rows(one)
    if not mine:
        return None
    seen = _seen(row, mine)
    if key == "same":
        return Said("same", key_of(seen), key_of(_rows(_other(one, number))[0]))
    if key == "new":
        apart = [r for r in mine if r.roster == MARKET and r.pk != seen.pk]
        if not apart:
            raise FieldErrors({"answer": NOTHING_TO_PART})
        return Said("new", key_of(seen), "", tuple(map(key_of, apart)))
    if key == "registered":
        return _registered(seen, mine, number)
    if key == "licensed":
        return _bound(seen, mine, SourceRecord.objects.filter(
            roster=LICENCE_ROSTER, licence__iexact=number))  # fmt: skip
    return None


def _registered(seen: SourceRecord, mine: list[SourceRecord], number: str) -> Said | None:
    code = number.upper()
    if not is_uscc(code):
        raise FieldErrors({"number": NO_CODE})
    rows = SourceRecord.objects.filter(roster=MARKET, uscc__iexact=code).exclude(status__in=ENDED)
    return _bound(seen, mine, rows, tuple(
        key_of(r) for r in mine if r.roster == MARKET and r.uscc.upper() != code and r.pk != seen.pk
    ))  # fmt: skip


def _bound(
    seen: SourceRecord, mine: list[SourceRecord], rows: Any, unlike: tuple[str, ...] = ()
) -> Said | None:
    """The row that was seen and a row of another establishment are one; None where the rosters
    do not have that number yet, or have it here already."""
    found = rows.filter(place=seen.place_id, until__isnull=True, links__ended_at__isnull=True)
    other = found.select_related("agency").order_by("pk").first()
    if other is None or other.pk in {row.pk for row in mine}:
        return None
    return Said("same", key_of(seen), key_of(other), unlike)


def _rows(one: Establishment) -> list[SourceRecord]:
    links = RecordLink.objects.filter(establishment=one, ended_at__isnull=True)
    return [link.record for link in links.select_related("record__agency").order_by("pk")]


def _seen(row: GroundCheck, mine: Iterable[SourceRecord]) -> SourceRecord:
    """The row that speaks for what is seen on the spot: that of the sweep, if there is one."""
    return min(mine, key=lambda r: (r.roster != "sweep", r.status in ENDED, r.pk))


def _other(one: Establishment, number: str) -> Establishment:
    county = rights.county_of(one.place)
    rows = Establishment.objects.filter(number__iexact=number)
    first, after = county.code_range
    found = rows.filter(place__code__gte=first, place__code__lt=after).first()
    found = queries.survivor(found) if found is not None else None
    if found is None or found.ended_on is not None or not _rows(found):
        raise FieldErrors({"number": NO_SUCH})
    if found.pk == one.pk:
        raise FieldErrors({"number": ITSELF})
    return found


def _decide(row: GroundCheck, one: Establishment, said: Said, act: Act) -> bool:
    """Tell the register; whether it waits for a second person."""
    run = LinkRun.objects.get(pk=newest(rights.county_of(one.place).pk) or one.made_by_id)
    by: Appointment = act.appointment  # type: ignore[assignment]
    words = f"{flag_words(row.flag).zh}：{row.matter.number}"
    outcome = actions.tell(run, said, by=by, at=act.recorded_at, reason=words)
    row.decision = outcome.decision
    return outcome.state == "waits"


def _end(matter: Matter, one: Establishment, key: str, at: datetime) -> list[list[int | None]]:
    """End the blind spots that the answer settles: its own; of one that is gone, all of them.
    Without a run, so that the next run knows that it was answered on the ground."""
    spots = BlindSpot.objects.filter(ended_at__isnull=True)
    mine = spots.filter(establishment=one) if key in GONE else spots.filter(matter=matter)
    ended = [[pk, before] for pk, before in mine.order_by("pk").values_list("pk", "matter")]
    BlindSpot.objects.filter(pk__in=[pk for pk, _before in ended]).update(
        ended_at=at, until_run=None, matter=matter
    )
    return ended


# --- and back


def undo(matter: Matter, act: Act) -> None:
    """An act that was annulled: the check is open again, the register as it was before."""
    row = matter.ground_check
    if act.verb not in ("answer", "trading", "settle", "close", "ordered"):
        return
    if act.verb in ("answer", "trading"):
        _reopen(row)
        _undecide(row, act)
        row.answer = row.number = row.note = ""
        row.answered_at = row.answered_by = None
    row.open = True
    if GroundCheck.objects.filter(subject=row.subject, flag=row.flag, open=True).exclude(
        pk=row.pk
    ).exists():  # fmt: skip
        raise refuse("已就此另行交办核查。", "Another check was given for it meanwhile.")
    row.save()


def _reopen(row: GroundCheck) -> None:
    for pk, before in row.spots:
        spot = BlindSpot.objects.filter(pk=pk, until_run__isnull=True).first()
        standing = spot and BlindSpot.objects.filter(
            establishment=spot.establishment_id, flag=spot.flag, ended_at__isnull=True
        )
        if spot is not None and standing is not None and not standing.exists():
            BlindSpot.objects.filter(pk=pk).update(ended_at=None, matter=before)
    row.spots = []


def _undecide(row: GroundCheck, act: Act) -> None:
    """Take the decision back, unless somebody has done so in the list of decisions."""
    decision, row.decision = row.decision, None
    if decision is None or hasattr(decision, "undone_by"):
        return
    by: Appointment = act.appointment  # type: ignore[assignment]
    undoing.undo(decision, by=by, at=timing.now(), reason=row.matter.number)
