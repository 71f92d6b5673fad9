"""In by a link or a password, out by the menu, and out at the next click where the session was ended elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard.cookies import SESSION_COOKIE
from dashboard.i18n import t
from moderation.roles import Session
from moderation.service import accounts
from tests.browser import stock
from tests.builders import OPERATOR

pytestmark = pytest.mark.browser

REFUSED = r"console: Failed to load resource: .* 40[13] "


def cookie(tab) -> dict:
    return next((one for one in tab.page.context.cookies() if one["name"] == SESSION_COOKIE), {})


def fill(tab, password: str) -> None:
    tab.page.get_by_label(t("api.login.name", "ar")).fill(stock.MODERATOR)
    tab.page.get_by_label(t("api.login.password", "ar")).fill(password)
    tab.page.get_by_role("button", name=t("api.login.action", "ar")).click()


def test_a_password_leads_where_one_was_going(visit, watch):
    tab = visit()
    tab.page.goto(f"{tab.url}/?age=over_hour")
    expect(tab.page).to_have_url(re.compile(r"/login\?next="))
    assert tab.layout() == ("ar", "rtl")
    watch.expect(REFUSED)
    fill(tab, "not this one")
    expect(tab.page.get_by_role("alert")).to_have_text(t("api.login.wrong", "ar"))
    assert cookie(tab) == {}
    fill(tab, stock.PASSWORD)
    tab.drawn()
    expect(tab.page).to_have_url(f"{tab.url}/?age=over_hour")
    tab.card()


def test_no_script_can_read_the_session(sign_in):
    tab = sign_in(stock.MODERATOR)
    found = cookie(tab)
    assert (found["httpOnly"], found["sameSite"]) == (True, "Lax")
    assert found["value"] not in tab.page.evaluate("document.cookie")
    assert found["value"] not in tab.page.content()


def test_a_link_works_once(app, visit, watch):
    link = app.link(stock.MODERATOR)
    first, second = visit(), visit()
    first.page.goto(link)
    first.drawn()
    assert "token" not in first.page.url
    watch.expect(REFUSED)
    second.page.goto(link)
    expect(second.page.get_by_role("heading")).to_have_text(t("api.link.used.title", "ar"))
    assert cookie(second) == {}


def test_signing_out_ends_every_tab_of_the_browser(sign_in, story, watch):
    tab = sign_in(stock.COLLEAGUE, fresh=True)
    comment_id = tab.card()
    other = tab.page.context.new_page()
    other.goto(f"{tab.url}/login")
    other.goto(f"{tab.url}/logout")
    other.get_by_role("button", name=t("api.logout.action", "ar")).click()
    expect(other).to_have_url(f"{tab.url}/login")
    assert cookie(tab) == {}
    sees_the_end(tab)
    assert story.of(comment_id) == []
    tab.page.goto(tab.url)
    expect(tab.page).to_have_url(f"{tab.url}/login")


def test_the_side_bar_leads_out(sign_in):
    tab = sign_in(stock.EDITOR, fresh=True)
    tab.page.get_by_role("link", name=t("shell.sign_out", "ar")).click()
    tab.page.get_by_role("button", name=t("api.logout.action", "ar")).click()
    expect(tab.page).to_have_url(f"{tab.url}/login")


def test_a_revoked_session_ends_at_the_next_click(app, sign_in, story):
    tab = sign_in(stock.COLLEAGUE, fresh=True)
    comment_id = tab.card()
    accounts.sign_out(app.desk, Session(token_hash=accounts.token_hash(cookie(tab)["value"])))
    sees_the_end(tab)
    assert story.of(comment_id) == []


def test_a_decision_after_the_end_of_a_session_is_told_for_what_it_was(app, sign_in, story):
    tab = sign_in(stock.COLLEAGUE, fresh=True)
    comment_id = tab.card()
    accounts.sign_out(app.desk, Session(token_hash=accounts.token_hash(cookie(tab)["value"])))
    sees_the_end(tab)
    tab.page.goto(app.link(stock.COLLEAGUE))
    tab.drawn()
    tab.says("أو انتهت جلستك قبل أن يُسجَّل قرارك الأخير")
    assert tab.card() == comment_id
    assert story.of(comment_id) == []


def test_a_deactivated_account_ends_at_the_next_click(app, sign_in, story):
    tab = sign_in(stock.COLLEAGUE, fresh=True)
    comment_id = tab.card()
    accounts.deactivate(app.desk, OPERATOR, stock.COLLEAGUE)
    try:
        sees_the_end(tab)
    finally:
        accounts.reactivate(app.desk, OPERATOR, stock.COLLEAGUE)
    assert story.of(comment_id) == []


def sees_the_end(tab) -> None:
    tab.press("KeyF")
    tab.says(t("errors.unauthenticated", "ar"))
    expect(tab.main.locator(".tq-card")).to_have_count(0)
    expect(tab.main.get_by_role("link", name=t("shell.sign_in", "ar"))).to_be_visible()
