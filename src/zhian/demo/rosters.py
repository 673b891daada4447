"""Rosters of a county that does not exist, with the truth behind them: six departments write down
the same shops, each in its own way.

Shops have near twins (one owner with two doors, branches of a chain, a successor at the same
address, a shop registered anew), and clerks write as clerks do: short names, nicknames, homophones,
old telephone numbers, addresses by hearsay, codes left out or mistyped.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from zhian.demo.roster_words import KINDS, STYLES, Style
from zhian.law.identifiers import parse_uscc
from zhian.law.plain_numbers import IdentifierError

ROSTERS = ("market", "taxelec", "sweep", "foodlic", "health", "agri")
NO_CODE = {"market": 0.03, "foodlic": 0.23, "health": 0.47, "taxelec": 0.49, "agri": 0.63,
           "sweep": 0.65}  # fmt: skip
FOOD = {"grocery", "catering", "vegmeat", "workshop", "mill", "inst"}
TWINS = 0.09
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Shop:
    """One establishment as it is."""

    number: int
    kind: str
    form: str
    owner: str
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
    code: str
    registered: bool
    ended: bool
    operating: bool
    licensed: bool


@dataclass(slots=True)
class Roster:
    """Rows of all departments, column by column, and the shop behind each row."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    truth: list[int] = field(default_factory=list)


def county(
    operators: int = 2000, seed: int = 1, style: str = "south", noise: float = 1.0
) -> Roster:
    """The rosters of a fictitious county.

    style: how signs and addresses read there (south, central, north). noise: 1 as departments
    write, 1.6 as the worst of them do.
    """
    rng = random.Random(f"{seed}/{style}")
    world = _World(rng, STYLES[style], noise)
    shops = world.shops(operators)
    roster = Roster({name: [] for name in COLUMNS})
    rows = [row for shop in shops for row in world.rows(shop)]
    rng.shuffle(rows)
    for number, (shop, row) in enumerate(rows):
        roster.truth.append(shop)
        for name in COLUMNS:
            roster.columns[name].append(str(number) if name == "rid" else row.get(name, ""))
    return roster


COLUMNS = ("rid", "roster", "name", "uscc", "owner", "phone", "addr", "licence", "status", "kind")


def _check_character(body: str) -> str:
    """The character that makes a credit code of these seventeen valid."""
    for last in CODE_CHARACTERS:
        try:
            parse_uscc(body + last)
        except IdentifierError:
            continue
        return last
    raise ValueError(body)


@dataclass(slots=True)
class _World:
    rng: random.Random
    style: Style
    noise: float
    phones: set[str] = field(default_factory=set)

    # --- the shops

    def shops(self, count: int) -> list[Shop]:
        """Shops, about one in eleven the near twin of another."""
        found: list[Shop] = []
        for number in range(count):
            twin = found and self.rng.random() < TWINS
            shop = self._twin(self.rng.choice(found), number) if twin else self._shop(number)
            found.append(shop)
        return found

    def _shop(self, number: int) -> Shop:
        rng, style = self.rng, self.style
        kind = rng.choices(list(KINDS), [row.share for row in KINDS.values()])[0]
        row = KINDS[kind]
        owner = self._person()
        in_seat = rng.random() < (0.35 if kind in {"breed", "coop"} else 0.5)
        town = style.towns[0] if in_seat else rng.choice(style.towns[1:])
        by_road = in_seat and rng.random() < 0.8
        registered = rng.random() > row.unregistered
        ended = registered and rng.random() < 0.12
        return Shop(
            number,
            kind,
            rng.choices(("个体", "公司", "合作社"), row.forms)[0],
            owner,
            owner if rng.random() < row.by_owner else self._brand(owner),
            rng.choice(style.trades[kind]),
            town,
            rng.choice(style.villages[town]),
            "" if by_road else rng.choice(style.hamlets),
            rng.randint(1, 12),
            rng.choice(style.roads) if by_road else "",
            rng.randint(1, 320),
            self._phone(),
            self._phone() if rng.random() < 0.2 else "",
            self._code() if registered else "",
            registered,
            ended,
            rng.random() < (0.18 if ended else 0.93),
            kind in FOOD and registered and not ended and rng.random() < 0.82,
        )

    def _twin(self, shop: Shop, number: int) -> Shop:
        """Another establishment that is easily taken for this one."""
        rng, fresh = self.rng, self._shop(number)
        sort = rng.choices(("door", "branch", "successor", "anew"), (33, 27, 27, 13))[0]
        base = replace(fresh, kind=shop.kind, form=shop.form)
        if sort == "door":
            same = {"owner": shop.owner, "phone": shop.phone, "town": shop.town}
            return replace(base, **same, village=shop.village, road=shop.road, hamlet=shop.hamlet)
        if sort == "branch":
            return replace(base, brand=shop.brand, trade=shop.trade, owner=shop.owner)
        here = {name: getattr(shop, name) for name in
                ("town", "village", "hamlet", "group", "road", "door")}  # fmt: skip
        if sort == "successor":
            return replace(base, **here, trade=shop.trade)
        return replace(
            base, **here, owner=shop.owner, brand=self._brand(shop.owner), trade=shop.trade
        )

    def _person(self) -> str:
        rng, style = self.rng, self.style
        surname = rng.choices(style.surnames, style.surname_weights)[0]
        return surname + "".join(
            rng.choice(style.given) for _ in range(1 if rng.random() < 0.2 else 2)
        )

    def _brand(self, owner: str) -> str:
        rng, style = self.rng, self.style
        chance = rng.random()
        if chance < 0.12:
            return f"老{owner[0]}{rng.choice(('', '家', '记'))}"
        if chance < 0.2:
            return owner[1:] if len(owner) > 2 else owner
        if chance < 0.6:
            return rng.choice(style.brands)
        return (
            rng.choice(style.syllables)
            + rng.choice(style.syllables)
            + rng.choice(("", "", "园", "缘", "轩"))
        )

    def _phone(self) -> str:
        while True:
            phone = f"1{self.rng.choice('3579')}{self.rng.randrange(10**9):09d}"
            if phone not in self.phones:
                self.phones.add(phone)
                return phone

    def _code(self) -> str:
        rng = self.rng
        body = rng.choice(("91", "92", "92", "92", "93")) + self.style.code + "MA"
        body += "".join(rng.choice(CODE_CHARACTERS) for _ in range(7))
        return body + _check_character(body)

    # --- what departments write

    def rows(self, shop: Shop) -> list[tuple[int, dict[str, str]]]:
        """What each department has of a shop, seldom twice."""
        rng, found = self.rng, []
        for roster in ROSTERS:
            if not self._listed(shop, roster):
                continue
            for _ in range(1 + (rng.random() < 0.02)):
                found.append((shop.number, self._row(shop, roster)))
        return found

    def _listed(self, shop: Shop, roster: str) -> bool:
        if roster == "market":
            return shop.registered
        if roster == "foodlic":
            return shop.licensed or (shop.kind in FOOD and shop.ended and self.rng.random() < 0.5)
        if not shop.operating and roster in {"sweep", "health"}:
            return False
        return self.rng.random() < KINDS[shop.kind].seen.get(roster, 0.0)

    def _row(self, shop: Shop, roster: str) -> dict[str, str]:
        status = {"market": "吊销" if shop.number % 3 == 0 else "注销", "foodlic": "注销"}
        alive = {"market": "存续", "foodlic": "有效"}
        return {
            "roster": roster,
            "name": self._name(shop, roster),
            "uscc": self._written_code(shop, roster),
            "owner": self._written_owner(shop, roster),
            "phone": self._written_phone(shop, roster),
            "addr": self._address(shop, roster),
            "licence": f"JY2{self.style.code}{shop.number:08d}"[:16] if roster == "foodlic" else "",
            "status": (status if shop.ended else alive).get(roster, ""),
            "kind": shop.kind,
        }

    def _may(self, share: float) -> bool:
        return self.rng.random() < min(0.95, share * self.noise)

    def _name(self, shop: Shop, roster: str) -> str:
        rng, style, formal = self.rng, self.style, roster in {"market", "foodlic"}
        if roster == "taxelec" and self._may(0.12):
            return shop.owner
        brand, trade = shop.brand, shop.trade
        if not formal and self._may(0.3):
            trade = rng.choice(style.trades[shop.kind])
        if not formal and self._may(0.05):
            brand = f"老{shop.owner[0]}"
        elif not formal and self._may(0.04):
            trade = ""
        return self._slip(
            self._prefix(shop, formal) + brand + trade + self._tail(shop, formal), 0.05
        )

    def _prefix(self, shop: Shop, formal: bool) -> str:
        county = self.style.county
        if not formal and self._may(0.15):
            return county[:-1]
        if formal or self._may(0.35):
            return self.rng.choice((county, county, county + shop.town, shop.town))
        return ""

    def _tail(self, shop: Shop, formal: bool) -> str:
        tail = {"公司": "有限公司", "合作社": "专业合作社"}.get(shop.form, "")
        if not tail:
            return "（个体工商户）" if formal and self.rng.random() < 0.3 else ""
        return "" if not formal and self._may(0.4) else tail

    def _written_code(self, shop: Shop, roster: str) -> str:
        rng = self.rng
        if not shop.code or rng.random() < NO_CODE[roster]:
            return f"{self.style.code}6{shop.number:08d}" if shop.code and self._may(0.02) else ""
        if self._may(0.015):
            at = rng.randrange(8, 18)
            return shop.code[:at] + rng.choice(CODE_CHARACTERS) + shop.code[at + 1 :]
        if self._may(0.02):
            return shop.code.translate({ord(c): ord(c) + 0xFEE0 for c in shop.code})
        return shop.code.replace("0", "O") if self._may(0.01) else shop.code

    def _written_owner(self, shop: Shop, roster: str) -> str:
        rng = self.rng
        if roster == "sweep" and self._may(0.1):
            return rng.choice((f"老{shop.owner[0]}", f"{shop.owner[0]}某", f"{shop.owner[0]}老板"))
        if self._may(0.05 if roster != "market" else 0.01):
            return ""
        if roster in {"sweep", "taxelec"} and self._may(0.04):
            return self._person()
        return self._slip(shop.owner, 0.04)

    def _written_phone(self, shop: Shop, roster: str) -> str:
        rng, phone = self.rng, shop.phone
        if self._may(0.15):
            return ""
        if self._may(0.1):
            phone = shop.phone2 or self._phone()
        if self._may(0.03):
            at = rng.randrange(3, 11)
            phone = phone[:at] + str(rng.randrange(10)) + phone[at + 1 :]
        if shop.phone2 and self._may(0.1):
            return phone + rng.choice("、;/") + shop.phone2
        return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}" if self._may(0.05) else phone

    def _address(self, shop: Shop, roster: str) -> str:
        rng, style = self.rng, self.style
        town, village = shop.town, shop.village
        upper = "".join(style.above)
        if roster != "market" and self._may(0.25):
            town = town[:-1] if len(town) > 2 else town
        start = rng.choices((upper + style.county, style.county, ""), (0.4, 0.35, 0.25))[0]
        if shop.road:
            door = f"{shop.door}号" if not self._may(0.12) else ""
            place = (village if self._may(0.2) else "") + shop.road + door
        else:
            place = village + ("" if self._may(0.2) else shop.hamlet)
            place += f"{shop.group}组" if not self._may(0.4) else ""
        if roster == "sweep" and self._may(0.1):
            place += rng.choice(style.landmarks)
        if self._may(0.08):
            town = ""
        return self._slip(start + town + place, 0.04)

    def _slip(self, text: str, share: float) -> str:
        """One of the slips of a tired clerk, now and then."""
        if len(text) < 2 or not self._may(share):
            return text
        slips = (self._homophone, self._swapped, self._dropped, self._wide)
        return self.rng.choice(slips)(text)

    def _homophone(self, text: str) -> str:
        at = [n for n, c in enumerate(text) if c in self.style.homophones]
        if not at:
            return text
        n = self.rng.choice(at)
        return text[:n] + self.rng.choice(self.style.homophones[text[n]]) + text[n + 1 :]

    def _swapped(self, text: str) -> str:
        n = self.rng.randrange(len(text) - 1)
        return text[:n] + text[n + 1] + text[n] + text[n + 2 :]

    def _dropped(self, text: str) -> str:
        n = self.rng.randrange(len(text))
        return text[:n] + text[n + 1 :]

    def _wide(self, text: str) -> str:
        n = self.rng.randrange(1, len(text))
        return text[:n] + self.rng.choice((" ", "　")) + text[n:]
