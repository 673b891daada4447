"""Farms file with the county's agriculture authority: number, update, end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.builders import person
from tests.web.licence_office import Office, due, office
from zhian.apps.registry.models import Licence
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Document, Matter
from zhian.desk.papers import printing
from zhian.directory.models import Agency, Operator, Premises, Standing

__all__ = ["office"]
pytestmark = pytest.mark.django_db
FARM = "farm_filing"


class Fields:
    """A farm, and the officer of agriculture who takes its filing."""

    def __init__(self, office: Office, business: str = "farm_livestock") -> None:
        here = office.here
        self.office = office
        self.agency = Agency.objects.create(
            code="NY", name="松原县农业农村局", name_en="Agriculture", short_name="松农",
            kind="agriculture", place=here.county,
        )  # fmt: skip
        self.officer = person(self.agency, "department_officer")
        self.operator = Operator.objects.create(name="河东养猪场", kind="farm", place=here.village)
        self.premises = Premises.objects.create(
            operator=self.operator, name="河东养猪场", place=here.village, address="河东村三组",
            business_type=business,
        )  # fmt: skip

    def open(self, verb: str, **fields: Any) -> Matter:
        at = self.office.now
        about = {"operator": self.operator, "premises": self.premises}
        kept = {} if verb == "file_end" else {"records_kept": True, "certificates": False}
        given = {**about, "received_on": at.date(), **kept, **fields}
        opening = Opening(
            title="养殖场备案", agency=self.agency, place=self.office.here.village,
            handler=self.officer, operator=self.operator, premises=self.premises, fields=given,
        )  # fmt: skip
        return open_matter(FARM, verb, opening, by=Actor.official(self.officer), at=at)

    def file(self, **fields: Any) -> Matter:
        given = {
            "farm_kind": "livestock",
            "scope": "生猪养殖",
            "species": "生猪",
            "size": "年出栏600头",
        }
        return self.open("file", **given | fields)

    def do(self, matter: Matter, verb: str, **fields: Any) -> None:
        perform(matter, verb, fields=fields, by=Actor.official(self.officer), at=self.office.now)
        matter.refresh_from_db()


@pytest.fixture
def farm(office: Office) -> Fields:
    return Fields(office)


def test_a_livestock_farm_gets_the_code_of_ten_digits(farm: Fields) -> None:
    matter = farm.file()
    assert due(matter, "licence.card.farm") == date(2026, 1, 12)
    farm.do(matter, "give_number")
    filing = Licence.objects.get()
    assert (filing.number, filing.expires_on) == ("2399000001", None)
    assert filing.details == {"species": "生猪", "size": "年出栏600头"}
    assert filing.what.zh == "畜禽养殖场" and filing.agency == farm.agency
    assert Standing.objects.get(kind="filed_farm").premises_id == farm.premises.pk
    receipt = Document.objects.get(matter=matter, template="farm_receipt")
    assert receipt.data["as_issued"]["about"]["number"] == "2399000001"
    assert printing.render(receipt).startswith(b"%PDF")
    assert matter.closed_at is not None


def test_a_crop_base_gets_a_number_with_a_check_digit(office: Office) -> None:
    farm = Fields(office, "farm_crop")
    matter = farm.file(farm_kind="crop", species="", size="")
    farm.do(matter, "give_number")
    assert Licence.objects.get().number.startswith("YZB23990000001")


def test_a_livestock_farm_tells_species_and_size(farm: Fields) -> None:
    with pytest.raises(Refused, match="品种和养殖规模"):
        farm.file(size="")


def test_what_is_no_farm_in_the_directory_is_put_right_there_first(farm: Fields) -> None:
    farm.premises.business_type = "catering"
    farm.premises.save()
    with pytest.raises(Refused, match="业态"):
        farm.file()


def test_the_market_regulator_does_not_file_farms(office: Office, farm: Fields) -> None:
    here = office.here
    here.operator, here.premises = farm.operator, farm.premises
    with pytest.raises(Refused, match="农业农村"):
        office.open(
            FARM, "file", received_on=office.now.date(), farm_kind="crop", scope="蔬菜",
            records_kept=True, certificates=True,
        )  # fmt: skip


def test_another_agencys_officer_does_not_give_the_number(office: Office, farm: Fields) -> None:
    matter = farm.file()
    with pytest.raises(NotAllowed):
        perform(matter, "give_number", by=Actor.official(office.officer), at=office.now)


def test_missing_papers_hold_the_number_back(farm: Fields) -> None:
    matter = farm.file()
    farm.do(matter, "ask_missing", missing="选址证明")
    with pytest.raises(Refused):
        farm.do(matter, "give_number")


def test_an_update_keeps_the_number(farm: Fields) -> None:
    farm.do(farm.file(), "give_number")
    filing = Licence.objects.get()
    farm.office.on("2026-06-01")
    matter = farm.open(
        "file_update", licence_number=filing.number, changed_on=date(2026, 5, 20),
        changes="扩建", size="年出栏2000头",
    )  # fmt: skip
    farm.do(matter, "update_record")
    number = filing.number
    filing.refresh_from_db()
    assert filing.number == number
    assert filing.details == {"species": "生猪", "size": "年出栏2000头"}


def test_a_farm_that_has_stopped_is_struck_off(farm: Fields) -> None:
    farm.do(farm.file(), "give_number")
    filing = Licence.objects.get()
    farm.office.on("2026-06-01")
    matter = farm.open(
        "file_end", licence_number=filing.number, changed_on=date(2026, 5, 31), changes="停养"
    )
    farm.do(matter, "strike_filing")
    filing.refresh_from_db()
    assert (filing.state, filing.ended_on) == ("cancelled", date(2026, 5, 31))
    assert not Standing.objects.on(date(2026, 6, 2)).filter(kind="filed_farm").exists()
    farm.do(farm.file(), "give_number")  # and may be filed anew, under another number
    assert Licence.objects.count() == 2
