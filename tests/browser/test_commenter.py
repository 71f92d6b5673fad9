"""The drawer of who wrote a comment, opened by a key, and a measure taken in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.decision import Cause
from moderation.measure import MeasureKind
from moderation.service import commenters, intake
from tests.browser import stock
from tests.builders import OPERATOR, SITE, incoming

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_b_opens_the_drawer_and_a_ban_works_at_once(app, sign_in, lang):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, f"rude and alone in {lang}"), lang=lang)
    card = tab.card()
    with app.desk.read() as uow:
        comment = uow.comments.get(card)
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer, lambda: tab.press("KeyB"))
    expect(drawer).to_contain_text(t("commenter.act", lang))
    drawer.locator("summary").click()
    ban = drawer.get_by_text(t("common.measure.ban", lang), exact=True)
    tab.until(drawer.get_by_text(t("commenter.effect.ban", lang)), ban.click)
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


def test_a_half_written_note_is_of_one_commenter_and_gone_once_it_is_kept(app, sign_in):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude 1", "rude 2"))
    drawer = tab.page.get_by_role("dialog")
    note = drawer.locator("[class*=st-key-drawer_][class*=_remark] input")
    first = tab.card()
    tab.until(note, lambda: tab.press("KeyB"))
    note.press_sequentially("of the first")
    tab.press("Escape")
    tab.press("Escape")
    expect(drawer).to_have_count(0)
    # Of another commenter nothing is half written.
    tab.decide("KeyS")
    tab.until(drawer, lambda: tab.press("KeyB"))
    # The first one's field may stand there until the other's drawer is drawn to its end.
    expect(note).to_have_count(1)
    looked_into(note, "")
    tab.press("Escape")
    expect(drawer).to_have_count(0)
    tab.answered(lambda: tab.press("KeyK"))
    assert tab.card() == first
    tab.until(drawer, lambda: tab.press("KeyB"))
    expect(note).to_have_count(1)
    looked_into(note, "of the first")
    drawer.get_by_role("button", name=t("commenter.note.add", "ar"), exact=True).click()
    expect(drawer).to_contain_text(t("commenter.note.added", "ar"))
    expect(note).to_have_value("")
    looked_into(note, "")


def looked_into(note, value: str) -> None:
    """Where a draft would come back: on entering the field, and a while later."""
    note.page.wait_for_timeout(400)
    note.blur()
    note.focus()
    note.page.wait_for_timeout(400)
    expect(note).to_have_value(value)
