"""The county as it stands before anything happens: places, agencies, people, operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import cos, sin
from random import Random

from django.contrib.auth.hashers import make_password

from zhian.demo import names
from zhian.directory import stations
from zhian.directory.models import (
    Agency,
    Appointment,
    Office,
    Operator,
    Place,
    Post,
    Premises,
    Responsibility,
    Sponsorship,
    User,
)
from zhian.law.references import business_types

COUNTY = "239900"
SINCE = date(2020, 1, 1)
PASSWORD = "zhian-demo-2026"
DEPARTMENTS = (
    ("NYNC", "agriculture", "农业农村局", "Agriculture Bureau", "松农"),
    ("WJ", "health", "卫生健康局", "Health Bureau", "松卫"),
    ("GA", "public_security", "公安局", "Public Security Bureau", "松公"),
    ("JCY", "procuratorate", "人民检察院", "Procuratorate", "松检"),
    ("HG", "customs", "海关办事处", "Customs Office", "松关"),
    ("JY", "education", "教育局", "Education Bureau", "松教"),
    ("SW", "commerce", "商务局", "Commerce Bureau", "松商"),
    ("CZ", "finance", "财政局", "Finance Bureau", "松财"),
    ("JW", "supervision_commission", "监察委员会", "Supervision Commission", "松监察"),
)
BUREAU_POSTS = (
    "bureau_head",
    "deputy_head",
    "legal_reviewer",
    "intake_clerk",
    "publisher",
    "hotline_clerk",
    "archivist",
    "storekeeper",
    "statistics_officer",
    "system_admin",
    "security_admin",
    "audit_admin",
    "licence_officer",
)
LIAISONS = {
    "public_security": ("police_liaison",),
    "procuratorate": ("prosecutor_liaison",),
    "supervision_commission": ("supervision_officer",),
}
NOBODYS = frozenset({"livestream", "liquid_transport"})  # new trades that nobody has taken up
STATIONS, INSPECTORS = 5, 4
OPERATOR_LOGINS = 60
TOWNS_ABREAST, VILLAGE_WIDE = 4, 0.02


@dataclass
class County:
    """Everything the demonstration needs to find again."""

    random: Random
    place: Place
    towns: list[Place] = field(default_factory=list)
    villages: dict[int, list[Place]] = field(default_factory=dict)
    bureau: Agency = field(init=False)
    agencies: dict[str, Agency] = field(default_factory=dict)
    townships: list[Agency] = field(default_factory=list)
    stations: list[Office] = field(default_factory=list)
    town_station: dict[int, Office] = field(default_factory=dict)
    people: dict[str, list[Appointment]] = field(default_factory=dict)
    at_station: dict[tuple[int, str], list[Appointment]] = field(default_factory=dict)
    operators: list[Operator] = field(default_factory=list)
    premises: list[Premises] = field(default_factory=list)
    operator_logins: dict[int, User] = field(default_factory=dict)

    def one(self, kind: str) -> Appointment:
        """The first holder of a post."""
        return self.people[kind][0]

    def station_of(self, premises: Premises) -> Office:
        """The station whose towns hold the premises."""
        return self.town_station[int(premises.place.code[6:9])]

    def inspectors(self, station: Office) -> list[Appointment]:
        """The inspectors of a station."""
        return self.at_station[station.pk, "inspector"]


def build(seed: int, operators: int) -> County:
    """Make the county of a seed; the same seed makes the same county."""
    random = Random(seed)
    top = Place.objects.create(
        code=f"{COUNTY}000000", name="松原县", name_en="Songyuan County", level="county"
    )
    here = County(random, top)
    _places(here)
    _agencies(here)
    _people(here)
    _operators(here, operators)
    _duties(here)
    return here


def _places(here: County) -> None:
    rows = zip(names.TOWNSHIPS, names.TOWNSHIPS_EN, strict=True)
    for number, (name, english) in enumerate(rows, start=1):
        town = Place.objects.create(
            code=f"{COUNTY}{number:03d}000",
            name=name,
            name_en=english,
            level="township",
            parent=here.place,
        )
        here.towns.append(town)
        here.villages[number] = Place.objects.bulk_create(_villages(here, town, number))


def _villages(here: County, town: Place, number: int) -> Iterator[Place]:
    used: set[str] = set()
    while len(used) < 8:
        name = here.random.choice(names.VILLAGE_HEADS) + here.random.choice(names.VILLAGE_TAILS)
        if name in used:
            continue
        used.add(name)
        code = f"{COUNTY}{number:03d}{199 + len(used):03d}"
        yield Place(code=code, name=name, level="village", parent=town)


def _agencies(here: County) -> None:
    government = _agency(here, "XZF", "county_government", "人民政府", "County Government", "松政")
    here.bureau = _agency(
        here,
        "SCJG",
        "market_regulation",
        "市场监督管理局",
        "Market Regulation Bureau",
        "松市监",
        phone="0000-12315",
        mailbox="jubao@example.invalid",
    )
    for code, kind, name, english, short in DEPARTMENTS:
        _agency(here, code, kind, name, english, short)
    _agency(here, "JYJC", "laboratory", "检验检测中心", "Testing Centre", "松检测")
    for town in here.towns:
        agency = Agency.objects.create(
            code=f"XZ{town.code[6:9]}",
            name=f"{town.name}人民政府",
            name_en=f"{town.name_en} Township",
            short_name=f"{town.name[:2]}政",
            kind="township",
            place=town,
            superior=government,
        )
        here.townships.append(agency)
    _offices(here)


def _agency(
    here: County, code: str, kind: str, name: str, english: str, short: str, **more: str
) -> Agency:
    above = here.agencies.get("county_government")
    agency = Agency.objects.create(
        code=code,
        name=f"松原县{name}",
        name_en=f"Songyuan {english}",
        short_name=short,
        kind=kind,
        place=here.place,
        superior=above,
        **more,
    )
    here.agencies[kind] = agency
    return agency


def _offices(here: County) -> None:
    for number in range(STATIONS):
        towns = here.towns[number * 2 : number * 2 + 2]
        station = Office.objects.create(
            agency=here.bureau,
            code=f"S{number + 1}",
            name=f"{towns[0].name[:2]}市场监管所",
            name_en=f"{towns[0].name_en} Station",
            place=towns[0],
        )
        here.stations.append(station)
        for town in towns:
            here.town_station[int(town.code[6:9])] = station
        for town in towns[1:]:
            stations.give(office=station, place=town, since=SINCE, by=None, reason="片区划分")


def _hire(here: County, agency: Agency, kind: str, office: Office | None = None) -> Appointment:
    number = sum(len(rows) for rows in here.people.values()) + 1
    user = User.objects.create(
        username=f"{kind}{len(here.people.get(kind, [])) + 1}",
        name=names.person(here.random),
        password=_password(),
        phone=f"130{number:08d}",
        card_number=f"松执{number:05d}" if agency.kind == "market_regulation" else "",
        card_until=date(2029, 12, 31) if agency.kind == "market_regulation" else None,
    )
    title, english = ("所长", "Head of station") if kind == "office_head" else ("", "")
    post, _made = Post.objects.get_or_create(
        agency=agency,
        office=office,
        kind=kind,
        place=None,
        defaults={"title": title, "title_en": english},
    )
    held = Appointment.objects.create(user=user, post=post, since=SINCE)
    here.people.setdefault(kind, []).append(held)
    if office is not None:
        here.at_station.setdefault((office.pk, kind), []).append(held)
    return held


_hashed: list[str] = []


def _password() -> str:
    """One hash for all demonstration accounts: hashing two hundred times would take a minute."""
    if not _hashed:
        _hashed.append(make_password(PASSWORD))
    return _hashed[0]


def _people(here: County) -> None:
    for kind in BUREAU_POSTS:
        _hire(here, here.bureau, kind)
    for station in here.stations:
        _hire(here, here.bureau, "office_head", station)
        for _ in range(INSPECTORS):
            _hire(here, here.bureau, "inspector", station)
    _hire(here, here.agencies["county_government"], "county_leader")
    for _code, kind, *_rest in DEPARTMENTS:
        for post in LIAISONS.get(kind, ("department_head", "department_officer")):
            _hire(here, here.agencies[kind], post)
    for post in ("lab_head", "lab_analyst"):
        _hire(here, here.agencies["laboratory"], post)
    _township_people(here)


def _township_people(here: County) -> None:
    for township in here.townships:
        _hire(here, township, "township_head")
        _hire(here, township, "township_officer")
        for _ in range(8):
            _hire(here, township, "village_officer")


def _operators(here: County, count: int) -> None:
    rows = [_operator(here, number) for number in range(1, count + 1)]
    here.operators = Operator.objects.bulk_create([o for o, _ in rows], batch_size=1000)
    for operator, premises in rows:
        premises.operator_id = operator.pk
    here.premises = Premises.objects.bulk_create([p for _, p in rows], batch_size=1000)
    for number, operator in enumerate(here.operators[:OPERATOR_LOGINS], start=1):
        here.operator_logins[operator.pk] = User.objects.create(
            username=f"operator{number}",
            name=operator.head,
            password=_password(),
            operator=operator,
        )


def _centre(town: int, village: int) -> tuple[float, float]:
    """Where a village lies, in degrees from the county's corner: around its town, towns in rows."""
    across, up = town % TOWNS_ABREAST, town // TOWNS_ABREAST
    turn = village * 2.4
    out = 0.022 * (village % 4 + (village > 0))
    return 0.2 * across + 0.07 * (up % 2) + out * cos(turn), 0.17 * up + out * 0.7 * sin(turn)


def _operator(here: County, number: int) -> tuple[Operator, Premises]:
    random = here.random
    business = random.choices(list(names.WEIGHTS), list(names.WEIGHTS.values()))[0]
    index = random.randrange(len(here.towns))
    town, village = here.towns[index], random.choice(here.villages[index + 1])
    kind, name = names.KINDS[business], names.operator(random, town.name, business)
    address = f"{town.name}{village.name}{random.randint(1, 9)}组{random.randint(1, 120)}号"
    operator = Operator(
        name=name,
        uscc=None if kind in names.WITHOUT_CODE else names.code(random, COUNTY, number),
        kind=kind,
        head=names.person(random),
        phone=f"139{number:08d}",
        place=village,
        address=address,
        registered_on=date(2012 + number % 12, 1 + number % 12, 1 + number % 28),
    )
    east, north = _centre(index, here.villages[index + 1].index(village))
    premises = Premises(
        name=name,
        place=village,
        address=address,
        business_type=business,
        longitude=round(124.5 + east + (random.random() - 0.5) * VILLAGE_WIDE, 5),
        latitude=round(45.6 + north + (random.random() - 0.5) * VILLAGE_WIDE, 5),
    )
    return operator, premises


def _duties(here: County) -> None:
    """The matrix of departments and the sponsors of every premises, with a few gaps to find."""
    departments = {key: row.department for key, row in business_types().items()}
    Responsibility.objects.bulk_create(
        Responsibility(
            agency=here.agencies.get(department, here.bureau),
            place=here.place,
            business_type=business,
            since=SINCE,
            basis="三定规定",
        )
        for business, department in departments.items()
        if business not in NOBODYS
    )
    Sponsorship.objects.bulk_create(
        (row for p in here.premises for row in _sponsors(here, p)), batch_size=2000
    )


def _sponsors(here: County, premises: Premises) -> Iterator[Sponsorship]:
    town = int(premises.place.code[6:9]) - 1
    officers = here.people["township_officer"], here.people["village_officer"]
    village = town * 8 + int(premises.place.code[9:12]) - 200
    if here.random.random() < 0.985:
        yield _bound(premises, officers[0][town], "C")
    if here.random.random() < 0.985:
        yield _bound(premises, officers[1][village], "D")


def _bound(premises: Premises, appointment: Appointment, level: str) -> Sponsorship:
    return Sponsorship(premises=premises, appointment=appointment, level=level, since=SINCE)
