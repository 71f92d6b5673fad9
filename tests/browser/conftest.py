"""A real Chromium before the real application; whatever a page may never do fails the test that it happened in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from sqlalchemy.engine import URL

from tests import postgres
from tests.amounts import amount
from tests.browser import chromium, stock
from tests.browser.served import Served, served
from tests.browser.story import Story
from tests.browser.tab import Tab
from tests.browser.visitors import PATIENCE_MS, Look, Visitors
from tests.browser.watch import Watch

# While Playwright is started, this thread has a running event loop, which tests elsewhere must not find: so its life
# is that of this package's tests.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """A failure shows what was on the screens and what the application said."""
    report = yield
    given = getattr(item, "funcargs", {})
    if report.failed and call.when == "call" and "visitors" in given and "app" in given:
        report.sections.append(("screens", given["visitors"].screens()))
        report.sections.append(("application", given["app"].said()[-2_000:]))
    return report


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = chromium.program(playwright, light=True)
    if path is None:
        pytest.skip(chromium.MISSING)
    with chromium.launched(playwright, path) as started:
        yield started


@pytest.fixture(scope="package")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "taliq.sqlite"
    stock.load_demo(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="package")
def demo_template_postgres(postgres_server: URL) -> Iterator[str]:
    url = postgres.create(postgres_server)
    stock.load_demo(url.render_as_string(hide_password=False))
    yield str(url.database)
    postgres.drop(postgres_server, url)


@pytest.fixture(scope="package")
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="package")
def visitors(browser: Browser, watch: Watch) -> Visitors:
    return Visitors(browser=browser, watch=watch)


@pytest.fixture(scope="package")
def shared_app(visitors: Visitors, demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("shared")
    yield from _at_work(visitors, stock.copy_of(demo_template, folder), folder)


@pytest.fixture(scope="package")
def shared_postgresql_app(
    visitors: Visitors,
    postgres_server: URL,
    demo_template_postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    yield from _on_postgresql(visitors, postgres_server, demo_template_postgres, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def sqlite_app(visitors: Visitors, demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("own")
    yield from _at_work(visitors, stock.copy_of(demo_template, folder), folder)


@pytest.fixture(scope="module")
def postgresql_app(
    visitors: Visitors,
    postgres_server: URL,
    demo_template_postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    yield from _on_postgresql(visitors, postgres_server, demo_template_postgres, tmp_path_factory.mktemp("own"))


def _on_postgresql(visitors: Visitors, server: URL, template: str, folder: Path) -> Iterator[Served]:
    url = postgres.create(server, template=template)
    yield from _at_work(visitors, url.render_as_string(hide_password=False), folder)
    postgres.drop(server, url)


def _at_work(visitors: Visitors, database: str, folder: Path) -> Iterator[Served]:
    with served(database, folder) as application:
        yield application
        visitors.leave(application)
    assert "Traceback" not in application.said()


@pytest.fixture(scope="module", params=amount(None, full=["shared_app", "shared_postgresql_app"]))
def app(request: pytest.FixtureRequest) -> Served:
    """The application on the demo newsroom: one that all share, or one of the module's own, as `OWN` or `BOTH` says.

    Whatever a test shares, `TALIQ_FULL=1` runs it on both databases.
    """
    application: Served = request.getfixturevalue(getattr(request, "param", "shared_app"))
    return application


@pytest.fixture(autouse=True)
def watched(watch: Watch, visitors: Visitors) -> Iterator[None]:
    visitors.settle()
    visitors.begin()
    watch.begin()
    yield
    visitors.settle()
    visitors.leave_fresh()
    assert watch.troubles == []


@pytest.fixture
def visit(app: Served, visitors: Visitors, watched: None) -> Callable[..., Tab]:
    """`visit()` opens a browser that nobody is signed in with."""

    def visited(**look: Any) -> Tab:
        return visitors.fresh(app, Look(**look))

    return visited


@pytest.fixture
def sign_in(app: Served, visitors: Visitors, watched: None) -> Callable[..., Tab]:
    """`sign_in(name)` is this person's browser at the first page, or at that of the address `at`.

    `fresh=True` is one that no other test has used.
    """

    def signed_in(name: str, *, at: str = "/", fresh: bool = False, **look: Any) -> Tab:
        if not fresh:
            return visitors.signed_in(app, name, Look(**look), at=at)
        tab = visitors.fresh(app, Look(**look))
        tab.page.goto(app.link(name))
        tab.drawn()
        return tab

    return signed_in


@pytest.fixture
def story(app: Served) -> Story:
    return Story.begin(app.desk)
