"""Finding comments and deciding many of them at once, as a moderator does it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.i18n import plural, t
from moderation.comment import Status
from moderation.search import SearchFilter
from moderation.service import intake, picks, search
from moderation.text.finding import sought
from tests.browser import stock
from tests.builders import OPERATOR, SITE, incoming

pytestmark = pytest.mark.browser


def wave(desk, word, size):
    stock.pile(desk, *[f"rude {word} number {number}" for number in range(size)])


def found(desk, word):
    return search.find(desk, OPERATOR, site=SITE, where=SearchFilter(words=sought(word))).rows


def statuses(desk, word):
    return [row.comment.status for row in found(desk, word)]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_wave_is_found_rejected_and_brought_back(app, sign_in, lang):
    word = f"wave{lang}"
    wave(app.desk, word, 3)
    tab = sign_in(stock.MODERATOR, at=f"/search?q={word}", lang=lang)
    expect(tab.main.locator(".tq-found-row")).to_have_count(3)
    expect(tab.main.locator("mark.tq-found")).to_have_text([word] * 3)
    three = tab.main.get_by_text(plural("search.chosen", 3, lang))
    tab.until(three, tab.button("bulk_page").click)
    dialog = tab.page.get_by_role("dialog")
    tab.until(dialog, tab.button("bulk_reject").click)
    expect(dialog).to_contain_text(f"rude {word} number 2")
    go = dialog.locator(".st-key-bulk_go button")
    expect(go).to_be_disabled()
    dialog.get_by_text(t("common.reason.spam", lang), exact=True).click()
    expect(go).to_be_enabled()
    go.click()
    tab.says(plural("search.done.reject", 3, lang))
    expect(tab.notice).to_be_focused()
    assert statuses(app.desk, word) == [Status.REJECTED] * 3
    tab.button("bulk_take_back").click()
    tab.says(plural("search.undone", 3, lang))
    expect(tab.notice).to_be_focused()
    assert statuses(app.desk, word) == [Status.PENDING] * 3


def test_enter_shows_what_is_found_before_the_page_is_drawn_anew(app, sign_in):
    wave(app.desk, "early", 12)
    tab = sign_in(stock.MODERATOR, at="/search?q=nothing")
    # As if Streamlit never heard of the key: the list alone answers.
    tab.page.evaluate(
        "addEventListener('keydown', (event) => event.isTrusted || event.stopImmediatePropagation(), true)"
    )
    field = tab.main.locator(".st-key-q input")
    field.fill("early")
    field.press("Enter")
    expect(tab.main.locator(".tq-found-row")).to_have_count(10)
    expect(tab.main.locator("mark.tq-found").first).to_have_text("early")
    assert tab.page.url.endswith("q=nothing")


def test_enter_is_followed_by_all_of_the_page(app, sign_in):
    wave(app.desk, "follows", 12)
    tab = sign_in(stock.MODERATOR, at="/search")
    field = tab.main.locator(".st-key-q input")
    for words, found in (("follows", 12), ("f", None), ("nobodywrotethis", 0), ("follows", 12)):
        field.fill(words)
        field.press("Enter")
        tab.page.wait_for_url(f"**q={words}")
        if found is None:
            expect(tab.main.locator(".tq-notice.tq-error, .tq-notice.tq-warning").first).to_be_visible()
        else:
            expect(tab.main.locator(".tq-found-row")).to_have_count(found)
        tab.drawn()
    assert field.input_value() == "follows"


def test_boxes_are_ticked_as_fast_as_one_can_and_the_focus_stays(app, sign_in):
    wave(app.desk, "ticks", 6)
    tab = sign_in(stock.MODERATOR, at="/search?q=ticks")
    boxes = tab.main.locator("input[data-choose]")
    expect(boxes).to_have_count(6)
    # All within one run of the page.
    tab.page.evaluate("() => document.querySelectorAll('input[data-choose]').forEach((one) => one.click())")
    tab.says(plural("search.chosen", 6, "ar"))
    boxes.nth(2).press("Space")
    tab.says(plural("search.chosen", 5, "ar"))
    expect(boxes.nth(2)).to_be_focused()
    expect(boxes.nth(2)).not_to_be_checked()
    tab.button("bulk_none").click()
    tab.says(plural("search.chosen", 0, "ar"))
    expect(tab.main.locator("input[data-choose]:checked")).to_have_count(0)
    tab.button("bulk_all").click()
    tab.says(plural("search.chosen", 6, "ar"))
    expect(tab.main.locator("input[data-choose]:checked")).to_have_count(6)


def test_stars_that_are_pressed_at_once_are_all_given_and_the_focus_stays(app, sign_in):
    said = [incoming(f"Under the stars {number}", created_at=app.desk.now()) for number in range(3)]
    seen = {one.id for one in intake.submit(app.desk, OPERATOR, said, site=SITE)}
    tab = sign_in(stock.MODERATOR, at="/search?q=stars")
    stars = tab.main.locator("button[data-star$=':on']")
    expect(stars).to_have_count(3)
    stars.first.focus()
    tab.page.evaluate("() => document.querySelectorAll('button[data-star]').forEach((one) => one.click())")
    expect(tab.main.locator("button[data-star$=':off']")).to_have_count(3)
    expect(tab.main.locator("button[data-star]").first).to_be_focused()
    assert picks.picked_among(app.desk, OPERATOR, list(seen)) == seen


def test_a_half_written_note_outlives_the_page_and_goes_with_its_batch(app, sign_in):
    wave(app.desk, "halfwritten", 2)
    tab = sign_in(stock.MODERATOR, at="/search?q=halfwritten", fresh=True)
    tab.go("/search?q=halfwritten")
    note = tab.page.get_by_role("dialog").locator("[class*=st-key-bulk_note_] input")

    def ask():
        tab.until(tab.main.get_by_text(plural("search.chosen", 2, "ar")), tab.button("bulk_page").click)
        tab.until(tab.page.get_by_role("dialog"), tab.button("bulk_approve").click)

    ask()
    note.press_sequentially("seen twice")
    tab.page.reload()
    tab.drawn()
    ask()
    expect(note).to_have_value("seen twice")
    go = tab.page.get_by_role("dialog").locator(".st-key-bulk_go button")
    go.click()
    tab.says(plural("search.done.approve", 2, "ar"))
    comment_id = found(app.desk, "halfwritten")[0].comment.id
    with app.desk.read() as uow:
        assert uow.decisions.verdict(comment_id).decision.note == "seen twice"
    # Until the page is drawn to its end it still tells of those that were decided.
    tab.drawn()
    expect(tab.main.get_by_text(plural("search.chosen", 2, "ar"))).to_have_count(0)
    ask()
    expect(note).to_have_value("")
    note.press_sequentially("called off")
    # While the dialog closes the focus goes round in it once more.
    tab.page.evaluate(
        """() => document.querySelector(".st-key-bulk_cancel").addEventListener(
            "click", () => document.querySelector("[class*=st-key-bulk_note_] input").focus(), { once: true })"""
    )
    tab.page.get_by_role("dialog").locator(".st-key-bulk_cancel button").click()
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    assert "called off" not in tab.page.evaluate("Object.values(sessionStorage).join()")
    ask()
    expect(note).to_have_value("")
    note.press_sequentially("written since")
    tab.page.reload()
    tab.drawn()
    ask()
    expect(note).to_have_value("written since")


def test_what_a_colleague_decided_meanwhile_is_left(app, sign_in):
    wave(app.desk, "meanwhile", 2)
    tab = sign_in(stock.COLLEAGUE, at="/search?q=meanwhile")
    tab.until(tab.main.get_by_text(plural("search.chosen", 2, "ar")), tab.button("bulk_page").click)
    first = found(app.desk, "meanwhile")[0].comment
    with app.desk.begin() as uow:
        # As the importer's edit or a colleague would, the version goes on.
        uow.comments.advance(first, status=Status.PENDING, by_machine=True)
    dialog = tab.page.get_by_role("dialog")
    tab.until(dialog, tab.button("bulk_approve").click)
    dialog.locator(".st-key-bulk_go button").click()
    tab.says(plural("search.done.approve", 1, "ar"))
    tab.says(plural("search.left.changed", 1, "ar"))
    assert statuses(app.desk, "meanwhile") == [Status.PENDING, Status.APPROVED]


def test_names_and_articles_lead_to_all_of_theirs(app, sign_in):
    wave(app.desk, "leading", 2)
    tab = sign_in(stock.AUDITOR, at="/search?q=leading")
    expect(tab.main.locator(".tq-found-list").get_by_role("checkbox")).to_have_count(0)
    tab.main.locator(".tq-found-row a").last.click()
    tab.drawn()
    expect(tab.main.locator(".tq-found-row")).to_have_count(2)
    assert "story=" in tab.page.url
    tab.main.locator(".tq-found-row a").first.click()
    tab.page.wait_for_url("**who=*")
    tab.drawn()
    expect(tab.main.locator(".tq-found-row")).to_have_count(1)


def test_a_range_drawn_over_the_scores_is_what_is_found(sign_in):
    tab = sign_in(stock.MODERATOR, at="/search")
    tab.main.locator(".st-key-search_spread_open label").click()
    chart = tab.main.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first
    chart.wait_for()
    box = chart.bounding_box()
    tab.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2, steps=8)
    tab.page.mouse.up()
    tab.page.wait_for_url("**/search?least=*&most=*")
    tab.drawn()
    found = dict(pair.split("=") for pair in tab.page.url.partition("?")[2].split("&"))
    # From right to left in Arabic: a fifth to a half of the way is the upper half of the scale.
    assert 40 <= int(found["least"]) < int(found["most"]) <= 90
