"""The shared desk of all apps."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class DeskConfig(AppConfig):
    """Matters, acts, clocks, documents, notices and tasks."""

    name = "zhian.desk"
    label = "desk"
    verbose_name = "办公桌"

    def ready(self) -> None:
        """Install the triggers after every migration and bind the desk's own kinds."""
        from zhian.desk import kinds, service, stewards, tasks
        from zhian.desk.clockwork import leftover, recount
        from zhian.desk.ledger import triggers
        from zhian.desk.papers import numbers
        from zhian.desk.publishing import rules
        from zhian.web import rooms

        triggers.connect()
        kinds.register(tasks.KIND)
        kinds.register(service.KIND)
        recount.connect()
        leftover.connect()
        numbers.connect()
        stewards.connect()
        rooms.register(
            rooms.Room(
                "publications",
                gettext_lazy("信息公布"),
                lambda appointment: rules.concerned(appointment.post.kind),
                80,
            )
        )
