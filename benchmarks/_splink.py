"""Splink, tuned for Chinese signboards, on the very rows that we parsed: what we measure beside.

It gets everything that its model can use: our parsed names, owners, addresses and telephones, how
names sound, term frequencies, the owner inside a name, and the credit code as one comparison more.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhian.methods.linkage.records import Records

THRESHOLDS = (0.9, 0.99, 0.999, 0.9999)
RECALL = 0.8
SEED = 1
BLOCKS = (
    ("code",), ("phone",), ("licence",), ("base",), ("core", "town"), ("core", "village"),
    ("core", "road"), ("core", "owner"), ("core_sound", "town"), ("owner", "town"),
    ("owner", "village"), ("owner", "kind"), ("road", "house"), ("surname", "phone_tail"),
)  # fmt: skip
TRAINED_ON = (("code",), ("phone",), ("core", "village"))
RESERVED = {"full": "whole", "group": "grp"}  # words of SQL
BOTH = "{0}_l = {0}_r"


class NotThere(RuntimeError):
    """Splink is not installed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What Splink made of the rows: clusters by threshold, and the seconds it took."""

    version: str
    clusters: dict[float, NDArray[np.int64]]
    seconds: float


def link(records: Records) -> Anchor:
    """Train, predict and cluster; raises NotThere."""
    try:
        import splink
    except ImportError as why:
        raise NotThere(str(why)) from why
    logging.getLogger("splink").setLevel(logging.ERROR)
    began = time.perf_counter()
    base = splink.DuckDBAPI()
    base.duckdb_con.execute("set enable_progress_bar = false")
    rows = base.register(_table(records))
    linker = splink.Linker(rows, _settings(splink), log_level=logging.ERROR)
    _train(splink, linker)
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    clusters = {level: _clusters(linker, pairs, level, len(records)) for level in THRESHOLDS}
    return Anchor(splink.__version__, clusters, time.perf_counter() - began)


def _table(records: Records) -> pa.Table:
    columns: dict[str, Any] = {
        RESERVED.get(row.name, row.name): pa.array(
            [text or None for text in getattr(records, row.name)]
        )
        for row in fields(Records)
        if row.name != "rid"
    }
    columns["phone_tail"] = pa.array([text[-7:] or None for text in records.phone])
    return pa.table({"unique_id": pa.array(range(len(records)), pa.int64()), **columns})


def _settings(splink: Any) -> Any:
    return splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=[splink.block_on(*row) for row in BLOCKS],
        retain_intermediate_calculation_columns=False,
        additional_columns_to_retain=[],
    )


def _comparisons() -> list[Any]:
    near = "jaro_winkler_similarity({0}_l, {0}_r) >= {1}"
    inside = "(contains({0}_l, {1}_r) or contains({0}_r, {1}_l))"
    crossed = "(phone_l = phone_r or phone_l = phone2_r or phone2_l = phone_r)"
    return [
        _comparison("name", "core_l is null or core_r is null", [
            (BOTH.format("whole"), "whole"), (BOTH.format("base"), "base"),
            ("core_l = core_r and trade_l = trade_r", "core"), (BOTH.format("core"), "core"),
            (BOTH.format("core_sound"), ""), (near.format("base", 0.92), ""),
            (inside.format("base", "core"), ""), (near.format("core", 0.8), ""),
        ]),
        _comparison("owner_", "owner_l is null or owner_r is null", [
            (BOTH.format("owner"), "owner"), (BOTH.format("owner_sound"), ""),
            (near.format("owner", 0.85), ""), (inside.format("base", "owner"), ""),
            (BOTH.format("surname"), ""),
        ]),
        _comparison("phone_", "phone_l is null or phone_r is null", [
            (BOTH.format("phone"), "phone"), (crossed, ""),
            ("damerau_levenshtein(phone_l, phone_r) <= 1", ""),
        ]),
        _comparison("place", "coalesce(village_l, road_l, town_l) is null "
                    "or coalesce(village_r, road_r, town_r) is null", [
            ("road_l = road_r and house_l = house_r", ""),
            ("market_l = market_r and house_l = house_r", ""),
            ("village_l = village_r and hamlet_l = hamlet_r", ""),
            ("village_l = village_r and grp_l = grp_r", ""),
            (BOTH.format("village"), ""), (BOTH.format("road"), ""), (BOTH.format("market"), ""),
            (BOTH.format("town"), ""),
        ]),
        _comparison("trade_", "kind_l is null or kind_r is null", [
            ("kind_l = kind_r and words_l = words_r", ""), (BOTH.format("kind"), ""),
        ]),
        _comparison("code_", "code_l is null or code_r is null", [
            (BOTH.format("code"), ""), ("levenshtein(code_l, code_r) <= 1", ""),
        ]),
    ]  # fmt: skip


def _comparison(name: str, null: str, levels: list[tuple[str, str]]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"sql_condition": null, "is_null_level": True, "label": "null"}]
    for number, (condition, frequency) in enumerate(levels):
        row: dict[str, Any] = {"sql_condition": condition, "label_for_charts": f"{name}{number}"}
        rows.append(row | ({"tf_adjustment_column": frequency} if frequency else {}))
    rows[0]["label_for_charts"] = rows[0].pop("label")
    rows.append({"sql_condition": "ELSE", "label_for_charts": "else"})
    return {"output_column_name": name, "comparison_levels": rows}


def _train(splink: Any, linker: Any) -> None:
    sure = [splink.block_on("code"), splink.block_on("phone", "owner")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for row in TRAINED_ON:
        linker.training.estimate_parameters_using_expectation_maximisation(
            splink.block_on(*row), record_sample_proportion=1.0
        )


def _clusters(linker: Any, pairs: Any, level: float, size: int) -> NDArray[np.int64]:
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, level)
    rows = found.as_duckdbpyrelation().select("unique_id, cluster_id").fetchnumpy()
    cluster = np.arange(size)
    cluster[rows["unique_id"].astype(np.int64)] = rows["cluster_id"].astype(np.int64)
    return cluster
