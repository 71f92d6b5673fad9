"""What every open page asks again and again goes by an index that knows few rows, however many the site has."""

from __future__ import annotations

import pytest

from db.stores import queue, shifts
from db.stores._prepared import Prepared
from moderation.queue import QueueFilter
from tests.builders import Newsroom

# What one person decided or holds; the site's own indexes hold all that it ever decided, and all that waits.
ASKED = {
    "own decisions": (shifts._READS, "decisions USING INDEX ix_decisions_staff"),
    "who holds what": (shifts._COLLEAGUES, "queue USING INDEX ix_queue_claimed"),
    "held by others": (queue._counts(tuple(queue._asked(QueueFilter()))), "waiting USING INDEX ix_queue_claimed"),
}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ASKED)
def test_the_few_rows_of_one_person_are_sought_by_their_own_index(newsroom: Newsroom, name: str) -> None:
    asked, wanted = ASKED[name]
    assert any(wanted in step for step in plan(newsroom, asked))


def plan(newsroom: Newsroom, asked: Prepared) -> list[str]:
    with newsroom.plant.engine.connect() as connection:
        compiled = asked._for(connection.dialect)
        values = tuple(1 for _ in compiled.positions)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.text}", values)
        return [str(row[3]) for row in rows]
