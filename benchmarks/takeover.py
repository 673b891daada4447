"""A running office taken over: 5,000 open matters from one file, command to desk.

    python benchmarks/takeover.py [MATTERS]

Two thirds are orders to rectify, the others disposals of failed samples and tasks; two thirds of
them have clocks with pauses and extensions, each has a document and two notes. The whole command is
timed, start included; the limit is 60 s. The ledger must be whole and a second import add nothing.
With ZHIAN_DATABASE_URL set it runs there (an empty database), else on SQLite.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

MATTERS = 5_000
LIMIT_SECONDS = 60.0
COMMON = ["种类", "原编号", "标题", "开启日期", "阶段", "已办行为", "承办人", "主体", "交办人"]
OWN = ["存在的问题", "抽样编号", "样品名称", "不合格项目"]


def main() -> int:
    """Take over a made-up office twice and say how long it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MATTERS
    with tempfile.TemporaryDirectory() as folder:
        from _filled import prepare

        prepare(Path(folder))
        file = _county_and_file(Path(folder), count)
        first, seconds = _timed(file)
        second, again = _timed(file)
        whole = _ledger()
    print(first)
    print(f"{count} matters in {seconds:.1f} s; a second time {again:.1f} s: {second}")
    print(f"ledger: {whole}")
    fine = first.startswith(f"{count} 行：已接管 {count}，") and "已接管 0，" in second
    return 0 if seconds <= LIMIT_SECONDS and fine and whole == "whole" else 1


def _county_and_file(folder: Path, count: int) -> Path:
    from zhian.demo import county

    subprocess.run([sys.executable, "-m", "zhian.cli", "migrate", "--quiet"], check=True)
    here = county.build(1, 400)
    path = folder / "office.xlsx"
    path.write_bytes(_workbook(here, count))
    return path


def _workbook(here: Any, count: int) -> bytes:
    import io

    import xlsxwriter

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"constant_memory": False})
    heads = {
        "事项": COMMON + OWN,
        "期限": ["原编号", "期限名称", "起算日", "中止期间", "延长", "指定期限"],
        "文书": ["原编号", "文书名称", "文号", "日期"],
        "经过": ["原编号", "日期", "情况", "何人"],
    }
    pages = {name: [head] for name, head in heads.items()}
    random = Random(7)
    for number in range(count):
        for name, line in _lines(here, random, number):
            pages[name].append(line)
    for name, lines in pages.items():
        page = workbook.add_worksheet(name)
        for at, line in enumerate(lines):
            page.write_row(at, 0, line)
    workbook.close()
    return out.getvalue()


TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _lines(here: Any, random: Random, number: int) -> Iterator[tuple[str, list[str]]]:
    """One matter with what belongs to it, sheet by sheet."""
    old = f"OLD-{number:06d}"
    opened = TODAY - timedelta(days=random.randrange(5, 80))
    premises = random.choice([p for p in here.premises if p.operator.uscc])
    handler = random.choice(here.inspectors(here.station_of(premises)))
    common = [old, f"接管 {number}", opened.isoformat()]
    who, whom = handler.user.username, premises.operator.uscc
    if number % 3 < 2:
        own = ["整改中", "", who, whom, "", f"问题 {number}", "", "", ""]
        yield "事项", ["责令改正", *common, *own]
        due = (TODAY + timedelta(days=random.randrange(60))).isoformat()
        yield "期限", [old, "rectification.term", opened.isoformat(), "", "", due]
    elif number % 6 == 2:
        own = ["核查处置中", "", who, whom, "", "", f"S{number:08d}", "韭菜", "腐霉利；毒死蜱"]
        yield "事项", ["不合格食品核查处置", *common, *own]
        pause = f"{opened + timedelta(days=2)}..{opened + timedelta(days=4)}"
        yield "期限", [old, "disposal.finish", opened.isoformat(), pause, "", ""]
    else:
        giver = here.one("bureau_head").user.username
        own = ["办理中", "", who, "", giver, "", "", "", ""]
        yield "事项", ["交办督办", *common, *own]
        due = (TODAY + timedelta(days=random.randrange(60))).isoformat()
        yield "期限", [old, "task.report", opened.isoformat(), "", "", due]
    yield "文书", [old, "责令改正通知书", f"松市监责改〔2025〕{number}号", opened.isoformat()]
    for after in (1, 3):
        happened = (opened + timedelta(days=after)).isoformat()
        yield "经过", [old, happened, f"电话联系第 {after} 次", "李某"]


def _timed(file: Path) -> tuple[str, float]:
    began = time.monotonic()
    words = [sys.executable, "-m", "zhian.cli", "import", "matters", str(file)]
    done = subprocess.run([*words, "--agency", "SCJG"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.splitlines()[0], time.monotonic() - began


def _ledger() -> str:
    from zhian.desk.ledger import chain

    report = chain.verify()
    return "whole" if report.whole else f"{len(report.faults)} faults"


if __name__ == "__main__":
    raise SystemExit(main())
