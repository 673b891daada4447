"""The clocks of a credit repair, each line counted on the wall calendar.

2026: off 1–3 January and 15–23 February; at work on Sunday 4 January and on the Saturdays 14 and 28
February; off 4–6 April, 1–5 May (at work on Saturday 9 May), 19–21 June. The day itself does not
count.
"""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from zhian.law.procedure import book
from zhian.law.reckoning import Reckoner

SHANGHAI = ZoneInfo("Asia/Shanghai")
REPAIR = book().pick("credit_repair", date(2026, 11, 24))
CORRECTION = book().pick("record_correction", date(2026, 11, 24))
SUPPORT = book().pick("support_request", date(2026, 11, 24))

GOLDEN = [
    # two working days to accept (REPAIR 14)
    (REPAIR, "apply", "repair.accept", "2026-03-02", "2026-03-04"),
    (REPAIR, "apply", "repair.accept", "2026-03-05", "2026-03-09"),  # over a weekend
    (REPAIR, "apply", "repair.accept", "2025-12-31", "2026-01-05"),  # 4 January is at work
    (REPAIR, "apply", "repair.accept", "2026-02-13", "2026-02-24"),  # over Spring Festival
    (REPAIR, "correct", "repair.accept", "2026-03-06", "2026-03-10"),
    # seven to decide, two for the abnormal list (REPAIR 16)
    (REPAIR, "accept", "repair.decide", "2026-03-02", "2026-03-11"),
    (REPAIR, "accept", "repair.decide", "2026-02-12", "2026-02-28"),
    (REPAIR, "accept", "repair.decide", "2025-12-30", "2026-01-09"),
    (REPAIR, "accept", "repair.decide_abnormal", "2026-03-02", "2026-03-04"),
    (REPAIR, "accept", "repair.decide_abnormal", "2026-02-14", "2026-02-25"),
    # three to carry it out and to send it on (REPAIR 4, 17)
    (REPAIR, "grant", "repair.process", "2026-03-02", "2026-03-05"),
    (REPAIR, "grant", "repair.process", "2026-02-13", "2026-02-25"),
    (REPAIR, "grant", "repair.push", "2026-03-05", "2026-03-10"),
    # three years without an application after a fraud (REPAIR 23)
    (REPAIR, "deny_fraud", "repair.ban", "2026-03-02", "2029-03-02"),
    (REPAIR, "withdraw_repair", "repair.ban", "2026-02-28", "2029-02-28"),
    # the house's own targets
    (CORRECTION, "propose", "correction.decide", "2026-03-02", "2026-03-09"),
    (CORRECTION, "add_proof", "correction.decide", "2026-02-13", "2026-02-27"),
    (SUPPORT, "ask", "support.answer", "2026-03-02", "2026-03-23"),
]


@pytest.mark.parametrize(("procedure", "verb", "duty", "from_", "due"), GOLDEN)
def test_a_term_ends_on_the_day_counted_by_hand(
    procedure: object, verb: str, duty: str, from_: str, due: str
) -> None:
    act = procedure.acts[verb]  # type: ignore[attr-defined]
    assert duty in {start.duty for start in act.starts}, f"{verb} does not start {duty}"
    at = datetime.combine(date.fromisoformat(from_), time(10), SHANGHAI)
    counted = Reckoner.load(None).due(duty, at)[1].day
    assert counted == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("duty", "from_", "due"),
    [
        ("repair.decide", "2026-03-02", "2026-03-25"),  # seven and ten
        ("repair.decide_abnormal", "2026-03-02", "2026-03-18"),  # two and ten
    ],
)
def test_the_extension_adds_ten_working_days(duty: str, from_: str, due: str) -> None:
    at = datetime.combine(date.fromisoformat(from_), time(10), SHANGHAI)
    counted = Reckoner.load(None).due(duty, at, extend=[None])[1].day
    assert counted == date.fromisoformat(due)
    assert duty in {e.duty for e in REPAIR.acts["extend"].extends}


def test_there_is_no_application_under_the_measures_before_they_began() -> None:
    kinds = [p.kind for p in book().all() if p.kind == "credit_repair"]
    assert kinds == ["credit_repair"]
    assert REPAIR.valid_from == date(2025, 12, 25)
