"""Each role sees its own pages, and nothing of another's under any address."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from moderation.roles import Role
from tests.access.pages import PAGES
from tests.amounts import amount
from tests.browser import stock

pytestmark = pytest.mark.browser

TITLES = {
    "queue": "queue.title",
    "insights": "shell.insights",
    "audit": "shell.audit",
    "search": "search.title",
    "alike": "alike.title",
    "domains": "domains.title",
    "model": "shell.model",
    "settings": "shell.settings",
}
ROLES = {
    stock.MODERATOR: Role.MODERATOR,
    stock.EDITOR: Role.EDITOR,
    stock.AUDITOR: Role.AUDITOR,
    stock.ADMIN: Role.ADMIN,
}
OPENED = {name: [page for page in TITLES if role in PAGES[page]] for name, role in ROLES.items()}
# What only the page itself can show.
MARKS = {
    "queue": ".tq-card, .tq-empty, .tq-recent",
    "insights": "[data-testid=stMetric], [data-testid=stVegaLiteChart]",
    "audit": ".st-key-audit_verify",
    "search": ".st-key-search_filters",
    "alike": ".st-key-alike_among",
    "domains": ".st-key-domains_list",
    "model": ".tq-origin",
    "settings": ".st-key-policy_publish, .st-key-area",
}


@pytest.mark.parametrize("name", OPENED)
def test_a_role_sees_its_pages_and_no_other(sign_in, name):
    tab = sign_in(name)
    opened = OPENED[name]
    expect(tab.main.locator(MARKS[opened[0]]).first).to_be_visible()
    links = tab.page.get_by_test_id("stSidebarNavLink")
    # Streamlit draws no list of one page.
    expect(links).to_have_count(len(opened) if len(opened) > 1 else 0)
    for link, page in zip(links.all(), opened, strict=False):
        expect(link).to_contain_text(t(TITLES[page], "ar"))
        link.click()
        expect(tab.main.locator(MARKS[page]).first).to_be_visible()


@pytest.mark.parametrize("name", [name for name in OPENED if set(OPENED[name]) < set(TITLES)])
def test_an_address_typed_by_hand_opens_no_more_than_the_role(sign_in, name):
    tab = sign_in(name)
    closed = [page for page in list(TITLES)[1:] if page not in OPENED[name]]
    # The rest is asked of the pages without a browser; here too by `TALIQ_FULL=1`.
    for page in amount(closed[-2:], full=closed):
        tab.go(f"/{page}")
        tab.says(t("errors.forbidden", "ar"))
        for mark in MARKS.values():
            expect(tab.main.locator(mark)).to_have_count(0)


def test_who_reviews_nothing_begins_elsewhere(sign_in):
    tab = sign_in(stock.AUDITOR)
    expect(tab.page).to_have_url(f"{tab.url}/audit")
    expect(tab.main.locator(MARKS["queue"])).to_have_count(0)


@pytest.mark.parametrize(("name", "status"), [(stock.MODERATOR, 403), (stock.EDITOR, 403), (stock.AUDITOR, 200)])
def test_the_log_is_exported_by_those_who_may_read_it(sign_in, name, status):
    tab = sign_in(name)
    answer = tab.page.request.get(f"{tab.url}/export/audit.jsonl?site=al-marsad", max_retries=2)
    assert answer.status == status
    if status == 403:
        assert "root" not in answer.text()
