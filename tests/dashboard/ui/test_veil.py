"""Who wants harsh words blurred has what readers wrote blurred on every page, and reaches it by Tab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components.veil import veiled
from moderation.roles import Role
from moderation.service import accounts, appeals
from tests.builders import Newsroom, incoming
from tests.dashboard.ui.pages import Signed, press, words

VEILED = re.compile(r'<(?:div|span) class="tq-veiled" tabindex=0>(.*?)</(?:div|span)>', re.DOTALL)
CALL = "rude people come to the square tonight and bring your friends"


pytestmark = pytest.mark.usefixtures("clicks_count_at_once")


def beneath(app: AppTest) -> str:
    """All that is blurred on the page."""
    return "\n".join(VEILED.findall(words(app)))


def thread(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.say("the weather above", external_id="up")
    newsroom.say(CALL, parent_id="up")
    return press(signed.open("queue", role=Role.MODERATOR), "thread")


def similar(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.say(CALL, commenter_id="a")
    app = press(press(signed.open("queue", role=Role.MODERATOR), "other"), "as_spam")
    newsroom.say(f"{CALL} along", commenter_id="b")
    return app.run()


def found(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.say(CALL)
    return signed.open("search", role=Role.MODERATOR)


def chosen(newsroom: Newsroom, signed: Signed) -> AppTest:
    app = found(newsroom, signed)
    app = app.button(key="bulk_page").click().run()
    return app.button(key="bulk_reject").click().run()


def wave(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.submit(*[incoming(CALL, article_id=f"a-{number}") for number in range(4)])
    return signed.open("alike", role=Role.MODERATOR)


def drawer(newsroom: Newsroom, signed: Signed) -> AppTest:
    newsroom.say(CALL, commenter_id="a")
    newsroom.say("a threat", commenter_id="a")
    return press(signed.open("queue", role=Role.MODERATOR), "commenter")


def story(newsroom: Newsroom, signed: Signed) -> AppTest:
    made = newsroom.say(CALL)
    return signed.open("audit", role=Role.ADMIN, comment=str(made.id))


@pytest.mark.parametrize("opened", [thread, similar, found, chosen, wave, drawer, story])
@pytest.mark.parametrize("blurs", [True, False])
def test_texts_are_blurred_on_every_page_for_who_wants_it(
    newsroom: Newsroom, signed: Signed, opened: Callable[[Newsroom, Signed], AppTest], blurs: bool
) -> None:
    for person in (newsroom.moderator, newsroom.admin):
        accounts.set_blurs(newsroom.desk, person, blurs)
    app = opened(newsroom, signed)
    assert CALL in words(app)
    assert (CALL in beneath(app)) is blurs
    assert ("tabindex=0" in words(app)) is blurs


def test_an_appeal_and_a_listed_word_are_blurred(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.set_policy(banned=("forbidden",))
    sent = newsroom.say("a <i> FORBIDDEN word")
    appeals.lodge(newsroom.desk, newsroom.key, sent.external_id, "I <b>quoted</b> somebody")
    accounts.set_blurs(newsroom.desk, newsroom.moderator, True)
    app = signed.open("queue", role=Role.MODERATOR)
    assert "I &lt;b&gt;quoted&lt;/b&gt; somebody" in beneath(app)
    [card] = [one.proto.body for one in app.get("html") if "tq-card" in one.proto.body]
    title = "on the list of banned words"
    assert f'a &lt;i&gt; <mark class="tq-banned_word" title="{title}">FORBIDDEN</mark> word' in card
    assert '<span class="tq-detail" tabindex=0><bdi dir="auto">forbidden</bdi></span>' in card


@pytest.mark.parametrize("screen", ["search", "alike"])
def test_one_turns_it_on_and_off_where_one_reads_many(newsroom: Newsroom, signed: Signed, screen: str) -> None:
    newsroom.submit(*[incoming(CALL, article_id=f"a-{number}") for number in range(4)])
    app = signed.open(screen, role=Role.MODERATOR)
    seen = [CALL in beneath(app)]
    for _ in range(2):
        app = app.button(key=f"{screen}_blur").click().run()
        seen.append(CALL in beneath(app))
    assert seen == [False, True, False]


def test_what_is_seen_stays_as_it_is() -> None:
    assert veiled("<b>x</b>", False) == "<b>x</b>"
    assert veiled("<b>x</b>", True, tag="span") == '<span class="tq-veiled" tabindex=0><b>x</b></span>'
