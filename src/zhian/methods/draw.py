"""A draw that anyone can verify: whom to inspect, decided by nobody.

The roster (who is in, with how many tickets) and the rule are frozen first: the commitment names
the SHA-256 of the roster's bytes and a public value that nobody can know yet. When that value is
out, every ticket gets the hash of it, the premises and the ticket's number; premises stand in the
order of their lowest hash, and the first are taken. So a premises with three tickets is three times
as likely to come first as one with a single ticket (successive sampling).

A verifier needs SHA-256 and nothing else; docs/draw.md has one in sixty lines.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

FORMAT = "zhian-draw/1"
MOST_TICKETS = 1000
RESERVE = 5  # one in reserve for so many taken


class DrawError(ValueError):
    """A roster, commitment or result that cannot be used; says where and why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


class NotVerified(DrawError):
    """What was published does not follow from the roster, the rule and the public value."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in the draw: `ids` and their `tickets`, in the order of the file; `sha256` of it."""

    ids: tuple[str, ...]
    tickets: tuple[int, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is published before anybody can know the outcome.

    `public`: which public value will decide, its source and day. `attempt` counts from 1; a redraw
    names its `reason` and what it `replaces` (SHA-256 of the earlier result's seed).
    """

    format: str
    roster_sha256: str
    premises: int
    tickets: int
    take: int
    reserve: int
    public: str
    attempt: int = 1
    reason: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One premises as it was drawn: its place in the order, and the ticket that put it there."""

    rank: int
    id: str
    ticket: int
    hash: str


@dataclass(frozen=True, slots=True)
class Result:
    """The draw: what was taken and who stands in reserve, in order."""

    commitment: Commitment
    public_value: str
    seed: str
    taken: tuple[Drawn, ...]
    reserve: tuple[Drawn, ...]

    def plain(self) -> dict[str, Any]:
        """The result as JSON holds it."""
        return asdict(self)


def read_roster(content: bytes) -> Roster:
    """Read a CSV file with the columns `id` and `tickets`; others are left unread.

    content: UTF-8 (with or without a mark) or GB 18030. Raises DrawError with the row.
    """
    rows = list(csv.reader(io.StringIO(_text(content), newline="")))
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    for needed in ("id", "tickets"):
        if names.count(needed) != 1:
            raise DrawError(
                f"名单须有且只有一列“{needed}”（第一行是：{'、'.join(names) or '空'}）",
                f"the roster needs exactly one column “{needed}” (row 1: {', '.join(names)})",
            )
    at_id, at_tickets = names.index("id"), names.index("tickets")
    seen: dict[str, int] = {}
    tickets: list[int] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        name = row[at_id].strip() if at_id < len(row) else ""
        _place(seen, name, number)
        tickets.append(_tickets(row[at_tickets] if at_tickets < len(row) else "", number))
    if not seen:
        raise DrawError("名单里没有任何一户", "the roster names nobody")
    return Roster(tuple(seen), tuple(tickets), hashlib.sha256(content).hexdigest())


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DrawError(
        "名单不是 UTF-8 或 GB 18030 编码的 CSV 文本",
        "the roster is no CSV text in UTF-8 or GB 18030",
    )


def _place(seen: dict[str, int], name: str, number: int) -> None:
    if not name:
        raise DrawError(f"名单第 {number} 行没有 id", f"row {number} of the roster has no id")
    if any(ord(c) < 32 for c in name):
        raise DrawError(
            f"名单第 {number} 行的 id 含有换行等控制字符",
            f"the id in row {number} of the roster holds a control character",
        )
    if name in seen:
        raise DrawError(
            f"名单第 {number} 行与第 {seen[name]} 行的 id 相同：{name}",
            f"rows {seen[name]} and {number} of the roster have the same id: {name}",
        )
    seen[name] = number


def _tickets(cell: str, number: int) -> int:
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_TICKETS):
        raise DrawError(
            f"名单第 {number} 行的签数“{text}”不是 1 到 {MOST_TICKETS} 的整数",
            f"row {number} of the roster: “{text}” is no whole number from 1 to {MOST_TICKETS}",
        )
    return int(text)


def commit(
    roster: Roster,
    *,
    take: int,
    public: str,
    reserve: int | None = None,
    replaces: Result | None = None,
    reason: str = "",
) -> Commitment:
    """Freeze a draw before its public value can be known.

    take: how many are inspected. public: the value that will decide, with source and day, in one
    line. reserve: how many stand by (one for five by default). replaces: the draw that this one
    does over, for a recorded reason. Raises DrawError.
    """
    public, reason = public.strip(), reason.strip()
    spare = len(roster.ids) - take
    if take < 1 or spare < 0:
        raise DrawError(
            f"抽取数 {take} 须在 1 与名单户数 {len(roster.ids)} 之间",
            f"take {take} must lie between 1 and the {len(roster.ids)} on the roster",
        )
    if not public or any(ord(c) < 32 for c in public + reason):
        raise DrawError(
            "须用一行文字写明将由哪个公开数值决定、何处何日公布",
            "say in one line which public value decides, where and when it comes out",
        )
    if replaces is not None and not reason:
        raise DrawError("重抽须写明理由", "a redraw needs a reason")
    wanted = -(-take // RESERVE) if reserve is None else reserve
    if wanted < 0:
        raise DrawError("备选数不能为负", "reserve must not be negative")
    return Commitment(
        FORMAT,
        roster.sha256,
        len(roster.ids),
        sum(roster.tickets),
        take,
        min(wanted, spare),
        public,
        replaces.commitment.attempt + 1 if replaces else 1,
        reason,
        replaces.seed if replaces else "",
    )


def seed_of(commitment: Commitment, public_value: str) -> str:
    """The seed: SHA-256 of the rule and the public value, line by line; (64,) hexadecimal."""
    lines = (
        commitment.format,
        commitment.roster_sha256,
        str(commitment.take),
        str(commitment.reserve),
        commitment.public,
        str(commitment.attempt),
        commitment.replaces,
        public_value,
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def reveal(commitment: Commitment, roster: Roster, public_value: str) -> Result:
    """Draw. Raises NotVerified where the roster is not the one that was committed to."""
    value = public_value.strip()
    if not value or any(ord(c) < 32 for c in value):
        raise DrawError("公开数值须是一行文字", "the public value must be one line of text")
    _same_roster(commitment, roster)
    seed = seed_of(commitment, value)
    order = ordered(roster, seed)[: commitment.take + commitment.reserve]
    drawn = [Drawn(n, name, ticket, hash_) for n, (hash_, name, ticket) in enumerate(order, 1)]
    return Result(
        commitment,
        value,
        seed,
        tuple(drawn[: commitment.take]),
        tuple(drawn[commitment.take :]),
    )


def ordered(roster: Roster, seed: str) -> list[tuple[str, str, int]]:
    """Everybody in the order of the draw: (hash, id, ticket), the lowest hash first."""
    start = hashlib.sha256(f"{seed}\n".encode())
    found = []
    for name, tickets in zip(roster.ids, roster.tickets, strict=True):
        own = start.copy()
        own.update(f"{name}\n".encode())
        found.append(_lowest(own, name, tickets))
    return sorted(found)


def _lowest(own: Any, name: str, tickets: int) -> tuple[str, str, int]:
    best, at = b"\xff" * 33, 0
    for ticket in range(1, tickets + 1):
        one = own.copy()
        one.update(b"%d" % ticket)
        digest = one.digest()
        if digest < best:
            best, at = digest, ticket
    return best.hex(), name, at


def _same_roster(commitment: Commitment, roster: Roster) -> None:
    if commitment.format != FORMAT:
        raise NotVerified(
            f"不认识的格式：{commitment.format}", f"unknown format: {commitment.format}"
        )
    if commitment.roster_sha256 != roster.sha256:
        raise NotVerified(
            f"名单与承诺不符：承诺的校验值是 {commitment.roster_sha256}，此名单是 {roster.sha256}",
            f"this is not the roster that was committed to: {commitment.roster_sha256} was "
            f"promised, this file has {roster.sha256}",
        )
    counted = (len(roster.ids), sum(roster.tickets))
    if counted != (commitment.premises, commitment.tickets):
        raise NotVerified(
            "承诺所写的户数或签数与名单不符", "the commitment counts the roster otherwise"
        )


def verify(result: Result, roster: Roster) -> None:
    """Draw anew and compare; raises NotVerified with the first thing that differs."""
    again = reveal(result.commitment, roster, result.public_value)
    if again.seed != result.seed:
        raise NotVerified(
            "种子不是由承诺和公开数值得出的",
            "the seed does not follow from commitment and public value",
        )
    for zh, en, mine, theirs in (
        ("抽中名单", "taken", again.taken, result.taken),
        ("备选名单", "reserve", again.reserve, result.reserve),
    ):
        if len(mine) != len(theirs):
            raise NotVerified(
                f"{zh}应有 {len(mine)} 户，却有 {len(theirs)} 户",
                f"{en}: {len(mine)} expected, {len(theirs)} found",
            )
        for right, given in zip(mine, theirs, strict=True):
            if right != given:
                raise NotVerified(
                    f"{zh}第 {right.rank} 位应是 {right.id}（{right.hash[:12]}…），"
                    f"却写着 {given.id}（{given.hash[:12]}…）",
                    f"{en}, rank {right.rank}: {right.id} ({right.hash[:12]}…) expected, "
                    f"{given.id} ({given.hash[:12]}…) found",
                )


T = TypeVar("T", Commitment, Drawn)


def commitment_from(table: object) -> Commitment:
    """A commitment from JSON; raises DrawError where something is missing or of another kind."""
    return _row(Commitment, table, "承诺", "commitment")


def result_from(table: object) -> Result:
    """A result from JSON; raises DrawError where something is missing or of another kind."""
    if not isinstance(table, Mapping):
        raise DrawError("结果文件不是一个 JSON 对象", "the result is no JSON object")
    value, seed = table.get("public_value"), table.get("seed")
    if not isinstance(value, str) or not isinstance(seed, str):
        raise DrawError("结果缺少 public_value 或 seed", "the result lacks public_value or seed")
    return Result(
        commitment_from(table.get("commitment")),
        value,
        seed,
        _drawn(table.get("taken"), "taken"),
        _drawn(table.get("reserve"), "reserve"),
    )


def _drawn(rows: object, name: str) -> tuple[Drawn, ...]:
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise DrawError(f"结果缺少 {name}", f"the result lacks {name}")
    return tuple(_row(Drawn, row, name, name) for row in rows)


def _row(kind: type[T], table: object, zh: str, en: str) -> T:
    if not isinstance(table, Mapping):
        raise DrawError(f"{zh}不是一个 JSON 对象", f"{en} is no JSON object")
    values: dict[str, Any] = {}
    for field in fields(kind):
        value = table.get(field.name)
        wanted = int if field.type == "int" else str
        if type(value) is not wanted:
            sort = ("整数", "whole number") if wanted is int else ("文字", "text")
            raise DrawError(
                f"{zh}的 {field.name} 缺失或不是{sort[0]}",
                f"{en}: {field.name} is missing or no {sort[1]}",
            )
        values[field.name] = value
    return kind(**values)
