"""Who our readers are: who is new, how much the most active write, and whose reports are right."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts.figure import Figure, percentage, table, written_share
from dashboard.charts.ranked import Bar, named_bars
from dashboard.charts.scope import SMALL, Scope
from dashboard.charts.series import Point, frame, piled, stacked
from dashboard.charts.style import BLUE, GREEN, ORANGE, Legend, stamp
from dashboard.charts.talk import small_remark
from dashboard.i18n import number, percent, plural, t
from dashboard.i18n.readers import called
from moderation.engagement import Concentration, ContributorRow, ReporterRow, ReturnRow
from moderation.engagement.readers import most_active

_SHOWN = 10
"""Bars of people; the table has all twenty."""


def newcomers(rows: Sequence[ReturnRow], scope: Scope) -> Figure:
    """Commenters of each bucket, those who wrote for the first time on top."""
    lang = scope.lang
    legend = (
        Legend(word=t("insights.series.returning", lang), colour=BLUE),
        Legend(word=t("insights.series.new", lang), colour=ORANGE),
    )
    numbers = table(
        {
            "time": [stamp(row.start, scope.period) for row in rows],
            "commenters": [row.commenters for row in rows],
            "new": [row.new for row in rows],
            "returning_count": [row.returning for row in rows],
        },
        lang,
    )
    if not any(row.commenters for row in rows):
        return Figure(name="newcomers", chart=None, table=numbers)
    points = [
        Point(start=row.start, word=entry.word, value=value, written=number(value, lang))
        for row in rows
        for entry, value in zip(legend, (row.returning, row.new), strict=True)
    ]
    drawn = piled(frame(points, scope))
    columns = {"when": "time", "word": "measure", "tip": "commenters"}
    chart = stacked(drawn, points, scope, name="newcomers", legend=legend, columns=columns)
    ways = tuple(drawn["go"])[:: len(legend)]
    return Figure(name="newcomers", chart=chart, table=numbers, legend=legend, ways=ways, picks=True)


def concentration(counted: Concentration, scope: Scope) -> Figure:
    """The share of all comments that the most active hundredth and tenth of the commenters wrote."""
    lang = scope.lang
    known = ((1, counted.top1, counted.share1), (10, counted.top10, counted.share10))
    words = [t("insights.most_active", lang, share=percent(part / 100, lang)) for part, *_ in known]
    people = [most_active(counted.commenters, part) for part, *_ in known]
    numbers = table(
        {
            "who": words,
            "commenters": people,
            "comments": [comments for _, comments, _ in known],
            "share_percent": [percentage(share) for *_, share in known],
        },
        lang,
    )
    if not counted.comments:
        return Figure(name="concentration", chart=None, table=numbers)
    legend = (Legend(word=t("insights.column.share", lang), colour=BLUE),)
    bars = [
        Bar(
            name=plural("insights.people", heads, lang, who=word),
            parts=((legend[0].word, share or 0.0),),
            end=t("insights.share_of", lang, share=percent(share or 0.0, lang), n=counted.comments),
            tips={"tip": written_share(share, lang), "count": number(comments, lang)},
            faint=counted.commenters < SMALL,
        )
        for word, heads, (_, comments, share) in zip(words, people, known, strict=True)
    ]
    columns = {"full": "who", "tip": "share", "count": "comments"}
    chart = named_bars(bars, scope, name="concentration", columns=columns, legend=legend, longest=1.0)
    remarks = small_remark(counted.commenters < SMALL, lang)
    return Figure(name="concentration", chart=chart, table=numbers, remarks=remarks)


def contributors(rows: Sequence[ContributorRow], scope: Scope) -> Figure:
    """Commenters whose comments do the conversation good, by what was visible of theirs."""
    lang = scope.lang
    names = [row.name or t("insights.nameless", lang) for row in rows]
    ways = tuple(scope.go(who=row.commenter_id) for row in rows)
    numbers = table(
        {
            "commenter": names,
            "comments": [row.comments for row in rows],
            "visible": [row.visible for row in rows],
            "rejected": [row.rejected for row in rows],
            "picks": [row.picks for row in rows],
        },
        lang,
    )
    if not rows:
        return Figure(name="contributors", chart=None, table=numbers)
    legend = (Legend(word=t("insights.column.visible", lang), colour=GREEN),)
    bars = [
        Bar(
            name=name,
            parts=((legend[0].word, row.visible),),
            end=_good(row, lang),
            tips={
                "tip": number(row.visible, lang),
                "picks": number(row.picks, lang),
                "rejected": number(row.rejected, lang),
            },
            go=way,
        )
        for name, row, way in zip(names, rows, ways, strict=True)
    ]
    columns = {"full": "commenter", "tip": "visible", "picks": "picks", "rejected": "rejected"}
    chart = named_bars(bars[:_SHOWN], scope, name="contributors", columns=columns, legend=legend)
    return Figure(name="contributors", chart=chart, table=numbers, ways=ways, picks=True)


def _good(row: ContributorRow, lang: str) -> str:
    said = [number(row.visible, lang)]
    if row.picks:
        said.append(plural("insights.picks", row.picks, lang))
    return " · ".join(said)


def reporters(rows: Sequence[ReporterRow], scope: Scope) -> Figure:
    """Readers who report, by how many reports; what people upheld and turned down of them."""
    lang = scope.lang
    names = [called(row.name, row.reporter, lang) for row in rows]
    open_ = [row.reports - row.upheld - row.turned_down for row in rows]
    numbers = table(
        {
            "reporter": names,
            "reports": [row.reports for row in rows],
            "upheld": [row.upheld for row in rows],
            "turned_down": [row.turned_down for row in rows],
            "undecided": open_,
            "accuracy_percent": [percentage(row.accuracy) for row in rows],
        },
        lang,
    )
    if not rows:
        return Figure(name="reporters", chart=None, table=numbers)
    legend = (
        Legend(word=t("insights.column.upheld", lang), colour=GREEN),
        Legend(word=t("insights.column.turned_down", lang), colour=ORANGE),
        Legend(word=t("insights.column.undecided", lang), colour="#A9AEB5"),
    )
    bars = [
        Bar(
            name=name,
            parts=tuple(zip((entry.word for entry in legend), (row.upheld, row.turned_down, left), strict=True)),
            end=_right(row, lang),
            tips={
                "tip": number(row.reports, lang),
                "right": number(row.upheld, lang),
                "wrong": number(row.turned_down, lang),
                "accuracy": written_share(row.accuracy, lang),
            },
        )
        for name, row, left in zip(names, rows, open_, strict=True)
    ]
    columns = {"full": "reporter", "tip": "reports", "right": "upheld", "wrong": "turned_down", "accuracy": "accuracy"}
    chart = named_bars(bars[:_SHOWN], scope, name="reporters", columns=columns, legend=legend)
    return Figure(name="reporters", chart=chart, table=numbers, legend=legend)


def _right(row: ReporterRow, lang: str) -> str:
    """In counts: a share of two or three reports would say more than is known."""
    decided = row.upheld + row.turned_down
    return t("insights.upheld", lang, n=row.upheld, of=decided) if decided else number(row.reports, lang)
