"""What is skipped goes to the others, and comes back."""

from __future__ import annotations

import pytest

from moderation.decision import Outcome, Reason
from moderation.errors import (
    ClaimedByOther,
    Conflict,
)
from moderation.queue import Skip
from moderation.service import audit, lately, opinions, review
from tests.builders import SITE, Newsroom
from tests.moderation.service.cards import card_for, sure


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
