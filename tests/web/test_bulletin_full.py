"""A bulletin with every official column: routing, the regulators of other places, corrections."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from tests.builders import County, county, person, place
from tests.web.pages import hidden, logged_in, send, text_of
from zhian.apps.laboratory.bulletins import Report, import_bulletin
from zhian.apps.laboratory.models import Bulletin, Disposal, Sample, SampleResult
from zhian.demo import bulletin as made, county as demo_county
from zhian.demo.build import SEED
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import perform
from zhian.desk.errors import FieldErrors, NotAllowed, Refused
from zhian.desk.models import Act, Clock, Matter, Notice
from zhian.desk.visibility import may_act, may_see
from zhian.directory.models import Agency, Operator, Premises

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 18)


@pytest.fixture
def here() -> County:
    return county()


def row(**more: str) -> tuple[str, ...]:
    """One row of a full bulletin: a sample of our county, its producer not named."""
    known = dict(zip(made.HEAD, [""] * len(made.HEAD), strict=True)) | {
        "抽样编号": "XBJ26000001",
        "食品名称": "豇豆",
        "生产日期/批号": "2026-08-01",
        "被抽样单位名称": "东风菜店",
        "被抽样单位地址": "松原县河口镇东街3号",
        "不合格项目": "灭蝇胺",
        "检验结果": "0.9mg/kg",
        "标准值": "≤0.5mg/kg",
    }
    assert set(more) <= set(known)
    return tuple((known | more).values())


def take(here: County, folder: Path, *rows: tuple[str, ...], name: str = "full.csv") -> Report:
    (folder / name).write_bytes(made.as_csv(rows))
    return import_bulletin(
        folder / name, agency=here.bureau, received=DAY, by=Actor.importer("bulletin", here.clerk)
    )


def only() -> Matter:
    return Matter.objects.get(kind="disposal")


FAR = {"标称生产企业名称": "远方食品厂", "标称生产企业地址": "安徽省亳州市蒙城县工业路1号"}
NEAR = {"标称生产企业名称": "邻县食品厂", "标称生产企业地址": "黑龙江省哈尔滨市巴彦县工业路1号"}


def clocks(matter: Matter) -> dict[str, Clock]:
    return {c.duty: c for c in Clock.objects.filter(matter=matter)}


# ---- what the columns say -----------------------------------------------------------------------


def test_every_official_column_is_kept(here: County, tmp_path: Path) -> None:
    take(
        here,
        tmp_path,
        row(
            抽样日期="2026年8月20日",
            检验机构="检验中心",
            检验报告编号="JY-7",
            检验报告日期="2026/9/10",
            标称生产企业统一社会信用代码="91239900MA00000001",
            **FAR,
        ),
    )
    sample = Sample.objects.get()
    assert (sample.sampled_on, sample.reported_on) == (date(2026, 8, 20), date(2026, 9, 10))
    assert (sample.laboratory, sample.report_number) == ("检验中心", "JY-7")
    assert sample.producer_code == "91239900MA00000001"
    assert sample.producer_place == "安徽省亳州市蒙城县"


def test_a_day_that_is_none_is_left_out_and_said(here: County, tmp_path: Path) -> None:
    report = take(here, tmp_path, row(抽样日期="上旬"))
    assert Sample.objects.get().sampled_on is None
    assert [(r.column, r.value) for r in report.remarks] == [("sampled_on", "上旬")]


def test_the_credit_code_finds_the_operator_whatever_its_name(here: County, tmp_path: Path) -> None:
    Operator.objects.filter(pk=here.operator.pk).update(uscc="912399000000000017")
    take(
        here,
        tmp_path,
        row(被抽样单位名称="兴旺厂", 被抽样单位统一社会信用代码="912399000000000017"),
    )
    assert (only().operator, only().office) == (here.operator, here.station)


def test_the_same_name_with_another_code_is_somebody_else(here: County, tmp_path: Path) -> None:
    Operator.objects.filter(pk=here.operator.pk).update(uscc="912399000000000017")
    other = {"被抽样单位统一社会信用代码": "912399000000000025"}
    take(here, tmp_path, row(被抽样单位名称=here.operator.name, **other))
    assert only().operator is None


def test_an_unknown_stall_waits_on_the_intake_list_in_its_township(
    here: County, tmp_path: Path
) -> None:
    take(here, tmp_path, row())
    matter, sample = only(), Sample.objects.get()
    assert (matter.office, matter.handler, matter.place) == (None, None, here.town)
    assert sample.division == here.town.code


# ---- who must be told ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("producer", "running", "rule"),
    [
        (FAR, "disposal.other_province", "SMP-27"),
        (NEAR, "disposal.other_county", "SMP-27-PROV"),
        ({}, None, None),
        ({"标称生产企业地址": "松原县柳林镇"}, None, None),
        ({"标称生产企业地址": "黑龙江省"}, None, None),
    ],
)
def test_a_producer_elsewhere_starts_the_clock_of_the_notice(
    here: County, tmp_path: Path, producer: dict[str, str], running: str | None, rule: str | None
) -> None:
    take(here, tmp_path, row(**producer))
    found = {d: c for d, c in clocks(only()).items() if d.startswith("disposal.other")}
    assert [*found] == ([running] if running else [])
    for clock in found.values():
        assert (clock.rule, clock.basis, str(clock.due_day)) == (rule, "internal", "2026-09-22")


def test_a_sample_taken_elsewhere_is_told_by_the_regulator_of_that_place(
    here: County, tmp_path: Path
) -> None:
    where = {"被抽样单位地址": "山东省聊城市莘县莘城镇"}
    take(here, tmp_path, row(**where, **FAR))
    assert not [d for d in clocks(only()) if d.startswith("disposal.other")]


def test_telling_stops_the_clock_and_the_panel_no_longer_asks(here: County, tmp_path: Path) -> None:
    take(here, tmp_path, row(**FAR))
    matter = only()
    asks = "拟通报：安徽省亳州市蒙城县市场监督管理部门"
    assert asks in render_to_string("laboratory/_disposal.html", {"m": matter})
    fields = {"to_agency": "蒙城县市场监督管理局"}
    perform(matter, "tell_elsewhere", fields=fields, by=here.actor("clerk"))
    assert clocks(matter)["disposal.other_province"].state == "stopped"
    assert asks not in render_to_string("laboratory/_disposal.html", {"m": matter})
    with pytest.raises(Refused):
        perform(matter, "tell_elsewhere", fields=fields, by=here.actor("clerk"))


def neighbour() -> Agency:
    bayan = place("230126000000", "巴彦县", "county")
    return Agency.objects.create(
        code="BYSJ", name="巴彦县市场监督管理局", kind="market_regulation", place=bayan
    )


def test_another_regulator_of_this_system_reads_it_on_its_own_desk(
    here: County, tmp_path: Path
) -> None:
    agency = neighbour()
    theirs, inspector = person(agency, "intake_clerk"), person(agency, "inspector")
    take(here, tmp_path, row(**NEAR))
    matter = only()
    assert not may_see(theirs, matter)
    fields = {"to_agency": agency.name}
    perform(matter, "tell_elsewhere", fields=fields, by=here.actor("clerk"))
    notice = Notice.objects.get(user=theirs.user)
    assert here.bureau.name in notice.text and "豇豆" in notice.text
    assert not Notice.objects.filter(user=inspector.user).exists()
    assert may_see(theirs, matter) and not may_act(theirs, matter)
    page = logged_in(theirs).get(f"/m/{matter.pk}/")
    assert page.status_code == 200 and "邻县食品厂" in text_of(page)


def test_passing_on_tells_the_regulator_of_the_place_of_sampling(
    here: County, tmp_path: Path
) -> None:
    from tests.web.test_rectification import proof
    from zhian.desk.engine import approvals

    theirs = person(neighbour(), "intake_clerk")
    take(here, tmp_path, row(被抽样单位地址="黑龙江省哈尔滨市巴彦县中心街"))
    matter = only()
    fields = {"to_agency": "巴彦县市场监督管理局", "why": "抽样地在该县", "letter": proof(matter)}
    perform(matter, "pass_on", fields=fields, by=here.actor("clerk"))
    assert not Notice.objects.filter(user=theirs.user).exists(), "it is not signed yet"
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    assert Notice.objects.filter(user=theirs.user, matter=matter).count() == 1


def test_without_the_notice_nobody_concludes(here: County) -> None:
    from tests.web.test_disposal import outcome, ready_to_conclude

    matter = ready_to_conclude(here)
    Sample.objects.update(producer_division="341622000000")
    fields = {"outcome": outcome(), "conclusion": "处置完毕"}
    with pytest.raises(Refused, match="通报标称生产者所在地"):
        perform(matter, "conclude", fields=fields, by=here.actor("inspector"))
    told = {"to_agency": "蒙城县市场监督管理局"}
    perform(matter, "tell_elsewhere", fields=told, by=here.actor("inspector"))
    perform(matter, "conclude", fields=fields, by=here.actor("inspector"))
    assert matter.proposals.filter(verb="conclude", state="open").exists()


# ---- what must be reported at once --------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "result", "limit", "urgent"),
    [
        ("柠檬黄", "0.1g/kg", "不得使用", True),
        ("沙门氏菌", "检出", "n=5,c=0,m=0/25g", True),
        ("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg", False),
    ],
)
def test_grave_failures_follow_from_the_list(
    here: County, tmp_path: Path, item: str, result: str, limit: str, urgent: bool
) -> None:
    take(here, tmp_path, row(不合格项目=item, 检验结果=result, 标准值=limit))
    assert ("sampling.urgent" in clocks(only())) is urgent


def test_the_lawyer_adds_a_substance_and_a_multiple(
    here: County, tmp_path: Path, data_folder: Path
) -> None:
    from zhian.directory import choices

    choices.choose(
        key="sampling.serious_hazard", value=("灭蝇胺×2", "铅"), by=None, reason="局务会"
    )
    mild = row(抽样编号="1", 检验结果="0.9mg/kg")
    grave = row(抽样编号="2", 检验结果="1.0mg/kg", 食品名称="韭菜")
    lead = row(抽样编号="3", 不合格项目="铅(以Pb计)", 食品名称="芹菜")
    other = row(抽样编号="4", 不合格项目="柠檬黄", 标准值="不得使用", 食品名称="姜")
    take(here, tmp_path, mild, grave, lead, other)
    urgent = Clock.objects.filter(duty="sampling.urgent").values_list(
        "matter__disposal__sample__number", flat=True
    )
    assert sorted(urgent) == ["2", "3"]


def test_the_list_is_chosen_on_the_settings_page(here: County, data_folder: Path) -> None:
    from zhian.directory import choices

    admin = logged_in(person(here.bureau, "system_admin"))
    path = "/directory/settings/sampling.serious_hazard/"
    assert "沙门氏菌" in text_of(admin.get(path))
    answer = admin.post(path, {"value": "不得使用，铅×5", "reason": "律师意见"})
    assert answer.status_code == 302
    now = {c.question.key: c.value for c in choices.all_choices()}
    assert now["sampling.serious_hazard"] == ("不得使用", "铅×5")
    assert admin.post(path, {"value": " ， ", "reason": "律师意见"}).status_code == 422


# ---- put right ----------------------------------------------------------------------------------


def wrongly_routed(here: County, folder: Path) -> Matter:
    take(here, folder, row(被抽样单位名称=here.operator.name))
    matter = only()
    assert (matter.operator, matter.office) == (here.operator, here.station)
    return matter


def test_a_sample_matched_to_the_wrong_operator_goes_to_the_right_one(
    here: County, tmp_path: Path
) -> None:
    matter = wrongly_routed(here, tmp_path)
    right = Operator.objects.create(name="柳林菜店", kind="individual", place=here.other_town)
    shop = Premises.objects.create(
        operator=right, name="柳林菜店", place=here.other_town, business_type="food_sale"
    )
    fields = {
        "why": "同名不同店",
        "premises": shop,
        "office": here.other_station,
        "handler": here.outsider,
    }
    perform(matter, "reroute", fields=fields, by=here.actor("clerk"))
    assert (matter.operator, matter.premises, matter.place) == (right, shop, here.other_town)
    assert (matter.office, matter.handler) == (here.other_station, here.outsider)
    assert matter.place_code == here.other_town.code
    assert matter.disposal.sample.operator == right


def test_a_sample_of_nobody_in_the_register_loses_its_operator(
    here: County, tmp_path: Path
) -> None:
    matter = wrongly_routed(here, tmp_path)
    perform(matter, "reroute", fields={"why": "外县同名", "nobody": True}, by=here.actor("clerk"))
    assert (matter.operator, matter.premises) == (None, None)
    assert matter.disposal.sample.operator is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, "请选择正确的主体"), ({"nobody": True, "operator": "own"}, "就不要再选主体")],
)
def test_a_correction_says_what_is_right(
    here: County, tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    matter = wrongly_routed(here, tmp_path)
    given = {k: here.operator if v == "own" else v for k, v in fields.items()}
    with pytest.raises(Refused, match=said):
        perform(matter, "reroute", fields={"why": "更正", **given}, by=here.actor("clerk"))


def test_after_service_the_operator_is_no_longer_exchanged(here: County, tmp_path: Path) -> None:
    from tests.web.test_rectification import proof

    matter = wrongly_routed(here, tmp_path)
    fields: dict[str, Any] = {"office": here.station, "handler": here.inspector}
    perform(matter, "assign", fields=fields, by=here.actor("clerk"))
    perform(matter, "notify", fields={"papers": [proof(matter)]}, by=here.actor("inspector"))
    with pytest.raises(Refused):
        perform(matter, "reroute", fields={"why": "错", "nobody": True}, by=here.actor("clerk"))


# ---- by hand ------------------------------------------------------------------------------------

BY_HAND = {
    "received_on": DAY.isoformat(),
    "number": "XBJ26000001",
    "food": "豇豆",
    "results-0-item": "灭蝇胺",
    "results-0-result": "0.9mg/kg",
    "results-0-limit": "≤0.5mg/kg",
    "sampling_day": "2026-08-20",
    "sampled_unit": "东风菜店",
    "sampled_in": "松原县河口镇东街3号",
    "producer": "远方食品厂",
    "producer_address": "安徽省亳州市蒙城县工业路1号",
}


def test_one_sample_is_entered_by_hand(here: County) -> None:
    clerk = logged_in(here.clerk)
    assert "登记不合格检验结论" in text_of(clerk.get("/new/"))
    assert "收到不合格检验结论" not in text_of(clerk.get("/new/")), "that is what files do"
    answer = send(clerk, "/new/disposal/register/", **BY_HAND)
    assert answer.status_code == 302, text_of(answer)
    matter = only()
    assert answer["Location"] == f"/m/{matter.pk}/"
    assert (matter.title, matter.place) == ("豇豆：灭蝇胺不合格", here.town)
    sample = Sample.objects.get()
    assert (sample.sampled_on, sample.reported_on) == (date(2026, 8, 20), None)
    result = SampleResult.objects.get()
    assert (result.item, result.result, result.limit) == ("灭蝇胺", "0.9mg/kg", "≤0.5mg/kg")
    assert {"disposal.notify", "disposal.finish", "disposal.other_province"} <= set(clocks(matter))
    assert matter.acts.get().actor_kind == "official"


def test_the_bulletin_that_comes_later_adds_nothing(here: County, tmp_path: Path) -> None:
    send(logged_in(here.clerk), "/new/disposal/register/", **BY_HAND)
    acts = Act.objects.count()
    report = take(here, tmp_path, row())
    assert (report.samples_added, report.samples_known) == (0, 1)
    assert (Act.objects.count(), Disposal.objects.count()) == (acts, 1)


def test_a_number_that_is_here_is_refused_beside_its_field(here: County, tmp_path: Path) -> None:
    take(here, tmp_path, row())
    clerk = logged_in(here.clerk)
    answer = send(clerk, "/new/disposal/register/", **BY_HAND)
    assert answer.status_code == 422
    assert f"已经登记（{only().number}）" in text_of(answer)
    assert (Sample.objects.count(), Matter.objects.count()) == (1, 1)


@pytest.mark.parametrize("missing", ["results-0-item", "results-0-result"])
def test_a_failed_item_needs_its_name_and_result(here: County, missing: str) -> None:
    form = {name: value for name, value in BY_HAND.items() if name != missing}
    answer = send(logged_in(here.clerk), "/new/disposal/register/", **form)
    assert answer.status_code == 422
    assert "每个不合格项目都要写明项目和检验结果" in text_of(answer)
    assert not Sample.objects.exists()


def test_an_inspector_registers_none(here: County) -> None:
    inspector = logged_in(here.inspector)
    assert inspector.get("/new/disposal/register/").status_code == 404
    fresh = logged_in(here.clerk).get("/new/disposal/register/")
    assert (
        inspector.post("/new/disposal/register/", {**hidden(fresh), **BY_HAND}).status_code == 404
    )


def test_nobody_takes_a_file_for_a_person(here: County) -> None:
    """The act of files is not offered to officials: they register by hand."""
    from zhian.desk.engine.perform import open_matter
    from zhian.desk.kinds import Opening

    Sample.objects.create(number="X", agency=here.bureau, food="豇豆")
    opening = Opening(
        title="x", agency=here.bureau, place=here.town, fields={"received_on": DAY, "sample": "X"}
    )
    with pytest.raises(NotAllowed):
        open_matter("disposal", "open", opening, by=here.actor("clerk"))


def test_entered_twice_in_one_moment_it_stands_once(here: County) -> None:
    from zhian.desk.engine.perform import open_matter
    from zhian.desk.kinds import Opening

    given = {"received_on": DAY, "number": "X", "food": "豇豆",
             "results": [{"item": "铅", "result": "1mg/kg"}]}  # fmt: skip
    opening = Opening(title="x", agency=here.bureau, place=here.town, fields=given)
    open_matter("disposal", "register", opening, by=here.actor("clerk"))
    with pytest.raises(FieldErrors):
        open_matter("disposal", "register", opening, by=here.actor("clerk"))
    assert Matter.objects.count() == 1


# ---- the demonstration's own bulletin -----------------------------------------------------------


def test_the_bulletin_of_the_demonstration_shows_every_case(here: County, tmp_path: Path) -> None:
    shop = Premises.objects.create(
        operator=here.operator,
        name="兴旺门市部",
        place=here.village,
        address="一组",
        business_type="food_sale",
    )
    rows = made.table([shop], here.county.name, DAY)
    report = take(here, tmp_path, *map(tuple, rows))
    assert (report.samples_added, report.rows_named) == (made.SAMPLES, [])
    assert report.rows_folded, "the counts of a plan"
    matters = Matter.objects.filter(kind="disposal")
    assert matters.filter(operator=here.operator, office=here.station).exists()
    assert matters.filter(operator=None, office=None).exists()
    running = Clock.objects.filter(state="running")
    for duty in ("disposal.other_province", "disposal.other_county", "sampling.urgent"):
        assert running.filter(duty=duty).exists(), duty
    assert timing.today() - DAY > timedelta(0)
    again = take(here, tmp_path, *map(tuple, rows), name="again.csv")
    assert (again.samples_added, again.samples_known) == (0, made.SAMPLES)


def test_the_demonstration_county_takes_its_bulletin_in() -> None:
    demo = demo_county.build(SEED, 300)
    words = made.take_in(demo, timing.now())
    assert f"新增样品 {made.SAMPLES} 个" in words.zh
    row = Bulletin.objects.get()
    assert (row.state, row.by) == ("done", demo.one("intake_clerk"))
    routed = Matter.objects.filter(kind="disposal", office__in=demo.stations)
    assert 0 < routed.count() < made.SAMPLES
