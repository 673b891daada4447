"""My desk, 50 rows, on 100,000 operators and 1,000,000 acts: queries and CPU in the server.

    python benchmarks/my_desk.py [FOLDER]

Limits held by the suite: at most 12 queries, at most 60 ms of CPU.
"""

from __future__ import annotations

import statistics
import time

import _filled

QUERIES, CPU_MS, ROUNDS = 12, 60.0, 30


def main() -> int:
    """Measure, print, and fail where a limit is broken."""
    _filled.fill(_filled.folder())
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from zhian.directory.models import User

    client = Client(headers={"host": "localhost"})
    user = User.objects.get(username="inspector1")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    plain = override_settings(
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        }
    )
    with plain:
        return _measure(client, connection)


def _measure(client, connection) -> int:  # type: ignore[no-untyped-def]
    client.get("/desk/")
    asked: list[str] = []

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        page = client.get("/desk/")
    rows = page.content.decode().count('data-row="')
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        client.get("/desk/")
        spent.append((time.process_time() - began) * 1000)
    median = statistics.median(spent)
    print(f"status {page.status_code}, rows {rows}, queries {len(asked)}, CPU {median:.1f} ms")
    held = 0 < len(asked) <= QUERIES and median <= CPU_MS
    return 0 if page.status_code == 200 and rows and held else 1


if __name__ == "__main__":
    raise SystemExit(main())
