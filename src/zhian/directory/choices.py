"""What only the agency's lawyer decides: kept in the database with its reason, and written to
law.toml, which the law reads at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from zhian.directory import files, log, reach
from zhian.directory.calendar import after_calendar_change
from zhian.directory.errors import NotPossible
from zhian.directory.models import Appointment, Setting, User
from zhian.law.calendar import data_folder
from zhian.law.errors import LawError
from zhian.law.settings import OWN_FILE, Setting as Question, Settings

PREFIX = "law."
HEADING = "# 本机关的选择 / what this agency chose (kept by the administrator)"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One question with the answer in force, and who gave it why."""

    question: Question
    value: Any
    own: bool
    reason: str = ""
    set_by: User | None = None


def own_file() -> Path:
    """Where the law reads the agency's answers."""
    return data_folder() / OWN_FILE


def all_choices() -> list[Chosen]:
    """Every question of settings.toml, with our answer or the default."""
    rows = {r.key.removeprefix(PREFIX): r for r in _rows().select_related("set_by")}
    found = []
    for question in Settings.load():
        row = rows.get(question.key)
        if row is None:
            found.append(Chosen(question, question.default, False))
        else:
            found.append(Chosen(question, _given(row.value), True, row.reason, row.set_by))
    return found


def _rows() -> Any:
    return Setting.objects.filter(key__startswith=PREFIX, agency__isnull=True)


def _given(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def choose(*, key: str, value: Any, by: Appointment | None, reason: str) -> int:
    """Answer one question of the law's settings, with the lawyer's reason; open clocks are
    counted again, on record. Returns how many moved; raises NotPossible."""
    if by is not None:
        reach.need(by, "settings", by.post.territory)
    if not reason.strip():
        raise NotPossible("请写明理由。", "Give the reason.", "reason")
    question = next((q for q in Settings.load() if q.key == key), None)
    if question is None:
        raise NotPossible(f"没有设置 {key}。", f"There is no setting {key}.", "key")
    if not question.accepts(_given(value)):
        raise NotPossible("取值无效。", "This value is not possible.", "value")
    _keep(question, _plain(value), by, reason)
    return sum(hook(reason) for hook in list(after_calendar_change))


@transaction.atomic
def _keep(question: Question, value: Any, by: Appointment | None, reason: str) -> None:
    key = question.key
    old = _rows().filter(key=PREFIX + key).first()
    before = {key: old.value if old else _plain(question.default)}
    row, _ = Setting.objects.update_or_create(
        key=PREFIX + key,
        agency=None,
        defaults={
            "value": value,
            "reason": reason[:300],
            "set_by": by.user if by else None,
        },
    )
    log.write("setting", row, by=by, reason=reason, before=before, after={key: value})
    write()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def write() -> None:
    """Write our answers for the law; what the file says besides ([target.…]) is kept."""
    answers = [(r.key.removeprefix(PREFIX), r.value) for r in _rows().order_by("key")]
    wanted = _text(answers) + _targets()
    _prove(wanted)
    files.replace(own_file(), wanted)


def _text(answers: Iterable[tuple[str, Any]]) -> str:
    lines = [HEADING, "", "[setting]"]
    lines += [f"{_toml(key)} = {_toml(value)}" for key, value in answers]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _targets() -> str:
    """The [target.…] tables that stand in the file, as they are written there."""
    path = own_file()
    if not path.exists():
        return ""
    kept, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            inside = line.startswith("[target.")
        if inside:
            kept.append(line)
    return "\n" + "\n".join(kept).rstrip() + "\n" if kept else ""


def _prove(text: str) -> None:
    """The law must be able to read the file before it is put in place."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / OWN_FILE
        trial.write_text(text, encoding="utf-8")
        try:
            Settings.load(own=trial)
        except LawError as error:
            raise NotPossible(error.words.zh, error.words.en) from error
