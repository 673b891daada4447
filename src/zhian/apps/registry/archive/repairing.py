"""信用修复: which entry, what gates look at, and what the decision does to it (REPAIR 2 to 23)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from zhian.apps.registry.archive.crediting import stands_until
from zhian.apps.registry.models.archive import CreditEntry, CreditRepair
from zhian.desk import timing
from zhian.desk.errors import refuse
from zhian.desk.kinds import Facts
from zhian.desk.models import Act, Clock, Document, Matter
from zhian.desk.papers.saying import Said, last_of
from zhian.desk.papers.wording import chinese_date, day_of, in_words
from zhian.law import vocabulary
from zhian.law.credit import credit
from zhian.law.credit_gates import EntrySeen
from zhian.law.words import Words

BAN, LISTED = "repair.ban", "abnormal"
PAPERS = ("repair_decline_notice", "repair_denial_decision")
GRANTED = "repair_grant_decision"
ALL_PAPERS = (*PAPERS, GRANTED, "repair_withdrawal_decision")
PROVINCE = slice(2, 4)  # of a credit code: the province of its registrar
WORDS = {
    "subject": Words("申请事项", "what is applied for"),
    "received_on": Words("收到申请的日期", "the day of receipt"),
    "entry": Words("信用记录", "the credit entry"),
    "number": Words("信用记录编号", "its number"),
    "happened_on": Words("记录日期", "its day"),
    "detail": Words("决定机关和文号", "who decided it, and the number"),
    "conditions": Words("修复条件的条文", "the article of the conditions"),
    "grant_law": Words("准予修复的条文", "the articles of the grant"),
    "effect": Words("修复的内容", "what the repair does"),
    "ground": Words("不予修复的情形", "the ground of the refusal"),
    "ground_law": Words("不予修复的条文", "the articles of the refusal"),
    "fraud": Words("弄虚作假", "the fraud"),
    "granted": Words("原决定书的文号", "the number of the decision"),
    "granted_on": Words("原决定书的日期", "the day of the decision"),
}
FRAUD = "你（单位）在信用修复过程中故意隐瞒真实情况、弄虚作假"


def row_of(matter: Matter) -> CreditRepair | None:
    """The app's row; an opening act asks before there is one."""
    if matter.seq == 0:
        return None
    return CreditRepair.objects.filter(matter=matter).select_related("entry").first()


def facts(matter: Matter) -> Facts:
    """The operator's entries, the bar on it, and what kind of entry this matter is about."""
    row, day = row_of(matter), timing.today()
    far = _other_province(matter)
    return {
        "credit_entries": {e.number: seen(e, day) for e in _entries(matter)},
        "repair_barred_until": _barred_until(matter),
        "abnormal": row is not None and row.entry.entry == LISTED,
        "other_province": far,
        "unpushed": far and "push" not in matter.done,
        "paper_to_serve": _paper(matter),
    }


def _entries(matter: Matter) -> list[CreditEntry]:
    return list(CreditEntry.objects.filter(operator=matter.operator_id, void=False))


def seen(entry: CreditEntry, day: date) -> EntrySeen:
    """An entry as gates see it."""
    bad = entry.tone == "bad"
    return EntrySeen(entry.number, bad, entry.stands(day), entry.repairable_from if bad else None)


def _barred_until(matter: Matter) -> date | None:
    bans = Clock.objects.filter(matter__operator=matter.operator_id, duty=BAN)
    days = bans.exclude(state="void").order_by("-due_day").values_list("due_day", flat=True)
    return days.first() if matter.operator_id else None


def _other_province(matter: Matter) -> bool:
    """Whether its registrar sits in another province than this agency."""
    code = matter.operator.uscc if matter.operator else None
    return bool(code) and code[PROVINCE] != matter.agency.place.code[:2]  # type: ignore[index]


def _paper(matter: Matter) -> Document | None:
    if not matter.seq:
        return None
    issued = Document.objects.filter(matter=matter, template__in=PAPERS, state="issued")
    return issued.order_by("-issued_at", "-id").first()


# ---- effects ------------------------------------------------------------------------------------


def apply(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """Keep which entry is to be repaired."""
    wanted = str(values["entry_number"]).strip().upper()
    entry = next((e for e in _entries(matter) if e.number == wanted), None)
    if entry is None:
        raise refuse(
            "该主体没有这个编号的信用记录。", "The operator has no credit entry of this number."
        )
    CreditRepair.objects.create(matter=matter, entry=entry)


def process(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """The entry no longer stands; that it did stays on record (REPAIR 2, 17)."""
    CreditEntry.objects.filter(pk=matter.credit_repair.entry_id).update(
        ended_on=timezone.localtime(act.happened_at).date(), ending="repaired", ended_by=act
    )


def withdraw_repair(matter: Matter, act: Act, values: Mapping[str, Any]) -> None:
    """The old state is back, its term runs anew from this day (REPAIR 23)."""
    entry = matter.credit_repair.entry
    day = timezone.localtime(act.happened_at).date()
    entry.ended_on, entry.ending, entry.ended_by = None, "", None
    entry.stands_until = stands_until(credit().entries[entry.entry], day)
    entry.save(update_fields=["ended_on", "ending", "ended_by", "stands_until"])


def undo(matter: Matter, act: Act) -> None:
    """A withdrawal that was a mistake: the entry is repaired again. What `process` ended comes
    back by itself when that act is annulled."""
    if act.verb != "withdraw_repair":
        return
    entry = matter.credit_repair.entry
    done = Act.objects.filter(matter=matter, verb="process", effective=True).order_by("-seq")[0]
    entry.ended_on = timezone.localtime(done.happened_at).date()
    entry.ending, entry.ended_by = "repaired", done
    entry.stands_until = stands_until(credit().entries[entry.entry], entry.happened_on)
    entry.save(update_fields=["ended_on", "ending", "ended_by", "stands_until"])


# ---- papers -------------------------------------------------------------------------------------


def papers(matter: Matter) -> dict[str, Said]:
    """What the papers of a repair say beside the acts' own words."""
    row = row_of(matter)
    if row is None:
        return {}
    entry, repair = row.entry, credit().repair_of(row.entry.entry)
    texts = {
        "subject": "信用修复",
        "received_on": chinese_date(matter.trigger_date),
        "entry": entry.words.zh,
        "number": entry.number,
        "happened_on": chinese_date(entry.happened_on),
        "detail": entry.detail,
        "conditions": _articles(repair.article),
        "grant_law": _articles(repair.article, credit().basis["decision"]),
        "effect": repair.effect.zh,
        **_refusal(matter, entry),
        **_grant(matter),
    }
    return {name: Said(WORDS[name], text) for name, text in texts.items()}


def _refusal(matter: Matter, entry: CreditEntry) -> dict[str, str]:
    """Why it is refused: the conditions, the public interest or a fraud."""
    basis = credit().basis
    act = last_of(matter, ("deny", "deny_fraud"))
    ground = str(act.data.get("ground") or "") if act else ""
    if not ground:
        law = _articles(basis["decision"], basis["fraud"])
        return {"ground": FRAUD, "ground_law": law, "fraud": FRAUD}
    other = basis.get(ground, credit().repair_of(entry.entry).article)
    law = _articles(*sorted((other, basis["decision"]), key=int))
    words = vocabulary.choice("repair_denial_ground", ground)
    return {"ground": words.zh, "ground_law": law, "fraud": ""}


def _articles(*numbers: str) -> str:
    """Articles of the Measures as an official paper names them."""
    return "、".join(f"第{in_words(int(number))}条" for number in numbers)


def _grant(matter: Matter) -> dict[str, str]:
    papers = Document.objects.filter(matter=matter, template=GRANTED, state="issued")
    paper = papers.order_by("-issued_at", "-id").first()
    return {
        "granted": paper.number if paper else "",
        "granted_on": (day_of(paper.issued_at) or "") if paper else "",
    }
