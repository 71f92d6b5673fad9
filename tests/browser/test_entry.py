"""In by an invitation, then by a password and a code, and by the newsroom's own identity provider."""

from __future__ import annotations

import re
import warnings

import pyotp
import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.roles import Role
from moderation.service import accounts, invitations, provider
from tests.browser import stock
from tests.browser.served import served
from tests.browser.visitors import Look
from tests.builders import OPERATOR

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

# The provider runs in this process, on parts of Authlib that will move.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
NAME, PASSWORD = "nadia.k", "tulip-seventeen-boat"
ADDRESS = "salma@news.example"


def fill(tab, **given: str) -> None:
    for label, text in given.items():
        tab.page.locator(f"[name={label}]").fill(text)
    tab.page.locator("form button[type=submit]").click()


def test_an_invited_person_comes_in_and_sets_up_a_second_factor(app, visit, watch):
    _, token = invitations.invite(app.desk, OPERATOR, Role.AUDITOR, display_name="نادية")
    tab = visit()
    tab.page.goto(f"{app.url}/invite?token={token}")
    expect(tab.page.get_by_role("heading")).to_have_text(t("access.invited.title", "ar"))
    assert tab.layout() == ("ar", "rtl")
    watch.expect(r"console: Failed to load resource: .* 40[01] ")
    fill(tab, name=NAME, password="password1")
    expect(tab.page.get_by_role("alert")).to_be_visible()
    fill(tab, password=PASSWORD)
    tab.drawn()
    expect(tab.main.locator(".st-key-audit_verify")).to_be_visible()

    tab.go("/account")
    tab.main.locator(".st-key-account_factor_present input").fill(PASSWORD)
    tab.main.locator(".st-key-account_factor_begin button").click()
    expect(tab.main.locator(".st-key-account_code input")).to_be_focused()
    secret = tab.main.get_by_test_id("stCode").inner_text().strip()
    expect(tab.main.locator(".tq-square img")).to_be_visible()
    used = pyotp.TOTP(secret).now()
    confirm(tab, used)
    codes = tab.main.get_by_test_id("stCode").inner_text().split()
    assert len(codes) == 10
    expect(tab.main.locator(".st-key-account_codes_taken button")).to_be_focused()
    tab.press("Enter")
    tab.says(t("account.factor.on", "ar"))
    expect(tab.main.locator(".st-key-account_factor_remove button")).to_be_focused()

    other = visit()
    other.page.goto(f"{app.url}/login")
    fill(other, name=NAME, password=PASSWORD)
    expect(other.page.get_by_role("heading")).to_have_text(t("api.code.title", "ar"))
    # The code that was used to turn it on is not good a second time.
    fill(other, code=used)
    expect(other.page.get_by_role("alert")).to_have_text(t("api.code.wrong", "ar"))
    fill(other, code=codes[0])
    other.drawn()
    expect(other.main.locator(".st-key-audit_verify")).to_be_visible()


def confirm(tab, code: str) -> None:
    field = tab.main.locator(".st-key-account_code input")
    field.fill(code)
    field.press("Enter")
    tab.main.locator(".st-key-account_factor_confirm button").click()
    expect(tab.main.locator(".st-key-account_codes_taken")).to_be_visible()


def test_the_newsroom_s_provider_lets_in_whom_the_desk_expects(visitors, demo_template, tmp_path, watch):
    users = [
        User(sub="s-salma", claims={"email": ADDRESS, "email_verified": True, "name": "سلمى"}),
        User(sub="s-else", claims={"email": "else@news.example", "email_verified": True, "name": "Else"}),
    ]
    with run_server_in_thread(user_claims=users) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        settings = {
            "TALIQ_OIDC_ISSUER": issuer,
            "TALIQ_OIDC_CLIENT_ID": "taliq-desk",
            "TALIQ_OIDC_CLIENT_SECRET": "a secret",
            "TALIQ_OIDC_NAME": "مؤسستنا",
        }
        with served(stock.copy_of(demo_template, tmp_path), tmp_path, settings=settings) as app:
            provider.expect(app.desk, OPERATOR, stock.EDITOR, ADDRESS, issuer=issuer)
            # Its page asks a third host for its looks.
            watch.expect(rf"request to another host: {issuer}", r"cdn\.jsdelivr\.net", f"console: .*{issuer}")
            comes(visitors.fresh(app, Look()), "s-salma")
            watch.expect(r"console: Failed to load resource: .* 403 ")
            stranger = visitors.fresh(app, Look(lang="en"))
            agree(stranger, "s-else")
            expect(stranger.page.locator("main")).to_contain_text(t("access.provider.unknown", "en"))
            assert {one.name for one in accounts.staff(app.desk, OPERATOR)} >= {stock.EDITOR}
            visitors.leave(app)
            visitors.leave_fresh()
        assert "Traceback" not in app.said()


def comes(tab, sub: str) -> None:
    agree(tab, sub)
    tab.drawn()
    expect(tab.page).to_have_url(re.compile(r"/insights"))
    expect(tab.main.get_by_role("heading", level=1)).to_be_visible()


def agree(tab, sub: str) -> None:
    tab.page.goto(f"{tab.url}/login?next=/insights")
    tab.page.locator("a[href^='/login/provider']").click()
    tab.page.locator("input[name=sub]").fill(sub)
    tab.page.locator("button[type=submit], input[type=submit]").first.click()
