"""Which rows are compared at all: pairs that share a key, found in SQL.

The text of the keys is plain SQL over the columns of `Records`, the same on DuckDB and Spark. Weak
keys hold within a county only; a key shared by more than `largest` rows tells nothing and is
dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhian.methods.linkage.records import Records

LARGEST = 60
# key → (expression, condition): what two rows must share to be worth comparing
KEYS: dict[str, tuple[str, str]] = {
    "code": ("code", "code <> ''"),
    "code_body": ("substr(code || wrong, 9, 9)", "length(code || wrong) >= 17"),
    "old": ("old", "old <> ''"),
    "licence": ("licence", "length(licence) >= 8"),
    "phone": ("phone", "phone <> ''"),
    "phone2": ("phone2", "phone2 <> ''"),
    "phone_tail": ("right(phone, 7) || surname", "length(phone) >= 7 and surname <> ''"),
    "base": ("county || base", "length(base) >= 3"),
    "core_town": ("county || core || town", "length(core) >= 2 and town <> ''"),
    "core_village": ("county || core || village", "length(core) >= 2 and village <> ''"),
    "core_road": ("county || core || road || market", "length(core) >= 2 and road || market <> ''"),
    "core_owner": ("county || core || owner", "length(core) >= 2 and owner <> ''"),
    "sound_town": ("county || core_sound || town", "length(core) >= 2 and town <> ''"),
    "owner_town": ("county || owner || town", "length(owner) >= 2 and town <> ''"),
    "owner_village": ("county || owner || village", "length(owner) >= 2 and village <> ''"),
    "owner": ("county || owner", "length(owner) >= 3"),
    "core": ("county || core", "length(core) >= 3"),
    "village_sign": (
        "county || village || surname || trade || left(core, 1)",
        "village <> '' and surname <> ''",
    ),
    "owner_kind": ("county || owner || kind || trade", "length(owner) >= 2"),
    "owner_road": ("county || owner || road || market", "owner <> '' and road || market <> ''"),
    "owner_sound": ("county || owner_sound || village || road", "length(owner) >= 2"),
    "owner_core": ("county || owner || left(core, 2)", "length(owner) >= 2 and core <> ''"),
    "core_is_owner": (
        "county || case when length(core) between 2 and 4 and owner = '' then core else owner end"
        " || village || road",
        "length(core) >= 2",
    ),
    "door": ("county || road || market || house", "road || market <> '' and house <> ''"),
    "hamlet": (
        "county || town || village || hamlet || surname || trade",
        "length(hamlet) >= 2 and surname <> '' and trade <> ''",
    ),
    "hamlet_group": (
        'county || village || hamlet || "group" || kind',
        "length(hamlet) >= 2 and \"group\" <> ''",
    ),
}
BY_CODE = ("code", "code_body")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth comparing: positions (n, 2) with a < b, each once, in order.

    `beyond` (n,): whether the two share more than their credit code.
    """

    pairs: NDArray[np.int64]
    beyond: NDArray[np.bool_]


def table(records: Records) -> pa.Table:
    """The rows as one Arrow table with their position `i`."""
    columns = {row.name: getattr(records, row.name) for row in fields(Records)}
    return pa.table({"i": pa.array(np.arange(len(records), dtype=np.int64)), **columns})


def sql(largest: int = LARGEST, since: int = 0) -> str:
    """The query that lists every pair (a < b) which shares at least one key.

    since: only pairs of which the later row stands at this position or behind it.
    """
    rows = " union all ".join(
        f"select i, '{name}' as k, {text} as v from records where {condition}"
        for name, (text, condition) in KEYS.items()
    )
    of_code = ", ".join(f"'{name}'" for name in BY_CODE)
    return f"""
    with keys as ({rows}),
    small as (
        select k, v from keys group by k, v
        having count(*) between 2 and {largest} and max(i) >= {since}
    ),
    kept as (select keys.k, keys.v, keys.i from keys join small using (k, v))
    select one.i as a, two.i as b, max(case when one.k in ({of_code}) then 0 else 1 end) as beyond
    from kept one join kept two on one.k = two.k and one.v = two.v and one.i < two.i
    where two.i >= {since}
    group by one.i, two.i
    order by a, b
    """


def candidates(records: Records, largest: int = LARGEST, since: int = 0) -> Candidates:
    """The rows to compare; see `sql` for what `since` leaves out."""
    with duckdb.connect() as base:
        base.execute("set enable_progress_bar = false")
        base.register("records", table(records))
        found = base.sql(sql(largest, since)).fetchnumpy()
    pairs = np.column_stack([found["a"], found["b"]]).astype(np.int64)
    return Candidates(pairs, found["beyond"].astype(bool))
