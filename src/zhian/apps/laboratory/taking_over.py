"""Disposals of failed samples that another system kept: the sample, its results, the disposal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.db.models import Model

from zhian.apps.laboratory.models import Disposal, Sample, SampleResult
from zhian.desk.kinds import Line, TakeOver
from zhian.desk.models import Matter
from zhian.desk.takeover import cells
from zhian.directory.imports.table import Field, Row, Wrong
from zhian.law.words import Words

FREE = Words("", "")
SEVERAL = Words("多个项目用分号隔开", "several items separated by semicolons")
ALIGNED = Words("与不合格项目逐一对应", "one for each failed item")
TEXTS = ("food", "producer", "sampled_unit", "laboratory")


def rows(matter: Matter, line: Line) -> Sequence[Model]:
    """The sample with its failed items, then the disposal."""
    sample = _sample(matter, line.row)
    disposal = Disposal(
        matter=matter,
        sample=sample,
        cause=cells.choice(line.row, "cause", "failure_cause"),
        retest_applied_on=line.row.day("retest_applied_on"),
    )
    return [sample, *_results(sample, line.row), disposal]


def _sample(matter: Matter, row: Row) -> Sample:
    texts = {name: _short(row, name) for name in TEXTS}
    return Sample(
        agency=matter.agency,
        number=_short(row, "sample_number", "number"),
        place=matter.place,
        operator=matter.operator,
        division=matter.place.code[:12],
        **texts,
    )


def _short(row: Row, key: str, column: str = "") -> str:
    text = row.text(key)
    field: Any = Sample._meta.get_field(column or key)
    most = field.max_length
    if len(text) > most:
        raise Wrong(key, f"超过 {most} 字。", f"Longer than {most} characters.")
    return text


def _results(sample: Sample, row: Row) -> list[SampleResult]:
    items = cells.parts(row.text("items"))
    found = [cells.parts(row.text(key)) for key in ("results", "limits")]
    for key, values in zip(("results", "limits"), found, strict=True):
        if values and len(values) != len(items):
            raise Wrong(
                key,
                f"有 {len(values)} 个值，而不合格项目有 {len(items)} 个。",
                f"{len(values)} values for {len(items)} failed items.",
            )
    return [
        SampleResult(
            sample=sample,
            position=position,
            item=item[:200],
            result=(result or "")[:300],
            limit=(limit or "")[:300],
        )
        for position, (item, result, limit) in enumerate(zip_longest(items, *found), 1)
    ]


def release(matter: Matter) -> None:
    """Another file, or a bulletin, may register the sample again."""
    sample = matter.disposal.sample
    sample.number = f"{sample.number[:60]}#{matter.pk}"
    sample.save(update_fields=["number"])


TAKE_OVER = TakeOver(
    rows,
    (
        Field(
            "sample_number",
            Words("抽样编号", "Sample number"),
            Words(
                "抽样单编号；以后的通报再列此样品时不会重复登记",
                "of the sampling sheet; a later bulletin does not register the sample again",
            ),
            True,
            ("抽样单编号",),
        ),
        Field("food", Words("样品名称", "Sample"), FREE, True, ("食品名称",)),
        Field("items", Words("不合格项目", "Failed items"), SEVERAL, True),
        Field("results", Words("检验结果", "Results"), ALIGNED),
        Field("limits", Words("标准值", "Limits"), ALIGNED),
        Field("sampled_unit", Words("被抽样单位", "Sampled at"), FREE),
        Field("producer", Words("标称生产者", "Labelled producer"), FREE),
        Field("laboratory", Words("检验机构", "Laboratory"), FREE),
        Field("cause", Words("不合格原因", "Cause"), FREE),
        Field("retest_applied_on", Words("申请复检日期", "Re-test applied for on"), FREE),
    ),
    release,
)
