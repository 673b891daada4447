"""Forms of acts: what is entered becomes an act, what is wrong is said beside the field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.builders import County, county
from tests.web.pages import hidden, logged_in, send, text_of
from tests.web.test_pages_smoke import rectification, task
from zhian.desk import timing
from zhian.desk.engine import approvals
from zhian.desk.engine.perform import perform
from zhian.desk.models import Act, Evidence, Matter, MatterShare, Notice, WaitingAct

pytestmark = pytest.mark.django_db

ORDER = {"requirements": "分区存放", "law": "《办法》第三十三条"}


@pytest.fixture
def here() -> County:
    return county()


@pytest.fixture
def inspector(here: County) -> Client:
    return logged_in(here.inspector)


def order(here: County, client: Client, matter: Matter) -> None:
    until = (timing.today() + timedelta(days=10)).isoformat()
    send(client, f"/m/{matter.pk}/order/", until=until, **ORDER)


def pdf(name: str = "复查.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7\n%%EOF\n")


def test_a_rectification_begins_from_a_search_of_the_operator(
    here: County, inspector: Client
) -> None:
    found = inspector.get("/pick/operator/", {"name": "operator", "find-operator": "豆制品"})
    assert "河口兴旺豆制品厂" in text_of(found)
    response = send(
        inspector,
        "/new/rectification/open/",
        operator=here.operator.pk,
        basis="inspection",
        problems="台账不全",
    )
    matter = Matter.objects.get(kind="rectification")
    assert response.headers["Location"] == f"/m/{matter.pk}/"
    assert (matter.handler, matter.office) == (here.inspector, here.station)
    assert "已登记，请下达责令改正通知书" in text_of(inspector.get(f"/m/{matter.pk}/"))


def test_the_search_works_without_script_and_keeps_the_input(
    here: County, inspector: Client
) -> None:
    page = inspector.post(
        "/new/rectification/open/",
        {"find": "operator", "find-operator": "兴旺", "problems": "台账不全"},
    )
    assert "河口兴旺豆制品厂" in text_of(page) and "台账不全" in page.content.decode()
    assert not Matter.objects.exists()


def test_an_operator_from_the_address_is_filled_in(here: County, inspector: Client) -> None:
    page = inspector.get(f"/new/rectification/open/?premises={here.premises.pk}")
    html = page.content.decode()
    assert f'name="operator" value="{here.operator.pk}" checked' in html
    assert f'name="premises" value="{here.premises.pk}" checked' in html


def test_a_second_click_opens_nothing_twice(here: County, inspector: Client) -> None:
    form = hidden(inspector.get("/new/rectification/open/"))
    fields = {**form, "operator": here.operator.pk, "basis": "inspection", "problems": "台账不全"}
    first = inspector.post("/new/rectification/open/", fields)
    again = inspector.post("/new/rectification/open/", fields)
    assert first.headers["Location"] == again.headers["Location"]
    assert Matter.objects.count() == 1


def test_what_is_missing_is_said_beside_the_field_and_on_top(
    here: County, inspector: Client
) -> None:
    matter = rectification(here)
    page = send(inspector, f"/m/{matter.pk}/order/", law="第三十三条")
    html, text = page.content.decode(), text_of(page)
    assert page.status_code == 422
    assert 'id="f-requirements-error"' in html and 'href="#f-until-field"' in html
    assert "没有办理，填写的内容都在。" in text and "第三十三条" in text
    assert Act.objects.filter(matter=matter).count() == 1


def test_a_day_in_the_past_is_refused_by_the_gate(here: County, inspector: Client) -> None:
    matter = rectification(here)
    page = send(inspector, f"/m/{matter.pk}/order/", until="2020-01-01", **ORDER)
    assert page.status_code == 422 and "改正期限须在今天之后" in text_of(page)
    assert "2020-01-01" in page.content.decode()


def test_a_proposal_waits_and_its_signature_makes_it_count(here: County, inspector: Client) -> None:
    matter = rectification(here)
    order(here, inspector, matter)
    page = text_of(inspector.get(f"/m/{matter.pk}/"))
    assert "“下达责令改正通知书”已报批，等待机构负责人" in page
    matter.refresh_from_db()
    assert matter.phase == "drafting"
    head = logged_in(here.office_head)
    assert "下达责令改正通知书" in text_of(head.get("/desk/"))
    proposal = matter.proposals.get()
    shown = text_of(head.get(f"/proposals/{proposal.pk}/"))
    for words in ("分区存放", "进入阶段：待送达", "制发文书：责令改正通知书", "标记：整改中"):
        assert words in shown
    head.post(f"/proposals/{proposal.pk}/sign/", {"opinion": "同意"})
    matter.refresh_from_db()
    assert matter.phase == "ordered"


def test_nobody_signs_his_own_proposal(here: County, inspector: Client) -> None:
    matter = rectification(here)
    order(here, inspector, matter)
    proposal = matter.proposals.get()
    response = inspector.post(f"/proposals/{proposal.pk}/sign/")
    assert response.status_code == 409 and "没有办理" in text_of(response)


def test_a_return_brings_its_reason_and_the_form_keeps_what_was_written(
    here: County, inspector: Client
) -> None:
    matter = rectification(here)
    order(here, inspector, matter)
    head = logged_in(here.office_head)
    proposal = matter.proposals.get()
    assert head.post(f"/proposals/{proposal.pk}/return/", {"reason": " "}).status_code == 409
    head.post(f"/proposals/{proposal.pk}/return/", {"reason": "期限太长"})
    assert "期限太长" in text_of(inspector.get(f"/m/{matter.pk}/"))
    assert "分区存放" in inspector.get(f"/m/{matter.pk}/order/").content.decode()


def test_the_proposer_withdraws_in_time(here: County, inspector: Client) -> None:
    matter = rectification(here)
    order(here, inspector, matter)
    proposal = matter.proposals.get()
    inspector.post(f"/proposals/{proposal.pk}/withdraw/", {"reason": "写错"})
    proposal.refresh_from_db()
    assert proposal.state == "withdrawn"


def test_many_are_signed_after_a_preview(here: County, inspector: Client) -> None:
    matters = [rectification(here), rectification(here)]
    for matter in matters:
        order(here, inspector, matter)
    head = logged_in(here.office_head)
    keys = [s.pk for s in approvals.waiting_for(here.office_head)]
    preview = text_of(head.get("/desk/sign/", {"signature": keys}))
    assert preview.count("制发文书：责令改正通知书") == 2
    response = head.post("/desk/sign/", {"signature": keys, "opinion": "同意"}, follow=True)
    assert "已签批 2 件" in text_of(response)
    assert {m.phase for m in Matter.objects.filter(kind="rectification")} == {"ordered"}


def test_many_are_handed_over_after_a_preview(here: County, inspector: Client) -> None:
    matters = [rectification(here), rectification(here)]
    query = {"matter": [m.pk for m in matters], "to": here.second.pk, "reason": "出差"}
    preview = inspector.get("/desk/hand-over/", query)
    assert "移交给王建国" in text_of(preview)
    done = inspector.post("/desk/hand-over/", query, follow=True)
    assert "已将 2 件移交给 王建国" in text_of(done)
    assert {m.handler for m in Matter.objects.all()} == {here.second}


def test_a_hand_over_to_another_office_head_of_what_is_not_mine_is_refused(here: County) -> None:
    matter = rectification(here)
    second = logged_in(here.second)
    query = {"matter": [matter.pk], "to": here.second.pk, "reason": "x"}
    assert "不在您的职责范围内" in text_of(second.get("/desk/hand-over/", query))
    second.post("/desk/hand-over/", query)
    matter.refresh_from_db()
    assert matter.handler == here.inspector


def test_a_page_that_is_out_of_date_shows_what_changed(here: County, inspector: Client) -> None:
    matter = rectification(here)
    form = hidden(inspector.get(f"/m/{matter.pk}/corrected/"))
    order(here, inspector, matter)
    approvals.sign(matter.proposals.get(), by=here.actor("office_head"))
    fields = {"measures": "已改", "officers": here.second.pk, "photos": pdf("a.pdf")}
    page = inspector.post(f"/m/{matter.pk}/corrected/", {**form, **fields})
    text = text_of(page)
    assert page.status_code == 422 and "事项已有新进展" in text
    assert "下达责令改正通知书 · 签批同意" in text and "已改" in text
    assert hidden(page)["head"] != form["head"]


def test_two_officers_and_files_close_a_matter_corrected_on_the_spot(
    here: County, inspector: Client
) -> None:
    matter = rectification(here)
    path = f"/m/{matter.pk}/corrected/"
    alone = send(inspector, path, measures="已改", photos=pdf())
    assert alone.status_code == 422 and "2 名执法人员" in text_of(alone)
    html = alone.content.decode()
    kept = html.split('name="kept-photos" value="')[1].split('"')[0]
    both = inspector.post(
        path,
        {**hidden(alone), "measures": "已改", "officers": here.second.pk, "kept-photos": kept},
    )
    assert both.status_code == 302
    matter.refresh_from_db()
    assert matter.closed_at is not None
    file = Evidence.objects.get(act__verb="corrected")
    assert file.matter == matter
    got = inspector.get(f"/files/{file.stored}")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(got.streaming_content) == b"%PDF-1.7\n%%EOF\n"
    assert logged_in(here.outsider).get(f"/files/{file.stored}").status_code == 404


def test_a_kept_file_of_another_person_is_not_taken(here: County, inspector: Client) -> None:
    matter = rectification(here)
    page = send(inspector, f"/m/{matter.pk}/corrected/", photos=pdf())
    kept = page.content.decode().split('name="kept-photos" value="')[1].split('"')[0]
    other = logged_in(here.second)
    again = send(other, f"/m/{matter.pk}/corrected/", **{"kept-photos": kept})
    assert 'name="kept-photos"' not in again.content.decode()


def test_a_task_is_given_taken_split_and_reported_back(here: County) -> None:
    head, station = logged_in(here.head), logged_in(here.office_head)
    deadline = (timing.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    send(
        head,
        "/new/task/direct/",
        text="排查校园周边",
        office=here.station.pk,
        handler=here.office_head.pk,
        deadline=deadline,
    )
    matter = Matter.objects.get(kind="task")
    send(station, f"/m/{matter.pk}/take/")
    parts = {
        "parts-0-text": "查河口小学",
        "parts-0-handler": here.inspector.pk,
        "parts-0-deadline": deadline,
        "parts-2-text": "查河口中学",
        "parts-2-handler": here.second.pk,
        "parts-2-deadline": deadline,
    }
    assert send(station, f"/m/{matter.pk}/split/", **parts).status_code == 302
    assert Matter.objects.filter(parent=matter).count() == 2
    assert "0/2" in text_of(station.get("/tasks/"))
    early = send(station, f"/m/{matter.pk}/report/", text="完成")
    assert early.status_code == 422 and "查河口小学" in text_of(early)


def test_a_part_without_addressee_is_refused_and_kept(here: County) -> None:
    matter = task(here)
    inspector = logged_in(here.inspector)
    perform(matter, "take", by=here.actor("inspector"))
    page = send(inspector, f"/m/{matter.pk}/split/", **{"parts-0-text": "查河口小学"})
    assert page.status_code == 422 and "第 1 部分缺少" in text_of(page)
    assert "查河口小学" in page.content.decode()


def test_a_note_with_a_file_is_recorded_once(here: County, inspector: Client) -> None:
    matter = rectification(here)
    fields = {"text": "电话通知负责人", "key": "k" * 32}
    inspector.post(f"/m/{matter.pk}/desk/note/", {**fields, "files": pdf("通话.pdf")})
    inspector.post(f"/m/{matter.pk}/desk/note/", fields)
    assert Act.objects.filter(matter=matter, verb="note").count() == 1
    assert "电话通知负责人" in text_of(inspector.get(f"/m/{matter.pk}/"))


def test_a_wrong_click_is_undone_with_its_reason(here: County, inspector: Client) -> None:
    matter = task(here)
    send(inspector, f"/m/{matter.pk}/take/")
    act = Act.objects.get(matter=matter, verb="take")
    assert f"/acts/{act.pk}/undo/" in inspector.get(f"/m/{matter.pk}/").content.decode()
    assert "阶段恢复为：待签收" in text_of(inspector.get(f"/acts/{act.pk}/undo/"))
    inspector.post(f"/acts/{act.pk}/undo/", {"reason": "点错"})
    matter.refresh_from_db()
    assert matter.phase == "given"


def test_a_matter_is_shared_across_agencies(here: County, inspector: Client) -> None:
    matter = rectification(here)
    other = logged_in(here.township_officer)
    Matter.objects.filter(pk=matter.pk).update(
        place=here.other_town.pk, place_code=here.other_town.code
    )
    assert other.get(f"/m/{matter.pk}/").status_code == 404
    inspector.post(
        f"/m/{matter.pk}/desk/share/",
        {"agency": here.township.pk, "what": "read", "reason": "联合检查"},
    )
    assert MatterShare.objects.get().agency == here.township
    assert other.get(f"/m/{matter.pk}/").status_code == 200


def test_what_came_late_is_taken_or_set_aside(here: County, inspector: Client) -> None:
    matter = task(here)
    late = WaitingAct.objects.create(
        matter=matter,
        key="late",
        verb="take",
        fields={},
        head=0,
        appointment=here.inspector,
        happened_at=timing.now(),
        received_at=timing.now(),
        why="事项已有新进展",
    )
    assert "迟到的行为" in text_of(inspector.get(f"/m/{matter.pk}/"))
    inspector.post(f"/late/{late.pk}/set-aside/", {"reason": "已另行签收"})
    late.refresh_from_db()
    assert late.state == "set_aside"


def test_a_message_that_did_not_arrive_is_telephoned(here: County, inspector: Client) -> None:
    matter = rectification(here)
    notice = Notice.objects.create(
        matter=matter,
        recipient="河口兴旺豆制品厂",
        channel="sms",
        text="x",
        state="failed",
        created_at=timing.now(),
    )
    assert "河口兴旺豆制品厂" in text_of(inspector.get("/notices/?box=failed"))
    inspector.post(f"/notices/{notice.pk}/call/", {"reached": "yes", "text": "已告知"})
    notice.refresh_from_db()
    assert (notice.state, notice.channel) == ("reached", "call")


def test_notices_are_marked_read(here: County, inspector: Client) -> None:
    matter = task(here)
    perform(matter, "remind", fields={"text": "快办"}, by=here.actor("head"))
    assert Notice.objects.filter(user=here.inspector.user, read_at=None).exists()
    inspector.post("/notices/read/", {"all": "1", "next": "https://evil.example/"})
    assert not Notice.objects.filter(user=here.inspector.user, read_at=None).exists()


def test_no_field_of_a_procedure_bears_a_name_that_forms_use(here: County) -> None:
    from zhian.desk.show.forms import RESERVED
    from zhian.law.procedure import book

    names = {f.name for p in book().all() for a in p.acts.values() for f in a.fields}
    assert not names & RESERVED
