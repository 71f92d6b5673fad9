"""Which rejections become statements of reasons, on both databases, and that taking them out is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Forbidden
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.service import audit, personal, review, statements
from moderation.statement import Restriction
from tests.builders import SITE, START, Newsroom


def rejected(newsroom: Newsroom, body: str = "rude words", **given: object) -> int:
    """The id of a person's rejection."""
    held = newsroom.say(body, **given)
    card = review.open_card(newsroom.desk, newsroom.moderator, held.id)
    made = review.decide(
        newsroom.desk,
        newsroom.moderator,
        held.id,
        Outcome.REJECT,
        seen_version=card.comment.version,
        reasons=[Reason.ABUSIVE],
    )
    return made.id


def stated(newsroom: Newsroom, **period: object) -> list[Restriction]:
    return list(statements.restrictions(newsroom.desk, newsroom.admin, site=SITE, **period).rows)  # type: ignore[arg-type]


def test_a_rejection_by_a_person_is_one(newsroom: Newsroom) -> None:
    newsroom.say("A civil thought")
    made = rejected(newsroom, "rude words", external_id="c-rude")
    [one] = stated(newsroom)
    assert (one.decision_id, one.reasons, one.by_machine, one.lifted_at) == (made, (Reason.ABUSIVE,), False, None)
    assert (one.held_for, one.reported, one.written_at) == ((Cause.SCORE,), False, START)


def test_a_rejection_by_the_policy_is_one(newsroom: Newsroom) -> None:
    newsroom.set_policy(banned=("forbidden",))
    newsroom.say("a forbidden word")
    [one] = stated(newsroom)
    assert (one.by_machine, one.reasons, one.held_for) == (True, (Reason.BANNED_WORD,), ())


def test_what_was_taken_back_is_none(newsroom: Newsroom) -> None:
    review.undo(newsroom.desk, newsroom.moderator, rejected(newsroom))
    assert stated(newsroom) == []


def test_reports_before_it_are_told(newsroom: Newsroom) -> None:
    held = newsroom.say("rude words", external_id="c-reported")
    newsroom.report("c-reported", by="r-1")
    card = review.open_card(newsroom.desk, newsroom.moderator, held.id)
    review.decide(
        newsroom.desk,
        newsroom.moderator,
        held.id,
        Outcome.REJECT,
        seen_version=card.comment.version,
        reasons=[Reason.ABUSIVE],
    )
    assert [one.reported for one in stated(newsroom)] == [True]


def test_what_readers_see_again_says_since_when(newsroom: Newsroom) -> None:
    made = rejected(newsroom, external_id="c-later")
    with newsroom.desk.read() as uow:
        decision = uow.decisions.get(made)
    assert decision is not None
    newsroom.clock.advance(hours=11)
    review.open_card(newsroom.desk, newsroom.admin, decision.comment_id)
    review.decide(
        newsroom.desk,
        newsroom.admin,
        decision.comment_id,
        Outcome.APPROVE,
        seen_version=decision.comment_version + 1,
    )
    assert [one.lifted_at for one in stated(newsroom)] == [START + timedelta(hours=11)]


def test_a_period_takes_its_first_moment_and_not_its_last(newsroom: Newsroom) -> None:
    first = rejected(newsroom, commenter_id="u-a")
    newsroom.clock.advance(hours=1)
    second = rejected(newsroom, "rude again, otherwise", commenter_id="u-b")
    later = START + timedelta(hours=1)
    assert [one.decision_id for one in stated(newsroom)] == [first, second]
    assert [one.decision_id for one in stated(newsroom, since=later)] == [second]
    assert [one.decision_id for one in stated(newsroom, until=later)] == [first]


def test_an_erased_comment_keeps_its_statement_and_nothing_of_its_author(newsroom: Newsroom) -> None:
    made = rejected(newsroom, commenter_id="u-gone")
    personal.erase(newsroom.desk, newsroom.admin, "u-gone", site=SITE)
    assert [one.decision_id for one in stated(newsroom)] == [made]


def test_they_come_page_by_page_and_none_twice(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_PAGE", 2)
    made = [rejected(newsroom, f"rude words, number {number}", commenter_id=f"u-{number}") for number in range(5)]
    assert [one.decision_id for one in stated(newsroom)] == made


def test_taking_them_out_is_an_event(newsroom: Newsroom) -> None:
    stated(newsroom, since=START)
    [event] = audit.events(
        newsroom.desk, newsroom.admin, site=SITE, where=EventFilter(type="log:exported"), limit=1
    ).rows
    assert '"form":"dsa"' in event.body
    assert '"since":"2026-11-23T12:00:00.000Z"' in event.body


def test_who_loses_the_permission_meanwhile_gets_no_further(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden):
        statements.restrictions(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE)
