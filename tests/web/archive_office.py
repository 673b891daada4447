"""A county with officials who keep files, and plain functions that write into them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.builders import County, county, local, person
from zhian.apps.registry.archive import actions
from zhian.apps.registry.archive.actions import Hand
from zhian.apps.registry.models.archive import FileRow
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Evidence, Matter
from zhian.directory.models import Operator, User
from zhian.law.archive import archive


class Office:
    """A county whose clock the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here: County = county()
        self.licences = person(self.here.bureau, "licence_officer", self.here.station, name="沈青")
        self.patch = monkeypatch
        self.on("2026-06-01")

    def on(self, text: str) -> Office:
        """It is this day, nine o'clock, or this moment."""
        self.now: datetime = local(text if " " in text else f"{text} 09:00")
        self.patch.setattr(timing, "now", lambda: self.now)
        self.patch.setattr(timing, "today", lambda: self.now.date())
        self.patch.setattr("django.utils.timezone.now", lambda: self.now)
        return self

    @property
    def operator(self) -> Operator:
        return self.here.operator

    def hand(self, why: str = "现场核实") -> Hand:
        return Hand(self.here.inspector, self.now, self.now.date(), why)

    def add(self, section: str, operator: Operator | None = None, **values: Any) -> FileRow:
        found = archive().sections[section]
        return actions.add_row(found, operator or self.operator, values, self.hand())

    def change(self, section: str, row: FileRow, why: str = "核实有误", **values: Any) -> FileRow:
        return actions.change_row(archive().sections[section], row, values, self.hand(why))

    def open(self, kind: str, verb: str, by: Actor | None = None, **fields: Any) -> Matter:
        here = self.here
        return open_matter(
            kind,
            verb,
            Opening(
                title=f"{kind}：{here.operator.name}",
                agency=here.bureau,
                office=here.station,
                handler=here.inspector,
                place=here.village,
                operator=here.operator,
                premises=fields.get("premises"),
                fields={"operator": here.operator, **fields},
            ),
            by=by or Actor.official(here.inspector),
            at=self.now,
        )

    def do(self, matter: Matter, verb: str, who: str = "inspector", **fields: Any) -> Act:
        """Somebody does it; every signature that it needs follows at once."""
        by = self.here.actor(who)
        act = perform(matter, verb, fields=fields, by=by, at=self.now)
        for proposal in matter.proposals.filter(state="open"):
            for signature in proposal.signatures.order_by("position"):
                signer = {"office_head": self.here.office_head, "bureau_head": self.here.head}
                proposal.refresh_from_db()
                act = approvals.sign(
                    proposal,
                    by=Actor.official(signer[signature.post]),
                    opinion="同意",
                    at=self.now,
                )
        matter.refresh_from_db()
        return act

    def its_person(self) -> Actor:
        """Somebody of the operator, who can log in."""
        user, _made = User.objects.get_or_create(
            username="owner", defaults={"name": "赵立新", "operator": self.operator}
        )
        return Actor.of_operator(user)


def paper(matter: Matter | None = None) -> Evidence:
    """A file that was uploaded."""
    number = Evidence.objects.count()
    return Evidence.objects.create(
        matter=matter,
        name="proof.pdf",
        stored=f"{number:032x}.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        added_at=timing.now(),
    )


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


def day(text: str) -> date:
    return date.fromisoformat(text)
