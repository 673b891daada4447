"""What taking in a bulletin would do, before anybody confirms it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from zhian.apps.laboratory import hazard
from zhian.apps.laboratory.bulletins.findings import Named
from zhian.apps.laboratory.bulletins.folding import Folded, FoldedSample
from zhian.apps.laboratory.bulletins.importing import unknown
from zhian.apps.laboratory.bulletins.matching import Match, Matcher
from zhian.apps.laboratory.bulletins.report import Report, report_of
from zhian.apps.laboratory.elsewhere import COUNTY, PROVINCE
from zhian.apps.laboratory.models import SampleResult
from zhian.directory.models import Agency, Office

FIRST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One sample of the file, where it would go, and whether it is here already."""

    sample: FoldedSample
    match: Match
    known: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The report that an import would give, and where its new samples would go."""

    report: Report
    offices: Sequence[tuple[Office, int]]
    unassigned: int
    unmatched: int
    other_province: int
    other_county: int
    serious: int
    lines: Sequence[Line]


def preview(agency: Agency, folded: Folded) -> Preview:
    """Route every sample as an import would; nothing is changed."""
    matcher = Matcher(agency, folded.samples)
    fresh = {s.number for s in unknown(agency, folded.samples)}
    lines = [Line(s, matcher.match(s), s.number not in fresh) for s in folded.samples]
    new = [line for line in lines if not line.known]
    doubts = [_doubt(line) for line in new if line.match.doubt]
    report = report_of(folded, len(new), len(lines) - len(new), filter(None, doubts), None)
    offices = Counter(line.match.office for line in new if line.match.office)
    return Preview(
        report=report,
        offices=offices.most_common(),
        unassigned=sum(line.match.office is None for line in new),
        unmatched=sum(line.match.operator is None for line in new),
        other_province=sum(line.match.elsewhere == PROVINCE for line in new),
        other_county=sum(line.match.elsewhere == COUNTY for line in new),
        serious=_serious(new),
        lines=lines[:FIRST],
    )


def _doubt(line: Line) -> Named | None:
    words, sample = line.match.doubt, line.sample
    value = sample.text("sampled_unit") or sample.text("producer")
    return Named(sample.rows[0], "sampled_unit", value, words) if words else None


def _serious(lines: Sequence[Line]) -> int:
    words = hazard.words()
    return sum(bool(hazard.serious(_results(line.sample), words)) for line in lines)


def _results(sample: FoldedSample) -> list[SampleResult]:
    found = sample.findings
    return [SampleResult(item=f.item, result=f.result, limit=f.limit) for f in found]
