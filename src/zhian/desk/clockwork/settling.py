"""Matters that close by themselves once what they asked for is there: each app names its own."""

from __future__ import annotations

from collections.abc import Callable

_jobs: list[Callable[[], int]] = []


def register(job: Callable[[], int]) -> None:
    """Let `zhian tick` call it; it returns how many it closed, and a second call does nothing."""
    if job not in _jobs:
        _jobs.append(job)


def settle() -> int:
    """Close whatever has become needless."""
    return sum(job() for job in _jobs)
