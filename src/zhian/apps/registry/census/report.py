"""The report of a linkage: one page that can be read, printed and sent, without any program."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from zhian.apps.registry.census import html, words
from zhian.apps.registry.census.columns import TITLES
from zhian.apps.registry.census.linking import Findings
from zhian.law.words import Words, joined
from zhian.methods import estimates
from zhian.methods.linkage import suspects
from zhian.methods.linkage.review import chance

SHOWN = 20
# The same rosters make the same report, however busy the machine: its own time, in wide steps.
BOUNDS = (1, 5, 20, 60)


def report(found: Findings) -> str:
    """The whole page (HTML)."""
    title = Words("名册关联报告", "Report on linked rosters")
    parts = [_summary, _rosters, _overlap, _blind, _conflicts, _questions, _codes, _calibration,
             _unseen, _files]  # fmt: skip
    return html.page(title, (text for part in parts for text in part(found)))


def _summary(found: Findings) -> Iterator[str]:
    rows, rosters = len(found.roster), len(set(found.roster))
    yield html.sentence(
        f"{rosters} 份名册的 {rows:,} 行，是 {found.establishments:,} 户。",
        f"{rows:,} rows of {rosters} rosters are {found.establishments:,} establishments.",
        "lead",
    )
    bound = next((b for b in BOUNDS if found.seconds < b * 60), None)
    yield html.sentence(
        f"比较了 {found.pairs:,} 对行；处理器用时"
        + (f"不到 {bound} 分钟。" if bound else "超过一小时。"),
        f"{found.pairs:,} pairs of rows were compared, with "
        + (f"less than {bound} min of processor time." if bound else "more than an hour's work."),
    )
    for zh, en in found.rosters.notes:
        yield html.sentence(zh, en, "warn")


def _rosters(found: Findings) -> Iterator[str]:
    yield html.heading("各名册", "The rosters")
    held: dict[str, set[int]] = defaultdict(set)
    for name, home in zip(found.roster, found.cluster.tolist(), strict=True):
        held[name].add(home)
    often = Counter(home for homes in held.values() for home in homes)
    rows = Counter(found.roster)
    yield html.table(
        (Words("名册", "Roster"), Words("行", "Rows"), Words("户", "Establishments"),
         Words("只在此名册", "On no other")),
        (
            (words.roster(name), size, len(held[name]), sum(often[h] == 1 for h in held[name]))
            for name, size in sorted(rows.items(), key=lambda row: (-row[1], row[0]))
        ),
    )  # fmt: skip
    yield html.table(
        (Words("文件", "File"), Words("行", "Rows"), Words("读取的列", "Columns read"),
         Words("没有读的列", "Columns not read")),
        (
            (
                source.where,
                source.rows,
                _read(source.read),
                "; ".join(source.unread) or "—",
            )
            for source in found.rosters.sources
        ),
    )  # fmt: skip


def _read(headers: Mapping[str, str]) -> str:
    return "; ".join(f"{TITLES[name].zh} ← {headers[name]}" for name in TITLES if name in headers)


def _overlap(found: Findings) -> Iterator[str]:
    yield html.heading("一户在几份名册上", "On how many rosters an establishment stands")
    on: dict[int, set[str]] = defaultdict(set)
    for name, home in zip(found.roster, found.cluster.tolist(), strict=True):
        on[home].add(name)
    counts = Counter(len(names) for names in on.values())
    yield html.table(
        (Words("名册数", "Rosters"), Words("户", "Establishments")), sorted(counts.items())
    )


def _blind(found: Findings) -> Iterator[str]:
    yield html.heading("盲区", "Blind spots")
    rows = Counter(row.flag for row in found.flags)
    homes: dict[str, set[int]] = defaultdict(set)
    for row in found.flags:
        homes[row.flag].add(int(found.cluster[row.row]))
    yield html.table(
        (Words("盲区", "Blind spot"), Words("行", "Rows"), Words("户", "Establishments"),
         Words("含义", "Meaning")),
        (
            (name, rows[flag], len(homes[flag]), words.MEANING[flag])
            for flag, name in words.FLAGS.items()
            if flag not in found.not_judged
        ),
    )  # fmt: skip
    for flag in found.not_judged:
        name = words.FLAGS[flag]
        yield html.sentence(
            f"“{name.zh}”没有判断：缺少所需的名册。",
            f"“{name.en}” was not judged: a roster that it needs is missing.",
            "warn",
        )
    yield html.sentence(
        "这些是要核实的线索，不是违法认定；逐行见 blindspots.csv。",
        "These are leads to be checked, not findings of violations; row by row: blindspots.csv.",
    )


def _conflicts(found: Findings) -> Iterator[str]:
    yield html.heading("需要人判断的矛盾", "Conflicts that only a person can settle")
    counts = Counter(row.kind for row in found.conflicts)
    yield html.table(
        (Words("矛盾", "Conflict"), Words("件", "Cases")),
        ((name, counts[kind]) for kind, name in words.CONFLICTS.items()),
    )
    first = [row for row in found.conflicts if row.kind != suspects.ENDED_BUT_OPERATING][:SHOWN]
    if first:
        yield html.table(
            (Words("矛盾", "Conflict"), Words("甲", "One"), Words("乙", "Other")),
            (
                (words.CONFLICTS[row.kind], _row(found, row.rows[0]), _row(found, row.rows[1]))
                for row in first
            ),
        )
    yield html.sentence("全部见 conflicts.csv。", "All of them: conflicts.csv.")


def _row(found: Findings, row: int) -> str:
    columns = found.rosters.columns
    parts = [columns[name][row] for name in ("name", "uscc", "addr")]
    return f"{columns['rid'][row]} · {found.roster[row]} · " + " · ".join(filter(None, parts))


def _questions(found: Findings) -> Iterator[str]:
    yield html.heading("先核实什么", "What to ask first")
    if not found.questions:
        yield html.sentence("没有影响盲区的疑问。", "No doubt hangs over any blind spot.")
        return
    yield html.sentence(
        f"{len(found.questions):,} 个问题，按“回答会改变多重的盲区”排序；全部见 questions.csv。",
        f"{len(found.questions):,} questions, ordered by what the answer would change; all of "
        "them: questions.csv.",
    )
    yield html.table(
        (Words("这一行", "Is this row"), Words("是不是同一户", "the same as"),
         Words("可能", "Chance"), Words("关系到", "At stake")),
        (
            (
                _row(found, asked.row),
                _row(found, asked.choices[0].by_row),
                chance(asked.choices[0].log_odds),
                joined(tuple(words.FLAGS[flag] for flag in asked.changes), " / ", " / "),
            )
            for asked in found.questions[:SHOWN]
        ),
    )  # fmt: skip


def _codes(found: Findings) -> Iterator[str]:
    yield html.heading("统一社会信用代码", "Credit codes")
    codes, size = found.codes, max(1, len(found.roster))
    counts = (
        (Words("有效", "valid"), codes.valid),
        (Words("其中：与同码各行毫无相同，疑为他人代码，未采用", "of these set aside as another's"),
         codes.set_aside),
        (Words("旧注册号（15 位）", "registration numbers of fifteen digits"), codes.old),
        (Words("错误（长度或校验码不符）", "wrong (length or check digit)"), codes.wrong),
        (Words("空白", "missing"), codes.missing),
    )  # fmt: skip
    yield html.table(
        (Words("代码", "Code"), Words("行", "Rows"), Words("占比", "Share")),
        ((name, count, f"{count / size:.1%}") for name, count in counts),
    )


def _calibration(found: Findings) -> Iterator[str]:
    yield html.heading("把握是否可信", "What a confidence is worth")
    yield html.sentence(
        "confidence 是这一行与同户另一行确为一户的概率（取最强的一条，含共同的代码）；"
        "单独成户的行为 1：它是否应当并入别户，列在 questions.csv。",
        "confidence is the chance that the row is one with another row of its establishment (the "
        "best link, a shared code included). A row alone has 1: whether it should have been joined "
        "to another is asked in questions.csv.",
    )
    if found.pretrained:
        yield html.sentence(
            f"有效代码只给出 {found.labelled:,} 对答案，不足以学习；采用随软件附带的模型"
            "（由虚构县的名册学得），概率只作排序参考。",
            f"Valid codes give only {found.labelled:,} answers, too few to learn from: the model "
            "that comes with the program (taught on fictitious counties) was used, and its chances "
            "are good for ordering only.",
            "warn",
        )
    else:
        yield html.sentence(
            f"模型由这些名册自己的代码学得：{found.labelled:,} 对行的代码说明了是否一户。",
            f"The model learned from these rosters' own codes: {found.labelled:,} pairs of rows "
            "whose codes say whether they are one.",
        )
    yield from _bins(found)


def _bins(found: Findings) -> Iterator[str]:
    worth = found.calibration
    if worth is None:
        yield html.sentence("没有可供检验的代码。", "There are no codes to check it with.", "warn")
        return
    yield html.sentence(
        f"在没有参与学习的 {worth.pairs:,} 对行上检验：概率与实际平均相差 {worth.error:.3f}。",
        f"Checked on {worth.pairs:,} pairs that were not learned from: chances and truth differ by "
        f"{worth.error:.3f} on average.",
    )
    yield html.table(
        (Words("对数", "Pairs"), Words("平均概率", "Mean chance"), Words("实为一户", "Truly one")),
        worth.bins,
    )


def _unseen(found: Findings) -> Iterator[str]:
    yield html.heading("任何名册都没有的", "On no roster at all")
    seen = found.unseen
    if seen is None:
        yield html.sentence("无法估计。", f"No estimate: {found.why_no_estimate}", "warn")
        return
    yield html.sentence(*seen.words, "lead")
    yield html.sentence(estimates.ASSUMES_ZH, estimates.ASSUMES_EN)
    names = [words.roster(name) for name in found.lists]
    yield html.sentence(
        f"所用名册：{'、'.join(name.zh for name in names)}；登记或许可已终止的行不计。",
        f"Rosters used: {', '.join(found.lists)}; rows whose registration or licence ended do not "
        "count.",
    )
    if seen.chapman:
        total, low, high = seen.chapman
        yield html.sentence(
            f"对照：只用最大的两份名册并假定互不相关（Chapman 1951），合计 {total:,.0f} 户"
            f"（{low:,.0f}—{high:,.0f}）。",
            f"For comparison: the two largest rosters alone, taken for independent (Chapman 1951), "
            f"give {total:,.0f} in all ({low:,.0f} to {high:,.0f}).",
        )
    if seen.bound:
        yield html.table(
            (Words("相互关联的名册", "Rosters that depend on each other"), Words("证据", "Weight")),
            ((f"{found.lists[a]} × {found.lists[b]}", weight) for a, b, weight in seen.bound),
        )


def _files(_found: Findings) -> Iterator[str]:
    yield html.heading("同一文件夹里的文件", "The files beside this page")
    yield html.table(
        (Words("文件", "File"), Words("内容", "What it holds")),
        (
            ("clusters.csv", Words("每一行属于哪一户、把握多大", "the establishment of each row")),
            ("blindspots.csv", Words("带盲区标志的行", "the rows with a blind spot")),
            ("conflicts.csv", Words("要由人判断的矛盾", "conflicts for a person to settle")),
            ("questions.csv", Words("先核实什么", "what to ask first")),
        ),
    )
