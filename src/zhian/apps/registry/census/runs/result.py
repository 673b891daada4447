"""What a run found, before anybody publishes it: values that go into a file and come back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from zhian.apps.registry.census.errors import UnreadableFile
from zhian.methods.linkage import additive, model
from zhian.methods.linkage.places import Gazetteer
from zhian.methods.linkage.records import Records, Vocabulary

RESULT, ROWS, WORDS = "result.json", "records.parquet", "vocabulary.json"
TREES, ADDITIVE = "trees.txt", "additive.json"
Json = dict[str, Any]


@dataclass(slots=True)
class Result:
    """Rows by the primary key of their record (`pks`), each with the number of its establishment
    and how sure that is; the establishments; what changed; what people should look at."""

    pks: list[int] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    establishments: list[Json] = field(default_factory=list)
    redirects: dict[str, str] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    flags: list[tuple[str, str, int]] = field(default_factory=list)
    questions: list[Json] = field(default_factory=list)
    audit: list[Json] = field(default_factory=list)
    conflicts: list[tuple[str, list[int], float]] = field(default_factory=list)
    unseen: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Register:
    """The rows as a run read them, so that new rows can be put to them without reading anew."""

    pks: list[int]
    records: Records
    words: Vocabulary
    judge: model.Model


def dump(result: Result, register: Register) -> bytes:
    """Both as one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(RESULT, json.dumps(asdict(result), ensure_ascii=False))
        packed.writestr(ROWS, _rows(register), zipfile.ZIP_STORED)
        packed.writestr(WORDS, json.dumps(_words(register.words), ensure_ascii=False))
        for name, text in _judge(register.judge):
            packed.writestr(name, text)
    return out.getvalue()


def _rows(register: Register) -> bytes:
    columns = {row.name: getattr(register.records, row.name) for row in fields(Records)}
    table = pa.table({"pk": pa.array(register.pks, pa.int64()), **columns})
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


def _words(words: Vocabulary) -> Json:
    places = {"names": words.gazetteer.names, "shorts": words.gazetteer.shorts}
    return {**places, "tails": sorted(words.tails)}


def _judge(judge: model.Model) -> Iterator[tuple[str, str]]:
    """The model where it was learned here; the one that ships with the house is not kept again."""
    if judge is model.pretrained():
        return
    if isinstance(judge, model.Trees):
        yield TREES, judge.booster.model_to_string()
    elif isinstance(judge, additive.Additive):
        yield ADDITIVE, additive.dump(judge)


def judge_text(judge: model.Model) -> str:
    """The model as text, whichever it is, for its checksum."""
    if isinstance(judge, model.Trees):
        return str(judge.booster.model_to_string())
    return additive.dump(judge) if isinstance(judge, additive.Additive) else ""


def load(content: bytes) -> Result:
    """What the run found; raises UnreadableFile."""
    with _opened(content) as packed:
        data = json.loads(packed.read(RESULT))
    return Result(**data)


def load_register(content: bytes) -> Register:
    """The rows as the run read them; raises UnreadableFile."""
    with _opened(content) as packed:
        table = parquet.read_table(io.BytesIO(packed.read(ROWS)))
        words = json.loads(packed.read(WORDS))
        names = packed.namelist()
        judge: model.Model = model.pretrained()
        if TREES in names:
            judge = _trees(packed.read(TREES).decode())
        elif ADDITIVE in names:
            judge = additive.load(packed.read(ADDITIVE).decode())
    columns = {row.name: table[row.name].to_pylist() for row in fields(Records)}
    gazetteer = Gazetteer(words["names"], words["shorts"])
    vocabulary = Vocabulary(gazetteer, frozenset(words["tails"]))
    return Register(table["pk"].to_pylist(), Records(**columns), vocabulary, judge)


def _trees(text: str) -> model.Model:
    import lightgbm

    return model.Trees(lightgbm.Booster(model_str=text))


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise UnreadableFile(
            "关联结果的文件已损坏，请重新关联。", "The file of the run is broken: link again."
        ) from None
