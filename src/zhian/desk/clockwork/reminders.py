"""Reminders before a term ends and after it, and the step up to the superior; each once.

Before: three working days, one working day, the day itself. After: the first day, then every
week. The office head hears of it after one day, the head of the agency after three working days.
An internal target is called that and never a breach of law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zhian.desk import kinds, notices, relations
from zhian.desk.models import Clock, Matter, Notice, Reminder
from zhian.directory import office_law
from zhian.directory.models import Appointment
from zhian.law.calendar import Calendar
from zhian.law.words import Words

CHUNK = 200
EARLY, LATER, AGAIN = 3, 1, 7
TO_OFFICE, TO_AGENCY = "office_head", "agency_head"
AGENCY_AFTER = 3
HEADS = ("bureau_head", "department_head", "township_head", "lab_head", "county_leader")
OPERATORS = frozenset(
    "operator holder platform producer seller market_owner mah chain_hq industrial_producer".split()
)
OPERATOR_STAGES = frozenset({"before.1", "late.1"})

LEFT = Words(
    "【提醒】{title}：“{duty}”还剩 {n} 个工作日，{day} 到期。",
    "[Reminder] {title}: “{duty}” is due on {day}, {n} working days left.",
)
TODAY = Words(
    "【今日到期】{title}：“{duty}”今日到期。", "[Due today] {title}: “{duty}” is due today."
)
LATE = Words(
    "【逾期】{title}：“{duty}”于 {day} 到期，已逾期 {n} 天。",
    "[Overdue] {title}: “{duty}” was due on {day}, {n} days ago.",
)
TARGET_LEFT = Words(
    "【内部时限】{title}：“{duty}”内部时限还剩 {n} 个工作日（{day}）。",
    "[Internal target] {title}: {n} working days left for “{duty}” ({day}).",
)
TARGET_TODAY = Words(
    "【内部时限】{title}：“{duty}”内部时限今日届满。",
    "[Internal target] {title}: the target for “{duty}” ends today.",
)
TARGET_PAST = Words(
    "【内部时限】{title}：“{duty}”内部时限（{day}）已过 {n} 天，请尽快办理。",
    "[Internal target] {title}: the target for “{duty}” ({day}) passed {n} days ago; "
    "please attend to it.",
)
UP = Words("请督促：{words}", "Please see to it: {words}")


@dataclass(frozen=True, slots=True)
class Day:
    """Today, and what the office's calendar says of it."""

    now: datetime
    today: date
    calendar: Calendar

    @classmethod
    def of(cls, now: datetime) -> Day:
        """The office day of a moment."""
        return cls(now, timezone.localtime(now).date(), office_law.reckoner().calendar)

    def working_days(self, after: date, until: date) -> int:
        """Working days after one day up to another."""
        return self.calendar.workdays_between(after + timedelta(days=1), until)

    @property
    def begins(self) -> datetime:
        """When today began."""
        return office_law.end_of_day(self.today - timedelta(days=1))


@dataclass(slots=True)
class Told:
    """How many reminders and steps up were given."""

    reminders: int = 0
    escalated: int = 0


@dataclass(slots=True)
class _People:
    """Who holds which post where, asked once per run."""

    known: dict[tuple[int, int | None, str], list[Appointment]] = field(default_factory=dict)

    def heads(self, matter: Matter, level: str) -> list[Appointment]:
        """The office head of a matter, or the head of its agency where it has none."""
        posts = ("office_head",) if level == TO_OFFICE else HEADS
        found = [a for post in posts for a in self._of(matter, post)]
        return found or (self.heads(matter, TO_AGENCY) if level == TO_OFFICE else [])

    def _of(self, matter: Matter, post: str) -> list[Appointment]:
        key = (matter.agency_id, matter.office_id, post)
        if key not in self.known:
            self.known[key] = relations.signers(matter, post)
        return self.known[key]

    def answering(self, matter: Matter, today: date) -> Sequence[Appointment]:
        """Who must act: the handler, else whom the kind names, else the heads."""
        handler = matter.handler
        if handler and (handler.until is None or handler.until >= today):
            return [handler]
        named = kinds.get(matter.kind).relations.get("assignee")
        return (named(matter) if named else []) or self.heads(matter, TO_OFFICE)


def remind(now: datetime) -> Told:
    """Give every reminder and step up that is due and was not given; a second call gives none."""
    day, told, people = Day.of(now), Told(), _People()
    for clocks, stages in (
        (coming(day), _before),
        (overdue(day), _after),
        (unheard(day, TO_OFFICE), lambda clock, day: [TO_OFFICE]),
        (unheard(day, TO_AGENCY), lambda clock, day: [TO_AGENCY]),
    ):
        for chunk in _chunks(clocks):
            _give(chunk, stages, day, people, told)
    return told


def _running(day: Day) -> QuerySet[Clock]:
    return Clock.objects.filter(state="running", matter__closed_at__isnull=True)


def _missed(day: Day) -> QuerySet[Clock]:
    """Clocks that are over; a right of the other side that ran out (.window) was not missed."""
    return _running(day).filter(due_at__lte=day.now).exclude(duty__endswith=".window")


def coming(day: Day) -> QuerySet[Clock]:
    """Clocks that end within three working days and are not over."""
    horizon = office_law.end_of_day(day.calendar.shift(day.today, EARLY))
    return _running(day).filter(due_at__gt=day.now, due_at__lte=horizon)


def _given(**terms: object) -> Exists:
    return Exists(Reminder.objects.filter(clock=OuterRef("pk"), due_at=OuterRef("due_at"), **terms))


def overdue(day: Day) -> QuerySet[Clock]:
    """Clocks that are over and of which nothing was said for a week."""
    lately = day.begins - timedelta(days=AGAIN - 1)
    said = _given(stage__startswith="late.", given_at__gte=lately)
    return _missed(day).filter(~said)


def unheard(day: Day, level: str) -> QuerySet[Clock]:
    """Clocks over for so long that a superior should have heard of them, and has not."""
    last = day.today - timedelta(days=1)
    if level == TO_AGENCY:
        tomorrow = day.today + timedelta(days=1)
        last = day.calendar.shift(tomorrow, -AGENCY_AFTER) - timedelta(days=1)
    over = Q(due_day__lte=last) | Q(due_day=None, due_at__lte=office_law.end_of_day(last))
    return _missed(day).filter(over, ~_given(stage=level))


def _chunks(clocks: QuerySet[Clock]) -> Iterator[list[Clock]]:
    """Whole rows in chunks; the numbers are read first, for each chunk writes in between."""
    numbers = iter(list(clocks.order_by("pk").values_list("pk", flat=True)))
    while chunk := list(islice(numbers, CHUNK)):
        yield list(
            Clock.objects.filter(pk__in=chunk)
            .select_related(
                "matter__handler__user", "matter__handler__post", "matter__operator", "started_by"
            )
            .order_by("pk")
        )


def due_day(clock: Clock) -> date:
    """The day on which a clock ends."""
    assert clock.due_at is not None
    return clock.due_day or timezone.localtime(clock.due_at).date()


def _before(clock: Clock, day: Day) -> list[str]:
    """The most pressing of: due today, one working day left, three left. A term that began today
    is not reminded of today, unless it ends today."""
    ends = due_day(clock)
    left = day.working_days(day.today, ends)
    if ends <= day.today:
        began = timezone.localtime(clock.started_by.recorded_at).date()
        return ["before.0"] if began < day.today else []
    if timezone.localtime(clock.started_by.recorded_at) >= day.begins:
        return []
    return ["before.1"] if left <= LATER else ["before.3"]


def days_late(clock: Clock, day: Day) -> int:
    """For how many days a clock is over; a term in hours is a day late at once."""
    return max(1, (day.today - due_day(clock)).days)


def _after(clock: Clock, day: Day) -> list[str]:
    return [f"late.{1 + AGAIN * ((days_late(clock, day) - 1) // AGAIN)}"]


def words_of(clock: Clock, day: Day) -> Words:
    """What is said of a clock today."""
    internal = clock.basis == "internal"
    ends = due_day(clock)
    if clock.due_at is not None and clock.due_at <= day.now:
        words, n = (TARGET_PAST if internal else LATE), days_late(clock, day)
    elif ends <= day.today:
        words, n = (TARGET_TODAY if internal else TODAY), 0
    else:
        words, n = (TARGET_LEFT if internal else LEFT), day.working_days(day.today, ends)
    duty = office_law.duty_words(clock.duty, ends)
    return words.format(title=clock.matter.title, duty=duty, n=n, day=ends.isoformat())


def _give(
    chunk: list[Clock],
    stages: Callable[[Clock, Day], Iterable[str]],
    day: Day,
    people: _People,
    told: Told,
) -> None:
    wanted = [(clock, stage) for clock in chunk for stage in stages(clock, day)]
    with transaction.atomic():
        new = _first_time(wanted, day.now)
        rows: list[Notice] = []
        for clock, stage in wanted:
            if (clock.pk, stage) in new:
                rows += _notices(clock, stage, day, people)
                told.escalated += stage in (TO_OFFICE, TO_AGENCY)
                told.reminders += stage not in (TO_OFFICE, TO_AGENCY)
        Notice.objects.bulk_create(rows)


def _notices(clock: Clock, stage: str, day: Day, people: _People) -> list[Notice]:
    matter, words = clock.matter, words_of(clock, day)
    if stage in (TO_OFFICE, TO_AGENCY):
        heads = people.heads(matter, stage)
        return notices.rows(heads, UP.format(words=words), matter)
    told = notices.rows(people.answering(matter, day.today), words, matter)
    rule = office_law.rule_of(clock.rule)
    if stage in OPERATOR_STAGES and rule is not None and rule.actor in OPERATORS:
        told += notices.operator_rows(matter, words)
    return told


def _first_time(wanted: list[tuple[Clock, str]], now: datetime) -> set[tuple[int, str]]:
    """Note what is said; the answer is what nobody has said before, not even at this moment."""
    if not wanted:
        return set()
    adapt = connection.ops.adapt_datetimefield_value
    given = [
        value
        for clock, stage in wanted
        for value in (clock.pk, stage, adapt(clock.due_at), adapt(now))
    ]
    places = ", ".join(["(%s, %s, %s, %s)"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_reminder (clock_id, stage, due_at, given_at) "
            f"VALUES {places} ON CONFLICT DO NOTHING RETURNING clock_id, stage",
            given,
        )
        return {(row[0], row[1]) for row in cursor.fetchall()}
