"""One question of the page with everything that answers it: numbers, figures, and comments to be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from dashboard.charts import Figure, agenda, around, bars, conversation, desk, exchange, judged, readers, talk
from dashboard.charts.scope import Scope
from dashboard.i18n import moment, percent, plural, t
from dashboard.insights.tiles import Tile, tiles
from dashboard.insights.view import Question, View
from moderation.article import Site
from moderation.engagement import AskRow, PickRow, Pin, TurnRow
from moderation.roles import Caller
from moderation.service import insights
from moderation.service.desk import Desk

PERSONAL = frozenset({"workload"})
"""Figures that name members of the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A comment or thread to be looked at. But for `meta`, which is ours, all is hostile input; `way` finds it."""

    title: str
    body: str
    meta: str
    way: str
    by: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Who wrote it and under what, each in a direction of its own."""
        return (self.by, self.title) if self.by else (self.title,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """`name` is a key of the catalog, like a figure's."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`rows` are figures that stand beside each other."""

    question: Question
    scope: Scope
    tiles: tuple[Tile, ...] = ()
    rows: tuple[tuple[Figure, ...], ...] = ()
    listings: tuple[Listing, ...] = ()
    pins: tuple[Pin, ...] = ()
    empty: bool = False

    def for_all(self) -> Section:
        """Without what is for one person's eyes: a report is passed on."""
        rows = tuple(tuple(one for one in row if one.name not in PERSONAL) for row in self.rows)
        return replace(self, rows=rows)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for row in self.rows for figure in row)


def section(desk: Desk, caller: Caller, site: Site, view: View, lang: str) -> Section:
    """Asks the use cases, each of which asks for the permission; raises what they raise."""
    scope = Scope(period=view.period(site.time_zone), lang=lang, where=view.where)
    return _DRAWN[view.question](desk, caller, site, view, scope)


def _now(desk_: Desk, caller: Caller, site: Site, view: View, scope: Scope) -> Section:
    asked = {"site": site.name, "period": scope.period, "where": view.where}
    found = insights.insights(desk_, caller, **asked)
    said = insights.talk(desk_, caller, **asked)
    return Section(
        question=Question.NOW,
        scope=scope,
        tiles=tiles(found.overview, scope.lang, words=scope.words),
        rows=(
            (talk.pulse(said.volume, scope),),
            (talk.takeoff(said.takeoff, scope), talk.sections(said.sections, scope)),
            (bars.outcomes(found, scope),),
        ),
        empty=not found.overview.comments,
    )


def _conversation(desk_: Desk, caller: Caller, site: Site, view: View, scope: Scope) -> Section:
    found = insights.conversation(desk_, caller, site=site.name, period=scope.period, where=view.where)
    return Section(
        question=Question.CONVERSATION,
        scope=scope,
        rows=(
            (conversation.civility(found.civility, scope), conversation.removed(found.removed, scope)),
            (conversation.reasons(found.reasons, scope), conversation.languages(found.languages, scope)),
            (conversation.tone_sections(found.sections, scope), conversation.tone_articles(found.articles, scope)),
            (conversation.returning(found.returns, scope), exchange.exchange(found.shape, scope)),
            (exchange.length(found.shape, scope),),
        ),
        listings=(Listing(name="turns", items=tuple(_turn(row, scope) for row in found.turns)),),
        empty=not any(row.comments for row in found.civility),
    )


def _turn(row: TurnRow, scope: Scope) -> Item:
    lang = scope.lang
    told = t(
        "insights.turn",
        lang,
        before=percent(row.civil_before, lang),
        after=percent(row.civil_after, lang),
        at=moment(row.since, lang, scope.period.time_zone),
    )
    meta = f"{plural('insights.replies', row.replies, lang)} · {told}"
    return Item(title=row.title, body="", meta=meta, way=scope.go(story=row.article_id))


def _agenda(desk_: Desk, caller: Caller, site: Site, view: View, scope: Scope) -> Section:
    found = insights.agenda(desk_, caller, site=site.name, period=scope.period, where=view.where)
    return Section(
        question=Question.AGENDA,
        scope=scope,
        rows=(
            (agenda.heat(found.heat, scope),),
            (agenda.candidates(found.candidates, scope), agenda.asked(found.asked, found.asks, scope)),
        ),
        listings=(
            Listing(name="asks", items=tuple(_ask(row, scope) for row in found.asks)),
            Listing(name="picks", items=tuple(_pick(row, scope) for row in found.picks)),
        ),
        empty=not found.heat,
    )


def _ask(row: AskRow, scope: Scope) -> Item:
    lang = scope.lang
    when = moment(row.created_at, lang, scope.period.time_zone)
    meta = " · ".join((t(f"insights.ask_one.{row.ask}", lang), t(f"common.status.{row.status}", lang), when))
    way = scope.go(story=row.article_id)
    return Item(title=row.title, body=row.body, meta=meta, way=way, by=row.commenter)


def _pick(row: PickRow, scope: Scope) -> Item:
    lang = scope.lang
    meta = t("insights.picked", lang, at=moment(row.picked_at, lang, scope.period.time_zone))
    way = scope.go(story=row.article_id)
    return Item(title=row.title, body=row.body, meta=meta, way=way, by=row.commenter)


def _desk(desk_: Desk, caller: Caller, site: Site, view: View, scope: Scope) -> Section:
    found = insights.work(desk_, caller, site=site.name, period=scope.period, where=view.where)
    starts = [row.start for row in found.flow]
    recent = _recent(scope)
    shifts = insights.workload(desk_, caller, site=site.name, period=recent.period)
    drawn = desk.workload(shifts.shifts, starts, recent)
    whose = t("insights.remark.everyone" if shifts.everyone else "insights.remark.own", scope.lang)
    return Section(
        question=Question.DESK,
        scope=scope,
        rows=(
            (desk.waiting(found.queue, scope), desk.flow(found.flow, scope)),
            (desk.speed(found.desk, scope), desk.machine(found.desk, scope)),
            (judged.overruled(found.machine, scope), judged.agreement(found.agreement, scope)),
            (judged.appeals(found.appeals, scope), replace(drawn, remarks=(whose,))),
        ),
        empty=not (found.queue.waiting or any(row.machine + row.people for row in found.desk)),
    )


def _recent(scope: Scope) -> Scope:
    """Shifts are read of a month at most: of the last of a longer period."""
    start = max(scope.period.start, scope.period.end - timedelta(days=insights.WORKLOAD_DAYS))
    return replace(scope, period=replace(scope.period, start=start))


def _readers(desk_: Desk, caller: Caller, site: Site, view: View, scope: Scope) -> Section:
    found = insights.readers(desk_, caller, site=site.name, period=scope.period, where=view.where)
    return Section(
        question=Question.READERS,
        scope=scope,
        rows=(
            (readers.newcomers(found.returns, scope), readers.concentration(found.concentration, scope)),
            (readers.contributors(found.contributors, scope), readers.reporters(found.reporters, scope)),
        ),
        empty=not found.whole.commenters,
    )


def _event(desk_: Desk, caller: Caller, site: Site, view: View, scope: Scope) -> Section:
    other = view.other(site.time_zone)
    found = insights.compare(desk_, caller, site=site.name, period=scope.period, other=other, where=view.where)
    return Section(
        question=Question.EVENT,
        scope=scope,
        tiles=tiles(found.overview, scope.lang, before=found.other_overview, words=scope.words),
        rows=((around.beside(found, scope),), (around.beside_civil(found, scope),)),
        pins=found.pins,
        empty=not (found.overview.comments or found.other_overview.comments),
    )


_DRAWN: dict[Question, Callable[[Desk, Caller, Site, View, Scope], Section]] = {
    Question.NOW: _now,
    Question.CONVERSATION: _conversation,
    Question.AGENDA: _agenda,
    Question.DESK: _desk,
    Question.READERS: _readers,
    Question.EVENT: _event,
}
