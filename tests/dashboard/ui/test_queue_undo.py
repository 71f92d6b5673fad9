"""Undo and skip, act by act, and what came between."""

from __future__ import annotations

import pytest

from dashboard.ui.components import bench
from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.queue import QueueFilter
from moderation.service import appeals, intake, opinions, review
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, offered, press, words
from tests.dashboard.ui.ways import ask, opened, shown, status

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def test_undo_takes_back_a_skip_and_then_the_decision_before_it(newsroom: Newsroom, signed: Signed) -> None:
    first, second, third = newsroom.say("a threat"), newsroom.say("rude 2"), newsroom.say("rude 3")
    app = press(press(opened(signed), "approve"), "skip")
    assert shown(app, third)
    app = press(app, "undo")
    assert shown(app, second)
    assert "You took back your skip" in words(app)
    assert [one.disabled for one in offered(app, "approve_")] == [False]
    app = press(app, "undo")
    assert shown(app, first)
    assert "You took back your decision" in words(app)
    assert status(newsroom, first) is Status.PENDING


def test_undo_goes_back_act_by_act_after_a_reload_as_well(newsroom: Newsroom, signed: Signed) -> None:
    first, second, third = newsroom.say("a threat"), newsroom.say("rude 2"), newsroom.say("rude 3")
    app = opened(signed)
    for name in ("skip", "approve", "skip"):
        newsroom.clock.advance(seconds=1)
        app = press(app, name)
    app = opened(signed)
    for one in (third, second, first):
        app = press(app, "undo")
        assert shown(app, one)
    assert [one.disabled for one in offered(app, "undo")] == [True]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "⁨Second⁩ is working on the comment that you skipped"), ("ar", "التعليق الذي تخطّيته الآن بين يدي ⁨Second⁩")],
)
def test_a_skipped_comment_that_a_colleague_has_stays_with_them(
    newsroom: Newsroom, signed: Signed, lang: str, said: str
) -> None:
    newsroom.say("a threat")
    second, third = newsroom.say("rude 2"), newsroom.say("rude 3")
    app = press(press(opened(signed, lang=lang), "approve"), "skip")
    review.open_card(newsroom.desk, newsroom.second, second.id)
    app = press(app, "undo")
    assert said in words(app)
    assert shown(app, third)
    # The next undo is of the act before.
    assert "queue_undo_decision" in words(app)


def test_a_rejection_that_is_appealed_against_comes_back_to_a_colleague(newsroom: Newsroom, signed: Signed) -> None:
    one, other = newsroom.say("a threat"), newsroom.say("rude")
    review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE])
    appeals.lodge(newsroom.desk, newsroom.key, one.external_id, "I meant it kindly")
    app = press(opened(signed), "undo")
    assert "a colleague answers" in words(app)
    assert shown(app, other)
    assert review.open_card(newsroom.desk, newsroom.second, one.id).claimed


def test_a_skipped_comment_that_was_decided_meanwhile_does_not_come_back(newsroom: Newsroom, signed: Signed) -> None:
    one = newsroom.say("a threat")
    newsroom.say("rude")
    app = press(opened(signed), "skip")
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.APPROVE, seen_version=1)
    app = press(app, "undo")
    assert "waits no longer" in words(app)
    assert not shown(app, one)


def test_what_was_brought_back_is_no_skip_to_take_back(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("a threat")
    app = press(opened(signed), "skip")
    assert [one.disabled for one in offered(app, "undo")] == [False]
    app = press(app, "unskip")
    assert [one.disabled for one in offered(app, "undo")] == [True]


def test_a_skip_is_over_once_its_comment_is_decided(newsroom: Newsroom, signed: Signed) -> None:
    first = newsroom.say("a threat")
    newsroom.say("rude")
    app = press(press(opened(signed), "skip").run(), "previous")
    app = press(press(app, "approve"), "undo")
    assert shown(app, first)
    assert [one.disabled for one in offered(app, "undo")] == [True]


@pytest.mark.parametrize("asked", [{}, {"label": "threat"}])
def test_what_was_skipped_is_told_apart_from_nothing_and_comes_back(
    newsroom: Newsroom, signed: Signed, asked: dict[str, str]
) -> None:
    sent = newsroom.say("a threat")
    app = press(opened(signed, **asked), "skip")
    assert "What is left is set aside" in words(app)
    app = press(app, "unskip")
    assert shown(app.run(), sent)


def test_what_waits_for_another_person_is_not_brought_back(newsroom: Newsroom) -> None:
    sent = newsroom.say("a threat")
    ask(newsroom, sent)
    assert review.bring_back(newsroom.desk, newsroom.second, site=SITE) == 0
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE) is None


def test_an_empty_queue_is_watched_for_what_one_set_aside(newsroom: Newsroom, signed: Signed) -> None:
    signed.session = newsroom.moderator
    skipped, asked = newsroom.say("a threat"), newsroom.say("rude")
    review.skip(newsroom.desk, newsroom.moderator, skipped.id)
    opinions.give(newsroom.desk, newsroom.moderator, asked.id, Outcome.APPROVE, seen_version=1)
    tab = bench.Bench(site=newsroom.site, turn=1)
    assert not bench.has_changed(tab, QueueFilter())
    newsroom.clock.advance(minutes=30)
    assert bench.has_changed(tab, QueueFilter())
    tab.turn = 2
    assert not bench.has_changed(tab, QueueFilter())
    intake.edit(newsroom.desk, newsroom.key, asked.external_id, "rude in other words")
    assert bench.has_changed(tab, QueueFilter())
