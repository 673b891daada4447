"""Licences that another system kept, taken in by one file: looked through, whole or not at all."""

from __future__ import annotations

import csv
import io
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.builders import person
from tests.web.licence_office import EXIT, SC, Office, office
from tests.web.pages import logged_in
from zhian.apps.registry.licences import queries
from zhian.apps.registry.licences.importing import job, writing
from zhian.apps.registry.models import Licence, LicenceChange, LicenceImport
from zhian.cli import main as zhian
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import open_matter, perform
from zhian.desk.errors import NotAllowed, Refused
from zhian.desk.kinds import Opening
from zhian.desk.models import Act, Matter
from zhian.directory.models import Agency, DirectoryChange, Operator, Premises, Standing
from zhian.law.credit_codes import is_uscc
from zhian.law.licence_numbers import compose_licence
from zhian.web.sheets import Unreadable

__all__ = ["office"]
pytestmark = pytest.mark.django_db
HEAD = (
    "许可证编号,证件种类,持证人名称,统一社会信用代码,经营场所,所属乡镇,食品类别,"
    "发证日期,有效期至,证照状态,注销日期"
)
DIVISION = "239900"


def sc(serial: int, category: str = "125") -> str:
    return compose_licence("SC", division=DIVISION, serial=f"{serial:04d}", category=category)


def jy(serial: int, form: str = "2", division: str = DIVISION) -> str:
    return compose_licence("JY", division=division, serial=f"{serial:06d}", form=form)


def line(number: str, name: str = "河西豆腐坊", **more: str) -> str:
    cells = {
        "kind": "", "uscc": "", "address": "河口镇河东村二组", "place": "", "what": "",
        "issued": "2024-03-01", "expires": "2029-02-28", "state": "", "ended": "", **more,
    }  # fmt: skip
    row = [number, cells["kind"], name, *(cells[k] for k in list(cells)[1:])]
    out = io.StringIO()
    csv.writer(out).writerow(row)
    return out.getvalue().strip()


def sent(office: Office, *lines: str, head: str = HEAD, name: str = "许可证.csv") -> LicenceImport:
    content = "\n".join([head, *lines]).encode("utf-8")
    return job.receive(name, [content], agency=office.here.bureau, by=office.officer)


def taken(office: Office, *lines: str) -> LicenceImport:
    row = sent(office, *lines)
    assert row.state == "preview", row.errors
    job.run(row)
    row.refresh_from_db()
    return row


def wrong(row: LicenceImport) -> list[tuple[int, str]]:
    return [(fault["row"], fault["column"]) for fault in row.errors]


# --- what comes in


def test_a_roster_comes_in_under_one_act_of_one_matter(office: Office) -> None:
    row = taken(office, line(sc(1)), line(jy(1), "河西饭店"))
    assert row.state == "done" and row.counts["added"] == 2
    matter = Matter.objects.get(kind="register_licences")
    act = Act.objects.get(matter=matter)
    assert (act.verb, act.actor_kind, act.user) == ("register", "import", office.officer.user)
    assert act.data["sha256"] == row.sha256 and act.data["added"] == 2
    licences = Licence.objects.order_by("number")
    assert set(LicenceChange.objects.values_list("licence", "act")) == {
        (one.pk, act.pk) for one in licences
    }
    first = licences.get(kind="SC")
    assert (first.category, first.what.zh) == ("125", "豆制品")
    assert (first.issued_on, first.expires_on) == (date(2024, 3, 1), date(2029, 2, 28))
    assert first.place_code == office.here.village.code  # the village stands in the address
    assert licences.get(kind="JY").form == "caterer"
    assert not job.path_of(row).is_file()


def test_what_entitles_its_holder_gives_the_standing_of_its_procedure(office: Office) -> None:
    taken(office, line(sc(1)), line(jy(1), "河西饭店"), line(jy(2), "旧饭店", expires="2025-12-31"),
          line(jy(3), "老饭店", state="注销", ended="2025-01-01"))  # fmt: skip
    act = Act.objects.get(verb="register")
    found = Standing.objects.order_by("kind")
    assert [(s.kind, s.set_by_act) for s in found] == [
        ("licence_food_business", act.pk), ("licence_food_production", act.pk),
    ]  # fmt: skip
    assert found[0].premises is not None and found[1].operator is not None
    # 28 February 2029 is a Wednesday
    assert {s.until for s in found} == {date(2029, 2, 28)}


def test_unknown_operators_are_added_with_their_premises_on_record(office: Office) -> None:
    taken(office, line(jy(1), "河西饭店"), line(jy(2), "河西饭店", address="柳林镇一街"))
    operator = Operator.objects.get(name="河西饭店")
    assert operator.kind == "individual" and operator.premises.count() == 2
    changes = DirectoryChange.objects.filter(reason="导入已有许可证")
    assert sorted(changes.values_list("what", flat=True)) == [
        "add_operator", "add_premises", "add_premises",
    ]  # fmt: skip
    assert {c.by for c in changes} == {office.officer}


def test_operators_are_known_by_code_then_by_name(office: Office) -> None:
    here = office.here
    code = next(c for c in (f"91239900MA18{n:05d}{d}" for n in range(40) for d in
                            "0123456789ABCDEFGHJKLMNPQRTUWXY") if is_uscc(c))  # fmt: skip
    here.operator.uscc = code
    here.operator.save()
    row = taken(
        office, line(sc(1), "换过名字的厂", uscc=code), line(jy(1), "河口兴旺豆制品厂"),
    )  # fmt: skip
    assert set(Licence.objects.values_list("operator", flat=True)) == {here.operator.pk}
    assert row.counts["operators"] == 0
    assert any("河口兴旺豆制品厂" in remark["zh"] for remark in row.remarks)
    assert Licence.objects.get(kind="SC").premises == here.premises


def test_a_workshop_a_stall_and_a_farm_come_in_with_the_numbers_they_have(office: Office) -> None:
    row = taken(
        office,
        line("豫食坊字〔2024〕012", "河西粉坊", kind="小作坊登记证", what="米面及其制品"),
        line("TF-2024-7", "早点摊", kind="食品摊贩备案卡", what="现场制售", expires=""),
        line("2399000012", "河东养猪场", kind="养殖场、基地备案", expires=""),
    )
    assert row.counts["kinds"] == {"WORKSHOP": 1, "STALL": 1, "FARM": 1}
    kinds = dict(Operator.objects.values_list("name", "kind"))
    assert (kinds["河西粉坊"], kinds["早点摊"], kinds["河东养猪场"]) == (
        "workshop",
        "stall",
        "farm",
    )
    assert Licence.objects.get(kind="FARM").item == "livestock"
    assert Standing.objects.filter(kind="filed_farm").count() == 1


# --- what is wrong


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"issued": ""}, "发证日期"),
        ({"issued": "去年"}, "发证日期"),
        ({"issued": "2027-01-01", "expires": "2031-12-31"}, "发证日期"),
        ({"expires": "2024-02-28"}, "有效期至"),
        ({"state": "有点问题"}, "证照状态"),
        ({"state": "有效", "ended": "2025-01-01"}, "注销日期"),
        ({"place": "月亮镇"}, "所属乡镇"),
        ({"uscc": "91239900MA1800000"}, "统一社会信用代码"),
        ({"uscc": "91239900MA180000I5"}, "统一社会信用代码"),
        ({"kind": "飞行执照"}, "证件种类"),
        ({"what": "月饼模具"}, "食品类别"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_comes_in(
    office: Office, cells: dict[str, str], column: str
) -> None:
    row = sent(office, line(jy(1), "好饭店"), line(sc(1), **cells))
    assert row.state == "wrong" and wrong(row) == [(3, column)]
    job.run(row)
    assert not Licence.objects.exists() and not Matter.objects.exists()


def test_every_wrong_digit_of_a_number_is_found(office: Office) -> None:
    good = sc(7)
    lines = [
        line(good[:at] + str((int(good[at]) + 1) % 10) + good[at + 1 :], f"厂{at}")
        for at in range(2, len(good))
    ]
    row = sent(office, *lines)
    assert wrong(row) == [(n, "许可证编号") for n in range(2, len(good))]


def test_the_same_number_twice_is_a_mistake(office: Office) -> None:
    row = sent(office, line(sc(1)), line(sc(1), "别家"))
    assert wrong(row) == [(3, "许可证编号")] and "第 2 行" in row.errors[0]["zh"]


def test_somebody_elses_number_is_a_mistake(office: Office) -> None:
    number = office.licence(SC).number
    row = sent(office, line(number, "别家"))
    assert wrong(row) == [(2, "许可证编号")]


def test_two_of_one_name_must_be_told_apart(office: Office) -> None:
    for _ in range(2):
        Operator.objects.create(name="老王小吃", kind="individual", place=office.here.town)
    assert wrong(sent(office, line(jy(1), "老王小吃"))) == [(2, "持证人名称")]
    Premises.objects.create(
        operator=Operator.objects.filter(name="老王小吃").last(), name="老王小吃",
        place=office.here.town, address="河口镇河东村二组", business_type="catering",
    )  # fmt: skip
    assert sent(office, line(jy(1), "老王小吃")).state == "preview"  # the address tells which


def test_an_old_county_code_and_a_long_term_are_only_remarks(office: Office) -> None:
    row = sent(office, line(jy(1, division="239988")), line(sc(1), expires="2031-01-01",
                                                            issued="2024-06-01"))  # fmt: skip
    assert row.state == "preview"
    assert {remark["row"] for remark in row.remarks} == {2, 3}
    assert any("239988" in remark["zh"] for remark in row.remarks)


def test_a_file_that_is_no_table_is_refused(office: Office) -> None:
    with pytest.raises(Unreadable):
        job.receive("x.csv", [b"%PDF-1.7"], agency=office.here.bureau, by=office.officer)
    assert not LicenceImport.objects.exists()


# --- columns


def test_columns_that_are_not_recognised_are_chosen_once_and_remembered(office: Office) -> None:
    head = "本子号,店,发的日子,到期"
    body = f"{jy(1)},河西饭店,2024-03-01,2029-02-28"
    row = sent(office, body, head=head)
    assert row.state == "columns"
    job.choose_columns(
        row,
        {"number": "本子号", "operator": "店", "issued_on": "发的日子", "expires_on": "到期"},
        office.officer,
    )
    assert row.state == "preview" and row.counts["added"] == 1
    again = sent(office, body, head=head)
    assert again.state == "preview"


def test_a_title_above_the_headings_is_passed_over(office: Office) -> None:
    row = sent(office, HEAD, line(sc(1)), head="松原县许可证台账,,,,,,,,,,")
    assert row.state == "preview" and row.counts["added"] == 1


# --- again, changed, taken back


def test_the_same_roster_again_does_nothing(office: Office) -> None:
    lines = (line(sc(1)), line(jy(1), "河西饭店"))
    taken(office, *lines)
    before = Act.objects.count(), Licence.objects.count(), Operator.objects.count()
    row = taken(office, *lines)
    assert (row.counts["same"], row.counts["added"], row.counts["changed"]) == (2, 0, 0)
    assert (Act.objects.count(), Licence.objects.count(), Operator.objects.count()) == before
    assert row.matter is None


def test_a_newer_roster_changes_what_the_older_one_brought(office: Office) -> None:
    taken(office, line(jy(1), "河西饭店"), line(jy(2), "河东饭店"))
    row = taken(office.on("2026-03-02"), line(jy(1), "河西饭店", state="注销", ended="2026-02-28"),
                line(jy(2), "河东饭店"))  # fmt: skip
    assert (row.counts["changed"], row.counts["same"]) == (1, 1)
    gone = Licence.objects.get(number=jy(1))
    assert (gone.state, gone.ended_on, gone.struck_off_on) == (
        "cancelled", date(2026, 2, 28), date(2026, 2, 28),
    )  # fmt: skip
    holders = Standing.objects.on(date(2026, 3, 3)).values_list("premises__operator__name")
    assert [name for (name,) in holders] == ["河东饭店"]


def test_a_roster_does_not_overrule_a_procedure(office: Office) -> None:
    licence = office.licence(SC)
    row = taken(office, line(licence.number, office.here.operator.name, expires="2027-01-01"))
    assert row.counts["same"] == 1 and any("未改" in r["zh"] for r in row.remarks)
    licence.refresh_from_db()
    assert licence.expires_on == date(2031, 1, 4)


def test_a_roster_is_taken_back_whole_and_may_come_again(office: Office) -> None:
    lines = (line(sc(1)), line(jy(1), "河西饭店"))
    matter = taken(office, *lines).matter
    assert matter is not None
    office.do(matter, "take_back", why="选错了文件")
    assert set(Licence.objects.values_list("state", flat=True)) == {"void"}
    assert not Standing.objects.on(date(2026, 1, 6)).exists()
    again = taken(office, *lines)
    assert again.counts["changed"] == 2
    assert set(Licence.objects.values_list("state", flat=True)) == {"valid"}
    assert Standing.objects.on(date(2026, 1, 6)).count() == 2


def test_what_somebody_acted_on_cannot_be_taken_back(office: Office) -> None:
    matter = taken(office, line(sc(1)), line(jy(1), "河西饭店")).matter
    assert matter is not None
    office.here.operator = Operator.objects.get(name="河西豆腐坊")
    office.here.premises = Premises.objects.get(operator=office.here.operator)
    end = office.open(EXIT, "apply_cancel", received_on=date(2026, 1, 5), licence_number=sc(1),
                      why="停业")  # fmt: skip
    office.do(end, "strike_off", no_inquiry=True, returned=True)
    # the end of one licence leaves the standing of the other, which the same act set
    assert {s.kind for s in Standing.objects.on(date(2026, 1, 6))} == {
        "licence_food_business", "licence_cancelled",
    }  # fmt: skip
    with pytest.raises(Refused, match="1 份"):
        office.do(matter, "take_back", why="选错了文件")
    office.do(matter, "compare", sampled=2, found_wrong=0, record="与档案一致")
    assert matter.closed_at is not None


def test_an_imported_licence_is_renewed_like_any_other(office: Office) -> None:
    taken(office, line(sc(1), expires="2026-11-24", issued="2021-11-25"))
    operator = Operator.objects.get(name="河西豆腐坊")
    office.here.operator, office.here.premises = operator, operator.premises.get()
    matter = office.on("2026-10-13").open(
        SC, "apply_renewal", received_on=date(2026, 10, 13), licence_number=sc(1)
    )
    office.do(matter, "accept")
    office.do(matter, "need_no_check", why="声明条件未变化")
    office.on("2026-10-20").do(matter, "grant", opinion="可")
    standing = Standing.objects.on(date(2026, 10, 21)).get(kind="licence_food_production")
    assert standing.since == date(2026, 10, 20)


def test_nobody_begins_the_matter_of_a_roster_by_hand(office: Office) -> None:
    opening = Opening(
        title="x", agency=office.here.bureau, place=office.here.county,
        fields={"file_name": "x", "sha256": "0", "rows": 1, "added": 1, "changed": 0,
                "new_operators": 0},
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        open_matter(
            "register_licences", "register", opening, by=Actor.official(office.officer),
            at=office.now,
        )  # fmt: skip


def test_a_failure_in_the_middle_writes_nothing_and_may_be_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sent(office, line(sc(1)))

    def breaks(*_args: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(writing, "_standings", breaks)
        job.run(row)
    row.refresh_from_db()
    assert row.state == "failed" and row.failure["zh"]
    assert not Licence.objects.exists() and not Operator.objects.filter(name="河西豆腐坊").exists()
    assert not Matter.objects.exists()
    job.confirm(row)
    row.refresh_from_db()
    job.run(row)
    assert Licence.objects.count() == 1


def test_a_worker_that_died_may_be_followed_by_another(office: Office) -> None:
    row = sent(office, line(sc(1)))
    LicenceImport.objects.filter(pk=row.pk).update(state="running", moved_at=office.now)
    row.refresh_from_db()
    with pytest.raises(Refused):
        job.confirm(row)
    office.on("2026-01-05 09:10")
    assert job.silent(row)
    job.confirm(row)


# --- ghosts, pages, command


def test_ghosts_are_seen_in_what_came_in(office: Office) -> None:
    Operator.objects.create(
        name="已注销的店", kind="individual", place=office.here.town, state="deregistered"
    )
    taken(office, line(jy(1), "已注销的店"), line(jy(2), "过期的店", expires="2025-12-31"),
          line(jy(3), "快到期的店", expires="2026-01-30", issued="2025-01-01"))  # fmt: skip
    counts = queries.counts(office.officer, date(2026, 1, 5))
    assert (counts["alive"], counts["operating"], counts["expired"], counts["expiring"]) == (
        1, 1, 1, 1,
    )  # fmt: skip


def test_the_pages_from_upload_to_the_matter(office: Office) -> None:
    client = logged_in(office.officer)
    assert "导入已有许可证" in client.get("/licences/").content.decode()
    page = client.get("/licences/import/")
    assert page.status_code == 200 and "还没有导入过名册" in page.content.decode()
    assert client.get("/licences/import/template/").content.startswith(b"PK")
    bad = client.post("/licences/import/", {"file": SimpleUploadedFile("a.pdf", b"%PDF")})
    assert bad.status_code == 422
    content = "\n".join([HEAD, line(sc(1)), line(jy(1), "河西饭店", state="坏")]).encode()
    sent_ = client.post(
        "/licences/import/", {"file": SimpleUploadedFile("名册.csv", content)}, follow=True
    )
    assert "没有状态" in sent_.content.decode()
    row = LicenceImport.objects.get()
    listed = client.get(f"/licences/import/{row.pk}/?format=csv").content.decode("utf-8-sig")
    assert "证照状态" in listed
    client.post(f"/licences/import/{row.pk}/drop/")
    assert not LicenceImport.objects.exists()
    content = "\n".join([HEAD, line(sc(1))]).encode()
    client.post("/licences/import/", {"file": SimpleUploadedFile("名册.csv", content)})
    row = LicenceImport.objects.get()
    shown = client.get(f"/licences/import/{row.pk}/").content.decode()
    assert "名录中没有，将新增" in shown and "列对照" in shown
    client.post(f"/licences/import/{row.pk}/columns/", {"number": "许可证编号",
                "operator": "持证人名称", "issued_on": "发证日期"})  # fmt: skip
    client.post(f"/licences/import/{row.pk}/confirm/")
    row.refresh_from_db()
    job.run(row)
    row.refresh_from_db()
    assert row.state == "done"
    matter = client.get(reverse("matter", args=[row.matter_id])).content.decode()
    assert "导入的名册" in matter


def test_another_agencys_file_does_not_exist(office: Office) -> None:
    row = sent(office, line(sc(1)))
    here = office.here
    other = person(here.township, "township_officer")
    assert logged_in(other).get(f"/licences/import/{row.pk}/").status_code == 403
    health = Agency.objects.create(code="WJ", name="卫健局", kind="health", place=here.county)
    stranger = person(health, "department_officer")
    assert logged_in(stranger).get(f"/licences/import/{row.pk}/").status_code == 404


def test_the_command_checks_takes_in_and_reports(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "许可证.csv"
    path.write_text("\n".join([HEAD, line(sc(1))]), encoding="utf-8")
    by = ["--by", office.officer.user.username]
    assert zhian(["import", "licences", str(path), *by, "--check"]) == 0
    assert not Licence.objects.exists() and not LicenceImport.objects.exists()
    assert zhian(["import", "licences", str(path), *by]) == 0
    assert "已导入：新登记 1" in capsys.readouterr().out and Licence.objects.count() == 1
    path.write_text("\n".join([HEAD, line(sc(2), state="坏")]), encoding="utf-8")
    assert zhian(["import", "licences", str(path), *by]) == 1
    assert zhian(["import", "licences", str(path), "--by", "nobody"]) == 2
    assert zhian(["import", "licences", str(tmp_path / "none.csv"), *by]) == 2


@pytest.mark.slow
def test_ten_thousand_licences_come_in_within_half_a_minute(office: Office) -> None:
    lines = [line(jy(n), f"饭店{n}", address=f"河口镇河东村{n}号") for n in range(1, 10_001)]
    began = time.perf_counter()
    row = taken(office, *lines)
    took = time.perf_counter() - began
    assert row.counts["added"] == Licence.objects.count() == 10_000
    assert (
        Standing.objects.count()
        == Operator.objects.filter(name__startswith="饭店").count()
        == 10_000
    )
    assert took < 30


def test_the_engine_refuses_a_wrong_door(office: Office) -> None:
    matter = taken(office, line(sc(1))).matter
    assert matter is not None
    with pytest.raises(NotAllowed):
        perform(matter, "compare", fields={"sampled": 1, "found_wrong": 0, "record": "x"},
                by=Actor.official(office.here.inspector), at=office.now)  # fmt: skip
