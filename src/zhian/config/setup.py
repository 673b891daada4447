"""`zhian setup`: tables, and the first three administrators of an empty system."""

from __future__ import annotations

import argparse

from zhian.config import migrate


def main(argv: list[str]) -> int:
    """Make the tables and print one-time passwords; a second call adds nothing."""
    parser = argparse.ArgumentParser("zhian setup", description=__doc__)
    parser.parse_args(argv)
    migrate.main(["--quiet"])
    from zhian.directory.setup import first_administrators

    made = first_administrators()
    if not made:
        print("系统已有管理员，未作改动。 / There are administrators already.")
    for row in made:
        print(f"{row.username}\t{row.password}\t{row.post}")
    return 0
