"""Two moderators at one queue: never the same comment, and whoever comes too late hears what happened."""

from __future__ import annotations

import pytest

from dashboard.cookies import SESSION_COOKIE
from dashboard.i18n import t
from moderation.decision import Outcome
from moderation.roles import Session
from moderation.service import accounts, intake, review
from tests.browser import stock
from tests.browser.story import comment
from tests.builders import OPERATOR, SITE

pytestmark = pytest.mark.browser


@pytest.fixture
def queue(app):
    return stock.pile(app.desk, *(f"rude {number}" for number in range(9)))


@pytest.fixture
def amal(queue, sign_in):
    tab = sign_in(stock.MODERATOR, at=queue)
    return tab


@pytest.fixture
def karim(app):
    """A colleague at work elsewhere, without a browser."""
    link = accounts.issue_link(app.desk, OPERATOR, stock.COLLEAGUE)
    opened = accounts.sign_in_by_link(app.desk, link, address="127.0.0.1")
    return Session(token_hash=accounts.token_hash(opened.token))


def session_of(tab) -> Session:
    token = next(one["value"] for one in tab.page.context.cookies() if one["name"] == SESSION_COOKIE)
    return Session(token_hash=accounts.token_hash(token))


def test_two_never_have_the_same_comment(amal, queue, sign_in, story):
    karim = sign_in(stock.COLLEAGUE, at=queue)
    seen = [amal.card(), karim.card()]
    for _ in range(3):
        seen += [amal.decide("KeyF"), karim.decide("KeyD")]
    assert len(set(seen)) == len(seen)
    actors = [story.acts(one)[0].actor for one in seen[:6]]
    assert actors == ["moderator:amal", "moderator:karim"] * 3


def test_the_second_to_decide_hears_who_was_first(app, amal, karim, story):
    comment_id = amal.card()
    lapse(app, amal)
    seen = comment(app.desk, comment_id).version
    review.decide(app.desk, karim, comment_id, Outcome.APPROVE, seen_version=seen)
    amal.press("KeyD")
    amal.card(after=comment_id)
    for word in ("كريم منصور", t("common.status.approved", "ar")):
        amal.says(word)
    assert story.of(comment_id) == ["approve"]


def test_what_another_works_on_is_not_decided(app, amal, karim, story):
    comment_id = amal.card()
    lapse(app, amal)
    assert review.open_card(app.desk, karim, comment_id).claimed
    amal.press("KeyF")
    amal.card(after=comment_id)
    amal.says("كريم منصور")
    assert story.of(comment_id) == []
    review.release(app.desk, karim)


def test_an_edited_comment_is_read_again_before_it_is_decided(app, amal, story):
    comment_id = amal.card()
    before = comment(app.desk, comment_id)
    intake.edit(app.desk, OPERATOR, before.external_id, "rude, and now a threat", site=SITE)
    amal.answered(lambda: amal.press("KeyF"))
    amal.says(t("errors.stale_version.edited", "ar"))
    assert story.of(comment_id) == []


@pytest.mark.parametrize("asks", ["KeyM", "KeyO", "KeyE"])
def test_what_is_struck_for_a_comment_that_has_gone_decides_nothing_on_the_next(app, amal, story, asks):
    comment_id = amal.card()
    intake.withdraw(app.desk, OPERATOR, comment(app.desk, comment_id).external_id, site=SITE)
    amal.press(asks)
    following = amal.card(after=comment_id)
    amal.page.keyboard.type("f1 said so", delay=60)
    amal.says(t("queue.gone.erased", "ar"))
    assert amal.card() == following
    assert story.of(following) == []
    # After a pause the keys decide again.
    amal.page.wait_for_timeout(1_200)
    amal.decide("KeyF")
    assert story.of(following) == ["approve"]


def lapse(app, tab) -> None:
    """The tab's lease has run out while nobody looked."""
    assert review.release(app.desk, session_of(tab)) == 1
