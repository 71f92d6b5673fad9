"""What is counted beforehand equals what is counted anew, and both what is counted directly, whatever has happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from db.schema import (
    article_tallies,
    comment_tallies,
    commenters,
    desk_tallies,
    reader_numbers,
    reader_tallies,
    reason_tallies,
    rollups,
)
from db.stores.insights.store import InsightStore
from db.stores.rollups import RollupStore, anew, months
from db.stores.rollups import store as stores
from db.stores.rollups.kept import Kept
from db.stores.rollups.store import Addition
from db.stores.rollups.vectors import unpacked
from db.types import to_milliseconds
from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Period, Readers
from moderation.errors import ModerationError
from moderation.ports import Came, RollupState
from moderation.service import accounts, appeals, intake, personal, rescoring, review
from moderation.service import rollups as rollups_service
from moderation.service.desk import Desk
from moderation.service.rollups import RolledUp, roll_up
from tests.builders import OPERATOR, SITE, START, Newsroom, TableScorer, incoming

ZONE = "Africa/Cairo"
# Before, in and after the night in which Cairo's clocks went back, and the days before the clock of the tests.
MOMENTS = (
    datetime(2026, 10, 29, 20, 40, tzinfo=UTC),
    datetime(2026, 10, 29, 21, 20, tzinfo=UTC),
    datetime(2026, 10, 30, 0, 10, tzinfo=UTC),
    START - timedelta(days=1, hours=3),
    START - timedelta(hours=2),
    START,
)
BODIES = ("a civil thought", "rude words", "threat and rude", "why didn't you ask?", "فكرة حسنة")
TABLES = (comment_tallies, article_tallies, reason_tallies, desk_tallies)
_sites = count(1)


def tallies(newsroom: Newsroom, site_id: int) -> list[tuple[Any, ...]]:
    with newsroom.plant.engine.connect() as connection:
        return sorted(
            (table.name, *row)
            for table in TABLES
            for row in connection.execute(select(table).where(table.c.site_id == site_id))
        ) + readers(connection, site_id)


def readers(connection: Connection, site_id: int) -> list[tuple[Any, ...]]:
    """By who they are: which number somebody has depends on when they were counted."""
    query = select(reader_numbers).where(reader_numbers.c.site_id == site_id)
    people = {row.number: (row.commenter_id, row.first_at) for row in connection.execute(query)}
    assert sorted(people) == list(range(len(people)))
    found = []
    for row in connection.execute(select(reader_tallies).where(reader_tallies.c.site_id == site_id)):
        times = unpacked(row.readers, row.counts)
        wrote = zip(times.numbers.tolist(), times.counts.tolist(), strict=True)
        found.append((row.what, row.kind, row.section_id, row.at, sorted((people[one], many) for one, many in wrote)))
    return [*sorted(people.values()), *sorted(found)]


def follow(desk: Desk, site_id: int, *, limit: int, came: Came | None = None) -> None:
    """By no more events than these."""
    more = to_add(desk, site_id, limit=limit, came=came)
    with desk.begin() as uow:
        assert uow.rollups.add(more)


def to_add(desk: Desk, site_id: int, *, limit: int = 10, came: Came | None = None) -> Addition:
    with desk.read() as uow:
        state = uow.rollups.state(site_id)
        assert state is not None
        return uow.rollups.more(site_id, state, limit=limit, came=came)


def questions(
    newsroom: Newsroom, site_id: int, period: Period, where: InsightFilter, *, beforehand: bool
) -> dict[str, object]:
    """Every answer that is made of tallies."""
    with newsroom.plant.engine.connect() as connection:
        store, now = InsightStore(connection, beforehand=beforehand), newsroom.clock()
        return {
            "insights": store.insights(site_id, period, where),
            "talk": store.talk(site_id, period, where, now=now),
            "conversation": store.conversation(site_id, period, where),
            "agenda": store.agenda(site_id, period, where),
            "work": store.work(site_id, period, where, now=now),
            "readers": store.readers(site_id, period, where),
        }


class Histories(RuleBasedStateMachine):
    """A site of its own for every history; what may not be done at the time is refused and changes nothing."""

    def __init__(self, newsroom: Newsroom) -> None:
        super().__init__()
        self.room, self.desk = newsroom, newsroom.desk
        self.comments: list[str] = []
        self.decided: list[int] = []
        self.came: Came | None = None

    @initialize()
    def open(self) -> None:
        self.name = f"site-{next(_sites)}"
        self.site = accounts.add_site(self.desk, OPERATOR, name=self.name, title="Site", time_zone=ZONE)
        roll_up(self.desk, OPERATOR, site=self.name)

    @rule(
        moments=st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=3),
        body=st.sampled_from(BODIES),
        article=st.integers(0, 1),
        writer=st.integers(0, 2),
    )
    def write(self, moments: list[datetime], body: str, article: int, writer: int) -> None:
        items = [
            incoming(
                body,
                created_at=moment,
                article_id=f"a-{article}",
                section=("World", "Sport")[article],
                commenter_id=f"u-{writer}",
                parent_id=self.comments[-1] if self.comments and writer else None,
            )
            for moment in moments
        ]
        intake.submit(self.desk, OPERATOR, items, site=self.name)
        self.comments += [item.external_id for item in items]

    def _one(self, choice: int) -> str | None:
        return self.comments[choice % len(self.comments)] if self.comments else None

    @rule(choice=st.integers(0, 20), reject=st.booleans(), after=st.integers(1, 4_000))
    def decide(self, choice: int, reject: bool, after: int) -> None:
        self.room.clock.advance(seconds=after)
        if (one := self._one(choice)) is None:
            return
        now = intake.lookup(self.desk, OPERATOR, one, site=self.name)
        outcome, reasons = (Outcome.REJECT, [Reason.ABUSIVE, Reason.SPAM]) if reject else (Outcome.APPROVE, [])
        try:
            made = review.decide(
                self.desk, self.room.moderator, now.id, outcome, seen_version=now.version, reasons=reasons
            )
        except ModerationError:
            return
        self.decided.append(made.id)

    @rule()
    def undo(self) -> None:
        if self.decided:
            try:
                review.undo(self.desk, self.room.moderator, self.decided.pop())
            except ModerationError:
                return

    @rule(choice=st.integers(0, 20), body=st.sampled_from(BODIES))
    def edit(self, choice: int, body: str) -> None:
        self._try(intake.edit, choice, f"{body} again")

    @rule(choice=st.integers(0, 20))
    def withdraw(self, choice: int) -> None:
        self._try(intake.withdraw, choice)

    @rule(choice=st.integers(0, 20), by=st.integers(0, 3))
    def report(self, choice: int, by: int) -> None:
        self._try(intake.report, choice, reporter_id=f"u-{by}", reason=Reason.OFFENSIVE)

    @rule(choice=st.integers(0, 20))
    def appeal(self, choice: int) -> None:
        self._try(appeals.lodge, choice, "unfair")

    def _try(self, use_case: Any, choice: int, *args: object, **kwargs: object) -> None:
        if (one := self._one(choice)) is not None:
            try:
                use_case(self.desk, OPERATOR, one, *args, site=self.name, **kwargs)
            except ModerationError:
                return

    @rule(article=st.integers(0, 1), section=st.sampled_from(["World", "Sport", "Culture", ""]))
    def move(self, article: int, section: str) -> None:
        announced = IncomingArticle(external_id=f"a-{article}", title="Title", section=section)
        intake.save_article(self.desk, OPERATOR, announced, site=self.name)

    @rule(writer=st.integers(0, 2))
    def erase(self, writer: int) -> None:
        try:
            personal.erase(self.desk, OPERATOR, f"u-{writer}", site=self.name)
        except ModerationError:
            return

    @rule(version=st.integers(2, 3))
    def rescore(self, version: int) -> None:
        """The third model finds the second's rude words civil."""
        table = {"rude": {"toxic": 0.9}} if version == 2 else {"civil": {"toxic": 0.6}}
        scorer = TableScorer(version=f"test-{version}", table=table)
        rescoring.rescore(replace(self.desk, scorer=scorer), OPERATOR, site=self.name, progress=lambda *_: None)

    @rule(limit=st.integers(1, 9))
    def roll_a_little(self, limit: int) -> None:
        follow(self.desk, self.site.id, limit=limit, came=self.came)

    @rule(limit=st.integers(1, 9), further=st.integers(0, 1))
    def read_ahead(self, limit: int, further: int) -> None:
        """Of the next place of the log, or of one after it; whatever happens until it is added."""
        with self.desk.read() as uow:
            state = uow.rollups.state(self.site.id)
            assert state is not None
            self.came = uow.rollups.came(self.site.id, state.position + further, zone=ZONE, limit=limit)

    @rule()
    def roll(self) -> None:
        roll_up(self.desk, OPERATOR, site=self.name)

    @rule(
        days=st.integers(0, 26),
        grain=st.sampled_from(Grain),
        language=st.sampled_from([None, "en", "ar"]),
        status=st.sampled_from([None, *Status]),
        by_section=st.booleans(),
    )
    def read(self, days: int, grain: Grain, language: str | None, status: Status | None, by_section: bool) -> None:
        """Reading is as good as counting, for any period and filter."""
        start = datetime(2026, 10, 29, tzinfo=ZoneInfo(ZONE)) + timedelta(days=days)
        most = timedelta(days=2 if grain is Grain.HOUR else 40)
        period = Period(start=start, end=start + most, grain=grain, time_zone=ZONE)
        with self.desk.read() as uow:
            sections = [key for key, _ in uow.articles.sections(self.site.id)]
        section_id = sections[days % len(sections)] if by_section and sections else None
        where = InsightFilter(language=language, status=status, section_id=section_id)
        assert self._told(period, where, beforehand=True) == self._told(period, where, beforehand=False)

    def _told(self, period: Period, where: InsightFilter, *, beforehand: bool) -> dict[str, object]:
        return questions(self.room, self.site.id, period, where, beforehand=beforehand)

    def teardown(self) -> None:
        self.read(0, Grain.DAY, None, None, by_section=False)
        roll_up(self.desk, OPERATOR, site=self.name)
        followed = tallies(self.room, self.site.id)
        roll_up(self.desk, OPERATOR, site=self.name, anew=True)
        assert followed == tallies(self.room, self.site.id)


def walk(made: Callable[[], RuleBasedStateMachine], *, histories: int, steps: int) -> None:
    """The same histories at each run, whatever the newsroom of the test is."""
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
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
