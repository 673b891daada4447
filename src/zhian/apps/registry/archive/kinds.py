"""The kinds of matter about files: corrections, support, credit entries by hand, credit repair."""

from __future__ import annotations

from zhian.apps.registry.archive import (
    correcting,
    crediting,
    repairing,
    supporting,
    taking_over,
)
from zhian.apps.registry.models.archive import CreditRepair, RecordCorrection, SupportRequest
from zhian.desk.errors import speak
from zhian.desk.kinds import Kind
from zhian.desk.show import items
from zhian.desk.show.items import ItemColumn
from zhian.directory.models import Appointment
from zhian.law import vocabulary
from zhian.law.words import Words
from zhian.web.forms import Option


def _parts(appointment: Appointment) -> list[Option]:
    return [Option(c.key, speak(c.words)) for c in vocabulary.choices(correcting.PARTS)]


COLUMNS = (
    ItemColumn("what", "select", Words("栏目", "What"), _parts),
    ItemColumn("value", "line", Words("正确的内容", "What is right")),
)
CORRECTION = Kind(
    name="record_correction",
    prefix="DAGZ",
    model=RecordCorrection,
    effects={"propose": correcting.propose, "approve": correcting.approve},
    undo=correcting.undo,
    page="registry/archive_correction.html",
)
SUPPORT = Kind(
    name="support_request",
    prefix="BF",
    model=SupportRequest,
    effects={"ask": supporting.ask, "deliver": supporting.deliver},
    undo=supporting.undo,
    page="registry/archive_support.html",
)
RECORD = Kind(name="credit_record", prefix="XYDJ")
REPAIR = Kind(
    name="credit_repair",
    prefix="XYXF",
    model=CreditRepair,
    facts=repairing.facts,
    effects={
        "apply": repairing.apply,
        "process": repairing.process,
        "withdraw_repair": repairing.withdraw_repair,
    },
    papers=dict.fromkeys(repairing.ALL_PAPERS, repairing.papers),
    undo=repairing.undo,
    take_over=taking_over.TAKE_OVER,
    page="registry/archive_repair.html",
)
KINDS = (CORRECTION, SUPPORT, RECORD, REPAIR)


def connect() -> None:
    """The lines of a correction, and the ear of the credit record."""
    items.register(CORRECTION.name, correcting.FIELD, COLUMNS)
    crediting.connect()
