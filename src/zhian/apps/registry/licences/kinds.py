"""The kinds of matter about licences and filings."""

from __future__ import annotations

from zhian.apps.registry.licences import (
    actions,
    ccc,
    facts,
    papers,
    public,
    small,
    taking_over,
)
from zhian.apps.registry.licences.importing.kinds import REGISTER
from zhian.apps.registry.licences.sorts import sort_of
from zhian.apps.registry.models import CertificateEvent, LicenceApplication, LicenceExit
from zhian.desk.kinds import Effect, Kind

GRANTS = {"grant": actions.grant, "grant_change": actions.grant_change}


def _licence(kind: str, *openings: str, **more: Effect) -> Kind:
    """A kind of application: its openings, and what its decisions do beside granting."""
    sort = sort_of(kind)
    return Kind(
        name=sort.procedure,
        prefix=sort.prefix,
        model=LicenceApplication,
        facts=facts.of_application(kind),
        effects={verb: actions.begin(kind) for verb in openings} | GRANTS | more,
        papers=papers.OF_APPLICATION,
        public=public.OF_APPLICATION,
        continues=facts.earlier_applications(kind),
        undo=actions.undo,
        take_over=taking_over.TAKE_OVER[kind],
        page="registry/_application.html",
    )


ORDINARY = ("apply", "apply_change", "apply_renewal")
PRODUCTION = _licence("SC", *ORDINARY)
BUSINESS = _licence("JY", *ORDINARY, "apply_reissue", grant_reissue=actions.grant_reissue)
INDUSTRIAL = _licence(
    "XK",
    *ORDINARY,
    "apply_reissue",
    grant_reissue=actions.grant_reissue,
    renewed_by_silence=actions.grant,
    record_issued=actions.record_issued,
    record_ended=actions.record_ended,
    withdraw_entry=actions.withdraw_entry,
)
DRUG = _licence(
    "DRUG",
    *ORDINARY,
    "apply_pledged",
    "apply_registration",
    "apply_reissue",
    grant_pledged=actions.grant,
    grant_reissue=actions.grant_reissue,
    register_change=actions.grant_change,
    renewed_by_silence=actions.grant,
)
FILING = Kind(
    name=sort_of("YB").procedure,
    prefix=sort_of("YB").prefix,
    model=LicenceApplication,
    facts=facts.of_application("YB"),
    effects={
        "file": actions.begin("YB"),
        "file_update": actions.begin("YB"),
        "give_number": actions.grant,
        "update_record": actions.update_filing,
    },
    papers=papers.OF_APPLICATION,
    public=public.OF_APPLICATION,
    continues=facts.earlier_applications("YB"),
    undo=actions.undo,
    take_over=taking_over.TAKE_OVER["YB"],
    page="registry/_application.html",
)
CERTIFICATE = Kind(
    name=sort_of("CCC").procedure,
    prefix=sort_of("CCC").prefix,
    model=CertificateEvent,
    facts=ccc.facts,
    effects=dict.fromkeys(ccc.OPENINGS, ccc.take_in)
    | dict.fromkeys(("mistaken", "mistaken_end"), actions.undo_opening),
    continues=ccc.earlier,
    undo=actions.undo,
    take_over=ccc.TAKE_OVER,
    page="registry/_certificate.html",
)
EXIT = Kind(
    name="licence_exit",
    prefix="XKTC",
    model=LicenceExit,
    open_from=actions.exit_from,
    facts=facts.of_exit,
    effects={
        "apply_cancel": actions.begin_exit,
        "open_ex_officio": actions.begin_exit,
        "open_annul": actions.begin_exit,
        "open_withdrawal": actions.begin_exit,
        "record_revocation": actions.begin_exit,
        "record_revocation_industrial": actions.begin_exit,
        "record_revocation_other": actions.begin_exit,
        "annul": actions.end,
        "withdraw_licence": actions.end,
        "strike_off": actions.strike_off,
    },
    papers=papers.OF_EXIT,
    public=public.OF_EXIT,
    continues=facts.earlier_of_licence,
    undo=actions.undo,
    take_over=taking_over.EXIT,
    page="registry/_exit.html",
)


KINDS = (
    *(PRODUCTION, BUSINESS, FILING, INDUSTRIAL, DRUG, CERTIFICATE, EXIT),
    *small.KINDS,
    REGISTER,
)
