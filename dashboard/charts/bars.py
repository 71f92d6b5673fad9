"""What became of the period's comments."""

from __future__ import annotations

from dashboard.charts.figure import Figure, status_word, table
from dashboard.charts.ranked import Bar, named_bars
from dashboard.charts.scope import Scope
from dashboard.charts.style import STATUS_COLOURS, Legend
from dashboard.i18n import number, percent
from moderation.comment import Status
from moderation.engagement import Insights


def outcomes(insights: Insights, scope: Scope) -> Figure:
    """By their present status."""
    counts, lang = _by_status(insights), scope.lang
    words = [status_word(status, lang) for status in counts]
    numbers = table({"status": words, "comments": list(counts.values())}, lang)
    everything = sum(counts.values())
    if not everything:
        return Figure(name="outcomes", chart=None, table=numbers)
    # The search page lists no erased comments: nothing is left to read.
    ways = [None if status is Status.ERASED else scope.go(state=status) for status in counts]
    bars = [
        Bar(
            name=word,
            parts=((word, count),),
            end=f"{number(count, lang)} · {percent(count / everything, lang)}",
            tips={"tip": number(count, lang), "share": percent(count / everything, lang, places=1)},
            go=way,
            key=str(status),
        )
        for word, (status, count), way in zip(words, counts.items(), ways, strict=True)
    ]
    legend = [Legend(word=status_word(status, lang), colour=STATUS_COLOURS[status]) for status in counts]
    tips = {"full": "status", "tip": "comments", "share": "share"}
    chart = named_bars(bars, scope, name="outcomes", columns=tips, legend=legend)
    return Figure(name="outcomes", chart=chart, table=numbers, ways=tuple(ways), picks=True)


def _by_status(insights: Insights) -> dict[Status, int]:
    counts = dict.fromkeys(STATUS_COLOURS, 0)
    for row in insights.volume:
        counts[row.status] += row.comments
    # Erasure is rare, and a bar of nothing would only ask a question.
    return {status: count for status, count in counts.items() if count or status is not Status.ERASED}
