"""The rules of the house, held by machine where a machine can hold them."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from scripts import docs, sizes, wheel
from zhian.config import env

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src/zhian"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
WRITTEN = (".py", ".toml", ".html", ".css", ".js", ".typ", ".sh", ".md", ".sql", ".csv")
FETCHED = {"vendor", "fonts", "__pycache__"}
SETTING = re.compile(r"\bZHIAN_[A-Z][A-Z_]*[A-Z]\b")
FOR_DEVELOPERS = {"ZHIAN_TEST_REQUIRE", "ZHIAN_REFERENCE"}


def texts(*folders: str, suffixes: tuple[str, ...] = WRITTEN) -> Iterator[tuple[Path, str]]:
    """Every text that we wrote below some folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and not FETCHED & set(path.parts):
                yield path.relative_to(ROOT), path.read_text("utf-8")


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """Every module of the house, parsed once; migrations are Django's."""
    return tuple(
        (path, ast.parse(text))
        for path, text in texts("src", suffixes=(".py",))
        if "migrations" not in path.parts
    )


# --- sizes


def test_no_file_and_no_function_is_too_large() -> None:
    assert [line for path in sizes.modules() for line in sizes.too_large(path)] == []


def test_a_function_of_61_lines_would_be_found(tmp_path: Path) -> None:
    body = "def long() -> None:\n" + "    pass\n" * sizes.FUNCTION_LIMIT
    assert list(sizes.functions(body)) == [("long", 1, sizes.FUNCTION_LIMIT + 1)]


# --- imports


def layers() -> set[str]:
    """The modules that the layers of import-linter name."""
    contracts = {row["id"]: row for row in PROJECT["tool"]["importlinter"]["contracts"]}
    named = re.findall(r"[\w.]+", " ".join(contracts["layers"]["layers"]))
    inner = re.findall(r"\w+", " ".join(contracts["interfaces"]["layers"]))
    return {*named, *(f"zhian.interfaces.{name}" for name in inner)}


@pytest.mark.parametrize("inside", ["", "apps", "interfaces"])
def test_every_room_has_its_floor(inside: str) -> None:
    folder, prefix = SOURCE / inside, ".".join(filter(None, ("zhian", inside)))
    rooms = {f"{prefix}.{p.parent.name}" for p in folder.glob("*/__init__.py")}
    files = {f"{prefix}.{p.stem}" for p in folder.glob("*.py")} - {f"{prefix}.__init__"}
    assert (rooms | files) - {"zhian.apps"} <= layers()


# --- one door


def calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def makes(name: str) -> re.Pattern[str]:
    """A call that makes, or rewrites, rows of a model."""
    writers = "create|bulk_create|get_or_create|update_or_create|bulk_update"
    return re.compile(rf"(\w+\.)*{name}(\.objects\.({writers}))?")


def test_only_the_book_of_the_desk_makes_acts() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in trees()
        for line, called in calls(tree)
        if makes("Act").fullmatch(called)
    ]
    assert {row.split(":")[0] for row in found} == {"src/zhian/desk/engine/book.py"}, found


def outside_the_desk() -> Iterator[tuple[Path, ast.Module]]:
    """Everybody who has to ask the desk."""
    return ((p, t) for p, t in trees() if not p.is_relative_to("src/zhian/desk"))


def test_only_the_desk_makes_matters_and_clocks() -> None:
    found = [
        f"{path}:{line} {called}"
        for path, tree in outside_the_desk()
        for line, called in calls(tree)
        if makes("(Matter|Clock)").fullmatch(called)
    ]
    assert found == []


def sets_phase(tree: ast.Module) -> Iterator[int]:
    """Where a phase is written: as an attribute, by setattr, or by update()."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "phase":
            if isinstance(node.ctx, ast.Store | ast.Del):
                yield node.lineno
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            words = {keyword.arg for keyword in node.keywords}
            second = node.args[1] if len(node.args) > 1 else None
            by_name = called == "setattr" and ast.unparse(second or node.func) == "'phase'"
            if by_name or (called.endswith(".update") and "phase" in words):
                yield node.lineno


def test_only_the_desk_moves_a_matter() -> None:
    found = [f"{p}:{line}" for p, tree in outside_the_desk() for line in sets_phase(tree)]
    assert found == []


@pytest.mark.parametrize(
    "line", ["matter.phase = 'closed'", "setattr(m, 'phase', x)", "rows.update(phase='closed')"]
)
def test_a_way_around_the_desk_would_be_found(line: str) -> None:
    assert list(sets_phase(ast.parse(line))) == [1]


@pytest.mark.parametrize("line", ["Act(seq=1)", "models.Act(x)", "Act.objects.bulk_create([])"])
def test_an_act_made_elsewhere_would_be_found(line: str) -> None:
    assert [bool(makes("Act").fullmatch(name)) for _, name in calls(ast.parse(line))] == [True]


# --- decisions are functions of values


def test_law_and_methods_never_ask_what_time_it_is() -> None:
    clocks = re.compile(r".*\b(datetime|date|time)\.(now|today|utcnow|time)|.*\btimezone\.now")
    found = [
        f"{path}:{line} {called}"
        for path, tree in trees()
        if path.parts[2] in {"law", "methods"} and path.name != "commands.py"
        for line, called in calls(tree)
        if clocks.fullmatch(called)
    ]
    assert found == []


# --- words


def test_nothing_is_left_to_do_in_the_files() -> None:
    left = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
    found = [
        f"{path}:{number}"
        for path, text in texts("src", "scripts", "tests", "benchmarks", "docs")
        for number, line in enumerate(text.splitlines(), 1)
        if left.search(line)
    ]
    assert found == []


INLINE = re.compile(r"\sstyle=|\shx-on|\son[a-z]+=[\"']|<script>|<style\b|javascript:", re.I)


def test_pages_hold_nothing_that_the_security_policy_forbids() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts("src", suffixes=(".html",))
        for number, line in enumerate(text.splitlines(), 1)
        if INLINE.search(line)
    ]
    assert found == []


# --- settings


def test_every_setting_in_the_code_is_in_the_list() -> None:
    listed = {row.name for row in env.VARIABLES}
    used = {name for _, text in texts("src") for name in SETTING.findall(text)}
    assert used - listed - FOR_DEVELOPERS == set()


def test_every_setting_is_read_somewhere() -> None:
    used = {
        name
        for path, text in texts("src", suffixes=(".py",))
        if path != Path("src/zhian/config/env.py")
        for name in SETTING.findall(text)
    }
    assert {row.name for row in env.VARIABLES} - used == set()


def test_every_setting_is_in_the_manual_with_its_default() -> None:
    manual = (ROOT / "docs/operations.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(ZHIAN_\w+)` \| (.*?) \|", manual, re.M))
    wanted = {v.name: f"`{v.default}`" if v.default else "–" for v in env.VARIABLES}
    assert {name: rows.get(name) for name in wanted} == wanted
    assert set(SETTING.findall(manual)) >= FOR_DEVELOPERS


# --- dependencies


def dependency_lines() -> list[str]:
    """The lines of pyproject.toml that name a package to install."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    before_tools = text.split("\n[tool.", 1)[0].split("\ndependencies", 1)[1]
    return re.findall(r'^  "[A-Za-z].*$', before_tools, re.M)


def test_every_dependency_says_why_it_is_there() -> None:
    lines = dependency_lines()
    groups = PROJECT["project"]["optional-dependencies"].values()
    assert len(lines) == len(PROJECT["project"]["dependencies"]) + sum(map(len, groups))
    assert [line for line in lines if not re.search(r'",\s+# \w[^"]{3,}', line)] == []


def locked(name: str) -> dict[str, set[str]]:
    """The packages of a lock file with the versions that it allows."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(
        r"^([\w.-]+)(?:\[.*?\])?==([^\s;]+)", (ROOT / name).read_text("utf-8"), re.M
    ):
        found.setdefault(package, set()).add(version)
    return found


def plain(requirement: str) -> str:
    """The name of a package as lock files write it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_what_is_needed_is_locked() -> None:
    needed = {plain(one) for one in PROJECT["project"]["dependencies"]}
    assert needed <= locked("requirements.lock").keys()
    wanted = {plain(one) for one in PROJECT["project"]["optional-dependencies"]["dev"]}
    assert wanted <= locked("requirements-dev.lock").keys()


def test_development_runs_on_what_is_delivered() -> None:
    delivered, developed = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: developed.get(name) for name in delivered} == delivered


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "package-lock.json", ".npmrc"]
)
def test_no_lock_file_holds_an_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    text = re.sub(r'"funding": \{.*?\}', "", text, flags=re.S)  # where the authors ask for gifts
    assert re.findall(r"https?://|--index|\"resolved\"", text) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z])", (ROOT / name).read_text("utf-8"))
    assert [entry.split(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []


# --- what is delivered


def test_a_wheel_without_fonts_would_be_found() -> None:
    names = set(wheel.MUST_HOLD.values()) | {"zhian/web/templates/web/base.html"}
    assert wheel.lacking(names) == []
    assert wheel.lacking(n for n in names if "fonts" not in n) == [
        "the fonts of documents (zhian/desk/fonts/NotoSerifSC-Regular.ttf)"
    ]


def test_pages_of_the_manual_say_what_the_data_say() -> None:
    assert docs.out_of_date() == [], "run `make docs`"
