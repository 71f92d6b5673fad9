"""Every page in both directions, wide and narrow, light and dark.

Nothing is cut, lost, pale or untranslated, and nothing stands in the way of a screen reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from dashboard.i18n import t
from tests.amounts import amount
from tests.browser import stock
from tests.browser.looks import EYES, LOOKS, grave, looked_at
from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

ADDRESSES = [
    "/insights?period=quarter",
    "/insights?period=custom&since=2026-01-02&until=2026-01-01",
    "/insights?view=agenda&period=month",
    "/insights?view=event&period=month",
    "/audit?people=1",
    "/audit?log=desk",
    "/search?state=rejected",
    "/search?q=zz",
    "/account",
    "/model",
]
# Of what is made of the same parts one is enough in English, but for `TALIQ_FULL=1`.
IN_ENGLISH = amount([one for one in ADDRESSES if "custom" not in one and "view=" not in one], full=ADDRESSES)
AREAS = ["words", "staff", "entry", "keys", "sites", "models", "retention"]


def queue(tab: Tab, lang: str) -> Iterator[str]:
    tab.card()
    yield "queue"
    tab.answered(lambda: tab.press("KeyE"))
    tab.drawn()
    yield "reasons"
    tab.answered(lambda: tab.press("Escape"))
    for place, name in enumerate(("filters", "watch-list")):
        tab.main.get_by_test_id("stPopoverButton").nth(place).click()
        tab.page.get_by_test_id("stPopoverBody").wait_for()
        yield name
        tab.press("Escape")
        tab.page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer.locator("[class*=st-key-drawer_][class*=_sweep] label"), lambda: tab.press("KeyB"))
    drawer.locator("[class*=st-key-drawer_][class*=_sweep] label").click()
    drawer.locator(".tq-sample").wait_for()
    yield "drawer"
    tab.go()
    tab.card()
    tab.button("queue_help").click()
    tab.page.get_by_role("dialog").wait_for()
    yield "keys"


def pages(tab: Tab, lang: str) -> Iterator[str]:
    for address in ADDRESSES if lang == "ar" else IN_ENGLISH:
        tab.go(address)
        open_first(tab)
        if address.startswith("/audit?people"):
            tab.button("audit_verify").click()
            tab.main.locator(".tq-notice.tq-done").nth(1).wait_for()
        tab.drawn()
        yield address
    tab.go(f"/search?q={quote('وزير')}")
    yield "found"
    tab.main.locator(".tq-found-row a").first.click()
    tab.page.wait_for_url("**who=*")
    tab.drawn()
    yield "commenter"


def settings(tab: Tab, lang: str) -> Iterator[str]:
    tab.go("/settings?area=policy")
    yield "policy"
    for area in AREAS:
        tab.main.get_by_role("radio", name=t(f"settings.area.{area}", lang), exact=True).click()
        expect(tab.page).to_have_url(re.compile(f"area={area}$"))
        tab.drawn()
        open_first(tab)
        tab.drawn()
        yield area
    for address in ("/logout", "/login"):
        tab.page.goto(tab.url + address)
        yield address


def open_first(tab: Tab) -> None:
    for summary in tab.main.locator("details:not([open]) > summary").all()[:1]:
        summary.click()


# axe-core has seen enough with Arabic, but for `TALIQ_FULL=1`.
BY_AXE = amount(["ar"], full=list(LOOKS))


@pytest.mark.timeout(amount(300, full=900))
@pytest.mark.parametrize(
    ("views", "lang"),
    amount(
        [(queue, "ar"), (pages, "ar"), (settings, "ar"), (pages, "en"), (settings, "en")],
        full=list(product([queue, pages, settings], LOOKS)),
    ),
)
def test_a_careful_look_finds_nothing_wrong(sign_in, views: Callable[[Tab, str], Iterator[str]], lang: str):
    """Each of the views brings one thing after another on the screen and names it."""
    tab = sign_in(stock.ADMIN, lang=lang)
    by_axe = lang in BY_AXE
    wrong = [f"{name}: {one}" for name in views(tab, lang) for one in looked_at(tab, LOOKS[lang], by_axe=by_axe)]
    assert not wrong, "\n".join(wrong)


# What a careless change would do to the page, and what the eyes call it.
FAULTS = [
    (
        "cut",
        "document.querySelector('.tq-buttons button').style.cssText = "
        "'min-width: 0; max-width: 20px; width: 20px; overflow: hidden; white-space: nowrap'",
    ),
    (
        "cut",
        "document.querySelector('.tq-why h2').style.cssText = 'width: 20px; overflow: hidden; white-space: nowrap'",
    ),
    ("foreign", "document.querySelector('.tq-why h2').textContent = 'Why it waits'"),
    ("spoken", "document.querySelector('.tq-why h2').title = 'Why it waits'"),
    ("untranslated", "document.querySelector('.tq-why h2').textContent = 'queue.why'"),
    ("sideways", "document.querySelector('.tq-card').style.minWidth = '3000px'"),
    (
        "pale",
        "document.querySelector('.tq-why h2').style.cssText = 'transition: none !important; color: #ddd !important'",
    ),
]


@pytest.mark.parametrize(("kind", "fault"), FAULTS, ids=lambda part: part if part.isalpha() else "")
def test_the_careful_look_sees_what_is_wrong(app, sign_in, kind, fault):
    tab = sign_in(stock.MODERATOR, at=stock.pile(app.desk, "rude 1"))
    tab.card()
    # In one go: the panels beside the card draw themselves anew a moment after it, and would mend the fault.
    assert kind in tab.page.evaluate(f"() => {{ {fault}; return (\n{EYES}\n)() }}")


def test_axe_finds_what_is_wrong(sign_in):
    tab = sign_in(stock.ADMIN)
    tab.card()
    tab.page.evaluate(
        "document.querySelector('[data-testid=stMain]').insertAdjacentHTML('beforeend', '<img src=\"\">')"
    )
    assert any(one.startswith("image-alt") for one in grave(tab))
