"""What this app's pages read, within the reach of whoever asks; and the ghosts among licences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhian.apps.registry.licences import terms
from zhian.apps.registry.licences.facts import CLOSED_PREMISES, ENDED_SUBJECT
from zhian.apps.registry.licences.sorts import OURS, PER_OPERATOR, PER_PRODUCT
from zhian.apps.registry.models import (
    IN_FORCE,
    Licence,
    LicenceApplication,
    LicenceChange,
    LicenceQuerySet,
)
from zhian.desk import visibility
from zhian.desk.models import Matter
from zhian.directory.models import Appointment
from zhian.law.words import Words

# A renewal is looked for so long before its last day where no article opens a term for it.
NOTICE = timedelta(days=30)
ENDED = ("annulled", "withdrawn", "revoked", "cancelled")


def visible_to(appointment: Appointment) -> LicenceQuerySet:
    """Licences of the own agency, and those of businesses in the post's territory."""
    first, after = appointment.post.territory.code_range
    here = Q(place_code__gte=first, place_code__lt=after)
    rows = Licence.objects.filter(here | Q(agency=appointment.post.agency_id))
    return rows.exclude(state="void").select_related("operator", "premises", "agency")


def narrowed(rows: LicenceQuerySet, asked: Mapping[str, str], day: date) -> LicenceQuerySet:
    """The filters of the list: what it is, its state today, a name or number."""
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    state = asked.get("state", "")
    if state == IN_FORCE:
        rows = rows.in_force(day)
    elif state == "expired":
        rows = rows.expired(day)
    elif state:
        rows = rows.filter(state=state)
    text = asked.get("q", "").strip()
    if text:
        named = Q(operator__name__icontains=text) | Q(premises__name__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    return rows


def history(licence: Licence) -> list[LicenceChange]:
    """What made the licence what it is, act by act."""
    rows = licence.changes_made.filter(undone=False).select_related("act__matter")
    return list(rows.order_by("-act__happened_at", "-id"))


def matters(licence: Licence, appointment: Appointment) -> QuerySet[Matter]:
    """The applications and exits of a licence that the person may see."""
    about = Q(licence_application__licence=licence) | Q(licence_exit__licence=licence)
    return visibility.visible_to(appointment).filter(about).order_by("-opened_at")


# ---- ghosts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ghost:
    """One sort of licence that is not what it seems: which, why it matters, and what to do."""

    key: str
    words: Words
    why: Words
    find: Callable[[LicenceQuerySet, date], LicenceQuerySet]
    do: tuple[str, str, str] | None = None  # kind of matter, the act that begins it, what is known


def _alive(rows: LicenceQuerySet, day: date) -> LicenceQuerySet:
    """In force, while the holder is deregistered or the premises are closed."""
    gone = Q(operator__state__in=ENDED_SUBJECT) | Q(premises__state__in=CLOSED_PREMISES)
    return rows.in_force(day).filter(gone, kind__in=OURS)


def _operating(rows: LicenceQuerySet, day: date) -> LicenceQuerySet:
    """Ended or expired, nothing in its place, and the business goes on."""
    over = Q(state__in=ENDED) | Q(state=IN_FORCE, expires_on__lt=day)
    going = rows.filter(over, operator__state="active", kind__in=OURS)
    going = going.exclude(premises__state__in=CLOSED_PREMISES)
    return going.exclude(_replaced(day)).filter(_is_last())


def _replaced(day: date) -> Exists:
    """Whether another of the kind stands for the same business and place."""
    valid = Licence.objects.in_force(day).filter(
        kind=OuterRef("kind"), operator=OuterRef("operator")
    )
    same = Q(premises=OuterRef("premises")) | Q(kind__in=PER_OPERATOR)
    product = Q(category=OuterRef("category")) | ~Q(kind__in=PER_PRODUCT)
    return Exists(valid.filter(same, product))


def _is_last() -> Q:
    """Of several that ended the last one speaks for all."""
    later = Licence.objects.filter(
        kind=OuterRef("kind"),
        operator=OuterRef("operator"),
        premises=OuterRef("premises"),
        category=OuterRef("category"),
        pk__gt=OuterRef("pk"),
    ).exclude(state="void")
    return Q(~Exists(later))


def lost(operator_id: int | None, premises_id: int | None, day: date) -> bool:
    """Whether a licence of this business ended or expired and nothing took its place."""
    here = Q(kind__in=PER_OPERATOR) | Q(premises=None) | Q(premises=premises_id)
    rows = LicenceQuerySet(Licence).filter(operator=operator_id)
    return _operating(rows.filter(here) if premises_id else rows, day).exists()


def _expired(rows: LicenceQuerySet, day: date) -> LicenceQuerySet:
    """Over its term, not renewed and not struck off (SCLIC 41, JYLIC 39)."""
    return rows.expired(day).filter(struck_off_on=None, kind__in=OURS)


def _certificates(rows: LicenceQuerySet, day: date) -> LicenceQuerySet:
    """Compulsory certificates that no longer let the product leave the factory (CCC 26, 29)."""
    over = Q(state="suspended") | Q(state=IN_FORCE, expires_on__lt=day)
    gone = Q(state=IN_FORCE, operator__state__in=ENDED_SUBJECT)
    return rows.filter(over | gone).exclude(kind__in=OURS)


def _expiring(rows: LicenceQuerySet, day: date) -> LicenceQuerySet:
    """Renewal is due, and nobody has applied for it."""
    alive = rows.in_force(day).filter(expires_on__isnull=False)
    due = Q(pk__in=[])
    for kind in terms.FAMILIES:
        last = _last_due(alive.filter(kind=kind), kind, day)
        due |= Q(kind=kind, expires_on__lte=last) if last else Q(pk__in=[])
    asked = LicenceApplication.objects.filter(
        licence=OuterRef("pk"), purpose="renewal", matter__closed_at=None
    )
    return alive.filter(due).exclude(Exists(asked))


def _last_due(rows: LicenceQuerySet, kind: str, day: date) -> date | None:
    """The latest end whose renewal is due on a day: what ends later is due later."""
    ends = rows.order_by("expires_on").values_list("expires_on", flat=True).distinct()
    return max(takewhile(lambda end: _is_due(kind, end, day), ends.iterator()), default=None)


def _is_due(kind: str, expires: date, day: date) -> bool:
    opens, last = terms.renewal(kind, expires)
    begins = opens or (last - NOTICE if last else None)
    return begins is not None and day >= begins


GHOSTS: tuple[Ghost, ...] = (
    Ghost(
        "alive",
        Words("主体已注销、证未注销", "Holder gone, licence alive"),
        Words(
            "主体已注销或者吊销、场所已停业，许可证仍显示有效：依职权办理注销。",
            "The holder is deregistered or the premises closed, and the licence still stands: "
            "strike it off.",
        ),
        _alive,
        ("licence_exit", "open_ex_officio", "ground=ended"),
    ),
    Ghost(
        "operating",
        Words("证已失效、仍在经营", "Licence over, business on"),
        Words(
            "许可证已注销、撤销、吊销或者到期，主体登记仍为经营中，且没有新证：现场核实，无证经营的依法处理。",
            "Struck off, annulled, revoked or expired, none in its place, and the business is "
            "registered as running: see for yourself, and act on business without a licence.",
        ),
        _operating,
        ("rectification", "open", "basis=unlicensed"),
    ),
    Ghost(
        "expired",
        Words("到期未注销", "Expired, not struck off"),
        Words(
            "有效期届满未延续，尚未办理注销手续：依职权办理注销。",
            "Its term is over, it was not renewed and not struck off: strike it off.",
        ),
        _expired,
        ("licence_exit", "open_ex_officio", "ground=expired"),
    ),
    Ghost(
        "expiring",
        Words("将到期、未申请延续", "Expiring, no renewal asked for"),
        Words(
            "已到申请延续的期间而没有申请：提醒持证人。食品生产许可自最迟申请日前三十天列出。",
            "The time to apply for renewal has come and nobody has: remind the holder. Food "
            "production licences are listed from thirty days before the last day to apply.",
        ),
        _expiring,
    ),
    Ghost(
        "certificates",
        Words("强制性认证证书失效", "Compulsory certificate not in force"),
        Words(
            "证书已暂停、到期，或者持证主体已注销，认证机构尚未注销、撤销或者恢复：核实是否继续出厂、"
            "销售，并登记认证机构的处理。",
            "Suspended, expired, or its holder gone, and the body has neither ended nor restored "
            "it: see whether the product is still sold, and record what the body did.",
        ),
        _certificates,
        ("ccc_record", "record_deregistration", ""),
    ),
)


def ghost(key: str) -> Ghost:
    """A sort of ghost by its key; the first where there is no such."""
    return next((g for g in GHOSTS if g.key == key), GHOSTS[0])


def counts(appointment: Appointment, day: date) -> dict[str, int]:
    """How many there are of each sort."""
    return {g.key: g.find(visible_to(appointment), day).count() for g in GHOSTS}
