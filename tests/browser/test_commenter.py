"""The drawer of who wrote a comment, opened by a key, and a measure taken in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.i18n import plural, t
from moderation.comment import Status
from moderation.decision import Cause
from moderation.measure import MeasureKind
from moderation.search import SearchFilter
from moderation.service import commenters, intake, search
from tests.amounts import LANGUAGES
from tests.browser import stock
from tests.builders import OPERATOR, SITE, incoming

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c_opens_the_drawer_and_a_ban_chosen_there_by_keys_works_at_once(app, sign_in, lang):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, f"rude and alone in {lang}"), lang=lang)
    card = tab.card()
    with app.desk.read() as uow:
        comment = uow.comments.get(card)
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer, lambda: tab.press("KeyC"))
    expect(drawer).to_contain_text(t("commenter.act", lang))
    reach(tab, drawer.locator("summary").first)
    tab.press("Enter")
    kind = drawer.get_by_role("radio", name=t("common.measure.warn", lang), exact=True)
    reach(tab, kind)
    for _ in range(3):
        tab.press(towards_the_end(lang))
    expect(drawer.get_by_role("radio", name=t("common.measure.ban", lang), exact=True)).to_be_focused()
    tab.press("Enter")
    expect(drawer).to_contain_text(t("commenter.effect.ban", lang))
    # No key decides while the drawer is open.
    tab.press("KeyF")
    drawer.get_by_text(t("common.reason.harassment", lang), exact=True).click()
    do = drawer.get_by_role("button", name=t("commenter.do.ban", lang), exact=True)
    expect(do).to_be_enabled()
    do.click()
    expect(drawer.locator(".tq-measure")).to_have_count(1)
    found = commenters.profile(app.desk, OPERATOR, comment.commenter_id, site=SITE)
    assert found.standing.kind is MeasureKind.BAN
    sent = incoming("A civil thought", commenter_id=found.commenter.external_id, created_at=app.desk.now())
    assert intake.submit(app.desk, OPERATOR, [sent], site=SITE)[0].causes == (Cause.BANNED,)
    tab.press("Escape")
    expect(drawer).to_have_count(0)
    assert tab.card() == card


def test_escape_is_heard_while_the_focus_is_nowhere(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude and looked at"))
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer, lambda: tab.press("KeyC"))
    # As when the button that was clicked gives way. The browser needs a frame to bring the focus back into the drawer.
    tab.page.evaluate(_ESCAPE_FROM_NOWHERE)
    expect(drawer).to_have_count(0)


_ESCAPE_FROM_NOWHERE = """() => {
  document.activeElement.blur()
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }))
}"""


def reach(tab, wanted) -> None:
    """By Tab from where the focus is."""
    wanted.wait_for()
    for _ in range(30):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        tab.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")


def towards_the_end(lang: str) -> str:
    return "ArrowLeft" if lang == "ar" else "ArrowRight"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_ban_with_what_was_said_before_is_given_by_keys_alone_and_each_taken_back(app, sign_in, lang):
    author = f"given-by-keys-{lang}"
    bodies = [f"rude number {number} in {lang}" for number in range(3)]
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, *bodies, commenter_id=author), lang=lang)
    who = author_of(app, tab.card())
    drawer = tab.page.get_by_role("dialog")
    first = drawer.locator("[class*=st-key-drawer_][class*=_reason] button").first
    tab.until(first, lambda: tab.press("KeyB"))
    expect(first).to_be_focused()
    tab.press(towards_the_end(lang))
    tab.press("Enter")
    do = drawer.get_by_role("button", name=t("commenter.do.ban", lang), exact=True)
    expect(do).to_be_enabled()
    sweep = drawer.get_by_role("checkbox", name=plural("commenter.sweep", 3, lang))
    reach(tab, sweep)
    tab.press("Space")
    expect(drawer.locator(".tq-sample li")).to_have_count(3)
    expect(drawer.locator(".tq-sample")).to_contain_text(bodies[1])
    reach(tab, do)
    tab.press("Enter")
    expect(drawer).to_contain_text(t("commenter.done.ban", lang))
    expect(drawer).to_contain_text(plural("search.done.reject", 3, lang))
    expect(drawer).to_contain_text(t("sweep.apart", lang))
    assert statuses(app, who) == {Status.REJECTED}
    reach(tab, drawer.get_by_role("button", name=t("sweep.undo", lang)))
    tab.press("Enter")
    expect(drawer).to_contain_text(plural("search.undone", 3, lang))
    assert statuses(app, who) == {Status.PENDING}
    assert commenters.profile(app.desk, OPERATOR, who, site=SITE).standing.kind is MeasureKind.BAN
    lift = drawer.get_by_role("button", name=t("commenter.lift", lang), exact=True)
    reach(tab, lift)
    tab.press("Enter")
    expect(lift).to_have_count(0)
    assert commenters.profile(app.desk, OPERATOR, who, site=SITE).standing is None


def test_what_a_sweep_decided_gives_way_once_the_drawer_is_closed(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude of one", "rude of another"))
    card = tab.card()
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer, lambda: tab.press("KeyB"))
    drawer.get_by_text(t("common.reason.spam", "ar"), exact=True).click()
    drawer.get_by_text(plural("commenter.sweep", 1, "ar")).click()
    drawer.locator(".tq-sample").wait_for()
    drawer.get_by_role("button", name=t("commenter.do.ban", "ar"), exact=True).click()
    drawer.get_by_role("button", name=t("sweep.undo", "ar")).wait_for()
    tab.press("Escape")
    assert author_of(app, tab.card(after=card)) != author_of(app, card)
    expect(drawer).to_have_count(0)


def author_of(app, comment_id: int) -> int:
    with app.desk.read() as uow:
        return uow.comments.get(comment_id).commenter_id


def statuses(app, who: int) -> set[Status]:
    rows = search.find(app.desk, OPERATOR, site=SITE, where=SearchFilter(commenter_id=who)).rows
    return {row.comment.status for row in rows}


def test_a_sweep_is_taken_back_in_the_drawer_and_a_double_click_bans_once(app, sign_in):
    bodies = [f"rude and many {number}" for number in range(300)]
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, *bodies, commenter_id="of-many-words"))
    who = author_of(app, tab.card())
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer, lambda: tab.press("KeyB"))
    drawer.get_by_text(t("common.reason.spam", "ar"), exact=True).click()
    drawer.get_by_text(plural("commenter.sweep", 300, "ar")).click()
    expect(drawer.locator(".tq-sample li")).to_have_count(6)
    drawer.get_by_role("button", name=t("commenter.do.ban", "ar"), exact=True).dblclick()
    undo = drawer.get_by_role("button", name=t("sweep.undo", "ar"))
    undo.wait_for()
    expect(drawer).to_contain_text(plural("search.done.reject", 300, "ar"))
    expect(drawer.locator(".tq-measure")).to_have_count(1)
    assert statuses(app, who) == {Status.REJECTED}
    undo.click()
    expect(drawer).to_contain_text(plural("search.undone", 300, "ar"))
    expect(undo).to_have_count(0)
    assert statuses(app, who) == {Status.PENDING}
    assert len(commenters.profile(app.desk, OPERATOR, who, site=SITE).measures) == 1


def test_a_half_written_note_is_of_one_commenter_and_gone_once_it_is_kept(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude 1", "rude 2"))
    drawer = tab.page.get_by_role("dialog")
    note = drawer.locator("[class*=st-key-drawer_][class*=_remark] input")
    first = tab.card()
    tab.until(note, lambda: tab.press("KeyC"))
    # A key that is struck while the drawer is drawn to its end goes to a field that is not there any more.
    tab.drawn()
    note.press_sequentially("of the first")
    expect(note).to_have_value("of the first")
    tab.press("Escape")
    tab.press("Escape")
    expect(drawer).to_have_count(0)
    tab.drawn()
    # Of another commenter nothing is half written.
    second = tab.decide("KeyS")
    tab.until(drawer, lambda: tab.press("KeyC"))
    # The first one's field may stand there until the other's drawer is drawn to its end.
    expect(note).to_have_count(1)
    looked_into(note, "")
    tab.press("Escape")
    expect(drawer).to_have_count(0)
    # The page is drawn anew as the drawer closes, and a key that is struck meanwhile may be lost.
    tab.until(tab.main.locator(f".tq-card[data-comment='{first}']"), lambda: tab.press("KeyK"))
    tab.card(after=second)
    tab.until(drawer, lambda: tab.press("KeyC"))
    tab.drawn()
    expect(note).to_have_count(1)
    looked_into(note, "of the first")
    drawer.get_by_role("button", name=t("commenter.note.add", "ar"), exact=True).click()
    expect(drawer).to_contain_text(t("commenter.note.added", "ar"))
    # The field that held it stands beside the new one until the drawer is drawn to its end.
    tab.drawn()
    expect(note).to_have_value("")
    looked_into(note, "")


def looked_into(note, value: str) -> None:
    """Where a draft would come back: on entering the field, and a while later."""
    note.page.wait_for_timeout(400)
    note.blur()
    note.focus()
    note.page.wait_for_timeout(400)
    expect(note).to_have_value(value)
