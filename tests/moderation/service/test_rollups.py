"""What is counted beforehand equals what is counted anew, and both what is counted directly, whatever has happened."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.schema import (
    commenters,
    reader_numbers,
    rollups,
)
from db.stores.insights.store import InsightStore
from db.stores.rollups import RollupStore, anew, months
from db.stores.rollups import store as stores
from db.stores.rollups.kept import Kept
from db.stores.rollups.store import Addition
from db.types import to_milliseconds
from moderation.article import IncomingArticle
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Period, Readers
from moderation.ports import RollupState
from moderation.service import intake, review
from moderation.service import rollups as rollups_service
from moderation.service.rollups import RolledUp, roll_up
from tests.builders import OPERATOR, SITE, START, Newsroom
from tests.moderation.service.histories import (
    MOMENTS,
    ZONE,
    Histories,
    follow,
    questions,
    tallies,
    to_add,
    walk,
)


def test_any_history_is_counted_alike(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both of the ways by which what came later is left out, and by which articles are read, have their turns.
    monkeypatch.setattr(anew, "_FEW", 3)
    monkeypatch.setattr(anew, "_FEW_ARTICLES", 1)
    # There is room for some months, and not for all.
    monkeypatch.setattr(months, "_KEPT", Kept(most=2_000))
    walk(lambda: Histories(newsroom), histories=4, steps=14)


@pytest.fixture
def counted(newsroom: Newsroom) -> Newsroom:
    for number, moment in enumerate(MOMENTS):
        newsroom.say(("civil", "rude")[number % 2], created_at=moment, section="World", article_id="a")
    return newsroom


def test_it_follows_the_log_and_stops_at_its_end(counted: Newsroom) -> None:
    first = roll_up(counted.desk, OPERATOR)
    assert first == RolledUp(events=0, anew=1)
    assert roll_up(counted.desk, OPERATOR) == RolledUp(events=0, anew=0)
    counted.say("one more")
    assert roll_up(counted.desk, OPERATOR) == RolledUp(events=1, anew=0)


def test_what_comes_at_once_is_followed_in_stretches_each_read_ahead(
    counted: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_up(counted.desk, OPERATOR)
    monkeypatch.setattr(rollups_service, "STRETCH", 3)
    used: list[tuple[int, bool]] = []
    more = RollupStore.more

    def noted(
        store: RollupStore, site_id: int, state: RollupState, *, limit: int, came: stores.Came | None = None
    ) -> Addition:
        used.append((state.position, came is not None and came.is_next(state)))
        return more(store, site_id, state, limit=limit, came=came)

    monkeypatch.setattr(RollupStore, "more", noted)
    start = to_add(counted.desk, counted.site.id).before.position
    used.clear()
    for number in range(7):
        counted.say(("civil", "rude")[number % 2], created_at=START, section="World", article_id="a")
    assert roll_up(counted.desk, OPERATOR).events == 7
    assert used == [(start, False), (start + 3, True), (start + 6, True)]
    followed = tallies(counted, counted.site.id)
    roll_up(counted.desk, OPERATOR, anew=True)
    assert followed == tallies(counted, counted.site.id)


@pytest.mark.parametrize("few", [20_000, -1])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_what_comes_right_after_a_stretch_is_not_counted_with_an_hour_of_the_stretch(
    counted: Newsroom, monkeypatch: pytest.MonkeyPatch, few: int, limit: int
) -> None:
    monkeypatch.setattr(anew, "_FEW", few)
    waits = counted.say("rude words", created_at=START, section="World", article_id="a")
    roll_up(counted.desk, OPERATOR)
    review.decide(counted.desk, counted.moderator, waits.id, Outcome.APPROVE, seen_version=1)
    for number in range(3):
        counted.say(("civil", "rude")[number % 2], created_at=START, section="World", article_id="a")
    follow(counted.desk, counted.site.id, limit=limit)
    roll_up(counted.desk, OPERATOR)
    followed = tallies(counted, counted.site.id)
    roll_up(counted.desk, OPERATOR, anew=True)
    assert followed == tallies(counted, counted.site.id)


NOVEMBER = Period(start=START - timedelta(days=2), end=START + timedelta(days=1), grain=Grain.DAY, time_zone=ZONE)


def test_what_came_since_may_take_all_away(counted: Newsroom) -> None:
    """The only article of a section moves, the only rejection is taken back: neither is told with a 0."""
    waits = counted.say("rude words", created_at=START, section="World", article_id="a")
    made = review.decide(
        counted.desk, counted.moderator, waits.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM]
    )
    roll_up(counted.desk, OPERATOR)
    review.undo(counted.desk, counted.moderator, made.id)
    moved = IncomingArticle(external_id="a", title="Title", section="Sport")
    intake.save_article(counted.desk, OPERATOR, moved, site=SITE)
    told, wanted = (
        questions(counted, counted.site.id, NOVEMBER, InsightFilter(), beforehand=beforehand)
        for beforehand in (True, False)
    )
    assert told == wanted
    sections = told["insights"].sections  # type: ignore[attr-defined]
    assert [(one.name, one.comments) for one in sections] == [("Sport", 4)]
    assert told["conversation"].reasons == ()  # type: ignore[attr-defined]


def test_what_came_since_is_worked_out_once_for_all_questions_of_a_moment(
    counted: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_up(counted.desk, OPERATOR)
    worked_out: list[int] = []
    more = RollupStore.more

    def noted(store: RollupStore, site_id: int, state: RollupState, *, limit: int) -> Addition:
        worked_out.append(store.head(site_id))
        return more(store, site_id, state, limit=limit)

    monkeypatch.setattr(RollupStore, "more", noted)
    for _ in range(2):
        counted.say("one more", created_at=START)
        told = [
            questions(counted, counted.site.id, NOVEMBER, InsightFilter(), beforehand=beforehand)
            for beforehand in (True, True, False)
        ]
        assert told[0] == told[1] == told[2]
    assert len(worked_out) == len(set(worked_out)) == 2


@pytest.mark.parametrize("grain", [Grain.DAY, Grain.WEEK, Grain.MONTH])
def test_readers_move_with_their_article_to_another_section(counted: Newsroom, grain: Grain) -> None:
    """With comments of the stretch in which it moves, and of others on the same days."""
    for moment, writer in (
        (START, "stays"),
        (START, "stays"),
        (START - timedelta(days=1), "was here"),
        (START, "again"),
    ):
        counted.say("civil", created_at=moment, section="World", article_id="b", commenter_id=writer)
    roll_up(counted.desk, OPERATOR)
    for writer in ("was here", "again"):
        counted.say("civil", created_at=START, section="World", article_id="b", commenter_id=writer)
    counted.say("civil", created_at=START, section="World", article_id="a", commenter_id="stays")
    moved = IncomingArticle(external_id="a", title="Title", section="Sport")
    intake.save_article(counted.desk, OPERATOR, moved, site=SITE)
    counted.say("civil", created_at=START - timedelta(hours=3), section="Sport", article_id="a", commenter_id="stays")
    with counted.desk.read() as uow:
        sections = {name: key for key, name in uow.articles.sections(counted.site.id)}
    # The first from the middle of a bucket on, whose earlier part has newcomers of its own.
    periods = [
        replace(NOVEMBER, start=start, end=START + timedelta(days=1), grain=grain)
        for start in (START - timedelta(hours=5, minutes=20), START - timedelta(days=40))
    ]
    for _ in range(2):
        told = {name: _readers(counted, sections[name], periods, beforehand=True) for name in ("World", "Sport")}
        wanted = {name: _readers(counted, sections[name], periods, beforehand=False) for name in ("World", "Sport")}
        assert told == wanted
        assert [one.concentration.comments for one in told["World"]] == [5, 6]
        roll_up(counted.desk, OPERATOR)
    followed = tallies(counted, counted.site.id)
    roll_up(counted.desk, OPERATOR, anew=True)
    assert followed == tallies(counted, counted.site.id)


def _readers(room: Newsroom, section_id: int, periods: list[Period], *, beforehand: bool) -> list[Readers]:
    with room.plant.engine.connect() as connection:
        store = InsightStore(connection, beforehand=beforehand)
        where = InsightFilter(section_id=section_id)
        return [store.readers(room.site.id, period, where) for period in periods]


def test_who_wrote_earlier_than_was_known_is_new_there_and_not_here(counted: Newsroom) -> None:
    roll_up(counted.desk, OPERATOR)
    counted.say("civil", created_at=START, commenter_id="late")
    roll_up(counted.desk, OPERATOR)
    assert _newcomers(counted) == (4, 4)
    counted.say("civil", created_at=START - timedelta(days=20), commenter_id="late")
    minutes = replace(NOVEMBER, start=START - timedelta(minutes=5), end=START + timedelta(minutes=5))
    for _ in range(2):
        # From what came since, and then from the tallies.
        assert _newcomers(counted) == (4, 3)
        assert _newcomers(counted, minutes) == (2, 1)
        roll_up(counted.desk, OPERATOR)
    with counted.plant.engine.connect() as connection:
        who = reader_numbers.c.commenter_id == commenters.c.id
        first = select(reader_numbers.c.first_at).join(commenters, who).where(commenters.c.external_id == "late")
        assert connection.execute(first).scalar_one() == to_milliseconds(START - timedelta(days=20))


def _newcomers(room: Newsroom, period: Period = NOVEMBER) -> tuple[int, int]:
    with room.plant.engine.connect() as connection:
        whole = InsightStore(connection).readers(room.site.id, period, InsightFilter()).whole
    return whole.commenters, whole.new


def test_counting_anew_goes_on_where_it_was_interrupted(counted: Newsroom) -> None:
    whole = roll_up(counted.desk, OPERATOR, anew=True)
    wanted = tallies(counted, counted.site.id)
    turns = iter([False, True, True])
    roll_up(counted.desk, OPERATOR, anew=True, stopped=lambda: next(turns))
    with counted.desk.read() as uow:
        half = uow.rollups.state(counted.site.id)
        assert half is not None
        assert half.until is not None
        assert not uow.rollups.current(counted.site.id, zone=counted.site.time_zone)
    assert tallies(counted, counted.site.id) != wanted
    told: list[tuple[int, int]] = []
    assert roll_up(counted.desk, OPERATOR, progress=lambda *done: told.append(done)) == whole
    assert told[0] == (1, 2)
    assert tallies(counted, counted.site.id) == wanted


def test_of_two_that_follow_at_once_one_counts(counted: Newsroom) -> None:
    roll_up(counted.desk, OPERATOR)
    counted.say("one more")
    additions = [to_add(counted.desk, counted.site.id) for _ in range(2)]
    taken = []
    for addition in additions:
        with counted.desk.begin() as uow:
            taken.append(uow.rollups.add(addition))
    assert taken == [True, False]
    followed = tallies(counted, counted.site.id)
    roll_up(counted.desk, OPERATOR, anew=True)
    assert followed == tallies(counted, counted.site.id)


def test_what_is_added_once_more_after_a_commit_that_failed_counts_once(counted: Newsroom) -> None:
    roll_up(counted.desk, OPERATOR)
    counted.say("a rude word")
    more = to_add(counted.desk, counted.site.id)
    with suppress(KeyboardInterrupt), counted.desk.begin() as uow:
        assert uow.rollups.add(more)
        raise KeyboardInterrupt
    with counted.desk.begin() as uow:
        assert uow.rollups.add(more)
    followed = tallies(counted, counted.site.id)
    roll_up(counted.desk, OPERATOR, anew=True)
    assert tallies(counted, counted.site.id) == followed


def test_another_calendar_is_counted_anew(counted: Newsroom) -> None:
    roll_up(counted.desk, OPERATOR)
    with counted.plant.engine.begin() as connection:
        connection.execute(rollups.update().values(zone="Asia/Kathmandu"))
    assert roll_up(counted.desk, OPERATOR, site=SITE).anew == 1
