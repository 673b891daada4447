"""What an order to rectify says on the papers that come of it."""

from __future__ import annotations

from collections.abc import Iterator

from zhian.desk.models import Matter
from zhian.desk.papers.saying import Said, of_acts, phone
from zhian.desk.papers.wording import day_of
from zhian.law import vocabulary
from zhian.law.words import Words

# How the official register sorts sources (form 1; 程序规定 18); what is not here is 其他.
SOURCES = {
    "inspection": "inspection",
    "self_check": "inspection",
    "unlicensed": "inspection",
    "report": "report",
}
TOLD = ("open", "order", "order_again", "report", "fail")


def case_source(matter: Matter) -> dict[str, Said]:
    """案件来源登记表: what was found and not corrected, as the source of a case."""
    basis = matter.rectification.basis
    kind = Words("来源分类", "the kind of source")
    content = Words("案源内容", "what it is about")
    source = SOURCES.get(basis, "other")
    other = vocabulary.choice("rectification_basis", basis).zh if source == "other" else ""
    return {
        "source": Said(kind, source),
        "other": Said(kind, other),
        "found_on": Said(Words("发现线索时间", "when it was found"), day_of(matter.opened_at)),
        "content": Said(content, list(_content(matter))),
        "phone": phone(matter),
    }


def _content(matter: Matter) -> Iterator[str]:
    """The finding, what was ordered, and how it stood at the re-inspection."""
    said = {name: part.text for name, part in of_acts(matter, TOLD).items()}
    yield f"发现的问题：{said.get('open.problems', matter.rectification.problems)}"
    for verb, what in (("order", "责令改正"), ("order_again", "再次责令改正")):
        if f"{verb}.until" in said:
            day, until = said[f"{verb}.at"], said[f"{verb}.until"]
            yield f"{day}{what}，限{until}前改正：{said[f'{verb}.requirements']}"
    if "report.measures" in said:
        yield f"当事人报告的整改情况：{said['report.measures']}"
    if "fail.record" in said:
        yield f"{said['fail.at']}复查：{said['fail.record']}"


PAPERS = {"case_source": case_source}
