"""Pictures of every page of the demo newsroom: `python -m tests.browser.screenshots FOLDER`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium, seldom, stock
from tests.browser.served import Served, served
from tests.browser.tab import Tab
from tests.browser.visitors import Look, Visitors
from tests.browser.watch import Watch

LOOKS = [
    Look(lang=lang, scheme=scheme, width=width)
    for lang, scheme, width in product(("ar", "en"), ("light", "dark"), (1440, 420))
]

# Name, address, and how many charts to wait for.
_PAGES = (
    ("insights-now", "/insights?period=month", 4),
    ("insights-conversation", "/insights?view=conversation&period=month", 9),
    ("insights-agenda", "/insights?view=agenda&period=month", 2),
    ("insights-desk", "/insights?view=desk&period=month", 8),
    ("insights-readers", "/insights?view=readers&period=month", 4),
    ("insights-event", "/insights?view=event&period=month", 2),
    ("audit", "/audit?people=1", 0),
    ("search", "/search?q=%D9%88%D8%B2%D9%8A%D8%B1", 0),
    ("alike", "/alike", 0),
    ("domains", "/domains?domain=spam.example", 0),
    ("model", "/model", 3),
    ("settings", "/settings", 0),
    ("settings-staff", "/settings?area=staff", 0),
    ("settings-entry", "/settings?area=entry", 0),
    ("settings-keys", "/settings?area=keys", 0),
    ("settings-models", "/settings?area=models", 0),
    ("settings-retention", "/settings?area=retention", 0),
    ("account", "/account", 0),
)


Views = Callable[[Tab, Served], Iterator[str]]


def main(folder: str) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        path = chromium.program(playwright)
        if path is None:
            sys.exit(chromium.MISSING)
        database = f"sqlite:///{scratch}/taliq.sqlite"
        stock.load_demo(database)
        with chromium.launched(playwright, path) as browser, served(database, Path(scratch)) as app:
            for views, look in product((every_page, seldom_seen), LOOKS):
                take(browser, app, look, views, out)


def take(browser: Browser, app: Served, look: Look, views: Views, out: Path) -> None:
    visitors = Visitors(browser=browser, watch=Watch())
    tab = visitors.fresh(app, look)
    for name in views(tab, app):
        tab.page.screenshot(path=out / f"{name}-{look.lang}-{look.scheme}-{look.width}.png")
    visitors.leave_fresh()


def every_page(tab: Tab, app: Served) -> Iterator[str]:
    """Opens one after another; what is yielded names what is on the screen."""
    tab.page.goto(f"{app.url}/login")
    yield "sign-in"
    tab.page.goto(app.link(stock.ADMIN))
    tab.drawn()
    tab.card()
    yield "queue"
    tab.answered(tab.button("queue_other_").click)
    tab.main.locator("[class*=st-key-queue_note_] input").wait_for()
    tab.drawn()
    yield "queue-reasons"
    for name, path, drawn in _PAGES:
        tab.go(path)
        if drawn:
            tab.main.get_by_test_id("stVegaLiteChart").nth(drawn - 1).locator("svg").wait_for()
        yield name


def seldom_seen(tab: Tab, app: Served) -> Iterator[str]:
    """What must be brought about, which leaves its traces in the newsroom."""
    tab.page.goto(app.link(stock.ADMIN))
    tab.drawn()
    yield from seldom.of_many(tab, app.desk)
    tab.page.goto(app.link(stock.MODERATOR))
    tab.drawn()
    desked = seldom.Desked(app.desk)
    for views in seldom.AT_THE_DESK:
        yield from views(tab, desked)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
