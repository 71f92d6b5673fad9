"""The page stands as its language reads, wide and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.article import IncomingArticle
from moderation.service import intake
from tests.browser import stock
from tests.builders import OPERATOR, SITE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("lang", "side"), [("ar", "right"), ("en", "left")])
def test_the_side_bar_stands_where_reading_begins(sign_in, lang, side):
    tab = sign_in(stock.ADMIN, lang=lang)
    assert tab.layout() == (lang, {"right": "rtl", "left": "ltr"}[side])
    assert side_of_the_bar(tab) == side
    tab.page.evaluate("dir => { document.documentElement.dir = dir }", {"right": "ltr", "left": "rtl"}[side])
    assert side_of_the_bar(tab) != side, "a page that is not mirrored is seen as such"


def side_of_the_bar(tab) -> str:
    bar, main = (tab.page.get_by_test_id(name).bounding_box() for name in ("stSidebar", "stMain"))
    apart = min(bar["x"] + bar["width"], main["x"] + main["width"]) <= max(bar["x"], main["x"]) + 1
    return ("right" if bar["x"] > main["x"] else "left") if apart else "over the page"


def test_an_empty_list_speaks_arabic_and_what_stands_in_one_is_left(app, sign_in):
    title = t("streamlit.list.clear_all", "en")
    article = IncomingArticle(external_id=f"named-{app.desk.new_id()}", title=title)
    intake.save_article(app.desk, OPERATOR, article, site=SITE)
    tab = sign_in(stock.ADMIN, at="/audit")
    tab.main.get_by_test_id("stPopoverButton").first.click()
    box = tab.page.get_by_test_id("stPopoverBody").get_by_test_id("stSelectbox").nth(2)
    for typed, shown in (("Clear", title), ("ژژژژ", t("streamlit.list.nothing", "ar"))):
        field = box.locator("input")
        field.click()
        field.fill(typed)
        expect(tab.page.get_by_role("listbox")).to_contain_text(shown)


def test_in_a_low_window_the_open_reasons_leave_half_of_it_to_the_comment(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude and low"))
    tab.page.set_viewport_size({"width": 720, "height": 450})
    tab.card()
    tab.press("KeyE")
    tab.button("queue_as_spam").wait_for()
    box = tab.main.locator(".st-key-queue_actions").bounding_box()
    assert box is not None
    assert box["height"] <= 226
    # So it is on a phone, where each reason takes a third of a line.
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.settled()
    box = tab.main.locator(".st-key-queue_actions").bounding_box()
    assert box is not None
    assert box["height"] <= 423


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_on_a_phone_the_side_bar_comes_when_called(sign_in, lang):
    tab = sign_in(stock.ADMIN, lang=lang, width=420)
    link = tab.page.get_by_test_id("stSidebarNavLink").nth(1)
    expect(link).not_to_be_in_viewport()
    expect(tab.main).to_be_in_viewport()
    ghost = tab.page.evaluate("document.elementFromPoint(innerWidth / 2, 300).closest('[data-testid=stSidebar]')")
    assert ghost is None
    tab.page.get_by_test_id("stExpandSidebarButton").click()
    expect(link).to_be_in_viewport()
    link.click()
    tab.says(t("shell.insights", lang))
    # It does not stay over the page that was asked for.
    expect(link).not_to_be_in_viewport()
    expect(tab.page).to_have_url(re.compile("/insights"))


LONG = "عنوان طويل لا يتسع له السطر " * 4
# Whether the first letter of each is within what is shown of it.
_BEGINS = """(holders) => holders.map((holder) => {
  const range = document.createRange(), text = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT).nextNode()
  range.setStart(text, 0)
  range.setEnd(text, 1)
  const letter = range.getBoundingClientRect(), box = holder.getBoundingClientRect()
  return letter.left >= box.left - 1 && letter.right <= box.right + 1
})"""


def test_a_line_that_runs_the_other_way_is_cut_at_its_end(app, sign_in):
    article = IncomingArticle(external_id=f"long-{app.desk.new_id()}", title=LONG)
    intake.save_article(app.desk, OPERATOR, article, site=SITE)
    address = stock.pile(app.desk, f"{LONG * 2} rude")
    tab = sign_in(stock.ADMIN, at=address, lang="en")
    tab.card()
    tab.press("KeyF")
    said = tab.main.locator(".tq-recent .tq-said-line bdi").first
    expect(said).to_contain_text(LONG.strip()[:20])
    assert said.evaluate("one => [getComputedStyle(one).direction, one.scrollHeight > one.clientHeight]") == [
        "rtl",
        True,
    ]
    tab.go("/search")
    tab.main.get_by_test_id("stPopoverButton").first.click()
    field = tab.page.get_by_test_id("stPopoverBody").get_by_test_id("stSelectbox").nth(2).locator("input")
    field.click()
    field.fill(LONG[:20])
    option = tab.page.get_by_role("option").filter(has_text=LONG[:20]).locator("> div")
    assert option.first.evaluate("one => one.scrollWidth > one.clientWidth")
    assert all(option.evaluate_all(_BEGINS))


def test_the_pages_language_is_the_browsers_until_one_is_chosen(visit):
    for lang, direction in (("ar", "rtl"), ("en", "ltr")):
        tab = visit(lang=lang)
        tab.page.context.clear_cookies()
        tab.page.goto(f"{tab.url}/login")
        assert tab.layout() == (lang, direction)
