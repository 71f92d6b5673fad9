"""What the page tells equals a recount from the audit log, for any history and any filter that the log knows."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from db.schema import commenter_records
from moderation.article import Record
from moderation.audit import EventType
from moderation.comment import VISIBLE, Status
from moderation.engagement import Grain, InsightFilter, Insights, Period
from moderation.roles import Role
from moderation.service import insights, intake
from moderation.verification import Row
from tests.amounts import amount
from tests.builders import OPERATOR, Newsroom, incoming, sign_in
from tests.moderation.service.histories import BODIES, ZONE, Histories

_GONE = {EventType.COMMENT_WITHDRAWN, EventType.COMMENT_ERASED}


@dataclass(slots=True)
class Comment:
    """As the log tells of it."""

    at: datetime
    article: int
    commenter: int
    status: str


@dataclass(slots=True)
class Decided:
    at: datetime
    comment: int


@dataclass(frozen=True, slots=True)
class Log:
    """`decided` by the ids of people's decisions that stand."""

    comments: dict[int, Comment]
    decided: dict[int, Decided]
    reported: set[int]

    @classmethod
    def told_by(cls, rows: Iterable[Row]) -> Log:
        found = cls({}, {}, set())
        for row in map(Row._make, rows):
            kind, _, subject = row.subject.partition(":")
            if kind == "comment":
                found._follow(row, int(subject), json.loads(row.body)["data"])
        return found

    def _follow(self, row: Row, comment: int, told: dict[str, str]) -> None:
        at = datetime.fromtimestamp(row.at / 1_000, UTC)
        if row.type == EventType.COMMENT_SUBMITTED:
            self.comments[comment] = Comment(at, int(told["article"]), int(told["commenter"]), told["status"])
        elif row.type in _GONE:
            # What was rejected counts so on.
            if self.comments[comment].status != Status.REJECTED:
                self.comments[comment].status = Status.ERASED
        elif "status" in told:
            self.comments[comment].status = told["status"]
        if row.type == EventType.COMMENT_REPORTED:
            self.reported.add(comment)
        if row.type == EventType.COMMENT_DECIDED and not row.machine:
            self.decided[int(told["decision"])] = Decided(at, comment)
        elif row.type == EventType.DECISION_UNDONE:
            self.decided.pop(int(told["undoes"]))

    def only(self, where: InsightFilter) -> Log:
        comments = {
            key: one
            for key, one in self.comments.items()
            if where.article_id in (None, one.article) and where.status in (None, one.status)
        }
        decided = {key: one for key, one in self.decided.items() if one.comment in comments}
        return Log(comments, decided, self.reported & comments.keys())

    def records(self) -> dict[int, Record]:
        """Of everybody who wrote."""
        found = dict.fromkeys((one.commenter for one in self.comments.values()), Record())
        for key, one in self.comments.items():
            record = found[one.commenter]
            found[one.commenter] = Record(
                visible=record.visible + (one.status in VISIBLE),
                rejected=record.rejected + (one.status == Status.REJECTED),
                pending=record.pending + (one.status == Status.PENDING),
                reported=record.reported + (key in self.reported),
            )
        return found


class Lived(Histories):
    """The acts of a history, drawn one after another; each comment is written as it comes in, as the log knows no other
    time."""

    def __init__(self, newsroom: Newsroom, drawn: Random) -> None:
        super().__init__(newsroom)
        self.drawn = drawn
        self.open()

    def live(self) -> None:
        choice, act = self.drawn.randrange(20), self.drawn.random()
        self.room.clock.advance(seconds=self.drawn.randrange(9_000))
        if act < 0.4:
            self._come_in()
        elif act < 0.75:
            # Who is idle for hours must sign in again.
            self.room.people[Role.MODERATOR] = sign_in(self.desk, "moderator-1")
            self.decide(choice, reject=act < 0.55, after=self.drawn.randrange(1, 4_000))
        elif act < 0.8:
            self.undo()
        elif act < 0.85:
            self.edit(choice, self.drawn.choice(BODIES))
        elif act < 0.9:
            self.report(choice, by=self.drawn.randrange(4))
        elif act < 0.93:
            self.withdraw(choice)
        elif act < 0.95:
            self.erase(self.drawn.randrange(3))
        else:
            self.roll()

    def _come_in(self) -> None:
        items = [
            incoming(
                self.drawn.choice(BODIES),
                article_id=f"a-{self.drawn.randrange(3)}",
                commenter_id=f"u-{self.drawn.randrange(3)}",
                created_at=self.desk.now(),
            )
            for _ in range(self.drawn.randrange(1, 4))
        ]
        intake.submit(self.desk, OPERATOR, items, site=self.name)
        self.comments += [item.external_id for item in items]

    def log(self) -> Log:
        with self.desk.read() as uow:
            return Log.told_by(uow.log.rows(self.site.id))

    def records(self) -> dict[int, Record]:
        """As they are kept."""
        with self.room.plant.engine.connect() as connection:
            rows = connection.execute(select(commenter_records).where(commenter_records.c.site_id == self.site.id))
            return {row.commenter_id: Record(row.visible, row.rejected, row.pending, row.reported) for row in rows}

    def page(self, period: Period, where: InsightFilter) -> Insights:
        caller = sign_in(self.desk, "admin-1")
        return insights.insights(self.desk, caller, site=self.name, period=period, where=where)


def check(page: Insights, log: Log, period: Period) -> None:
    written = [one for one in log.comments.values() if period.start <= one.at < period.end]
    decided = [one.at for one in log.decided.values() if period.start <= one.at < period.end]
    starts = [row.start for row in page.desk]
    assert page.overview.comments == len(written)
    assert page.overview.commenters == len({one.commenter for one in written})
    assert page.overview.rejected == sum(one.status == Status.REJECTED for one in written)
    volume = Counter((start_of(one.at, starts), one.status) for one in written)
    assert {(row.start, str(row.status)): row.comments for row in page.volume if row.comments} == volume
    rejected = Counter(one.article for one in written if one.status == Status.REJECTED)
    assert {row.id: (row.comments, row.rejected) for row in page.articles} == {
        article: (many, rejected[article]) for article, many in Counter(one.article for one in written).items()
    }
    assert {row.start: row.people for row in page.desk if row.people} == Counter(start_of(at, starts) for at in decided)


def start_of(moment: datetime, starts: list[datetime]) -> datetime:
    return starts[bisect_right(starts, moment) - 1]


@pytest.mark.parametrize("seed", range(amount(1, full=8)))
def test_the_page_equals_a_recount_from_the_log(newsroom: Newsroom, seed: int) -> None:
    drawn = Random(seed)
    site = Lived(newsroom, drawn)
    for _ in range(80):
        site.live()
    log, now = site.log(), site.desk.now().replace(minute=0, second=0, microsecond=0)
    assert site.records() == log.records()
    # It is no comparison of nothing with nothing.
    assert len(log.comments) > 40
    assert len(log.decided) > 10
    articles = sorted({one.article for one in log.comments.values()})
    spans = [(now - timedelta(days=30), now + timedelta(hours=1))]
    spans += [(begins, begins + timedelta(hours=drawn.randrange(1, 72))) for begins in _moments(drawn, now, many=24)]
    for start, end in spans:
        where = InsightFilter(article_id=drawn.choice([None, *articles]), status=drawn.choice([None, *Status]))
        grain = drawn.choice([Grain.HOUR, Grain.DAY])
        period = Period(start=start, end=end, grain=grain, time_zone=ZONE)
        for one in (InsightFilter(), where):
            check(site.page(period, one), log.only(one), period)


def _moments(drawn: Random, now: datetime, *, many: int) -> list[datetime]:
    return [now - timedelta(hours=drawn.randrange(150)) for _ in range(many)]
