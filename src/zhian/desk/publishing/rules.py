"""Who may prepare, approve and withdraw an entry, and every reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from zhian.desk import labels, relations, timing, visibility
from zhian.desk.errors import Reason
from zhian.desk.models import Act, Publication
from zhian.directory.models import Appointment
from zhian.law.procedure import book
from zhian.law.publications import PublicationKind, publications
from zhian.law.words import Words

EDIT, APPROVE, RETURN, WITHDRAW = (
    "publish_edit",
    "publish_approve",
    "publish_return",
    "publish_withdraw",
)
NOT_YOURS = Words("本岗位不能拟稿。", "Your post does not prepare publications.")
NOT_A_REVIEWER = Words("本岗位不能复核。", "Your post does not review publications.")
OUT_OF_SCOPE = Words("此事项不在您的职责范围内。", "This matter is outside your scope.")
OWN = Words(
    "您拟过或者改过这一稿，须由另一人复核。", "You wrote this draft: another person must review it."
)
DID = Words("不得由办理“{act}”的人复核。", "Not by the person who did “{act}”.")
EMPTY = Words("没有可以公布的内容。", "There is nothing to publish.")
SECRET = Words("涉密或者封存的事项不得公布。", "A confidential or sealed matter is not published.")
OVER = Words("公布期限已过，请先修改。", "Its term is over: edit it first.")
STATES = {
    "waiting": Words("待复核。", "It waits for review."),
    "approved": Words("已批准公布。", "It was approved."),
    "returned": Words("已退回，改好后才能复核。", "It was returned and must be edited first."),
    "withdrawn": Words("已撤下。", "It was withdrawn."),
}


def kind_of(entry: Publication) -> PublicationKind | None:
    """What publications.toml says of the entry; None where it says nothing."""
    return publications().get(entry.what)


def publishers(what: str) -> frozenset[str]:
    """The posts whose act prepares this publication, in any procedure."""
    return frozenset(
        post
        for procedure in book().all()
        for act in procedure.acts.values()
        if any(row.what == what for row in act.publishes)
        for post in act.posts
    )


@cache
def whats(post: str, reviews: bool) -> tuple[str, ...]:
    """The publications that a post reviews, or prepares."""
    if reviews:
        return tuple(k.key for k in publications().values() if post in k.review)
    return tuple(key for key in publications() if post in publishers(key))


def concerned(post: str) -> bool:
    """Whether publications are any business of this post."""
    return bool(whats(post, reviews=True) or whats(post, reviews=False))


def against_editing(entry: Publication, by: Appointment) -> list[Reason]:
    """Why this person may not change what will be read."""
    return [Reason(words) for words in _against_editing(entry, by)]


def _against_editing(entry: Publication, by: Appointment) -> Iterator[Words]:
    if not relations.holds_post(entry.matter, sorted(publishers(entry.what)), by):
        yield NOT_YOURS
    if not visibility.may_act(by, entry.matter):
        yield OUT_OF_SCOPE


def against_review(entry: Publication, by: Appointment) -> list[Reason]:
    """Why this person may not approve the entry, or send it back."""
    return [Reason(words) for words in _against_review(entry, by)]


def _against_review(entry: Publication, by: Appointment) -> Iterator[Words]:
    kind = kind_of(entry)
    if entry.state != "waiting":
        yield STATES[entry.state]
    if kind is None or not entry.content.get("fields") or not entry.title:
        yield EMPTY
    if entry.matter.confidential or entry.matter.sealed:
        yield SECRET
    if entry.until is not None and entry.until <= timing.now():
        yield OVER
    yield from _not_the_second(entry, kind, by)


def _not_the_second(
    entry: Publication, kind: PublicationKind | None, by: Appointment
) -> Iterator[Words]:
    """The second person: in a post that reviews, and not one of the first."""
    if kind is None or by.post.kind not in kind.review:
        yield NOT_A_REVIEWER
    if not visibility.may_act(by, entry.matter):
        yield OUT_OF_SCOPE
    if by.user_id in writers(entry):
        yield OWN
    done = Act.objects.filter(
        matter=entry.matter_id,
        user=by.user_id,
        verb__in=kind.other_than if kind else (),
        stage__in=("done", "proposed"),
    )
    for verb in sorted(set(done.values_list("verb", flat=True))):
        yield DID.format(act=labels.verb_words(entry.matter, verb))


def writers(entry: Publication) -> frozenset[int]:
    """Everybody who wrote this version: its preparer and whoever edited it."""
    edits = Act.objects.filter(matter=entry.matter_id, verb=EDIT).values_list("user", "data")
    found = {user for user, data in edits if data.get("publication") == entry.uid.hex}
    prepared = entry.prepared_by.user_id if entry.prepared_by else None
    return frozenset(user for user in (*found, prepared) if user)


def against_withdrawing(entry: Publication, by: Appointment) -> list[Reason]:
    """Why this person may not take it down; whoever prepares or reviews may, alone and at once."""
    kind = kind_of(entry)
    reviews = kind is not None and by.post.kind in kind.review
    found = [] if reviews else against_editing(entry, by)
    if reviews and not visibility.may_act(by, entry.matter):
        found.append(Reason(OUT_OF_SCOPE))
    if entry.state == "withdrawn":
        found.append(Reason(STATES["withdrawn"]))
    return found
