"""The databases of the tests themselves: a test that commits leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import ProgrammingError, connection, transaction

from tests import builders
from zhian.desk.ledger import triggers
from zhian.directory.models import Place


@pytest.mark.parametrize("run", [1, 2, 3])
@pytest.mark.django_db(transaction=True)
def test_a_committed_county_is_gone_in_the_next_test(run: int) -> None:
    assert not Place.objects.exists()
    with transaction.atomic():
        builders.county()
    connection.close()
    assert Place.objects.count() == 4
    assert not triggers.missing()


def test_a_test_that_rolls_back_sees_nothing_of_them(db: None) -> None:
    assert not Place.objects.exists()
    assert not triggers.missing()


@pytest.mark.postgres
def test_the_running_role_owns_no_table(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("zhian_app",)


@pytest.mark.postgres
def test_only_the_owner_may_change_a_table(
    as_owner: Callable[[], AbstractContextManager[None]],
) -> None:
    change = "ALTER TABLE desk_act ADD COLUMN extra integer"
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="owner"):
        cursor.execute(change)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(change)
