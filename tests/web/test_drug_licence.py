"""Drug retail licences, through the one door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.web.licence_office import EXIT, Office, branch, due, office, running
from tests.web.test_rectification import proof
from zhian.apps.registry.licences import queries
from zhian.apps.registry.models import Licence, LicenceExit
from zhian.desk.clockwork import falling_due
from zhian.desk.errors import Refused
from zhian.desk.models import Clock, Document, Matter
from zhian.directory.models import Operator, Standing

__all__ = ["office"]
pytestmark = pytest.mark.django_db

DRUG = "drug_retail_licence"
NUMBER = "黑DA451300001"
WHO = {"manager": "周平", "quality_head": "吴药师", "warehouse": "河东村二组"}
WHAT = {
    "drug_class": "prescription", "drug_form": "single",
    "scope": "中药饮片、中成药、化学药、生物制品（冷藏）",
}  # fmt: skip


def apply(office: Office, **more: Any) -> Matter:
    return office.open(DRUG, "apply", received_on=office.now.date(), **(WHAT | WHO | more))


def pledged(office: Office, **more: Any) -> Matter:
    fields = WHAT | WHO | {"drug_class": "otc_b", "scope": "乙类非处方药"} | more
    letter = proof(Matter.objects.first() or apply(office))
    return office.open(
        DRUG, "apply_pledged", received_on=office.now.date(), pledge=[letter], **fields
    )


def checked(office: Office, matter: Matter, result: str = "pass", *, begun: bool = False) -> None:
    """Seen on site today."""
    if "order_site_check" not in matter.done:
        pair = [office.officer, office.here.inspector]
        office.do(matter, "order_site_check", checkers=pair, check_on=office.now.date())
    if not begun:
        office.do(matter, "begin_site_check", begun_on=office.now.date())
    office.do(
        matter, "site_check", office.here.inspector, result=result, record="已检查",
        ended_on=office.now.date(), files=[proof(matter)],
    )  # fmt: skip


def granted(office: Office, number: str = NUMBER, **more: Any) -> Licence:
    matter = apply(office, **more)
    office.do(matter, "accept", thresholds_met=True)
    checked(office, matter)
    office.do(matter, "grant", opinion="符合条件", number=number)
    return Licence.objects.get(applications__matter=matter)


def test_from_application_to_licence_review_and_check_are_not_counted(office: Office) -> None:
    matter = apply(office.on("2026-03-02"))
    assert due(matter, "licence.correct.drug") == date(2026, 3, 9)
    with pytest.raises(Refused, match="药师"):
        office.do(matter, "accept")
    office.do(matter, "accept", thresholds_met=True)
    assert due(matter, "licence.decide.drug") == date(2026, 3, 30)
    office.on("2026-03-04").do(matter, "begin_review", begun_on=date(2026, 3, 4))
    assert Clock.objects.get(duty="licence.decide.drug").state == "paused"
    pair = [office.officer, office.here.inspector]
    with pytest.raises(Refused, match="两人"):
        office.do(matter, "order_site_check", checkers=[pair[0]], check_on=date(2026, 3, 12))
    office.do(matter, "order_site_check", checkers=pair, check_on=date(2026, 3, 12))
    office.on("2026-03-10").do(
        matter, "end_review", ended_on=date(2026, 3, 10), findings="资料符合要求。"
    )
    office.on("2026-03-12").do(matter, "begin_site_check", begun_on=date(2026, 3, 12))
    with pytest.raises(Refused, match="早于开始日期 2026-03-12"):
        office.do(
            matter, "site_check", office.here.inspector, result="pass", record="已检查",
            ended_on=date(2026, 3, 11), files=[proof(matter)],
        )  # fmt: skip
    checked(office, matter, begun=True)
    # 3 and 11 March had gone; eighteen days were left, counted from 13 March over Qingming
    assert due(matter, "licence.decide.drug") == date(2026, 4, 8)
    with pytest.raises(Refused, match="应为 D"):
        office.do(matter, "grant", opinion="可", number="黑CA451300001")
    with pytest.raises(Refused, match="应为 A"):
        office.do(matter, "grant", opinion="可", number="黑DB451300001")
    office.on("2026-03-16").do(matter, "grant", opinion="符合条件", number="黑DA4513 00001")
    licence = Licence.objects.get()
    assert (licence.number, licence.expires_on) == (NUMBER, date(2031, 3, 15))
    card = Document.objects.get(matter=matter, template="licence_card_drug")
    said = card.data["as_issued"]["about"]
    assert (said["manager"], said["quality_head"]) == ("周平", "吴药师")
    assert (said["form"], said["warehouse"]) == ("单体零售企业", "河东村二组")
    assert due(matter, "licence.issue.drug") == date(2026, 3, 23)
    assert due(matter, "licence.publish_drug") == date(2026, 3, 30)
    office.serve(matter)
    entry = office.publish(matter)
    assert "吴药师" not in entry.words and NUMBER in entry.words
    office.do(matter, "archive")
    assert matter.closed_at is not None
    assert Standing.objects.on(date(2026, 3, 17)).get(kind="licence_drug").premises_id


def test_correction_does_not_count_and_the_site_is_seen_again(office: Office) -> None:
    matter = apply(office.on("2026-03-02"))
    office.do(matter, "accept", thresholds_met=True)
    checked(office.on("2026-03-10"), matter, "rectify")
    office.do(matter, "allow_rectification", requirements="加装温湿度监测", until=date(2026, 3, 20))
    assert Clock.objects.get(duty="licence.decide.drug").state == "paused"
    checked(office.on("2026-03-19"), matter)
    # 3 to 6 and 9 March had gone; fifteen were left after 19 March
    assert due(matter, "licence.decide.drug") == date(2026, 4, 10)
    office.do(matter, "grant", opinion="整改合格", number=NUMBER)
    assert Licence.objects.exists()


def test_a_hearing_does_not_count_either(office: Office) -> None:
    matter = apply(office.on("2026-03-02"))
    office.do(matter, "accept", thresholds_met=True)
    told = {"told_on": date(2026, 3, 2), "persons": "相邻药店"}
    office.do(matter, "tell_hearing", **told)
    office.on("2026-03-04").do(matter, "ask_hearing", asked_on=date(2026, 3, 4), persons="相邻药店")
    assert Clock.objects.get(duty="licence.decide.drug").state == "paused"
    office.on("2026-03-06").do(matter, "hearing_dropped", why="撤回")
    assert due(matter, "licence.decide.drug") == date(2026, 4, 2)


def test_a_wholesaler_goes_to_the_province_and_narcotics_to_nobody(office: Office) -> None:
    with pytest.raises(Refused, match="省级"):
        apply(office, drug_form="wholesaler")
    with pytest.raises(Refused, match="禁止零售"):
        apply(office, drug_item="narcotic")


# --- on a pledge


def test_class_b_alone_is_granted_on_a_pledge_the_same_day(office: Office) -> None:
    with pytest.raises(Refused, match="承诺"):
        apply(office.on("2026-03-02"), drug_class="otc_b")
    with pytest.raises(Refused, match="不能凭承诺"):
        pledged(office, drug_class="otc_a")
    matter = pledged(office)
    office.do(matter, "grant_pledged", opinion="材料齐全", number=NUMBER)
    assert due(matter, "licence.issue_pledged.drug") == date(2026, 3, 2)
    assert due(matter, "licence.check_pledge.drug") == date(2026, 6, 2)
    office.serve(matter)
    office.publish(matter)
    with pytest.raises(Refused):
        office.do(matter, "archive")
    office.on("2026-05-20").do(
        matter, "check_pledge", office.here.inspector, pledge_true=True, record="与承诺一致"
    )
    office.do(matter, "archive")
    assert matter.closed_at is not None
    assert running(matter) == {"licence.term.drug"}


def test_an_untrue_pledge_is_put_right_or_the_licence_is_annulled(office: Office) -> None:
    matter = pledged(office.on("2026-03-02"))
    office.do(matter, "grant_pledged", opinion="材料齐全", number=NUMBER)
    office.serve(matter)
    look = {"pledge_true": True, "record": "一致"}
    office.do(matter, "check_pledge", office.here.inspector, **look)
    wanted = {"requirements": "配备考核合格人员", "until": date(2026, 4, 1)}
    with pytest.raises(Refused, match="没有认定"):
        office.do(matter, "order_pledge_kept", **wanted)
    look = {"pledge_true": False, "record": "销售人员未经考核"}
    office.do(matter, "check_pledge", office.here.inspector, **look)
    office.do(matter, "order_pledge_kept", **wanted)
    assert due(matter, "licence.pledge_rectify.drug") == date(2026, 4, 1)
    office.on("2026-04-02").do(matter, "check_pledge", office.here.inspector, **look)
    office.do(
        matter, "send_to_annul", licence_number=NUMBER, ground="pledge_untrue",
        found_on=date(2026, 4, 2), problems="整改后仍不符合条件",
    )  # fmt: skip
    begun = LicenceExit.objects.get()
    assert (begun.way, begun.licence.number) == ("open_annul", NUMBER)
    assert due(begun.matter, "licence.annul") == date(2026, 7, 1)


# --- change, registration, renewal


def test_licensed_matters_change_in_fifteen_days_and_registered_ones_in_ten(
    office: Office,
) -> None:
    licence = granted(office.on("2026-02-02"))
    matter = office.on("2026-02-12").open(
        DRUG, "apply_change", received_on=date(2026, 2, 12), licence_number=NUMBER,
        changes="增加冷藏药品", drug_item="cold", scope="增加冷藏药品", conditions_changed=True,
    )  # fmt: skip
    office.do(matter, "accept", thresholds_met=True)
    assert due(matter, "licence.change_decide.drug") == date(2026, 3, 11)
    assert "licence.decide.drug" not in running(matter)
    with pytest.raises(Refused, match="现场核查"):
        office.do(matter, "need_no_check", why="x")
    checked(office, matter)
    office.do(matter, "grant_change", opinion="可")
    licence.refresh_from_db()
    assert (licence.item, licence.expires_on) == ("cold", date(2031, 2, 1))
    noted = office.on("2026-09-21").open(
        DRUG, "apply_registration", received_on=date(2026, 9, 21), licence_number=NUMBER,
        changed_on=date(2026, 9, 1), changes="质量负责人变更", quality_head="郑药师",
    )  # fmt: skip
    assert due(noted, "licence.change_register_do.drug") == date(2026, 10, 12)
    assert "licence.correct.drug" not in running(noted)
    office.do(noted, "register_change", opinion="可")
    licence.refresh_from_db()
    assert licence.details == WHO | {"quality_head": "郑药师"}
    assert licence.number == NUMBER


def test_a_renewal_has_its_window_and_a_late_one_is_told_to_stop(office: Office) -> None:
    granted(office.on("2024-01-08"))
    Licence.objects.update(expires_on=date(2026, 12, 10))
    fields = {"licence_number": NUMBER, "conditions_changed": False}
    with pytest.raises(Refused, match="2026-06-10"):
        office.on("2026-06-09").open(DRUG, "apply_renewal", received_on=date(2026, 6, 9), **fields)
    with pytest.raises(Refused, match="不得继续经营"):
        office.on("2026-10-12").open(
            DRUG, "apply_renewal", received_on=date(2026, 10, 12), **fields
        )
    late = office.open(
        DRUG, "apply_renewal", received_on=date(2026, 10, 12), told_to_stop=True, **fields
    )
    office.do(late, "accept", thresholds_met=True)
    assert "licence.renew_decide.drug" not in running(late)  # silence grants nothing late
    office.do(late, "need_no_check", why="条件未变化")
    office.on("2026-11-02").do(late, "grant", opinion="可")
    assert Licence.objects.get().expires_on == date(2031, 12, 10)  # it follows the old term


def test_a_renewal_in_time_that_nobody_decides_counts_as_granted(office: Office) -> None:
    granted(office.on("2024-01-08"))
    Licence.objects.update(expires_on=date(2026, 12, 10))
    matter = office.on("2026-10-10").open(
        DRUG, "apply_renewal", received_on=date(2026, 10, 10), licence_number=NUMBER
    )
    office.do(matter, "accept", thresholds_met=True)
    assert due(matter, "licence.renew_decide.drug") == date(2026, 12, 10)
    falling_due.perform_due(office.on("2026-12-11 00:01").now)
    matter.refresh_from_db()
    licence = Licence.objects.get()
    assert matter.phase == "serving"
    assert (licence.number, licence.expires_on) == (NUMBER, date(2031, 12, 10))
    assert Standing.objects.on(date(2026, 12, 12)).get(kind="licence_drug")


# --- bars and ends


def test_a_licence_got_by_fraud_bars_for_ten_years(office: Office) -> None:
    licence = granted(office.on("2026-01-05"))
    matter = office.open(
        EXIT, "open_annul", licence_number=NUMBER, ground="fraud", found_on=date(2026, 1, 5),
        problems="药师证系伪造",
    )  # fmt: skip
    office.do(matter, "tell", findings="药师证系伪造。", law="《药品管理法》第一百二十三条")
    office.on("2026-02-14").serve(matter)
    office.on("2026-03-02").do(matter, "annul", findings="属实。", law="第一百二十三条")
    licence.refresh_from_db()
    assert licence.state == "annulled"
    assert due(matter, "licence.ban_fraud.drug") == date(2036, 3, 3)  # 2 March 2036 is a Sunday
    assert due(matter, "licence.publish_drug") == date(2026, 3, 16)
    assert "licence.publish" not in running(matter)
    with pytest.raises(Refused, match="2036-03-03"):
        apply(office.on("2035-06-01"))
    assert {s.kind for s in Standing.objects.on(date(2026, 3, 3))} == {"licence_annulled"}


def test_a_revocation_of_a_drug_licence_bars_no_food_licence(office: Office) -> None:
    licence = granted(office.on("2026-01-05"))
    paper = proof(Matter.objects.get(licence_application__licence=licence))
    matter = office.open(
        EXIT, "record_revocation_other", licence_number=NUMBER, decided_on=date(2026, 1, 5),
        decision_number="松市监罚〔2026〕1号", why="销售假药", files=[paper],
    )  # fmt: skip
    licence.refresh_from_db()
    assert licence.state == "revoked" and "ban.food_work" not in running(matter)
    assert office.apply("food_production_licence").phase == "received"


def test_one_licence_for_each_pharmacy(office: Office) -> None:
    granted(office.on("2026-01-05"))
    with pytest.raises(Refused, match=NUMBER):
        apply(office)
    office.here.premises = branch(office)
    assert granted(office, "黑DA451300002").number == "黑DA451300002"


def test_ghosts_see_a_pharmacy_whose_holder_is_gone_and_one_that_must_renew(
    office: Office,
) -> None:
    granted(office.on("2026-01-05"))
    Licence.objects.update(expires_on=date(2026, 12, 10))
    seen = queries.visible_to(office.officer)
    expiring = queries.ghost("expiring").find
    assert not expiring(seen, date(2026, 6, 9)).exists()
    assert expiring(seen, date(2026, 6, 10)).exists()
    assert queries.ghost("operating").find(seen, date(2026, 12, 11)).exists()
    Operator.objects.update(state="deregistered")
    assert queries.ghost("alive").find(seen, date(2026, 6, 9)).exists()
