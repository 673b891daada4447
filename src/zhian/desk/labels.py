"""What kinds, phases, acts, posts and people are called on the pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from zhian.desk.errors import speak
from zhian.desk.models import Act, Clock, Matter
from zhian.directory import office_law
from zhian.directory.words import post_words as post_kind_words
from zhian.law.procedure import Procedure, book
from zhian.law.procedure_model import NoProcedure, UnknownPhase
from zhian.law.rules import Rule, UnknownRule, book as law
from zhian.law.words import Words

# Acts that every kind of matter knows (desk.common, desk.annul); no procedure lists them.
COMMON = {
    "note": Words("记录情况", "Note"),
    "share": Words("共享", "Share"),
    "hand_over": Words("移交承办人", "Hand over"),
    "call": Words("电话通知", "Telephone"),
    "seal": Words("盖章", "Seal"),
    "set_aside": Words("搁置迟到的行为", "Set a late act aside"),
    "publish_edit": Words("拟定公布内容", "Publication drafted"),
    "publish_approve": Words("复核公布", "Publication approved"),
    "publish_return": Words("退回公布稿", "Publication sent back"),
    "publish_withdraw": Words("撤下公布内容", "Publication withdrawn"),
    "take_over": Words("接管", "Taken over"),
}
STAGES = {
    "done": Words("", ""),
    "proposed": Words("报批", "proposed"),
    "signed": Words("签批同意", "signed"),
    "returned": Words("退回", "returned"),
    "withdrawn": Words("撤回报批", "withdrawn"),
    "annulled": Words("撤销", "undone"),
}
VOID = Words("随开启它的行为撤销", "void: the act that opened it was undone")
RELATIONS = {
    "@handler": Words("承办人", "the handler"),
    "@giver": Words("交办人", "whoever gave it"),
    "@assignee": Words("承办者", "the addressee"),
    "@host": Words("听证主持人", "the hearing host"),
    "*": Words("任何岗位", "any post"),
}
BASES = {
    "statute": Words("法定期限", "statutory"),
    "contract": Words("约定期限", "agreed"),
    "order": Words("责令期限", "set by order"),
    "internal": Words("内部时限", "internal target"),
}


@lru_cache(maxsize=64)
def procedure(kind: str, version: str) -> Procedure | None:
    """A procedure by kind and version; None where the data lost it (an old take-over)."""
    try:
        return book().version(kind, version)
    except NoProcedure:
        return None


@lru_cache(maxsize=256)
def kind_words(kind: str) -> Words:
    """What a kind of matter is called: the newest version's word."""
    versions = [p for p in book().all() if p.kind == kind]
    return versions[-1].words if versions else Words(kind, kind)


def phase_words(matter: Matter) -> Words:
    """What the phase of a matter is called in its own procedure."""
    return VOID if is_void(matter) else phase_named(matter, matter.phase)


def is_void(matter: Matter) -> bool:
    """Whether it ended because the act that opened it was undone: closed in an open phase."""
    known = procedure(matter.kind, matter.procedure_version) if matter.closed_at else None
    try:
        return known is not None and not known.phase(matter.phase).closed
    except UnknownPhase:
        return False


def phase_named(matter: Matter, phase: str) -> Words:
    """What any phase of a matter's procedure is called."""
    known = procedure(matter.kind, matter.procedure_version)
    try:
        return known.phase(phase).words if known else Words(phase, phase)
    except UnknownPhase:
        return Words(phase, phase)


def verb_words(matter: Matter, verb: str) -> Words:
    """What an act is called in the procedure of its matter."""
    known = procedure(matter.kind, matter.procedure_version)
    if known and verb in known.acts:
        return known.acts[verb].words
    return COMMON.get(verb, Words(verb, verb))


def act_title(act: Act, matter: Matter) -> str:
    """An act in words: what, and whether it was proposed, signed, returned or undone."""
    title = speak(verb_words(matter, act.verb))
    stage = speak(STAGES.get(act.stage, Words(act.stage, act.stage)))
    return f"{title} · {stage}" if stage else title


def post_words(name: str) -> Words:
    """A post or a relation (`@handler`) in words."""
    return RELATIONS[name] if name in RELATIONS else post_kind_words(name)


def posts_text(names: Iterable[str], matter: Matter) -> str:
    """Several posts in one line, in the reader's language; a relation with the person's name."""
    return " / ".join(dict.fromkeys(_named(n, matter) for n in names))


def _named(name: str, matter: Matter) -> str:
    person = {"@handler": matter.handler, "@assignee": matter.handler, "@giver": matter.giver}
    who = person.get(name)
    words = speak(post_words(name))
    return f"{words} {who.user}" if who else words


def duty_text(clock: Clock) -> str:
    """What a clock is about, in the reader's language: its rule's title."""
    rule = rule_of(clock)
    if rule is not None:
        return speak(rule.title)
    return speak(office_law.duty_words(clock.duty, clock.counts_from.date()))


def rule_of(clock: Clock) -> Rule | None:
    """The rule that a clock counts by; its words do not hang on the office's own calendar."""
    return _rule(clock.rule) if clock.rule else None


@lru_cache(maxsize=1024)
def _rule(rule_id: str) -> Rule | None:
    try:
        return law().rule(rule_id)
    except UnknownRule:
        return None


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of matter with its word, for a filter."""
    return [(kind, speak(kind_words(kind))) for kind in book().kinds()]
