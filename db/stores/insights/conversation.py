"""How the conversation is: reasons, threads that turn, who comes back, length, languages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from db.schema import articles, comments
from db.stores.insights.buckets import Buckets
from db.stores.insights.conditions import about, is_civil, within
from db.stores.insights.tallies import Tallies
from moderation.comment import Status
from moderation.decision import Reason
from moderation.engagement import InsightFilter, LanguageRow, Period, ReasonRow, RemovedRow, ShapeRow, TurnRow
from moderation.engagement.conversation import TURN_DAYS, TURN_REPLIES

_TURNS = 10
_MOSTLY = 2 / 3


class ConversationStore:
    def __init__(self, connection: Connection, tallies: Tallies) -> None:
        self._connection, self._tallies = connection, tallies

    def removed(self, site_id: int, period: Period, where: InsightFilter) -> tuple[RemovedRow, ...]:
        buckets = Buckets(period)
        counted: Counter[int] = Counter()
        rejected: Counter[int] = Counter()
        for row in self._tallies.of(site_id, period, where, by=("at", "status")):
            counted[buckets.index(row.at)] += row.comments
            rejected[buckets.index(row.at)] += row.comments if row.status == Status.REJECTED else 0
        return tuple(
            RemovedRow(start=start, comments=counted[index], rejected=rejected[index])
            for index, start in enumerate(buckets.starts)
        )

    def reasons(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ReasonRow, ...]:
        """By the decision that made each rejected comment what it is."""
        counted: Counter[Reason] = Counter()
        for reasons, times in self._tallies.reasons(site_id, period, where).items():
            for reason in reasons.split():
                counted[Reason(reason)] += times
        return tuple(
            ReasonRow(reason=reason, comments=times)
            for reason, times in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        )

    def shape(self, site_id: int, period: Period, where: InsightFilter) -> tuple[ShapeRow, ...]:
        buckets = Buckets(period)
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for row in self._tallies.of(site_id, period, where, by=("at",), count=("comments", "replies", "characters")):
            found[buckets.index(row.at)].update(comments=row.comments, replies=row.replies, characters=row.characters)
        return tuple(
            ShapeRow(
                start=start,
                comments=found[index]["comments"],
                replies=found[index]["replies"],
                characters=found[index]["characters"],
            )
            for index, start in enumerate(buckets.starts)
        )

    def languages(self, site_id: int, period: Period, where: InsightFilter) -> tuple[LanguageRow, ...]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self._tallies.of(site_id, period, where, by=("language", "status"), count=("comments", "civil")):
            rejected = row.comments if row.status == Status.REJECTED else 0
            found[row.language].update(comments=row.comments, civil=row.civil, rejected=rejected)
        return tuple(
            LanguageRow(
                language=language,
                comments=found[language]["comments"],
                rejected=found[language]["rejected"],
                civil=found[language]["civil"] / found[language]["comments"],
            )
            for language in sorted(found, key=lambda one: (-found[one]["comments"], one))
        )

    def turns(self, site_id: int, period: Period, where: InsightFilter) -> tuple[TurnRow, ...]:
        start = max(period.start, period.end - timedelta(days=TURN_DAYS))
        written = [
            *within(comments.c.site_id == site_id, comments.c.created_at, start, period.end),
            *about(where),
            comments.c.parent_id.is_not(None),
            comments.c.status != Status.ERASED.value,
        ]
        uncivil = func.count() - func.sum(is_civil)
        # Two uncivil replies are the least that make two thirds of the later half of six.
        many = (
            select(comments.c.parent_id)
            .where(*written)
            .group_by(comments.c.parent_id)
            .having(func.count() >= TURN_REPLIES, uncivil >= 2)
        )
        # Few of all, and found by an index of their own: in one question SQLite would go through all replies twice.
        parents = self._connection.execute(many).scalars().all()
        replies = (
            select(comments.c.parent_id, comments.c.article_id, comments.c.created_at, comments.c.civil)
            .where(comments.c.parent_id.in_(parents), *written[1:])
            .order_by(comments.c.parent_id, comments.c.created_at, comments.c.id)
        )
        threads: dict[int, list[Any]] = defaultdict(list)
        for row in self._connection.execute(replies):
            threads[row.parent_id].append(row)
        turned = [turn for parent_id, rows in threads.items() if (turn := _turn(parent_id, rows)) is not None]
        turned.sort(key=lambda one: (one[2], one[0]), reverse=True)
        return self._titled(turned[:_TURNS])

    def _titled(self, turned: Sequence[_Turn]) -> tuple[TurnRow, ...]:
        query = select(articles.c.id, articles.c.title).where(articles.c.id.in_({turn[1] for turn in turned}))
        titles = {row.id: row.title for row in self._connection.execute(query)} if turned else {}
        return tuple(
            TurnRow(
                comment_id=comment_id,
                article_id=article_id,
                title=titles[article_id],
                replies=replies,
                civil_before=before,
                civil_after=after,
                since=since,
            )
            for comment_id, article_id, since, replies, before, after in turned
        )


_Turn = tuple[int, int, datetime, int, float, float]


def _turn(parent_id: int, replies: Sequence[Any]) -> _Turn | None:
    middle = len(replies) // 2
    before, after = replies[:middle], replies[middle:]
    civil_before, civil_after = _civil(before), _civil(after)
    if civil_before < _MOSTLY or civil_after > 1 - _MOSTLY:
        return None
    since = next(row.created_at for row in after if not row.civil)
    return parent_id, after[0].article_id, since, len(replies), civil_before, civil_after


def _civil(replies: Sequence[Any]) -> float:
    return sum(1 for row in replies if row.civil) / len(replies)
