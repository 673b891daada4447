"""What a test run does once: the same text is parsed once, the same procedure searched once.

Hundreds of tests read the shipped data with one line changed; all the rest of it is as before.
"""

from __future__ import annotations

import pickle
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

import pytest

from zhian.law import procedure_paths
from zhian.law.explore import Exploration, explore
from zhian.law.procedure import Procedure


def read_once(loads: Callable[[str], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A parser that knows what it has read; each reader gets tables of its own."""

    @lru_cache(maxsize=1024)
    def parsed(text: str) -> bytes:
        return pickle.dumps(loads(text))

    def read(text: str, **more: Any) -> dict[str, Any]:
        if more:
            return loads(text, **more)
        found: dict[str, Any] = pickle.loads(parsed(text))
        return found

    return read


def searched_once() -> Callable[..., Exploration]:
    """A search that knows what it has found; equal procedures have equal findings."""
    known: dict[str, Exploration] = {}

    def search(
        procedure: Procedure,
        exempt: Collection[str] = (),
        endings: Mapping[str, Collection[str]] | None = None,
    ) -> Exploration:
        ends = {kind: sorted(verbs) for kind, verbs in sorted((endings or {}).items())}
        key = repr((procedure, sorted(exempt), ends))
        if key not in known:
            known[key] = explore(procedure, exempt, endings)
        return known[key]

    return search


@pytest.fixture(scope="session", autouse=True)
def thrift() -> Iterator[None]:
    """For the whole run; what is measured or started as a program of its own does all its work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", read_once(tomllib.loads))
        patch.setattr(procedure_paths, "explore", searched_once())
        yield
