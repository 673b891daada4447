"""What the file of a matter (卷宗) holds for whoever has it bound: papers, services, evidence,
the matters that it opened, and everything that was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import override

from zhian.desk import labels, visibility
from zhian.desk.models import Act, Document, Evidence, Matter, Service
from zhian.desk.papers import sealing
from zhian.desk.papers.volume import Chapter, Item, LeftOut, Volume
from zhian.desk.show import entered
from zhian.directory.models import Appointment

NAMED = ("agency", "office", "handler__user", "operator", "premises")
DEEPEST = 8  # matters open matters; so deep no procedure goes


@dataclass(slots=True)
class _Shelf:
    """Everything that the matters of a file hold, by matter: read once."""

    matters: dict[int, list[Matter]] = field(default_factory=lambda: defaultdict(list))
    papers: dict[int, list[Document]] = field(default_factory=lambda: defaultdict(list))
    evidence: dict[int, list[Evidence]] = field(default_factory=lambda: defaultdict(list))
    acts: dict[int, list[Act]] = field(default_factory=lambda: defaultdict(list))
    services: dict[int, Service] = field(default_factory=dict)


def volume(matter: Matter, reader: Appointment) -> Volume:
    """What the file of a matter holds for this reader, in Chinese as the records are."""
    with override("zh-hans"):
        shelf = _shelf(matter, reader)
        items = list(_whole(matter, shelf))
        left_out = [row for papers in shelf.papers.values() for row in _void(papers)]
        left_out += [row for found in shelf.evidence.values() for row in _replaced(found, shelf)]
        return Volume(matter, _particulars(matter), items, left_out)


def _shelf(matter: Matter, reader: Appointment) -> _Shelf:
    shelf, layer, keys = _Shelf(), [matter.pk], [matter.pk]
    for _depth in range(DEEPEST):
        found = visibility.visible_to(reader).filter(parent__in=layer).exclude(pk__in=keys)
        rows = list(found.select_related(*NAMED).order_by("id"))
        for row in rows:
            shelf.matters[row.parent_id or 0].append(row)
        layer = [row.pk for row in rows]
        if not layer:
            break
        keys += layer
    _fill(shelf, keys)
    return shelf


def _fill(shelf: _Shelf, keys: Sequence[int]) -> None:
    papers = Document.objects.filter(matter__in=keys).order_by("issued_at", "id")
    for paper in papers.select_related("scan", "drafted_by", "issued_by", "matter__agency"):
        shelf.papers[paper.matter_id].append(paper)
    for file in Evidence.objects.filter(matter__in=keys).select_related("act").order_by("id"):
        shelf.evidence[file.matter_id or 0].append(file)
    acts = Act.objects.filter(matter__in=keys).order_by("matter", "seq")
    for act in acts.select_related("user", "appointment__post__office"):
        shelf.acts[act.matter_id].append(act)
    for service in Service.objects.filter(matter__in=keys).select_related("document"):
        shelf.services[service.pk] = service


# --- the order: papers, services, evidence, other matters that it opened, the course of things


def _whole(matter: Matter, shelf: _Shelf) -> Iterator[Item]:
    below = shelf.matters[matter.pk]
    yield from _under("文书", _papers(shelf.papers[matter.pk], 1))
    services = [row for row in below if row.kind == "service"]
    yield from _under("送达", (item for row in services for item in _chapter(row, shelf, 1)))
    yield from _under("材料", _evidence(matter, shelf, 1))
    others = [row for row in below if row.kind != "service"]
    yield from _under("子事项", (item for row in others for item in _chapter(row, shelf, 1)))
    course = Chapter("办理经过", matter, (), _course(matter, shelf))
    yield Item(0, "办理经过", remark=f"共 {len(course.course)} 条", what=course)


def _under(title: str, items: Iterator[Item]) -> Iterator[Item]:
    found = list(items)
    if found:
        yield Item(0, title)
        yield from found


def _chapter(matter: Matter, shelf: _Shelf, level: int) -> Iterator[Item]:
    rows = [*_particulars(matter), *_service(shelf.services.get(matter.pk))]
    chapter = Chapter(matter.title, matter, rows, _course(matter, shelf))
    yield Item(level, matter.title, matter.number, _day(matter.opened_at), what=chapter)
    yield from _papers(shelf.papers[matter.pk], level + 1)
    yield from _evidence(matter, shelf, level + 1)
    for row in shelf.matters[matter.pk]:
        yield from _chapter(row, shelf, level + 1)


def _papers(papers: Sequence[Document], level: int) -> Iterator[Item]:
    for paper in papers:
        if paper.state != "void":
            day = _day(paper.issued_at) if paper.issued_at else ""
            yield Item(level, paper.title, paper.number, day, _remark(paper), paper)


def _remark(paper: Document) -> str:
    if paper.state != "issued":
        return str(paper.get_state_display())
    if sealing.wants_seal(paper):
        return "未盖章"
    return f"{_day(paper.sealed_at)} 盖章" if paper.sealed_at else ""


def _evidence(matter: Matter, shelf: _Shelf, level: int) -> Iterator[Item]:
    for file in shelf.evidence[matter.pk]:
        if file.kind != sealing.SEALED and not _is_scan(file, shelf):
            told = labels.act_title(file.act, matter) if file.act else ""
            yield Item(level, file.name, day=_day(file.added_at), remark=told, what=file)


def _is_scan(file: Evidence, shelf: _Shelf) -> bool:
    """The only paper of a matter that was taken over is bound as that paper."""
    return any(paper.scan_id == file.pk for paper in shelf.papers[file.matter_id or 0])


def _void(papers: Sequence[Document]) -> Iterator[LeftOut]:
    for paper in papers:
        if paper.state == "void":
            yield LeftOut(paper.title, paper.number, f"作废：{paper.void_reason or '未写原因'}")


def _replaced(files: Sequence[Evidence], shelf: _Shelf) -> Iterator[LeftOut]:
    """Scans of a sealed paper that another one took the place of."""
    for file in files:
        if file.kind == sealing.SEALED and not _is_scan(file, shelf):
            yield LeftOut(f"盖章件 {file.name}", "", "已被后来的盖章件替换")


# --- what stands on a chapter's own pages


def _particulars(matter: Matter) -> list[tuple[str, str]]:
    """What a matter is, for a cover or a chapter: names and values that have one."""
    rows = [
        ("事项编号", matter.number),
        ("原编号", matter.old_number),
        ("事项种类", labels.kind_words(matter.kind).zh),
        ("主体", _name(matter.operator)),
        ("场所", _name(matter.premises)),
        ("承办机构", "　".join(filter(None, (matter.agency.name, _name(matter.office))))),
        ("承办人", _name(matter.handler.user if matter.handler else None)),
        ("开启日期", _day(matter.opened_at)),
        ("办结日期", _day(matter.closed_at) if matter.closed_at else "尚未办结"),
    ]
    return [(label, value) for label, value in rows if value]


def _name(row: object | None) -> str:
    return str(getattr(row, "name", row) or "") if row is not None else ""


def _service(service: Service | None) -> list[tuple[str, str]]:
    if service is None:
        return []
    rows = [
        ("送达文书", str(service.document) if service.document else ""),
        ("受送达人", service.recipient),
        ("送达地址", service.address),
        ("送达方式", str(service.get_method_display()) if service.method else ""),
        ("未成次数", str(service.attempts) if service.attempts else ""),
        ("送达时间", _minute(service.served_at) if service.served_at else "尚未送达"),
    ]
    return [(label, value) for label, value in rows if value]


def _course(matter: Matter, shelf: _Shelf) -> list[Mapping[str, object]]:
    acts = shelf.acts[matter.pk]
    says = entered.entries(matter, acts)
    return [_act(matter, act, says[act.pk]) for act in acts]


def _act(matter: Matter, act: Act, said: Sequence[entered.Entry]) -> Mapping[str, object]:
    happened, recorded = _minute(act.happened_at), _minute(act.recorded_at)
    post = labels.post_words(act.appointment.post.kind).zh if act.appointment else ""
    return {
        "seq": act.seq,
        "happened": happened,
        "recorded": recorded if recorded != happened else "",
        "title": labels.act_title(act, matter),
        "who": "　".join(filter(None, (act.actor_name, post))),
        "reason": act.reason,
        "said": [line for entry in said for line in _lines(entry)],
        "hash": act.hash[:16],
    }


def _lines(entry: entered.Entry) -> Iterator[str]:
    text = "、".join(filter(None, (entry.text, *(file.name for file in entry.files))))
    if text:
        yield f"{entry.label}：{text}" if entry.label else text
    for row in entry.rows:
        yield f"{entry.label}：{'　'.join(row)}"


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


def _minute(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
