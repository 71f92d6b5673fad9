"""Second opinions: two must agree, nobody agrees with themselves, and nothing of it goes around the log."""

from __future__ import annotations

import pytest

from moderation.audit import EventType
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Conflict, Forbidden, IllegalTransition, Invalid, StaleVersion
from moderation.queue import Factor
from moderation.roles import Role, Session
from moderation.search import Chosen, LeftOut
from moderation.service import audit, batches, intake, lately, opinions, review
from tests.builders import SITE, Newsroom


def ask(newsroom: Newsroom, comment_id: int, outcome: Outcome = Outcome.REJECT, *, by: Session | None = None) -> int:
    reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
    who = by or newsroom.moderator
    return opinions.give(newsroom.desk, who, comment_id, outcome, seen_version=1, reasons=reasons, note="unsure").id


def decide(newsroom: Newsroom, comment_id: int, outcome: Outcome, *, by: Session) -> int:
    reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
    return review.decide(newsroom.desk, by, comment_id, outcome, seen_version=1, reasons=reasons).id


def status(newsroom: Newsroom) -> Status:
    return intake.lookup(newsroom.desk, newsroom.key, "x").status


def events(newsroom: Newsroom) -> list[str]:
    page = audit.events(newsroom.desk, newsroom.admin, site=SITE)
    return [str(event.type) for event in page.rows]


def test_it_waits_for_another_and_not_for_oneself(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    other = newsroom.say("rude too")
    ask(newsroom, one.id)
    mine = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert mine is not None
    assert mine.comment.id == other.id
    # Looking at it takes it from nobody.
    assert not review.open_card(newsroom.desk, newsroom.moderator, one.id).claimed
    theirs = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert theirs is not None
    assert theirs.comment.id == one.id
    assert theirs.entry is not None
    assert Factor.SECOND_OPINION in dict(theirs.entry.priority.factors)
    [opinion] = theirs.opinions
    assert (opinion.actor, opinion.outcome, opinion.note) == ("moderator:moderator-1", Outcome.REJECT, "unsure")
    assert status(newsroom) is Status.PENDING
    assert EventType.OPINION_GIVEN in events(newsroom)


def test_whoever_agrees_decides_and_the_decision_names_both(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    recorded = review.decide(
        newsroom.desk, newsroom.second, one.id, Outcome.REJECT, seen_version=1, reasons=[Reason.OTHER]
    )
    assert recorded.decision.causes == (Cause.HUMAN, Cause.SECOND_OPINION)
    assert recorded.decision.detail == {"second_opinion": ["moderator:moderator-1"]}
    assert status(newsroom) is Status.REJECTED
    assert lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions == []


def test_nobody_agrees_with_themselves(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    with pytest.raises(Conflict) as refused:
        decide(newsroom, one.id, Outcome.REJECT, by=newsroom.moderator)
    assert refused.value.fields == {"what": "own_opinion"}
    with pytest.raises(Conflict):
        ask(newsroom, one.id)
    assert status(newsroom) is Status.PENDING


def test_who_differs_gives_an_opinion_and_a_third_decides(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    with pytest.raises(Conflict) as refused:
        decide(newsroom, one.id, Outcome.APPROVE, by=newsroom.second)
    assert refused.value.fields == {"what": "opinions_differ"}
    ask(newsroom, one.id, Outcome.APPROVE, by=newsroom.second)
    decide(newsroom, one.id, Outcome.APPROVE, by=newsroom.people[Role.EDITOR])
    assert status(newsroom) is Status.APPROVED


def test_agreeing_is_a_decision_and_no_opinion(newsroom: Newsroom) -> None:
    one = newsroom.say("rude")
    ask(newsroom, one.id)
    with pytest.raises(Conflict) as refused:
        ask(newsroom, one.id, by=newsroom.second)
    assert refused.value.fields == {"what": "opinions_agree"}


def test_an_admin_decides_alone(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    decide(newsroom, one.id, Outcome.APPROVE, by=newsroom.admin)
    assert status(newsroom) is Status.APPROVED


def test_undoing_the_decision_opens_the_opinion_again(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    decision = decide(newsroom, one.id, Outcome.REJECT, by=newsroom.second)
    review.undo(newsroom.desk, newsroom.second, decision)
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert own.opinion.comment_id == one.id
    assert status(newsroom) is Status.PENDING
    review.release(newsroom.desk, newsroom.second)
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is None


def test_what_was_settled_comes_back_to_everybody(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id, Outcome.APPROVE)
    decide(newsroom, one.id, Outcome.APPROVE, by=newsroom.second)
    newsroom.clock.advance(minutes=1)
    newsroom.report("x", by="reader")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.comment.id == one.id


def test_an_opinion_is_taken_back_and_the_comment_comes_with_it(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    opinion = ask(newsroom, one.id)
    with pytest.raises(Forbidden):
        opinions.withdraw(newsroom.desk, newsroom.second, opinion)
    opinions.withdraw(newsroom.desk, newsroom.moderator, opinion)
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert (card.comment.id, card.opinions) == (one.id, ())
    assert card.entry is not None
    assert Factor.SECOND_OPINION not in dict(card.entry.priority.factors)
    with pytest.raises(Conflict) as refused:
        opinions.withdraw(newsroom.desk, newsroom.moderator, opinion)
    assert refused.value.fields == {"what": "opinion_settled"}
    assert EventType.OPINION_WITHDRAWN in events(newsroom)
    decide(newsroom, one.id, Outcome.APPROVE, by=newsroom.moderator)


def test_a_changed_text_needs_no_second_opinion_and_comes_to_everyone(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    intake.edit(newsroom.desk, newsroom.key, "x", "rude in other words")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert (card.comment.id, card.opinions) == (one.id, ())
    review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=card.comment.version)
    assert status(newsroom) is Status.APPROVED


def test_who_asks_goes_on_asking_when_readers_reports_hold_the_comment(newsroom: Newsroom) -> None:
    one = newsroom.say("A civil thought", external_id="x")
    seen = newsroom.report("x", by="reader-1").version
    opinions.give(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=seen)
    for number in (2, 3):
        newsroom.report("x", by=f"reader-{number}")
    assert status(newsroom) is Status.PENDING
    card = review.open_card(newsroom.desk, newsroom.second, one.id)
    assert card.entry is not None
    assert Factor.SECOND_OPINION in dict(card.entry.priority.factors)


def test_what_its_author_took_back_waits_for_nobody(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    opinion = ask(newsroom, one.id)
    intake.withdraw(newsroom.desk, newsroom.key, "x")
    assert lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions == []
    with pytest.raises(Conflict):
        opinions.withdraw(newsroom.desk, newsroom.moderator, opinion)


def test_a_batch_leaves_out_what_waits_for_a_second_opinion(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    ask(newsroom, one.id)
    found = batches.decide_many(newsroom.desk, newsroom.admin, [Chosen(one.id, 1)], Outcome.APPROVE, site=SITE)
    assert (found.decided, found.left_out) == (0, {LeftOut.OPINION: 1})


def test_what_does_not_wait_takes_no_opinion(newsroom: Newsroom) -> None:
    one = newsroom.say("civil")
    with pytest.raises(IllegalTransition):
        ask(newsroom, one.id)
    waiting = newsroom.say("rude")
    with pytest.raises(Invalid):
        opinions.give(newsroom.desk, newsroom.moderator, waiting.id, Outcome.REJECT, seen_version=1)
    with pytest.raises(StaleVersion):
        opinions.give(newsroom.desk, newsroom.moderator, waiting.id, Outcome.APPROVE, seen_version=2)


def test_only_who_reviews_gives_one(newsroom: Newsroom) -> None:
    one = newsroom.say("rude")
    for caller in (newsroom.people[Role.AUDITOR], newsroom.key):
        with pytest.raises(Forbidden):
            opinions.give(newsroom.desk, caller, one.id, Outcome.APPROVE, seen_version=1)
        with pytest.raises(Forbidden):
            lately.own_work(newsroom.desk, caller, site=SITE)


def test_a_decision_before_any_opinion_stays_a_plain_one(newsroom: Newsroom) -> None:
    one = newsroom.say("rude")
    recorded = review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=1)
    assert (recorded.decision.causes, recorded.decision.detail) == ((Cause.HUMAN,), {})
