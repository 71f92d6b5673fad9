"""Readers and articles over whole months: what is kept is what counting directly gives, whatever changes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from hypothesis.stateful import invariant
from sqlalchemy import Connection, select

from db.migrate import config, upgrade
from db.schema import tallied_months
from db.stores.insights.store import InsightStore
from db.stores.rollups import RollupStore, months
from db.stores.rollups.kept import Kept
from db.stores.rollups.months import Months, Span
from db.types import to_milliseconds
from moderation.article import IncomingArticle
from moderation.engagement import Agenda, Grain, InsightFilter, Period, Readers
from moderation.service import intake, personal
from moderation.service.rollups import roll_up, warm
from tests.builders import OPERATOR, SITE, START, Newsroom
from tests.moderation.service.test_rollups import Histories, to_add, walk

# With all of November in it.
MONTHS = Period(
    start=START - timedelta(days=40), end=START + timedelta(days=40), grain=Grain.MONTH, time_zone="Africa/Cairo"
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
    walk(lambda: AskedAgainAndAgain(newsroom), histories=3, steps=20)


def test_what_months_held_is_seen_anew_when_it_changes(newsroom: Newsroom) -> None:
    """By a late comment, by one erased, by a move to another section, and by other numbers for the same readers."""
    given = {"created_at": START, "section": "World", "article_id": "b"}
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
        newsroom.say("civil", commenter_id="late", **given | {"created_at": START - timedelta(days=20)})
        ask()
        roll_up(newsroom.desk, OPERATOR)
        ask()
    # Who wrote most first has the first number now, and had a later one.
    newsroom.say("civil", commenter_id="late", **given | {"created_at": START - timedelta(days=21)})
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


OCTOBER, NOVEMBER = (to_milliseconds(datetime(2026, month, 1, tzinfo=ZoneInfo("Africa/Cairo"))) for month in (10, 11))
# With both in it.
TWO = replace(MONTHS, start=START - timedelta(days=70))


def test_a_month_is_read_once_and_again_only_when_it_has_changed(newsroom: Newsroom, read: list[list[int]]) -> None:
    def say(days: int) -> None:
        newsroom.say("civil", created_at=START - timedelta(days=days))
        roll_up(newsroom.desk, OPERATOR)

    def ask() -> int:
        with newsroom.plant.engine.connect() as connection:
            return InsightStore(connection).overview(newsroom.site.id, TWO, InsightFilter()).commenters

    say(40)
    say(0)
    found = [ask(), ask()]
    say(0)
    found += [ask(), ask()]
    assert read == [[OCTOBER, NOVEMBER], [NOVEMBER]]
    roll_up(newsroom.desk, OPERATOR, anew=True)
    found.append(ask())
    assert read[2:] == [[OCTOBER, NOVEMBER]]
    assert found == [2, 2, 3, 3, 3]


def test_who_asks_first_finds_the_months_read_once_they_are_warm(newsroom: Newsroom, read: list[list[int]]) -> None:
    newsroom.say("civil", created_at=START)
    warm(newsroom.desk, OPERATOR)
    assert read == []
    roll_up(newsroom.desk, OPERATOR)
    warm(newsroom.desk, OPERATOR)
    assert read == [[NOVEMBER], [NOVEMBER]]
    assert asked(newsroom, newsroom.site.id, None, beforehand=True) == asked(
        newsroom, newsroom.site.id, None, beforehand=False
    )
    warm(newsroom.desk, OPERATOR)
    assert len(read) == 2


def test_what_was_written_and_not_committed_is_kept_for_nobody(newsroom: Newsroom, read: list[list[int]]) -> None:
    for writer in ("one", "other"):
        newsroom.say("civil", created_at=START, commenter_id=writer)
        roll_up(newsroom.desk, OPERATOR)
    newsroom.say("civil", created_at=START, commenter_id="third")
    more = to_add(newsroom.desk, newsroom.site.id)
    span = Span(site_id=newsroom.site.id, start=OCTOBER, end=NOVEMBER + 1)

    def times(connection: Connection) -> int:
        return len(Months(connection).times(span, "wrote", -1))

    with newsroom.plant.engine.connect() as connection:
        assert RollupStore(connection).add(more)
        assert times(connection) == 3
        connection.rollback()
    with newsroom.plant.engine.connect() as connection:
        assert times(connection) == 2


def test_months_that_were_counted_before_there_were_editions_get_theirs(newsroom: Newsroom) -> None:
    for days in (40, 0):
        newsroom.say("civil", created_at=START - timedelta(days=days))
    roll_up(newsroom.desk, OPERATOR)
    engine = newsroom.plant.engine
    with engine.begin() as connection:
        command.downgrade(config(connection), "0021")
    upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(select(tallied_months).order_by(tallied_months.c.at)).all()
    assert [row.at for row in rows] == [OCTOBER, NOVEMBER]
    assert len({row.edition for row in rows}) == 2
    told, counted = (asked(newsroom, newsroom.site.id, None, beforehand=is_) for is_ in (True, False))
    assert told == counted
