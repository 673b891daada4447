"""The sheets of a take-over and their columns; the same rows make the template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhian.desk import kinds
from zhian.directory.imports.table import Field
from zhian.law.words import Words

DAY = Words("日期，如 2026-01-31", "a date such as 2026-01-31")
MOMENT = Words("日期，或者日期和时间", "a date, or a date and time")
OLD_NUMBER = Words(
    "原系统或者登记簿中的编号；同一编号不会接管两次",
    "the number in the old system or register; no number is taken over twice",
)
WHOSE = Words("“事项”表中的原编号", "the old number on the sheet of matters")
WHICH = Words(
    "只在同一原编号有几种事项时填写", "only where several kinds of matter have the same old number"
)
FREE = Words("", "")


def _field(
    key: str,
    zh: str,
    en: str,
    hint: Words = FREE,
    required: bool = False,
    also: tuple[str, ...] = (),
) -> Field:
    return Field(key, Words(zh, en), hint, required, also)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the file: its names, and its columns."""

    key: str
    words: Words
    fields: tuple[Field, ...]
    also: tuple[str, ...] = ()


MATTER_FIELDS = (
    _field(
        "kind",
        "种类",
        "Kind",
        Words("见“可填内容”", "see “Permitted values”"),
        True,
        ("事项种类", "kind of matter"),
    ),
    _field("old_number", "原编号", "Old number", OLD_NUMBER, True, ("编号", "number", "旧编号")),
    _field("title", "标题", "Title", FREE, True, ("名称", "事项名称")),
    _field(
        "opened_on",
        "开启日期",
        "Opened on",
        Words(
            "在原系统开始的日期；程序和规则按它适用",
            "when it began in the old system; it decides which version of the procedure applies",
        ),
        True,
        ("开始日期", "受理日期", "立项日期", "opened"),
    ),
    _field("phase", "阶段", "Phase", Words("现处阶段", "where it stands now"), True, ("现处阶段",)),
    _field(
        "done",
        "已办行为",
        "Acts done",
        Words(
            "用分号隔开；阶段已经说明的不必写",
            "separated by semicolons; what the phase implies need not be written",
        ),
        also=("已办", "done"),
    ),
    _field(
        "handler",
        "承办人",
        "Handler",
        Words("登录名、执法证号或者姓名", "login name, card number or name"),
        also=("经办人",),
    ),
    _field(
        "office",
        "承办机构",
        "Office",
        Words("代码或者名称；不填用承办人的", "code or name; the handler's if empty"),
        also=("科室", "承办科室"),
    ),
    _field(
        "agency",
        "部门",
        "Agency",
        Words("代码或者名称；不填用导入时指定的", "code or name; the one named when importing"),
        also=("部门代码", "agency code"),
    ),
    _field(
        "operator",
        "主体",
        "Operator",
        Words("统一社会信用代码或者完整名称", "credit code or exact name"),
        also=("当事人", "企业", "统一社会信用代码", "uscc"),
    ),
    _field(
        "premises",
        "场所",
        "Premises",
        Words("该主体名下的场所名称或者地址", "name or address of one of its premises"),
        also=("经营场所",),
    ),
    _field(
        "place",
        "区划代码",
        "Division",
        Words(
            "12 位；不填用场所、主体、机构的", "12 digits; that of the premises, operator or office"
        ),
        also=("地点代码", "place code"),
    ),
    _field(
        "giver",
        "交办人",
        "Given by",
        Words("交办督办必填：登录名、执法证号或者姓名", "for tasks: login name, card or name"),
    ),
    _field("confidential", "涉密", "Confidential", Words("是 / 否", "yes / no")),
)

CLOCKS = Sheet(
    "clocks",
    Words("期限", "Clocks"),
    (
        _field("old_number", "原编号", "Old number", WHOSE, True, ("编号", "number")),
        _field(
            "duty",
            "期限名称",
            "Duty",
            Words("见“可填内容”", "see “Permitted values”"),
            True,
            ("职责", "期限"),
        ),
        _field(
            "counts_from",
            "起算日",
            "Counts from",
            Words("期限从何日起算（当日不计）", "the day it counts from (not counted itself)"),
            True,
            ("起算时间", "起算日期"),
        ),
        _field(
            "paused",
            "中止期间",
            "Paused spans",
            Words(
                "如 2026-09-01..2026-09-10，多段用分号隔开",
                "such as 2026-09-01..2026-09-10; several separated by semicolons",
            ),
            also=("扣除期间",),
        ),
        _field(
            "paused_since",
            "中止至今自",
            "Paused since",
            Words("尚未恢复计时的，从何日起中止", "where it still stands still: since which day"),
            also=("现中止自", "still paused since"),
        ),
        _field(
            "pause_reason",
            "中止原因",
            "Reason of the pause",
            Words("如 检验；见“可填内容”", "such as testing; see “Permitted values”"),
        ),
        _field(
            "extended_to",
            "延长至",
            "Extended to",
            Words("经批准延长到的日期", "the day it was extended to"),
        ),
        _field(
            "extended_by",
            "延长",
            "Extended by",
            Words(
                "按条文自身单位的数，或者“法定”；多次用分号隔开",
                "a number in the rule's own unit, or “as granted”; several separated by semicolons",
            ),
            also=("延长期限",),
        ),
        _field(
            "due",
            "指定期限",
            "Due date set",
            Words("责令、交办时指定的最后一日", "the last day that an officer set"),
            also=("责令期限", "due date set by order", "due date"),
        ),
        _field("kind", "种类", "Kind", WHICH),
    ),
    ("时限", "deadlines", "clock"),
)

PAPERS = Sheet(
    "papers",
    Words("文书", "Documents"),
    (
        _field("old_number", "原编号", "Old number", WHOSE, True, ("编号", "number")),
        _field("title", "文书名称", "Title", FREE, True, ("标题", "名称")),
        _field("paper_number", "文号", "Document number"),
        _field("date", "日期", "Date", DAY, True, ("制发日期", "落款日期")),
        _field(
            "file",
            "文件名",
            "File",
            Words("压缩包内扫描件的文件名", "name of the scan inside the zip file"),
            also=("扫描件", "file name"),
        ),
        _field("kind", "种类", "Kind", WHICH),
    ),
    ("文书材料", "papers"),
)

HISTORY = Sheet(
    "history",
    Words("经过", "History"),
    (
        _field("old_number", "原编号", "Old number", WHOSE, True, ("编号", "number")),
        _field("date", "日期", "Date", MOMENT, True, ("时间", "发生时间")),
        _field("what", "情况", "What", FREE, True, ("经过", "内容", "事由")),
        _field("who", "何人", "Who", FREE, also=("办理人", "人员")),
        _field("kind", "种类", "Kind", WHICH),
    ),
    ("办理经过", "notes", "log"),
)

MATTERS_WORDS = Words("事项", "Matters")
MATTERS_ALSO = ("在办事项", "matter", "open matters")


def matters() -> Sheet:
    """The sheet of matters: the common columns, then those of each kind."""
    return Sheet("matters", MATTERS_WORDS, (*MATTER_FIELDS, *_own(set(_common()))), MATTERS_ALSO)


def _common() -> Iterator[str]:
    return (field.key for field in MATTER_FIELDS)


def _own(known: set[str]) -> Iterator[Field]:
    """The columns of the kinds, one column for what several of them call the same."""
    for kind in kinds.all_kinds():
        for field in kind.take_over.columns if kind.take_over else ():
            if field.key not in known:
                known.add(field.key)
                yield Field(field.key, field.words, field.hint, False, field.also)


def sheets() -> tuple[Sheet, ...]:
    """All sheets, in their order."""
    return (matters(), CLOCKS, PAPERS, HISTORY)
