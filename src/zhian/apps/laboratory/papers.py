"""What the sample and its results say on the papers of a disposal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zhian.apps.laboratory.elsewhere import COUNTY
from zhian.apps.laboratory.models import Sample, SampleResult
from zhian.desk.models import Document, Matter
from zhian.desk.papers.saying import Said, last_of, of_acts, phone
from zhian.desk.papers.wording import chinese_date, cited, rule_on, term, titled
from zhian.law.words import Words

PARTS = {
    "number": Words("抽样编号", "the sample's number"),
    "food": Words("食品名称", "the food"),
    "brand": Words("商标", "the brand"),
    "specification": Words("规格型号", "the specification"),
    "made_on": Words("生产日期/批号", "the date of production or lot"),
    "source": Words("任务来源", "the source of the task"),
    "category": Words("食品类别", "the category of food"),
    "sampled_unit": Words("被抽样单位", "the unit sampled"),
    "sampled_in": Words("抽样地点", "the place of sampling"),
    "producer": Words("标称生产者", "the producer on the label"),
    "producer_address": Words("标称生产者地址", "the producer's address"),
    "laboratory": Words("检验机构", "the laboratory"),
    "report_number": Words("检验报告编号", "the number of the test report"),
}
DATES = {
    "sampled_on": Words("抽样日期", "the day of sampling"),
    "reported_on": Words("检验报告日期", "the day of the test report"),
}
RESULTS = Words("检验项目和结果", "the items and results")
TOLD = ("pass_on", "tell_elsewhere")
STEPS = (
    *("begin", "notified", "report_up", "control", "operator_report", "find_cause"),
    *("rectify", "need_no_rectification", "ask_retest", "retest_refused", "retest_upheld"),
    *("ask_objection", "objection_refused", "objection_upheld", "hand_to_case", "no_case"),
    *("tell_elsewhere", "tell_others"),
)
# The duties whose rules the notice names: served, re-test, objection, control, published on site.
RULES = {
    "serve": "disposal.notify",
    "retest": "retest.window",
    "objection": "objection.window",
    "control": "operator.control",
}
CITED = Words("引用的条款", "the provisions cited")
# Why it is not this agency's, as the official form asks (程序规定 14, 17).
ELSEWHERE = "标称生产者的住所地不在我单位管辖区域"
REGULATORS = ("市场监督管理", "市场监管")
TRANSFER = "PUNISH"


def result_notice(matter: Matter) -> dict[str, Said]:
    """抽样检验结果通知书: the sample, what failed, and the terms that the law gives (SAMPLE 29)."""
    return _sample(matter.disposal.sample) | _rules(matter.trigger_date)


def _sample(sample: Sample) -> dict[str, Said]:
    """The sample field by field and its failed items as a table."""
    texts = {name: Said(words, str(getattr(sample, name))) for name, words in PARTS.items()}
    days = {name: Said(words, _day(getattr(sample, name))) for name, words in DATES.items()}
    lines = [_line(row) for row in sample.results.all()]
    return texts | days | {"results": Said(RESULTS, lines)}


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""


def _line(row: SampleResult) -> dict[str, str]:
    return {"item": row.item, "result": row.result, "limit": row.limit}


def _rules(day: date) -> dict[str, Said]:
    rules = {name: rule_on(duty, day) for name, duty in RULES.items()}
    articles = {f"{name}_law": Said(CITED, cited(rule)) for name, rule in rules.items()}
    return articles | {f"{name}_term": Said(CITED, term(rule)) for name, rule in rules.items()}


def disposal_report(matter: Matter) -> dict[str, Said]:
    """核查处置报告: the sample, and what each step of the disposal found (SAMPLE 43 to 45)."""
    own = {
        "received_on": Said(Words("收到日期", "the day of receipt"), _day(matter.trigger_date)),
        "notice": Said(Words("结果通知书文号", "the number of the notice"), _notice(matter)),
        "orders": Said(Words("责令改正通知书文号", "the orders' numbers"), _orders(matter)),
    }
    return _sample(matter.disposal.sample) | of_acts(matter, STEPS) | own


def _notice(matter: Matter) -> str:
    papers = matter.documents.filter(template="result_notice", state="issued")
    return papers.values_list("number", flat=True).order_by("id").last() or ""


def _orders(matter: Matter) -> list[str]:
    """The numbers of the orders to rectify that came of it."""
    papers = Document.objects.filter(
        matter__parent=matter, template="rectification_order", state="issued"
    )
    return list(papers.order_by("id").values_list("number", flat=True))


def case_source(matter: Matter) -> dict[str, Said]:
    """案件来源登记表: a failed sample as the source of a case (form 1; 程序规定 18)."""
    content = Words("案源内容", "what it is about")
    return {
        "source": Said(Words("来源分类", "the kind of source"), "other"),
        "other": Said(Words("来源分类", "the kind of source"), "监督抽检不合格"),
        "found_on": Said(Words("收到材料时间", "when it came in"), _day(matter.trigger_date)),
        "content": Said(content, list(_told(matter.disposal.sample))),
        "phone": phone(matter),
    }


def transfer_letter(matter: Matter) -> dict[str, Said]:
    """案件移送函: what is passed on and why it is not ours (form 4; 程序规定 14, 17; SAMPLE 27)."""
    act = last_of(matter, TOLD)
    said = act.data if act else {}
    told = act is not None and act.verb == "tell_elsewhere"
    laws = [titled(TRANSFER) + _article_for(str(said.get("to_agency", "")))]
    if told:
        laws.insert(0, cited(rule_on(_duty_to_tell(matter), matter.trigger_date)))
    return {
        "clue": Said(Words("线索内容", "what it is about"), list(_told(matter.disposal.sample))),
        "why": Said(Words("移送理由", "the reason"), ELSEWHERE if told else ""),
        "more": Said(Words("补充说明", "the note"), str(said.get("text", "")), field="text"),
        "law": Said(CITED, "、".join(laws)),
        "enclosed": Said(Words("附件", "what is enclosed"), ["检验报告"]),
    }


def _duty_to_tell(matter: Matter) -> str:
    """The duty under which the producer's region is told: another province or another county."""
    far = matter.disposal.sample.producer_is_elsewhere
    return "disposal.other_county" if far == COUNTY else "disposal.other_province"


def _article_for(agency: str) -> str:
    """Another market regulator is article 14, any other department article 17."""
    return "第十四条" if any(word in agency for word in REGULATORS) else "第十七条第一款"


def _told(sample: Sample) -> Iterator[str]:
    """The failure in sentences: what was taken where, who made it, what failed."""
    where = "，抽样地点：" + sample.sampled_in if sample.sampled_in else ""
    unit = f"被抽样单位：{sample.sampled_unit}" if sample.sampled_unit else ""
    yield "；".join(part for part in (_named(sample), unit + where) if part.strip("，")) + "。"
    if sample.producer:
        address = f"（{sample.producer_address}）" if sample.producer_address else ""
        yield f"标称生产者：{sample.producer}{address}。"
    by = f"经{sample.laboratory}检验，" if sample.laboratory else "经检验，"
    failed = "；".join(_failed(row) for row in sample.results.all())
    yield f"{by}不合格项目：{failed}。"


def _named(sample: Sample) -> str:
    more = [
        f"抽样编号{sample.number}",
        f"商标：{sample.brand}" if sample.brand else "",
        f"规格：{sample.specification}" if sample.specification else "",
        f"生产日期/批号：{sample.made_on}" if sample.made_on else "",
    ]
    return f"食品：{sample.food}（{'，'.join(part for part in more if part)}）"


def _failed(row: SampleResult) -> str:
    told = [row.item, f"检验结果{row.result}" if row.result else ""]
    told.append(f"标准值{row.limit}" if row.limit else "")
    return "，".join(part for part in told if part)


PAPERS = {
    "result_notice": result_notice,
    "disposal_report": disposal_report,
    "case_source": case_source,
    "transfer_letter": transfer_letter,
}
