"""The keyboard of the queue, pressed in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from tests.browser import stock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def queue(app):
    """More than all tests here decide: each goes on where the one before it ended."""
    return stock.pile(app.desk, *(f"rude {number}" for number in range(80)))


@pytest.fixture
def tab(queue, sign_in, visitors, app, request):
    tab = visitors.kept(app, stock.MODERATOR)
    if tab is None or not tab.page.url.endswith(queue) or request.session.testsfailed:
        return sign_in(stock.MODERATOR, at=queue)
    return tab


def strike(tab, key: str, code: str, *, modifiers: int = 0) -> None:
    """What a keyboard with another layout, or CapsLock, sends: the place of the key and the letter apart."""
    session = tab.page.context.new_cdp_session(tab.page)
    given = {"key": key, "code": code, "modifiers": modifiers, "windowsVirtualKeyCode": ord(code[-1])}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": key, **given})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **given})
    session.detach()


@pytest.mark.parametrize("letter", ["f", "F", "ب"], ids=["latin", "capslock", "arabic"])
def test_the_key_in_its_place_approves_whatever_letter_it_writes(story, tab, letter):
    first = tab.card()
    strike(tab, letter, "KeyF")
    tab.card(after=first)
    assert story.of(first) == ["approve"]


def test_a_key_rejects_for_the_reason_that_the_button_names(story, tab):
    first = tab.card()
    expect(tab.button(f"queue_reject_{first}_")).to_be_visible()
    tab.decide("KeyD")
    (act,) = story.acts(first)
    assert (act.outcome, len(act.reasons)) == ("reject", 1)


@pytest.mark.parametrize("keypad", [False, True], ids=["row", "keypad"])
def test_a_digit_chooses_among_the_open_reasons(story, tab, keypad):
    first = tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    second = tab.button("queue_as_").nth(1)
    expect(second).to_contain_text("2")
    chosen = next(name for name in second.locator("xpath=ancestor::*[contains(@class, 'st-key-queue_as_')]").first
                  .get_attribute("class").split() if name.startswith("st-key-queue_as_"))  # fmt: skip
    strike(tab, "2", "Numpad2" if keypad else "Digit2")
    tab.card(after=first)
    (act,) = story.acts(first)
    assert chosen == f"st-key-queue_as_{act.reasons[0]}_{first}_1"


def test_whoever_goes_by_tab_is_led_to_the_reasons_and_to_the_next_comment(tab):
    first = tab.card()
    tab.button(f"queue_other_{first}_").focus()
    tab.press("Enter")
    expect(tab.main.locator(".tq-ask")).to_be_focused()
    expect(tab.main.locator(".tq-ask")).to_have_css("outline-style", "none")
    tab.press("Tab")
    expect(tab.button("queue_as_").first).to_be_focused()
    tab.press("Enter")
    second = tab.card(after=first)
    expect(tab.main.locator(".tq-card")).to_be_focused()
    tab.button(f"queue_skip_{second}_").focus()
    tab.press("Space")
    tab.card(after=second)
    expect(tab.main.locator(".tq-card")).to_be_focused()


def test_escape_closes_the_reasons_and_decides_nothing(story, tab):
    first = tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    expect(tab.button("queue_as_").first).to_be_visible()
    tab.press("Escape")
    expect(tab.button("queue_as_")).to_have_count(0)
    assert tab.card() == first
    assert story.of(first) == []


def test_a_held_key_decides_once(story, tab):
    first = tab.card()
    keyboard = tab.page.keyboard
    keyboard.down("KeyF")
    for _ in range(5):
        keyboard.down("KeyF")
    second = tab.card(after=first)
    for _ in range(20):
        keyboard.down("KeyF")
    keyboard.up("KeyF")
    third = tab.decide("KeyF")
    assert [story.of(one) for one in (first, second, third)] == [["approve"], ["approve"], []]


def test_a_second_press_does_not_reach_the_comment_that_nobody_has_read(story, tab):
    first = tab.card()
    tab.press("KeyF")
    tab.press("KeyF")
    second = tab.card(after=first)
    tab.decide("KeyS")
    assert story.of(first) == ["approve"]
    assert story.of(second) == ["skip"]


def test_a_double_click_decides_once(story, tab):
    first = tab.card()
    tab.button("queue_approve_").dblclick()
    second = tab.card(after=first)
    tab.decide("KeyS")
    assert story.of(first) == ["approve"]
    assert story.of(second) == ["skip"]


def test_nothing_is_decided_while_one_writes(story, tab):
    first = tab.card()
    tab.press("KeyE")
    note = tab.main.locator("[class*=st-key-queue_note_] input")
    note.focus()
    struck = "f:KeyF ب:KeyF d:KeyD 1:Digit1 u:KeyU b:KeyB c:KeyC ؟:Slash"
    for letter, code in (one.split(":") for one in struck.split()):
        strike(tab, letter, code)
    expect(note).to_have_value("fبd1ubc؟")
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    assert tab.card() == first
    tab.button("queue_as_spam").click()
    tab.card(after=first)
    assert story.acts(first)[0].reasons == ("spam",)
    assert story.of(first) == ["reject"]


# One after the other in one go, the last of them so many milliseconds later by the page's clock: between two that are
# struck from here the list may have come.
STRUCK_AT_ONCE = """([codes, later]) => {
  for (const code of codes) {
    const now = performance.now() + later
    if (code === codes.at(-1)) performance.now = () => now
    for (const type of ["keydown", "keyup"]) {
      const key = code.at(-1).toLowerCase()
      document.body.dispatchEvent(new KeyboardEvent(type, { code, key, bubbles: true, cancelable: true }))
    }
  }
  delete performance.now
}"""


@pytest.mark.parametrize(("asks", "later"), [("KeyE", 0), ("KeyO", 0), ("KeyM", 20_000)], ids=["E", "O", "M, slow"])
def test_what_is_struck_before_the_list_is_there_decides_nothing(story, tab, asks, later):
    first = tab.card()
    tab.page.evaluate(STRUCK_AT_ONCE, [[asks, "KeyF"], later])
    tab.button("queue_cancel").wait_for()
    assert tab.card() == first
    assert story.of(first) == []
    tab.press("Escape")
    tab.button("queue_cancel").wait_for(state="detached")
    tab.decide("KeyS")
    assert story.of(first) == ["skip"]


@pytest.mark.parametrize("waits", [0, 1_500], ids=["at once", "once it is there"])
def test_a_message_is_written_as_soon_as_it_is_asked_for_and_decides_nothing(story, tab, waits):
    first = tab.card()
    tab.press("KeyM")
    tab.page.wait_for_timeout(waits)
    tab.page.keyboard.type("friend, do sum up")
    field = tab.main.locator("[class*=st-key-queue_message_] input")
    expect(field).to_be_focused()
    tab.page.keyboard.type(" please")
    written = field.input_value()
    assert written.endswith(" please")
    if waits:
        assert written == "friend, do sum up please"
    assert tab.card() == first
    assert story.of(first) == []
    tab.press("Escape")
    expect(field).to_have_count(0)
    # The keys decide again at once.
    tab.decide("KeyS")
    assert story.of(first) == ["skip"]


@pytest.mark.parametrize("held", ["Control", "Alt", "Shift"])
def test_keys_with_another_held_belong_to_the_browser(story, tab, held):
    first = tab.card()
    tab.page.keyboard.down(held)
    tab.press("KeyD")
    tab.page.keyboard.up(held)
    tab.decide("KeyF")
    assert story.of(first) == ["approve"]


def test_a_skipped_comment_gives_way_to_the_next(story, tab):
    first = tab.card()
    second = tab.decide("KeyS")
    assert second != first
    tab.page.reload()
    tab.drawn()
    assert tab.card() == second
    assert story.of(first) == ["skip"]


def test_what_was_decided_comes_back(story, tab):
    first = tab.card()
    second = tab.decide("KeyF")
    third = tab.decide("KeyD")
    tab.press("KeyU")
    assert tab.card(after=third) == second
    tab.press("KeyU")
    assert tab.card(after=second) == first
    assert story.of(first) == ["approve", "undo"]
    assert story.of(second) == ["reject", "undo"]
    assert story.of(third) == []


@pytest.fixture
def few(app, sign_in):
    """So few that none lies in the page ahead."""
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, *(f"rude and rare {number}" for number in range(4))))
    tab.card()
    return tab


def test_an_undo_that_is_struck_before_the_answer_is_of_that_decision(story, few):
    first = few.card()
    second = few.decide("KeyF")
    few.press("KeyD")
    few.press("KeyU")
    few.says(t("queue.done.undo", "ar"))
    assert few.card() == second
    assert story.of(first) == ["approve"]
    assert story.of(second) == ["reject", "undo"]


@pytest.mark.parametrize("asks", ["KeyB", "KeyC", "KeyO", "KeyM"])
def test_what_is_asked_about_a_decided_comment_opens_nothing_for_the_next(story, few, asks):
    first = few.card()
    few.press("KeyD")
    few.press(asks)
    second = few.card(after=first)
    few.drawn()
    expect(few.page.get_by_role("dialog")).to_have_count(0)
    expect(few.main.locator(".st-key-queue_reasons")).to_have_count(0)
    few.decide("KeyS")
    assert [story.of(one) for one in (first, second)] == [["reject"], ["skip"]]


def test_a_skipped_comment_comes_back_before_what_was_decided_earlier(story, tab):
    first = tab.card()
    second = tab.decide("KeyF")
    third = tab.decide("KeyS")
    tab.press("KeyU")
    assert tab.card(after=third) == second
    tab.press("KeyU")
    assert tab.card(after=second) == first
    assert story.of(first) == ["approve", "undo"]
    assert story.of(second) == ["skip", "unskip"]


# A key that is struck at once when the page has asked for what stands beside the card.
_STRUCK_WITH_THE_REST = """() => {
  let after = window.taliqAfter
  const strike = () => document.dispatchEvent(new KeyboardEvent("keydown", { code: "KeyK", key: "k", bubbles: true }))
  const listened = (given) => {
    const ask = given.ask
    given.ask = () => { ask(); window.struck ??= Promise.resolve().then(strike) }
    return given
  }
  Object.defineProperty(window, "taliqAfter", {
    configurable: true, get: () => after, set: (given) => { after = given && listened(given) },
  })
  window.taliqAfter = after
}"""


def test_a_key_that_is_struck_as_the_rest_is_asked_for_is_not_lost(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude and before", "rude and after"))
    first = tab.card()
    tab.drawn()
    tab.page.evaluate(_STRUCK_WITH_THE_REST)
    tab.press("KeyS")
    tab.says(t("queue.looking_back", "ar"))
    assert tab.card() == first


def test_a_decision_of_the_list_comes_back_by_its_own_button(story, tab):
    told = []
    shown = [tab.card()]
    for _ in range(2):
        told.append(tab.body())
        shown.append(tab.decide("KeyF"))
    first, second, third = shown
    # The list comes after the card, and what was taken back before stands in it as well, without a button.
    ways_back = tab.main.locator(".tq-done-row", has=tab.page.locator("button"))
    for row, said in enumerate(reversed(told)):
        expect(ways_back.nth(row)).to_contain_text(said)
    ways_back.nth(1).get_by_role("button").click()
    assert tab.card(after=third) == first
    assert story.of(second) == ["approve"]


def test_the_keys_are_explained_and_rest_meanwhile(story, tab):
    first = tab.card()
    strike(tab, "؟", "Slash", modifiers=8)
    window = tab.page.get_by_role("dialog")
    expect(window).to_contain_text("Esc")
    tab.press("KeyD")
    tab.press("Escape")
    expect(window).to_have_count(0)
    tab.decide("KeyF")
    assert story.of(first) == ["approve"]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_way_back_from_the_search_leads_to_the_filtered_queue(app, sign_in, width):
    address = stock.pile(app.desk, "rude and looked up")
    tab = sign_in(stock.MODERATOR, at=address, width=width)
    first = tab.card()
    tab.press("Slash")
    expect(tab.page.get_by_role("heading", name=t("search.title", "ar"))).to_be_visible()
    tab.page.go_back()
    assert tab.card() == first
    assert tab.page.url.endswith(address)


@pytest.mark.parametrize("struck", [False, True])
def test_what_is_written_of_one_turn_is_one_step_back_however_long_the_server_takes(app, sign_in, struck):
    address = stock.pile(app.desk, "rude and slow")
    tab = sign_in(stock.MODERATOR, at=address)
    tab.card()
    write = "(url) => history.pushState(null, '', url)"
    tab.page.evaluate(write, "/")
    tab.page.wait_for_timeout(700)
    if struck:
        tab.press("Shift")
    tab.page.evaluate(write, "/search")
    tab.page.go_back()
    expect(tab.page).to_have_url(app.url + ("/" if struck else address))
    tab.drawn()


def test_the_tools_have_their_keys_in_a_narrow_window_as_well(tab):
    tab.card()
    tab.wear(420)
    for shown in ("queue_tools_focused", "queue_tools"):
        tab.until(tab.main.locator(f".st-key-{shown}"), lambda: tab.press("KeyZ"))
    window = tab.page.get_by_role("dialog")
    tab.until(window, lambda: strike(tab, "?", "Slash", modifiers=8))
    tab.press("Escape")
    expect(window).to_have_count(0)
    tab.wear()
