"""An invited colleague on a phone, in Arabic: in by the link, led to the second factor, and in again by its code."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.roles import Role
from moderation.service import entry, invitations, second_factor
from tests.builders import OPERATOR

pytestmark = pytest.mark.browser

PASSWORD = "tulip-seventeen-boat"
NAME = "nour"


@pytest.fixture
def required(app):
    """Of auditors, for this test alone: others share the desk."""
    rules = entry.rules(app.desk, OPERATOR)
    entry.set_rules(app.desk, OPERATOR, replace(rules, factor_roles=frozenset({Role.AUDITOR})))
    yield
    entry.set_rules(app.desk, OPERATOR, rules)


def labelled(tab, key: str):
    return tab.page.get_by_label(t(key, "ar"), exact=True)


def test_from_the_invitation_to_the_second_sign_in(app, visit, required):
    _, token = invitations.invite(app.desk, OPERATOR, Role.AUDITOR, display_name="نور")
    tab = visit(width=420)
    tab.page.goto(f"{app.url}/invite?token={token}")
    assert tab.layout() == ("ar", "rtl")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 420
    expect(labelled(tab, "access.invited.display_name")).to_have_value("نور")
    labelled(tab, "access.invited.name").fill(NAME)
    labelled(tab, "access.invited.password").fill(PASSWORD)
    tab.page.get_by_role("button", name=t("access.invited.action", "ar")).click()
    tab.drawn()
    assert token not in tab.page.url
    secret = led_to_the_factor(tab)
    signs_in_again(tab, app, secret)


def led_to_the_factor(tab) -> str:
    """Nothing but the second factor is there, whatever the address, until its codes are put away."""
    tab.page.goto(f"{tab.url}/audit")
    tab.drawn()
    tab.says(t("access.entry.locked_out", "ar"))
    expect(tab.page.get_by_test_id("stSidebarNavLink")).to_have_count(0)
    tab.button("account_factor_begin").click()
    secret = tab.main.get_by_test_id("stCode").locator("code").inner_text().strip()
    tab.main.get_by_label(t("api.code.label", "ar")).fill(pyotp.TOTP(secret).now())
    tab.button("account_factor_confirm").click()
    tab.says(t("account.factor.codes", "ar"))
    codes = tab.main.get_by_test_id("stCode").locator("code").inner_text().split()
    assert len(codes) == second_factor.RECOVERY_CODES
    tab.button("account_codes_taken").click()
    expect(tab.main).not_to_contain_text(codes[0])
    expect(tab.main.get_by_role("heading", name=t("shell.audit", "ar")).first).to_be_visible()
    return secret


def signs_in_again(tab, app, secret: str) -> None:
    tab.page.goto(f"{tab.url}/logout")
    tab.page.get_by_role("button", name=t("api.logout.action", "ar")).click()
    labelled(tab, "api.login.name").fill(NAME)
    labelled(tab, "api.login.password").fill(PASSWORD)
    tab.page.get_by_role("button", name=t("api.login.action", "ar"), exact=True).click()
    # A code counts once: the next half minute's is good already.
    code = pyotp.TOTP(secret).at(int(time.time()) + 30)
    tab.page.get_by_label(t("api.code.label", "ar")).fill(code)
    tab.page.get_by_role("button", name=t("api.login.action", "ar")).click()
    tab.drawn()
    expect(tab.page).to_have_url(re.compile(r"/(audit)?(\?.*)?$"))
    tab.go("/account")
    tab.says(t("account.sessions.here", "ar"))
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 420
