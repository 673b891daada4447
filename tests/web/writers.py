"""Writers as processes of their own: `python -m tests.web.writers JOB PROCESSES COUNT FOLDER`.

Django is loaded once, then the writers part, each with its own connection. Each waits until all
are ready, does its job through the one door and tells in a file how many acts it wrote and
everything that went wrong.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WAIT = 240


def start() -> None:
    """Django on the database that the test names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict.update(json.loads(os.environ["WRITERS_DATABASE"]))


@contextmanager
def stamps() -> Iterator[None]:
    """The toy kind `stamp` is known inside."""
    from zhian.desk import kinds
    from zhian.desk.engine import perform
    from zhian.law import vocabulary
    from zhian.law.procedure import ProcedureBook
    from zhian.law.procedure_file import read_labels, read_procedure

    labels = read_labels(Path(vocabulary.DATA) / "fields.toml")
    book = ProcedureBook((read_procedure(HERE / "stamp.toml", labels),))
    known = perform.procedures
    perform.procedures = lambda: book
    kinds._kinds["stamp"] = kinds.Kind("stamp", "ST")
    try:
        yield
    finally:
        perform.procedures = known
        del kinds._kinds["stamp"]


def inspector() -> Any:
    """The person who acts in every process."""
    from zhian.directory.models import Appointment

    found = Appointment.objects.select_related("user", "post__agency", "post__office__place")
    return found.filter(post__kind="inspector").order_by("pk")[0]


def begin(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Open matters of one series of numbers."""
    from zhian.desk.actors import Actor
    from zhian.desk.engine.perform import open_matter
    from zhian.desk.kinds import Opening

    who = inspector()
    post = who.post
    for i in range(count):
        where = Opening(
            f"事项 {number}-{i}", post.agency, post.territory, office=post.office, handler=who
        )
        tell(open_matter("stamp", "open", where, by=Actor.official(who)).pk)


def issue(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Issue one document on each of this writer's matters."""
    from zhian.desk.actors import Actor
    from zhian.desk.engine.perform import perform
    from zhian.desk.models import Matter

    who = Actor.official(inspector())
    mine = Matter.objects.filter(kind="stamp", title__startswith=f"事项 {number}-")
    for matter in mine.order_by("pk")[:count]:
        tell(perform(matter, "issue", by=who, head=matter.head).pk)


def note(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Write so many notes on the one matter that all write on."""
    from zhian.desk.actors import Actor
    from zhian.desk.engine import common
    from zhian.desk.models import Matter

    who = Actor.official(inspector())
    matter = Matter.objects.order_by("pk")[0]
    for i in range(count):
        text = f"{number}-{i}"
        tell(common.note(matter, text=text, by=who, key=f"note-{text}").pk)


def move(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Move each of the first matters on from the head that was seen at the start."""
    from zhian.desk.actors import Actor
    from zhian.desk.engine.perform import perform
    from zhian.desk.errors import MovedOn
    from zhian.desk.models import Matter

    who = Actor.official(inspector())
    for matter in Matter.objects.order_by("pk")[:count]:
        try:
            tell(["moved", perform(matter, "issue", by=who, head=1).seq])
        except MovedOn as why:
            tell(["refused", [a.verb for a in why.acts]])


def tick(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Advance the clocks as often."""
    from zhian.desk.clockwork.tick import tick

    for _ in range(count):
        tell(str(tick()))


def begin_and_issue(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Open matters, then issue one document on each."""
    begin(number, count, lambda pk: None)
    issue(number, count, tell)


def repeat(number: int, count: int, tell: Callable[[Any], None]) -> None:
    """Send the same submissions as every other process."""
    note(0, count, tell)


JOBS = {
    "begin_and_issue": begin_and_issue,
    "note": note,
    "move": move,
    "repeat": repeat,
    "tick": tick,
}


def run(job: str, number: int, count: int, folder: Path) -> None:
    """One writer: ready, go, done."""
    told: list[Any] = []
    wrong = ""
    (folder / f"ready-{number}").touch()
    deadline = time.monotonic() + WAIT
    while not (folder / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        with nullcontext() if job == "tick" else stamps():
            JOBS[job](number, count, told.append)
    except Exception as why:  # the test reads it
        wrong = f"{type(why).__name__}: {why}"
    answer = {"told": told, "wrong": wrong}
    (folder / f"done-{number}.json").write_text(json.dumps(answer, ensure_ascii=False))


def part(job: str, processes: int, count: int, folder: Path) -> int:
    """So many writers at once; how many of them ended badly."""
    start()
    children = []
    for number in range(processes):
        child = os.fork()
        if child == 0:
            try:
                run(job, number, count, folder)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


if __name__ == "__main__":
    sys.exit(part(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
