"""Bulletins of failed samples: read, folded into samples, taken in."""

from zhian.apps.laboratory.bulletins.errors import BulletinError
from zhian.apps.laboratory.bulletins.importing import import_bulletin
from zhian.apps.laboratory.bulletins.report import NamedRow, Report

__all__ = ["BulletinError", "NamedRow", "Report", "import_bulletin"]
