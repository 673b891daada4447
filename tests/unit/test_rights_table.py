"""rights.toml against the closed list of posts, and the page made from both."""

from __future__ import annotations

import re
import tomllib

import pytest

from zhian.directory import rights, rights_doc
from zhian.directory.access import Rule
from zhian.directory.pages.base import EVERY_PART
from zhian.law import offices
from zhian.law.procedure import book

RAW = tomllib.loads(rights.TABLE.read_text(encoding="utf-8"))
ADMINISTRATORS = {"system_admin", "security_admin", "audit_admin"}


def test_every_post_has_its_row_and_no_row_is_without_a_post() -> None:
    assert set(RAW) == set(offices.posts())


def test_every_kind_named_has_a_procedure() -> None:
    kinds = {*book().kinds(), "*"}
    named = {k for row in RAW.values() for side in ("see", "act") for k in row.get(side, {})}
    assert named <= kinds


def test_every_part_of_the_administration_is_known_and_somebody_opens_it() -> None:
    assert {part for row in RAW.values() for part in row.get("admin", ())} == set(EVERY_PART)


@pytest.mark.parametrize("post", sorted(RAW))
def test_nobody_acts_further_than_he_sees(post: str) -> None:
    width = {scope: n for n, scope in enumerate(rights.SCOPES)}
    row = rights.table()[post]
    for kind in book().kinds():
        see, act = row.scope("see", kind), row.scope("act", kind)
        assert width[act] <= width[see] or {see, act} == {"place", "agency"}


@pytest.mark.parametrize("post", sorted(ADMINISTRATORS))
def test_administrators_handle_no_business(post: str) -> None:
    row = rights.table()[post]
    for kind in set(book().kinds()) - {"task"}:
        assert (row.scope("see", kind), row.scope("act", kind)) == ("none", "none")


def test_nobody_grants_runs_and_audits_alone() -> None:
    parts = {post: set(RAW[post]["admin"]) for post in ADMINISTRATORS}
    for one in parts:
        for other in parts:
            assert one == other or not parts[one] & parts[other]
            assert one == other or other in offices.posts()[one].incompatible


@pytest.mark.parametrize(
    ("row", "why"),
    [({"see": "all"}, "须为表"), ({"see": {"*": "everywhere"}}, "未知范围")],
)
def test_a_row_that_says_nothing_sensible_is_refused(row: dict[str, object], why: str) -> None:
    with pytest.raises(rights.RightsError, match=why):
        rights._row("inspector", row)


def test_a_named_kind_wins_over_the_star() -> None:
    row = rights._row("x", {"see": {"*": "agency", "task": "own"}})
    assert (row.scope("see", "task"), row.scope("see", "disposal")) == ("own", "agency")
    assert row.scope("act", "task") == "none"


def test_the_page_has_a_row_for_every_post_and_every_address() -> None:
    text = rights_doc.text()
    assert "undeclared" not in text
    for post in offices.posts():
        assert f"`{post}`" in text
    rows = set(re.findall(r"^\| `(/[^`]*)` \|", text, re.MULTILINE))
    assert rows == {a.pattern for a in rights_doc.addresses()}


def test_a_rule_without_a_restriction_wants_a_post() -> None:
    assert not Rule().admits(None, of_operator=False)
    assert not Rule().admits(None, of_operator=True)
    assert Rule(login=True).admits(None, of_operator=True)
    assert Rule(operator=True).admits(None, of_operator=True)
