"""The grace period: the site hears of a person's decision once it can hardly be undone any more."""

from __future__ import annotations

from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.service import appeals, intake, review
from tests.builders import Newsroom, sign_in

GRACE = 30


def fed(newsroom: Newsroom, cursor: int = -1, *, limit: int = 100) -> intake.DecisionFeed:
    return intake.decisions_after(newsroom.desk, newsroom.key, cursor, limit=limit)


def told(feed: intake.DecisionFeed) -> list[tuple[str, str]]:
    return [(item.external_id, item.outcome) for item in feed.items]


def approve(newsroom: Newsroom, comment_id: int) -> int:
    return review.decide(newsroom.desk, newsroom.moderator, comment_id, Outcome.APPROVE, seen_version=1).id


def test_a_decision_is_told_when_its_grace_is_over(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    approve(newsroom, one.id)
    waiting = fed(newsroom, start)
    assert (waiting.items, waiting.cursor, waiting.more) == ((), start, False)
    newsroom.clock.advance(seconds=GRACE)
    assert told(fed(newsroom, start)) == [("x", "approve")]


def test_what_was_undone_in_time_is_never_told(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    decision = approve(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE - 1)
    review.undo(newsroom.desk, newsroom.moderator, decision)
    newsroom.clock.advance(seconds=1)
    assert told(fed(newsroom, start)) == []
    newsroom.clock.advance(seconds=GRACE)
    assert told(fed(newsroom, start)) == [("x", "hold")]


def test_what_was_undone_later_is_told_with_its_undoing(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    decision = approve(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE)
    review.undo(newsroom.desk, newsroom.moderator, decision)
    newsroom.clock.advance(seconds=GRACE)
    assert told(fed(newsroom, start)) == [("x", "approve"), ("x", "hold")]


def test_the_machine_is_told_of_at_once_but_not_before_what_came_earlier(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    newsroom.say("civil", external_id="early")
    approve(newsroom, one.id)
    newsroom.say("civil", external_id="late")
    feed = fed(newsroom, start)
    assert told(feed) == [("early", "approve")]
    newsroom.clock.advance(seconds=GRACE)
    assert told(fed(newsroom, feed.cursor)) == [("x", "approve"), ("late", "approve")]


def test_the_cursor_goes_past_what_is_left_out(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    review.undo(newsroom.desk, newsroom.moderator, approve(newsroom, one.id))
    newsroom.clock.advance(seconds=GRACE)
    first = fed(newsroom, start, limit=1)
    assert (first.items, first.cursor > start, first.more) == ((), True, True)
    assert told(fed(newsroom, first.cursor, limit=1)) == [("x", "hold")]


def test_without_a_grace_period_everything_is_told_at_once(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    review.undo(newsroom.desk, newsroom.moderator, approve(newsroom, one.id))
    assert told(fed(newsroom, start)) == [("x", "approve"), ("x", "hold")]


def test_what_was_undone_under_an_earlier_policy_is_told_as_it_was_then(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    start = fed(newsroom).cursor
    review.undo(newsroom.desk, newsroom.moderator, approve(newsroom, one.id))
    spam = [Reason.SPAM]
    review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.REJECT, seen_version=3, reasons=spam)
    newsroom.clock.advance(seconds=GRACE)
    newsroom.set_policy(grace_seconds=2 * GRACE)
    newsroom.clock.advance(hours=3)
    assert told(fed(newsroom, start)) == [("x", "hold"), ("x", "reject")]
    assert appeals.notice(newsroom.desk, newsroom.key, "x").verdict.decision.outcome is Outcome.REJECT
    later = sign_in(newsroom.desk, "moderator-1")
    review.decide(newsroom.desk, later, one.id, Outcome.APPROVE, seen_version=4)
    assert intake.lookup(newsroom.desk, newsroom.key, "x").status is Status.REJECTED
