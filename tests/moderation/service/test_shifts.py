"""A shift as the moderator sees it, and what its end leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.audit import EventType
from moderation.decision import Outcome
from moderation.engagement import Grain, Period
from moderation.errors import Forbidden, Invalid
from moderation.roles import Role
from moderation.search import Chosen
from moderation.service import accounts, audit, batches, insights, lately, review, shifts
from moderation.shift import MAX_NOTE, Break
from tests.builders import SITE, START, Newsroom, incoming, sign_in


def mine(newsroom: Newsroom) -> shifts.Shift:
    return shifts.shift(newsroom.desk, newsroom.moderator, site=SITE)


def work(newsroom: Newsroom, times: int) -> None:
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    for _ in range(times):
        assert card is not None
        newsroom.clock.advance(seconds=20)
        _, card, _ = review.decide_and_next(
            newsroom.desk, newsroom.moderator, card.comment.id, Outcome.APPROVE, seen_version=card.comment.version
        )


def test_it_counts_what_one_did_and_what_of_it_was_harsh(newsroom: Newsroom) -> None:
    newsroom.set_policy(mode="pre")
    newsroom.submit(incoming("rude"), incoming("civil"), incoming("rude"))
    assert (mine(newsroom).decided, mine(newsroom).harsh) == (0, 0)
    work(newsroom, 3)
    assert (mine(newsroom).decided, mine(newsroom).harsh) == (3, 2)
    last = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).decisions[0]
    review.undo(newsroom.desk, newsroom.moderator, last.recorded.id)
    assert mine(newsroom).decided == 3
    newsroom.clock.advance(hours=13)
    later = sign_in(newsroom.desk, "moderator-1")
    assert shifts.shift(newsroom.desk, later, site=SITE).decided == 0


def test_much_that_is_harsh_asks_for_a_break(newsroom: Newsroom) -> None:
    newsroom.submit(*[incoming(f"rude {number}") for number in range(45)])
    work(newsroom, 39)
    assert mine(newsroom).suggested is None
    work(newsroom, 1)
    assert mine(newsroom).suggested is Break.HARSH
    newsroom.clock.advance(minutes=6)
    assert mine(newsroom).suggested is None


def test_nobody_has_read_all_of_a_batch(newsroom: Newsroom) -> None:
    sent = newsroom.submit(*[incoming(f"rude {number}") for number in range(45)])
    chosen = [Chosen(one.id, 1) for one in sent]
    batches.decide_many(newsroom.desk, newsroom.moderator, chosen, Outcome.APPROVE, site=SITE)
    assert (mine(newsroom).decided, mine(newsroom).harsh, mine(newsroom).suggested) == (45, 0, None)
    day = Period(start=START, end=START + timedelta(days=1), grain=Grain.HOUR, time_zone="UTC")
    [shift] = insights.workload(newsroom.desk, newsroom.moderator, site=SITE, period=day).shifts
    assert (shift.decided, shift.harsh) == (45, 0)


def test_it_names_who_else_holds_a_comment(newsroom: Newsroom) -> None:
    newsroom.say("rude", article_title="A call")
    newsroom.say("rude")
    assert mine(newsroom).colleagues == ()
    card = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert card is not None
    [colleague] = mine(newsroom).colleagues
    assert (colleague.name, colleague.article, colleague.comment_id) == ("Second", "A call", card.comment.id)
    assert shifts.shift(newsroom.desk, newsroom.second, site=SITE).colleagues == ()
    newsroom.clock.advance(minutes=5)
    assert mine(newsroom).colleagues == ()


def test_its_end_gives_back_what_one_holds_and_leaves_a_note(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert shifts.end(newsroom.desk, newsroom.moderator, site=SITE, note="  watch the call\x00 ") == 1
    taken = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert card is not None
    assert taken is not None
    assert taken.comment.id == card.comment.id
    [left] = mine(newsroom).handovers
    assert (left.by, left.note) == ("moderator:moderator-1", "watch the call")
    [event] = [
        row for row in audit.events(newsroom.desk, newsroom.admin, site=SITE).rows if row.type == EventType.SHIFT_ENDED
    ]
    assert "watch" not in event.body


def test_without_a_note_none_is_left(newsroom: Newsroom) -> None:
    assert shifts.end(newsroom.desk, newsroom.moderator, site=SITE, note="  ") == 0
    assert mine(newsroom).handovers == ()


def test_who_may(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden):
        shifts.shift(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE)
    with pytest.raises(Forbidden):
        shifts.end(newsroom.desk, newsroom.key, site=SITE)
    with pytest.raises(Invalid):
        shifts.end(newsroom.desk, newsroom.moderator, site=SITE, note="x" * (MAX_NOTE + 1))


def test_blurring_is_ones_own_preference(newsroom: Newsroom) -> None:
    assert not accounts.whoami(newsroom.desk, newsroom.moderator).blurs
    accounts.set_blurs(newsroom.desk, newsroom.moderator, True)
    assert accounts.whoami(newsroom.desk, newsroom.moderator).blurs
    assert not accounts.whoami(newsroom.desk, newsroom.second).blurs
