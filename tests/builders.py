"""Plain functions that make a small county for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from zhian.desk.actors import Actor
from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Operator,
    Place,
    Post,
    Premises,
    User,
)

LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


@dataclass
class County:
    """A county with one regulator of two offices, a township and an operator."""

    county: Place
    town: Place
    village: Place
    other_town: Place
    bureau: Agency
    township: Agency
    station: Office
    other_station: Office
    head: Appointment
    office_head: Appointment
    inspector: Appointment
    second: Appointment
    clerk: Appointment
    publisher: Appointment
    outsider: Appointment
    township_head: Appointment
    township_officer: Appointment
    operator: Operator
    premises: Premises

    def actor(self, who: str, *officers: str) -> Actor:
        """The named person as an actor, with colleagues beside."""
        return Actor.official(getattr(self, who), *(getattr(self, o) for o in officers))


def person(agency: Agency, kind: str, office: Office | None = None, **more: Any) -> Appointment:
    """A person in a post, with an enforcement card."""
    number = next(_numbers)
    user = User.objects.create(
        username=more.pop("username", f"{kind}{number}"),
        name=more.pop("name", f"{kind} {number}"),
        card_number=f"HB{number:06d}",
        card_until=date(2030, 1, 1),
    )
    post, _ = Post.objects.get_or_create(
        agency=agency, office=office, kind=kind, place=more.pop("place", None)
    )
    return Appointment.objects.create(user=user, post=post, since=LONG_AGO, **more)


def place(code: str, name: str, level: str, parent: Place | None = None) -> Place:
    """A division."""
    return Place.objects.create(code=code, name=name, level=level, parent=parent)


def county() -> County:
    """The county of most tests."""
    top = place("239900000000", "松原县", "county")
    town = place("239900100000", "河口镇", "township", top)
    other = place("239900200000", "柳林镇", "township", top)
    village = place("239900100200", "河东村", "village", town)
    bureau = Agency.objects.create(
        code="SYSJ",
        name="松原县市场监督管理局",
        name_en="Songyuan Market Regulation",
        short_name="松市监",
        kind="market_regulation",
        place=top,
    )
    township = Agency.objects.create(
        code="HKZ",
        name="河口镇人民政府",
        name_en="Hekou Township",
        short_name="河政",
        kind="township",
        place=town,
    )
    station = Office.objects.create(agency=bureau, code="HK", name="河口市场监管所", place=town)
    second = Office.objects.create(agency=bureau, code="LL", name="柳林市场监管所", place=other)
    operator = Operator.objects.create(
        name="河口兴旺豆制品厂",
        kind="company",
        place=town,
        head="赵立新",
        phone="13900000000",
        address="河口镇河东村一组",
    )
    premises = Premises.objects.create(
        operator=operator,
        name="河口兴旺豆制品厂",
        place=village,
        address="河东村一组",
        business_type="food_production",
    )
    return County(
        county=top,
        town=town,
        village=village,
        other_town=other,
        bureau=bureau,
        township=township,
        station=station,
        other_station=second,
        head=person(bureau, "bureau_head", name="周局长"),
        office_head=person(bureau, "office_head", station, name="吴所长"),
        inspector=person(bureau, "inspector", station, name="郑一平"),
        second=person(bureau, "inspector", station, name="王建国"),
        clerk=person(bureau, "intake_clerk", name="冯晓"),
        publisher=person(bureau, "publisher", name="陈静"),
        outsider=person(bureau, "inspector", second, name="褚文"),
        township_head=person(township, "township_head", name="卫镇长"),
        township_officer=person(township, "township_officer", name="蒋明"),
        operator=operator,
        premises=premises,
    )


def local(text: str) -> datetime:
    """A local time such as 2026-11-20 09:30."""
    return timezone.make_aware(datetime.fromisoformat(text))


def days_ago(days: int) -> datetime:
    """So many days before now."""
    return timezone.now() - timedelta(days=days)
