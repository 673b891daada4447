"""Workshops and stalls, as the province registers them, and farms, which file with agriculture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zhian.apps.registry.licences import actions, facts, papers, public, taking_over
from zhian.apps.registry.licences.facts import row_of
from zhian.apps.registry.licences.sorts import sort_of
from zhian.apps.registry.models import STRUCK_OFF, LicenceApplication
from zhian.desk.kinds import Effect, Facts, Kind, Values
from zhian.desk.models import Act, Matter
from zhian.desk.papers.saying import Said
from zhian.directory import office_law
from zhian.law import provinces
from zhian.law.provinces import Small
from zhian.law.words import Words

RULES = {"WORKSHOP": "workshop", "STALL": "stall"}
HERD = Words("养殖档案", "records of the herd")
TITLE, HANG = Words("证件名称", "what it is called"), Words("公示要求", "what hangs in public")


def rule(kind: str) -> Small:
    """How the office's province registers workshops or stalls."""
    chosen = office_law.reckoner().settings.province
    return provinces.province(chosen).small[RULES[kind]]


def _facts(kind: str) -> Callable[[Matter], Facts]:
    shared = facts.of_application(kind)

    def found(matter: Matter) -> Facts:
        row = row_of(matter)
        first = row is not None and row.purpose == "first" and "grant" in matter.done
        own: dict[str, Any] = {
            "agency_kind": matter.agency.kind,
            "business_type": matter.premises.business_type if matter.premises else "",
            "first_time": first,
            "uninspected_first": first and "inspected" not in matter.done,
        }
        if kind in RULES:
            own["small_rule"] = rule(kind)
        return {**shared(matter), **own}

    return found


def strike(matter: Matter, act: Act, values: Values) -> None:
    """The business has stopped: its filing ends with that day and is struck off."""
    row = matter.licence_application
    assert row.licence is not None
    day = row.changed_on or facts.today_of(act)
    actions.change(
        row.licence, act, state=STRUCK_OFF, ended_on=day, struck_off_on=facts.today_of(act)
    )


def _card(matter: Matter) -> Mapping[str, Said]:
    """What the paper says: its name in this province and what is to hang beside it; whether a farm
    keeps a herd, which has records of its own (AHL 41)."""
    said = papers.of_application(matter)
    row = row_of(matter)
    if row is None:
        return said
    if row.licence_kind not in RULES:
        herd = facts.application(row).item == "livestock"
        return {**said, "herd": Said(HERD, "畜禽养殖场" if herd else "")}
    own = rule(row.licence_kind)
    hang = "、".join(words.zh for words in own.hang)
    return {**said, "paper": Said(TITLE, own.paper.zh), "hang": Said(HANG, hang)}


PAPERS = dict.fromkeys(
    ("small_card", "small_refusal", "small_correction_notice", "farm_receipt"), _card
)


def _kind(kind: str, openings: tuple[str, ...], **effects: Effect) -> Kind:
    sort = sort_of(kind)
    return Kind(
        name=sort.procedure,
        prefix=sort.prefix,
        model=LicenceApplication,
        facts=_facts(kind),
        effects={verb: actions.begin(kind) for verb in openings} | effects,
        papers=PAPERS,
        public=public.OF_APPLICATION,
        continues=facts.earlier_applications(kind),
        undo=actions.undo,
        take_over=taking_over.TAKE_OVER[kind],
        page="registry/_application.html",
    )


FILED = ("file", "file_update", "file_end")
WORKSHOP = _kind(
    "WORKSHOP",
    ("apply", "apply_change", "apply_renewal"),
    grant=actions.grant,
    grant_change=actions.grant_change,
)
STALL = _kind(
    "STALL",
    (*FILED, "file_renewal"),
    give_number=actions.grant,
    renew_card=actions.grant,
    update_record=actions.update_filing,
    strike_filing=strike,
)
FARM = _kind(
    "FARM",
    FILED,
    give_number=actions.grant,
    update_record=actions.update_filing,
    strike_filing=strike,
)
KINDS = (WORKSHOP, STALL, FARM)
