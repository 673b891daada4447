"""The results as files: all of them, or none."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from zhian.apps.registry.census import words
from zhian.apps.registry.census.errors import NotWritten
from zhian.apps.registry.census.linking import Findings
from zhian.apps.registry.census.report import report
from zhian.methods.linkage.review import chance

EXCEL = "utf-8-sig"  # read by people in Excel, which takes anything else for GBK


def check_place(out: Path) -> None:
    """Whether results can be put there, asked before the work begins; raises NotWritten."""
    there = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise _not_written(out, f"{there}")


def write(found: Findings, out: Path) -> None:
    """Write the files into a folder beside `out`, then put them into place; raises NotWritten.

    What else stands in `out` stays.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as why:
        raise _not_written(out, str(why)) from None
    try:
        _files(found, folder)
        folder.chmod(0o755)
        _into_place(folder, out)
    except OSError as why:
        raise _not_written(out, str(why)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _not_written(out: Path, why: str) -> NotWritten:
    return NotWritten(f"无法写入 {out}：{why}", f"{out} cannot be written: {why}")


def _into_place(folder: Path, out: Path) -> None:
    if not out.exists():
        folder.rename(out)
        return
    for file in sorted(folder.iterdir()):
        file.replace(out / file.name)


def _files(found: Findings, folder: Path) -> None:
    names = _names(found)
    _csv(folder / "clusters.csv", ("rid", "establishment", "confidence"), _clusters(found, names))
    rids = found.rosters.columns["rid"]
    spots = ((rids[row.row], row.flag) for row in found.flags)
    _csv(folder / "blindspots.csv", ("rid", "flag"), spots)
    head = ("conflict", "kind", "about", "rid", "roster", "name", "uscc", "addr", "weight")
    _csv(folder / "conflicts.csv", head, _conflicts(found), EXCEL)
    head = ("question", "worth", "changes", "rid", "roster", "name", "addr", "choice",
            "establishment", "its_rid", "its_roster", "its_name", "its_addr", "chance")  # fmt: skip
    _csv(folder / "questions.csv", head, _questions(found, names), EXCEL)
    (folder / "report.html").write_text(report(found), encoding="utf-8", newline="\n")


def _csv(
    path: Path, head: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8"
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding=encoding, newline="")


def _names(found: Findings) -> dict[int, str]:
    """Establishments numbered in the order in which the rows name them."""
    width = max(6, len(str(len(found.cluster))))
    homes = dict.fromkeys(found.cluster.tolist())
    return {home: f"E{number:0{width}d}" for number, home in enumerate(homes, 1)}


def _clusters(found: Findings, names: dict[int, str]) -> Iterator[Sequence[str]]:
    rids, sure = found.rosters.columns["rid"], found.confidence.tolist()
    for rid, home, chance_ in zip(rids, found.cluster.tolist(), sure, strict=True):
        yield rid, names[home], f"{chance_:.4f}"


def _conflicts(found: Findings) -> Iterator[Sequence[str]]:
    columns = found.rosters.columns
    for number, conflict in enumerate(found.conflicts, 1):
        for row in conflict.rows:
            yield (
                str(number),
                conflict.kind,
                words.CONFLICTS[conflict.kind].zh,
                columns["rid"][row],
                found.roster[row],
                *(_safe(columns[name][row]) for name in ("name", "uscc", "addr")),
                f"{conflict.weight:.2f}",
            )


def _questions(found: Findings, names: dict[int, str]) -> Iterator[Sequence[str]]:
    columns = found.rosters.columns
    for number, asked in enumerate(found.questions, 1):
        for place, choice in enumerate(asked.choices, 1):
            yield (
                str(number),
                f"{asked.worth:.3f}",
                " ".join(asked.changes),
                columns["rid"][asked.row],
                found.roster[asked.row],
                *(_safe(columns[name][asked.row]) for name in ("name", "addr")),
                str(place),
                names[choice.cluster],
                columns["rid"][choice.by_row],
                found.roster[choice.by_row],
                *(_safe(columns[name][choice.by_row]) for name in ("name", "addr")),
                f"{chance(choice.log_odds):.3f}",
            )


def _safe(text: str) -> str:
    """A text that Excel will not take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
