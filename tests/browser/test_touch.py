"""A moderator with a phone: fingers alone, no key and no pointer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.i18n import plural, t
from moderation.comment import Status
from tests.amounts import LANGUAGES
from tests.browser import stock
from tests.browser.story import comment

pytestmark = pytest.mark.browser

PHONE = {"width": 420, "touch": True}
# What WCAG 2.2 (2.5.5) and the makers of phones ask for what is pressed all day.
FINGER = 44
ACTS = ".tq-buttons > [data-act]"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_day_at_the_desk_by_fingers(app, sign_in, story, lang):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, *(f"rude {n}" for n in range(4))), lang=lang, **PHONE)
    first = tab.card()
    assert tab.page.evaluate("matchMedia('(hover: none) and (pointer: coarse)').matches")
    heights = {one.get_attribute("data-act"): one.bounding_box()["height"] for one in tab.main.locator(ACTS).all()}
    assert min(heights.values()) >= FINGER, heights
    expect(tab.main.locator(".tq-buttons code:visible")).to_have_count(0)
    tab.button("queue_approve_").tap()
    second = tab.card(after=first)
    tab.answered(tab.button("queue_other_").tap)
    tab.button("queue_as_spam").tap()
    third = tab.card(after=second)
    opener, dialog = tab.button("queue_commenter"), tab.page.get_by_role("dialog")
    expect(opener).to_have_count(0)
    tab.answered(tab.button("queue_more").tap)
    tab.until(dialog, opener.tap)
    expect(dialog).to_contain_text(t("commenter.act", lang))
    dialog.locator("summary").first.tap()
    dialog.get_by_role("button", name=t("streamlit.close", lang)).tap()
    expect(dialog).to_have_count(0)
    assert tab.card() == third
    tab.button("queue_undo_").tap()
    assert tab.card(after=third) == second
    assert [story.of(one) for one in (first, second, third)] == [["approve"], ["reject", "undo"], []]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_found_comments_are_chosen_and_decided_by_fingers(app, sign_in, lang):
    word = f"fingers{lang}"
    stock.pile(app.desk, *(f"rude {word} {n}" for n in range(3)))
    tab = sign_in(stock.MODERATOR, at="/", lang=lang, **PHONE)
    tab.page.get_by_test_id("stExpandSidebarButton").tap()
    tab.page.get_by_test_id("stSidebarNavLink").filter(has_text=t("search.title", lang)).tap()
    words = tab.main.locator(".st-key-q input")
    words.tap()
    words.fill(word)
    words.blur()
    rows = tab.main.locator(".tq-found-row")
    expect(rows).to_have_count(3)
    ids = [int(row.get_attribute("data-comment")) for row in rows.all()]
    tab.drawn()
    boxes = tab.main.locator(".tq-check")
    for chosen in (1, 2):
        said = tab.main.get_by_text(plural("search.chosen", chosen, lang))
        tab.until(said, boxes.nth(chosen - 1).tap)
    dialog = tab.page.get_by_role("dialog")
    tab.until(dialog, tab.button("bulk_reject").tap)
    dialog.get_by_text(t("common.reason.spam", lang), exact=True).tap()
    go = dialog.locator(".st-key-bulk_go button")
    expect(go).to_be_enabled()
    go.tap()
    tab.says(plural("search.done.reject", 2, lang))
    assert [comment(app.desk, one).status for one in ids] == [Status.REJECTED, Status.REJECTED, Status.PENDING]
