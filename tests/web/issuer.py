"""An office as a process of its own that may be killed at any moment: `python -m tests.web.issuer`.

It opens orders of rectification, proposes and signs them, one after another, until it is ended.
Whatever an earlier process left half way it takes up first. On its standard output it says what it
is about to do (`+`) and that it has done it (`-`), a letter each, so that a test knows where the
kill fell.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.web.writers import start


def say(sign: bytes) -> None:
    """Tell the test; nothing is kept in a buffer."""
    os.write(1, sign)


def step(do: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """One thing done, with a word before and after."""
    say(b"+")
    done = do(*given, **named)
    say(b"-")
    return done


def people() -> tuple[Any, Any]:
    """Who proposes, and who signs."""
    from zhian.directory.models import Appointment

    found = Appointment.objects.select_related("user", "post__agency", "post__office__place")
    inspector = found.filter(post__kind="inspector").order_by("pk")[0]
    return inspector, found.get(post__kind="office_head")


def opened(inspector: Any, operator: Any) -> Any:
    """A new order, not yet proposed."""
    from zhian.desk.actors import Actor
    from zhian.desk.engine.perform import open_matter
    from zhian.desk.kinds import Opening

    post = inspector.post
    fields = {"operator": operator, "basis": "inspection", "problems": "无防鼠设施"}
    where = Opening(
        "责令改正",
        post.agency,
        post.territory,
        office=post.office,
        handler=inspector,
        operator=operator,
        fields=fields,
    )
    return step(open_matter, "rectification", "open", where, by=Actor.official(inspector))


def finish(matter: Any, inspector: Any, head: Any) -> None:
    """Propose and sign whatever is still to be proposed and signed."""
    from zhian.desk import timing
    from zhian.desk.actors import Actor
    from zhian.desk.engine import approvals
    from zhian.desk.engine.perform import perform

    if not matter.proposals.exists():
        until = timing.today() + timedelta(days=10)
        fields = {"requirements": "加装防鼠板。", "until": until, "law": "食品安全法第三十三条"}
        step(perform, matter, "order", fields=fields, by=Actor.official(inspector))
    step(approvals.sign, matter.proposals.get(), by=Actor.official(head), opinion="同意")


def unfinished() -> list[Any]:
    """What a process that was killed left half way."""
    from zhian.desk.models import Matter

    return list(Matter.objects.filter(kind="rectification", documents__issued_at__isnull=True))


def run(most: int) -> None:
    """Work until killed, or until so many orders are issued."""
    start()
    from zhian.directory.models import Operator

    inspector, head = people()
    operator = Operator.objects.get()
    say(b"!")
    for matter in unfinished():
        finish(matter, inspector, head)
    for _ in range(most):
        finish(opened(inspector, operator), inspector, head)


if __name__ == "__main__":
    run(int(sys.argv[1]))
