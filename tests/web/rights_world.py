"""A county with one person of a role in it, another county, and a thing of each sort in both."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.builders import LONG_AGO, County, county, person, place
from tests.web import rights_census
from tests.web.rights_archive import archive_things
from tests.web.rights_review import review_things
from zhian.apps.laboratory.models import Bulletin
from zhian.apps.registry.models import Licence, LicenceImport
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine import common
from zhian.desk.models import (
    Act,
    Document,
    Evidence,
    Matter,
    Notice,
    Proposal,
    Publication,
    Signature,
    TakeOver,
    WaitingAct,
)
from zhian.directory import rights
from zhian.directory.actions import representatives
from zhian.directory.models import (
    Agency,
    Appointment,
    Deputyship,
    Invitation,
    Office,
    Operator,
    Place,
    Premises,
    Representative,
    Responsibility,
    Sponsorship,
    Stewardship,
    User,
    WallCode,
)
from zhian.law import offices
from zhian.law.procedure import book

# Read here by itself, so that the tests do not believe the code they test.
TABLE = tomllib.loads(rights.TABLE.read_text(encoding="utf-8"))
KIND = "rectification"
STRANGER, OPERATOR, NO_POST = "stranger", "operator", "no_post"


@dataclass
class World:
    """One county with a person of one role in it, another county, and a thing of each sort in
    both."""

    role: str
    here: County
    there: Place
    user: User | None = None
    mine: Appointment | None = None
    bound: Representative | None = None
    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """The role's row of rights.toml."""
        return TABLE.get(self.role, {})

    def scope(self, side: str, kind: str) -> str:
        """How far the role sees or acts, read from the file."""
        scopes = self.row.get(side, {})
        return scopes.get(kind, scopes.get("*", "none"))


def make_world(role: str) -> World:
    here = county()
    world = World(role, here, place("238800000000", "北安县", "county"))
    if role in offices.posts():
        world.mine = _official(world)
        world.user = world.mine.user
    elif role == OPERATOR:
        world.user = User.objects.create(username="op", name="赵立新", operator=here.operator)
        world.bound = Representative.objects.create(
            user=world.user, operator=here.operator, role="head", since=LONG_AGO
        )
    elif role == NO_POST:
        world.user = User.objects.create(username="idle", name="待岗")
    _directory_things(world)
    _desk_things(world)
    _operators_things(world)
    archive_things(world)
    _census_things(world)
    _review_things(world)
    return world


def _official(world: World) -> Appointment:
    known = offices.posts()[world.role]
    kind = known.agencies[0] if known.agencies else "market_regulation"
    if kind == "market_regulation":
        return person(world.here.bureau, world.role, world.here.station)
    where = {"township": world.here.town, "village": world.here.village}.get(
        known.levels[-1], world.here.county
    )
    agency = Agency.objects.create(code="MINE", name="本部门", kind=kind, place=where)
    office = Office.objects.create(agency=agency, code="O", name="本科", place=world.here.town)
    return person(agency, world.role, office)


def _directory_things(world: World) -> None:
    """Own things lie in the village, so that every territory of the county covers them."""
    for variant, where in (("own", world.here.village), ("other", world.there)):
        agency = Agency.objects.create(
            code=f"A-{variant}", name=f"部门{variant}", kind="commerce", place=where
        )
        office = Office.objects.create(agency=agency, code="O", name="科")
        holder = person(agency, "department_officer", office)
        second = person(agency, "department_head", office)
        gone = person(agency, "department_officer", office).user
        gone.left_on = date(2025, 1, 1)
        gone.save()
        shop = Premises.objects.create(
            operator=Operator.objects.create(name=variant, kind="individual", place=where),
            name=variant,
            place=where,
            business_type="food_production",
        )
        absent = world.mine if variant == "own" and world.mine else holder
        today = timing.today()
        deputy = Deputyship.objects.create(
            absent=absent, deputy=second, since=today, until=date(2030, 1, 1), reason="假"
        )
        cell = Responsibility.objects.create(
            agency=agency, place=where, business_type="food_production", since=LONG_AGO
        )
        _bound_people(world, variant, shop, holder)
        _put(
            world,
            variant,
            premises=shop,
            place=where,
            agency=agency,
            office=office,
            post=holder.post,
            person=holder.user,
            left=gone,
            appointment=holder,
            deputyship=deputy,
            responsibility=cell,
        )
    _put_keys(
        world,
        "own",
        year={"year": 2027},
        roster={"kind": "staff"},
        step={"key": "county"},
        setting={"key": "roll_weekends"},
        finding={"key": "unfilled"},
    )
    _put_keys(
        world,
        "other",
        roster={"kind": "nonsense"},
        step={"key": "nonsense"},
        setting={"key": "nonsense"},
        finding={"key": "nonsense"},
    )


def _bound_people(world: World, variant: str, shop: Premises, holder: Appointment) -> None:
    """A sponsor of the premises, and who answers for them at county level."""
    bond: dict[str, Any] = {"premises": shop, "appointment": holder, "since": LONG_AGO}
    sponsor = Sponsorship.objects.create(level="D", **bond)
    steward = Stewardship.objects.create(level="county", **bond)
    _put(world, variant, sponsorship=sponsor, stewardship=steward)


def _take_over(variant: str, agency: Agency) -> TakeOver:
    """A file that was looked through, with something wrong and something to look at in it."""
    line = {"sheet": "matters", "row": 2, "column": "phase", "value": "x"}
    words = {"zh": "没有阶段。", "en": "No phase."}
    return TakeOver.objects.create(
        agency=agency,
        name=f"{variant}.xlsx",
        sha256="0" * 64,
        uploaded_at=timing.now(),
        state="done",
        counts={"rows": 1, "fresh": 0, "errors": 1},
        errors=[line | words],
        remarks=[line | words],
    )


def _put(world: World, variant: str, **rows: Any) -> None:
    _put_keys(world, variant, **{name: {"pk": row.pk} for name, row in rows.items()})


def _put_keys(world: World, variant: str, **keys: dict[str, Any]) -> None:
    for name, values in keys.items():
        world.things.setdefault(name, {})[variant] = values


def _matter(world: World, number: str, agency: Agency, where: Place, **more: Any) -> Matter:
    procedure = next(p for p in book().all() if p.kind == KIND)
    return Matter.objects.create(
        kind=KIND,
        procedure_version=procedure.version,
        number=number,
        title=number,
        phase=procedure.phases[0].key,
        trigger_date=timing.today(),
        agency=agency,
        place=where,
        opened_at=timing.now(),
        operator=world.here.operator,
        **more,
    )


def _desk_things(world: World) -> None:
    """One matter per way in which a post may reach it; the rest hangs on `own` and `other`."""
    here, mine = world.here, world.mine
    agency = mine.post.agency if mine else here.bureau
    office = mine.post.office if mine else here.station
    far = Agency.objects.create(code="FAR", name="北安局", kind="commerce", place=world.there)
    rows = {
        "own": _matter(world, "own", agency, here.other_town, handler=mine),
        "office": _matter(world, "office", agency, here.village, office=office),
        "agency": _matter(world, "agency", agency, here.other_town),
        "place": _matter(world, "place", here.township, here.village)
        if agency != here.township
        else _matter(world, "place", here.bureau, here.village),
        "other": _matter(world, "other", far, world.there),
    }
    for variant, matter in rows.items():
        _put(world, variant, matter=matter)
    for variant in ("own", "other"):
        _hang(world, variant, rows[variant])
        _put(world, variant, bulletin=_bulletin(variant, rows[variant].agency))
        _put(world, variant, licence=_licence(variant, world.here, rows[variant]))
        roster = _licence_import(variant, rows[variant].agency, mine or here.inspector)
        _put(world, variant, licence_import=roster)
        agency = Agency.objects.get(**world.things["agency"][variant])
        _put(world, variant, takeover=_take_over(variant, agency))
    _put_keys(world, "own", opening={"kind": "task", "verb": "direct"})
    _put_keys(world, "other", opening={"kind": "task", "verb": "nonsense"})


def _bulletin(variant: str, agency: Agency) -> Bulletin:
    refused = [{"row": 2, "column": "limit", "value": "x", "zh": "没有标准值。", "en": "No limit."}]
    return Bulletin.objects.create(
        agency=agency,
        name=f"{variant}.csv",
        sha256="0" * 64,
        received_on=timing.today(),
        imported_at=timing.now(),
        completed_at=timing.now(),
        state="done",
        refused=refused,
    )


def _licence(variant: str, here: County, matter: Matter) -> Licence:
    return Licence.objects.create(
        kind="SC",
        number=f"SC{variant}",
        agency=matter.agency,
        operator=here.operator,
        place_code=matter.place.code,
        first_issued_on=LONG_AGO,
        issued_on=LONG_AGO,
    )


def _licence_import(variant: str, agency: Agency, by: Appointment) -> LicenceImport:
    """A roster that was looked through, with something wrong and something to look at in it."""
    fault = {"row": 2, "column": "number", "value": "x", "zh": "校验码不符。", "en": "Wrong."}
    return LicenceImport.objects.create(
        agency=agency,
        name=f"{variant}.csv",
        sha256="0" * 64,
        by=by,
        uploaded_at=timing.now(),
        state="wrong",
        counts={"rows": 1, "added": 0, "changed": 0, "same": 0, "errors": 1},
        errors=[fault],
        remarks=[fault],
    )


def _hang(world: World, variant: str, matter: Matter) -> None:
    act = common.record(matter, "note", by=Actor.system("matrix"), data={"text": "x"})
    proposal = Proposal.objects.create(matter=matter, verb="order", act=act, state="withdrawn")
    Signature.objects.create(
        proposal=proposal, position=0, post="bureau_head", agency=matter.agency, state="void"
    )
    paper = Document.objects.create(
        matter=matter,
        template="rectification_order",
        template_version="2026",
        title="责改",
        state="issued",
        drafted_by=act,
        issued_by=act,
        issued_at=timing.now(),
    )
    stored = f"{matter.pk:032x}.pdf"
    Evidence.objects.create(
        matter=matter,
        act=act,
        name="a.pdf",
        stored=stored,
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        added_at=timing.now(),
    )
    late = WaitingAct.objects.create(
        matter=matter,
        key=f"late-{variant}",
        verb="order",
        head=0,
        happened_at=timing.now(),
        received_at=timing.now(),
        appointment=world.mine or world.here.inspector,
    )
    notice = Notice.objects.create(
        matter=matter, recipient="某人", text="x", created_at=timing.now()
    )
    _put(
        world, variant, act=act, proposal=proposal, document=paper, waiting_act=late, notice=notice
    )
    entry = _publication(matter, act)
    _put(world, variant, publication=entry)
    _put_keys(
        world,
        variant,
        public={"uid": entry.uid},
        file={"stored": stored},
        short={"code": matter.uid.hex[:12]},
        paper={"code": matter.uid.hex[:12], "seq": act.seq},
    )


def _publication(matter: Matter, act: Act) -> Publication:
    """An entry in public, in Latin letters as everything that the county itself would write."""
    said = {"zh": "Beans", "en": "Beans"}
    return Publication.objects.create(
        matter=matter,
        act=act,
        what="disposal_result",
        state="approved",
        review_act=act,
        since=timing.now(),
        prepared_at=timing.now(),
        title="Beans",
        words="Beans",
        place_code=matter.place.code,
        content={"agency": said, "place": said, "fields": {"food": "Beans", "outcome": said}},
    )


# ---- what operators see of themselves, and officials of their telephones ------------------------


def _operators_things(world: World) -> None:
    stranger = Operator.objects.create(name="Stranger", kind="stall", place=world.there)
    for variant, mine in (("own", world.here.operator), ("other", stranger)):
        far = world.here.village if variant == "own" else world.there
        matter = _matter(world, f"my-{variant}", world.here.bureau, far)
        Matter.objects.filter(pk=matter.pk).update(operator=mine)
        matter.refresh_from_db()
        act = common.record(matter, "note", by=Actor.system("matrix"), data={"text": "x"})
        Notice.objects.create(
            matter=matter, act=act, operator=mine, recipient="x", text="x", created_at=timing.now()
        )
        paper = Document.objects.create(
            matter=matter,
            template="rectification_order",
            template_version="2026",
            title="x",
            state="issued",
            drafted_by=act,
            issued_by=act,
            issued_at=timing.now(),
        )
        _put(world, variant, my_matter=matter, my_paper=paper)
        _put_keys(world, variant, my_short={"code": matter.uid.hex[:12]})
        _telephones(world, variant, mine, far)
    _put_keys(world, "own", my_opening={"kind": "food_production_licence", "verb": "apply"})
    _put_keys(world, "other", my_opening={"kind": "task", "verb": "direct"})


def _telephones(world: World, variant: str, operator: Operator, where: Place) -> None:
    clerk = User.objects.create(username=f"clerk-{variant}", name="x", operator=operator)
    bound = Representative.objects.create(user=clerk, operator=operator, since=LONG_AGO)
    shop = Premises.objects.create(
        operator=operator, name="x", place=where, business_type="food_production"
    )
    now, token = timing.now(), f"token-{variant}"
    slip = Invitation.objects.create(
        operator=operator,
        token_hash=representatives.token_hash(token),
        made_at=now,
        expires_at=now + representatives.SLIP_HOLDS,
    )
    code = WallCode.objects.create(premises=shop, code=WallCode.draw(), issued_at=now)
    _put(
        world,
        variant,
        my_premises=shop,
        my_slip=slip,
        my_person=bound,
        operator_phones=operator,
        invitation=slip,
        representative=bound,
        walled=shop,
    )
    _put_keys(world, variant, joinable={"token": token}, wall={"code": code.code})


# ---- the census ---------------------------------------------------------------------------------


def _census_things(world: World) -> None:
    """Somebody else of the county handed the file in and had the rosters linked."""
    here, far = world.here, Agency.objects.get(code="FAR")
    mine = world.mine.post.agency if world.mine else here.bureau
    stranger = person(far, "department_officer", name="x")
    rows = {
        "own": (mine, here.county, here.village, here.clerk),
        "other": (far, world.there, world.there, stranger),
    }
    for variant, (agency, top, where, by) in rows.items():
        _put_keys(world, variant, **rights_census.things(variant, agency, top, where, by))


# ---- the review desk of the census --------------------------------------------------------------


def _review_things(world: World) -> None:
    for variant, where in (("own", world.here.county), ("other", world.there)):
        rows = review_things(where, world.here.bureau, world.here.clerk, variant)
        _put(world, variant, **rows)
