"""What the papers of the desk's own kinds say: the task sheet, the proof of service."""

from __future__ import annotations

from collections.abc import Sequence

from zhian.desk import labels
from zhian.desk.models import Act, Matter, Service
from zhian.desk.papers.saying import Said, last_of
from zhian.desk.papers.wording import moment_written
from zhian.directory.models import Appointment
from zhian.law import vocabulary
from zhian.law.words import Words

# 程序规定 82: served where the addressee is, so the address on the paper is the place of service.
AT_THE_ADDRESS = frozenset({"", "direct", "left", "post"})
BY_ANNOUNCEMENT = "announcement"


def service_receipt(matter: Matter) -> dict[str, Said]:
    """送达回证: which papers go to whom, and how, once that is known (form 50; 程序规定 82)."""
    service = Service.objects.select_related("document").get(matter=matter)
    return {
        "papers": Said(Words("送达的文书", "the papers served"), _served(service)),
        "recipient": Said(Words("受送达人", "the addressee"), service.recipient),
        "place": Said(Words("送达地点", "the place of service"), _place(service)),
        "methods": Said(Words("送达方式", "the method"), _methods(service.method)),
    }


def _served(service: Service) -> list[dict[str, str]]:
    """The paper made here, then the files that go with it."""
    paper = service.document
    made = [{"title": paper.title, "number": paper.number}] if paper else []
    return [*made, *({"title": name, "number": ""} for name in _enclosed(service.matter))]


def _enclosed(matter: Matter) -> list[str]:
    opened = last_of(matter, ("open",))
    if opened is None:
        return []
    files = opened.data.get("papers") or ()
    names = dict(matter.evidence.model.objects.filter(pk__in=files).values_list("pk", "name"))
    return [names[pk].rsplit(".", 1)[0] for pk in files if pk in names]


def _place(service: Service) -> str:
    return service.address if service.method in AT_THE_ADDRESS else ""


def _methods(chosen: str) -> list[dict[str, str]]:
    """Every way of serving, the one that was taken ticked."""
    offered = {c.key: c.words.zh for c in vocabulary.choices("service_method")}
    offered[BY_ANNOUNCEMENT] = "公告送达"
    return [{"words": zh, "on": "1" if key == chosen else ""} for key, zh in offered.items()]


def task_sheet(matter: Matter) -> dict[str, Said]:
    """交办督办单: who gave it, who must do it, and which matter it comes from."""
    origin = Act.objects.filter(pk=matter.opened_by_act).select_related("matter").first()
    return {
        "given_by": Said(Words("交办人", "whoever gave it"), _person(matter.giver)),
        "given_at": Said(Words("交办时间", "the time"), moment_written(matter.opened_at)),
        "given_to": Said(Words("承办单位", "the addressee"), _addressee(matter)),
        "person": Said(Words("承办人", "the person"), _name(matter.handler)),
        "from": Said(Words("关联事项", "the matter it comes from"), _origin(origin)),
    }


def _person(appointment: Appointment | None) -> str:
    if appointment is None:
        return ""
    post = appointment.post
    where = post.office or post.agency
    return f"{appointment.user}（{where.name}{labels.post_words(post.kind).zh}）"


def _name(appointment: Appointment | None) -> str:
    return str(appointment.user) if appointment else ""


def _addressee(matter: Matter) -> str:
    names: Sequence[str] = [matter.agency.name, matter.office.name if matter.office else ""]
    return "　".join(name for name in names if name)


def _origin(act: Act | None) -> str:
    return f"{act.matter.title}（{act.matter.number}）" if act else ""
