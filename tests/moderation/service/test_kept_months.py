"""Readers and articles over whole months: what is kept is what counting directly gives, whatever changes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from alembic import command
from hypothesis.stateful import invariant
from sqlalchemy import Connection, select

from db.migrate import config, upgrade
from db.schema import article_tallies, comment_tallies, reader_tallies, tallied_months
from db.stores._sql import insert_rows
from db.stores.insights.store import InsightStore
from db.stores.rollups import RollupStore, months
from db.stores.rollups.kept import Kept
from db.stores.rollups.months import Months, Span
from db.stores.rollups.vectors import Vector
from db.types import to_milliseconds
from moderation.article import IncomingArticle
from moderation.engagement import Agenda, Grain, InsightFilter, Period, Readers
from moderation.service import intake, personal
from moderation.service.rollups import roll_up, warm
from tests.amounts import amount
from tests.builders import OPERATOR, SITE, START, Newsroom
from tests.moderation.service.histories import Histories, tallies, to_add, walk

# With all of October in it, which is over, and of November, which is not.
MONTHS = Period(
    start=START - timedelta(days=60), end=START + timedelta(days=40), grain=Grain.MONTH, time_zone="Africa/Cairo"
)


def asked(room: Newsroom, site_id: int, section_id: int | None, *, beforehand: bool) -> tuple[Readers, Agenda]:
    where = InsightFilter(section_id=section_id)
    with room.plant.engine.connect() as connection:
        store = InsightStore(connection, beforehand=beforehand)
        return store.readers(site_id, MONTHS, where), store.agenda(site_id, MONTHS, where)


class AskedAgainAndAgain(Histories):
    """The tallies follow at each step, and the months are asked: whole, and of one section."""

    @invariant()
    def whole_months(self) -> None:
        roll_up(self.desk, OPERATOR, site=self.name)
        with self.desk.read() as uow:
            sections = [key for key, _ in uow.articles.sections(self.site.id)][:1]
        for section in (None, *sections):
            told, wanted = (asked(self.room, self.site.id, section, beforehand=is_) for is_ in (True, False))
            assert told == wanted


def test_any_history_leaves_the_months_as_they_are_counted(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "_KEPT", Kept(most=10_000))
    walk(lambda: AskedAgainAndAgain(newsroom), histories=amount(2, full=30), steps=20)


def test_what_months_held_is_seen_anew_when_it_changes(newsroom: Newsroom) -> None:
    """By a late comment, by one erased, by a move to another section, and by other numbers for the same readers."""
    given = {"created_at": START - timedelta(days=40), "section": "World", "article_id": "b"}
    newsroom.say("civil", created_at=START, section="World", article_id="a", commenter_id="today")
    for writer in ("often", "often", "often", "late"):
        newsroom.say("civil", commenter_id=writer, **given)
    roll_up(newsroom.desk, OPERATOR)
    with newsroom.desk.read() as uow:
        world = next(key for key, name in uow.articles.sections(newsroom.site.id) if name == "World")
    told = []

    def ask() -> None:
        told.append([asked(newsroom, newsroom.site.id, section, beforehand=True) for section in (None, world)])
        assert told[-1] == [asked(newsroom, newsroom.site.id, section, beforehand=False) for section in (None, world)]

    ask()
    for _ in range(2):
        newsroom.say("civil", commenter_id="late", **given | {"created_at": START - timedelta(days=41)})
        ask()
        roll_up(newsroom.desk, OPERATOR)
        ask()
    # Who wrote most first has the first number now, and had a later one.
    newsroom.say("civil", commenter_id="late", **given | {"created_at": START - timedelta(days=42)})
    roll_up(newsroom.desk, OPERATOR)
    ask()
    roll_up(newsroom.desk, OPERATOR, anew=True)
    ask()
    moved = IncomingArticle(external_id="b", title="Title", section="Sport")
    intake.save_article(newsroom.desk, OPERATOR, moved, site=SITE)
    roll_up(newsroom.desk, OPERATOR)
    ask()
    personal.erase(newsroom.desk, OPERATOR, "often", site=SITE)
    roll_up(newsroom.desk, OPERATOR)
    ask()
    assert len({str(one) for one in told}) >= 5


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The months that were read, of readers, at each time that any were."""
    monkeypatch.setattr(months, "_KEPT", Kept(most=10_000))
    found: list[list[int]] = []

    class Noted:
        def tuples(self, connection: Connection, **asked: Any) -> list[tuple[Any, ...]]:
            found.append(asked["months"])
            return statement.tuples(connection, **asked)

    statement = months._READERS
    monkeypatch.setattr(months, "_READERS", Noted())
    return found


SEPTEMBER, OCTOBER, NOVEMBER = (
    to_milliseconds(datetime(2026, month, 1, tzinfo=ZoneInfo("Africa/Cairo"))) for month in (9, 10, 11)
)
THREE = replace(MONTHS, start=START - timedelta(days=100))


def test_a_month_is_read_once_and_again_only_when_it_has_changed(newsroom: Newsroom, read: list[list[int]]) -> None:
    def say(days: int) -> None:
        newsroom.say("civil", created_at=START - timedelta(days=days))
        roll_up(newsroom.desk, OPERATOR)

    def ask() -> int:
        with newsroom.plant.engine.connect() as connection:
            return InsightStore(connection).overview(newsroom.site.id, THREE, InsightFilter()).commenters

    say(75)
    say(40)
    say(0)
    found = [ask(), ask()]
    say(41)
    found += [ask(), ask()]
    assert read == [[SEPTEMBER, OCTOBER], [OCTOBER]]
    roll_up(newsroom.desk, OPERATOR, anew=True)
    found.append(ask())
    assert read[2:] == [[SEPTEMBER, OCTOBER]]
    assert found == [3, 3, 4, 4, 4]


def test_who_asks_first_finds_the_months_read_once_they_are_warm(newsroom: Newsroom, read: list[list[int]]) -> None:
    for days in (40, 0):
        newsroom.say("civil", created_at=START - timedelta(days=days))
    warm(newsroom.desk, OPERATOR)
    assert read == []
    roll_up(newsroom.desk, OPERATOR)
    warm(newsroom.desk, OPERATOR)
    assert read == [[OCTOBER], [OCTOBER]]
    assert asked(newsroom, newsroom.site.id, None, beforehand=True) == asked(
        newsroom, newsroom.site.id, None, beforehand=False
    )
    warm(newsroom.desk, OPERATOR)
    assert len(read) == 2


def test_where_there_is_no_room_months_are_read_by_who_asks(
    newsroom: Newsroom, read: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "_KEPT", Kept(most=100))
    for days in (75, 40, 0):
        newsroom.say("civil", created_at=START - timedelta(days=days))
    roll_up(newsroom.desk, OPERATOR)
    warm(newsroom.desk, OPERATOR)
    times = len(read)
    warm(newsroom.desk, OPERATOR)
    assert len(read) == times
    told, counted = (asked(newsroom, newsroom.site.id, None, beforehand=is_) for is_ in (True, False))
    assert told == counted
    assert len(read) > times


def test_what_was_written_and_not_committed_is_kept_for_nobody(newsroom: Newsroom, read: list[list[int]]) -> None:
    for writer, days in (("one", 40), ("other", 41), ("today", 0)):
        newsroom.say("civil", created_at=START - timedelta(days=days), commenter_id=writer)
        roll_up(newsroom.desk, OPERATOR)
    newsroom.say("civil", created_at=START - timedelta(days=40), commenter_id="third")
    more = to_add(newsroom.desk, newsroom.site.id)
    span = Span(site_id=newsroom.site.id, start=OCTOBER, end=NOVEMBER)

    def times(connection: Connection) -> int:
        return len(Months(connection).times(span, "wrote", -1))

    with newsroom.plant.engine.connect() as connection:
        transaction = connection.begin()
        assert RollupStore(connection).add(more)
        assert times(connection) == 3
        transaction.rollback()
    with newsroom.plant.engine.connect() as connection:
        assert times(connection) == 2


def test_months_that_were_counted_before_there_were_editions_get_theirs(newsroom: Newsroom) -> None:
    for days in (75, 40, 0):
        newsroom.say("civil", created_at=START - timedelta(days=days))
    roll_up(newsroom.desk, OPERATOR)
    engine = newsroom.plant.engine
    with engine.begin() as connection:
        command.downgrade(config(connection), "0021")
    upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(select(tallied_months).order_by(tallied_months.c.at)).all()
    assert [row.at for row in rows] == [SEPTEMBER, OCTOBER]
    assert len({row.edition for row in rows}) == 2
    told, counted = (asked(newsroom, newsroom.site.id, None, beforehand=is_) for is_ in (True, False))
    assert told == counted


def test_a_month_has_cells_of_its_own_once_there_is_a_comment_of_a_later_one(newsroom: Newsroom) -> None:
    def months() -> list[int]:
        roll_up(newsroom.desk, OPERATOR)
        found = []
        with newsroom.plant.engine.connect() as connection:
            for table in (reader_tallies, comment_tallies, article_tallies):
                query = select(table.c.at).where(table.c.kind.in_(["month", "article:month"])).distinct()
                found.append(sorted(connection.execute(query).scalars()))
        assert found[0] == found[1] == found[2]
        return found[0]

    told = []
    for days in (40, 75, 0, 76):
        newsroom.say("civil", created_at=START - timedelta(days=days))
        told.append(months())
        now, counted = (asked(newsroom, newsroom.site.id, None, beforehand=is_) for is_ in (True, False))
        assert now == counted
    assert told == [[], [SEPTEMBER], [SEPTEMBER, OCTOBER], [SEPTEMBER, OCTOBER]]


def test_cells_of_the_newest_month_from_before_are_asked_by_nobody_and_go_when_it_is_over(newsroom: Newsroom) -> None:
    """As a version left them that kept up each month from its first comment on."""
    newsroom.say("civil", created_at=START - timedelta(days=40))
    roll_up(newsroom.desk, OPERATOR)
    stale = Vector(np.array([7, 8], np.uint32), np.array([3, 3])).packed()
    rows = [(newsroom.site.id, "wrote", "month", section, OCTOBER, *stale) for section in (-1, 12345)]
    with newsroom.plant.engine.begin() as connection:
        columns = ("site_id", "what", "kind", "section_id", "at", "readers", "counts")
        insert_rows(connection, reader_tallies, columns, rows)
        counted = ("site_id", "kind", "at", "section_id", "article_id", "comments", "civil", "rejected")
        insert_rows(connection, article_tallies, counted, [(newsroom.site.id, "article:month", OCTOBER, 5, 6, 7, 7, 0)])
    for days in (40, 0):
        newsroom.say("civil", created_at=START - timedelta(days=days))
        roll_up(newsroom.desk, OPERATOR)
        now, counted = (asked(newsroom, newsroom.site.id, None, beforehand=is_) for is_ in (True, False))
        assert now == counted
    followed = tallies(newsroom, newsroom.site.id)
    roll_up(newsroom.desk, OPERATOR, anew=True)
    assert followed == tallies(newsroom, newsroom.site.id)
