"""`zhian serve`: the web server with its task worker and the tick, in one place."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import NoReturn

from zhian.cli import start_django
from zhian.config import env

TICK_SECONDS = 60


def main(argv: list[str]) -> int:
    """Serve until interrupted; a child that dies is started again."""
    parser = argparse.ArgumentParser("zhian serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="端口 / port")
    parser.add_argument("--host", default="127.0.0.1", help="地址 / address")
    options = parser.parse_args(argv)
    start_django()
    _prepare()
    return run(options.host, options.port)


def _prepare() -> None:
    """Collect static files and refuse to start on an unprotected ledger."""
    from django.core.management import call_command

    from zhian.desk.ledger import triggers

    triggers.require()
    call_command("collectstatic", interactive=False, verbosity=0)


def run(host: str, port: int) -> int:
    """The server and its two helpers as processes of their own."""
    python = sys.executable
    commands = {
        "web": [
            python,
            "-m",
            "gunicorn",
            "zhian.config.wsgi:application",
            "--bind",
            f"{host}:{port}",
            "--workers",
            env.value("ZHIAN_WORKERS"),
            "--threads",
            "4",
            "--log-level",
            "warning",
        ],
        "worker": [python, "-m", "zhian.config.worker"],
    }
    running = {name: subprocess.Popen(words) for name, words in commands.items()}

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        _watch(running, commands)
    except KeyboardInterrupt:
        return 0
    finally:
        for again in (signal.SIGTERM, signal.SIGINT):
            signal.signal(again, signal.SIG_IGN)  # asked once is enough
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(timeout=20)


def _watch(running: dict[str, subprocess.Popen[bytes]], commands: dict[str, list[str]]) -> NoReturn:
    next_tick = time.monotonic() + 5
    while True:
        time.sleep(1)
        for name, process in running.items():
            code = process.poll()
            if code is not None:
                print(f"已退出，重新启动 / ended, restarted: {name} ({code})", file=sys.stderr)
                time.sleep(2)
                running[name] = subprocess.Popen(commands[name])
        if time.monotonic() >= next_tick:
            next_tick = time.monotonic() + TICK_SECONDS
            subprocess.Popen([sys.executable, "-m", "zhian.cli", "tick"], stdout=subprocess.DEVNULL)
