"""Everything that people read is Chinese first and English second, and neither has a gap."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from scripts import catalogue, catalogue_allowed, catalogue_sources
from scripts.catalogue_allowed import ALLOWED, Allowed
from scripts.catalogue_sources import Found, Marked, chinese_in_module, in_module, in_template

ROOT = Path(__file__).resolve().parent.parent.parent
HOW = (
    "run `python scripts/catalogue.py missing`, translate, then `python scripts/catalogue.py tidy`"
)


# --- the catalogue and the house


def test_the_english_catalogue_says_everything_that_the_house_says() -> None:
    found = list(catalogue.mistakes(catalogue_sources.marked(), catalogue.read()))
    assert found == [], HOW


def test_no_chinese_stands_outside_of_the_marks() -> None:
    assert list(catalogue.unmarked()) == []


def test_the_catalogue_can_be_compiled(tmp_path: Path) -> None:
    source = tmp_path / "en/LC_MESSAGES/django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(catalogue.ENGLISH.read_bytes())
    assert catalogue.compile_one(source).read_bytes()[:4] == b"\xde\x12\x04\x95"


def test_tidying_twice_is_tidying_once_and_changes_no_text() -> None:
    used = catalogue_sources.marked()
    once = catalogue.tidied(used, catalogue.read())
    again = read_po(BytesIO(once), locale="en")
    assert catalogue.tidied(used, again) == once
    before, after = catalogue.entries(catalogue.read()), catalogue.entries(again)
    assert before.keys() & after.keys() == used.keys() & before.keys()
    assert all(
        catalogue.forms(before[one]) == catalogue.forms(after[one]) for one in before if one in used
    )


# --- every fault would be found


def po(text: str) -> Catalog:
    """A catalogue with these entries."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return read_po(BytesIO((head + text).encode()), locale="en")


ONE = {Marked("到期"): ["desk/rows.py"]}
MANY = {Marked("%(n)d 天", "%(n)d 天"): ["web/countdown.py"]}


@pytest.mark.parametrize(
    ("used", "text", "fault"),
    [
        (ONE, "", "missing"),
        (ONE, 'msgid "到期"\nmsgstr ""\n', "missing"),
        (ONE, '#, fuzzy\nmsgid "到期"\nmsgstr "Due"\n', "fuzzy"),
        (ONE, 'msgid "到期"\nmsgstr "Due 今日"\n', "Chinese in English"),
        (ONE, 'msgid "到期"\nmsgstr "Due：now"\n', "Chinese in English"),
        ({}, 'msgid "到期"\nmsgstr "Due"\n', "stale"),
        (ONE, 'msgctxt "state"\nmsgid "到期"\nmsgstr "Due"\n', "missing"),
        (
            MANY,
            'msgid "%(n)d 天"\nmsgid_plural "%(n)d 天"\nmsgstr[0] "%(n)d day"\nmsgstr[1] ""\n',
            "missing",
        ),
        (
            MANY,
            'msgid "%(n)d 天"\nmsgid_plural "%(n)d 天"\n'
            'msgstr[0] "one day"\nmsgstr[1] "%(n)d days"\n',
            "placeholders",
        ),
        (
            {Marked("由%(who)s办理"): ["x"]},
            'msgid "由%(who)s办理"\nmsgstr "by %(whom)s"\n',
            "placeholders",
        ),
        (
            {Marked("由%(who)s办理"): ["x"]},
            'msgid "由%(who)s办理"\nmsgstr "done by them"\n',
            "placeholders",
        ),
    ],
)
def test_a_fault_is_told(used: dict[Marked, list[str]], text: str, fault: str) -> None:
    assert {line.split(":")[0] for line in catalogue.mistakes(used, po(text))} >= {fault}


def test_a_whole_entry_is_no_fault() -> None:
    entry = 'msgid "%(n)d 天"\nmsgid_plural "%(n)d 天"\n'
    entry += 'msgstr[0] "%(n)d day"\nmsgstr[1] "%(n)d days"\n'
    assert list(catalogue.mistakes(MANY, po(entry))) == []


def test_what_is_missing_is_printed_ready_to_be_filled_in() -> None:
    used = {**ONE, Marked("退回", "", "state"): ["desk/models/approval.py"]}
    text = catalogue.as_entries(catalogue.missing(used, po("")))
    filled = po(text.replace('msgstr ""', 'msgstr "Due"'))
    assert "#: desk/rows.py" in text
    assert list(catalogue.mistakes(used, filled)) == []


# --- what counts as marked: Django and Babel see the same


TEMPLATE = """{% load i18n %}{# 备注 #}{% comment %}旧{% endcomment %}
<p title="{% translate '占 50%' %}">{% trans "旧式" %}{{ rows|join:_("、") }}</p>
{% translate "退回" context "state" %}
{% blocktranslate with n=list.total %}共 {{ n }} 件，100%{% endblocktranslate %}
{% blocktranslate trimmed count n=left %}
  剩
  {{ n }} 天
{% plural %}剩 {{ n }} 天{% endblocktranslate %}"""


def test_the_marks_of_a_template_are_read_as_django_asks_for_them() -> None:
    assert set(in_template(TEMPLATE)) == {
        Marked("占 50%%"),
        Marked("旧式"),
        Marked("、"),
        Marked("退回", "", "state"),
        Marked("共 %(n)s 件，100%%"),
        Marked("剩 %(n)s 天", "剩 %(n)s 天"),
    }


def ids_of_django(text: str) -> set[str]:
    """What Django's own reader of templates would hand to gettext."""
    from django.utils.translation.template import templatize

    calls = re.findall(r"\b(n?p?gettext|_)\((.*?)\)(?=\s|$)", templatize(text), re.S)
    found = set()
    for name, arguments in calls:
        values = [
            ast.literal_eval(a) for a in re.findall(r"u?'(?:[^'\\]|\\.)*'|\"[^\"]*\"", arguments)
        ]
        found.add(values[1] if "p" in name else values[0])
    return found


@pytest.mark.parametrize(
    "path", [p for p in catalogue_sources.files() if p.suffix == ".html"], ids=lambda p: p.stem
)
def test_django_reads_the_same_from_every_template(path: Path) -> None:
    text = path.read_text("utf-8")
    assert {one.id for one in in_template(text)} == ids_of_django(text)


def ids_of_babel(text: str) -> set[str]:
    """What Babel's own reader of Python finds under the names that the house uses."""
    keywords = {
        "_": None,
        "gettext": None,
        "gettext_lazy": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "pgettext_lazy": ((1, "c"), 2),
    }
    rows = extract("python", BytesIO(text.encode()), keywords=keywords)  # type: ignore[arg-type]
    return {m if isinstance(m, str) else m[0] for _line, m, _comments, _context in rows}


def inside_f_strings(text: str) -> set[str]:
    """What stands inside the values of f-strings, into which Babel does not look."""
    values = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FormattedValue))
    parts = (part for value in values for part in ast.walk(value))
    return {str(part.value) for part in parts if isinstance(part, ast.Constant)}


def test_babel_reads_the_same_from_every_module() -> None:
    for path in catalogue_sources.files():
        text = path.read_text("utf-8")
        if path.suffix == ".py" and "django.utils.translation" in text:
            ours, theirs = {one.id for one in in_module(text)}, ids_of_babel(text)
            assert theirs <= ours, path
            assert ours - theirs <= inside_f_strings(text), path


# --- what counts as Chinese that is not marked


@pytest.mark.parametrize(
    "line",
    [
        'title = "我的办公桌"',
        'title = f"共 {n} 件"',
        'column = Column("due", "期限", value)',
        'raise NotPossible("代码已存在。")',
        'raise NotPossible("代码已存在。", "代码", "code")',
        'STATES = [("draft", "草稿")]',
        'text = "、".join(names)',
        'text = f"{what}：{why}"',
        'label = "逾期" if late else "正常"',
        "words = f\"{_('到期')}前\"",
        'zh = "没有。"\nother = "None."',
    ],
)
def test_chinese_for_people_without_a_mark_is_found(line: str) -> None:
    head = "from django.utils.translation import gettext as _\n"
    assert list(chinese_in_module(head + line))


@pytest.mark.parametrize(
    "line",
    [
        'title = _("我的办公桌")',
        'title = ngettext("%(n)d 天", "%(n)d 天", n)',
        'words = Words("到期", "Due")',
        'raise NotPossible(f"代码 {code} 已存在。", f"The code {code} exists.", "code")',
        'words = Words(zh="到期", en="Due")',
        'zh = f"没有 {x}。"\nen = f"There is no {x}."',
        'UNITS = {"hour": ("小时", "hours")}',
        'HEADERS = {"zh": ("行", "列"), "en": ("row", "column")}',
        'said = "起算" if zh else "Counted from"',
        'help = "端口 / port"',
        'name = models.CharField("名称", max_length=20)',
        '"""行政处罚法 42: two officers."""',
        "day = 1  # 立即",
    ],
)
def test_chinese_that_has_its_english_is_left_alone(line: str) -> None:
    head = "from django.utils.translation import gettext as _, ngettext\n"
    assert list(chinese_in_module(head + line)) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<h1>办公桌</h1>", True),
        ('<input placeholder="检索">', True),
        ("{{ a }}、{{ b }}", True),
        ('{{ rows|join:"、" }}', True),
        ('{% include "x.html" with title="检索" %}', True),
        ('<h1>{% translate "办公桌" %}</h1>', False),
        ('{{ rows|join:_("、") }}', False),
        ("{# 备注 #}", False),
        ('<button lang="zh-Hans">中文</button>', False),
    ],
)
def test_chinese_in_a_template(line: str, found: bool) -> None:
    assert bool(list(catalogue_sources.chinese_in_template(line))) is found


# --- the table of what is allowed


def test_a_row_holds_only_its_own_texts() -> None:
    row = Allowed("desk/papers.py", "an official paper", ("号", "〔…"))
    assert row.holds(Found("desk/papers.py", 1, "号"))
    assert row.holds(Found("desk/papers.py", 1, "〔2026〕"))
    assert not row.holds(Found("desk/papers.py", 1, "号码"))
    assert not row.holds(Found("desk/rows.py", 1, "号"))


def test_a_row_that_nothing_needs_is_told() -> None:
    assert set(catalogue_allowed.needless([])) == set(ALLOWED)


def test_names_of_columns_are_shown_nowhere() -> None:
    """The first argument of a model's field may stay Chinese because no page asks for it."""
    asks = re.compile(r"\.verbose_name|ModelForm\b|modelform_factory|model_to_dict|full_clean\(")
    found = [
        f"{path.name}:{number}"
        for path in catalogue_sources.files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if asks.search(line)
    ]
    assert found == []
