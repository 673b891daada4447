"""The `zhian` command: one table of commands, each in the room that it belongs to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Command:
    """A command: where its `main(argv) -> int` lives, whether it needs Django, what it does."""

    module: str
    django: bool
    zh: str
    en: str


COMMANDS = {
    "demo": Command(
        "zhian.demo.commands", False, "建立并运行演示县", "build and serve a demo county"
    ),
    "serve": Command("zhian.config.serve", False, "启动服务", "serve with worker and tick"),
    "setup": Command("zhian.config.setup", False, "初始化空系统", "set up an empty system"),
    "migrate": Command("zhian.config.migrate", False, "建表、安装触发器", "make or update tables"),
    "check": Command("zhian.config.check", True, "自检", "prove that every part has its other"),
    "law": Command("zhian.law.commands", False, "查询、计算法定期限", "ask the law"),
    "judge": Command("zhian.law.limits.commands", False, "按标准判定", "judge a result"),
    "import": Command("zhian.config.importing", True, "导入", "import files"),
    "census": Command(
        "zhian.apps.registry.census.commands",
        False,
        "关联各部门名册",
        "link rosters, find blind spots",
    ),
    "draw": Command(
        "zhian.apps.inspections.draws.commands",
        False,
        "可验证的抽签",
        "a draw that anyone can verify",
    ),
    "places": Command(
        "zhian.directory.places.command", True, "载入区划", "load the divisions of a county"
    ),
    "ledger": Command("zhian.desk.ledger.commands", False, "账本校验", "verify the ledger"),
    "tick": Command("zhian.config.tick", True, "推进时钟", "advance the clocks once"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a wrong word is answered with the list, and exit 2."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(_usage())
        return 0 if words else 2
    command = COMMANDS.get(words[0])
    if command is None:
        print(f"没有这个命令 / no such command: {words[0]}\n\n{_usage()}", file=sys.stderr)
        return 2
    if command.django:
        start_django()
    run: Callable[[list[str]], int] = import_module(command.module).main
    return run(words[1:])


def start_django() -> None:
    """Load the settings and the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    import django

    django.setup()


def _usage() -> str:
    rows = "\n".join(f"  {name:9} {c.zh} / {c.en}" for name, c in COMMANDS.items())
    return f"用法 / usage: zhian COMMAND …\n\n{rows}\n\nzhian COMMAND --help"


if __name__ == "__main__":
    raise SystemExit(main())
