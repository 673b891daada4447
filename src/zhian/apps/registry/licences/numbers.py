"""Numbers of licences and filings: the next of their series, with the check digit."""

from __future__ import annotations

from zhian.apps.registry.models import Licence
from zhian.desk.errors import refuse
from zhian.desk.models import Matter
from zhian.desk.papers.issuing import next_serial
from zhian.law.licence_formats import licence_formats
from zhian.law.licence_numbers import compose_licence, parse_licence
from zhian.law.plain_numbers import IdentifierError
from zhian.law.thresholds import Application, first_digits

# Numbers run on from year to year; the register of series wants one, and this is none.
EVERY_YEAR = 1
# What bears another kind of number than the others of its kind (AHL 39).
FORMATS = {("FARM", "livestock"): "LIVESTOCK"}


def take(matter: Matter, wanted: Application) -> str:
    """The next number in the county of the premises, taken in the transaction that uses it.

    Numbers in the register already (taken over from another system) are passed by: none is ever
    used again (SCLIC 40, JYLIC 39). Raises Refused where the division or the series does not do.
    """
    first = first_digits(wanted)
    division = _division(matter)
    form = FORMATS.get((wanted.licence, wanted.item), wanted.licence)
    series = f"licence.{form}.{'.'.join(first.values())}.{division}"
    length = next(p.length for p in licence_formats()[form].parts if p.key == "serial")
    while True:
        _row, serial = next_serial(matter.agency, series, EVERY_YEAR)
        if serial >= 10**length:
            raise refuse(
                f"{division} 的此类编号已用完（{length} 位顺序码），请与上级部门联系。",
                f"The numbers of this kind in {division} are used up ({length} digits).",
            )
        number = _composed(form, division, str(serial).zfill(length), first)
        if not Licence.objects.filter(number=number).exists():
            return number


def _division(matter: Matter) -> str:
    """The six digits of the county where the business is, else of the agency's seat."""
    where = matter.premises.place if matter.premises else matter.place
    return where.code[:6]


def _composed(kind: str, division: str, serial: str, first: dict[str, str]) -> str:
    try:
        return compose_licence(kind, division=division, serial=serial, **first)
    except IdentifierError as error:
        raise refuse(error.words.zh, error.words.en) from error


def canonical(kind: str, text: str) -> str:
    """A number that another register gave, as its certificate writes it; raises Refused."""
    try:
        return parse_licence(text, kind).code
    except IdentifierError as error:
        raise refuse(error.words.zh, error.words.en) from error
