"""Where papers send people who disagree: what an agency says instead of what the law points to.

Without an answer here a paper names the government of the same level (行政复议法 24) and the court
at the agency's seat (行政诉讼法 18).
"""

from __future__ import annotations

from django.db import transaction

from zhian.directory import log, reach
from zhian.directory.models import Agency, Appointment, Setting

REVIEW, COURT = "paper.review", "paper.court"
KEYS = {"review": REVIEW, "court": COURT}


def own(agency: Agency) -> dict[str, str]:
    """What an agency answered: `review`, `court`; empty where it follows the law's pointer."""
    rows = Setting.objects.filter(agency=agency, key__in=KEYS.values())
    said = {row.key: str(row.value) for row in rows}
    return {name: said.get(key, "") for name, key in KEYS.items()}


@transaction.atomic
def choose(*, agency: Agency, review: str, court: str, by: Appointment | None, reason: str) -> None:
    """Name another body or court; an empty answer goes back to the law's own."""
    reach.need(by, "directory", agency.place)
    before, after = own(agency), {"review": review.strip(), "court": court.strip()}
    for name in [name for name in KEYS if before[name] != after[name]]:
        row, _ = Setting.objects.update_or_create(
            agency=agency,
            key=KEYS[name],
            defaults={
                "value": after[name],
                "reason": reason[:300],
                "set_by": by.user if by else None,
            },
        )
        old, new = {name: before[name]}, {name: after[name]}
        log.write("setting", row, by=by, reason=reason, before=old, after=new)
