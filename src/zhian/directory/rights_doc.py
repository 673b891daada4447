"""docs/rights.md from the tables that decide: rights.toml, posts.toml, the declared addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from zhian.law import offices
from zhian.law.procedure import book
from zhian.law.words import Words

SCOPES = {
    "none": Words("—", "—"),
    "own": Words("本人", "own"),
    "office": Words("本科室", "office"),
    "place": Words("辖区", "place"),
    "agency": Words("本部门", "agency"),
    "all": Words("全部", "all"),
}
ABOUT = {
    "matter": Words("可见的事项", "a matter in reach"),
    "act": Words("可见事项的行为", "an act of a matter in reach"),
    "proposal": Words("可见或者待其签的报批", "a proposal in reach or to be signed"),
    "waiting_act": Words("可见事项的迟到行为", "a late act of a matter in reach"),
    "takeover": Words("管理范围内部门的接管文件", "a file of a take-over by an agency in reach"),
    "bulletin": Words("本部门的通报", "a bulletin of the agency"),
    "licence_import": Words("本部门的许可证名册", "a roster of licences of the agency"),
    "licence": Words("辖区内或者本部门颁发的许可证", "a licence in the territory or of the agency"),
    "publication": Words("可见事项的公布稿", "a publication of a matter in reach"),
    "notice": Words("可见事项的通知", "a notice of a matter in reach"),
    "file": Words("可见事项的文件", "a file of a matter in reach"),
    "document": Words("可见事项的文书", "a document of a matter in reach"),
    "opening": Words("岗位可以开启的事项", "what the post may begin"),
    "place": Words("管理范围内的区划", "a division in reach"),
    "agency": Words("管理范围内的部门", "an agency in reach"),
    "office": Words("管理范围内的科室", "an office in reach"),
    "post": Words("管理范围内的岗位", "a post in reach"),
    "person": Words("管理范围内的人员", "a person in reach"),
    "appointment": Words("管理范围内的任职", "an appointment in reach"),
    "deputyship": Words("本人的或者管理范围内的代理", "one's own deputy, or one in reach"),
    "responsibility": Words("管理范围内的职责", "a responsibility in reach"),
    "sponsorship": Words("管理范围内的包保", "a sponsorship in reach"),
    "operator": Words("本部门辖区的主体", "an operator in the agency's place"),
    "operator_paper": Words("本辖区主体的质量管理文件", "a quality document of one"),
    "archive_section": Words("本辖区主体档案的一栏", "a section of its file"),
    "archive_row": Words("本辖区主体档案的一行", "a line of its file"),
    "premises": Words("管理范围内的场所", "premises in reach"),
    "stewardship": Words("管理范围内的属地责任", "a local officer's premises in reach"),
    "year": Words("年份", "a year"),
    "roster": Words("名册种类", "a kind of roster"),
    "step": Words("设置步骤", "a step of the set-up"),
    "setting": Words("设置", "a setting"),
    "my_matter": Words("送达或者告知过本单位的事项", "a matter that has reached the operator"),
    "my_short": Words("送达或者告知过本单位的事项", "a matter that has reached the operator"),
    "my_paper": Words("送达或者告知过本单位的文书", "a paper that has reached the operator"),
    "my_opening": Words("经营者可以申请的事项", "what an operator may begin"),
    "my_premises": Words("本单位的场所", "premises of the operator"),
    "my_slip": Words("本单位的邀请单", "a slip of the operator"),
    "my_person": Words("为本单位办事的人", "a person of the operator"),
    "operator_phones": Words("辖区内的主体", "an operator in the territory"),
    "invitation": Words("辖区内主体的邀请单", "a slip of an operator in the territory"),
    "representative": Words("为辖区内主体办事的人", "a person of an operator in the territory"),
    "walled": Words("辖区内主体的场所", "premises of an operator in the territory"),
    "blind_spot": Words("本县的盲区", "a blind spot of the county"),
    "census_run": Words("本县的一批关联", "a run of the county"),
    "census_question": Words("本县的待核问题", "a question of the county"),
    "census_decision": Words("本县的判定", "a decision of the county"),
    "census_conflict": Words("本县的冲突", "a conflict of the county"),
    "roster_import": Words("本部门或者本县的名册文件", "a roster of the agency, or of the county"),
    "establishment": Words("本县普查登记的一户", "an establishment of the county's census"),
    "finding": Words("一项空白或者重叠", "one finding"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the house: its pattern, its name, its view, what it takes."""

    pattern: str
    name: str
    view: Any
    takes: tuple[str, ...] = ()


def addresses() -> list[Address]:
    """Every address that the resolver knows, from the root down."""
    from django.urls import get_resolver

    return list(_walk(get_resolver().url_patterns, "/", "", ()))


def _walk(
    patterns: Sequence[Any], before: str, space: str, taken: tuple[str, ...]
) -> Iterator[Address]:
    for row in patterns:
        path = before + str(row.pattern).lstrip("^").rstrip("$")
        takes = (*taken, *row.pattern.regex.groupindex)
        if hasattr(row, "url_patterns"):
            inner = f"{row.namespace}:" if row.namespace else space
            yield from _walk(row.url_patterns, path, inner, takes)
        else:
            yield Address(path, space + (row.name or ""), row.callback, takes)


def text() -> str:
    """The whole document."""
    parts = (_head(), _matters(), _administration(), _incompatible(), _addresses())
    return "\n".join(line for part in parts for line in part) + "\n"


def _head() -> Iterator[str]:
    yield "# 权限 / Rights"
    yield ""
    yield (
        "来自 `law/data/rights.toml`、`posts.toml` 和各页面的 `@access`；"
        "`tests/web/test_rights_matrix.py` 逐个地址核对。"
    )
    yield (
        "From those tables and the `@access` of each page; that test holds every address to them."
    )
    yield ""
    yield (
        "跨部门只有共享（MatterShare）一条路；涉密和封存优先于范围。 / Across agencies there is "
        "only a share; confidential and sealed come before any scope."
    )
    yield ""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(*headings: str) -> Iterator[str]:
    yield _row(*headings)
    yield _row(*("---" for _ in headings))


def _both(words: Words) -> str:
    return words.zh if words.zh == words.en else f"{words.zh} {words.en}"


def _matters() -> Iterator[str]:
    from zhian.directory import rights

    kinds = sorted(book().kinds())
    yield "## 岗位、事项与范围 / Posts, matters and scopes"
    yield ""
    yield "看 see / 办 act。“办”的行为由程序规定。 / Which acts, the procedure says."
    yield ""
    yield from _table("岗位 post", *(f"{kind}" for kind in kinds))
    for key, post in offices.posts().items():
        row = rights.table().get(key, rights.Rights(key))
        cells = [
            f"{_scope(row.scope('see', kind))} / {_scope(row.scope('act', kind))}" for kind in kinds
        ]
        yield _row(f"{post.words.zh} `{key}`", *cells)
    yield ""


def _scope(scope: str) -> str:
    return _both(SCOPES[scope])


def _administration() -> Iterator[str]:
    from zhian.directory import rights

    yield "## 管理和涉密 / Administration and confidential matters"
    yield ""
    yield from _table("岗位 post", "管理 administers", "涉密 confidential", "签批 signs")
    for key, post in offices.posts().items():
        row = rights.table().get(key, rights.Rights(key))
        parts = ", ".join(sorted(row.admin)) or "—"
        yield _row(f"{post.words.zh} `{key}`", parts, _mark(row.confidential), _mark(post.signs))
    yield ""


def _mark(yes: bool) -> str:
    return "✓" if yes else "—"


def _incompatible() -> Iterator[str]:
    yield "## 不得兼任 / Posts that exclude each other"
    yield ""
    yield from _table("岗位 post", "不得同时任 not together with")
    for key, post in offices.posts().items():
        if post.incompatible:
            yield _row(
                f"{post.words.zh} `{key}`",
                ", ".join(f"`{k}`" for k in sorted(post.incompatible)),
            )
    yield ""


def _addresses() -> Iterator[str]:
    from zhian.directory.access import rule_of

    yield "## 地址 / Addresses"
    yield ""
    yield (
        "未登录 302 到登录页；无权 403；方法不符 405；对象不在范围内 404。 / Strangers are sent to "
        "the login (302); without the right 403; another method 405; out of reach 404."
    )
    yield ""
    yield from _table("地址 address", "方法 methods", "谁 who", "对象 thing")
    for row in sorted(addresses(), key=lambda a: a.pattern):
        rule = rule_of(row.view, row.name)
        if rule is None:
            yield _row(f"`{row.pattern}`", "?", "未声明 undeclared", "")
            continue
        thing = _both(ABOUT[rule.about]) if rule.about else ""
        if rule.acts:
            thing += "，且可办 that the post may act on"
        yield _row(f"`{row.pattern}`", ", ".join(rule.methods), _who(rule), thing)
    yield ""


def _who(rule: Any) -> str:
    if rule.public:
        return "任何人 everybody"
    if rule.login:
        return "有账号者 anybody with an account"
    if rule.operator:
        return "经营者 operators"
    if rule.admin:
        return "管理 admin: " + ", ".join(rule.admin)
    if rule.posts:
        return ", ".join(f"`{p}`" for p in rule.posts)
    return "在岗人员 officials"
