"""Who and what the cells of a take-over name, each looked up once for the whole file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from django.db.models import Q

from zhian.desk.takeover.cells import bare, listed
from zhian.directory.imports.table import Row, Wrong
from zhian.directory.models import Agency, Appointment, Office, Operator, Place, Premises

CHUNK = 500
USCC_LENGTH = 18
T = TypeVar("T")


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """A long list in parts that one query can hold."""
    return (values[start : start + size] for start in range(0, len(values), size))


class Index:
    """The directory on one day, read as far as the file needs it."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._agencies = list(Agency.objects.select_related("place"))
        self._offices: dict[int, list[Office]] = {}
        self._people: dict[int, list[Appointment]] = {}
        self._givers: dict[str, list[Appointment]] = {}
        self._places: dict[str, Place | None] = {}
        self._operators: dict[str, list[Operator]] = defaultdict(list)
        self._premises: dict[int, list[Premises]] = defaultdict(list)

    # --- agencies, offices, people

    def agency(self, row: Row, default: Agency | None) -> Agency:
        """The agency by code or full name, else the one named when importing."""
        text = row.text("agency")
        if not text and default is not None:
            return default
        if not text:
            raise Wrong("agency", "请写部门，或者在导入时指定。", "Name the agency.")
        found = [a for a in self._agencies if a.code == text] or [
            a for a in self._agencies if a.name == text
        ]
        if len(found) != 1:
            codes = listed(a.code for a in self._agencies)
            raise Wrong(
                "agency",
                f"没有部门“{text}”；代码有：{codes}。",
                f"There is no agency “{text}”; codes: {codes}.",
            )
        return found[0]

    def office(self, row: Row, agency: Agency) -> Office | None:
        """An office of the agency by code or name."""
        text = row.text("office")
        if not text:
            return None
        if agency.pk not in self._offices:
            self._offices[agency.pk] = list(agency.offices.select_related("place"))
        offices = self._offices[agency.pk]
        found = [o for o in offices if o.code == text] or [o for o in offices if o.name == text]
        if not found:
            names = listed(o.name for o in offices)
            raise Wrong(
                "office",
                f"{agency.name}没有机构“{text}”；可填：{names}。",
                f"{agency.name} has no office “{text}”; allowed: {names}.",
            )
        return found[0]

    def handler(self, row: Row, agency: Agency, office: Office | None) -> Appointment | None:
        """Who handles it: a person in a post of the agency today, the office's before others'."""
        text = row.text("handler")
        if not text:
            return None
        if agency.pk not in self._people:
            rows = Appointment.objects.on(self.day).filter(post__agency=agency)
            self._people[agency.pk] = list(_with_post(rows))
        return _one("handler", text, self._people[agency.pk], office, agency.name)

    def giver(self, row: Row) -> Appointment | None:
        """Who gave a task: any official in a post today."""
        text = row.text("giver")
        if not text:
            return None
        if text not in self._givers:
            names = Q(user__username=text) | Q(user__card_number=text) | Q(user__name=text)
            self._givers[text] = list(_with_post(Appointment.objects.on(self.day).filter(names)))
        return _one("giver", text, self._givers[text], None, "")

    # --- places, operators, premises

    def place(self, row: Row) -> Place | None:
        """The division that a code means today; a merged one is its successor."""
        code = row.text("place")
        if not code:
            return None
        if code not in self._places:
            self._places[code] = Place.objects.resolve(code, self.day)
        found = self._places[code]
        if found is None:
            raise Wrong(
                "place",
                f"{self.day} 没有区划 {code}；代码为 12 位。",
                f"There is no division {code} on {self.day}; codes have 12 digits.",
            )
        return found

    def load(self, rows: Sequence[Row]) -> None:
        """Read the operators and premises that a file names, in few queries."""
        texts = sorted({row.text("operator") for row in rows} - {""})
        for part in chunks(texts):
            codes = [t.upper() for t in part if len(t) == USCC_LENGTH]
            known = Operator.objects.filter(Q(name__in=part) | Q(uscc__in=codes))
            for operator in known.select_related("place"):
                self._operators[operator.name].append(operator)
                if operator.uscc:
                    self._operators[operator.uscc].append(operator)
        named = {row.text("operator") for row in rows if row.text("premises")}
        owners = {o.pk for text in named for o in self._operators.get(text, ())}
        for keys in chunks(sorted(owners)):
            for found in Premises.objects.filter(operator__in=keys).select_related("place"):
                self._premises[found.operator_id].append(found)

    def operator(self, row: Row) -> Operator | None:
        """The operator by credit code or exact name; None where the cell is empty or unknown."""
        text = row.text("operator")
        found = self._operators.get(text) or self._operators.get(text.upper(), [])
        if len(found) > 1:
            codes = listed(o.uscc or str(o.place) for o in found)
            raise Wrong(
                "operator",
                f"名录中有 {len(found)} 个“{text}”，请写统一社会信用代码（{codes}）。",
                f"The register has {len(found)} called “{text}”: give the credit code ({codes}).",
            )
        return found[0] if found else None

    def premises(self, row: Row, operator: Operator | None) -> Premises | None:
        """A place of business of the operator, by its name or address."""
        text = row.text("premises")
        if not text:
            return None
        known = self._premises.get(operator.pk, []) if operator else []
        found = [p for p in known if bare(text) in {bare(p.name), bare(p.address)}]
        if len(found) != 1:
            names = listed(f"{p.name}（{p.address}）" for p in known) or "—"
            raise Wrong(
                "premises",
                f"该主体名下没有唯一的场所“{text}”；名下有：{names}。",
                f"The operator has not exactly one premises “{text}”; it has: {names}.",
            )
        return found[0]


def _with_post(rows: Iterable[Appointment]) -> Iterable[Appointment]:
    return rows.select_related("user", "post__agency__place", "post__office__place")  # type: ignore[attr-defined]


def _one(
    key: str, text: str, people: Iterable[Appointment], office: Office | None, where: str
) -> Appointment:
    """The person a cell names; several of the same name must be told apart by login name."""
    found = [a for a in people if text in (a.user.username, a.user.card_number)] or [
        a for a in people if a.user.name == text
    ]
    near = [a for a in found if office is not None and a.post.office_id == office.pk]
    users = {a.user_id for a in found}
    if len(users) == 1:
        return (near or found)[0]
    if len({a.user_id for a in near}) == 1:
        return near[0]
    if users:
        names = listed(a.user.username for a in found)
        raise Wrong(
            key,
            f"有 {len(users)} 人叫“{text}”，请写登录名：{names}。",
            f"{len(users)} people are called “{text}”; give the login name: {names}.",
        )
    raise Wrong(
        key,
        f"{where}今天没有在岗人员“{text}”；请写登录名、执法证号或者姓名。",
        f"Nobody “{text}” is in a post {f'of {where} ' if where else ''}today; give the login "
        "name, card number or name.",
    )
