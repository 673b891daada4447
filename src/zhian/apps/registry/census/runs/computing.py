"""One linking of a county: rows in, a result that waits to be checked and published."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from zhian.apps.registry.census.linking import NEEDS, valid_code
from zhian.apps.registry.census.review import queries as review
from zhian.apps.registry.census.runs import asking, describing, inputs, numbering, unseen
from zhian.apps.registry.census.runs.inputs import Inputs
from zhian.apps.registry.census.runs.result import Register, Result, judge_text
from zhian.apps.registry.models import Establishment, RosterImport
from zhian.directory.models import Place
from zhian.law.words import Words
from zhian.methods.linkage import confidence, flags, linker, records, register, suspects
from zhian.methods.linkage.records import Records

DISPUTED = "legal_acts_alike"
Json = dict[str, Any]
Tell = Callable[[Words], None]
READING = Words("读取各名册的记录", "reading the rows of all rosters")
PARSING = Words("解析名称、地址、代码", "reading names, addresses and codes")
LINKING = Words("比较并关联", "comparing and linking")
ASKING = Words("整理待核问题和冲突", "collecting questions and conflicts")
ESTIMATING = Words("估计未见户数", "estimating the unseen")


@dataclass(frozen=True, slots=True)
class Computed:
    """The result, the rows as they were read, and the manifest without its checks."""

    result: Result
    register: Register
    manifest: Json


class _Steps:
    """Says what is being done, and remembers how long each step took."""

    def __init__(self, tell: Tell) -> None:
        self.tell, self.seconds = tell, dict[str, float]()
        self.name, self.since = "", time.perf_counter()

    def begin(self, name: str, words: Words) -> None:
        self.end()
        self.name = name
        self.tell(words)

    def end(self) -> None:
        now = time.perf_counter()
        if self.name:
            self.seconds[self.name] = round(now - self.since, 2)
        self.since = now


def compute(
    county: Place, seed: int, tell: Tell = lambda _words: None, bias: float = linker.BIAS
) -> Computed:
    """Link all rows of the county that stand; nothing is written."""
    steps = _Steps(tell)
    steps.begin("rows", READING)
    stamp = inputs.stamp(county)
    given = inputs.collect(county)
    decided = review.constraints(county)
    steps.begin("parse", PARSING)
    read, words = _read(given, decided.aside)
    steps.begin("link", LINKING)
    at = {key: row for row, key in enumerate(given.keys)}
    same = [*_positions(decided.same, at), *_bound(given)]
    found = linker.link(
        read,
        same=same,
        different=_positions(decided.different, at),
        standing=given.standing if any(given.standing) else (),
        bias=bias,
    )
    numbered = numbering.number(
        found.cluster, given.before, given.held, given.real, numbering.fresh(county)
    )
    steps.begin("ask", ASKING)
    codes = linker.trusted(read, found.doubtful)
    result, double = _described(given, read, found, codes, numbered)
    _asked(result, given, read, found, codes, decided, at, seed)
    result.conflicts = _conflicts(given, read, found, bias)
    steps.begin("unseen", ESTIMATING)
    result.unseen = _unseen(result, given, read, flags.counted(read, found.cluster).tolist())
    steps.end()
    kept = Register(given.pks[: given.records], _only(read, given.records), words, found.judge)
    manifest = {
        "stamp": stamp,
        "inputs": _inputs(given),
        "model": _model(found, bias),
        "counts": _counts(result, given, found, double, decided),
        "kept": _kept(decided, at, found),
        "seconds": steps.seconds,
    }
    return Computed(result, kept, manifest)


def _read(given: Inputs, aside: Sequence[str]) -> tuple[Records, records.Vocabulary]:
    """The rows as linking reads them; a code that people set aside counts as none."""
    columns = given.columns
    if aside:
        gone = set(aside)
        codes = zip(given.keys, columns["uscc"], strict=True)
        columns = {**columns, "uscc": ["" if key in gone else code for key, code in codes]}
    words = records.learn(columns["name"], columns["owner"], columns["addr"])
    return records.read(columns, valid_code=valid_code, vocabulary=words), words


def _only(read: Records, rows: int) -> Records:
    return Records(**{name: getattr(read, name)[:rows] for name in Records.__dataclass_fields__})


def _positions(pairs: Sequence[tuple[str, str]], at: dict[str, int]) -> list[tuple[int, int]]:
    """Decisions by the rows' own keys as positions; a row that is no more says nothing."""
    return [(at[one], at[two]) for one, two in pairs if one in at and two in at]


def _bound(given: Inputs) -> Iterator[tuple[int, int]]:
    """Premises that an establishment has already stay with its rows."""
    first: dict[str, int] = {}
    for row, number in enumerate(given.before):
        if number and given.real[row]:
            first.setdefault(number, row)
    for row, number in enumerate(given.before):
        if number and not given.real[row] and number in first:
            yield first[number], row


def _described(
    given: Inputs,
    read: Records,
    found: linker.Linked,
    codes: Sequence[str],
    numbered: numbering.Numbered,
) -> tuple[Result, int]:
    rows, numbers = given.records, numbered.of_row
    linked = {given.pks[n]: given.before[n] for n in range(rows, len(given)) if given.before[n]}
    premises, double = describing.premises_of(given, numbers, linked)
    homes = describing.members(numbers, rows)
    towns = describing.townships(given.place)
    sure = confidence.of_rows(found.pairs, found.log_odds, found.cluster, codes)
    stood = Establishment.objects.filter(
        number__startswith=f"E{given.place.prefix}", ended_on__isnull=True
    ).values_list("number", flat=True)
    gone = sorted(set(stood) - set(homes) - set(numbered.redirects) - given.held)
    result = Result(
        pks=given.pks[:rows],
        numbers=list(numbers[:rows]),
        confidence=[round(chance, 4) for chance in sure[:rows].tolist()],
        establishments=describing.described(given, read, codes, homes, premises, towns),
        redirects=numbered.redirects,
        splits=numbered.splits,
        new=list(numbered.new),
        ended=gone,
        flags=_flags(given, read, found, numbers),
    )
    return result, double


def _flags(
    given: Inputs, read: Records, found: linker.Linked, numbers: Sequence[str]
) -> list[tuple[str, str, int]]:
    """Each blind spot once for its establishment, with the first row that carries it."""
    there = set(read.roster[: given.records])
    judged = {flag for flag, needs in NEEDS.items() if all(there & set(any_of) for any_of in needs)}
    first: dict[tuple[str, str], int] = {}
    for one in flags.flags(read, found.cluster):
        if one.flag in judged and given.real[one.row]:
            first.setdefault((numbers[one.row], one.flag), given.pks[one.row])
    return [(number, flag, pk) for (number, flag), pk in first.items()]


def _asked(
    result: Result,
    given: Inputs,
    read: Records,
    found: linker.Linked,
    codes: list[str],
    decided: review.Constraints,
    at: dict[str, int],
    seed: int,
) -> None:
    pairs = [*decided.same, *decided.different]
    answered = frozenset(at[one] for one, _two in pairs if one in at)
    row_of = {pk: row for row, pk in enumerate(result.pks)}
    speakers = {one["number"]: row_of[one["speaks"]] for one in result.establishments}
    numbers = [*result.numbers, *_register_numbers(given, found, result)]
    result.questions, result.audit = asking.asked(
        read,
        found,
        codes,
        numbers,
        speakers,
        given.pks,
        rows=given.records,
        answered=answered,
        seed=seed,
    )
    judged = {flag for _number, flag, _pk in result.flags}
    result.questions = [
        question
        for question in result.questions
        if set(question["changes"]) & judged or not question["changes"]
    ]


def _register_numbers(given: Inputs, found: linker.Linked, result: Result) -> Iterator[str]:
    """The establishment of each row of the directory, empty where it stands alone."""
    homes = dict(zip(found.cluster[: given.records].tolist(), result.numbers, strict=True))
    return (homes.get(name, "") for name in found.cluster[given.records :].tolist())


def _conflicts(
    given: Inputs, read: Records, found: linker.Linked, bias: float
) -> list[tuple[str, list[int], float]]:
    """What contradicts itself, and what looks like one business though legal acts rest on two."""
    rows = [
        (one.kind, one.rows, one.weight)
        for one in suspects.conflicts(read, found.pairs, found.log_odds, found.cluster)
    ]
    disputed = register.disputed(found, given.before, given.held, bias)
    rows += [(DISPUTED, (a, b), weight) for a, b, weight in disputed]
    known = [
        (kind, [given.pks[row] for row in members if given.real[row]], round(weight, 4))
        for kind, members, weight in rows
    ]
    return [one for one in known if len(one[1]) > 1]


def _unseen(result: Result, given: Inputs, read: Records, counted: Sequence[bool]) -> list[Json]:
    places = {one["number"]: one["place"] for one in result.establishments}
    trades = {one["number"]: one["kind"] for one in result.establishments}
    return unseen.estimated(
        read,
        given.records,
        result.numbers,
        places,
        trades,
        given.place.pk,
        counted=counted,
    )


# --- the manifest


def _inputs(given: Inputs) -> Json:
    names = ("pk", "agency__code", "roster", "name", "sha256", "as_of", "rows")
    done = RosterImport.objects.filter(place=given.place, state="done").order_by("pk")
    imports = [
        {"import": pk, "agency": agency, "roster": roster, "name": name, "sha256": sha,
         "as_of": as_of.isoformat(), "rows": rows}
        for pk, agency, roster, name, sha, as_of, rows in done.values_list(*names)
    ]  # fmt: skip
    digest = hashlib.sha256()
    for row in range(given.records):
        digest.update(f"{given.pks[row]}\n{given.keys[row]}\n".encode())
    return {
        "imports": imports,
        "records": given.records,
        "register": len(given) - given.records,
        "rosters": dict(Counter(given.columns["roster"][: given.records]).most_common()),
        "sha256": digest.hexdigest(),
    }


def _model(found: linker.Linked, bias: float) -> Json:
    text = judge_text(found.judge)
    return {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "pretrained": found.pretrained,
        "labelled": found.labelled,
        "bias": bias,
        "calibration": asdict(found.calibration) if found.calibration else None,
    }


def _counts(
    result: Result,
    given: Inputs,
    found: linker.Linked,
    double: int,
    decided: review.Constraints,
) -> Json:
    sizes = Counter(Counter(result.numbers).values())
    held = _held_touched(result, given)
    return {
        "records": len(result.pks),
        "linked": sum(map(bool, result.numbers)),
        "establishments": len(result.establishments),
        "before": len({number for number in given.before if number}),
        "merged": len(result.redirects),
        "split": len(result.splits),
        "new": len(result.new),
        "ended": len(result.ended),
        "pairs": len(found.pairs),
        "codes_set_aside": int(np.count_nonzero(found.doubtful)),
        "sizes": sorted(sizes.items()),
        "flags": dict(Counter(flag for _number, flag, _pk in result.flags)),
        "questions": len(result.questions),
        "audit": len(result.audit),
        "conflicts": dict(Counter(kind for kind, _rows, _weight in result.conflicts)),
        "unseen": len(result.unseen),
        "premises": sum(1 for one in result.establishments if one["premises"]),
        "premises_double": double,
        "legal": len(given.held),
        "legal_touched": held,
        "decisions": len(decided.same) + len(decided.different),
        "contradictions": len(decided.contradictions),
    }


def _held_touched(result: Result, given: Inputs) -> int:
    """Establishments with a legal act that the run would merge, split or end: there must be none.

    Looked at in the result itself, not in what the linking was asked for."""
    now: dict[str, set[str]] = {}
    came: dict[str, set[str]] = {}
    for number, before in zip(result.numbers, given.before, strict=False):
        if before in given.held:
            now.setdefault(before, set()).add(number)
            came.setdefault(number, set()).add(before)
    touched = {old for old, homes in now.items() if homes != {old}}
    touched |= {old for olds in came.values() if len(olds) > 1 for old in olds}
    return len(touched | (given.held & (set(result.redirects) | set(result.ended))))


def _kept(decided: review.Constraints, at: dict[str, int], found: linker.Linked) -> Json:
    """How many decisions speak of rows that stand, and how many the linking did not keep."""
    same, different = _positions(decided.same, at), _positions(decided.different, at)
    home = found.cluster
    broken = sum(home[a] != home[b] for a, b in same) + sum(
        home[a] == home[b] for a, b in different
    )
    return {"applied": len(same) + len(different), "broken": int(broken)}
