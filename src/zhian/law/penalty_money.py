"""What the goods were worth and what was gained unlawfully, each with its sum in words.

Sources: Product Quality Law art. 72 (value of goods; the food law names no method and practice
follows it) and Order 118 of the national regulator (unlawful gains, in force from 2026-03-20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhian.law.errors import LawError
from zhian.law.offices import in_force, sources
from zhian.law.penalties import penalties
from zhian.law.penalty_clauses import clause
from zhian.law.penalty_steps import ZERO, Step, money, not_negative, step, to_fen
from zhian.law.quantities import shown
from zhian.law.words import Words

# Order 118 art. 7 to 9: the whole sum counts, whatever was spent.
WHOLE = {
    "overcharge": (
        "7",
        Words("多收或者少付的价款", "What was charged too much or paid too little"),
    ),
    "pyramid": ("8", Words("实施传销取得的全部收入", "The whole income of pyramid selling")),
    "facilitation": (
        "9",
        Words("提供便利条件取得的全部收入", "The whole income of the help given"),
    ),
}


class NoPrice(LawError):
    """Goods with neither a marked price nor a market price."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}”没有标价，请填写同类产品的市场价格",
            f"“{name}” has no marked price: enter the market price of like goods",
        )


class MethodNotInForce(LawError):
    """Order 118 was not yet in force when the decision was made."""

    def __init__(self, on: date) -> None:
        since = sources()["GAINS"].valid_from
        super().__init__(
            f"违法所得认定办法自 {since} 起施行，不适用于 {on.isoformat()} 作出的决定，"
            "请按当时的规定填写违法所得",
            f"The Measures on unlawful gains are in force from {since}; for a decision of"
            f" {on.isoformat()} enter the gains under the rules of that time",
        )


class UnknownKind(LawError):
    """No such kind of income in Order 118."""

    def __init__(self, kind: str) -> None:
        listed = ", ".join(["trade", *WHOLE])
        super().__init__(
            f"没有“{kind}”这种违法所得，只有 {listed}",
            f"There is no kind of gains “{kind}”, only {listed}",
        )


@dataclass(frozen=True, slots=True)
class Goods:
    """One kind of goods in a case: quantities sold and unsold, prices in yuan per unit."""

    name: str
    sold: Decimal
    unsold: Decimal
    marked_price: Decimal | None = None
    market_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in yuan and how it came about."""

    amount: Decimal
    steps: tuple[Step, ...]


def goods_value(items: Iterable[Goods]) -> Figure:
    """The value of goods (货值金额) in yuan: sold and unsold, at the marked or else market price.

    Each line is rounded to the fen. Raises NoPrice or NegativeAmount. Source: PQL art. 72 and 49.
    """
    total, steps = ZERO, []
    for item in items:
        worth, line = _worth(item)
        total += worth
        steps.append(line)
    steps.append(step("货值金额合计 {sum}", "Value of the goods in all: {sum}", sum=total))
    return Figure(total, tuple(steps))


def _worth(item: Goods) -> tuple[Decimal, Step]:
    price, kind = item.marked_price, Words("标价", "marked price")
    if price is None:
        price, kind = item.market_price, Words("同类产品市场价格", "market price of like goods")
    if price is None:
        raise NoPrice(item.name)
    for number in (item.sold, item.unsold, price):
        not_negative(
            Words(f"“{item.name}”的数量或者价格", f"Quantity or price of “{item.name}”"), number
        )
    worth = to_fen((item.sold + item.unsold) * price)
    line = step(
        "{name}：（已售 {sold} + 未售 {unsold}）× {kind} {price} = {worth}",
        "{name}: (sold {sold} + unsold {unsold}) × {kind} {price} = {worth}",
        "PQL",
        "72",
        name=item.name,
        sold=shown(item.sold),
        unsold=shown(item.unsold),
        kind=kind,
        price=price,
        worth=worth,
    )
    return worth, line


@dataclass(frozen=True, slots=True)
class Expense:
    """An outlay that the party wants deducted, in yuan, and what the handler found about it."""

    name: str
    amount: Decimal
    direct: bool = True
    lawful: bool = True
    proved: bool = True
    separable: bool = True

    def refused(self) -> tuple[str, Words] | None:
        """The article and the reason why it is not deducted, or None where it is."""
        if not self.direct:
            return "4", Words("非直接用于生产经营活动", "not directly for the business")
        if not self.lawful:
            return "4", Words("不属于合法必要支出", "not a lawful and necessary outlay")
        if not self.proved:
            return "6(2)", Words("未在期限内提供足够证据", "not proved within the time given")
        if not self.separable:
            return "6(2)", Words("与其他支出混同且难以区分", "mixed with other outlays")
        return None


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the violation brought in, in yuan (None: cannot be found out), and what bears on it.

    `partly` = only this part could be found out; `repaid` = already refunded as the law requires;
    `clause_takes_gains` = the clause applied orders confiscation, or no clause of its law does;
    `unpunished` = no penalty under APL 33(1).
    """

    received: Decimal | None
    expenses: tuple[Expense, ...] = ()
    taxes: Decimal = ZERO
    repaid: Decimal = ZERO
    kind: str = "trade"
    partly: bool = False
    clause_takes_gains: bool = True
    unpunished: bool = False


@dataclass(frozen=True, slots=True)
class Gains:
    """Unlawful gains in yuan, how much of them is confiscated, and what must follow."""

    amount: Decimal
    confiscate: Decimal
    head_approves: bool
    weighs_in_fine: bool
    steps: tuple[Step, ...]


def takes_gains(key: str, stage: str = "found") -> bool:
    """Whether unlawful gains are reckoned for a clause at a stage.

    Yes where the clause itself confiscates them, or no clause of its text does and APL art. 28
    applies. Source: Order 118 art. 13.
    """
    scale = clause(key)
    if "confiscate_gains" in scale.must(stage):
        return True
    same = [row for row in penalties().values() if row.basis.source == scale.basis.source]
    return not any("confiscate_gains" in row.measures.get("found", ()) for row in same)


def unlawful_gains(facts: Receipts, *, decided_on: date) -> Gains:
    """The unlawful gains (违法所得) of a violation under Order 118, in yuan.

    Raises MethodNotInForce for a decision before 2026-03-20, UnknownKind or NegativeAmount.
    """
    if not in_force("GAINS", decided_on):
        raise MethodNotInForce(decided_on)
    if facts.kind not in ("trade", *WHOLE):
        raise UnknownKind(facts.kind)
    if not facts.clause_takes_gains:
        words = (
            "该条未规定没收违法所得，违法所得无需单独计算",
            "The clause takes no gains: none are reckoned",
        )
        return Gains(ZERO, ZERO, False, False, (step(*words, "GAINS", "13"),))
    if facts.received is None:
        return Gains(ZERO, ZERO, True, True, (_unknown("14(1)"), _approval()))
    return _reckoned(facts, facts.received)


def _reckoned(facts: Receipts, received: Decimal) -> Gains:
    _check(facts, received)
    whole = facts.kind in WHOLE
    gained = to_fen(received) if whole else _after_costs(facts, received)
    steps = [*(_whole(facts.kind, gained) if whole else _sum(facts, received, gained))]
    taken = max(gained - facts.repaid, ZERO)
    if facts.repaid:
        steps.append(_repaid(facts.repaid, gained, taken))
    if facts.unpunished:
        taken = ZERO
        steps.append(
            step(
                "依行政处罚法第三十三条第一款不予处罚，不再没收违法所得，依法退赔的责任不免除",
                "No penalty under APL 33(1): gains are not confiscated, the duty to refund stays",
                "GAINS",
                "15",
            )
        )
    if facts.partly:
        steps += [_unknown("14(2)"), _approval()]
    return Gains(gained, taken, facts.partly, facts.partly, tuple(steps))


def _check(facts: Receipts, received: Decimal) -> None:
    named = [(Words("收入", "Income"), received), (Words("税款", "Tax"), facts.taxes)]
    named.append((Words("退赔", "Refund"), facts.repaid))
    named += [(Words(e.name, e.name), e.amount) for e in facts.expenses]
    for what, amount in named:
        not_negative(what, amount)


def _after_costs(facts: Receipts, received: Decimal) -> Decimal:
    costs = sum((e.amount for e in facts.expenses if not e.refused()), ZERO)
    return max(to_fen(received - costs - facts.taxes), ZERO)


def _whole(kind: str, gained: Decimal) -> Iterator[Step]:
    article, what = WHOLE[kind]
    yield step(
        "{what} {sum}，不扣除支出",
        "{what}: {sum}, nothing deducted",
        "GAINS",
        article,
        what=what,
        sum=gained,
    )


def _sum(facts: Receipts, received: Decimal, gained: Decimal) -> Iterator[Step]:
    yield step(
        "实施违法行为取得的款项 {sum}",
        "Received by the violation: {sum}",
        "GAINS",
        "3",
        sum=received,
    )
    for expense in facts.expenses:
        yield _expense(expense)
    if facts.taxes:
        yield step(
            "处罚前依法缴纳的直接相关税款 {sum}，扣除",
            "Directly related tax paid before the penalty, {sum}: deducted",
            "GAINS",
            "10",
            sum=facts.taxes,
        )
    parts = [received, *(e.amount for e in facts.expenses if not e.refused())]
    parts += [facts.taxes] if facts.taxes else []
    if len(parts) > 1:
        shape = " − ".join(f"{{part{i}}}" for i in range(len(parts))) + " = {sum}"
        values: dict[str, object] = {f"part{i}": money(part) for i, part in enumerate(parts)}
        text = Words(f"违法所得 {shape}", f"Unlawful gains: {shape}")
        yield Step(text.format(**values, sum=money(gained)))


def _expense(expense: Expense) -> Step:
    refused = expense.refused()
    if refused is None:
        return step(
            "{name} {sum}，直接用于生产经营的合法必要支出，扣除",
            "{name} {sum}: a lawful, necessary and direct outlay, deducted",
            "GAINS",
            "5",
            name=expense.name,
            sum=expense.amount,
        )
    article, why = refused
    return step(
        "{name} {sum}，{why}，不予扣除",
        "{name} {sum}: {why}, not deducted",
        "GAINS",
        article,
        name=expense.name,
        sum=expense.amount,
        why=why,
    )


def _repaid(repaid: Decimal, gained: Decimal, taken: Decimal) -> Step:
    return step(
        "已依法退赔 {repaid}，计入违法所得但不予没收：{gained} − {repaid}，没收 {taken}",
        "Already refunded: {repaid}, counted but not confiscated: {gained} − {repaid}, to be"
        " confiscated {taken}",
        "GAINS",
        "11",
        repaid=repaid,
        gained=gained,
        taken=taken,
    )


def _unknown(article: str) -> Step:
    return step(
        "经充分调查仍无法查清的部分不单独计算，确定罚款数额时作为考量因素",
        "What a full investigation cannot find out is not reckoned but weighs in the fine",
        "GAINS",
        article,
    )


def _approval() -> Step:
    return step(
        "应当报经部门主要负责人审批同意", "The head of the agency must approve", "GAINS", "14(3)"
    )
