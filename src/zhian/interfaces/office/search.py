"""What one text finds: matters, operators and papers, each as a list of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from zhian.apps.registry.archive import queries as files
from zhian.desk import labels, visibility
from zhian.desk.errors import speak
from zhian.desk.models import Document
from zhian.desk.show import queries
from zhian.directory.models import Appointment
from zhian.web.lists import Column, Listing, listing

MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that can be found."""

    label: Any
    find: Callable[[Appointment, str], QuerySet[Any]]
    columns: Sequence[Column]
    sort: str


def _matters(appointment: Appointment, text: str) -> QuerySet[Any]:
    found = queries.search_matters(appointment, text)
    return found if text else found.none()


def _operators(appointment: Appointment, text: str) -> QuerySet[Any]:
    found = files.matching(files.visible_to(appointment), text)
    return found if text else found.none()


def _documents(appointment: Appointment, text: str) -> QuerySet[Any]:
    if not text:
        return Document.objects.none()
    reach = visibility.visible_to(appointment).values("pk")
    found = Document.objects.filter(
        Q(number__icontains=text) | Q(title__icontains=text), matter__in=reach
    )
    return found.select_related("matter")


PARTS: Mapping[str, Part] = {
    "matters": Part(
        gettext_lazy("事项"),
        _matters,
        (
            Column("title", gettext_lazy("事项"), lambda m: m.title, ("title",)),
            Column("number", gettext_lazy("编号"), lambda m: m.number, ("number",)),
            Column(
                "kind", gettext_lazy("种类"), lambda m: speak(labels.kind_words(m.kind)), ("kind",)
            ),
            Column("phase", gettext_lazy("阶段"), lambda m: speak(labels.phase_words(m))),
            Column(
                "operator",
                gettext_lazy("主体"),
                lambda m: m.operator and m.operator.name,
                ("operator__name",),
            ),
            Column("handler", gettext_lazy("承办人"), lambda m: m.handler and str(m.handler.user)),
            Column("opened", gettext_lazy("开启"), lambda m: m.opened_at, ("opened_at",)),
        ),
        "-opened",
    ),
    "operators": Part(
        gettext_lazy("主体"),
        _operators,
        (
            Column("name", gettext_lazy("名称"), lambda o: o.name, ("name",)),
            Column("uscc", gettext_lazy("统一社会信用代码"), lambda o: o.uscc, ("uscc",)),
            Column("kind", gettext_lazy("类别"), lambda o: o.get_kind_display(), ("kind",)),
            Column("place", gettext_lazy("地点"), lambda o: o.place.name, ("place__code",)),
            Column("head", gettext_lazy("负责人"), lambda o: o.head),
            Column("state", gettext_lazy("状态"), lambda o: o.get_state_display(), ("state",)),
        ),
        "name",
    ),
    "documents": Part(
        gettext_lazy("文书"),
        _documents,
        (
            Column("number", gettext_lazy("文号"), lambda d: d.number, ("number",)),
            Column("title", gettext_lazy("文书"), lambda d: d.title, ("title",)),
            Column("matter", gettext_lazy("事项"), lambda d: d.matter.title),
            Column("state", gettext_lazy("状态"), lambda d: d.get_state_display(), ("state",)),
            Column("issued", gettext_lazy("制发时间"), lambda d: d.issued_at, ("issued_at",)),
        ),
        "-issued",
    ),
}


def counts(appointment: Appointment, text: str) -> list[tuple[str, Any, int]]:
    """How much each part finds; counted to a thousand, which the page says."""
    return [
        (key, part.label, part.find(appointment, text).order_by()[: MOST_COUNTED + 1].count())
        for key, part in PARTS.items()
    ]


def page(appointment: Appointment, what: str, text: str, params: QueryDict) -> Listing:
    """One page of what a part finds."""
    part = PARTS[what]
    return listing(params, part.find(appointment, text), part.columns, part.sort)
