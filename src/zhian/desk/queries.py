"""Reads of the desk; every one starts from what the person may see."""

from __future__ import annotations

from zhian.desk import approvals
from zhian.desk.models import Notice
from zhian.directory.models import Appointment


def badge(appointment: Appointment) -> dict[str, int]:
    """How many signatures and unread notices wait (counted up to 100)."""
    return {
        "signatures": approvals.waiting_for(appointment).order_by()[:100].count(),
        "notices": Notice.objects.filter(
            user=appointment.user_id, read_at__isnull=True
        )[:100].count(),
    }
