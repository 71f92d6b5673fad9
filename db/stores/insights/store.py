"""Counts for charts: one question, one method; the files beside this one know how each figure is counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from db.stores.insights.agenda import AgendaStore
from db.stores.insights.conversation import ConversationStore
from db.stores.insights.decided import Decided
from db.stores.insights.overview import OverviewStore
from db.stores.insights.readers import ReaderStore
from db.stores.insights.talk import TalkStore
from db.stores.insights.tallies import Tallies
from db.stores.insights.work import WorkStore
from db.stores.rollups.months import Months
from db.stores.rollups.reading import Beforehand
from db.stores.rollups.who import WhoWrote
from moderation.engagement import (
    Agenda,
    CivilityRow,
    Conversation,
    InsightFilter,
    Insights,
    Overview,
    Period,
    Readers,
    ShiftRow,
    Talk,
    Work,
)


class InsightStore:
    def __init__(self, connection: Connection, *, beforehand: bool = True) -> None:
        """Without what was counted `beforehand` everything is counted directly: slower, and the same."""
        self._connection, self._before = connection, Beforehand(connection, asked=beforehand)
        before = self._before
        tallies, decided = Tallies(connection, before), Decided(connection, before)
        self._readers = ReaderStore(connection, WhoWrote(connection, before))
        self._overview = OverviewStore(connection, tallies, decided, self._readers)
        self._talk = TalkStore(connection, tallies, self._overview)
        self._conversation = ConversationStore(connection, tallies)
        self._agenda = AgendaStore(connection, tallies, self._talk)
        self._work = WorkStore(connection, decided)

    def warm(self, site_id: int) -> None:
        if self._before.since(site_id) is not None:
            Months(self._connection).warm(site_id)

    def began(self, site_id: int) -> datetime | None:
        return self._overview.began(site_id)

    def insights(self, site_id: int, period: Period, where: InsightFilter) -> Insights:
        return Insights(
            period=period,
            overview=self.overview(site_id, period, where),
            volume=self._overview.volume(site_id, period, where),
            sections=self._overview.groups(site_id, period, where, by="section_id"),
            articles=self._overview.groups(site_id, period, where, by="article_id"),
            desk=self._overview.desk(site_id, period, where),
            civility=self.civility(site_id, period, where),
        )

    def overview(self, site_id: int, period: Period, where: InsightFilter) -> Overview:
        return self._overview.overview(site_id, period, where)

    def civility(self, site_id: int, period: Period, where: InsightFilter) -> tuple[CivilityRow, ...]:
        return self._overview.civility(site_id, period, where)

    def talk(self, site_id: int, period: Period, where: InsightFilter, *, now: datetime) -> Talk:
        return Talk(
            volume=self._talk.volume(site_id, period, where, now=now),
            takeoff=self._talk.takeoff(site_id, period, where, now=now),
            sections=self._talk.sections(site_id, period, where),
        )

    def conversation(self, site_id: int, period: Period, where: InsightFilter) -> Conversation:
        return Conversation(
            civility=self.civility(site_id, period, where),
            sections=self._overview.groups(site_id, period, where, by="section_id"),
            articles=self._overview.groups(site_id, period, where, by="article_id"),
            removed=self._conversation.removed(site_id, period, where),
            reasons=self._conversation.reasons(site_id, period, where),
            turns=self._conversation.turns(site_id, period, where),
            returns=self._readers.returns(site_id, period, where)[1],
            shape=self._conversation.shape(site_id, period, where),
            languages=self._conversation.languages(site_id, period, where),
        )

    def agenda(self, site_id: int, period: Period, where: InsightFilter) -> Agenda:
        return Agenda(
            heat=self._agenda.heat(site_id, period, where),
            candidates=self._agenda.candidates(site_id, period, where),
            asks=self._agenda.asks(site_id, period, where),
            asked=self._agenda.asked(site_id, period, where),
            picks=self._agenda.picks(site_id, period, where),
        )

    def work(self, site_id: int, period: Period, where: InsightFilter, *, now: datetime) -> Work:
        return Work(
            queue=self._work.queue(site_id, where, now=now),
            flow=self._work.flow(site_id, period, where, began=self.began(site_id), now=now),
            desk=self._overview.desk(site_id, period, where),
            machine=self._work.machine(site_id, period, where),
            agreement=self._work.agreement(site_id, period, where),
            appeals=self._work.appeals(site_id, period, where),
        )

    def shifts(self, site_id: int, period: Period, *, staff_id: int | None) -> tuple[ShiftRow, ...]:
        return self._work.shifts(site_id, period, staff_id=staff_id)

    def readers(self, site_id: int, period: Period, where: InsightFilter) -> Readers:
        whole, returns = self._readers.returns(site_id, period, where)
        return Readers(
            whole=whole,
            returns=returns,
            concentration=self._readers.concentration(site_id, period, where),
            contributors=self._readers.contributors(site_id, period, where),
            reporters=self._readers.reporters(site_id, period, where),
        )
