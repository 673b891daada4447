"""The kind `service`: one paper brought to one recipient, on record."""

from __future__ import annotations

from zhian.desk.kinds import Facts, Kind, Opening, Values
from zhian.desk.models import Act, Document, Evidence, Matter, Service
from zhian.desk.papers import own, sealing
from zhian.directory import office_law


def _open_from(source: Matter, values: Values) -> Opening:
    """Serve the document that the act issued (named by its template), or uploaded papers."""
    named = values.get("document")
    paper = named if isinstance(named, Document) else _issued(source, named, values["act"])
    what = paper.title if paper else "检验报告和结果通知书"
    recipient = source.operator.name if source.operator else ""
    return Opening(
        title=f"送达《{what}》：{recipient or source.title}",
        agency=source.agency,
        office=source.office,
        handler=source.handler,
        place=source.place,
        operator=source.operator,
        premises=source.premises,
        confidential=source.confidential,
        fields={
            key: value
            for key, value in {
                "document": paper,
                "papers": values.get("papers"),
                "recipient": recipient,
            }.items()
            if value
        },
    )


def _issued(source: Matter, template: object, act: Act) -> Document | None:
    papers = Document.objects.filter(matter=source, template=str(template or ""), state="issued")
    return papers.order_by("-issued_at", "-id").first()


def _open(matter: Matter, act: Act, values: Values) -> None:
    operator = matter.operator
    Service.objects.create(
        matter=matter,
        document=values.get("document"),
        recipient=values.get("recipient") or (operator.name if operator else ""),
        address=operator.address if operator else "",
    )


def _attempt(matter: Matter, act: Act, values: Values) -> None:
    service = matter.service
    service.attempts += 1
    service.method = values["method"]
    service.save()


def _served(matter: Matter, act: Act, values: Values) -> None:
    service = matter.service
    service.method, service.served_at = values["method"], values["served_at"]
    service.address_confirmed = bool(values.get("address_confirmed"))
    service.save()
    keep_proof(matter, act, values)


def keep_proof(matter: Matter, act: Act, values: Values) -> None:
    """Tie uploaded files to the act they prove."""
    files = [row for value in values.values() for row in _files(value)]
    Evidence.objects.filter(pk__in=[f.pk for f in files], act__isnull=True).update(
        act=act, matter=matter
    )


def _files(value: object) -> list[Evidence]:
    rows = value if isinstance(value, list) else [value]
    return [row for row in rows if isinstance(row, Evidence)]


def _announced(matter: Matter, act: Act, values: Values) -> None:
    service = matter.service
    service.method, service.served_at = "announcement", act.happened_at
    service.save()


def _facts(matter: Matter) -> Facts:
    service = Service.objects.filter(matter=matter).select_related("document").first()
    return {
        "attempts": service.attempts if service else 0,
        "seal_missing": _seal_missing(service.document if service else None),
    }


def _seal_missing(paper: Document | None) -> bool:
    """Whether the agency wants the seal before service, and the paper has none."""
    if paper is None or not sealing.wants_seal(paper):
        return False
    return office_law.reckoner().settings.on("seal_required")


KIND = Kind(
    name="service",
    prefix="SD",
    model=Service,
    open_from=_open_from,
    facts=_facts,
    effects={
        "open": _open,
        "attempt": _attempt,
        "served": _served,
        "found": _served,
        "announced": _announced,
    },
    papers={"service_receipt": own.service_receipt},
    page="desk/_service.html",
)
