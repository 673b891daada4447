"""The process that runs background work (imports, exports) from the database's queue."""

from __future__ import annotations

from zhian.cli import start_django


def main() -> None:
    """Work until stopped; what a worker that died left behind goes on first."""
    start_django()
    from django.core.management import call_command

    from zhian.apps.laboratory import job
    from zhian.apps.registry.census import doors as census

    job.resume()
    census.resume()
    call_command("db_worker", verbosity=0)


if __name__ == "__main__":
    main()
