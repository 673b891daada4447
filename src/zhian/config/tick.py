"""`zhian tick`: what is due by the clock, once; safe to repeat."""

from __future__ import annotations

import argparse


def main(argv: list[str]) -> int:
    """Perform what has fallen due, remind, escalate, deliver notices and seal the day."""
    parser = argparse.ArgumentParser("zhian tick", description=__doc__)
    parser.parse_args(argv)
    from zhian.desk.clockwork.tick import tick

    print(tick())
    return 0
