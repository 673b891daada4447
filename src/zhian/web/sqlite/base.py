"""SQLite for many writers: who must wait for the lock asks for it often, so that nobody starves.

SQLite's own busy handler sleeps up to a tenth of a second between two tries; where eight processes
write without a break, the unlucky one then waits until it gives up ("database is locked").
"""

from __future__ import annotations

import sqlite3
import time

from django.db.backends.sqlite3 import base

AGAIN = 0.002
PATIENCE = 60.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but for the way in which a writing transaction begins."""

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode != "IMMEDIATE" or not self._begin_in_turn():
            super()._start_transaction_under_autocommit()

    def _begin_in_turn(self) -> bool:
        """Ask until the lock is ours; False leaves the last try, and its error, to Django."""
        timeout = self.settings_dict["OPTIONS"].get("timeout", 5)
        deadline = time.monotonic() + PATIENCE
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while time.monotonic() < deadline:
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as why:
                    if why.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                        return False
                    time.sleep(AGAIN)
                else:
                    return True
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(timeout * 1000)}")
        return False
