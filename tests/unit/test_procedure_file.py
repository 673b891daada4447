"""A procedure file: every key is read, and every mistake is named with file and table."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.unit.procedures_kit import FRAME, TOY, box
from zhian.law.procedure import (
    ClockExtension,
    ClockPause,
    ClockStart,
    DocumentUse,
    Mark,
    ProcedureFileError,
    Publish,
    Tell,
)
from zhian.law.procedure_file import ACT_KEYS, read_labels, read_procedure
from zhian.law.words import Words

LABELS = read_labels(Path(__file__).parents[2] / "src/zhian/law/data/fields.toml")
STALL = read_procedure(TOY / "procedures" / "stall.toml", LABELS)
VISIT = read_procedure(TOY / "procedures" / "toy_visit.toml", LABELS)


def test_the_toy_uses_every_key_so_that_these_tests_speak_of_every_key() -> None:
    text = (TOY / "procedures" / "stall.toml").read_text(encoding="utf-8")
    used = {key for table in tomllib.loads(text)["act"].values() for key in table}
    assert used == ACT_KEYS


def test_the_head_phases_facts_and_gates_in_verbs() -> None:
    assert (STALL.kind, STALL.version) == ("stall", "1")
    assert (STALL.valid_from, STALL.valid_to) == (date(2026, 12, 1), date(2030, 12, 31))
    assert [p.key for p in STALL.phases] == ["asked", "tested", "ready", "shut"]
    assert [p.index for p in STALL.phases] == [0, 1, 2, 3]
    assert STALL.closed_phases == {"shut"}
    assert STALL.facts == {"food": "bool", "parties": "list"}
    assert STALL.abstract == {"G-PUN-49": (("!doubt", "cleared"),)}
    assert [a.verb for a in STALL.openings()] == ["ask"]
    assert STALL.words == Words("摊位", "Stall")


def test_open_and_any_become_phases() -> None:
    assert STALL.act("doubt").sources == {"asked", "tested", "ready"}
    assert STALL.act("note").sources == {"asked", "tested", "ready", "shut"}
    assert STALL.act("ask").sources == frozenset()


def test_order_keys() -> None:
    send = STALL.act("send")
    assert (send.to, send.once, send.officers) == ("tested", True, 2)
    assert send.after == (("visited", "cleared", "!doubt"),)
    assert STALL.act("visit").unless == ("visit",)
    assert STALL.act("again").clears == {"send"}
    assert STALL.act("again").keeps == {"back"}
    assert STALL.act("anew").clears == "all"
    assert STALL.act("visited").by == ("child",)
    assert STALL.act("send").by == ("official",)
    assert VISIT.act("seen").other_than == ("parent:ask",)
    assert send.children == ("toy_visit",)
    assert send.gates == ("G-PUN-22",)


def test_signatures_with_and_without_urgency() -> None:
    plain, urgent = STALL.act("decide").approve, STALL.act("seize").approve
    assert plain is not None and plain.posts == ("office_head", "bureau_head")
    assert plain.urgent is None
    assert urgent is not None
    assert (urgent.urgent, urgent.within, urgent.refused) == ("urgent", "seizure.approve", "doubt")


def test_fields_take_their_words_from_the_catalogue_or_from_the_procedure() -> None:
    ask = STALL.act("ask")
    received, label, klass = ask.field("received_on"), ask.field("label"), ask.field("class")
    assert received is not None and received.words == Words("收到日期", "Received on")
    assert received.required and received.type == "date"
    assert label is not None and not label.required
    assert label.words == Words("名称", "Name")
    assert label.hint == Words("招牌", "As on the sign")
    assert klass is not None and (klass.type, klass.choices) == ("choice", "toy_class")
    assert ask.sets == {"handler": "handler"}
    assert ask.field("nothing") is None


def test_a_type_may_carry_a_count_or_a_kind_of_matter() -> None:
    fields = """
[act.open]
opening = true
to = "one"
fields = { handlers = "users:2", into = "matter:box?" }
"""
    handlers, into = box(fields).act("open").fields
    assert (handlers.type, handlers.many, handlers.required) == ("users", 2, True)
    assert (into.type, into.of, into.required) == ("matter", "box", False)


def test_clock_keys() -> None:
    ask, back, longer = STALL.act("ask"), STALL.act("back"), STALL.act("longer")
    assert ask.starts == (
        ClockStart("case.decide"),
        ClockStart("case.review", at="received_on", when="food"),
        ClockStart("recall.start.{class}", at="received_on"),
        ClockStart("recall.progress.{class}"),
        ClockStart("task.report", due="until"),
    )
    assert STALL.act("send").pauses == (ClockPause("case.decide", "testing"),)
    assert back.resumes == (ClockPause("case.decide", "testing"),)
    assert longer.extends == (
        ClockExtension("case.decide"),
        ClockExtension("task.report", due="until"),
    )
    assert STALL.act("progress").meets == ("recall.progress.{class}",)
    assert STALL.act("reclass").changes == ("recall.start.{class}", "recall.progress.{class}")
    assert STALL.act("lapse").on_due == ("case.statement",)
    assert STALL.act("lapse").stops == "all" and STALL.act("lapse").all_clocks_stop
    assert STALL.act("again").stops == ("case.statement",)
    assert STALL.act("decide").waits == ("case.statement",)
    assert ask.cites == ("disposal.other_province",)


def test_documents_standings_publication_and_notices() -> None:
    decide, seize = STALL.act("decide"), STALL.act("seize")
    assert STALL.act("ask").documents == (
        DocumentUse("rectification_order"),
        DocumentUse("rectification_order", "!food"),
    )
    assert seize.marks == (Mark("closed_down", "premises", "publication.term_food"),)
    assert decide.lifts == ("closed_down",)
    assert decide.publishes == (Publish("decision", "publication.term_food", review=False),)
    assert STALL.act("withdraw").unpublishes == ("decision",)
    assert STALL.act("back").notices == ("operator",)


def test_opening_another_matter() -> None:
    (opens,) = STALL.act("visit").opens
    assert (opens.kind, opens.verb, opens.as_child) == ("toy_visit", "begin", True)
    assert (opens.each, opens.map) == ("parties", {"who": "element.who"})
    assert opens.tells == (Tell(("seen",), "visited"),)
    assert (opens.tells_when, opens.silent) == ("all", ("dropped",))


def test_what_a_short_act_leaves_out_has_its_default() -> None:
    act = box('[act.go]\nfrom = ["one"]\nposts = ["inspector"]').act("go")
    assert (act.to, act.after, act.once, act.officers) == (None, (), False, 1)
    assert act.by == ("official",)
    assert act.approve is None and not act.moves
    (linked,) = box('[act.go]\nfrom = "open"\nopens = [{ kind = "x", verb = "y" }]').act("go").opens
    assert not linked.as_child and linked.tells_when == "each"


@pytest.mark.parametrize(
    ("acts", "message"),
    [
        ('[act.go]\nfrom = ["one"]\nform = "x"', r"\[act.go\]: unknown key 'form'"),
        ('[act.go]\nto = "two"', r"\[act.go\]: `from` is missing"),
        ("[act.go]\nopening = true", r"\[act.go\]: an opening act needs `to`"),
        ('[act.go]\nopening = true\nfrom = "any"\nto = "one"', "begins a matter, so it has no"),
        ('[act.go]\nfrom = ["one"]\nonce = "yes"', "once must be true or false"),
        ('[act.go]\nfrom = ["one"]\nofficers = 0', "officers must be a whole number"),
        ('[act.go]\nfrom = ["one"]\nafter = "check"', "after must be a list"),
        ('[act.go]\nfrom = ["one"]\nafter = [[]]', "after must be a list"),
        ('[act.go]\nfrom = ["one"]\napprove = []', "approve names nobody"),
        ('[act.go]\nfrom = ["one"]\napprove = { posts = ["a"], urgent = "b" }', "urgent approval"),
        ('[act.go]\nfrom = ["one"]\nsets = { phase = "x" }', "sets may change only"),
        ('[act.go]\nfrom = ["one"]\nstarts = [{ at = "x" }]', "duty is missing"),
        ('[act.go]\nfrom = ["one"]\nstarts = [{ duty = "x", on = "y" }]', "unknown key 'on'"),
        ('[act.go]\nfrom = ["one"]\npauses = [{ duty = "x" }]', "reason is missing"),
        ('[act.go]\nfrom = ["one"]\nmarks = [{ standing = "x", on = "car" }]', "is set on"),
        ('[act.go]\nfrom = ["one"]\nopens = [{ kind = "x" }]', "verb is missing"),
        ('[act.go]\nfrom = ["one"]\nopens = [{ kind = "x", verb = "y", as = "z" }]', "as is"),
        ('[act.go]\nfrom = ["one"]\nfields = { a = 3 }', "type is missing"),
        ("[acts.go]\n", "unknown key 'acts'"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_file_and_table(acts: str, message: str) -> None:
    with pytest.raises(ProcedureFileError, match=message) as caught:
        box(acts)
    assert str(caught.value).startswith("procedures/box.toml")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "procedures" / "broken.toml"
    path.parent.mkdir()
    path.write_text(FRAME.replace("[procedure]", "[procedure"), encoding="utf-8")
    with pytest.raises(ProcedureFileError, match=r"procedures/broken.toml: cannot be read"):
        read_procedure(path)
