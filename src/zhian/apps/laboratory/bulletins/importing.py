"""Taking a bulletin in: each new sample becomes a row and opens its disposal, in one transaction.

The file goes in by small batches. A batch either stands whole or not at all, so that a machine
that stops in the middle loses nothing and doubles nothing: the next run finds what stands and
goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from zhian.apps.laboratory.bulletins import columns
from zhian.apps.laboratory.bulletins.columns import ColumnMap
from zhian.apps.laboratory.bulletins.errors import Unfit
from zhian.apps.laboratory.bulletins.files import File
from zhian.apps.laboratory.bulletins.findings import Finding, Named
from zhian.apps.laboratory.bulletins.folding import Folded, FoldedSample, fold
from zhian.apps.laboratory.bulletins.matching import Match, Matcher
from zhian.apps.laboratory.bulletins.reading import read_rows
from zhian.apps.laboratory.bulletins.report import Report, as_json, report_of
from zhian.apps.laboratory.models import Bulletin, Sample, SampleResult
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter
from zhian.desk.kinds import Opening
from zhian.directory.models import Agency
from zhian.law.words import Words

BATCH = 48
ALIKE = Words(
    "与已登记的样品 {number} 的描述和结果完全相同，没有重复登记；如果是另一个样品，请补抽样编号。",
    "Described like sample {number}, which is here already; not taken in again. If it is another "
    "one, give its sample number.",
)
Progress = Callable[[int, int], None]
TEXTS = (
    "source", "notice", "category", "subcategory", "food", "brand", "specification", "made_on",
    "sampled_in", "sampled_unit", "sampled_code", "producer", "producer_address", "producer_code",
    "laboratory", "report_number", "remark",
)  # fmt: skip


def import_bulletin(
    path: Path,
    *,
    agency: Agency,
    received: date,
    column_map: Path | None = None,
    by: Actor,
    commit: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Take in a bulletin that an agency received on a day; returns what became of every row.

    A sample that is known by its number, or by what it is, is not taken in again, from whatever
    file. `commit=False` only says what would happen. `progress(done, total)` is called after each
    batch. Raises BulletinError where the file as a whole cannot be taken in.
    """
    file = File.of(path)
    folded = read(file, columns.load(column_map), received)
    if not commit:
        return trial(agency, folded)
    return take_in(bulletin_of(file, agency, received, folded), folded, by, progress)


def read(file: File, columns_map: ColumnMap, received: date) -> Folded:
    """The samples of a file; raises BulletinError where it cannot be taken in."""
    if received > timing.today():
        raise Unfit("收到日期不能晚于今天。", "The day of receipt lies in the future.", "received")
    folded = fold(read_rows(file, columns_map))
    if not folded.samples:
        raise Unfit("文件中没有样品。", "The file holds no sample.")
    return folded


def trial(agency: Agency, folded: Folded) -> Report:
    """What would come of it now; nothing is changed."""
    fresh = len(unknown(agency, folded.samples))
    return report_of(folded, fresh, len(folded.samples) - fresh, [], None)


def unknown(agency: Agency, samples: Sequence[FoldedSample]) -> list[FoldedSample]:
    """The samples of a file whose disposal does not stand yet."""
    return [one for part in _batches(samples) for one in _unknown(agency, part)]


def take_in(
    bulletin: Bulletin, folded: Folded, by: Actor, progress: Progress | None = None
) -> Report:
    """Take in what is not here yet, batch by batch; a run that was cut short goes on."""
    _begin(bulletin, folded)
    job = _Job(bulletin, by, Matcher(bulletin.agency, folded.samples))
    for part in _batches(folded.samples):
        job.take(part)
        if progress:
            progress(job.added + job.known, len(folded.samples))
    report = report_of(folded, job.added, job.known, job.doubts, bulletin)
    _complete(bulletin, report)
    return report


def _batches(samples: Sequence[FoldedSample]) -> Iterator[Sequence[FoldedSample]]:
    return (samples[start : start + BATCH] for start in range(0, len(samples), BATCH))


def bulletin_of(file: File, agency: Agency, received: date, folded: Folded) -> Bulletin:
    """The bulletin's row; the same file leads to the same row."""
    row, _ = Bulletin.objects.get_or_create(
        agency=agency,
        sha256=file.sha256,
        defaults={
            "name": file.name[:200],
            "received_on": received,
            "imported_at": timing.now(),
            "samples_total": len(folded.samples),
            **counted(folded),
        },
    )
    return row


def counted(folded: Folded) -> dict[str, int]:
    """The numbers of rows, as a bulletin keeps them."""
    return {
        "rows": folded.rows_total,
        "rows_results": folded.rows_results,
        "rows_folded": len(folded.folded),
    }


def _begin(bulletin: Bulletin, folded: Folded) -> None:
    if bulletin.completed_at is not None:
        return
    bulletin.state, bulletin.error = "running", ""
    bulletin.samples_total = len(folded.samples)
    for name, number in counted(folded).items():
        setattr(bulletin, name, number)
    bulletin.save()


def _complete(bulletin: Bulletin, report: Report) -> None:
    if bulletin.completed_at is not None:
        return
    bulletin.completed_at, bulletin.state = timing.now(), "done"
    bulletin.samples_done = bulletin.samples_total
    bulletin.refused = as_json(report.rows_named)
    bulletin.remarks = as_json(report.remarks)
    bulletin.save()


def _unknown(agency: Agency, samples: Sequence[FoldedSample]) -> list[FoldedSample]:
    """The samples whose disposal does not stand yet.

    An official number decides where both have one; otherwise what the sample is.
    """
    ours = Sample.objects.filter(agency=agency, disposal__isnull=False)
    numbers = set(
        ours.filter(number__in=[s.number for s in samples]).values_list("number", flat=True)
    )
    alike = ours.filter(natural__in=[s.natural for s in samples])
    by_nature: dict[str, set[bool]] = {}
    for natural, number in alike.values_list("natural", "number"):
        by_nature.setdefault(natural, set()).add(_is_official(number))
    return [s for s in samples if s.number not in numbers and not _same(s, by_nature)]


def _same(sample: FoldedSample, by_nature: dict[str, set[bool]]) -> bool:
    """Whether a sample like it stands, one of the two without an official number."""
    kinds = by_nature.get(sample.natural, set())
    return (bool(kinds) if not sample.official else False in kinds) and not sample.again


def _is_official(number: str) -> bool:
    return not number.startswith("N-")


@dataclass(slots=True)
class _Job:
    """One run over a file."""

    bulletin: Bulletin
    by: Actor
    matcher: Matcher
    added: int = 0
    known: int = 0
    doubts: list[Named] = field(default_factory=list)

    @transaction.atomic
    def take(self, samples: Sequence[FoldedSample]) -> None:
        """One batch; the bulletin's row is locked so that two runs do not take the same."""
        Bulletin.objects.select_for_update().get(pk=self.bulletin.pk)
        fresh = _unknown(self.bulletin.agency, samples)
        matches = {s.number: self._match(s) for s in fresh}
        rows = self._store(fresh, matches)
        for folded in fresh:
            opening = self._opening(rows[folded.number], folded, matches[folded.number])
            open_matter("disposal", "open", opening, by=self.by)
        numbers = {s.number for s in fresh}
        self._alike([s for s in samples if s.number not in numbers])
        self.added += len(fresh)
        self.known += len(samples) - len(fresh)
        done = min(self.added + self.known, self.bulletin.samples_total)
        Bulletin.objects.filter(pk=self.bulletin.pk).update(samples_done=done)

    def _alike(self, known: Sequence[FoldedSample]) -> None:
        """Say which samples were taken for ones of another file because they look the same."""
        if not known:
            return
        others = Sample.objects.filter(agency=self.bulletin.agency).exclude(bulletin=self.bulletin)
        rows = others.filter(natural__in=[s.natural for s in known])
        standing = dict(rows.values_list("natural", "number"))
        for folded in known:
            number = standing.get(folded.natural)
            if number and not (folded.official and folded.official == number):
                words = ALIKE.format(number=number)
                self.doubts.append(Named(folded.rows[0], "food", folded.text("food"), words))

    def _match(self, folded: FoldedSample) -> Match:
        match = self.matcher.match(folded)
        if match.doubt:
            value = folded.text("sampled_unit") or folded.text("producer")
            self.doubts.append(Named(folded.rows[0], "sampled_unit", value, match.doubt))
        return match

    def _store(
        self, fresh: Sequence[FoldedSample], matches: Mapping[str, Match]
    ) -> dict[str, Sample]:
        """The rows of the samples; one that was noted by hand before keeps what it says."""
        ours = Sample.objects.filter(agency=self.bulletin.agency)
        rows = {s.number: s for s in ours.filter(number__in=[f.number for f in fresh])}
        new = [f for f in fresh if f.number not in rows]
        made = Sample.objects.bulk_create(self._row(f, matches[f.number]) for f in new)
        rows |= {s.number: s for s in made}
        SampleResult.objects.bulk_create(
            _result(rows[folded.number], position, finding)
            for folded in new
            for position, finding in enumerate(folded.findings, 1)
        )
        return rows

    def _row(self, folded: FoldedSample, match: Match) -> Sample:
        return Sample(
            agency=self.bulletin.agency,
            number=folded.number,
            bulletin=self.bulletin,
            label=folded.text("group")[:80],
            natural=folded.natural,
            division=match.sampled,
            producer_division=match.made,
            sampled_on=folded.day("sampled_on"),
            reported_on=folded.day("reported_on"),
            place=match.place,
            operator=match.operator,
            **{name: folded.text(name)[: _length(name)] for name in TEXTS},
        )

    def _opening(self, sample: Sample, folded: FoldedSample, match: Match) -> Opening:
        agency = self.bulletin.agency
        fields = {
            "received_on": self.bulletin.received_on,
            "sample": sample.number,
            "operator": match.operator,
            "premises": match.premises,
        }
        return Opening(
            title=title_of(folded),
            agency=agency,
            place=match.place or agency.place,
            office=match.office,
            operator=match.operator,
            premises=match.premises,
            fields={name: value for name, value in fields.items() if value is not None},
        )


def _result(sample: Sample, position: int, finding: Finding) -> SampleResult:
    return SampleResult(
        sample=sample,
        position=position,
        item=finding.item[:200],
        result=finding.result[:300],
        limit=finding.limit[:300],
        rows=[row.number for row in finding.rows],
    )


def _length(name: str) -> int | None:
    length: int | None = getattr(Sample._meta.get_field(name), "max_length", None)
    return length


def title_of(sample: FoldedSample) -> str:
    """What the matter is called on the desk: 韭菜：腐霉利不合格."""
    items = "、".join(dict.fromkeys(f.item for f in sample.findings if f.item))
    return f"{sample.text('food')}：{items}不合格"[:300]
