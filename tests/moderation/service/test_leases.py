"""Who has which comment in their hands, for how long, and what comes after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from moderation.decision import Outcome
from moderation.errors import (
    ClaimedByOther,
)
from moderation.queue import Card, Order
from moderation.roles import Role, Session
from moderation.service import audit, review, shifts
from tests.builders import SITE, Newsroom, incoming
from tests.moderation.service.cards import card_for, sure


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


def test_leases_are_given_back(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    card = sure(card_for(newsroom))
    assert review.release(newsroom.desk, newsroom.moderator) == 1
    assert sure(card_for(newsroom, newsroom.second)).comment.id == card.comment.id


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
