"""A second opinion: asked for, given, followed or not."""

from __future__ import annotations

import pytest

from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.service import lately, opinions, review
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, heard_by_keys, offered, press, words
from tests.dashboard.ui.ways import ask, opened, shown, status

pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def test_a_second_opinion_is_asked_for_and_can_be_taken_back(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat", commenter_name="Omar")
    app = press(opened(signed), "opinion")
    assert "What would you decide?" in words(app)
    app.text_input[0].set_value("not sure").run()
    app = press(app, "as_threat")
    said = words(app)
    assert "Your opinion on the comment by ⁨Omar⁩ is noted" in said
    assert "What is left is set aside" in said
    assert "Awaits a second opinion: " in said
    assert status(newsroom, one) is Status.PENDING
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert (own.opinion.outcome, own.opinion.reasons, own.opinion.note) == (
        Outcome.REJECT, (Reason.THREAT,), "not sure",
    )  # fmt: skip
    app = press(app, "undo")
    assert shown(app, one)
    assert lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions == []


def test_an_opinion_taken_back_leaves_the_comment_with_who_reads_it(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    app = press(press(opened(signed), "opinion"), "as_threat")
    assert review.open_card(newsroom.desk, newsroom.second, one.id).claimed
    app = press(app, "undo")
    assert "a colleague has the comment" in words(app)
    assert not shown(app, one)


def test_one_may_say_that_one_would_approve(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    app = press(press(opened(signed), "opinion"), "would_approve")
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert own.opinion.outcome is Outcome.APPROVE
    assert f'data-act="opinion:{own.opinion.id}"' in words(app)


@pytest.mark.parametrize(("lang", "said"), [("en", "Second opinion wanted"), ("ar", "مطلوب رأي ثانٍ")])
def test_the_card_says_what_the_colleague_thinks(newsroom: Newsroom, signed: Signed, lang: str, said: str):
    ask(newsroom, newsroom.say("a threat"))
    app = opened(signed, lang=lang)
    assert said in words(app)
    assert "half &lt;sure&gt;" in words(app)
    assert not offered(app, "opinion")


def test_agreeing_decides_and_differing_does_not(newsroom: Newsroom, signed: Signed):
    one, other = newsroom.say("a threat"), newsroom.say("rude", commenter_name="Sara")
    ask(newsroom, one)
    ask(newsroom, other)
    app = press(opened(signed), "reject_")
    assert status(newsroom, one) is Status.REJECTED
    app = press(app, "approve")
    assert status(newsroom, other) is Status.PENDING
    assert "You see the comment by ⁨Sara⁩ differently" in words(app)
    [own] = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).opinions
    assert own.opinion.comment_id == other.id


def test_an_opinion_taken_back_meanwhile_stands_in_nobody_s_way(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    ask(newsroom, one)
    app = opened(signed)
    [own] = lately.own_work(newsroom.desk, newsroom.second, site=SITE).opinions
    opinions.withdraw(newsroom.desk, newsroom.second, own.opinion.id)
    press(app, "approve")
    assert status(newsroom, one) is Status.APPROVED


def test_an_admin_decides_against_an_opinion(newsroom: Newsroom, signed: Signed):
    one = newsroom.say("a threat")
    ask(newsroom, one)
    press(opened(signed, role=Role.ADMIN), "approve")
    assert status(newsroom, one) is Status.APPROVED


def test_an_opinion_takes_the_keys_of_the_decisions(newsroom: Newsroom, signed: Signed, monkeypatch):
    heard = heard_by_keys(monkeypatch)
    newsroom.say("a threat")
    press(opened(signed), "opinion")
    bound = heard[-1]["keys"]
    assert str(bound["KeyF"]["button"]).startswith("queue_would_approve_")
    assert "KeyD" not in bound
