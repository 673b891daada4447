"""Whose licence a row is and where: found in the directory, or to be added to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.db.models import Q

from zhian.apps.registry.licences.importing.plan import Plan
from zhian.apps.registry.licences.sorts import PER_OPERATOR
from zhian.desk.takeover.cells import bare
from zhian.directory.imports.table import Row, Wrong
from zhian.directory.models import Agency, Operator, Place, Premises
from zhian.law.credit_codes import parse_uscc
from zhian.law.identifiers import IdentifierError
from zhian.law.references import business_types
from zhian.law.words import Words

CHUNK = 500
T = TypeVar("T")
BUSINESS = {
    "SC": "food_production",
    "JY": "food_sale",
    "YB": "prepackaged_sale",
    "WORKSHOP": "food_workshop",
    "STALL": "stall",
    "FARM": "farm_livestock",
    "DRUG": "drug_retail",
    "XK": "industrial_product",
    "CCC": "ccc_product",
}
BY_DIGIT = {"1": "food_sale", "2": "catering", "3": "canteen"}  # the first of a JY number
SMALL_KINDS = {"WORKSHOP": "workshop", "STALL": "stall", "FARM": "farm"}


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """A long list in parts that one query can hold."""
    return (values[start : start + size] for start in range(0, len(values), size))


class Directory:
    """The operators, premises and places that a file names, read in few queries."""

    def __init__(self, plan: Plan, agency: Agency) -> None:
        self.plan, self.agency = plan, agency
        self._by_code: dict[str, Operator] = {}
        self._by_name: dict[str, list[Operator]] = defaultdict(list)
        self._premises: dict[int, list[Premises]] = defaultdict(list)
        self._added: dict[int, list[Premises]] = defaultdict(list)
        first, after = agency.place.code_range
        found = Place.objects.filter(code__gte=first, code__lt=after)
        self._places = list(found.filter(valid_to__isnull=True).order_by("code"))
        self._at_code = {place.code: place for place in self._places}
        self._at_name: dict[str, list[Place]] = defaultdict(list)
        for place in self._places:
            self._at_name[place.name].append(place)
        self.divisions = frozenset(place.code[:6] for place in self._places)
        self._load(plan.source.rows)

    def _load(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        names = sorted({row.text("operator") for row in rows} - {""})
        codes = sorted({_code(row) for row in rows} - {""})
        known: dict[int, Operator] = {}
        for part in chunks(names):
            known |= {o.pk: o for o in self._within(Q(name__in=part))}
        for part in chunks(codes):
            known |= {o.pk: o for o in Operator.objects.filter(uscc__in=part)}
        for operator in known.values():
            self._keep(operator)
        for keys in chunks(sorted(known)):
            for found in Premises.objects.filter(operator__in=keys).order_by("pk"):
                self._premises[found.operator_id].append(found)

    def _within(self, named: Q) -> Iterable[Operator]:
        """By name alone only here: somewhere else another may be called the same."""
        first, after = self.agency.place.code_range
        return Operator.objects.filter(named, place__code__gte=first, place__code__lt=after)

    def _keep(self, operator: Operator) -> None:
        if operator.uscc:
            self._by_code[operator.uscc] = operator
        self._by_name[bare(operator.name)].append(operator)

    # --- where

    def place(self, row: Row, premises: Premises | None) -> Place:
        """By code, by name, by the address; else where the operator is, else the county."""
        text = row.text("place")
        if text:
            return self._named(text)
        if premises is not None and premises.pk is not None:
            return premises.place
        inside = [p for p in self._places if len(p.name) > 1 and p.name in row.text("address")]
        if inside:
            return max(inside, key=lambda place: (len(place.code.rstrip("0")), place.code))
        self.plan.remark(
            row,
            "place",
            Words(
                "没有区划，地址中也认不出，记在本县。",
                "No division is told: it lies in the county.",
            ),
        )
        return self.agency.place

    def _named(self, text: str) -> Place:
        found = self._at_code.get(text.ljust(12, "0"))
        named = [found] if found else self._at_name.get(text, [])
        if len(named) == 1:
            return named[0]
        if named:
            raise Wrong(
                "place",
                f"有 {len(named)} 个“{text}”，请写 12 位区划代码。",
                f"{len(named)} places are called “{text}”: give the code.",
            )
        raise Wrong("place", f"本县没有区划“{text}”。", f"The county has no division “{text}”.")

    # --- who

    def operator(self, row: Row, kind: str) -> Operator:
        """By credit code, else by name; else a new one, once for the whole file."""
        name, code = row.text("operator"), self._checked(row)
        if not name:
            raise Wrong("operator", "此格必填。", "This cell must be filled.")
        found = self._by_code.get(code) if code else None
        if found is None:
            found = self._only(row, name, code)
        if found is None:
            return self._new(row, kind, name, code)
        if bare(found.name) != bare(name):
            self.plan.remark(
                row,
                "operator",
                Words(
                    f"名录中此代码的主体叫“{found.name}”。",
                    f"The register calls it “{found.name}”.",
                ),
            )
        return found

    def _checked(self, row: Row) -> str:
        code = _code(row)
        if not code:
            return ""
        try:
            return parse_uscc(code).code
        except IdentifierError as wrong:
            raise Wrong("uscc", wrong.words.zh, wrong.words.en) from None

    def _only(self, row: Row, name: str, code: str) -> Operator | None:
        """The one of that name; whoever has another code is somebody else."""
        named = [o for o in self._by_name.get(bare(name), []) if not (code and o.uscc)]
        here = [o for o in named if self._is_at(o, bare(row.text("address")))]
        if len(here) == 1:
            return here[0]
        if len(named) > 1:
            raise Wrong(
                "operator",
                f"名录中有 {len(named)} 个“{name}”，请写统一社会信用代码或者准确的地址。",
                f"The register has {len(named)} called “{name}”: give the code or the address.",
            )
        return named[0] if named else None

    def _is_at(self, operator: Operator, address: str) -> bool:
        """Of several of one name the address tells which."""
        known = self._premises[operator.pk] if operator.pk else self._added[id(operator)]
        return bool(address) and any(bare(one.address) == address for one in known)

    def _new(self, row: Row, kind: str, name: str, code: str) -> Operator:
        made = Operator(
            name=name[:200],
            uscc=code or None,
            kind=_kind(kind, code),
            head=row.text("head")[:50],
            phone=row.text("phone")[:50],
            address=row.text("address")[:300],
        )
        self.plan.new_operators.append(made)
        self._keep(made)
        return made

    # --- which premises

    def premises(self, row: Row, operator: Operator, kind: str) -> Premises | None:
        """By name or address, the only one, or a new one; a certificate names none."""
        if kind in ("CCC", "XK"):
            return None
        wanted = {bare(row.text(key)) for key in ("premises", "address")} - {""}
        known = self._premises[operator.pk] if operator.pk else self._added[id(operator)]
        found = [p for p in known if wanted & {bare(p.name), bare(p.address)}]
        if not found and len(known) == 1 and not row.text("premises"):
            alike = kind in PER_OPERATOR or _alike(known[0].address, row.text("address"))
            found = known if alike else []
        return found[0] if found else None

    def add_premises(
        self, row: Row, operator: Operator, kind: str, number: str, place: Place
    ) -> Premises:
        """A place of business that the directory lacks."""
        made = Premises(
            operator=operator,
            name=(row.text("premises") or operator.name)[:200],
            place=place,
            address=row.text("address")[:300],
            business_type=_business(row, kind, number),
        )
        self.plan.new_premises.append(made)
        known = self._premises[operator.pk] if operator.pk else self._added[id(operator)]
        known.append(made)
        return made


def _business(row: Row, kind: str, number: str) -> str:
    text = bare(row.text("business_type"))
    for key, one in business_types().items():
        if text and text in {bare(key), bare(one.words.zh), bare(one.words.en)}:
            return key
    if kind == "JY":
        return BY_DIGIT.get(number[2:3], "food_sale")
    return BUSINESS[kind]


def _alike(one: str, other: str) -> bool:
    """Whether two addresses may be one place: one says less than the other, or nothing."""
    return bare(one) in bare(other) or bare(other) in bare(one)


def _kind(kind: str, code: str) -> str:
    """Workshops, stalls and farms by their paper, companies by their code (91…), else a shop."""
    return SMALL_KINDS.get(kind) or ("company" if code.startswith("91") else "individual")


def _code(row: Row) -> str:
    text = row.text("uscc").upper().replace(" ", "")
    return "" if set(text) <= {"-", "/", "无"} else text
