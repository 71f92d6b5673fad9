"""The six questions of the Insights page, with figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moderation.engagement import Grain, InsightFilter, Period
from moderation.errors import Forbidden, Invalid, NotFound
from moderation.roles import Role
from moderation.service import insights, pins
from tests.builders import SITE, START, Newsroom

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
TODAY = Period(start=MIDNIGHT, end=MIDNIGHT + DAY, grain=Grain.DAY, time_zone="UTC")
HOURS = Period(start=MIDNIGHT, end=MIDNIGHT + DAY, grain=Grain.HOUR, time_zone="UTC")


def ask(newsroom: Newsroom, question: str, period: Period = TODAY, **where: object) -> object:
    """As the editor, by the use case's name."""
    use_case = getattr(insights, question)
    filtered = InsightFilter(**where)  # type: ignore[arg-type]
    return use_case(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=period, where=filtered)


@pytest.mark.parametrize("question", ["talk", "conversation", "agenda", "work", "readers", "insights"])
def test_questions_are_for_editors_and_answer_an_empty_site(newsroom: Newsroom, question: str) -> None:
    assert ask(newsroom, question)
    for role in (Role.MODERATOR, Role.AUDITOR):
        with pytest.raises(Forbidden):
            getattr(insights, question)(newsroom.desk, newsroom.people[role], site=SITE, period=TODAY)


def test_the_band_is_of_the_same_weekday_and_hour(newsroom: Newsroom) -> None:
    """1, 2, 3 and 4 comments at noon on the four Mondays before; today 20, an hour later nothing yet."""
    for week in range(1, 5):
        for _ in range(week):
            newsroom.say(created_at=START - timedelta(weeks=week))
    newsroom.say(created_at=START - DAY)
    for _ in range(20):
        newsroom.say(created_at=START)
    rows = insights.talk(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=HOURS).volume
    noon = rows[12]
    assert (noon.comments, noon.weeks, noon.low, noon.middle, noon.high) == (20, 4, 1.75, 2.5, 3.25)
    assert noon.unusual == 1
    assert (rows[11].comments, rows[11].middle, rows[11].weeks) == (0, 0.0, 3)
    assert rows[13].comments is None
    day = insights.talk(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=TODAY).volume
    assert [(row.comments, row.middle) for row in day] == [(20, 2.0)]  # the first day began at noon and is no whole one


def test_pins(newsroom: Newsroom) -> None:
    editor = newsroom.people[Role.EDITOR]
    made = pins.pin(newsroom.desk, editor, site=SITE, day=MIDNIGHT.date(), text=" Budget \n vote ")
    assert made.text == "Budget vote"
    assert pins.pinned(newsroom.desk, editor, site=SITE, period=TODAY) == (made,)
    for text in ("  ", "x" * 201):
        with pytest.raises(Invalid):
            pins.pin(newsroom.desk, editor, site=SITE, day=MIDNIGHT.date(), text=text)
    with pytest.raises(Forbidden):
        pins.pin(newsroom.desk, newsroom.moderator, site=SITE, day=MIDNIGHT.date(), text="mine")
    pins.unpin(newsroom.desk, editor, made.id, site=SITE)
    with pytest.raises(NotFound):
        pins.unpin(newsroom.desk, editor, made.id, site=SITE)
