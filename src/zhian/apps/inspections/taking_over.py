"""Orders to rectify that another system kept: their own columns and rows."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model

from zhian.apps.inspections.models import Rectification
from zhian.desk.kinds import Line, TakeOver
from zhian.desk.models import Matter
from zhian.desk.takeover import cells
from zhian.directory.imports.table import Field, Wrong
from zhian.law.words import Words

FREE = Words("", "")
TERM = "rectification.term"


def rows(matter: Matter, line: Line) -> Sequence[Model]:
    """The order: until when is what its clock says, unless the file names another day."""
    row = line.row
    if matter.operator is None:
        raise Wrong("operator", "责令改正须写明主体。", "A rectification order needs its operator.")
    ordered = "order" in matter.done
    return [
        Rectification(
            matter=matter,
            basis=cells.choice(row, "basis", "rectification_basis", "inspection"),
            problems=row.text("problems"),
            requirements=row.text("requirements"),
            law=row.text("law"),
            until=(row.day("until") or line.due.get(TERM)) if ordered else None,
            measures=row.text("measures"),
            rounds=int(ordered),
        )
    ]


TAKE_OVER = TakeOver(
    rows,
    (
        Field("problems", Words("存在的问题", "Problems"), FREE, True, ("问题",)),
        Field(
            "basis",
            Words("来源", "Source"),
            Words("责令改正的来源；不填为监督检查发现", "why it was ordered; inspection if empty"),
        ),
        Field("requirements", Words("改正要求", "Required"), FREE),
        Field("law", Words("违反的规定", "Provision broken"), FREE),
        Field(
            "until",
            Words("改正期限", "Correct by"),
            Words("不填用“期限”表中的指定期限", "that of the sheet of clocks if empty"),
        ),
        Field("measures", Words("整改措施", "Measures taken"), FREE),
    ),
)
