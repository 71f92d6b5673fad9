"""Random histories of a newsroom, and whether what was counted beforehand is what there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from db.schema import (
    article_tallies,
    comment_tallies,
    desk_tallies,
    reader_numbers,
    reader_tallies,
    reason_tallies,
)
from db.stores.insights.store import InsightStore
from db.stores.rollups.store import Addition
from db.stores.rollups.vectors import unpacked
from moderation.article import IncomingArticle
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Period
from moderation.errors import ModerationError
from moderation.ports import Came
from moderation.service import accounts, appeals, intake, personal, rescoring, review
from moderation.service.desk import Desk
from moderation.service.rollups import roll_up
from tests.builders import OPERATOR, START, Newsroom, TableScorer, incoming

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

    @rule(number=st.integers(0, 2), reply=st.booleans(), moment=st.sampled_from(MOMENTS))
    def answer(self, number: int, reply: bool, moment: datetime) -> None:
        """Replies may come before what they answer."""
        name = f"later-{number}"
        given = {"parent_id": name} if reply else {"external_id": name}
        item = incoming(created_at=moment, article_id="a-0", section="World", commenter_id="u-0", **given)
        intake.submit(self.desk, OPERATOR, [item], site=self.name)
        self.comments.append(item.external_id)

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
