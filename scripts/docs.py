"""Write the pages of docs/ that come from the data, and the screenshots of the tour: `make docs`.

python scripts/docs.py [--check | --text]

--text leaves the screenshots out; --check writes nothing and fails where a page is out of date.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from zhian.config import env
from zhian.law.counting import Period
from zhian.law.procedure import book
from zhian.law.procedure_model import ActSpec, Procedure
from zhian.law.references import conflicts
from zhian.law.rules import DATA
from zhian.law.settings import Settings
from zhian.law.tables import read_toml
from zhian.law.wording import period_words

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LAW = DOCS / "law.md"
OPERATIONS = DOCS / "operations.md"
MADE = "<!-- made by `make docs`; change the data, not this page -->"


def procedures_page() -> str:
    """Every procedure as a diagram of its main line and a table of its acts."""
    parts = [MADE, "", "# 程序 / Procedures", "", "Source: `src/zhian/law/data/procedures/`.", ""]
    for procedure in book().all():
        parts += [*_heading(procedure), *_diagram(procedure), *_acts(procedure)]
    return "\n".join(parts).rstrip() + "\n"


def _heading(procedure: Procedure) -> Iterator[str]:
    until = f" until {procedure.valid_to}" if procedure.valid_to else ""
    yield f"## {procedure.words.zh} / {procedure.words.en}"
    yield ""
    yield f"`{procedure.kind}`, version {procedure.version}, from {procedure.valid_from}{until}"
    yield ""


def _diagram(procedure: Procedure) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for phase in procedure.phases:
        yield f"    {phase.key}: {phase.words.zh} / {phase.words.en}"
        if phase.closed:
            yield f"    {phase.key} --> [*]"
    for act in procedure.openings():
        yield f"    [*] --> {act.to}: {act.words.zh}"
    for act in procedure.acts.values():
        if act.to and not act.opening:
            yield from _arrows(procedure, act)
    yield "```"
    yield ""


def _arrows(procedure: Procedure, act: ActSpec) -> Iterator[str]:
    """An act of every open phase would hide the rest: it is drawn once, from the first."""
    from_phases = [p.key for p in procedure.phases if p.key in act.sources and p.key != act.to]
    everywhere = len(from_phases) > 2 and not set(from_phases) & procedure.closed_phases
    for phase in from_phases[:1] if everywhere else from_phases:
        more = " *" if everywhere else ""
        yield f"    {phase} --> {act.to}: {act.words.zh}{more}"


def _acts(procedure: Procedure) -> Iterator[str]:
    yield "| act | 行为 | who | signed by | starts | stops | gates |"
    yield "|---|---|---|---|---|---|---|"
    for act in procedure.acts.values():
        cells = (
            f"`{act.verb}` {act.words.en}",
            act.words.zh,
            " ".join(act.posts or act.by),
            " ".join(act.approve.posts) if act.approve else "",
            " ".join(f"`{start.duty}`" for start in act.starts),
            "all" if act.stops == "all" else " ".join(f"`{duty}`" for duty in act.stops),
            " ".join(act.gates),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def rights_page() -> str:
    """Which post sees and does what, how far, and who may open which address."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    django.setup()
    from zhian.directory import rights_doc

    return f"{MADE}\n\n{rights_doc.text()}"


def operations_page() -> str:
    """The manual of the administrator, with the table of settings as env.py has it."""
    text = OPERATIONS.read_text("utf-8")
    head, rest = text.split("<!-- settings:", 1)
    marker, tail = rest.split("\n", 1)[0], rest.split("<!-- /settings -->", 1)[1]
    table = "\n".join(["| variable | default | what it is |", "|---|---|---|", *_settings()])
    return f"{head}<!-- settings:{marker}\n{table}\n<!-- /settings -->{tail}"


def _settings() -> Iterator[str]:
    for row in env.VARIABLES:
        yield f"| `{row.name}` | {f'`{row.default}`' if row.default else '–'} | {row.meaning} |"


def law_page() -> str:
    """The page on the law, with what a lawyer decides and where two rules disagree."""
    head, rest = LAW.read_text("utf-8").split("<!-- law:", 1)
    marker, tail = rest.split("\n", 1)[0], rest.split("<!-- /law -->", 1)[1]
    parts = ["## What only a lawyer decides", "", *_choices(), "", *_targets(), ""]
    parts += ["## Where two rules disagree", "", *_conflicts(), ""]
    return f"{head}<!-- law:{marker}\n\n" + "\n".join(parts) + f"\n<!-- /law -->{tail}"


def _choices() -> Iterator[str]:
    yield "The agency's own answers stand in `law.toml` of its data folder, each made on record."
    yield ""
    yield "| setting | default | why | articles |"
    yield "|---|---|---|---|"
    for row in Settings.load():
        yield (
            f"| {row.title.zh} / {row.title.en} `{row.key}` | `{_plain(row.default)}` "
            f"| {row.why.en} | {', '.join(row.articles)} |"
        )


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _targets() -> Iterator[str]:
    yield "Internal targets for duties that the law wants done at once:"
    yield ""
    yield "| duty | target | why |"
    yield "|---|---|---|"
    for key, row in read_toml(DATA / "settings.toml", "settings.toml")["target"].items():
        length = period_words(Period(row["amount"], row["unit"])).en
        yield f"| `{key}` | {length} | {row['why']['en']} |"


def _conflicts() -> Iterator[str]:
    yield "| matter | rules | used | why |"
    yield "|---|---|---|---|"
    for row in conflicts().values():
        rules = "; ".join(f"{source} {article}" for source, article in row.between)
        setting = f" (setting `{row.setting}`)" if row.setting else ""
        yield f"| {row.title.zh} / {row.title.en} | {rules} | {row.used}{setting} | {row.why.en} |"


PAGES = {
    LAW: law_page,
    DOCS / "procedures.md": procedures_page,
    DOCS / "rights.md": rights_page,
    OPERATIONS: operations_page,
}


def out_of_date() -> list[str]:
    """The pages that say something else than the data."""
    return [
        str(path.relative_to(ROOT))
        for path, page in PAGES.items()
        if not path.exists() or path.read_text("utf-8") != page()
    ]


def screenshots() -> int:
    """The browser tests make the pictures of the tour; look at them before committing."""
    tour = "tests/browser/test_tour.py"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "browser", tour]
    environment = os.environ | {"TOUR_FOLDER": str(DOCS / "tour")}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    """Write the pages, or say which are out of date."""
    parser = argparse.ArgumentParser(description="the pages of docs/ that come from the data")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--text", action="store_true")
    options = parser.parse_args()
    if options.check:
        old = out_of_date()
        print(f"out of date, run `make docs`: {', '.join(old)}" if old else "docs: up to date")
        return int(bool(old))
    for path, page in PAGES.items():
        path.write_text(page(), "utf-8")
        print(path.relative_to(ROOT))
    return 0 if options.text else screenshots()


if __name__ == "__main__":
    sys.exit(main())
