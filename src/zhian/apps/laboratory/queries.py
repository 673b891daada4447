"""What this app's pages read, within the reach of whoever asks."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from zhian.apps.laboratory.models import Bulletin
from zhian.directory.models import Appointment


def bulletins(appointment: Appointment) -> QuerySet[Bulletin]:
    """The bulletins of the person's agency, with how many samples each brought."""
    rows = Bulletin.objects.filter(agency=appointment.post.agency_id)
    return rows.select_related("by__user", "file").annotate(added=Count("samples"))
