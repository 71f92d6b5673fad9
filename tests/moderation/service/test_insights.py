"""Charts' numbers, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from dashboard.periods import midnight
from db.schema import comments
from db.stores.insights.buckets import bucket_starts
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain, InsightFilter, Insights, Period
from moderation.errors import Forbidden, Invalid
from moderation.roles import Role
from moderation.service import insights, intake, review
from tests.builders import SITE, START, Newsroom

CAIRO = ZoneInfo("Africa/Cairo")


def asked(newsroom: Newsroom, *, grain: Grain = Grain.DAY, days: int = 2, **where: int) -> Insights:
    period = Period(
        start=datetime(2026, 11, 22, tzinfo=CAIRO),
        end=datetime(2026, 11, 22, tzinfo=CAIRO) + timedelta(days=days),
        grain=grain,
        time_zone="Africa/Cairo",
    )
    return insights.insights(
        newsroom.desk, newsroom.people[Role.EDITOR], site=SITE, period=period, where=InsightFilter(**where)
    )


@pytest.fixture
def busy(newsroom: Newsroom) -> Newsroom:
    """Yesterday 23:30 in Cairo: two civil. Today three rude: rejected after 60 s, approved after 180 s, waiting."""
    late = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    for n in range(2):
        newsroom.say(f"civil {n}", created_at=late, commenter_id="u", article_id="a", section="World")
    rude = [newsroom.say(f"rude {n}", created_at=START, article_id="b", section="Sport") for n in range(3)]
    newsroom.clock.advance(seconds=60)
    review.decide(
        newsroom.desk, newsroom.moderator, rude[0].id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE]
    )
    newsroom.clock.advance(seconds=120)
    review.decide(newsroom.desk, newsroom.moderator, rude[1].id, Outcome.APPROVE, seen_version=1)
    return newsroom


def test_the_overview(busy: Newsroom) -> None:
    overview = asked(busy).overview
    assert (overview.comments, overview.commenters, overview.rejected, overview.waiting) == (5, 4, 1, 1)
    assert overview.machine_share == 2 / 5
    assert overview.civil == 2 / 5
    assert overview.median_seconds == 60


def test_what_is_erased_is_decided_by_nobody(busy: Newsroom) -> None:
    """Of two that the machine published one is taken back by its author; so is one that a person rejected."""
    with busy.plant.engine.connect() as connection:
        shown = connection.execute(select(comments.c.external_id).where(comments.c.status == "published"))
        rejected = connection.execute(select(comments.c.external_id).where(comments.c.status == "rejected"))
        taken_back = [shown.scalars().all()[0], rejected.scalar_one()]
    for external_id in taken_back:
        intake.withdraw(busy.desk, busy.key, external_id)
    assert asked(busy).overview.machine_share == 2 / 5


def test_days_are_the_newsrooms(busy: Newsroom) -> None:
    found = {(row.start.day, row.status): row.comments for row in asked(busy).volume if row.comments}
    assert found == {
        (22, Status.PUBLISHED): 2,
        (23, Status.REJECTED): 1,
        (23, Status.APPROVED): 1,
        (23, Status.PENDING): 1,
    }


def test_hours_without_comments_are_there(busy: Newsroom) -> None:
    hours = asked(busy, grain=Grain.HOUR)
    assert len(hours.civility) == 48
    assert [(row.start.hour, row.civil) for row in hours.civility if row.comments] == [(23, 1.0), (14, 0.0)]
    assert sum(row.civil is None for row in hours.civility) == 46


def test_sections_and_articles(busy: Newsroom) -> None:
    found = asked(busy)
    assert [(row.name, row.comments, row.rejected, row.civil) for row in found.sections] == [
        ("Sport", 3, 1, 0.0),
        ("World", 2, 0, 1.0),
    ]
    sport = found.sections[0].id
    assert sport is not None
    assert asked(busy, section_id=sport).overview.comments == 3
    article = found.articles[1].id
    assert article is not None
    assert asked(busy, article_id=article).overview.comments == 2
    choices = insights.choices(busy.desk, busy.people[Role.EDITOR], site=SITE)
    assert [name for _, name in choices.sections] == ["Sport", "World"]


def test_the_desk_counts_who_decided_and_how_fast(busy: Newsroom) -> None:
    today = asked(busy).desk[1]
    assert (today.machine, today.people, today.p50, today.p90) == (2, 2, 60, 180)


def test_what_was_taken_back_was_no_decision(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", created_at=START)
    decided = review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)
    review.undo(newsroom.desk, newsroom.moderator, decided.id)
    found = asked(newsroom)
    assert (found.desk[1].people, found.overview.median_seconds, found.overview.waiting) == (0, None, 1)


def test_an_empty_period_has_no_shares(newsroom: Newsroom) -> None:
    overview = asked(newsroom).overview
    assert (overview.comments, overview.machine_share, overview.civil, overview.median_seconds) == (0, None, None, None)


def test_a_day_on_which_clocks_change_is_one_day() -> None:
    """Cairo's clocks went forward on 24 April 2026 and back on 30 October 2026."""
    for first, hours in ((datetime(2026, 4, 24), 23), (datetime(2026, 10, 29), 25)):  # noqa: DTZ001
        start = first.replace(tzinfo=CAIRO)
        period = Period(start=start, end=start + timedelta(days=2), grain=Grain.DAY, time_zone="Africa/Cairo")
        one, two = bucket_starts(period)[:2]
        assert two.astimezone(UTC) - one.astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 4, 5), range(24)), (date(2026, 10, 4), [0, 1, *range(3, 24)])])
def test_hours_are_those_of_the_wall_clock_also_where_it_changes_by_half_an_hour(day: date, hours: list[int]) -> None:
    zone = "Australia/Lord_Howe"
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    starts = bucket_starts(Period(start=start, end=end, grain=Grain.HOUR, time_zone=zone))
    assert [(one.hour, one.minute) for one in starts] == [(hour, 0) for hour in hours]


def test_periods_that_make_no_sense_are_refused(newsroom: Newsroom) -> None:
    for days, grain in ((0, Grain.DAY), (-1, Grain.DAY), (32, Grain.HOUR), (4_000, Grain.DAY)):
        with pytest.raises(Invalid):
            asked(newsroom, grain=grain, days=days)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR])
def test_insights_are_for_editors(newsroom: Newsroom, role: Role) -> None:
    period = Period(start=START, end=START + timedelta(days=1), grain=Grain.DAY, time_zone="UTC")
    with pytest.raises(Forbidden):
        insights.insights(newsroom.desk, newsroom.people[role], site=SITE, period=period)
    with pytest.raises(Forbidden):
        insights.choices(newsroom.desk, newsroom.people[role], site=SITE)
