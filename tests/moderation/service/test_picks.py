"""Editors' picks: of what readers see, for as long as they see that text."""

from __future__ import annotations

import pytest

from moderation.audit import EventType
from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden, IllegalTransition, NotFound, StaleVersion
from moderation.roles import Role
from moderation.service import audit, intake, picks, review
from tests.builders import SITE, Newsroom


def listed(newsroom: Newsroom) -> list[str]:
    return [one.external_id for one in picks.picks_of(newsroom.desk, newsroom.key, "a-1")]


def test_a_pick_is_told_to_the_site_until_it_is_none(newsroom: Newsroom) -> None:
    one = newsroom.say("civil", external_id="x")
    assert listed(newsroom) == []
    for _ in range(2):
        picks.pick(newsroom.desk, newsroom.moderator, one.id, seen_version=1)
    assert listed(newsroom) == ["x"]
    assert picks.picked_among(newsroom.desk, newsroom.moderator, [one.id]) == {one.id}
    for _ in range(2):
        picks.unpick(newsroom.desk, newsroom.moderator, one.id)
    assert listed(newsroom) == []
    types = [row.type for row in audit.events(newsroom.desk, newsroom.admin, site=SITE).rows]
    assert (types.count(EventType.COMMENT_PICKED), types.count(EventType.COMMENT_UNPICKED)) == (1, 1)


def test_newest_first(newsroom: Newsroom) -> None:
    for name in ("x", "y"):
        picks.pick(newsroom.desk, newsroom.moderator, newsroom.say("civil", external_id=name).id, seen_version=1)
        newsroom.clock.advance(seconds=1)
    assert listed(newsroom) == ["y", "x"]


def test_a_rejection_ends_it_for_good(newsroom: Newsroom) -> None:
    one = newsroom.say("civil", external_id="x")
    picks.pick(newsroom.desk, newsroom.moderator, one.id, seen_version=1)
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.REJECT, seen_version=1, reasons=[Reason.OTHER])
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.APPROVE, seen_version=2)
    assert listed(newsroom) == []


@pytest.mark.parametrize("by_another", [False, True])
def test_a_pick_goes_with_the_approval_that_its_maker_takes_back(newsroom: Newsroom, by_another: bool) -> None:
    one = newsroom.say("civil", external_id="x")
    seen = newsroom.report("x", by="reader").version
    approval = review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=seen)
    picks.pick(newsroom.desk, newsroom.second if by_another else newsroom.moderator, one.id, seen_version=seen + 1)
    review.undo(newsroom.desk, newsroom.moderator, approval.id)
    assert listed(newsroom) == (["x"] if by_another else [])
    types = [row.type for row in audit.events(newsroom.desk, newsroom.admin, site=SITE).rows]
    assert types.count(EventType.COMMENT_UNPICKED) == (not by_another)


def test_another_text_is_no_pick(newsroom: Newsroom) -> None:
    one = newsroom.say("civil", external_id="x")
    picks.pick(newsroom.desk, newsroom.moderator, one.id, seen_version=1)
    intake.edit(newsroom.desk, newsroom.key, "x", "civil in other words")
    assert listed(newsroom) == []
    picks.pick(newsroom.desk, newsroom.moderator, one.id, seen_version=2)
    assert listed(newsroom) == ["x"]


def test_what_cannot_be_picked(newsroom: Newsroom) -> None:
    held, seen = newsroom.say("rude"), newsroom.say("civil")
    with pytest.raises(IllegalTransition):
        picks.pick(newsroom.desk, newsroom.moderator, held.id, seen_version=1)
    with pytest.raises(StaleVersion):
        picks.pick(newsroom.desk, newsroom.moderator, seen.id, seen_version=2)
    with pytest.raises(NotFound):
        picks.pick(newsroom.desk, newsroom.moderator, 7, seen_version=1)
    with pytest.raises(NotFound):
        picks.picks_of(newsroom.desk, newsroom.key, "a-9")


def test_who_may(newsroom: Newsroom) -> None:
    one = newsroom.say("civil")
    for caller in (newsroom.people[Role.AUDITOR], newsroom.key):
        with pytest.raises(Forbidden):
            picks.pick(newsroom.desk, caller, one.id, seen_version=1)
    with pytest.raises(Forbidden):
        picks.picks_of(newsroom.desk, newsroom.moderator, "a-1", site=SITE)
