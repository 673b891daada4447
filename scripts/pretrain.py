"""Teach the model that links rosters with too few credit codes: `python scripts/pretrain.py`.

It learns from fictitious counties of three styles, small and large, tidy and untidy, whose truth is
known, and writes `methods/linkage/pretrained/`. The same code gives the same files.
"""

from __future__ import annotations

from pathlib import Path

import lightgbm
import numpy as np

from zhian.demo.rosters import county
from zhian.law.identifiers import is_uscc
from zhian.methods.linkage import additive, blocking, features, model, records

FOLDER = Path(__file__).resolve().parent.parent / "src/zhian/methods/linkage/pretrained"
COUNTIES = tuple(
    (size, style, noise)
    for style in ("south", "central", "north")
    for size, noise in ((300, 1.3), (1200, 1.0), (2500, 1.6), (6000, 1.2))
)
SEED = 77
TREES = model.TREES | {"num_leaves": 24, "learning_rate": 0.12, "min_child_samples": 80}
ROUNDS = 90
LARGEST = 300_000


def examples(size: int, style: str, noise: float) -> tuple[features.Floats, np.ndarray]:
    """Pairs of one county with what they are; the pair of rosters is not shown."""
    roster = county(size, SEED, style, noise)
    read = records.read(roster.columns, valid_code=is_uscc)
    found = blocking.candidates(read)
    strange = np.random.default_rng(SEED).integers(0, len(read), (len(found.pairs) // 10, 2))
    pairs = np.concatenate([found.pairs[found.beyond], strange])
    truth = np.array(roster.truth)
    values = features.compare(features.arrays(read), pairs)
    values[:, features.NAMES.index("rosters")] = 0
    return values, (truth[pairs[:, 0]] == truth[pairs[:, 1]]).astype(np.int8)


def main() -> int:
    """Learn, write, and say how large the files are."""
    parts = [examples(*row) for row in COUNTIES]
    values = np.concatenate([part for part, _same in parts])
    same = np.concatenate([part for _values, part in parts])
    data = lightgbm.Dataset(values, same, feature_name=list(features.NAMES))
    trees = lightgbm.train(TREES, data, ROUNDS).model_to_string()
    weights = additive.dump(additive.learn(values, same))
    for name, text in (("trees.txt", trees), ("additive.json", weights)):
        FOLDER.joinpath(name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(text):,} bytes from {len(same):,} pairs")
        assert len(text) < LARGEST
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
