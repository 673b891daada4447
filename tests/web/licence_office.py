"""A county with a licensing officer, and licences driven through the one door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.builders import County, county, local, person
from tests.web.test_rectification import proof
from zhian.apps.registry.models import Licence
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Clock, Matter, Publication
from zhian.desk.publishing import content, deciding
from zhian.directory.models import Appointment, Operator, Premises

SC, JY, YB, EXIT = (
    "food_production_licence", "food_business_licence", "food_filing", "licence_exit",
)  # fmt: skip
FIRST = {
    SC: {"category": "125", "scope": "豆制品：豆腐、豆腐干"},
    JY: {"form": "caterer", "item": "hot", "scope": "热食类食品制售"},
    YB: {"filing_form": "2"},
}


class Office:
    """A county with a licensing officer, and a clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here: County = county()
        self.officer = person(self.here.bureau, "licence_officer", self.here.station, name="沈青")
        self.legal = person(self.here.bureau, "legal_reviewer", name="韩法")
        self.patch = monkeypatch
        self.now = local("2026-01-05 09:00")
        self.patch.setattr(timing, "now", lambda: self.now)
        self.patch.setattr(timing, "today", lambda: self.now.date())

    def on(self, text: str) -> Office:
        """It is this day, nine o'clock, or this moment."""
        self.now = local(text if " " in text else f"{text} 09:00")
        return self

    def open(self, kind: str, verb: str, by: Actor | None = None, **fields: Any) -> Matter:
        here = self.here
        given = {"operator": here.operator, "premises": here.premises, **fields}
        return open_matter(
            kind,
            verb,
            Opening(
                title=f"许可：{here.operator.name}",
                agency=here.bureau,
                office=here.station,
                handler=self.officer,
                place=here.village,
                operator=here.operator,
                premises=here.premises,
                fields=given,
            ),
            by=by or Actor.official(self.officer),
            at=self.now,
        )

    def do(self, matter: Matter, verb: str, *beside: Appointment, **fields: Any) -> Act:
        """The officer does it; every signature that it needs follows at once."""
        act = perform(
            matter, verb, fields=fields, by=Actor.official(self.officer, *beside), at=self.now
        )
        for proposal in matter.proposals.filter(state="open"):
            for signature in proposal.signatures.order_by("position"):
                who = {
                    "office_head": self.here.office_head,
                    "bureau_head": self.here.head,
                    "legal_reviewer": self.legal,
                }[signature.post]
                proposal.refresh_from_db()
                act = approvals.sign(proposal, by=Actor.official(who), opinion="同意", at=self.now)
        matter.refresh_from_db()
        return act

    def apply(self, kind: str, **fields: Any) -> Matter:
        values = {**FIRST[kind], "received_on": self.now.date(), **fields}
        return self.open(kind, "file" if kind == YB else "apply", **values)

    def accepted(self, kind: str, **fields: Any) -> Matter:
        matter = self.apply(kind, **fields)
        self.do(matter, "accept", thresholds_met=True)
        return matter

    def checked(self, matter: Matter, result: str = "pass") -> Matter:
        if "order_site_check" not in matter.done:
            pair = [self.officer, self.here.inspector]
            self.do(matter, "order_site_check", checkers=pair)
        self.do(
            matter, "site_check", self.here.inspector, result=result, record="现场与材料一致。",
            files=[proof(matter)],
        )  # fmt: skip
        return matter

    def licence(self, kind: str, **fields: Any) -> Licence:
        """A licence granted today."""
        matter = self.checked(self.accepted(kind, **fields))
        self.do(matter, "grant", opinion="符合条件")
        return Licence.objects.get(applications__matter=matter)

    def reissue(self, licence: Licence) -> Matter:
        """A lost licence: the declaration of loss is on file."""
        paper = proof(Matter.objects.get(licence_application__licence=licence))
        return self.open(
            JY, "apply_reissue", received_on=self.now.date(), licence_number=licence.number,
            why="遗失，已登报声明", materials=[paper],
        )  # fmt: skip

    def revoke(self, licence: Licence) -> Matter:
        """A penalty took the licence."""
        paper = proof(Matter.objects.get(licence_application__licence=licence))
        return self.open(
            EXIT, "record_revocation", licence_number=licence.number,
            decided_on=self.now.date(), decision_number="松市监罚〔2026〕3号",
            why="使用非食品原料", files=[paper],
        )  # fmt: skip

    def publish(self, matter: Matter) -> Publication:
        """A second person lets the draft out, and the matter hears of it."""
        entry = matter.publications.get(state="waiting")
        publisher = Actor.official(self.here.publisher)
        deciding.approve(entry, by=publisher, seen=content.digest(entry))
        matter.refresh_from_db()
        entry.refresh_from_db()
        return entry

    def serve(self, matter: Matter) -> None:
        service = matter.children.get(kind="service", closed_at=None)
        perform(
            service,
            "served",
            fields={
                "method": "direct", "served_at": self.now, "receiver": "赵立新",
                "relation": "self", "proof": [proof(service)],
            },
            by=Actor.official(self.officer),
            at=self.now,
        )  # fmt: skip
        matter.refresh_from_db()


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


def running(matter: Matter) -> set[str]:
    """The duties whose clocks run."""
    return set(Clock.objects.filter(matter=matter, state="running").values_list("duty", flat=True))


def due(matter: Matter, duty: str) -> date | None:
    return Clock.objects.filter(matter=matter, duty=duty).latest("id").due_day


def branch(office: Office) -> Premises:
    here = office.here
    return Premises.objects.create(
        operator=here.operator, name="二店", place=here.town, business_type="restaurant"
    )


def kept(office: Office, state: str = "valid", **more: Any) -> Licence:
    """A licence in the register, of an operator of its own."""
    count = Licence.objects.count()
    who = {"name": f"店{count}", "kind": "individual", "place": office.here.town}
    operator = Operator.objects.create(**who, state=more.pop("operator_state", "active"))
    return Licence.objects.create(
        kind=more.pop("kind", "SC"), number=f"SC{count}", agency=office.here.bureau,
        operator=operator, place_code=office.here.town.code, state=state,
        first_issued_on=date(2020, 1, 1), issued_on=date(2020, 1, 1),
        expires_on=more.pop("expires_on", date(2030, 1, 1)), **more,
    )  # fmt: skip
