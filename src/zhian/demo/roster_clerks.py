"""How departments write down a shop: short names, nicknames, homophones, numbers and owners of
yesterday, addresses by hearsay, codes left out or mistyped."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import opencc

from zhian.demo.roster_shops import CODE_CHARACTERS, FOOD, Shop, Shops
from zhian.demo.roster_words import KINDS, Style

ROSTERS = ("market", "taxelec", "sweep", "foodlic", "health", "agri")
NO_CODE = {"market": 0.03, "foodlic": 0.23, "health": 0.47, "taxelec": 0.49, "agri": 0.63,
           "sweep": 0.65}  # fmt: skip
TWICE = 0.02
FORMAL = frozenset({"market", "foodlic"})
SLOW = {"taxelec": 0.55, "health": 0.4, "foodlic": 0.5, "agri": 0.4}  # who keeps what was before
NUMERALS = "〇一二三四五六七八九"


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@dataclass(slots=True)
class Clerks:
    """The clerks of one county; `noise` 1 as departments write, 1.6 as the worst of them do."""

    rng: random.Random
    style: Style
    noise: float
    shops: Shops

    def rows(self, shop: Shop) -> list[dict[str, str]]:
        """What each department has of a shop, seldom twice."""
        found = []
        for roster in ROSTERS:
            if self._listed(shop, roster):
                times = 1 + (self.rng.random() < TWICE)
                found += [self._row(shop, roster) for _ in range(times)]
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
        late = self.rng.random() < SLOW.get(roster, 0.0)
        return {
            "roster": roster,
            "name": self._name(shop, roster, late),
            "uscc": self._written_code(shop, roster),
            "owner": self._written_owner(shop, roster, late),
            "phone": self._written_phone(shop, roster, late),
            "addr": self._address(shop, roster),
            "licence": f"JY2{self.style.code}{shop.number:08d}"[:16] if roster == "foodlic" else "",
            "status": (status if shop.ended else alive).get(roster, ""),
            "kind": shop.kind,
        }

    def _may(self, share: float) -> bool:
        return self.rng.random() < min(0.95, share * self.noise)

    # --- names

    def _name(self, shop: Shop, roster: str, late: bool) -> str:
        formal = roster in FORMAL
        if roster == "taxelec" and self._may(0.12):
            return shop.owner_before if late and shop.owner_before else shop.owner
        brand = shop.brand_before if late and shop.brand_before else shop.brand
        trade = shop.trade
        if not formal and self._may(0.3):
            trade = self.rng.choice(self.style.trades[shop.kind])
        if not formal:
            brand, trade = self._called(shop, brand, trade)
        name = self._prefix(shop, formal) + brand + trade + self._tail(shop, formal)
        return self._slip(name, 0.05)

    def _called(self, shop: Shop, brand: str, trade: str) -> tuple[str, str]:
        """What the street calls it."""
        if self._may(0.05):
            return f"老{shop.owner[0]}", trade
        if self._may(0.03):
            return shop.owner, trade
        return (brand, "") if self._may(0.04) else (brand, trade)

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

    # --- numbers and people

    def _written_code(self, shop: Shop, roster: str) -> str:
        rng = self.rng
        if not shop.code or rng.random() < NO_CODE[roster]:
            return f"{self.style.code}6{shop.number:08d}" if shop.code and self._may(0.03) else ""
        if self._may(0.015):
            at = rng.randrange(8, 18)
            return shop.code[:at] + rng.choice(CODE_CHARACTERS) + shop.code[at + 1 :]
        if self._may(0.02):
            return shop.code.translate({ord(c): ord(c) + 0xFEE0 for c in shop.code})
        return shop.code.replace("0", "O") if self._may(0.01) else shop.code

    def _written_owner(self, shop: Shop, roster: str, late: bool) -> str:
        owner = shop.owner_before if late and shop.owner_before else shop.owner
        if roster == "sweep" and self._may(0.1):
            return self.rng.choice((f"老{owner[0]}", f"{owner[0]}某", f"{owner[0]}老板"))
        if self._may(0.05 if roster != "market" else 0.01):
            return ""
        if roster in {"sweep", "taxelec", "health"} and self._may(0.04):
            return shop.spouse
        if roster in {"sweep", "taxelec"} and self._may(0.02):
            return self.shops.person()
        return self._slip(owner, 0.04)

    def _written_phone(self, shop: Shop, roster: str, late: bool) -> str:
        rng, phone = self.rng, shop.phone
        if self._may(0.15):
            return ""
        if roster in {"market", "taxelec"} and shop.agent and self._may(0.5):
            phone = shop.agent
        elif late and shop.phone_before:
            phone = shop.phone_before
        elif self._may(0.1):
            phone = shop.phone2 or self.shops.phone()
        if self._may(0.03):
            at = rng.randrange(3, len(phone))
            phone = phone[:at] + str(rng.randrange(10)) + phone[at + 1 :]
        if shop.phone2 and self._may(0.1):
            return phone + rng.choice("、;/；") + shop.phone2
        return self._spaced(phone)

    def _spaced(self, phone: str) -> str:
        if len(phone) != 11 or not self._may(0.06):
            return phone
        mark = self.rng.choice("- ")
        return f"{phone[:3]}{mark}{phone[3:7]}{mark}{phone[7:]}"

    # --- addresses

    def _address(self, shop: Shop, roster: str) -> str:
        rng, style = self.rng, self.style
        town, upper = shop.town, "".join(style.above)
        if roster != "market" and self._may(0.25):
            town = town[:-1] if len(town) > 2 else town
        start = rng.choices((upper + style.county, style.county, ""), (0.4, 0.35, 0.25))[0]
        place = self._door(shop, roster) if shop.road else self._hamlet(shop, roster)
        if roster in {"sweep", "health"} and self._may(0.12):
            landmark = rng.choice(style.landmarks)
            place += f"（{landmark}）" if rng.random() < 0.4 else landmark
        if self._may(0.08):
            town = ""
        return self._slip(start + town + place, 0.04)

    def _village(self, shop: Shop, roster: str) -> str:
        old = self.style.old_villages.get(shop.town + shop.village, "")
        return old if old and roster != "market" and self._may(0.12) else shop.village

    def _door(self, shop: Shop, roster: str) -> str:
        road = shop.road
        if roster in {"taxelec", "sweep", "agri"} and road in self.style.old_roads:
            road = self.style.old_roads[road] if self._may(0.12) else road
        door = "" if self._may(0.12) else f"{self._number(shop.door)}号"
        if door and road in self.style.markets:
            door = door[:-1] + self.rng.choice(("号", "号摊", "号床子", "号档口"))
        village = self._village(shop, roster) if self._may(0.2) else ""
        return village + road + door

    def _hamlet(self, shop: Shop, roster: str) -> str:
        place = self._village(shop, roster) + ("" if self._may(0.2) else shop.hamlet)
        return place + ("" if self._may(0.4) else f"{self._number(shop.group)}组")

    def _number(self, number: int) -> str:
        if not self._may(0.06):
            return str(number)
        return "".join(NUMERALS[int(figure)] for figure in str(number))

    # --- slips of a tired clerk

    def _slip(self, text: str, share: float) -> str:
        if len(text) < 2 or not self._may(share):
            return text
        slips = (self._homophone, self._swapped, self._dropped, self._wide, self._doubled,
                 self._traditional)  # fmt: skip
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

    def _doubled(self, text: str) -> str:
        n = self.rng.randrange(len(text))
        return text[:n] + text[n] + text[n:]

    def _wide(self, text: str) -> str:
        n = self.rng.randrange(1, len(text))
        return text[:n] + self.rng.choice((" ", "　")) + text[n:]

    def _traditional(self, text: str) -> str:
        converted: str = _traditional().convert(text)
        return converted
