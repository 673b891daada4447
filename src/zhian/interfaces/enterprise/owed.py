"""What do I owe, by when: terms that run against the operator, papers to sign for, renewals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zhian.apps.registry.licences import queries as licences, terms
from zhian.apps.registry.models import Licence, LicenceApplication
from zhian.desk import labels
from zhian.desk.errors import speak
from zhian.desk.models import Clock, Matter
from zhian.desk.show import rows
from zhian.directory import office_law
from zhian.directory.models import Operator, Premises
from zhian.interfaces.enterprise import acts, seeing
from zhian.law.calendar import Calendar
from zhian.web.countdown import Countdown, countdown

NO_DAY = date(9000, 1, 1)  # what has no last day comes last


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for the operator: what, until when, why, and the one button."""

    title: str
    about: str
    left: Countdown
    until: date | None
    article: str
    consequence: str
    button: str
    address: str
    verb: str
    right: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """Duties first, then what one may do within a term."""

    duties: list[Item]
    rights: list[Item]

    @property
    def late(self) -> int:
        """How many are overdue."""
        return sum(item.left.tone == "late" for item in self.duties)


def owed(operator: Operator, now: datetime, premises: Premises | None = None) -> Owed:
    """Everything that waits for an operator (or for one of its premises), the earliest first."""
    calendar = office_law.reckoner().calendar
    found = [
        *_terms(operator, premises, now, calendar),
        *_papers(operator, premises, now),
        *_renewals(operator, premises, now, calendar),
    ]
    found.sort(key=lambda item: item.at)
    return Owed([i for i in found if not i.right], [i for i in found if i.right])


def _at(premises: Premises | None, path: str = "") -> Q:
    """Of these premises, or of the operator as a whole."""
    if premises is None:
        return Q()
    return Q(**{f"{path}premises": premises}) | Q(**{f"{path}premises": None})


# ---- terms --------------------------------------------------------------------------------------


def _terms(
    operator: Operator, premises: Premises | None, now: datetime, calendar: Calendar
) -> Iterator[Item]:
    reach = seeing.matters(operator).filter(_at(premises), closed_at=None)
    clocks = Clock.objects.filter(matter__in=reach, state__in=("running", "paused"))
    for clock in clocks.select_related("matter__agency").order_by("due_at", "id"):
        item = _term(clock, now, calendar)
        if item is not None:
            yield item


def of_matter(matter: Matter, now: datetime) -> list[Item]:
    """What one matter asks of the operator."""
    clocks = Clock.objects.filter(matter=matter, state__in=("running", "paused"))
    calendar = office_law.reckoner().calendar
    found = (_term(c, now, calendar) for c in clocks.select_related("matter").order_by("due_at"))
    return [item for item in found if item is not None]


def _term(clock: Clock, now: datetime, calendar: Calendar) -> Item | None:
    matter, right = clock.matter, acts.is_right(clock)
    spec = acts.settling(matter, acts.now_possible(matter), clock.duty)
    if not acts.is_ours(labels.rule_of(clock), spec) or (right and spec is None):
        return None
    told = rows.deadline(clock, now, calendar)
    if right and told.left.tone in ("late", "still"):
        return None
    return Item(
        title=told.duty,
        about=matter.title,
        left=told.left,
        until=clock.due_day,
        article=told.article,
        consequence=told.consequence,
        button=speak(acts.wording(matter.kind, spec).words) if spec else _("查看"),
        address=_act(matter, spec.verb) if spec else _page(matter),
        verb=spec.verb if spec else "",
        right=right,
        at=clock.due_at or _end_of(NO_DAY),
    )


def _page(matter: Matter) -> str:
    return reverse("enterprise:matter", args=[matter.pk])


def _act(matter: Matter, verb: str) -> str:
    return reverse("enterprise:act", args=[matter.pk, verb])


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), timezone.get_current_timezone())


# ---- papers -------------------------------------------------------------------------------------


def _papers(operator: Operator, premises: Premises | None, now: datetime) -> Iterator[Item]:
    for service in seeing.to_sign_for(operator).filter(_at(premises, "matter__")):
        paper = service.document
        yield Item(
            title=_("签收文书"),
            about=f"《{paper.title}》{paper.number}" if paper else service.matter.title,
            left=Countdown(_("请尽快签收"), "soon"),
            until=None,
            article="",
            consequence=_("签收后期限才开始计算；长期不签收的，会以其他方式送达。"),
            button=_("查看并签收"),
            address=_act(service.matter, "served"),
            verb="served",
            right=False,
            at=now,
        )


# ---- licences -----------------------------------------------------------------------------------


def _renewals(
    operator: Operator, premises: Premises | None, now: datetime, calendar: Calendar
) -> Iterator[Item]:
    today = timezone.localtime(now).date()
    asked = LicenceApplication.objects.filter(
        matter__operator=operator, purpose="renewal", matter__closed_at=None
    ).values("licence")
    own = Licence.objects.filter(_at(premises), operator=operator, state="valid")
    for licence in own.filter(expires_on__isnull=False).exclude(pk__in=asked):
        opens, last = terms.renewal(licence.kind, licence.expires_on)
        begins = opens or (last - licences.NOTICE if last else None)
        if licence.struck_off_on is None and begins is not None and last and today >= begins:
            yield _renewal(licence, begins, last, now, calendar)


def _renewal(licence: Licence, opens: date, last: date, now: datetime, calendar: Calendar) -> Item:
    assert licence.expires_on is not None
    words = {"from": opens.isoformat(), "to": last.isoformat()}
    over = licence.expires_on < timezone.localtime(now).date()
    verb = _beginning(licence, over)
    return Item(
        title=_("许可证已到期") if over else _("可申请延续：%(from)s 至 %(to)s") % words,
        about=f"{licence.get_kind_display()} {licence.number}",
        left=countdown(now, _end_of(last), last, "", calendar),
        until=last,
        article=_("有效期至 %(day)s") % {"day": licence.expires_on.isoformat()},
        consequence=_("到期未延续的，许可证失效，不得继续从事许可的活动。"),
        button=(_("重新申请") if over else _("申请延续")) if verb else _("查看"),
        address=_application(licence, verb) if verb else reverse("enterprise:licences"),
        verb=verb,
        right=False,
        at=_end_of(last),
    )


def _beginning(licence: Licence, over: bool) -> str:
    """The act by which it is renewed, or applied for anew once it is over; empty where the
    operator cannot begin it here."""
    kind = terms.PROCEDURES[licence.kind]
    verbs = [spec.verb for k, spec in acts.openings() if k == kind]
    wanted = ("apply", "file") if over else ("apply_renewal", "file_renewal")
    return next((verb for verb in wanted if verb in verbs), "")


def _application(licence: Licence, verb: str) -> str:
    known = {"premises": licence.premises_id or "", "licence_number": licence.number}
    address = reverse("enterprise:begin", args=[terms.PROCEDURES[licence.kind], verb])
    return f"{address}?{urlencode(known)}"
