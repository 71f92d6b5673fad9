"""A day at the desk, two moderators side by side: picks, blur, messages, appeals, the grace period, the shift's end."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.classifier import Classifier
from moderation.service import appeals, feed, picks, settings
from tests.amounts import amount
from tests.browser import stock
from tests.browser.story import comment
from tests.builders import OPERATOR, SITE

pytestmark = pytest.mark.browser
DATABASES = ["shared_app", "shared_postgresql_app"]
# What does not hang on how the database keeps two apart goes by one of them, and by both with `TALIQ_FULL=1`.
ONE = pytest.mark.parametrize("app", amount(DATABASES[:1], full=DATABASES), indirect=True, scope="module")


def verdict(app, comment_id):
    with app.desk.read() as uow:
        return uow.decisions.verdict(comment_id).decision


@pytest.mark.parametrize("app", amount(DATABASES[1:], full=DATABASES), indirect=True, scope="module")
def test_two_side_by_side_work_through_one_queue(app, sign_in, story):
    address = stock.pile(app.desk, *(f"rude {number}" for number in range(6)))
    amal, karim = sign_in(stock.MODERATOR, at=address), sign_in(stock.COLLEAGUE, at=address)
    seen = {amal: [amal.card()], karim: [karim.card()]}
    for tab, key in ((amal, "KeyF"), (karim, "KeyD"), (amal, "KeyD"), (karim, "KeyF")):
        seen[tab].append(tab.decide(key))
    assert not set(seen[amal]) & set(seen[karim])
    assert [story.of(one) for one in seen[amal]] == [["approve"], ["reject"], []]
    assert [story.of(one) for one in seen[karim]] == [["reject"], ["approve"], []]
    # What one takes back comes to them and not to the colleague beside them.
    amal.press("KeyU")
    assert amal.card(after=seen[amal][-1]) == seen[amal][1]
    assert karim.card() == seen[karim][-1]


@ONE
def test_a_good_comment_is_approved_and_set_off_by_one_key(app, sign_in, story):
    address = stock.pile(app.desk, "rude, and a good thought", "rude 2")
    tab = sign_in(stock.MODERATOR, at=address)
    good = tab.card()
    tab.decide("KeyP")
    assert story.of(good) == ["approve"]
    assert picked(app, address) == [good]
    tab.go("/search?state=approved")
    expect(tab.main.locator(f"[data-star^='{good}:']")).to_contain_text(t("search.unpick", "ar"))


def picked(app, address) -> list[int]:
    article = int(address.rpartition("=")[2])
    with app.desk.read() as uow:
        external_id = uow.articles.get(article).external_id
    return [one.comment_id for one in picks.picks_of(app.desk, OPERATOR, external_id, site=SITE)]


@ONE
def test_harsh_words_are_blurred_until_one_points_at_them(app, sign_in):
    address = stock.pile(replace(app.desk, scorer=Classifier.load()), "رأيي أنك غبي وحمار")
    tab = sign_in(stock.MODERATOR, at=address)
    tab.card()
    word = tab.main.locator(".tq-body mark.tq-for").first
    tab.page.mouse.move(0, 0)
    tab.until(tab.main.locator(".tq-card.tq-blurs"), lambda: tab.press("KeyV"))
    assert is_blurred(word)
    tab.main.locator(".tq-body").hover()
    expect(word).to_have_css("filter", "none")
    tab.page.mouse.move(0, 0)
    tab.main.locator(".tq-body").focus()
    expect(word).to_have_css("filter", "none")
    # On the other pages as well, where a row is all blurred.
    tab.go(f"/search?story={address.rpartition('=')[2]}")
    row = tab.main.locator(".tq-found-body .tq-veiled")
    expect(row).to_have_count(1)
    tab.page.mouse.move(0, 0)
    assert is_blurred(row)
    row.hover()
    expect(row).to_have_css("filter", "none")
    tab.page.mouse.move(0, 0)
    row.focus()
    expect(row).to_have_css("filter", "none")
    tab.go(address)
    tab.card()
    tab.until(tab.main.locator(".tq-card:not(.tq-blurs)"), lambda: tab.press("KeyV"))
    expect(word).to_have_css("filter", "none")


@ONE
def test_a_listed_word_and_a_link_are_told_apart_and_the_word_is_blurred(app, sign_in):
    with policy_with(app, suspect=("كلب",)):
        address = stock.pile(app.desk, "rude: الكَلْـب على www.spam.example")
    tab = sign_in(stock.MODERATOR, at=address)
    tab.card()
    word, link = (tab.main.locator(f".tq-body mark.tq-{kind}") for kind in ("suspect_word", "link"))
    expect(word).to_have_text("الكَلْـب")
    expect(link).to_have_text("www.spam.example")
    expect(word).to_have_css("border-block-start-style", "solid")
    expect(link).to_have_css("border-block-start-style", "dashed")
    expect(tab.main.locator(".tq-legend")).to_contain_text(t("queue.fired.suspect_word", "ar"))
    tab.page.mouse.move(0, 0)
    tab.until(tab.main.locator(".tq-card.tq-blurs"), lambda: tab.press("KeyV"))
    listed = tab.main.locator(".tq-detail[tabindex] bdi")
    assert is_blurred(word)
    assert is_blurred(listed)
    assert not is_blurred(link)
    tab.main.locator(".tq-detail[tabindex]").focus()
    expect(listed).to_have_css("filter", "none")
    tab.until(tab.main.locator(".tq-card:not(.tq-blurs)"), lambda: tab.press("KeyV"))


def is_blurred(found) -> bool:
    return found.evaluate("e => getComputedStyle(e).filter").startswith("blur")


@ONE
@pytest.mark.parametrize(("key", "outcome"), [("KeyF", "approve"), ("KeyD", "reject")])
def test_a_message_goes_with_the_next_decision(app, sign_in, story, key, outcome):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude 1"))
    card = tab.card()
    tab.answered(lambda: tab.press("KeyM"))
    tab.main.locator("[class*=st-key-queue_message_] input").fill("شكرًا لك")
    tab.press("Tab")
    tab.main.locator(".tq-card").click(position={"x": 5, "y": 5})
    tab.page.wait_for_timeout(400)
    tab.press(key)
    expect(tab.main.locator(".tq-empty")).to_be_visible()
    assert story.of(card) == [outcome]
    assert verdict(app, card).message == "شكرًا لك"


@ONE
def test_an_appeal_comes_to_the_colleague_and_not_to_who_rejected(app, sign_in, story):
    address = stock.pile(app.desk, "rude 1")
    amal = sign_in(stock.MODERATOR, at=address)
    card = amal.card()
    amal.press("KeyD")
    expect(amal.main.locator(".tq-empty")).to_be_visible()
    appeals.lodge(app.desk, OPERATOR, comment(app.desk, card).external_id, "كنت أقتبس من غيري", site=SITE)
    amal.go(address)
    expect(amal.main.locator(".tq-empty")).to_be_visible()
    karim = sign_in(stock.COLLEAGUE, at=address)
    assert karim.card() == card
    karim.says("كنت أقتبس من غيري")
    karim.press("KeyF")
    expect(karim.main.locator(".tq-empty")).to_be_visible()
    assert story.of(card) == ["reject", "approve"]
    answered = appeals.appeal_of(app.desk, OPERATOR, comment(app.desk, card).external_id, site=SITE)
    assert answered.status.value == "granted"


@contextmanager
def policy_with(app, **changes: object):
    """The site's policy with these changes; as before once it is over."""
    before = settings.policy(app.desk, OPERATOR, site=SITE)
    made = settings.publish(app.desk, OPERATOR, replace(before, **changes), site=SITE, seen_number=before.number)
    yield
    settings.publish(app.desk, OPERATOR, before, site=SITE, seen_number=made.number)


@ONE
def test_what_is_taken_back_in_time_the_site_never_hears(app, sign_in, story):
    address = stock.pile(app.desk, "rude 1", "rude 2")
    tab = sign_in(stock.MODERATOR, at=address)
    first = tab.card()
    with policy_with(app, grace_seconds=300):
        start = caught_up(app)
        second = tab.decide("KeyF")
        tab.press("KeyU")
        assert tab.card(after=second) == first
        tab.decide("KeyD")
        assert told(app, start) == []
        later = replace(app.desk, now=lambda: app.desk.now() + timedelta(minutes=6))
        heard = [one for one in told(app, start, later) if one[0] == first and one[1] != "hold"]
    assert story.of(first) == ["approve", "undo", "reject"]
    assert heard == [(first, "reject")]


def caught_up(app) -> int:
    """Where the feed ends now: the tests that share the application have made many decisions before."""
    page = feed.decisions_after(app.desk, OPERATOR, -1, limit=1_000, site=SITE)
    while page.more:
        page = feed.decisions_after(app.desk, OPERATOR, page.cursor, limit=1_000, site=SITE)
    return page.cursor


def told(app, cursor: int, desk=None) -> list[tuple[int, str]]:
    """What people decided, as the site's feed has it."""
    found = feed.decisions_after(desk or app.desk, OPERATOR, cursor, limit=1_000, site=SITE)
    return [(one.comment_id, str(one.outcome)) for one in found.items if one.actor_kind != "policy"]


@ONE
def test_who_ends_the_shift_leaves_word_for_who_comes(app, sign_in):
    address = stock.pile(app.desk, "rude 1", "rude 2")
    amal = sign_in(stock.MODERATOR, at=address)
    held = amal.card()
    amal.page.set_viewport_size({"width": 1440, "height": 500})
    amal.until(amal.page.locator(".st-key-queue_handover_note textarea"), amal.button("queue_end").first.click)
    amal.page.locator(".st-key-queue_handover_note textarea").fill("انتبهوا إلى مقال الكهرباء")
    amal.page.locator(".st-key-queue_end_shift button").press("Enter")
    amal.says(t("queue.shift.ended", "ar"))
    expect(amal.main.locator(".tq-empty")).to_be_focused()
    # Though the way out is far below it.
    expect(amal.button("queue_come_back")).to_be_in_viewport()
    karim = sign_in(stock.COLLEAGUE, at=f"{address}&order=oldest")
    assert karim.card() == held, "what one held is free again"
    expect(karim.main.locator(".tq-left").first).to_contain_text("انتبهوا إلى مقال الكهرباء")
    amal.button("queue_come_back").click()
    amal.card()
