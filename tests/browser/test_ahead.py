"""The next comment is on the screen before the server has answered, and whatever it answers counts."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.service import amendments, intake
from tests.amounts import amount
from tests.browser import stock
from tests.browser.story import comment
from tests.builders import OPERATOR, SITE

pytestmark = pytest.mark.browser
DATABASES = amount(["sqlite_app"], full=["sqlite_app", "postgresql_app"])
OWN = pytest.mark.parametrize("app", DATABASES, indirect=True, scope="module")


@pytest.fixture
def tab(app, sign_in):
    """More waits than makes one hold a single comment."""
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, *(f"rude {number}" for number in range(16))))
    tab.card()
    return tab


@contextmanager
def standing_still(app) -> Iterator[None]:
    os.kill(app.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(app.process.pid, signal.SIGCONT)


def ready(tab) -> int:
    """The comment that lies in the page, once it is the one after the card on the screen."""
    found = tab.page.wait_for_function(
        """() => {
          const next = document.querySelector("template.tq-next")
          return next && next.dataset.after === window.taliqKeys.card ? next.dataset.card.split(":")[0] : null
        }"""
    )
    return int(found.json_value())


def on_screen(tab) -> int:
    return int(tab.main.locator(".tq-card").get_attribute("data-comment"))


# The next comment has just come, and one begins to write; the last letter follows when a key would decide again.
BEGINS_TO_WRITE = """async () => {
  const strike = (code) => {
    for (const type of ["keydown", "keyup"]) {
      const key = code.at(-1).toLowerCase()
      document.body.dispatchEvent(new KeyboardEvent(type, { code, key, bubbles: true, cancelable: true }))
    }
  }
  strike("KeyS")
  while (!window.taliqAhead.isShown) await new Promise((shown) => setTimeout(shown))
  strike("KeyM")
  const now = performance.now() + 1_000
  performance.now = () => now
  strike("KeyS")
  delete performance.now
}"""


@OWN
def test_a_message_begun_as_the_next_comment_comes_decides_nothing(app, tab, story):
    first, second = tab.card(), ready(tab)
    with standing_still(app):
        tab.page.evaluate(BEGINS_TO_WRITE)
        assert on_screen(tab) == second
    expect(tab.main.locator("[class*=st-key-queue_message_] input")).to_be_focused()
    assert (story.of(first), story.of(second)) == (["skip"], [])


@OWN
@pytest.mark.parametrize("act", ["key", "click"])
def test_the_next_comment_does_not_wait_for_the_server(app, tab, story, act):
    first, second = tab.card(), ready(tab)
    assert tab.main.locator(".tq-card").count() == 1
    with standing_still(app):
        tab.press("KeyF") if act == "key" else tab.button("queue_approve_").click()
        expect(tab.main.locator(".tq-card")).to_have_attribute("data-comment", str(second))
        assert story.of(first) == []
    assert tab.card(after=first) == second
    assert story.of(first) == ["approve"]
    tab.decide("KeyS")
    assert story.of(second) == ["skip"]


@OWN
def test_what_is_struck_at_it_meanwhile_counts_for_it(app, tab, story):
    first, second = tab.card(), ready(tab)
    with standing_still(app):
        tab.press("KeyF")
        # Too soon to have been read.
        tab.press("KeyS")
        tab.page.wait_for_timeout(400)
        tab.press("KeyD")
    third = tab.card(after=second) if tab.card(after=first) == second else on_screen(tab)
    assert [story.of(one) for one in (first, second, third)] == [["approve"], ["reject"], []]


@OWN
def test_a_decision_that_is_refused_brings_its_comment_back(app, tab, story):
    first, second = tab.card(), ready(tab)
    with standing_still(app):
        intake.edit(app.desk, OPERATOR, comment(app.desk, first).external_id, "rude, and now a threat", site=SITE)
        tab.press("KeyF")
        expect(tab.main.locator(".tq-card")).to_have_attribute("data-comment", str(second))
        tab.page.wait_for_timeout(400)
        tab.press("KeyD")
    tab.says(t("errors.stale_version.edited", "ar"))
    assert tab.card() == first
    assert story.of(first) + story.of(second) == []


@OWN
def test_another_comment_than_was_shown_is_not_what_the_key_was_for(app, tab, story):
    first, second = tab.card(), ready(tab)
    with standing_still(app):
        tab.press("KeyF")
        expect(tab.main.locator(".tq-card")).to_have_attribute("data-comment", str(second))
        # Its author takes it back before anybody has decided on it.
        amendments.withdraw(app.desk, OPERATOR, comment(app.desk, second).external_id, site=SITE)
        tab.page.wait_for_timeout(400)
        tab.press("KeyD")
    third = tab.card(after=first)
    assert third != second
    assert [story.of(one) for one in (first, third)] == [["approve"], []]


@OWN
@pytest.mark.parametrize("busy", [0, 200], ids=["at once", "after a long frame"])
def test_a_click_in_the_moment_that_asks_for_the_rest_is_not_lost(app, tab, story, busy):
    first, second = tab.card(), ready(tab)
    tab.page.evaluate(
        """(busy) => {
          const after = window.taliqAfter, ask = after.ask
          after.ask = () => {
            ask()
            for (const begun = performance.now(); performance.now() - begun < busy; );
            document.querySelector("[data-act^=queue_approve_]").click()
          }
        }""",
        busy,
    )
    with standing_still(app):
        tab.press("KeyF")
        # What is asked for once the answer is there is no slip of the finger any more.
        tab.page.wait_for_timeout(400)
    tab.card(after=second) if tab.card(after=first) == second else None
    assert [story.of(one) for one in (first, second)] == [["approve"], ["approve"]]


@OWN
def test_an_answer_that_never_comes_is_asked_for_again(app, tab, story):
    first, second = tab.card(), ready(tab)
    # Told in one go with what else the page tells: Streamlit does what was clicked and draws only the other part.
    tab.page.evaluate(
        "() => document.addEventListener('click', () => window.taliqAfter.ask(), { capture: true, once: true })"
    )
    tab.press("KeyF")
    assert tab.card(after=first) == second
    tab.decide("KeyS")
    assert [story.of(one) for one in (first, second)] == [["approve"], ["skip"]]
