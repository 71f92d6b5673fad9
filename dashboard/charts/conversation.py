"""How the conversation is: its tone, what is removed, who answers whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboard.charts.figure import Figure, percentage, table, written_share
from dashboard.charts.ranked import Bar, named_bars, no_section
from dashboard.charts.scope import SMALL, Scope
from dashboard.charts.series import Point, frame, lines
from dashboard.charts.style import BLUE, GREEN, PURPLE, RED, Legend, stamp
from dashboard.charts.talk import small_remark
from dashboard.i18n import number, percent, t
from moderation.comment import Status
from moderation.engagement import CivilityRow, GroupRow, LanguageRow, ReasonRow, RemovedRow, ReturnRow

MAX_ARTICLES = 15


def civility(rows: Sequence[CivilityRow], scope: Scope) -> Figure:
    """The share of comments that a reader would call civil."""
    return share_line("civility", [(row.start, row.civil, row.comments) for row in rows], scope, hue=GREEN)


def removed(rows: Sequence[RemovedRow], scope: Scope) -> Figure:
    """The share of comments that are rejected."""
    given = [(row.start, row.share, row.comments) for row in rows]
    return share_line("removed", given, scope, hue=RED, narrower={"state": Status.REJECTED})


def returning(rows: Sequence[ReturnRow], scope: Scope) -> Figure:
    """The share of a bucket's commenters who had written before it."""
    given = [(row.start, row.share, row.commenters) for row in rows]
    return share_line("returning", given, scope, hue=PURPLE, counted="commenters")


def share_line(
    name: str,
    rows: Sequence[tuple[datetime, float | None, int]],
    scope: Scope,
    *,
    hue: str,
    counted: str = "comments",
    narrower: dict[str, object] | None = None,
) -> Figure:
    """`rows`: start of the bucket, the share, None where there is none, and of how many."""
    lang = scope.lang
    numbers = table(
        {
            "time": [stamp(start, scope.period) for start, _, _ in rows],
            counted: [count for *_, count in rows],
            f"{name}_percent": [percentage(share) for _, share, _ in rows],
        },
        lang,
    )
    legend = (Legend(word=t(f"insights.column.{name}", lang), colour=hue),)
    points = [
        Point(start=start, word=legend[0].word, value=share, written=written_share(share, lang), count=count)
        for start, share, count in rows
    ]
    if all(point.value is None for point in points):
        return Figure(name=name, chart=None, table=numbers)
    drawn = frame(points, scope, narrower=narrower)
    columns = {"when": "time", "tip": name, "count": counted}
    return Figure(
        name=name,
        chart=lines(drawn, points, scope, name=name, legend=legend, columns=columns, share=True),
        table=numbers,
        remarks=hollow_remark(points, lang, counted=counted),
        ways=tuple(drawn["go"]),
        picks=True,
    )


def hollow_remark(points: Sequence[Point], lang: str, *, counted: str = "comments") -> tuple[str, ...]:
    """What a hollow point means, where there is one."""
    small = any(point.value is not None and point.count is not None and point.count < SMALL for point in points)
    return (t(f"insights.remark.hollow.{counted}", lang, n=SMALL),) if small else ()


def tone_sections(rows: Sequence[GroupRow], scope: Scope) -> Figure:
    ways = [None if row.id is None else scope.go(part=row.id) for row in rows]
    return _tone("tone_sections", "section", rows, ways, scope)


def tone_articles(rows: Sequence[GroupRow], scope: Scope) -> Figure:
    ways = [None if row.id is None else scope.go(story=row.id) for row in rows]
    return _tone("tone_articles", "article", rows, ways, scope)


def _tone(name: str, column: str, rows: Sequence[GroupRow], ways: Sequence[str | None], scope: Scope) -> Figure:
    """The least civil first; of those with most comments."""
    lang = scope.lang
    known = sorted(zip(rows, ways, strict=True), key=lambda pair: -pair[0].comments)[:MAX_ARTICLES]
    ranked = sorted(known, key=lambda pair: (pair[0].comments < SMALL, pair[0].civil))
    numbers = table(
        {
            column: [no_section(row.name, lang) for row, _ in ranked],
            "comments": [row.comments for row, _ in ranked],
            "civil_percent": [percentage(row.civil) for row, _ in ranked],
            "rejected": [row.rejected for row, _ in ranked],
            "removed_percent": [percentage(row.rejected / row.comments) for row, _ in ranked],
        },
        lang,
    )
    if not ranked:
        return Figure(name=name, chart=None, table=numbers)
    legend = (Legend(word=t("insights.column.civil", lang), colour=GREEN),)
    bars = [_tone_bar(row, way, legend[0].word, lang) for row, way in ranked]
    columns = {"full": column, "tip": "civil", "count": "comments", "removed": "removed"}
    return Figure(
        name=name,
        chart=named_bars(bars, scope, name=name, columns=columns, legend=legend, longest=1.0),
        table=numbers,
        remarks=small_remark(any(bar.faint for bar in bars), lang),
        ways=tuple(way for _, way in ranked),
        picks=True,
    )


def _tone_bar(row: GroupRow, way: str | None, word: str, lang: str) -> Bar:
    return Bar(
        name=no_section(row.name, lang),
        parts=((word, row.civil),),
        end=t("insights.share_of", lang, share=percent(row.civil, lang), n=row.comments),
        tips={
            "tip": written_share(row.civil, lang),
            "count": number(row.comments, lang),
            "removed": written_share(row.rejected / row.comments, lang),
        },
        go=way,
        faint=row.comments < SMALL,
    )


def reasons(rows: Sequence[ReasonRow], scope: Scope) -> Figure:
    """Why comments were rejected; one with two reasons counts in both."""
    lang = scope.lang
    ranked = sorted((row for row in rows if row.comments), key=lambda row: -row.comments)
    words = [t(f"common.reason.{row.reason}", lang) for row in ranked]
    numbers = table({"reason": words, "comments": [row.comments for row in ranked]}, lang)
    if not ranked:
        return Figure(name="reasons", chart=None, table=numbers)
    # The search page knows no reasons: all that is rejected is as near as it comes.
    way = scope.go(state=Status.REJECTED)
    legend = (Legend(word=t("insights.segment.rejected", lang), colour=RED),)
    bars = [
        Bar(name=word, parts=((legend[0].word, row.comments),), end=(n := number(row.comments, lang)), tips={"tip": n})
        for word, row in zip(words, ranked, strict=True)
    ]
    chart = named_bars(bars, scope, name="reasons", columns={"full": "reason", "tip": "comments"}, legend=legend)
    return Figure(name="reasons", chart=chart, table=numbers, ways=(way,) * len(ranked))


def languages(rows: Sequence[LanguageRow], scope: Scope) -> Figure:
    """As they were recognised; Arabic in Latin letters is told apart, dialects are not."""
    lang = scope.lang
    ranked = sorted((row for row in rows if row.comments), key=lambda row: -row.comments)
    everything = sum(row.comments for row in ranked)
    ways = tuple(scope.go(lang=row.language) for row in ranked)
    words = [t(f"common.language.{row.language}", lang) for row in ranked]
    numbers = table(
        {
            "language": words,
            "comments": [row.comments for row in ranked],
            "share_percent": [percentage(row.comments / everything) for row in ranked],
            "civil_percent": [percentage(row.civil) for row in ranked],
            "rejected": [row.rejected for row in ranked],
        },
        lang,
    )
    if not ranked:
        return Figure(name="languages", chart=None, table=numbers)
    legend = (Legend(word=t("insights.column.comments", lang), colour=BLUE),)
    bars = [
        Bar(
            name=word,
            parts=((legend[0].word, row.comments),),
            end=f"{number(row.comments, lang)} · {percent(row.comments / everything, lang)}",
            tips={"tip": number(row.comments, lang), "civil": written_share(row.civil, lang)},
            go=way,
        )
        for word, row, way in zip(words, ranked, ways, strict=True)
    ]
    columns = {"full": "language", "tip": "comments", "civil": "civil"}
    chart = named_bars(bars, scope, name="languages", columns=columns, legend=legend)
    return Figure(name="languages", chart=chart, table=numbers, ways=ways, picks=True)
