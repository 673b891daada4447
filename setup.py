"""Compiles the English catalogue while the package is built; all else stands in pyproject.toml."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).resolve().parent))

from scripts import catalogue


class BuildWithCatalogue(build_py):
    """The wheel, and an editable installation, carry the compiled catalogue."""

    def run(self) -> None:
        catalogue.compile_all()
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogue})
