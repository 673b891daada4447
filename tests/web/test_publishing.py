"""The publication desk: one person drafts, another lets it out, and it can be taken down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import County, county, person
from tests.web.pages import logged_in, text_of
from tests.web.publishing_world import approve, concluded, drafted, published
from zhian.desk import timing
from zhian.desk.actors import Actor
from zhian.desk.engine.perform import perform
from zhian.desk.errors import FieldErrors, NotAllowed, Refused
from zhian.desk.models import Act, Notice, Publication
from zhian.desk.publishing import content, deciding, entering, queries, rules, showing
from zhian.law.publication_checks import check_publications
from zhian.law.publications import DATA, UnknownPublication, publication

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> County:
    return county()


def edited(here: County, entry: Publication, **values: str) -> Publication:
    return deciding.edit(
        entry,
        {**showing.fields_of(entry), **values},
        by=here.actor("publisher"),
        seen=content.digest(entry),
    )


# ---- drafting -----------------------------------------------------------------------------------


def test_a_draft_is_redacted_by_itself_and_names_what_the_article_demands(here: County) -> None:
    entry = drafted(here)
    fields = showing.fields_of(entry)
    assert entry.title == "豇豆：灭蝇胺" and entry.state == "waiting"
    assert fields["sampled_at"] == "松原县河口镇河东村"
    assert fields["producer_address"] == "松原县柳林镇西河村3号", "a cooperative's own address"
    for personal in ("赵立新", "13900000000", "23990119800101123X", "一组12号"):
        assert personal not in str(entry.content) and personal not in entry.words
    assert "赵某某" in fields["conclusion"]
    assert showing.page(entry, "zh").gaps == ["商标"]


def test_the_draft_is_an_act_of_the_matter_with_the_hash_of_its_content(here: County) -> None:
    entry = drafted(here)
    act = Act.objects.get(matter=entry.matter, verb=rules.EDIT)
    assert act.data["publication"] == entry.uid.hex
    assert act.data["content"] == content.digest(entry)


def test_whoever_may_review_is_told_and_whoever_drafted_is_not(here: County) -> None:
    drafted(here)
    told = set(Notice.objects.filter(text__startswith="请复核").values_list("user", flat=True))
    assert {here.office_head.user_id, here.head.user_id} <= told
    assert here.publisher.user_id not in told


def test_an_edit_made_on_an_older_draft_is_refused(here: County) -> None:
    entry = drafted(here)
    seen = content.digest(entry)
    edited(here, entry, food="豇豆（散装）")
    with pytest.raises(Refused, match="改过"):
        deciding.edit(entry, {"food": "x"}, by=here.actor("publisher"), seen=seen)


def test_only_who_prepares_edits(here: County) -> None:
    entry = drafted(here)
    for who in ("inspector", "office_head", "outsider"):
        assert rules.against_editing(entry, getattr(here, who))
        with pytest.raises(NotAllowed):
            deciding.edit(entry, {}, by=here.actor(who), seen=content.digest(entry))


# ---- the second person --------------------------------------------------------------------------


def test_the_second_person_lets_it_out_and_the_duty_is_done(here: County) -> None:
    entry = drafted(here)
    approve(entry, here.office_head, "已核对。")
    assert entry.state == "approved" and entry.reviewed_by == here.office_head
    verbs = list(entry.matter.acts.values_list("verb", flat=True))
    assert verbs == ["conclude", "publish", "publish_edit", "publish_approve", "published"]
    assert entry.review_act is not None and entry.review_act.data["opinion"] == "已核对。"
    entry.matter.refresh_from_db()
    assert "published" in entry.matter.done


@pytest.mark.parametrize(
    ("who", "why"),
    [("publisher", "另一人"), ("inspector", "本岗位不能复核"), ("outsider", "本岗位不能复核")],
)
def test_nobody_else_does(here: County, who: str, why: str) -> None:
    entry = drafted(here)
    with pytest.raises(NotAllowed, match=why):
        approve(entry, getattr(here, who))
    entry.refresh_from_db()
    assert entry.state == "waiting" and not queries.in_public(timing.now()).exists()


def test_a_colleague_who_changed_the_draft_does_not_review_it(here: County) -> None:
    second = person(here.bureau, "publisher", name="钱二")
    entry = drafted(here)
    deciding.edit(
        entry,
        {**showing.fields_of(entry), "brand": "无"},
        by=Actor.official(second),
        seen=content.digest(entry),
    )
    with pytest.raises(NotAllowed, match="另一人"):
        approve(entry, second)
    with pytest.raises(NotAllowed, match="另一人"):
        approve(entry, here.publisher)


def test_whoever_concluded_does_not_review_even_in_another_post(here: County) -> None:
    matter = concluded(here)
    here.office_head.user = here.inspector.user
    here.office_head.save()
    perform(matter, "publish", by=here.actor("publisher"))
    with pytest.raises(Refused, match="作出核查处置结论"):
        approve(matter.publications.get(), here.office_head)
    assert not queries.waiting_for(here.office_head).exists()


def test_another_stations_head_does_not_review(here: County) -> None:
    far = person(here.bureau, "office_head", here.other_station, name="孙所长")
    entry = drafted(here)
    with pytest.raises(NotAllowed, match="职责范围"):
        approve(entry, far)
    assert not queries.waiting_for(far).exists()


def test_a_confidential_matter_is_not_published(here: County) -> None:
    entry = drafted(here)
    type(entry.matter).objects.filter(pk=entry.matter_id).update(confidential=True)
    entry.matter.refresh_from_db()
    with pytest.raises(Refused, match="不得公布"):
        approve(entry, here.head)


def test_it_comes_back_with_a_reason_and_goes_out_after_its_correction(here: County) -> None:
    entry = drafted(here)
    with pytest.raises(Refused, match="理由"):
        deciding.send_back(entry, by=here.actor("office_head"), reason=" ")
    deciding.send_back(entry, by=here.actor("office_head"), reason="漏隐摊主姓名。")
    assert entry.state == "returned"
    assert list(queries.waiting_for(here.publisher)) == [entry]
    assert Notice.objects.filter(user=here.publisher.user, text__contains="漏隐摊主姓名").exists()
    with pytest.raises(Refused, match="已退回"):
        approve(entry, here.head)
    again = edited(here, entry, sampled_unit="河口镇某蔬菜摊")
    assert again.pk == entry.pk and again.state == "waiting"
    approve(again, here.office_head)
    assert queries.in_public(timing.now()).get().pk == entry.pk


def test_a_matter_does_not_close_while_a_draft_of_it_waits(here: County) -> None:
    entry = drafted(here)
    with pytest.raises(Refused, match="已公布"):
        perform(entry.matter, "close", by=here.actor("inspector"))
    approve(entry, here.office_head)
    correction = edited(here, entry, brand="绿源")
    with pytest.raises(Refused, match="尚未公布"):
        perform(entry.matter, "close", by=here.actor("inspector"))
    deciding.withdraw(correction, by=here.actor("publisher"), reason="无须更正")
    perform(entry.matter, "close", by=here.actor("inspector"))
    assert entry.matter.proposals.filter(verb="close", state="open").exists()


# ---- correcting and taking down -----------------------------------------------------------------


def test_a_correction_is_a_new_version_and_the_old_stays_on_record(here: County) -> None:
    old = published(here)
    new = edited(here, old, brand="绿源")
    assert new.pk != old.pk and new.state == "waiting"
    assert queries.in_public(timing.now()).get() == old, "until the new one is approved"
    with pytest.raises(Refused, match="已有一稿"):
        edited(here, old, brand="别的")
    approve(new, here.head)
    old.refresh_from_db()
    assert queries.in_public(timing.now()).get() == new
    assert old.state == "withdrawn" and showing.fields_of(old)["brand"] == ""
    assert list(queries.versions(new)) == [new, old]
    assert Act.objects.filter(matter=old.matter, verb="published").count() == 1


def test_it_is_taken_down_at_once_with_a_reason(here: County) -> None:
    entry = published(here)
    with pytest.raises(Refused, match="理由"):
        deciding.withdraw(entry, by=here.actor("publisher"), reason="")
    with pytest.raises(NotAllowed):
        deciding.withdraw(entry, by=here.actor("outsider"), reason="x")
    deciding.withdraw(entry, by=here.actor("publisher"), reason="复检改判合格。")
    assert not queries.in_public(timing.now()).exists()
    assert entry.withdrawn_why == "复检改判合格。"
    with pytest.raises(Refused, match="已撤下"):
        deciding.withdraw(entry, by=here.actor("head"), reason="再撤")


def test_its_term_ends_by_itself(here: County) -> None:
    entry = drafted(here)
    until = entering.read_until(timing.today().isoformat())
    entry = deciding.edit(
        entry, dict(showing.fields_of(entry)), by=here.actor("publisher"),
        seen=content.digest(entry), until=until,
    )  # fmt: skip
    approve(entry, here.office_head)
    assert until is not None and timezone.localtime(until).hour == 0
    assert queries.in_public(until - timedelta(seconds=1)).exists()
    assert not queries.in_public(until).exists()
    assert list(queries.box(here.publisher, "ending", timing.now())) == [entry]
    assert list(queries.box(here.publisher, "withdrawn", until)) == [entry]


@pytest.mark.parametrize("text", ["2020-01-01", "明天", "2026-13-01"])
def test_a_term_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(FieldErrors):
        entering.read_until(text)


# ---- the pages ----------------------------------------------------------------------------------


def test_the_reviewer_reads_both_languages_the_cuts_and_lets_it_out(here: County) -> None:
    entry = drafted(here)
    web = logged_in(here.office_head)
    assert "有 1 件公布稿待您复核" in text_of(web.get("/desk/"))
    page = web.get(reverse("publication", args=[entry.pk]))
    text = text_of(page)
    for words in (
        "公众将看到的",
        "食品名称",
        "Failed items",
        "抽检",
        "第46条",
        "条文要求写明、现为空的",
    ):
        assert words in text
    assert '<mark class="cut" lang="zh-Hans" title="电话号码">13900000000</mark>' in (
        page.content.decode()
    )
    seen = content.digest(entry)
    done = web.post(reverse("publication_approve", args=[entry.pk]), {"seen": seen})
    assert done.status_code == 302
    entry.refresh_from_db()
    assert entry.state == "approved"


def test_nothing_is_approved_that_changed_after_it_was_read(here: County) -> None:
    entry = drafted(here)
    seen = content.digest(entry)
    edited(here, entry, food="白菜")
    refused = logged_in(here.head).post(
        reverse("publication_approve", args=[entry.pk]), {"seen": seen}
    )
    assert refused.status_code == 409 and "改过" in text_of(refused)


def test_the_form_keeps_what_was_entered_and_says_what_is_wrong(here: County) -> None:
    entry = drafted(here)
    web, address = logged_in(here.publisher), reverse("publication_edit", args=[entry.pk])
    form = {"seen": content.digest(entry), "food": "", "conclusion": "写好的结论", "until": "去年"}
    wrong = web.post(address, form)
    text = text_of(wrong)
    assert wrong.status_code == 422 and "写好的结论" in text
    assert "标题取自这里" in text and "不是日期" in text
    rows = {"results-0-item": "灭蝇胺", "results-0-result": "0.9mg/kg", "results-1-item": "毒死蜱"}
    done = web.post(address, {"seen": content.digest(entry), "food": "豇豆", **rows})
    assert done.status_code == 302
    entry.refresh_from_db()
    assert entry.title == "豇豆：灭蝇胺、毒死蜱"
    assert showing.fields_of(entry)["outcome"]["en"], "a word of a closed list is not typed"


def test_who_only_reads_the_matter_is_not_shown_what_was_cut(here: County) -> None:
    entry = drafted(here)
    page = logged_in(here.inspector).get(reverse("publication", args=[entry.pk]))
    assert page.status_code == 200 and "13900000000" not in page.content.decode()
    assert "同意公布" not in text_of(page)


@pytest.mark.parametrize("verb", ["approve", "return", "withdraw"])
def test_without_the_right_nothing_happens(here: County, verb: str) -> None:
    entry = drafted(here)
    address = reverse(f"publication_{verb}", args=[entry.pk])
    seen = {"seen": content.digest(entry), "reason": "x"}
    assert logged_in(here.inspector).post(address, seen).status_code == 409
    assert logged_in(here.township_officer).post(address, seen).status_code in (404, 409)
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_the_lists_of_the_desk(here: County, django_assert_max_num_queries: object) -> None:
    for number in range(6):
        drafted(here, food=f"样品{number}")
    shown = published(here, food="白菜")
    web = logged_in(here.office_head)
    assert "样品0" in text_of(web.get("/publications/"))
    assert "白菜" in text_of(web.get("/publications/?box=public"))
    assert "共 1 件" in text_of(web.get("/publications/?box=all&q=白菜"))
    assert "没有符合条件" in text_of(web.get("/publications/?box=public&q=鸡蛋"))
    deciding.withdraw(shown, by=here.actor("head"), reason="有误")
    assert "有误" in text_of(web.get("/publications/?box=withdrawn&col=title&col=why"))
    assert web.get("/publications/?box=all&format=csv").status_code == 200
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        web.get("/publications/?box=all")


def test_the_matter_shows_its_publications(here: County) -> None:
    entry = published(here)
    page = logged_in(here.inspector).get(f"/m/{entry.matter_id}/")
    assert reverse("publication", args=[entry.pk]) in page.content.decode()
    assert "复核公布" in text_of(page)


# ---- what the data say --------------------------------------------------------------------------


def test_an_unknown_publication_is_named() -> None:
    with pytest.raises(UnknownPublication, match="nonsense"):
        publication("nonsense")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('duty = "disposal.publish"', 'duty = "disposal.nonsense"', "no rule states the duty"),
        ('"publisher", "office_head"', '"publisher", "nobody"', "no such post: 'nobody'"),
        ('title = ["food"', 'title = ["foot"', "no such field: 'foot'"),
        ('tells = "published"', 'tells = "publish"', "that the system records by itself"),
        ('other_than = ["conclude"]', 'other_than = ["concluded"]', "names no act: 'concluded'"),
        ('key = "brand"', 'key = "food"', "the field 'food' stands twice"),
        ("[publication.disposal_result]", "[publication.other]", "has no 'disposal_result'"),
        ('redact = ["person",', 'redact = ["face",', "there is no redaction face"),
        ('review = ["publisher", "office_head", "deputy_head", "bureau_head"]', "review = []",
         "review must name who reviews"),
        ('tells = "published"', 'tells = "published"\nuntil = "publication.term_food"',
         "ends otherwise than in"),
        ("[redact.address]", "[redact.weight]", "there is no such redaction"),
    ],
)  # fmt: skip
def test_the_check_finds_what_does_not_resolve(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    folder = tmp_path / "data"
    copytree(DATA, folder)
    path = folder / "publications.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = [problem.text("en") for problem in check_publications(folder)]
    assert any(said in line for line in found), found


def test_the_shipped_data_have_no_problem() -> None:
    assert list(check_publications(DATA)) == []


def test_a_publication_without_review_is_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    copytree(DATA, folder)
    path = folder / "procedures" / "disposal.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('what = "disposal_result" }', 'what = "disposal_result", review = false }'),
        encoding="utf-8",
    )
    found = [problem.text("en") for problem in check_publications(folder)]
    assert any("must be reviewed" in line for line in found)


def test_a_stranger_sees_none_of_the_desk(here: County) -> None:
    entry = published(here)
    for address in ("/publications/", f"/publications/{entry.pk}/"):
        assert Client().get(address).status_code == 302
