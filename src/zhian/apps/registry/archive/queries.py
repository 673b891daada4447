"""What the pages of the files read, within reach of whoever asks; and the one reader of credit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhian.apps.registry.archive.sections import model_of
from zhian.apps.registry.models.archive import Ban, CreditEntry, FileRow
from zhian.apps.registry.models.licences import Licence
from zhian.desk import visibility
from zhian.desk.models import Matter
from zhian.directory.models import (
    Appointment,
    DirectoryChange,
    Operator,
    Place,
    Premises,
    Sponsorship,
    Standing,
)
from zhian.law.archive import EVERY, Field, Need, Score, Section, archive, score
from zhian.law.vocabulary import choices

OVER = ("closed", "deregistered", "revoked")


def area(appointment: Appointment) -> Place:
    """Where a person reads files: all over his agency's place, as a business of one station has
    shops in another. He writes within his own territory only."""
    return appointment.post.agency.place


def visible_to(appointment: Appointment) -> QuerySet[Operator]:
    """Operators that are registered in the agency's place, or have premises there."""
    first, after = area(appointment).code_range
    here = Place.objects.filter(code__gte=first, code__lt=after).values("pk")
    shop = Premises.objects.filter(operator=OuterRef("pk"), place__in=here)
    return Operator.objects.filter(Q(place__in=here) | Exists(shop)).select_related("place")


def premises_visible_to(appointment: Appointment) -> QuerySet[Premises]:
    """Premises in the post's territory."""
    first, after = appointment.post.territory.code_range
    rows = Premises.objects.filter(place__code__gte=first, place__code__lt=after)
    return rows.select_related("operator__place", "place")


def matching(rows: QuerySet[Operator], text: str) -> QuerySet[Operator]:
    """Operators by any part, two characters or more, of name, code, head or address; also by name
    or address of their premises."""
    part = text.strip().upper()
    if not part:
        return rows
    shops = Premises.objects.filter(search__contains=part).order_by().values("operator")
    return rows.filter(Q(search__contains=part) | Q(pk__in=shops))


def narrowed(rows: QuerySet[Operator], asked: Mapping[str, str], day: date) -> QuerySet[Operator]:
    """The filters of the list: place, kind, status, business, link, standing, what is missing."""
    town = asked.get("town", "")
    if town.isdigit():
        rows = rows.filter(place__in=Place.objects.filter(code__startswith=town).values("pk"))
    for name in ("kind", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("business"):
        rows = rows.filter(pk__in=_holders(business_type=asked["business"]))
    if asked.get("link") in archive().chain:
        rows = rows.filter(pk__in=_holders(_in_link(asked["link"])))
    if asked.get("standing"):
        rows = rows.filter(_bears(asked["standing"], day))
    if asked.get("missing") in archive().sections:
        rows = lacking(rows, archive().sections[asked["missing"]])
    return matching(rows, asked.get("q", ""))


def _holders(*conditions: Q, **named: object) -> QuerySet[Any, Any]:
    """The operators of some premises, as a subquery."""
    return Premises.objects.filter(*conditions, **named).order_by().values("operator")


def _in_link(link: str) -> Q:
    types = archive().chain[link].types
    return Q(links="", business_type__in=types) | Q(links__contains=f" {link} ")


def _bears(kind: str, day: date) -> Q:
    borne = Standing.objects.on(day).filter(kind=kind).order_by()
    own, of_shops = borne.values("operator"), borne.values("premises__operator")
    return Q(pk__in=own.exclude(operator=None)) | Q(pk__in=of_shops.exclude(premises=None))


def standings_in_use() -> list[str]:
    """The kinds of standing that anybody bears or bore."""
    return list(Standing.objects.order_by("kind").values_list("kind", flat=True).distinct())


def towns(appointment: Appointment) -> list[Place]:
    """The townships of that area."""
    rows = Place.objects.within(area(appointment)).filter(level="township")
    return list(rows.filter(valid_to__isnull=True).order_by("code"))


# ---- one file -----------------------------------------------------------------------------------


def matters(operator: Operator, appointment: Appointment) -> QuerySet[Matter]:
    """The operator's matters that the person may see, the latest first."""
    rows = visibility.visible_to(appointment).filter(operator=operator)
    return rows.select_related("handler__user", "agency").order_by("-opened_at", "-pk")


def standings(operator: Operator, day: date) -> list[Standing]:
    """What stands for or against the operator and its premises on a day."""
    mine = Q(operator=operator) | Q(premises__operator=operator)
    return list(Standing.objects.on(day).filter(mine).select_related("premises").order_by("since"))


def licences(operator: Operator, day: date) -> list[Licence]:
    """Its licences that had been given by a day, the void left out."""
    rows = Licence.objects.filter(operator=operator, first_issued_on__lte=day)
    return list(rows.exclude(state="void").select_related("premises", "agency"))


def sponsors(operator: Operator, day: date) -> list[Sponsorship]:
    """Who is bound to its premises on a day."""
    rows = Sponsorship.objects.on(day).filter(premises__operator=operator)
    whole = rows.select_related("premises", "appointment__user", "appointment__post__agency")
    return list(whole.order_by("premises", "level"))


def bans_of(names: Collection[str], day: date) -> dict[str, Ban]:
    """Bans in force on people of these names."""
    return {ban.name: ban for ban in Ban.objects.on(day).filter(name__in=names)}


def last_change(operator: Operator) -> DirectoryChange | None:
    """The last line of the directory's log about the subject."""
    rows = DirectoryChange.objects.filter(subject_kind="operator", subject_id=str(operator.pk))
    return rows.order_by("-id").first()


# ---- completeness of one file -------------------------------------------------------------------


def score_of(operator: Operator) -> Score:
    """How complete one file is, point by point."""
    shops = list(Premises.objects.filter(operator=operator).exclude(state__in=OVER))
    filled = {f"subject.{f.key}" for f in needed("subject") if getattr(operator, f.key)}
    for field in needed("premises"):
        if shops and all(getattr(shop, field.key) not in (None, "") for shop in shops):
            filled.add(f"premises.{field.key}")
    each: dict[str, int] = {}
    for section in archive().rows:
        rows = model_of(section).objects.filter(operator=operator).current()
        if section.need.weight and section.each:
            each[section.key] = rows.values(section.each).distinct().count()
        elif section.need.weight and rows.exists():
            filled.add(section.key)
    return score(operator.kind, {shop.business_type for shop in shops}, filled, each)


def needed(key: str) -> tuple[Field, ...]:
    """The fields of the subject or its premises that count."""
    return tuple(f for f in archive().sections[key].fields if f.need.weight)


def lacking(rows: QuerySet[Operator], section: Section) -> QuerySet[Operator]:
    """Operators that need a section and do not have all of it."""
    if section.key == "subject":
        gaps = Q(pk__in=[])
        for field in needed("subject"):
            gaps |= _blank(field.key) & ~Q(kind__in=field.need.unless)
        return rows.filter(gaps)
    if section.key == "premises":
        blank = Q(pk__in=[])
        for field in needed("premises"):
            blank |= _blank(field.key)
        none_open = ~Q(pk__in=_holders(~Q(state__in=OVER)))
        return rows.filter(none_open | Q(pk__in=_holders(blank, ~Q(state__in=OVER))))
    return rows.filter(_needs(section.need)).exclude(_has_all(section))


def _blank(name: str) -> Q:
    field = (Operator if hasattr(Operator, name) else Premises)._meta.get_field(name)
    nothing = Q(**{f"{name}__isnull": True})
    return nothing if field.get_internal_type() in _NO_TEXT else nothing | Q(**{name: ""})


_NO_TEXT = ("DateField", "FloatField")


def _needs(need: Need) -> Q:
    if EVERY in need.types:
        return ~Q(kind__in=need.unless)
    shops = _holders(~Q(state__in=OVER), business_type__in=need.types)
    return Q(pk__in=shops) & ~Q(kind__in=need.unless)


def _has_all(section: Section) -> Q:
    rows = model_of(section).objects.current().order_by().values("operator")
    if not section.each:
        return Q(pk__in=rows)
    wanted = len(choices(section.field(section.each).choices))
    counted = rows.annotate(n=Count(section.each, distinct=True)).filter(n__gte=wanted)
    return Q(pk__in=counted.values("operator"))


# ---- quality credit -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreditRecord:
    """An operator's credit on a day: what stands, good and bad, and what stood before."""

    day: date
    standing: tuple[CreditEntry, ...]
    past: tuple[CreditEntry, ...]

    @property
    def good(self) -> tuple[CreditEntry, ...]:
        """What speaks for it."""
        return tuple(e for e in self.standing if e.tone == "good")

    @property
    def bad(self) -> tuple[CreditEntry, ...]:
        """What speaks against it."""
        return tuple(e for e in self.standing if e.tone == "bad")

    @property
    def facts(self) -> tuple[CreditEntry, ...]:
        """What is kept and says neither."""
        return tuple(e for e in self.standing if e.tone == "fact")


def credit(operator: Operator | int, day: date, *, public: bool = False) -> CreditRecord:
    """The one reader of an operator's credit: grades, brands, purchasing and the public page ask
    here. `public`: only what the public may read, and nothing of what is over."""
    key = operator if isinstance(operator, int) else operator.pk
    rows = CreditEntry.objects.filter(operator=key, void=False, happened_on__lte=day)
    found = list(rows.filter(public=True) if public else rows.select_related("matter"))
    standing = tuple(e for e in found if e.stands(day))
    past = () if public else tuple(e for e in found if not e.stands(day))
    return CreditRecord(day, standing, past)


def credit_counts(operators: Collection[int], day: date) -> dict[int, tuple[int, int]]:
    """Good and bad entries that stand on a day, for a list of operators, in one query."""
    rows = CreditEntry.objects.on(day).filter(operator__in=operators).exclude(tone="fact")
    found: dict[int, list[int]] = {}
    counted = rows.order_by().values_list("operator", "tone").annotate(n=Count("pk"))
    for operator, tone, n in counted:
        found.setdefault(operator, [0, 0])[0 if tone == "good" else 1] += n
    return {key: (good, bad) for key, (good, bad) in found.items()}


def rows_of(section: Section, line: str) -> FileRow | None:
    """The open version of a line."""
    found: FileRow | None = (
        model_of(section)
        .objects.filter(line=line)
        .current()
        .select_related("operator__place", "premises")
        .first()
    )
    return found
