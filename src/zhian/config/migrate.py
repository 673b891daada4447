"""`zhian migrate`: make or update the tables, as the role that owns them."""

from __future__ import annotations

import argparse
import os
from urllib.parse import urlsplit

from zhian.cli import start_django
from zhian.config import env


def main(argv: list[str]) -> int:
    """Migrate, install the triggers, and on PostgreSQL give the running role its rights."""
    parser = argparse.ArgumentParser("zhian migrate", description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="只报告错误 / print errors only")
    options = parser.parse_args(argv)
    running, owner = env.value("ZHIAN_DATABASE_URL"), env.value("ZHIAN_DATABASE_OWNER_URL")
    if owner:
        os.environ["ZHIAN_DATABASE_URL"] = owner
    start_django()
    from django.core.management import call_command

    from zhian.desk.ledger import triggers

    call_command("migrate", verbosity=0 if options.quiet else 1, interactive=False)
    role = urlsplit(running).username
    if owner and role:
        triggers.grant(role)
    triggers.require()
    return 0
