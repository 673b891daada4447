"""The demonstration county has licences, and among them what there is to find."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from zhian.apps.registry.licences import queries
from zhian.apps.registry.models import Licence
from zhian.demo import county, licences
from zhian.demo.papers import Papers
from zhian.desk.models import Matter


@pytest.mark.django_db
@pytest.mark.slow
def test_every_sort_of_ghost_is_there_within_a_quarter_of_a_minute() -> None:
    here = county.build(20261124, 2000)
    end = timezone.now()
    began = time.perf_counter()
    licences.take_in(here, Papers(), end)
    assert time.perf_counter() - began < 15
    kinds = set(Licence.objects.values_list("kind", flat=True))
    assert {"SC", "JY", "WORKSHOP", "STALL", "FARM"} <= kinds
    found = queries.counts(here.one("licence_officer"), timezone.localtime(end).date())
    assert all(found[key] > 0 for key in ("alive", "operating", "expired", "expiring")), found
    assert Licence.objects.get(operator__name="河湾豆腐坊").number.startswith("XZF")
    assert set(Matter.objects.values_list("kind", flat=True)) >= {
        "register_licences",
        "workshop_registration",
        "stall_filing",
        "farm_filing",
    }
