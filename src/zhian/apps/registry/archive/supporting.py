"""帮扶: what an operator asks for, and what was done for it, written into its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from zhian.apps.registry.archive import actions
from zhian.apps.registry.archive.actions import Hand
from zhian.apps.registry.models.archive import Help, SupportRequest
from zhian.desk.errors import refuse
from zhian.desk.models import Act, Matter
from zhian.directory.errors import NotPossible
from zhian.law.archive import archive

GIVEN = ("what", "given_by", "given_on", "result")


def ask(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """Keep which weakness it is about, and what is wanted."""
    SupportRequest.objects.create(matter=matter, area=values["area"], wanted=values["wanted"])


def deliver(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """What was done stands in the file beside the weak point."""
    if matter.operator is None:
        return
    day = timezone.localtime(act.happened_at).date()
    hand = Hand(act.appointment, act.happened_at, day, matter.number, act.actor_name)
    given = {name: values[name] for name in GIVEN} | {"area": matter.support_request.area}
    try:
        actions.add_row(
            archive().sections["help"], matter.operator, given, hand, premises=matter.premises
        )
    except NotPossible as wrong:
        raise refuse(wrong.words.zh, wrong.words.en) from None


def undo(matter: Matter, act: Act) -> None:
    """A delivery that was a mistake is ended in the file; that it stood there stays visible."""
    if act.verb != "deliver":
        return
    given = Help.objects.filter(operator=matter.operator_id, why=matter.number).current()
    hand = Hand(
        act.appointment, timezone.now(), timezone.localdate(), f"{matter.number} 撤销",
        act.actor_name,
    )  # fmt: skip
    for row in given:
        actions.end_row(archive().sections["help"], row, hand)
