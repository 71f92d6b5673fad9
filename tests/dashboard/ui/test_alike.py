"""The page of waves: what it shows, and that nothing a reader wrote gets out of hand."""

from __future__ import annotations

import pytest

from moderation.roles import Role
from moderation.service import review
from tests.builders import SITE, Newsroom, incoming
from tests.dashboard.ui.pages import Signed, words


def test_it_shows_each_wave_with_a_sample(newsroom: Newsroom, signed: Signed):
    text = "rude people <b>come</b> to the square tonight and bring your friends"
    newsroom.submit(*[incoming(text, article_id=f"a-{number}") for number in range(4)])
    app = signed.open("alike", role=Role.MODERATOR, lang="en")
    said = words(app)
    assert "4 alike, by 4 commenters, under 4 articles" in said
    assert "4 comments compared." in said
    assert said.count("&lt;b&gt;come") == 3
    assert [button.label for button in app.button if (button.key or "").startswith("alike_reject_")]


def test_it_says_what_of_a_wave_a_colleague_has_just_now(newsroom: Newsroom, signed: Signed):
    newsroom.submit(*[incoming("rude people come to the square tonight and bring friends") for _ in range(3)])
    card = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert card is not None
    said = words(signed.open("alike", role=Role.MODERATOR, lang="en"))
    assert said.count("with ⁨Second⁩ just now") == 1


@pytest.mark.parametrize(("lang", "said"), [("en", "No three comments are alike."), ("ar", "لا توجد ثلاثة تعليقات")])
def test_it_says_when_there_is_none(newsroom: Newsroom, signed: Signed, lang: str, said: str):
    newsroom.say("rude")
    assert said in words(signed.open("alike", role=Role.MODERATOR, lang=lang))


def test_visible_ones_are_compared_when_asked(newsroom: Newsroom, signed: Signed):
    newsroom.submit(*[incoming("please come to the square tonight and bring friends") for _ in range(3)])
    app = signed.open("alike", role=Role.MODERATOR, lang="en")
    assert "0 comments compared." in words(app)
    app.segmented_control(key="alike_among").set_value("all").run()
    assert "3 alike, by 3 commenters, under one article" in words(app)


def test_only_reviewers_come_in(newsroom: Newsroom, signed: Signed):
    assert "Your role does not allow this." in words(signed.open("alike", role=Role.AUDITOR, lang="en"))
