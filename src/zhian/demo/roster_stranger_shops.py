"""The establishments of a county by the second hand: owners, signs, doors, and who is easily taken
for whom."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from stdnum.cn import uscc

from zhian.demo import roster_stranger_words as words

CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FOOD = frozenset({"grocery", "catering", "vegmeat", "workshop", "mill", "inst"})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's family and given name."""

    family: str
    given: str
    female: bool

    def __str__(self) -> str:
        return self.family + self.given


@dataclass(frozen=True, slots=True)
class Door:
    """Where it is: a form of address and its parts."""

    form: str
    town: str
    village: str
    place: str
    number: int
    unit: int
    floor: int


@dataclass(frozen=True, slots=True)
class Shop:
    """One establishment as it is."""

    number: int
    kind: str
    group: tuple[str, ...]
    owner: Person
    spouse: Person
    before: Person | None
    brand: str
    brand_before: str
    branch: str
    form: str
    door: Door
    mobile: str
    other: str
    agent: str
    code: str
    ended: bool
    operating: bool
    licensed: bool


@dataclass(slots=True)
class Town:
    """Makes the establishments of a region."""

    rng: random.Random
    region: words.Region
    taken: set[str] = field(default_factory=set)
    agents: list[str] = field(default_factory=list)

    def shops(self, count: int) -> list[Shop]:
        """One in eight is easily taken for another."""
        self.agents = [self.mobile() for _ in range(3 + count // 300)]
        found: list[Shop] = []
        for number in range(count):
            like = self.rng.choice(found) if found and self.rng.random() < 0.12 else None
            found.append(self._like(like, number) if like else self._shop(number))
        return found

    def person(self) -> Person:
        """Families of the region; the first of them are the most common."""
        rng, families = self.rng, self.region.families
        family = families[min(int(rng.expovariate(1 / 9)), len(families) - 1)]
        female = rng.random() < 0.42
        pool = words.people("female" if female else "male")
        common = words.people("common_female" if female else "common_male")
        if rng.random() < 0.18:
            return Person(family, rng.choice(common), female)
        if female and rng.random() < 0.12:
            return Person(family, rng.choice("小阿") + rng.choice(pool), female)
        size = 1 if rng.random() < 0.14 else 2
        return Person(family, "".join(rng.choice(pool) for _ in range(size)), female)

    def mobile(self) -> str:
        """A number that nobody has yet."""
        while True:
            prefix = self.rng.choice(("138", "139", "150", "177", "182", "195", "136", "188"))
            number = prefix + f"{self.rng.randrange(10**8):08d}"
            if number not in self.taken:
                self.taken.add(number)
                return number

    def landline(self) -> str:
        """A number of the county's exchange."""
        return f"{self.region.area}-{self.rng.choice('23567')}{self.rng.randrange(10**6):06d}"

    def brand(self, owner: Person) -> str:
        """What a sign begins with."""
        rng = self.rng
        makers: tuple[tuple[float, Callable[[], str]], ...] = (
            (15, lambda: str(owner)), (10, lambda: owner.given),
            (7, lambda: owner.family[0] + rng.choice(("记", "氏", "家", "记老"))),
            (5, lambda: ("阿" if rng.random() < 0.7 else "老") + owner.given[-1]),
            (4, lambda: owner.given[-1] + rng.choice(("姐", "嫂", "姨") if owner.female
                                                    else ("哥", "叔", "伯"))),
            (24, lambda: rng.choice(words.signs("lucky"))),
            (26, lambda: "".join(rng.choices(words.signs("syllables"), k=2))),
            (3, lambda: rng.choice(words.signs("odd"))),
            (6, lambda: rng.choice(self.region.villages)),
        )  # fmt: skip
        weights = [weight for weight, _make in makers]
        return rng.choices([make for _weight, make in makers], weights)[0]()

    def _shop(self, number: int) -> Shop:
        rng = self.rng
        kinds = self.region.trades
        kind = rng.choices(list(kinds), [trade.share for trade in kinds.values()])[0]
        trade, owner = kinds[kind], self.person()
        registered = rng.random() >= trade.unregistered
        ended = registered and rng.random() < 0.11
        chain = kind in words.chains() and rng.random() < 0.05
        form = "company" if rng.random() < trade.company else "individual"
        return Shop(
            number=number,
            kind=kind,
            group=rng.choice(trade.groups),
            owner=owner,
            spouse=self.person(),
            before=self.person() if rng.random() < 0.05 else None,
            brand=rng.choice(words.chains()[kind]) if chain else self.brand(owner),
            brand_before=self.brand(owner) if rng.random() < 0.04 else "",
            branch=self._branch() if chain else "",
            form="coop" if kind == "coop" and form == "company" else form,
            door=self._door(kind),
            mobile=self.mobile(),
            other=rng.choice((self.mobile, self.landline))() if rng.random() < 0.25 else "",
            agent=rng.choice(self.agents) if form == "company" and rng.random() < 0.35 else "",
            code=self._code(form) if registered else "",
            ended=ended,
            operating=rng.random() < (0.2 if ended else 0.94),
            licensed=kind in FOOD and registered and not ended and rng.random() < 0.8,
        )

    def _branch(self) -> str:
        rng = self.rng
        return rng.choice((
            f"第{rng.randint(2, 40)}分店", f"{rng.choice(self.region.streets)}店",
            f"{rng.choice(self.region.towns)[:2]}分店", f"{rng.choice('一二三四五六')}分店",
        ))  # fmt: skip

    def _door(self, kind: str) -> Door:
        rng, region = self.rng, self.region
        rural = kind in {"coop", "breed", "mill", "product"}
        forms = ("street", "lane", "market", "mall", "estate", "highway", "village", "fair")
        weights = (2, 0, 1, 0, 0, 2, 12, 1) if rural else (26, 5, 10, 4, 4, 3, 26, 8)
        form = rng.choices(forms, weights)[0]
        town = region.towns[0] if form in {"mall", "estate", "lane"} else rng.choice(region.towns)
        if form in {"street", "market"} and rng.random() < 0.6:
            town = rng.choice(region.towns[:3])
        at = region.towns.index(town)
        village = region.villages[(at * 3 + rng.randrange(5)) % len(region.villages)]
        end = region.village_ends[(at + len(village) + ord(village[0])) % len(region.village_ends)]
        place = {
            "street": region.streets, "lane": region.streets, "market": region.markets,
            "mall": region.malls, "estate": region.estates, "highway": region.highways,
            "village": region.hamlets, "fair": region.nearby,
        }[form]  # fmt: skip
        return Door(form, town, village + end, rng.choice(place), rng.randint(1, 260),
                    rng.randint(1, 36), rng.randint(1, 3))  # fmt: skip

    def _code(self, form: str) -> str:
        sort = {"individual": "92", "company": "91"}.get(form, "93")
        body = sort + self.region.code + self.rng.choice(("MA", "MA", "MAB", "MAC"))
        body += "".join(self.rng.choice(CODE_CHARACTERS) for _ in range(17 - len(body)))
        return body + str(uscc.calc_check_digit(body))

    def _like(self, shop: Shop, number: int) -> Shop:
        """A neighbour, a second door of one owner, a branch, or who came after."""
        rng, new = self.rng, self._shop(number)
        same = replace(new, kind=shop.kind, group=shop.group)
        sort = rng.choice(("second", "second", "chain", "after", "same name"))
        if sort == "second":
            family = {"owner": shop.owner, "spouse": shop.spouse, "mobile": shop.mobile}
            return replace(new, **family, door=replace(new.door, town=shop.door.town))
        if sort == "chain":
            chain = {"brand": shop.brand, "owner": shop.owner, "mobile": shop.mobile}
            return replace(same, **chain, branch=self._branch(), form=shop.form)
        if sort == "after":
            return replace(same, door=shop.door, brand=new.brand)
        return replace(same, brand=shop.brand, owner=shop.owner, spouse=shop.spouse)
