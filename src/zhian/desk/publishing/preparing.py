"""What an act of a procedure does to publications: it prepares one, or ends those that stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from zhian.desk import notices, relations, timing
from zhian.desk.actors import Actor
from zhian.desk.deed import Deed
from zhian.desk.engine import book
from zhian.desk.errors import Reason
from zhian.desk.models import Act, Matter, Publication
from zhian.desk.publishing import content, rules
from zhian.directory.models import Appointment
from zhian.law.procedure import ActSpec, Procedure
from zhian.law.publications import publications
from zhian.law.words import Words

TO_REVIEW = Words("请复核公布稿：{title}", "Please review a publication: {title}")
REPLACED = "由新稿代替"
STILL = Words(
    "公布稿“{title}”尚未公布：请先复核公布，或者撤下。",
    "“{title}” is not published yet: have it reviewed, or withdraw it.",
)


def prepare(deed: Deed, act: Act, what: str, until: datetime | None) -> Publication:
    """Draft an entry from the matter, redacted, for a second person to review."""
    by = deed.by if deed.approved is None else _proposer(deed.approved)
    values = content.source(deed.matter, what)
    kind = publications().get(what)
    if kind is not None and values:
        values = content.redacted(kind, values, content.context_of(deed.matter, values))
    entry = Publication(matter=deed.matter, act=act, what=what, since=act.happened_at, until=until)
    fill(entry, values)
    return draft(entry, deed.matter, by)


def _proposer(act: Act) -> Actor:
    return Actor.official(act.appointment) if act.appointment else Actor.system("publication")


def fill(entry: Publication, values: dict[str, Any]) -> None:
    """Put the values into an entry, with its title and what it is found by."""
    matter, kind = entry.matter, publications().get(entry.what)
    entry.content = content.frozen(matter, values) if values else {}
    entry.title = content.title(kind, values) if kind and values else ""
    entry.words = content.words(entry)
    entry.place_code = matter.place.code


def draft(entry: Publication, matter: Matter, by: Actor) -> Publication:
    """Keep a new version of a locked matter, note it, and ask for its review.

    An older draft makes room; what is in public stays until the new version is approved.
    """
    now = timing.now()
    _end(others(entry).filter(state__in=("waiting", "returned")), now, REPLACED)
    entry.state, entry.prepared_by, entry.prepared_at = "waiting", by.appointment, now
    entry.save()
    note(entry, matter, rules.EDIT, by, {"title": entry.title})
    ask(entry)
    return entry


def others(entry: Publication) -> QuerySet[Publication]:
    """The other versions of the same publication."""
    found = Publication.objects.filter(matter=entry.matter_id, what=entry.what)
    return found.exclude(pk=entry.pk) if entry.pk else found


def note(
    entry: Publication, matter: Matter, verb: str, by: Actor, more: dict[str, Any], reason: str = ""
) -> Act:
    """One step as an act of the locked matter, with the hash of what would be read."""
    data = {
        "publication": entry.uid.hex,
        "what": entry.what,
        "content": content.digest(entry),
        "until": entry.until,
        **more,
    }
    return book.write(matter, verb, by=by, at=timing.now(), data=data, reason=reason)


def ask(entry: Publication) -> None:
    """Tell whoever may review it."""
    wrote = rules.writers(entry)
    people = [a for a in reviewers(entry) if a.user_id not in wrote]
    notices.give(people, TO_REVIEW.format(title=entry.title), entry.matter, entry.act)


def reviewers(entry: Publication) -> list[Appointment]:
    """The holders of the posts that review, near the matter."""
    kind = rules.kind_of(entry)
    return [
        a for post in (kind.review if kind else ()) for a in relations.signers(entry.matter, post)
    ]


def unpublish(matter: Matter, what: Iterable[str], act: Act, words: Words) -> None:
    """An act of the procedure ends its publications, drafts and all."""
    standing = Publication.objects.filter(
        matter=matter, what__in=tuple(what), withdrawn_at__isnull=True
    )
    _end(standing, act.happened_at, act.reason or words.zh)


def let_out(act: Act) -> bool:
    """Whether what this act prepared, or recorded, has been in public."""
    seen = Publication.objects.filter(matter=act.matter_id, review_act__isnull=False)
    tells = {kind.tells for kind in publications().values() if kind.tells}
    return seen.filter(act=act).exists() or (act.verb in tells and seen.exists())


def _end(entries: QuerySet[Publication], at: datetime, why: str) -> None:
    entries.update(state="withdrawn", withdrawn_at=at, withdrawn_why=why[:300])


def in_the_way(matter: Matter, procedure: Procedure, spec: ActSpec) -> Iterator[Reason]:
    """A matter does not close while a draft of it waits for its review."""
    if spec.to is None or not procedure.phase(spec.to).closed:
        return
    waiting = Publication.objects.filter(matter=matter, state__in=("waiting", "returned"))
    for found in waiting.values_list("title", flat=True)[:5]:
        yield Reason(STILL.format(title=found or matter.title), code="publication")
