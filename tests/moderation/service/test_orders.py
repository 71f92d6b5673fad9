"""Other orders of the queue than by priority, the watch-list as a queue of its own, and traffic as a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.decision import Outcome
from moderation.errors import Forbidden, Invalid
from moderation.queue import BUSY, Factor, Order, QueueFilter
from moderation.roles import Role
from moderation.service import intake, review, watching
from tests.builders import SITE, START, Newsroom, TableScorer, sign_in

SCORED = {
    "sure": {"toxic": 0.99, "reject": 0.99},
    "maybe": {"toxic": 0.7, "reject": 0.52},
    "likely": {"toxic": 0.8, "reject": 0.8},
}


def in_order(newsroom: Newsroom, order: Order) -> list[int]:
    """As one moderator gets them, one after another."""
    seen = []
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE, order=order)
    while card is not None:
        seen.append(card.comment.id)
        version = card.comment.version
        _, card, _ = review.decide_and_next(
            newsroom.desk, newsroom.moderator, card.comment.id, Outcome.APPROVE, seen_version=version, order=order
        )
    return seen


@pytest.mark.parametrize(
    ("order", "places"),
    [
        (Order.NEWEST, [2, 1, 0]),
        (Order.OLDEST, [0, 1, 2]),
        (Order.UNCERTAIN, [1, 2, 0]),
        (Order.SCORE, [0, 2, 1]),
        (Order.PRIORITY, [0, 2, 1]),
    ],
)
def test_each_order(newsroom: Newsroom, order: Order, places: list[int]) -> None:
    scorer = newsroom.desk.scorer
    assert isinstance(scorer, TableScorer)
    scorer.table |= SCORED
    ids = [newsroom.say(f"a {word} one").id for word in SCORED]
    assert in_order(newsroom, order) == [ids[place] for place in places]


def articles(newsroom: Newsroom) -> dict[str, int]:
    found = review.facets(newsroom.desk, newsroom.moderator, site=SITE)
    return {title: key for key, title, _ in found.articles} | {name: key for key, name, _ in found.sections}


@pytest.mark.parametrize("by", ["article", "section"])
def test_a_watch_list_is_a_queue_of_its_own(newsroom: Newsroom, by: str) -> None:
    newsroom.say("rude", article_id="a-1", section="World")
    wanted = newsroom.say("rude", article_id="a-2", section="Sport")
    ids = articles(newsroom)
    given = {
        "article_ids": [ids["a-2"]] if by == "article" else [],
        "section_ids": [ids["Sport"]] if by == "section" else [],
    }
    found = watching.watch(newsroom.desk, newsroom.moderator, site=SITE, **given)
    assert (
        (found.articles + found.sections) == ((ids["a-2"], "a-2"),) if by == "article" else ((ids["Sport"], "Sport"),)
    )
    where = QueueFilter(watched=True)
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE, where=where)
    assert card is not None
    assert card.comment.id == wanted.id
    assert review.counts(newsroom.desk, newsroom.moderator, site=SITE, where=where).waiting == 1
    assert review.counts(newsroom.desk, newsroom.second, site=SITE, where=where).waiting == 0
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE, where=where) is None


def test_a_watch_list_is_written_anew_and_keeps_to_the_site(newsroom: Newsroom) -> None:
    newsroom.say("rude", article_id="a-1")
    ids = articles(newsroom)
    watching.watch(newsroom.desk, newsroom.moderator, site=SITE, article_ids=[ids["a-1"], 999], section_ids=[7])
    found = watching.watch_list(newsroom.desk, newsroom.moderator, site=SITE)
    assert (found.articles, found.sections) == (((ids["a-1"], "a-1"),), ())
    watching.watch(newsroom.desk, newsroom.moderator, site=SITE, article_ids=[], section_ids=[])
    assert watching.watch_list(newsroom.desk, newsroom.moderator, site=SITE).articles == ()


def test_who_may_watch_and_how_much(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden):
        watching.watch_list(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE)
    with pytest.raises(Invalid):
        watching.watch(newsroom.desk, newsroom.moderator, site=SITE, article_ids=range(101), section_ids=[])


# A threat is ahead of rudeness by 395 points: thirty-three days less two hours.
@pytest.mark.parametrize(("hours", "first"), [(0, "threat"), (780, "threat"), (800, "rude")])
def test_what_waits_gains_on_what_is_graver(newsroom: Newsroom, hours: int, first: str) -> None:
    made = {"rude": newsroom.say("rude")}
    newsroom.clock.advance(hours=hours)
    made["threat"] = newsroom.say("a threat", created_at=newsroom.clock.at)
    card = review.next_card(newsroom.desk, sign_in(newsroom.desk, "moderator-1"), site=SITE)
    assert card is not None
    assert card.comment.id == made[first].id


@pytest.mark.parametrize(("minutes", "told"), [(0, False), (1_439, False), (1_440, True)])
def test_a_long_wait_is_told(newsroom: Newsroom, minutes: int, told: bool) -> None:
    newsroom.say("rude")
    newsroom.clock.advance(minutes=minutes)
    card = review.next_card(newsroom.desk, sign_in(newsroom.desk, "moderator-1"), site=SITE)
    assert card is not None
    assert card.entry is not None
    factors = dict(card.entry.raised_by(newsroom.clock.at))
    assert factors.get(Factor.WAITING) == (12 if told else None)
    assert Factor.WAITING not in dict(card.entry.priority.factors)


def test_what_is_judged_anew_keeps_the_time_at_which_it_came(newsroom: Newsroom) -> None:
    early = newsroom.say("rude", external_id="early")
    newsroom.clock.advance(hours=1)
    later = newsroom.say("rude", created_at=newsroom.clock.at)
    newsroom.clock.advance(hours=1)
    # Each way by which an entry is written once more.
    intake.edit(newsroom.desk, newsroom.key, "early", body="still rude", edited_at=newsroom.clock.at)
    with newsroom.desk.read() as uow:
        assert uow.queue.get(early.id).entered_at < uow.queue.get(later.id).entered_at
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.comment.id == early.id


def test_what_is_written_anew_is_found_by_its_new_language(newsroom: Newsroom) -> None:
    newsroom.say("rude words of a reader", external_id="x")
    intake.edit(newsroom.desk, newsroom.key, "x", "كلام rude من قارئ غاضب")
    facets = review.facets(newsroom.desk, newsroom.moderator, site=SITE)
    assert facets.languages == (("ar", 1),)


def test_a_busy_article_comes_sooner_and_says_so(newsroom: Newsroom) -> None:
    newsroom.say("rude", article_id="quiet")
    for _ in range(BUSY - 1):
        newsroom.say(article_id="busy")
    later = newsroom.say("rude", article_id="busy")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.comment.id == later.id
    assert card.entry is not None
    assert dict(card.entry.priority.factors)[Factor.TRAFFIC] == BUSY // 2


@pytest.mark.parametrize(("before", "new"), [([], True), (["rude"], True), (["fine"], False)])
def test_who_is_new_comes_a_little_sooner_whatever_the_policy_holds(
    newsroom: Newsroom, before: list[str], new: bool
) -> None:
    for body in before:
        newsroom.say(body, commenter_id="reader")
    comment = newsroom.say("rude", commenter_id="reader")
    card = review.open_card(newsroom.desk, newsroom.moderator, comment.id)
    assert card.entry is not None
    assert dict(card.entry.priority.factors).get(Factor.NEW_COMMENTER) == (20 if new else None)


def test_old_comments_that_come_in_late_make_no_traffic(newsroom: Newsroom) -> None:
    for _ in range(BUSY):
        newsroom.say(article_id="old", created_at=START - timedelta(days=30))
    newsroom.say("rude", article_id="old")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.entry is not None
    assert Factor.TRAFFIC not in dict(card.entry.priority.factors)
    assert intake.MAX_BATCH > BUSY
