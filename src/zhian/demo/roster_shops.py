"""The shops of a county that does not exist, with near twins that are easily taken for them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from stdnum.cn import uscc

from zhian.demo.roster_words import COMMON_GIVEN, KINDS, Style

FOOD = {"grocery", "catering", "vegmeat", "workshop", "mill", "inst"}
TWINS = 0.11
COMPANIES_OF_AGENTS = 0.4
SHOPS_PER_AGENT = 250
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
STALLS = {"vegmeat": 0.5, "grocery": 0.12, "catering": 0.08, "retail": 0.12}


@dataclass(frozen=True, slots=True)
class Shop:
    """One establishment as it is, and as it was: an owner, a telephone, a sign of before."""

    number: int
    kind: str
    form: str
    owner: str
    spouse: str
    brand: str
    trade: str
    town: str
    village: str
    hamlet: str
    group: int
    road: str
    door: int
    phone: str
    phone2: str
    agent: str
    code: str
    registered: bool
    ended: bool
    operating: bool
    licensed: bool
    owner_before: str = ""
    phone_before: str = ""
    brand_before: str = ""


@dataclass(slots=True)
class Shops:
    """Makes shops; `first` is the number of the first of them."""

    rng: random.Random
    style: Style
    first: int = 0
    phones: set[str] = field(default_factory=set)
    agents: list[str] = field(default_factory=list)

    def make(self, count: int) -> list[Shop]:
        """Shops, about one in nine the near twin of another."""
        self.agents = [self.phone() for _ in range(2 + count // SHOPS_PER_AGENT)]
        found: list[Shop] = []
        for number in range(self.first, self.first + count):
            twin = found and self.rng.random() < TWINS
            shop = self._twin(self.rng.choice(found), number) if twin else self._shop(number)
            found.append(shop)
        return [self._with_a_past(shop) for shop in found]

    def _shop(self, number: int) -> Shop:
        rng, style = self.rng, self.style
        kind = rng.choices(list(KINDS), [row.share for row in KINDS.values()])[0]
        row, owner = KINDS[kind], self.person()
        in_seat = rng.random() < (0.35 if kind in {"breed", "coop"} else 0.5)
        town = style.towns[0] if in_seat else rng.choice(style.towns[1:])
        road = self._road(kind) if in_seat and rng.random() < 0.8 else ""
        registered = rng.random() > row.unregistered
        ended = registered and rng.random() < 0.12
        form = rng.choices(("个体", "公司", "合作社"), row.forms)[0]
        agent = form != "个体" and rng.random() < COMPANIES_OF_AGENTS
        return Shop(
            number=number,
            kind=kind,
            form=form,
            owner=owner,
            spouse=self.person(),
            brand=owner if rng.random() < row.by_owner else self.brand(owner),
            trade=rng.choice(style.trades[kind]),
            town=town,
            village=rng.choice(style.villages[town]),
            hamlet="" if road else rng.choice(style.hamlets),
            group=rng.randint(1, 12),
            road=road,
            door=rng.randint(1, 320),
            phone=self.phone(),
            phone2=self.phone() if rng.random() < 0.2 else "",
            agent=rng.choice(self.agents) if agent else "",
            code=self._code() if registered else "",
            registered=registered,
            ended=ended,
            operating=rng.random() < (0.18 if ended else 0.93),
            licensed=kind in FOOD and registered and not ended and rng.random() < 0.82,
        )

    def _road(self, kind: str) -> str:
        at_market = self.style.markets and self.rng.random() < STALLS.get(kind, 0.0)
        return self.rng.choice(self.style.markets if at_market else self.style.roads)

    def _twin(self, shop: Shop, number: int) -> Shop:
        """Another establishment that is easily taken for this one."""
        rng, fresh = self.rng, self._shop(number)
        sort = rng.choices(("door", "branch", "successor", "anew"), (30, 32, 26, 12))[0]
        base = replace(fresh, kind=shop.kind, form=shop.form)
        if sort == "door":
            same = {"owner": shop.owner, "phone": shop.phone, "town": shop.town}
            return replace(base, **same, village=shop.village, road=shop.road, hamlet=shop.hamlet)
        if sort == "branch":
            return self._branch(shop, base)
        here = {name: getattr(shop, name) for name in
                ("town", "village", "hamlet", "group", "road", "door")}  # fmt: skip
        if sort == "successor":
            return replace(base, **here, trade=shop.trade)
        again = replace(base, **here, owner=shop.owner, trade=shop.trade)
        return replace(again, brand=self.brand(shop.owner), spouse=shop.spouse)

    def _branch(self, shop: Shop, base: Shop) -> Shop:
        """A branch bears the sign of its chain, and half of them its telephone."""
        phone = shop.phone if self.rng.random() < 0.5 else base.phone
        same = {"brand": shop.brand, "trade": shop.trade, "owner": shop.owner, "phone": phone}
        return replace(base, **same, agent=shop.agent)

    def _with_a_past(self, shop: Shop) -> Shop:
        """One in twenty changed hands, one in twenty-five its sign; some rosters do not know."""
        rng = self.rng
        if rng.random() < 0.05:
            shop = replace(shop, owner_before=self.person(), phone_before=self.phone())
        if rng.random() < 0.04:
            shop = replace(shop, brand_before=self.brand(shop.owner))
        return shop

    def person(self) -> str:
        """A person's name; a third bear a given name that many bear."""
        rng, style = self.rng, self.style
        surname = rng.choices(style.surnames, style.surname_weights)[0]
        if rng.random() < 0.3:
            return surname + rng.choice(COMMON_GIVEN)
        size = 1 if rng.random() < 0.2 else 2
        return surname + "".join(rng.choice(style.given) for _ in range(size))

    def brand(self, owner: str) -> str:
        """What stands on the sign before the trade."""
        rng, style = self.rng, self.style
        chance = rng.random()
        if chance < 0.12:
            return f"老{owner[0]}{rng.choice(('', '家', '记'))}"
        if chance < 0.2:
            return owner[1:] if len(owner) > 2 else owner
        if chance < 0.65:
            return rng.choice(style.brands)
        syllables = rng.choice(style.syllables) + rng.choice(style.syllables)
        return syllables + rng.choice(("", "", "园", "缘", "轩"))

    def phone(self) -> str:
        """A number that no shop has yet."""
        while True:
            phone = f"1{self.rng.choice('3579')}{self.rng.randrange(10**9):09d}"
            if phone not in self.phones:
                self.phones.add(phone)
                return phone

    def _code(self) -> str:
        rng = self.rng
        body = rng.choice(("91", "92", "92", "92", "93")) + self.style.code + "MA"
        body += "".join(rng.choice(CODE_CHARACTERS) for _ in range(7))
        return body + str(uscc.calc_check_digit(body))
