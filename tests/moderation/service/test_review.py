"""Two moderators, one queue: leases, decisions on the version seen, skip and undo."""

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
    ClaimedByOther,
    Conflict,
    Forbidden,
    IllegalTransition,
    Invalid,
    ModerationError,
    NotFound,
    StaleVersion,
)
from moderation.queue import Card, Factor, Order, QueueFilter, Skip
from moderation.roles import Role, Session
from moderation.score import Label
from moderation.service import audit, intake, lately, opinions, review, shifts
from tests.builders import SITE, Newsroom, incoming


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


def card_for(newsroom: Newsroom, session: Session | None = None, **where: object) -> Card | None:
    wanted = QueueFilter(**where)  # type: ignore[arg-type]
    return review.next_card(newsroom.desk, session or newsroom.moderator, site=SITE, where=wanted)


def sure(card: Card | None) -> Card:
    assert card is not None
    return card


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


def test_two_moderators_never_get_the_same_card(newsroom: Newsroom) -> None:
    for n in range(2):
        newsroom.say(f"rude {n}")
    mine, theirs = sure(card_for(newsroom)), sure(card_for(newsroom, newsroom.second))
    assert mine.comment.id != theirs.comment.id
    assert sure(card_for(newsroom)).comment.id == mine.comment.id
    counts = review.counts(newsroom.desk, newsroom.moderator, site=SITE)
    assert (counts.waiting, counts.with_others) == (2, 1)


def test_a_lease_lapses(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    mine = sure(card_for(newsroom))
    assert card_for(newsroom, newsroom.second) is None
    newsroom.clock.advance(minutes=5)
    assert sure(card_for(newsroom, newsroom.second)).comment.id == mine.comment.id
    with pytest.raises(ClaimedByOther) as refused:
        review.decide(newsroom.desk, newsroom.moderator, mine.comment.id, Outcome.APPROVE, seen_version=1)
    assert refused.value.fields == {"by": "Second"}


def test_what_was_decided_after_its_lease_lapsed_does_not_come_next(newsroom: Newsroom) -> None:
    ids = [newsroom.say(f"rude {n}").id for n in range(2)]
    held = sure(card_for(newsroom))
    newsroom.clock.advance(minutes=5)
    after = [
        review.decide_and_next(newsroom.desk, newsroom.moderator, one, Outcome.APPROVE, seen_version=1).card
        for one in (held.comment.id, ids[1])
    ]
    assert (sure(after[0]).comment.id, after[1]) == (ids[1], None)


def test_a_card_names_the_colleague_who_holds_it(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    theirs = sure(card_for(newsroom, newsroom.second))
    mine = review.open_card(newsroom.desk, newsroom.moderator, theirs.comment.id)
    assert (theirs.claimed, theirs.held_by, mine.claimed, mine.held_by) == (True, None, False, "Second")
    newsroom.clock.advance(minutes=5)
    again = review.open_card(newsroom.desk, newsroom.moderator, theirs.comment.id)
    assert (again.claimed, again.held_by) == (True, None)


def ahead_of(newsroom: Newsroom, card: Card) -> Card | None:
    return review.look_ahead(newsroom.desk, newsroom.moderator, site=SITE, holding=card.comment.id)


def test_what_comes_after_is_leased_ahead_and_comes_with_the_decision(newsroom: Newsroom) -> None:
    ids = [newsroom.say(f"rude {n}").id for n in range(3)]
    held = sure(card_for(newsroom))
    ahead = sure(ahead_of(newsroom, held))
    assert (held.comment.id, ahead.comment.id, ahead.claimed) == (*ids[:2], True)
    assert sure(ahead_of(newsroom, held)).comment.id == ahead.comment.id
    assert sure(card_for(newsroom, newsroom.second)).comment.id == ids[2]
    # The gravest of all comes later, and does not take its place.
    newsroom.say("a threat")
    _, card, _ = review.decide_and_next(newsroom.desk, newsroom.moderator, ids[0], Outcome.APPROVE, seen_version=1)
    assert sure(card).comment.id == ahead.comment.id


@pytest.mark.parametrize("order", [Order.OLDEST, Order.NEWEST])
def test_of_two_that_are_held_the_first_in_the_order_is_shown(newsroom: Newsroom, order: Order) -> None:
    ids = [newsroom.say(f"rude {n}").id for n in range(2)]
    ahead_of(newsroom, sure(card_for(newsroom)))
    card = sure(review.next_card(newsroom.desk, newsroom.moderator, site=SITE, order=order))
    assert (card.comment.id, card.claimed) == (ids[0] if order is Order.OLDEST else ids[1], True)
    # The other was let go.
    assert sure(card_for(newsroom, newsroom.second)).comment.id != card.comment.id


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


def test_what_is_held_stays_beside_what_comes_after(newsroom: Newsroom) -> None:
    newsroom.say("rude 1")
    held = sure(card_for(newsroom))
    assert ahead_of(newsroom, held) is None
    # Grave enough to come first by every other way in.
    grave = newsroom.say("a threat").id
    ahead = sure(ahead_of(newsroom, held))
    assert ahead.comment.id == grave
    assert review.open_card(newsroom.desk, newsroom.moderator, held.comment.id, besides=grave).claimed
    assert card_for(newsroom, newsroom.second) is None
    review.open_card(newsroom.desk, newsroom.moderator, held.comment.id)
    assert sure(card_for(newsroom, newsroom.second)).comment.id == grave


def test_the_lease_of_what_comes_after_is_the_shorter(newsroom: Newsroom) -> None:
    for n in range(2):
        newsroom.say(f"rude {n}", article_title=f"Article {n}", article_id=f"article-{n}")
    held = sure(card_for(newsroom))
    sure(ahead_of(newsroom, held))
    [seen] = shifts.shift(newsroom.desk, newsroom.second, site=SITE).colleagues
    assert (seen.comment_id, seen.article) == (held.comment.id, "Article 0")
    newsroom.clock.advance(minutes=4)
    assert sure(card_for(newsroom, newsroom.second)).comment.id != held.comment.id
    assert card_for(newsroom, newsroom.moderator) is not None


def test_what_is_read_for_long_stays_held_and_lapses_after_the_limit(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    mine, since = sure(card_for(newsroom)), newsroom.clock()
    for _ in range(6):
        newsroom.clock.advance(minutes=3)
        assert review.renew(newsroom.desk, newsroom.moderator, mine.comment.id, since=since)
        assert card_for(newsroom, newsroom.second) is None
    # Eighteen minutes have passed: the last lease ends with the twentieth, sooner than five minutes from then.
    newsroom.clock.advance(minutes=1, seconds=59)
    assert card_for(newsroom, newsroom.second) is None
    newsroom.clock.advance(seconds=1)
    assert not review.renew(newsroom.desk, newsroom.moderator, mine.comment.id, since=since)
    assert sure(card_for(newsroom, newsroom.second)).comment.id == mine.comment.id


def test_renewing_takes_nothing_from_anybody(newsroom: Newsroom) -> None:
    for n in range(3):
        newsroom.say(f"rude {n}")
    mine, since = sure(card_for(newsroom)), newsroom.clock()
    ahead = sure(ahead_of(newsroom, mine))
    theirs = sure(card_for(newsroom, newsroom.second))
    assert not review.renew(newsroom.desk, newsroom.moderator, theirs.comment.id, since=since)
    newsroom.clock.advance(minutes=5)
    review.open_card(newsroom.desk, newsroom.second, mine.comment.id)
    # Of the two one is a colleague's by now; the other is still one's own, though its lease is over.
    assert not review.renew(newsroom.desk, newsroom.moderator, mine.comment.id, since=since, besides=ahead.comment.id)
    assert held_by(newsroom, mine) == held_by(newsroom, mine, newsroom.admin) == "Second"
    assert held_by(newsroom, ahead, newsroom.second) == "Moderator"
    # Nor does it lease what is free, or what is not there.
    review.release(newsroom.desk, newsroom.second)
    assert not review.renew(newsroom.desk, newsroom.moderator, theirs.comment.id, since=since)
    assert not review.renew(newsroom.desk, newsroom.moderator, 5, since=since)
    with newsroom.desk.read() as uow:
        entry = uow.queue.get(theirs.comment.id)
    assert entry is not None
    assert entry.claimed_by is None


def held_by(newsroom: Newsroom, card: Card, session: Session | None = None) -> str | None:
    return review.open_card(newsroom.desk, session or newsroom.moderator, card.comment.id).held_by


def test_what_comes_after_is_renewed_with_it_and_lapses_sooner(newsroom: Newsroom) -> None:
    for n in range(2):
        newsroom.say(f"rude {n}")
    mine, since = sure(card_for(newsroom)), newsroom.clock()
    ahead = sure(ahead_of(newsroom, mine))
    newsroom.clock.advance(minutes=3)
    assert review.renew(newsroom.desk, newsroom.moderator, mine.comment.id, since=since, besides=ahead.comment.id)
    newsroom.clock.advance(minutes=3, seconds=59)
    assert card_for(newsroom, newsroom.second) is None
    newsroom.clock.advance(seconds=1)
    assert sure(card_for(newsroom, newsroom.second)).comment.id == ahead.comment.id


def test_a_renewal_is_no_event(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    mine = sure(card_for(newsroom))
    before = audit.events(newsroom.desk, newsroom.admin, site=SITE).rows
    assert review.renew(newsroom.desk, newsroom.moderator, mine.comment.id, since=newsroom.clock())
    assert audit.events(newsroom.desk, newsroom.admin, site=SITE).rows == before


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


def test_many_hands_at_once_get_different_cards(newsroom: Newsroom) -> None:
    newsroom.submit(*[incoming(f"rude {n}") for n in range(12)])
    sessions = [newsroom.moderator, newsroom.second, newsroom.people[Role.EDITOR], newsroom.admin]

    def work(session: Session) -> list[int]:
        decided = []
        while (card := card_for(newsroom, session)) is not None:
            review.decide(newsroom.desk, session, card.comment.id, Outcome.APPROVE, seen_version=1)
            decided.append(card.comment.id)
        return decided

    with ThreadPoolExecutor(4) as threads:
        decided = [comment_id for some in threads.map(work, sessions) for comment_id in some]
    assert len(decided) == len(set(decided)) == 12


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


def test_what_was_skipped_goes_to_others_and_comes_back_later(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    card = sure(card_for(newsroom))
    review.skip(newsroom.desk, newsroom.moderator, card.comment.id)
    assert card_for(newsroom) is None
    assert sure(card_for(newsroom, newsroom.second)).comment.id == card.comment.id
    newsroom.clock.advance(minutes=31)
    assert sure(card_for(newsroom)).comment.id == card.comment.id


def skipped(newsroom: Newsroom) -> int:
    newsroom.say("rude")
    card = sure(card_for(newsroom))
    review.skip(newsroom.desk, newsroom.moderator, card.comment.id)
    return card.comment.id


def test_a_skip_is_taken_back_and_the_comment_is_in_ones_hands(newsroom: Newsroom) -> None:
    one = skipped(newsroom)
    assert lately.skips(newsroom.desk, newsroom.moderator, site=SITE) == [Skip(one, newsroom.clock())]
    review.unskip(newsroom.desk, newsroom.moderator, one)
    assert lately.skips(newsroom.desk, newsroom.moderator, site=SITE) == []
    assert card_for(newsroom, newsroom.second) is None
    assert sure(card_for(newsroom)).comment.id == one
    [last, before] = audit.events(newsroom.desk, newsroom.admin, site=SITE, limit=2).rows
    assert (last.type, last.actor, last.subject) == ("comment:unskipped", "moderator:moderator-1", f"comment:{one}")
    assert before.type == "comment:skipped"


def test_what_is_brought_back_is_told_of_and_what_was_decided_meanwhile_is_not(newsroom: Newsroom) -> None:
    gone = skipped(newsroom)
    review.decide(newsroom.desk, newsroom.second, gone, Outcome.APPROVE, seen_version=1)
    skipped(newsroom)
    newsroom.clock.advance(minutes=31)
    # The one that had ended is met again, and skipped again.
    kept = {skipped(newsroom) for _ in range(2)}
    before = len(audit.events(newsroom.desk, newsroom.admin, site=SITE, limit=100).rows)
    assert review.bring_back(newsroom.desk, newsroom.moderator, site=SITE) == len(kept)
    told = audit.events(newsroom.desk, newsroom.admin, site=SITE, limit=100).rows
    brought = told[: len(told) - before]
    assert {(one.type, one.subject) for one in brought} == {("comment:unskipped", f"comment:{one}") for one in kept}
    assert review.bring_back(newsroom.desk, newsroom.moderator, site=SITE) == 0


def test_a_skip_is_not_taken_back_twice_or_by_another(newsroom: Newsroom) -> None:
    one = skipped(newsroom)
    with pytest.raises(Conflict) as refused:
        review.unskip(newsroom.desk, newsroom.second, one)
    assert refused.value.fields == {"what": "skip_over"}
    # Nothing of the failed attempt is left: the comment is free.
    assert sure(card_for(newsroom, newsroom.admin)).comment.id == one
    review.release(newsroom.desk, newsroom.admin)
    review.unskip(newsroom.desk, newsroom.moderator, one)
    with pytest.raises(Conflict):
        review.unskip(newsroom.desk, newsroom.moderator, one)


def test_what_a_colleague_took_up_after_a_skip_stays_theirs(newsroom: Newsroom) -> None:
    one = skipped(newsroom)
    assert sure(card_for(newsroom, newsroom.second)).comment.id == one
    with pytest.raises(ClaimedByOther) as refused:
        review.unskip(newsroom.desk, newsroom.moderator, one)
    assert refused.value.fields == {"by": "Second", "what": "skip"}
    review.decide(newsroom.desk, newsroom.second, one, Outcome.APPROVE, seen_version=1)
    with pytest.raises(Conflict) as decided:
        review.unskip(newsroom.desk, newsroom.moderator, one)
    assert decided.value.fields == {"what": "skip_decided"}
    assert lately.skips(newsroom.desk, newsroom.moderator, site=SITE) == []


def test_what_waits_for_a_colleague_s_opinion_is_no_skip(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    one = sure(card_for(newsroom)).comment.id
    given = {"seen_version": 1, "reasons": [Reason.SPAM]}
    opinions.give(newsroom.desk, newsroom.moderator, one, Outcome.REJECT, **given)  # type: ignore[arg-type]
    assert lately.skips(newsroom.desk, newsroom.moderator, site=SITE) == []
    with pytest.raises(Conflict):
        review.unskip(newsroom.desk, newsroom.moderator, one)
    assert card_for(newsroom) is None


def test_a_skip_that_has_run_out_is_not_listed(newsroom: Newsroom) -> None:
    skipped(newsroom)
    newsroom.clock.advance(minutes=29, seconds=59)
    assert len(lately.skips(newsroom.desk, newsroom.moderator, site=SITE)) == 1
    newsroom.clock.advance(seconds=1)
    assert lately.skips(newsroom.desk, newsroom.moderator, site=SITE) == []


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


def test_leases_are_given_back(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    card = sure(card_for(newsroom))
    assert review.release(newsroom.desk, newsroom.moderator) == 1
    assert sure(card_for(newsroom, newsroom.second)).comment.id == card.comment.id


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


def test_one_card_at_a_time_lies_in_a_persons_hands(newsroom: Newsroom) -> None:
    first, second = newsroom.say("a threat"), newsroom.say("rude")
    assert sure(card_for(newsroom)).comment.id == first.id
    assert review.open_card(newsroom.desk, newsroom.moderator, second.id).claimed
    assert sure(card_for(newsroom, newsroom.second)).comment.id == first.id


def test_who_asks_for_what_is_not_there_lets_go_of_what_they_held(newsroom: Newsroom) -> None:
    only = newsroom.say("a threat")
    assert sure(card_for(newsroom)).comment.id == only.id
    assert card_for(newsroom, language="xx") is None
    assert sure(card_for(newsroom, newsroom.second)).comment.id == only.id


def test_who_decides_a_second_time_on_what_they_saw_is_told_that_it_was_they(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    comment = sure(card_for(newsroom)).comment
    review.decide(newsroom.desk, newsroom.moderator, comment.id, Outcome.APPROVE, seen_version=comment.version)
    for caller, own in ((newsroom.moderator, True), (newsroom.second, False)):
        with pytest.raises(StaleVersion) as refused:
            review.decide(newsroom.desk, caller, comment.id, Outcome.APPROVE, seen_version=comment.version)
        assert refused.value.fields["own"] is own
