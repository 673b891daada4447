"""How the clerks of the second hand write: signs as the street calls them, owners as they are
called, numbers with their extensions, doors in parts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from zhian.demo.roster_stranger_shops import CODE_CHARACTERS, FOOD, Door, Person, Shop, Town

LISTS = ("market", "foodlic", "taxelec", "sweep", "health", "agri")
BARE = {"market": 0.02, "foodlic": 0.2, "health": 0.5, "taxelec": 0.45, "agri": 0.65,
        "sweep": 0.68}  # fmt: skip
ALIVE = (("存续", 12), ("开业", 4), ("在营", 3), ("存续（在营、开业、在册）", 3),
         ("停业", 1), ("迁出", 1))  # fmt: skip
ENDED = (("注销", 5), ("已注销", 2), ("吊销，未注销", 2), ("吊销", 1), ("吊销未注销", 1))
KINDS = {
    "grocery": ("食品销售", "食品销售经营者", "食杂店"),
    "catering": ("餐饮服务", "餐饮服务经营者", "小餐饮"),
    "retail": ("非食品", "一般商业"),
    "vegmeat": ("食用农产品销售", "农贸市场"),
    "coop": ("农民专业合作社", "家庭农场"),
    "breed": ("畜禽养殖", "养殖场"),
    "mill": ("食品生产", "粮油加工"),
    "workshop": ("小作坊", "食品小作坊"),
    "product": ("工业产品", "生产企业"),
    "drug": ("药店", "药品零售"),
    "inst": ("学校食堂", "单位食堂"),
}


@dataclass(slots=True)
class Clerks:
    """The clerks of this county."""

    rng: random.Random
    town: Town
    noise: float
    in_words: bool

    def rows(self, shop: Shop) -> list[dict[str, str]]:
        """What each list has of the establishment."""
        found = []
        for name in LISTS:
            if self._has(name, shop):
                found.append(self._row(name, shop))
                if self.rng.random() < 0.015:
                    found.append(self._row(name, shop))
        return found

    def _has(self, name: str, shop: Shop) -> bool:
        chance = self.rng.random()
        if name == "market":
            return bool(shop.code)
        if name == "foodlic":
            return shop.licensed or (shop.ended and shop.kind in FOOD and chance < 0.5)
        if name in {"sweep", "health"} and not shop.operating:
            return False
        return chance < self.town.region.trades[shop.kind].lists.get(name, 0)

    def _often(self, share: float) -> bool:
        return self.rng.random() < min(0.9, share * self.noise)

    def _row(self, name: str, shop: Shop) -> dict[str, str]:
        stale = shop.before is not None and name != "sweep" and self.rng.random() < 0.4
        owner = shop.before if stale and shop.before else shop.owner
        number = f"{self.town.region.code}{shop.number:07d}"
        return {
            "roster": name,
            "name": self._sign(name, shop),
            "uscc": self._code(name, shop),
            "owner": self._owner(name, shop, owner),
            "phone": self._phone(name, shop),
            "addr": self._address(name, shop),
            "licence": f"JY{1 + (shop.kind == 'catering')}{number}" if name == "foodlic" else "",
            "status": self._status(name, shop),
            "kind": self.rng.choice(KINDS[shop.kind]) if self.in_words else shop.kind,
        }

    def _status(self, name: str, shop: Shop) -> str:
        if name not in {"market", "foodlic"}:
            return ""
        if not self.in_words:
            return "注销" if shop.ended else {"market": "存续", "foodlic": "有效"}[name]
        if name == "foodlic":
            return "已注销" if shop.ended else "有效"
        choices = ENDED if shop.ended else ALIVE
        return self.rng.choices([w for w, _n in choices], [n for _w, n in choices])[0]

    # --- signs

    def _sign(self, name: str, shop: Shop) -> str:
        formal = name in {"market", "foodlic"}
        trade = shop.group[0] if formal else self.rng.choice(shop.group)
        brand, branch = shop.brand, shop.branch
        if shop.brand_before and name != "sweep" and self.rng.random() < 0.45:
            brand = shop.brand_before
        if not formal and self._often(0.09):
            brand = self._called(shop.owner)
        if not formal and self._often(0.05):
            trade = ""
        if name == "taxelec" and self._often(0.1):
            return str(shop.owner)
        tail = {"company": "有限公司", "coop": ""}.get(shop.form, "")
        if shop.form == "individual" and formal and self.rng.random() < 0.3:
            tail = self.rng.choice(("(个体工商户)", "（个体工商户）", "（个人独资）"))
        if not formal and self._often(0.4):
            tail = ""
        if branch:
            branch = self._branch(branch, formal)
        sign = self._before(shop, formal) + brand + trade + branch + tail
        return self._slip(sign, 0.05) or str(shop.owner)

    def _branch(self, branch: str, formal: bool) -> str:
        if formal:
            return branch
        if self._often(0.15):
            return ""
        return self.rng.choice((branch, f"({branch})", f"（{branch}）"))

    def _called(self, owner: Person) -> str:
        end = owner.given[-1]
        return self.rng.choice((
            f"阿{end}", f"老{owner.family[0]}", f"{owner.family[0]}记",
            f"{end}姐" if owner.female else f"{end}哥", str(owner), f"{owner.family[0]}老板",
        ))  # fmt: skip

    def _before(self, shop: Shop, formal: bool) -> str:
        region, door = self.town.region, shop.door
        county = region.county
        if formal:
            return self.rng.choice((county, county, county + door.town, county[:-1],
                                    region.city[:-1] + county,
                                    county + door.village[:2]))  # fmt: skip
        if not self._often(0.22):
            return ""
        return self.rng.choice((county[:-1], door.town, door.town.rstrip("镇乡"),
                                door.village[:2]))  # fmt: skip

    # --- people and numbers

    def _owner(self, name: str, shop: Shop, owner: Person) -> str:
        informal = name in {"sweep", "taxelec", "health", "agri"}
        chance = self.rng.random() / self.noise
        if not informal:
            return "" if chance < 0.01 else self._slip(str(owner), 0.02)
        if chance < 0.05:
            return str(shop.spouse)
        if chance < 0.1:
            return ""
        if chance < 0.17:
            end = owner.given[-1]
            return self.rng.choice((
                f"阿{end}", f"{end}姐" if owner.female else f"{end}哥", f"老{owner.family[0]}",
                f"{owner.family[0]}{'太' if owner.female else '生'}", f"{owner.family}老板",
                f"{owner.family}某某", f"{owner.family}{'女士' if owner.female else '先生'}",
            ))  # fmt: skip
        if chance < 0.2:
            mark = self.rng.choice(("、", "/", " ", "，"))
            return f"{owner}{mark}{shop.spouse}"
        if chance < 0.22:
            return f"{owner}（{self.rng.choice(('法人', '店主', shop.spouse.family + '某代管'))}）"
        if chance < 0.23:
            return f"{owner.family}*{owner.given[-1]}"
        return self._slip(str(owner), 0.04)

    def _phone(self, name: str, shop: Shop) -> str:
        rng = self.rng
        chance = rng.random() / self.noise
        number = shop.mobile
        if chance < 0.13:
            return ""
        if shop.agent and name in {"market", "taxelec"} and rng.random() < 0.5:
            number = shop.agent
        elif chance < 0.22:
            number = shop.other or self.town.mobile()
        if chance < 0.25 and len(number) == 11:
            at = rng.randrange(4, 11)
            number = number[:at] + str(rng.randrange(10)) + number[at + 1 :]
        if "-" in number and self._often(0.2):
            return number + rng.choice(("转801", "-8012", " 转 8003"))
        if shop.other and self._often(0.1):
            return number + rng.choice(("/", "、", " ", "，", "；")) + shop.other
        return self._dressed(number)

    def _dressed(self, number: str) -> str:
        if len(number) != 11 or not self._often(0.15):
            return number
        spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
        return self.rng.choice((
            f"+86{number}", f"+86 {number}", spaced, spaced.replace(" ", "-"),
            f"{number}（微信同号）", f"微信{number}", f"86-{number}", f"{number}.0",
        ))  # fmt: skip

    def _code(self, name: str, shop: Shop) -> str:
        rng = self.rng
        if not shop.code or rng.random() < BARE[name]:
            old = shop.code and self._often(0.02)
            return f"{self.town.region.code}6{shop.number:08d}" if old else ""
        code = shop.code
        if self._often(0.012):
            at = rng.randrange(9, 18)
            code = code[:at] + rng.choice(CODE_CHARACTERS) + code[at + 1 :]
        if self._often(0.02):
            return rng.choice((code.lower(), f"{code[:8]} {code[8:]}", f"'{code}", code + " "))
        return code

    # --- addresses

    def _address(self, name: str, shop: Shop) -> str:
        region, rng, door = self.town.region, self.rng, shop.door
        upper = rng.choice((
            region.province + region.city + region.county, region.city + region.county,
            region.county, region.county, "", "",
        ))  # fmt: skip
        town = door.town
        if name != "market" and self._often(0.2):
            town = town.rstrip("镇乡") if len(town) > 2 else town
        if self._often(0.12):
            town = ""
        text = upper + town + self._within(name, door)
        if name in {"sweep", "health", "taxelec"} and self._often(0.12):
            near = rng.choice(region.nearby)
            text += rng.choice((f"（{near}）", near, f"({near})"))
        return self._slip(text, 0.04)

    def _within(self, name: str, door: Door) -> str:
        rng = self.rng
        if self._often(0.06):
            return door.village if door.form == "village" else door.place
        if door.form in {"village", "fair"}:
            return self._in_village(name, door)
        village = door.village if self._often(0.12) else ""
        number = "" if self._often(0.1) else self._number(door)
        if door.form == "lane":
            lane = self.town.region.lanes[door.unit % len(self.town.region.lanes)]
            return village + door.place + lane + number
        if door.form == "highway":
            return village + door.place + rng.choice(("旁", "线旁", "路边", "边"))
        return village + door.place + number

    def _in_village(self, name: str, door: Door) -> str:
        village = door.village
        if name != "market" and self._often(0.25):
            village = village[:2] + ("村" if self.rng.random() < 0.6 else "")
        place = "" if self._often(0.12) else door.place
        if door.form == "fair":
            return village + place
        number = self.rng.choice((f"{door.unit}号", f"{door.unit}组", f"第{door.unit}组", "", ""))
        return village + place + number

    def _number(self, door: Door) -> str:
        rng, number, unit = self.rng, door.number, door.unit
        if door.form == "market":
            return rng.choice((f"{unit}号档", f"内{unit}号", f"{unit}号摊位", f"{unit}号铺",
                               f"A区{unit}号"))  # fmt: skip
        if door.form == "mall":
            return rng.choice((f"{door.floor}楼{unit}号", f"B{door.floor}-{unit}",
                               f"{door.floor}层B{door.floor}-{unit}"))  # fmt: skip
        if door.form == "estate":
            return rng.choice((f"{unit}栋{door.floor}号门面", f"{unit}栋{door.floor}单元",
                               f"{unit}幢{door.floor}号"))  # fmt: skip
        if unit % 4:
            return rng.choice((f"{number}号", f"{number}号", f"{number}号门面", f"{number}号一楼"))
        return rng.choice((f"{number}号附{door.floor}号", f"{number}-{door.floor}号",
                           f"{number}号之{'一二三'[door.floor - 1]}",
                           f"{number}号附{door.floor}"))  # fmt: skip

    def _slip(self, text: str, share: float) -> str:
        if len(text) < 2 or not self._often(share):
            return text
        rng = self.rng
        at = rng.randrange(len(text))
        return rng.choice((
            text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:],
            text[:at] + " " + text[at:], text[: at - 1] + text[at : at + 1]
            + text[at - 1 : at] + text[at + 1 :] if at else text,
            text[:at] + rng.choice("一大小新丰和") + text[at + 1 :],
        ))  # fmt: skip
