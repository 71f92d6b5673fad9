"""Cards of the queue, decisions on the version seen, and undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from db.route import Answer, Route
from db.statement import Statement
from db.stores.decisions import DecisionStore
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    ModerationError,
    NotFound,
    StaleVersion,
)
from moderation.queue import Factor, QueueFilter
from moderation.roles import Role, Session
from moderation.score import Label
from moderation.service import intake, lately, review
from tests.builders import SITE, Newsroom
from tests.moderation.service.cards import card_for, sure


def test_a_comment_that_comes_back_tells_what_was_decided_and_noted(newsroom: Newsroom) -> None:
    sent = newsroom.say("this is rude")
    review.decide(newsroom.desk, newsroom.moderator, sent.id, Outcome.APPROVE, seen_version=1, note="<b>in jest</b>")
    for number in range(3):
        newsroom.report(sent.external_id, by=f"r-{number}")
    intake.edit(newsroom.desk, newsroom.key, sent.external_id, "this is still rude")
    [before] = review.open_card(newsroom.desk, newsroom.second, sent.id).earlier
    assert (before.decision.note, before.decision.actor, before.undone) == (
        "<b>in jest</b>", "moderator:moderator-1", False,
    )  # fmt: skip


def test_of_a_comment_that_just_came_nothing_is_asked(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def unasked(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(DecisionStore, "by_people", unasked)
    sent = newsroom.say("this is rude")
    assert review.open_card(newsroom.desk, newsroom.moderator, sent.id).earlier == ()


def test_the_gravest_comes_first_then_the_oldest(newsroom: Newsroom) -> None:
    ids = [newsroom.say(body).id for body in ("rude 1", "rude 2", "a threat")]
    seen = []
    for _ in range(3):
        card = sure(card_for(newsroom))
        seen.append(card.comment.id)
        review.decide(newsroom.desk, newsroom.moderator, card.comment.id, Outcome.APPROVE, seen_version=1)
    assert seen == [ids[2], ids[0], ids[1]]
    assert card_for(newsroom) is None


def test_a_card_says_why_it_is_there(newsroom: Newsroom) -> None:
    newsroom.say("a threat")
    card = sure(card_for(newsroom))
    assert card.verdict.decision.causes == (Cause.SCORE,)
    assert card.verdict.decision.detail == {"score": ["threat", "toxic"]}
    assert Factor.THREAT in dict(card.entry.priority.factors)  # type: ignore[union-attr]
    assert card.claimed


def test_a_card_names_the_domains_that_were_allowed_when_it_was_held(newsroom: Newsroom) -> None:
    newsroom.set_policy(allowed_domains=("news.example",))
    newsroom.say("https://news.example https://spam.example")
    newsroom.set_policy(allowed_domains=())
    assert sure(card_for(newsroom)).allowed_domains == ("news.example",)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_decision_and_the_next_comment_are_four_trips(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = [newsroom.say(f"rude {n}") for n in range(2)]
    trips: list[str] = []
    run = Route.run

    def counted(route: Route, statements: Sequence[Statement], **given: Any) -> Answer:
        trips.append(statements[-1].text.split()[0])
        return run(route, statements, **given)

    monkeypatch.setattr(Route, "run", counted)
    review.decide_and_next(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=1)
    # Who asks and about what; the claim and its card; the log's head; the decision and its event.
    assert trips == ["SELECT", "SELECT", "SELECT", "INSERT"]


def test_a_filter_keeps_to_what_was_asked(newsroom: Newsroom) -> None:
    newsroom.say("rude", article_id="a-1", section="World")
    advert = newsroom.say("advert", article_id="a-2", section="Sport")
    assert sure(card_for(newsroom, label=Label.SPAM)).comment.id == advert.id
    facets = review.facets(newsroom.desk, newsroom.moderator, site=SITE)
    assert {name for _, name, _ in facets.sections} == {"World", "Sport"}
    sport = next(key for key, name, _ in facets.sections if name == "Sport")
    assert review.counts(newsroom.desk, newsroom.moderator, site=SITE, where=QueueFilter(section_id=sport)).waiting == 1
    assert card_for(newsroom, language="fr") is None


@pytest.mark.parametrize(
    ("outcome", "reasons", "status"),
    [(Outcome.APPROVE, [], Status.APPROVED), (Outcome.REJECT, [Reason.ABUSIVE], Status.REJECTED)],
)
def test_a_decision_becomes_state(newsroom: Newsroom, outcome: Outcome, reasons: list[Reason], status: Status) -> None:
    receipt = newsroom.say("rude", external_id="x")
    newsroom.clock.advance(seconds=90)
    recorded = review.decide(
        newsroom.desk, newsroom.moderator, receipt.id, outcome, seen_version=1, reasons=reasons, note="seen"
    )
    assert recorded.status_after is status
    now = intake.lookup(newsroom.desk, newsroom.key, "x")
    assert (now.status, now.version, now.policy) == (status, 2, None)
    recent = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).decisions
    assert [(one.recorded.id, one.undoable) for one in recent] == [(recorded.id, True)]
    assert card_for(newsroom) is None


def test_the_second_of_two_decisions_hears_what_the_first_was(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude")
    review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)
    with pytest.raises(StaleVersion) as refused:
        review.decide(
            newsroom.desk, newsroom.second, receipt.id, Outcome.REJECT, seen_version=1, reasons=[Reason.OTHER]
        )
    assert refused.value.fields["decided_by"] == "moderator:moderator-1"
    assert refused.value.fields["status"] == "approved"


def test_an_edit_under_the_moderators_hand_is_told(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    card_for(newsroom)
    newsroom.clock.advance(seconds=5)
    intake.edit(newsroom.desk, newsroom.key, "x", "ruder rude")
    with pytest.raises(StaleVersion) as refused:
        review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)
    assert refused.value.fields["edited"] is True


def test_many_hands_at_once_make_one_decision(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude")

    def attempt(n: int) -> str:
        session = newsroom.moderator if n % 2 else newsroom.second
        try:
            review.decide(newsroom.desk, session, receipt.id, Outcome.APPROVE, seen_version=1)
        except ModerationError as error:
            return error.code
        return "decided"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(attempt, range(16)))
    assert answers.count("decided") == 1
    assert set(answers) == {"decided", "stale_version"}


@pytest.mark.parametrize(
    ("outcome", "reasons", "error"),
    [(Outcome.REJECT, [], Invalid), (Outcome.HOLD, [], Invalid)],
)
def test_what_cannot_be_decided(
    newsroom: Newsroom, outcome: Outcome, reasons: list[Reason], error: type[Exception]
) -> None:
    receipt = newsroom.say("rude")
    with pytest.raises(error):
        review.decide(newsroom.desk, newsroom.moderator, receipt.id, outcome, seen_version=1, reasons=reasons)
    with pytest.raises(NotFound):
        review.decide(newsroom.desk, newsroom.moderator, 5, Outcome.APPROVE, seen_version=1)


def test_undo_restores_what_was_and_returns_the_card(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    decided = review.decide(
        newsroom.desk, newsroom.moderator, receipt.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM]
    )
    undone = review.undo(newsroom.desk, newsroom.moderator, decided.id)
    assert (undone.undoes, undone.status_after) == (decided.id, Status.PENDING)
    card = sure(card_for(newsroom))
    assert (card.comment.id, card.comment.version, card.claimed) == (receipt.id, 3, True)
    assert card.verdict.decision.causes == (Cause.SCORE,)
    assert card_for(newsroom, newsroom.second) is None
    recent = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).decisions
    assert [(one.recorded.undone, one.undoable) for one in recent] == [(True, False)]
    review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=3)
    assert intake.lookup(newsroom.desk, newsroom.key, "x").status is Status.APPROVED


def test_only_ones_own_last_decision_can_be_undone(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    first = review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)
    with pytest.raises(Forbidden):
        review.undo(newsroom.desk, newsroom.second, first.id)
    intake.edit(newsroom.desk, newsroom.key, "x", "rude again")
    with pytest.raises(StaleVersion):
        review.undo(newsroom.desk, newsroom.moderator, first.id)
    other = newsroom.say("rude too")
    second = review.decide(newsroom.desk, newsroom.moderator, other.id, Outcome.APPROVE, seen_version=1)
    review.undo(newsroom.desk, newsroom.admin, second.id)
    with pytest.raises((Conflict, StaleVersion)):
        review.undo(newsroom.desk, newsroom.moderator, second.id)


def test_a_machines_decision_is_not_undone(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    card = sure(card_for(newsroom))
    with pytest.raises(IllegalTransition):
        review.undo(newsroom.desk, newsroom.moderator, card.verdict.id)


USE_CASES: list[Callable[[Newsroom, Session], object]] = [
    lambda n, who: review.next_card(n.desk, who, site=SITE),
    lambda n, who: review.open_card(n.desk, who, 1),
    lambda n, who: review.decide(n.desk, who, 1, Outcome.APPROVE, seen_version=1),
    lambda n, who: review.skip(n.desk, who, 1),
    lambda n, who: review.undo(n.desk, who, 1),
    lambda n, who: lately.own_work(n.desk, who, site=SITE),
    lambda n, who: review.counts(n.desk, who, site=SITE),
    lambda n, who: review.facets(n.desk, who, site=SITE),
    lambda n, who: review.release(n.desk, who),
]


@pytest.mark.parametrize("use_case", USE_CASES)
def test_auditors_review_nothing(newsroom: Newsroom, use_case: Callable[[Newsroom, Session], object]) -> None:
    with pytest.raises(Forbidden):
        use_case(newsroom, newsroom.people[Role.AUDITOR])


def test_a_decision_can_bring_the_next_card(newsroom: Newsroom) -> None:
    first, second = newsroom.say("a threat"), newsroom.say("rude")
    assert sure(card_for(newsroom)).comment.id == first.id
    recorded, dealt, _ = review.decide_and_next(
        newsroom.desk, newsroom.moderator, first.id, Outcome.APPROVE, seen_version=1
    )
    assert recorded.status_after is Status.APPROVED
    assert sure(dealt).comment.id == second.id
    assert sure(dealt).claimed
    assert card_for(newsroom, newsroom.second) is None
    _, dealt, _ = review.decide_and_next(newsroom.desk, newsroom.moderator, second.id, Outcome.APPROVE, seen_version=1)
    assert dealt is None


def test_a_refused_decision_brings_no_card(newsroom: Newsroom) -> None:
    first, second = newsroom.say("a threat"), newsroom.say("rude")
    assert sure(card_for(newsroom)).comment.id == first.id
    with pytest.raises(Invalid):
        review.decide_and_next(newsroom.desk, newsroom.moderator, first.id, Outcome.REJECT, seen_version=1)
    with pytest.raises(StaleVersion):
        review.decide_and_next(newsroom.desk, newsroom.moderator, first.id, Outcome.APPROVE, seen_version=2)
    assert sure(card_for(newsroom, newsroom.second)).comment.id == second.id


def test_who_decides_a_second_time_on_what_they_saw_is_told_that_it_was_they(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    comment = sure(card_for(newsroom)).comment
    review.decide(newsroom.desk, newsroom.moderator, comment.id, Outcome.APPROVE, seen_version=comment.version)
    for caller, own in ((newsroom.moderator, True), (newsroom.second, False)):
        with pytest.raises(StaleVersion) as refused:
            review.decide(newsroom.desk, caller, comment.id, Outcome.APPROVE, seen_version=comment.version)
        assert refused.value.fields["own"] is own
