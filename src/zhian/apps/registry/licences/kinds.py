"""The kinds of matter about licences and filings."""

from __future__ import annotations

from zhian.apps.registry.licences import actions, facts, papers, taking_over, terms
from zhian.apps.registry.models import LicenceApplication, LicenceExit
from zhian.desk.kinds import Kind

GRANTS = {"grant": actions.grant, "grant_change": actions.grant_change}


def _licence(kind: str, prefix: str, *openings: str) -> Kind:
    more = {"grant_reissue": actions.grant_reissue} if "apply_reissue" in openings else {}
    return Kind(
        name=terms.PROCEDURES[kind],
        prefix=prefix,
        model=LicenceApplication,
        facts=facts.of_application(kind),
        effects={verb: actions.begin(kind) for verb in openings} | GRANTS | more,
        papers=papers.OF_APPLICATION,
        continues=facts.earlier_applications(kind),
        undo=actions.undo,
        take_over=taking_over.TAKE_OVER[kind],
        page="registry/_application.html",
    )


PRODUCTION = _licence("SC", "SCXK", "apply", "apply_change", "apply_renewal")
BUSINESS = _licence("JY", "JYXK", "apply", "apply_change", "apply_renewal", "apply_reissue")
FILING = Kind(
    name=terms.PROCEDURES["YB"],
    prefix="YBBA",
    model=LicenceApplication,
    facts=facts.of_application("YB"),
    effects={
        "file": actions.begin("YB"),
        "file_update": actions.begin("YB"),
        "give_number": actions.grant,
        "update_record": actions.update_filing,
    },
    papers=papers.OF_APPLICATION,
    continues=facts.earlier_applications("YB"),
    undo=actions.undo,
    take_over=taking_over.TAKE_OVER["YB"],
    page="registry/_application.html",
)
EXIT = Kind(
    name="licence_exit",
    prefix="XKTC",
    model=LicenceExit,
    facts=facts.of_exit,
    effects={
        "apply_cancel": actions.begin_exit,
        "open_ex_officio": actions.begin_exit,
        "open_annul": actions.begin_exit,
        "open_withdrawal": actions.begin_exit,
        "record_revocation": actions.begin_exit,
        "annul": actions.end,
        "withdraw_licence": actions.end,
        "strike_off": actions.strike_off,
    },
    papers=papers.OF_EXIT,
    continues=facts.earlier_of_licence,
    undo=actions.undo,
    take_over=taking_over.EXIT,
    page="registry/_exit.html",
)


KINDS = (PRODUCTION, BUSINESS, FILING, EXIT)
