"""Of readers over whole months: what is kept of them is what counting them directly gives, whatever changes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis.stateful import invariant

from db.stores.insights.store import InsightStore
from db.stores.rollups import who
from db.stores.rollups.sums import Sums
from moderation.article import IncomingArticle
from moderation.engagement import Grain, InsightFilter, Period, Readers
from moderation.service import intake, personal
from moderation.service.rollups import roll_up
from tests.builders import OPERATOR, SITE, START, Newsroom
from tests.moderation.service.test_rollups import Histories, walk

# With all of November in it.
MONTHS = Period(
    start=START - timedelta(days=40), end=START + timedelta(days=40), grain=Grain.MONTH, time_zone="Africa/Cairo"
)


def readers(room: Newsroom, site_id: int, section_id: int | None, *, beforehand: bool) -> Readers:
    with room.plant.engine.connect() as connection:
        store = InsightStore(connection, beforehand=beforehand)
        return store.readers(site_id, MONTHS, InsightFilter(section_id=section_id))


class AskedAgainAndAgain(Histories):
    """The tallies follow at each step, and the months are asked: whole, and of one section."""

    @invariant()
    def months(self) -> None:
        roll_up(self.desk, OPERATOR, site=self.name)
        with self.desk.read() as uow:
            sections = [key for key, _ in uow.articles.sections(self.site.id)][:1]
        for section in (None, *sections):
            told, wanted = (readers(self.room, self.site.id, section, beforehand=is_) for is_ in (True, False))
            assert told == wanted


def test_any_history_leaves_the_months_as_they_are_counted(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "_SUMS", Sums(least=0, most=10_000))
    walk(lambda: AskedAgainAndAgain(newsroom), histories=3, steps=20)


def test_what_months_held_is_seen_anew_when_it_changes(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a late comment, by one erased, by a move to another section, and by other numbers for the same readers."""
    monkeypatch.setattr(who, "_SUMS", Sums(least=0, most=10_000))
    given = {"created_at": START, "section": "World", "article_id": "b"}
    for writer in ("often", "often", "often", "late"):
        newsroom.say("civil", commenter_id=writer, **given)
    roll_up(newsroom.desk, OPERATOR)
    with newsroom.desk.read() as uow:
        world = next(key for key, name in uow.articles.sections(newsroom.site.id) if name == "World")
    told = []

    def ask() -> None:
        told.append([readers(newsroom, newsroom.site.id, section, beforehand=True) for section in (None, world)])
        assert told[-1] == [readers(newsroom, newsroom.site.id, section, beforehand=False) for section in (None, world)]

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
