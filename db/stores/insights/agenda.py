"""What the newsroom should open, close or join."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from db.schema import articles, commenters, comments, flags, picks, queue
from db.stores.insights.conditions import about, narrowed, received, within
from db.stores.insights.talk import TalkStore
from db.stores.insights.tallies import Tallies
from db.stores.rollups.by_article import ByArticle, Counted
from moderation.comment import VISIBLE, Status
from moderation.engagement import Ask, AskRow, CandidateRow, HeatRow, InsightFilter, Period, PickRow
from moderation.engagement.agenda import CANDIDATE_COMMENTS, is_far
from moderation.flag import FlagKind
from moderation.text.asking import BITS

_ARTICLES, _CANDIDATES, _LISTED = 50, 20, 20
_BODY = 300
_HOUR = timedelta(hours=1)
_SHOWN = [*(status.value for status in sorted(VISIBLE)), Status.PENDING.value]


class AgendaStore:
    def __init__(self, connection: Connection, tallies: Tallies, talk: TalkStore) -> None:
        self._connection, self._tallies, self._talk = connection, tallies, talk

    def heat(self, site_id: int, period: Period, where: InsightFilter) -> tuple[HeatRow, ...]:
        found = self._tallies.articles(site_id, period, where).most(_ARTICLES)
        largest = list(found)
        titles = self._talk.titles(largest)
        waiting, hours = self._waiting(largest), self._hours(largest, period)
        reports = self._reports(period, where, largest)
        return tuple(
            HeatRow(
                article_id=key,
                title=titles[key][0],
                section=titles[key][1],
                comments=found[key].comments,
                rejected=found[key].rejected,
                civil=found[key].civil / found[key].comments,
                reports=reports[key],
                waiting=waiting[key],
                hours=hours[key],
            )
            for key in largest
        )

    def _hours(self, article_ids: Sequence[int], period: Period) -> dict[int, float]:
        """How long of the period lies between the first and the last comment of each article that came in.

        An import may bring the newest first.
        """
        edges = [
            select(comments.c.created_at)
            .where(comments.c.article_id == articles.c.id)
            .order_by(order)
            .limit(1)
            .scalar_subquery()
            for order in (comments.c.id, comments.c.id.desc())
        ]
        query = select(articles.c.id, *edges).where(articles.c.id.in_(article_ids))
        return {
            article_id: max((min(max(edges), period.end) - max(min(edges), period.start)) / _HOUR, 1.0)
            for article_id, *edges in self._connection.execute(query)
        }

    def _waiting(self, article_ids: Sequence[int]) -> Counter[int]:
        query = select(queue.c.article_id, func.count()).where(queue.c.article_id.in_(article_ids))
        return Counter(dict(self._pairs(query.group_by(queue.c.article_id))))

    def _reports(self, period: Period, where: InsightFilter, article_ids: Sequence[int]) -> Counter[int]:
        """By the index of an article's reports: their comments are looked up only where the filter asks for them."""
        reported = flags.c.kind == FlagKind.REPORTED.value
        query = (
            narrowed(select(flags.c.article_id, func.count()).select_from(flags), flags.c.comment_id, where)
            .where(
                flags.c.article_id.in_(article_ids),
                *within(reported, flags.c.created_at, period.start, period.end),
            )
            .group_by(flags.c.article_id)
        )
        return Counter(dict(self._pairs(query)))

    def _pairs(self, query: Select[Any]) -> list[tuple[int, int]]:
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def candidates(self, site_id: int, period: Period, where: InsightFilter) -> tuple[CandidateRow, ...]:
        found = self._tallies.articles(site_id, period, where)
        usual = _shares(found.whole())
        chosen = _standing_out(found, usual)
        keys = list(chosen)
        titles = self._talk.titles(keys)
        reports = self._reports(period, where, keys)
        return tuple(
            CandidateRow(
                article_id=key,
                title=titles[key][0],
                comments=one.comments,
                removed=_shares(one)[0],
                usual_removed=usual[0],
                uncivil=_shares(one)[1],
                usual_uncivil=usual[1],
                reports=reports[key],
            )
            for key, one in chosen.items()
        )

    def asked(self, site_id: int, period: Period, where: InsightFilter) -> tuple[tuple[Ask, int], ...]:
        query = select(comments.c.asks, func.count()).where(*self._asking(site_id, period, where))
        counted: Counter[int] = Counter(dict(self._pairs(query.group_by(comments.c.asks))))
        return tuple((ask, sum(times for bits, times in counted.items() if bits & bit)) for ask, bit in BITS.items())

    def asks(self, site_id: int, period: Period, where: InsightFilter) -> tuple[AskRow, ...]:
        return tuple(row for ask in BITS for row in self._asks(ask, self._asking(site_id, period, where)))

    def _asking(self, site_id: int, period: Period, where: InsightFilter) -> list[ColumnElement[bool]]:
        return [*received(site_id, period, where), comments.c.asks > 0, comments.c.status.in_(_SHOWN)]

    def _asks(self, ask: Ask, asking: list[ColumnElement[bool]]) -> list[AskRow]:
        query = (
            self._told(comments.c.status, comments.c.created_at)
            .where(*asking, comments.c.asks.op("&")(BITS[ask]) > 0)
            .order_by(comments.c.created_at.desc(), comments.c.id.desc())
            .limit(_LISTED)
        )
        return [
            AskRow(
                comment_id=row.id,
                ask=ask,
                article_id=row.article_id,
                title=row.title,
                commenter=row.name,
                body=row.body,
                status=Status(row.status),
                created_at=row.created_at,
            )
            for row in self._connection.execute(query)
        ]

    def _told(self, *more: ColumnElement[Any]) -> Select[Any]:
        return (
            select(
                comments.c.id,
                comments.c.article_id,
                articles.c.title,
                commenters.c.name,
                func.substr(comments.c.body, 1, _BODY).label("body"),
                *more,
            )
            .select_from(comments)
            .join(articles, articles.c.id == comments.c.article_id)
            .join(commenters, commenters.c.id == comments.c.commenter_id)
        )

    def picks(self, site_id: int, period: Period, where: InsightFilter) -> tuple[PickRow, ...]:
        standing = (picks.c.comment_id == comments.c.id) & (picks.c.revision == comments.c.revision)
        query = (
            self._told(picks.c.actor, picks.c.picked_at)
            .join(picks, standing)
            .where(*within(picks.c.site_id == site_id, picks.c.picked_at, period.start, period.end), *about(where))
            .order_by(picks.c.picked_at.desc(), comments.c.id.desc())
            .limit(_LISTED)
        )
        return tuple(
            PickRow(
                comment_id=row.id,
                article_id=row.article_id,
                title=row.title,
                commenter=row.name,
                body=row.body,
                picked_by=row.actor,
                picked_at=row.picked_at,
            )
            for row in self._connection.execute(query)
        )


def _shares(counted: Counted) -> tuple[float, float]:
    """Removed and uncivil among all."""
    if not counted.comments:
        return 0.0, 0.0
    return counted.rejected / counted.comments, 1 - counted.civil / counted.comments


def _standing_out(found: ByArticle, usual: tuple[float, float]) -> dict[int, Counted]:
    """The candidates among them, who is furthest from the usual first."""
    removed, uncivil = found.rejected / found.comments, 1 - found.civil / found.comments
    far = is_far(removed, usual[0]) | is_far(uncivil, usual[1])
    return found.first(_CANDIDATES, far & (found.comments >= CANDIDATE_COMMENTS), by=(removed, uncivil))
