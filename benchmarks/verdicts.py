"""How long 100,000 verdicts take: the file command, from a csv of results to a csv of verdicts.

    python benchmarks/verdicts.py

Foods, items and results are drawn by seed: half of the foods with a word in front that the register
does not know, a fifth of the results below a detection limit, a tenth counts of a plan with their
stated limit. Nearly no row comes twice. Start-up (reading the register) is printed apart. Bound:
10 s of processor time on one core.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from zhian.law.limits.batch import run_batch
from zhian.law.limits.register import Register

COUNT = 100_000
BOUND = 10.0
FIRST, TODAY = date(2025, 2, 8), date(2026, 11, 24)
PREFIXES = ("", "", "", "农家", "香辣", "特级", "原味")
PLAN = "n=5,c=2,m=10000,M=100000CFU/g"


def rows(register: Register) -> Iterator[tuple[str, str, str, str, str]]:
    """Food, item, result, stated limit and day of each row."""
    draw = Random(20261124)
    foods = sorted(register.foods.entries)
    items = sorted(register.items.items)
    for _ in range(COUNT):
        day = FIRST + timedelta(days=draw.randrange((TODAY - FIRST).days))
        food = draw.choice(PREFIXES) + draw.choice(foods)
        if draw.random() < 0.1:
            counts = ";".join(str(draw.randrange(100, 40_000)) for _ in range(5))
            yield food, "菌落总数", f"{counts}CFU/g", PLAN, day.isoformat()
        else:
            yield food, draw.choice(items), _result(draw), "", day.isoformat()


def _result(draw: Random) -> str:
    if draw.random() < 0.2:
        return draw.choice(("未检出", "<0.01mg/kg", "未检出（检出限：0.005mg/kg）"))
    return f"{draw.random() * 2:.4f}{draw.choice(('mg/kg', 'g/kg', 'μg/kg'))}"


def main() -> int:
    """Measure, say what came out, and fail where the bound is missed."""
    began = time.process_time()
    register = Register.load()
    print(f"start: {time.process_time() - began:.2f} s to read the register")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["food", "item", "result", "limit", "on"])
            writer.writerows(rows(register))
        out = io.StringIO()
        began = time.process_time()
        count = run_batch(path, out, register, today=TODAY)
        seconds = time.process_time() - began
    verdicts = Counter(line["verdict"] for line in csv.DictReader(io.StringIO(out.getvalue())))
    print(f"{count:,} verdicts in {seconds:.1f} s of processor, {count / seconds:,.0f} a second")
    print(", ".join(f"{name} {number:,}" for name, number in verdicts.most_common()))
    print(f"bound: {seconds:.1f} s of at most {BOUND:.0f} s")
    return int(seconds > BOUND or count != COUNT or len(verdicts) != 3)


if __name__ == "__main__":
    sys.exit(main())
