"""What only a lawyer of the agency can decide, each with its default explained.

settings.toml beside the rules carries defaults, reasons and articles; law.toml in the agency's
data folder ($ZHIAN_DATA) carries what the agency chose instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zhian.law.calendar import data_folder
from zhian.law.counting import COUNTED, TARGETED, Counting, Period
from zhian.law.errors import LawError
from zhian.law.periodic import Monthday
from zhian.law.provinces import NONE, named
from zhian.law.rules import DATA, Rule
from zhian.law.tables import RuleFileError, Table, names, read_toml
from zhian.law.words import Words

OWN_FILE = "law.toml"
PROVINCE = "province"
SETTING_KEYS = names("title default why articles sources choices used")
TARGET_KEYS = names("amount unit why")
LONGEST_WORD = 40
LASTING = names("duration cooldown waiting_period")

Value = bool | str | tuple[str, ...]


class UnknownSetting(LawError):
    """Code or file asks for a setting that settings.toml does not have."""

    def __init__(self, key: str) -> None:
        super().__init__(f"没有名为 {key} 的设置", f"There is no setting named {key}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice: its default, why, under which articles, and which sources it bears on.

    Not `used`: no procedure or rule reads it yet, and choosing it changes nothing today.
    """

    key: str
    title: Words
    default: Value
    why: Words
    articles: tuple[str, ...]
    sources: frozenset[str]
    choices: Mapping[str, Words]
    used: bool = True

    @property
    def of_days(self) -> bool:
        """Whether its answers are days of the year (MM-DD), not words."""
        return isinstance(self.default, tuple) and all(map(_monthday, self.default))

    def accepts(self, value: object) -> bool:
        """Whether a value is one of the possible answers."""
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        if isinstance(self.default, tuple):
            fits = _monthday if self.of_days else _word
            return isinstance(value, tuple) and bool(value) and all(map(fits, value))
        return value in self.choices


@dataclass(frozen=True, slots=True)
class Target:
    """The agency's own time for a duty without a number in the law; never shown as statute."""

    period: Period
    why: Words


class Settings:
    """The agency's choices, defaults where it made none; ask by name."""

    __slots__ = ("_counting", "_own", "_settings", "_targets")

    def __init__(
        self,
        settings: Mapping[str, Setting],
        targets: Mapping[str, Target],
        own: Mapping[str, Value] | None = None,
    ) -> None:
        self._settings, self._targets = dict(settings), dict(targets)
        self._own = dict(own or {})
        self._counting: dict[tuple[str, bool], Counting] = {}
        for key, value in self._own.items():
            if not self.setting(key).accepts(value):
                raise LawError(f"{key} 的取值无效", f"{key} cannot have this value")

    @classmethod
    def load(cls, folder: Path | None = None, own: Path | None = None) -> Settings:
        """Defaults from a data folder and the agency's law.toml, if it exists; RuleFileError."""
        document = read_toml((folder or DATA) / "settings.toml", "settings.toml")
        settings = {t.name.partition(".")[2]: t for t in _group(document, "setting")}
        targets = _targets(document, "settings.toml")
        path = own or data_folder() / OWN_FILE
        chosen = read_toml(path, path.name) if own or path.exists() else {}
        values = {key: _plain(value) for key, value in chosen.get("setting", {}).items()}
        read = {key: read_setting(key, table) for key, table in settings.items()}
        if PROVINCE in read:
            read[PROVINCE] = replace(read[PROVINCE], choices=named(folder or DATA))
        return cls(read, targets | _targets(chosen, path.name), values)

    def setting(self, key: str) -> Setting:
        """The question with its default and reasons; UnknownSetting."""
        try:
            return self._settings[key]
        except KeyError:
            raise UnknownSetting(key) from None

    def value(self, key: str) -> Value:
        """The agency's answer, or the default."""
        setting = self.setting(key)
        return self._own.get(key, setting.default)

    @property
    def province(self) -> str:
        """Whose regulations on workshops and stalls hold: the name of a file of provinces/."""
        chosen = self.value(PROVINCE) if PROVINCE in self._settings else NONE
        return chosen if isinstance(chosen, str) else NONE

    def on(self, key: str) -> bool:
        """A yes-or-no setting."""
        return self.value(key) is True

    def __iter__(self) -> Iterator[Setting]:
        return iter(self._settings.values())

    def counting(self, rule: Rule) -> Counting:
        """How this rule's periods are counted under the agency's choices."""
        source = rule.source.key if rule.source else ""
        key = source, rule.kind in LASTING
        if key not in self._counting:
            self._counting[key] = self._choices(*key)
        return self._counting[key]

    def _choices(self, source: str, lasting: bool) -> Counting:
        doubtful = source in self.setting("roll_weekends").sources
        hours = source in self.setting("next_full_hour").sources
        return Counting(
            roll=not lasting or self.on("roll_durations"),
            roll_weekends=not doubtful or self.on("roll_weekends"),
            next_full_hour=hours and self.on("next_full_hour"),
        )

    def semesters(self) -> tuple[Monthday, ...]:
        """The last days of the semesters as (month, day)."""
        ends = self.value("semester_ends")
        assert isinstance(ends, tuple)  # accepts() let nothing else through
        return tuple((int(end[:2]), int(end[3:])) for end in ends)

    def target(self, rule: Rule) -> Target | None:
        """The internal target of a duty without a number: at once, or left to another provision
        (for that one by name); None for any other."""
        if rule.period.unit not in TARGETED:
            return None
        own = (self._targets.get(duty) for duty in rule.duties)
        return next((t for t in own if t), self._targets.get(rule.period.unit))

    def targets(self) -> Mapping[str, Target]:
        """Every internal target by duty, and the two general ones."""
        return self._targets


def _group(document: Mapping[str, Any], group: str, file: str = "settings.toml") -> list[Table]:
    tables = document.get(group, {})
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise RuleFileError(file, group, "应由表组成", "must consist of tables")
    return [Table(file, f"{group}.{key}", table) for key, table in tables.items()]


def read_setting(key: str, table: Table) -> Setting:
    """One [setting.x] of settings.toml."""
    table.known(SETTING_KEYS)
    choices = table.table("choices")
    setting = Setting(
        key=key,
        title=table.words("title", required=True),
        default=_plain(table.values.get("default")),
        why=table.words("why", required=True),
        articles=table.texts("articles"),
        sources=frozenset(table.texts("sources")),
        choices={k: choices.words(k, required=True) for k in choices.values} if choices else {},
        used=table.values.get("used", True) is not False,
    )
    if not setting.accepts(setting.default):
        raise table.wrong("default 不在可选范围内", "default is none of the possible answers")
    if not setting.articles:
        raise table.wrong("articles 不能为空", "articles must name what the choice rests on")
    return setting


def _targets(document: Mapping[str, Any], file: str) -> dict[str, Target]:
    tables = _group(document, "target", file)
    return {table.name.partition(".")[2]: _target(table) for table in tables}


def _target(table: Table) -> Target:
    table.known(TARGET_KEYS)
    amount, unit = table.number("amount"), table.choice("unit", COUNTED)
    if not amount:
        raise table.wrong("amount 应大于零", "amount must be above zero")
    return Target(Period(amount, unit), table.words("why", required=True))


def _plain(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _word(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_WORD


def _monthday(text: object) -> bool:
    if not isinstance(text, str) or len(text) != 5 or text[2] != "-":
        return False
    month, day = text[:2], text[3:]
    return month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
