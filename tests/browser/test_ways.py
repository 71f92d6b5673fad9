"""Ways through the queue: a second opinion between two, what is new beside the card, waves, a stopwatch run."""

from __future__ import annotations

import time
from collections import Counter
from itertools import cycle, islice

import pytest
from playwright.sync_api import expect

from dashboard.i18n import plural, t
from dashboard.ui.components.beside import EVERY
from tests.amounts import amount
from tests.browser import stock

pytestmark = pytest.mark.browser

# Whatever hangs on the database is tested on both below the browser; here both by `TALIQ_FULL=1`.
DATABASES = amount(["postgresql_app"], full=["sqlite_app", "postgresql_app"])
OWN = pytest.mark.parametrize("app", DATABASES, indirect=True, scope="module")


@OWN
def test_a_second_opinion_goes_to_the_colleague_who_agrees_by_a_key(app, sign_in, story):
    address = stock.pile(app.desk, "rude 1", "rude 2")
    amal = sign_in(stock.MODERATOR, at=address)
    asked = amal.card()
    amal.answered(lambda: amal.press("KeyO"))
    amal.says(t("queue.ask.opinion", "ar"))
    amal.decide("Digit1")
    assert story.of(asked) == []
    amal.press("KeyF")
    expect(amal.main.locator(".tq-empty")).to_be_visible()
    karim = sign_in(stock.COLLEAGUE, at=address)
    assert karim.card() == asked
    karim.says(t("queue.opinion.asked", "ar"))
    karim.press("KeyD")
    expect(karim.main.locator(".tq-empty")).to_be_visible()
    assert story.of(asked) == ["reject"]


@OWN
def test_what_is_new_is_announced_and_leaves_the_card_alone(app, sign_in):
    address = stock.pile(app.desk, "rude 1")
    tab = sign_in(stock.MODERATOR, at=address)
    shown = tab.card()
    article = address.rpartition("=")[2]
    with app.desk.read() as uow:
        external_id = uow.articles.get(int(article)).external_id
    stock.waiting(app.desk, "a threat that matters more", article_id=external_id)
    news = tab.main.locator(".tq-news")
    expect(news).to_have_text(plural("queue.arrived", 1, "ar"), timeout=2_000 * EVERY)
    expect(tab.main.locator(".tq-counts")).to_contain_text(plural("queue.waiting", 2, "ar"))
    assert tab.card() == shown


@OWN
def test_a_wave_is_rejected_as_one(app, sign_in, story):
    stock.pile(app.desk, *[f"rude people meet at the great square tonight {'now' * (n % 2)}" for n in range(5)])
    tab = sign_in(stock.MODERATOR, at="/alike")
    wave = tab.main.locator(".st-key-alike_0")
    expect(wave.locator(".tq-wave")).to_contain_text(plural("alike.size", 5, "ar"))
    chosen = int(wave.locator(".tq-found-row").first.get_attribute("data-comment") or 0)
    wave.get_by_role("button", name=t("alike.reject", "ar")).click()
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_text(t("common.reason.spam", "ar"), exact=True).click()
    dialog.locator(".st-key-bulk_go button").click()
    tab.says(plural("search.done.reject", 5, "ar"))
    tab.drawn()
    assert story.of(chosen) == ["reject"]


def test_the_quiet_page_hides_what_stands_around_the_comment(sign_in):
    tab = sign_in(stock.MODERATOR)
    tab.card()
    bar = tab.page.get_by_test_id("stSidebar")
    expect(bar).to_be_visible()
    tab.until(tab.button("queue_focus").get_by_text(t("queue.unfocus", "ar")), lambda: tab.press("KeyZ"))
    expect(bar).to_be_hidden()
    tab.until(tab.button("queue_focus").get_by_text(t("queue.focus", "ar"), exact=True), lambda: tab.press("KeyZ"))
    expect(bar).to_be_visible()


def test_a_half_written_note_survives_a_new_session(app, sign_in, story):
    address = stock.pile(app.desk, "rude 1")
    tab = sign_in(stock.MODERATOR, at=address)
    card = tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    note = tab.main.locator("[class*=st-key-queue_note_] input")
    note.press_sequentially("seen before, twice")
    tab.go(address)
    assert tab.card() == card
    tab.answered(lambda: tab.press("KeyE"))
    expect(note).to_have_value("seen before, twice")
    tab.page.wait_for_timeout(500)
    tab.press("Digit1")
    expect(tab.main.locator(".tq-empty")).to_be_visible()
    assert story.of(card) == ["reject"]
    with app.desk.read() as uow:
        assert uow.decisions.verdict(card).decision.note == "seen before, twice"


# A day's mix: most can stay, some go for the reason that suggests itself, some for another, a few are not sure.
MIX = {
    "KeyF": "rude, yet it may stay",
    "KeyD": "a threat",
    "KeyE": "rude in a way of its own",
    "KeyS": "rude, and hard",
}
PATTERN = "KeyF KeyF KeyD KeyF KeyF KeyD KeyF KeyE KeyF KeyS".split()
# A hundred is what docs/benchmarks.md tells of.
RUN = amount(15, full=100)


@pytest.mark.timeout(300)
def test_a_stopwatch_run_by_keyboard_alone(app, sign_in, story, record_property):
    acts = list(islice(cycle(PATTERN), RUN))
    # Who signs in holds what matters most, and that would come first here.
    tab = sign_in(stock.MODERATOR)
    # In the order in which they are written: each comment carries its place and the key that is due.
    address = stock.pile(app.desk, *[f"{MIX[key]} {place} {key}" for place, key in enumerate(acts)])
    tab.go(f"{address}&order=oldest")
    card, strokes, seen, waits = tab.card(), 0, [], []
    tab.button("queue_approve_").first.wait_for()
    begun = time.monotonic()
    for place in range(RUN):
        key = tab.body().split()[-1]
        seen.append((card, key))
        if key == "KeyE":
            tab.answered(lambda: tab.press("KeyE"))
            strokes += 1
            card = tab.card()
        struck = time.monotonic()
        tab.press("Digit3" if key == "KeyE" else key)
        strokes += 1
        if place < RUN - 1:
            card = tab.card(after=card)
        waits.append(time.monotonic() - struck)
    expect(tab.main.locator(".tq-empty")).to_be_visible()
    took = time.monotonic() - begun
    record_property("strokes_per_comment", strokes / RUN)
    record_property("seconds_per_comment", took / RUN)
    print(f"\nstopwatch: {RUN} comments, {strokes} key strokes, {took / RUN:.2f} s a comment")  # noqa: T201
    assert [key for _, key in seen] == acts
    assert strokes == RUN + acts.count("KeyE")
    words = {"KeyF": ["approve"], "KeyD": ["reject"], "KeyE": ["reject"], "KeyS": ["skip"]}
    assert all(story.of(one) == words[key] for one, key in seen)
    assert Counter(len(story.of(one)) for one, _ in seen) == {1: RUN}
