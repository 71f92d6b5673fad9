"""What axe-core finds wrong on the pages of the dashboard: nothing serious, in either language, light or dark."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.amounts import amount
from tests.browser import stock

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
# Every kind of page and of part, a few to a look: each takes a second.
ADDRESSES = [
    f"/search?q={quote('وزير')}",
    "/insights?period=month",
    "/insights?view=agenda&period=month",
    "/insights?view=event&period=month",
    "/audit?people=1",
    "/alike",
    "/domains?domain=spam.example",
    "/account",
    "/model",
    "/settings?area=policy",
    "/settings?area=staff",
    "/settings?area=models",
]
# What a narrow window or a dark theme can bring about. A page is loaded once, and looked at as both change.
LOOKED_AT = ["color-contrast", "scrollable-region-focusable", "target-size"]

# Of a chart its name is looked at, not the thousand marks that it is drawn with; they too by `TALIQ_FULL=1`.
WHERE = amount({"exclude": [[".vega-embed svg *"]]}, full=None)


def grave(tab, **options) -> list[str]:
    options = {"resultTypes": ["violations"], "preload": False, **options}
    found = Axe().run(tab.page, context=WHERE, options=options).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found if one["impact"] in GRAVE for node in one["nodes"]]


def looks(tab) -> list[str]:
    wide = grave(tab)
    tab.wear(420, "dark")
    narrow = grave(tab, **amount({"runOnly": LOOKED_AT}, full={}))
    tab.wear()
    return wide + [f"narrow and dark: {one}" for one in narrow]


def views(tab, lang: str):
    tab.card()
    yield "queue"
    tab.answered(lambda: tab.press("KeyE"))
    tab.drawn()
    yield "reasons"
    tab.answered(lambda: tab.press("Escape"))
    drawer = tab.page.get_by_role("dialog")
    tab.until(drawer, lambda: tab.press("KeyB"))
    yield "drawer"
    # English is made of the same parts: the card is enough, but for `TALIQ_FULL=1`.
    if lang not in amount(["ar"], full=["ar", "en"]):
        return
    for address in ADDRESSES:
        tab.go(address)
        yield address
    tab.go(ADDRESSES[0])
    tab.main.locator(".tq-found-row a").first.click()
    tab.page.wait_for_url("**who=*")
    tab.drawn()
    yield "commenter"
    for address in ("/logout", "/login"):
        tab.page.goto(tab.url + address)
        yield address


@pytest.mark.timeout(amount(300, full=900))
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_nothing_stands_in_the_way_of_a_screen_reader(sign_in, lang):
    tab = sign_in(stock.ADMIN, lang=lang)
    wrong = [f"{name}: {one}" for name in views(tab, lang) for one in looks(tab)]
    assert not wrong, "\n".join(wrong)


def test_the_look_finds_what_is_wrong(sign_in):
    tab = sign_in(stock.ADMIN)
    tab.card()
    tab.page.evaluate(
        "document.querySelector('[data-testid=stMain]').insertAdjacentHTML('beforeend', '<img src=\"\">')"
    )
    assert any(one.startswith("image-alt") for one in grave(tab))
