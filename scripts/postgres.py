"""A private PostgreSQL for one run: own folder, own port, two roles; gone when the run ends."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER, RUNNING, DATABASE = "zhian_owner", "zhian_app", "zhian"
# a run that is cut short is run again: nothing here needs to survive a power cut
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class NoPostgres(Exception):
    """This machine has no PostgreSQL server program, or nobody who may start it."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What an installation is told: the running role, and the owner of the tables."""

    running: str
    owner: str

    def environment(self) -> dict[str, str]:
        """The two settings that name them."""
        return {"ZHIAN_DATABASE_URL": self.running, "ZHIAN_DATABASE_OWNER_URL": self.owner}


def programs() -> Path:
    """The folder of initdb and pg_ctl, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise NoPostgres("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent if found else Path(str(on_path)).parent


def _version(program: Path) -> int:
    return int(program.parent.parent.name)


def _as_server_user(folder: Path) -> list[str]:
    """initdb refuses root, so root lends the folder to the user postgres."""
    if os.geteuid() != 0:
        return []
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise NoPostgres("there is no user postgres, and initdb refuses root") from None
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str], log: Path | None = None) -> None:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        more = log.read_text() if log and log.exists() else ""
        raise NoPostgres(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}{more}")


def _start(folder: Path, port: int, password: str) -> list[str]:
    """Make the cluster and start it; the answer is the command that stops it."""
    prefix, bin_folder = _as_server_user(folder), programs()
    data, log, words = folder / "data", folder / "log", folder / "password"
    words.write_text(password)
    if prefix:
        shutil.chown(words, "postgres")
    initdb = [str(bin_folder / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8"]
    access = ["--auth=scram-sha-256", f"--pwfile={words}", "--locale=C.UTF-8"]
    _run([*prefix, *initdb, *access])
    options = f"-p {port} -h 127.0.0.1 -k {folder}" + "".join(f" -c {one}" for one in QUICK)
    control = [*prefix, str(bin_folder / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(log), "-o", options, "start"], log)
    return [*control, "-m", "immediate", "stop"]


def _make_roles(port: int, password: str) -> Addresses:
    import psycopg
    from psycopg import sql

    server = f"127.0.0.1:{port}"
    with psycopg.connect(
        f"postgresql://postgres:{password}@{server}/postgres", autocommit=True
    ) as session:
        for role, right in ((OWNER, "CREATEDB"), (RUNNING, "NOCREATEDB")):
            session.execute(
                sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.Identifier(role), sql.SQL(right), sql.Literal(password)
                )
            )
        session.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        # the tests drop their copies of the database under whoever is still connected
        session.execute(f"GRANT pg_signal_backend TO {OWNER}")
    return Addresses(
        running=f"postgresql://{RUNNING}:{password}@{server}/{DATABASE}",
        owner=f"postgresql://{OWNER}:{password}@{server}/{DATABASE}",
    )


@contextmanager
def private_server() -> Iterator[Addresses]:
    """A running server with the database `zhian`, its owner, and the role that owns nothing."""
    folder = Path(tempfile.mkdtemp(prefix="zhian-pg-"))
    port, password = _free_port(), secrets.token_hex(16)
    try:
        stop = _start(folder, port, password)
        try:
            yield _make_roles(port, password)
        finally:
            subprocess.run(stop, cwd="/", capture_output=True, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
