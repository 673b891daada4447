"""The Chinese in modules and templates that needs no English, and why.

A row is a file below src/zhian (or a folder, with a slash at its end), the reason, and the texts
it is meant for, a text that ends in `…` by its beginning; without texts the whole file is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.catalogue_sources import Found


@dataclass(frozen=True, slots=True)
class Allowed:
    """Chinese that may stand alone in one file."""

    path: str
    why: str
    texts: tuple[str, ...] = ()

    def holds(self, found: Found) -> bool:
        """Whether this row is about that text."""
        here = found.path.startswith(self.path) if self.path[-1] == "/" else found.path == self.path
        return here and (not self.texts or any(_same(found.text, text) for text in self.texts))


def _same(found: str, text: str) -> bool:
    return found.startswith(text[:-1]) if text.endswith("…") else found == text


BY_CONSTRUCTION = "a Words or an error of the law is built of Chinese and English together"
RECORD = "kept in the file in the language of the office, as every record is"
OFFICIAL = "printed on an official paper, which is Chinese"
RECOGNISED = "what files and forms write, recognised and never shown"
ADMIN_NAME = "the name of a Django app, shown nowhere"
OTHER_BRANCH = "the English stands in the other branch"
BILINGUAL = "the page of the manual holds both languages, one below the other"

ALLOWED = (
    Allowed(
        "apps/registry/census/blind/answering.py",
        "kept in the list of decisions as the reason, as the act was recorded",
        ("：",),
    ),
    Allowed(
        "apps/registry/census/blind/kinds.py",
        "kept in the act by which a check closed by itself",
        ("盲区已消除。",),
    ),
    Allowed(
        "apps/registry/census/blind/opening.py",
        "titles and texts of ground checks: kept in the file of the matter as they were given",
        ("实地核查：…", "：…"),
    ),
    Allowed("apps/registry/census/blind/shown.py", "between words, the English beside it", ("、",)),
    Allowed(
        "apps/registry/census/blind/unseen_shown.py",
        "marks around and between words, the English beside them",
        ("、", "（…"),
    ),
    Allowed("law/", BY_CONSTRUCTION),
    Allowed("methods/", BY_CONSTRUCTION),
    Allowed("demo/", "the demonstration county is Chinese"),
    Allowed("web/templates/500.html", "both languages at once: nothing else works by then"),
    Allowed("config/env.py", "fonts by their own names", ("folder with the office's own fonts…",)),
    # --- the operators' site
    Allowed("interfaces/enterprise/printing.py", RECORD),
    Allowed("interfaces/enterprise/doing.py", RECORD, ("电子送达记录 ….pdf",)),
    Allowed("interfaces/enterprise/beginning.py", RECORD, ("：",)),
    Allowed("interfaces/enterprise/owed.py", "a paper's own title", ("《…》",)),
    Allowed("apps/registry/archive/repairing.py", OFFICIAL),
    Allowed("apps/registry/archive/taking_over.py", RECORD, ("，",)),
    # --- licences that come in by a file
    Allowed("apps/registry/licences/importing/columns.py", RECOGNISED),
    Allowed("apps/registry/licences/importing/finding.py", RECOGNISED, ("无",)),
    Allowed("apps/registry/licences/importing/command.py", "both languages, one after the other"),
    Allowed("apps/registry/licences/importing/writing.py", RECORD, ("导入已有许可证", "：")),
    Allowed("apps/registry/licences/importing/checking.py", RECORD, ("证", "、")),
    Allowed("apps/registry/licences/small.py", RECORD, ("、", "畜禽养殖场")),
    Allowed("directory/rights.py", "a fault of the data, for whoever wrote it"),
    # --- places and who answers in them
    Allowed("directory/places/names.py", RECOGNISED),
    Allowed("directory/places/source.py", RECOGNISED),
    Allowed("directory/places/shops.py", RECOGNISED, ("信用代码", "场所", "场所名称")),
    Allowed(
        "directory/places/steward_roster.py",
        RECOGNISED,
        ("县级", "县", "乡镇", "乡镇级", "镇级", "村级", "村", "姓名"),
    ),
    Allowed("directory/places/steward_roster.py", RECORD, ("名册 …",)),
    Allowed("directory/places/outlines.py", RECOGNISED, ("名称",)),
    Allowed("directory/places/points.py", RECORD, ("坐标（…",)),
    Allowed("directory/places/loading.py", RECORD, ("区划名单",)),
    Allowed("directory/places/errors.py", BY_CONSTRUCTION),
    Allowed("directory/actions/stewards.py", RECORD, ("更换责任人",)),
    Allowed(
        "desk/stewards.py",
        RECORD,
        ("：… 个在营场所…", "属地责任：… … 个", "名单已空。"),
    ),
    # --- the files of operators
    Allowed("apps/registry/archive/correcting.py", RECORD, (" 更正申请", " 撤销更正")),
    Allowed("apps/registry/archive/correcting.py", BY_CONSTRUCTION, ("第 … 行：",)),
    Allowed("apps/registry/archive/sections.py", BY_CONSTRUCTION, ("、",)),
    Allowed("apps/registry/archive/supporting.py", RECORD, (" 撤销",)),
    Allowed("apps/registry/archive/crediting.py", RECORD, ("，",)),
    Allowed("apps/registry/archive/repairing.py", OFFICIAL, ("信用修复",)),
    Allowed("apps/registry/archive/sections.py", RECOGNISED, ("是", "合格", "否", "不合格")),
    Allowed("directory/actions/operators.py", RECORD, ("：",)),
    # --- the desk
    Allowed("desk/apps.py", ADMIN_NAME, ("办公桌",)),
    Allowed("desk/engine/annul.py", RECORD, ("行为撤销：",)),
    Allowed("desk/engine/approvals.py", RECORD, ("签批退回", "提出人撤回")),
    Allowed("desk/engine/begin.py", RECORD, ("：",)),
    Allowed("desk/engine/checks.py", "joins titles, which are Chinese", ("；",)),
    Allowed("desk/delivery.py", "a message leaves in Chinese", ("质安通知", "<!doctype html>…")),
    Allowed(
        "desk/clockwork/falling_due.py",
        "a line for the terminal: a number, then why",
        ("：", "：… "),
    ),
    Allowed("desk/fields.py", RECOGNISED, ("是",)),
    Allowed("desk/papers/issuing.py", OFFICIAL, ("〔…〕…号", "签批时已不适用")),
    Allowed("desk/papers/printing.py", OFFICIAL, ("原系统制发，接管时未附扫描件。",)),
    Allowed("apps/registry/apps.py", ADMIN_NAME, ("主体档案",)),
    Allowed(
        "apps/registry/licences/papers.py",
        OFFICIAL,
        ("变更", "延续", "补办", "登记事项变更", "注销"),
    ),
    Allowed("apps/registry/licences/actions.py", RECORD, ("许可证退出：",)),
    Allowed("apps/inspections/taking_over.py", RECOGNISED, ("问题",)),
    Allowed("apps/laboratory/taking_over.py", RECOGNISED, ("抽样单编号", "食品名称")),
    # --- a take-over: what files write is recognised, what is said is said in both languages
    Allowed("desk/takeover/cells.py", RECOGNISED),
    Allowed("desk/takeover/columns.py", RECOGNISED),
    Allowed("desk/takeover/reading.py", RECOGNISED, ("工作簿",)),
    Allowed("web/sheets.py", RECOGNISED, ("是", "否")),
    Allowed("desk/takeover/reading.py", BY_CONSTRUCTION, ("、", "：")),
    Allowed("desk/takeover/checking.py", RECOGNISED, ("公司", "厂", "集团", "企业")),
    Allowed("desk/takeover/terms.py", RECOGNISED, ("法定",)),
    Allowed("desk/takeover/terms.py", BY_CONSTRUCTION, ("无", "、", "算不出…", "须写指定期限")),
    Allowed("desk/takeover/states.py", BY_CONSTRUCTION, ("、",)),
    Allowed("desk/takeover/plan.py", BY_CONSTRUCTION, ("，第 …",)),
    Allowed("desk/takeover/finding.py", "names of the county beside each other", ("（…",)),
    Allowed("desk/takeover/command.py", "the other language stands beside it", (" 行：…", "：…")),
    Allowed("desk/takeover/workbook.py", BY_CONSTRUCTION, ("；", "：")),
    Allowed("desk/takeover/undoing.py", RECORD, ("接管已撤回",)),
    Allowed("desk/papers/particulars.py", OFFICIAL),
    *(Allowed(f"desk/papers/{name}.py", OFFICIAL) for name in ("saying", "wording", "own")),
    Allowed(
        "desk/papers/printing.py",
        OFFICIAL,
        ("　　年　　月　　日", "草稿", "未制发", "作废", "〔　　　　〕　　号", "、", "“…”（U+…）"),
    ),
    Allowed("desk/engine/sealing.py", RECORD, ("（盖章）.pdf",)),
    Allowed("desk/papers/binding.py", RECORD),
    Allowed("desk/papers/sealing.py", OTHER_BRANCH, ("：",)),
    Allowed("desk/show/filing.py", RECORD),
    Allowed("desk/service.py", RECORD, ("检验报告和结果通知书", "送达《…》：")),
    # --- the directory
    Allowed("directory/apps.py", ADMIN_NAME, ("名录",)),
    Allowed("directory/actions/duties.py", RECORD, ("更换包保人",)),
    Allowed("directory/assistant.py", RECORD, ("初始设置",)),
    Allowed("directory/setup.py", RECORD, ("系统初始化", "本县", "本局")),
    Allowed("directory/imports/rosters.py", RECORD, ("导入名册",)),
    Allowed(
        "directory/imports/columns.py",
        RECOGNISED,
        (
            *("代码", "部门代码", "部门", "区划名称", "撤销日期", "部门名称", "科室名称"),
            *("区划代码", "工号", "用户名", "电话", "手机号", "执法证"),
        ),
    ),
    Allowed(
        "directory/imports/columns.py",
        "an example of Chinese characters",
        ("如 松市监", "such as 松市监"),
    ),
    Allowed(
        "directory/imports/finding.py",
        RECOGNISED,
        tuple(
            "省 省级 自治区 直辖市 市 地市 地级市 州 盟 县 区 县级市 县区 旗 乡镇 乡 镇 街道 村 "
            "社区 村居 网格".split()
        ),
    ),
    Allowed("directory/imports/run.py", OTHER_BRANCH, ("已导入", "未导入", "：… 行，新增…")),
    Allowed("directory/imports/table.py", RECOGNISED, ("[\\s*_（）…",)),
    Allowed("directory/imports/table.py", "joins Chinese headings", ("、",)),
    Allowed("directory/models/calendar.py", "the name of a row, shown nowhere", ("班", "休")),
    Allowed("directory/pages/rules.py", RECOGNISED, ("，", "、")),
    Allowed("directory/rights.py", "a mistake in a file of ours", ("rights.toml, […]: 未知范围 ",)),
    Allowed("directory/rights_doc.py", BILINGUAL),
    Allowed("desk/publishing/redaction.py", RECOGNISED),
    Allowed("desk/publishing/content.py", RECOGNISED, ("公司", "集团", "合作社", "厂", "、", "：")),
    Allowed("desk/publishing/preparing.py", RECORD, ("由新稿代替",)),
    Allowed("desk/publishing/deciding.py", RECORD, ("由更正后的内容代替",)),
    Allowed("desk/publishing/showing.py", "joins and quotes Chinese texts", ("、", "《…")),
    # --- the apps
    Allowed("apps/inspections/apps.py", ADMIN_NAME, ("监督检查",)),
    Allowed("apps/laboratory/apps.py", ADMIN_NAME, ("检验检测",)),
    Allowed("apps/inspections/kinds.py", RECORD, ("责令改正：",)),
    Allowed("apps/inspections/papers.py", OFFICIAL),
    Allowed("apps/laboratory/papers.py", OFFICIAL),
    Allowed("apps/laboratory/kinds.py", RECOGNISED),
    Allowed("apps/laboratory/by_hand.py", RECORD, ("：…不合格", "、")),
    Allowed("apps/registry/census/filing.py", RECORD, ("普查登记 {number}",)),
    Allowed("apps/registry/census/intake/elsewhere.py", RECOGNISED),
    Allowed("apps/registry/census/intake/reading.py", BY_CONSTRUCTION, ("、",)),
    Allowed(
        "apps/registry/census/runs/inputs.py", RECOGNISED, ("[县区镇乡]|街道", "村|社区|居委会")
    ),
    Allowed("apps/registry/census/shown.py", BY_CONSTRUCTION, ("、",)),
    Allowed("apps/registry/census/columns.py", RECOGNISED, ("[(（\\[【…", "[\\s*:：]")),
    Allowed("apps/registry/census/review/figures.py", RECOGNISED, ("经度", "纬度")),
    Allowed("apps/registry/census/rosters.py", "its English stands in place()", (" 第 … 行", "、")),
    Allowed("apps/laboratory/bulletins/days.py", RECOGNISED),
    Allowed("apps/laboratory/bulletins/places.py", RECOGNISED),
    Allowed("apps/laboratory/bulletins/findings.py", RECOGNISED),
    Allowed("apps/laboratory/bulletins/folding.py", RECOGNISED, ("^[^:：]{0,12}地址…", "。")),
    Allowed("apps/laboratory/bulletins/matching.py", RECOGNISED, ("（", "）")),
    Allowed("apps/laboratory/bulletins/importing.py", RECORD, ("：…不合格", "、")),
    Allowed("apps/laboratory/bulletins/columns.py", "joins Chinese headings", ("、",)),
    Allowed("apps/laboratory/bulletins/reading.py", "joins Chinese headings", ("：", "、")),
)


def not_allowed(found: Iterable[Found]) -> Iterator[Found]:
    """The Chinese that no row of the table speaks for."""
    return (one for one in found if not any(row.holds(one) for row in ALLOWED))


def needless(found: Iterable[Found]) -> Iterator[Allowed]:
    """Rows of the table that no text needs any more."""
    everything = list(found)
    return (row for row in ALLOWED if not any(row.holds(one) for one in everything))
