"""What every open page asks again and again goes by an index that knows few rows, however many the site has."""

from __future__ import annotations

import pytest

from db.stores import queue, search, shifts
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


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_similar_comments_are_sought_by_the_index_of_trigrams_however_common_the_words_seem(newsroom: Newsroom) -> None:
    asked = search._SHARING[False, False]
    with newsroom.plant.engine.connect() as connection:
        for setting in ("plan_cache_mode = force_generic_plan", "enable_seqscan = off"):
            connection.exec_driver_sql(f"SET {setting}")
        connection.exec_driver_sql(f"PREPARE sharing AS {asked._for(connection.dialect).text}")
        marks = ", ".join("NULL" for _ in asked._for(connection.dialect).positions)
        steps = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN EXECUTE sharing ({marks})")]
    assert sum("Bitmap Index Scan on ix_search_texts_folded" in step for step in steps) == 2


def plan(newsroom: Newsroom, asked: Prepared) -> list[str]:
    with newsroom.plant.engine.connect() as connection:
        compiled = asked._for(connection.dialect)
        values = tuple(1 for _ in compiled.positions)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.text}", values)
        return [str(row[3]) for row in rows]
