"""Operators' people with their telephones, and the codes on their walls."""

from __future__ import annotations

from datetime import datetime

from zhian.demo.county import SINCE, County
from zhian.directory.actions import representatives
from zhian.directory.actions.representatives import Doer
from zhian.directory.models import Operator, Representative, User
from zhian.interfaces.enterprise import owed

ACCOUNTS = 3


def give(here: County, now: datetime) -> int:
    """Every operator's login is bound to its operator; those who owe most get a telephone, the
    first of them for two operators; their premises get a code for the wall."""
    Representative.objects.bulk_create(
        Representative(user=user, operator_id=key, role="head", since=SINCE)
        for key, user in here.operator_logins.items()
    )
    busiest = _busiest(here, now)
    for operator in busiest:
        User.objects.filter(pk=here.operator_logins[operator.pk].pk).update(phone=operator.phone)
        premises = operator.premises.select_related("operator").first()
        if premises is not None:
            doer = Doer(by=here.inspectors(here.station_of(premises))[0])
            representatives.wall_code(premises=premises, doer=doer, now=now)
    owner = here.operator_logins[busiest[0].pk]
    Representative.objects.create(user=owner, operator=busiest[1], role="staff", since=SINCE)
    return len(busiest)


def _busiest(here: County, now: datetime) -> list[Operator]:
    known = Operator.objects.filter(pk__in=here.operator_logins, state="active")
    waiting = {o.pk: len(owed.owed(o, now).duties) for o in known}
    return sorted(known, key=lambda o: (-waiting[o.pk], o.pk))[:ACCOUNTS]
