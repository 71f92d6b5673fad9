"""The server is killed under a moderator and started again: nothing written is lost, no decision is lost in silence."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import expect
from sqlalchemy.engine import make_url

from dashboard.i18n import plural, t
from tests import postgres
from tests.amounts import amount
from tests.browser import stock
from tests.browser.served import Served, served
from tests.browser.visitors import Look

pytestmark = pytest.mark.browser

OFFLINE = ".tq-offline"
CHOSEN = "input[data-choose]:checked"
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="module")


@pytest.fixture(scope="module", params=amount(["sqlite"], full=["sqlite", "postgresql"]))
def database(request, demo_template, tmp_path_factory) -> Iterator[str]:
    if request.param == "sqlite":
        yield stock.copy_of(demo_template, tmp_path_factory.mktemp("database"))
        return
    server = request.getfixturevalue("postgres_server")
    url = postgres.create(server, template=request.getfixturevalue("demo_template_postgres"))
    yield url.render_as_string(hide_password=False)
    postgres.drop(server, url)


class Restarted:
    """A server that is killed and comes back at the same address."""

    def __init__(self, database: str, folder, stack: ExitStack) -> None:
        self._database, self._folder, self._stack = database, folder, stack
        self.app: Served = stack.enter_context(served(database, folder))

    def again(self) -> None:
        """Started again at the same address, if it does not run."""
        if self.app.process.poll() is None:
            return
        self.app = self._stack.enter_context(served(self._database, self._folder, port=self.app.port))


@pytest.fixture(scope="module")
def server(database, tmp_path_factory) -> Iterator[Restarted]:
    with ExitStack() as stack:
        yield Restarted(database, tmp_path_factory.mktemp("server"), stack)


@pytest.fixture
def tab(server, visitors, watch, watched):
    server.again()
    # A server that is gone answers nothing, and the browser says so.
    watch.expect(
        "ERR_CONNECTION_REFUSED",
        "WebSocket",
        "Failed to load resource",
        "Client Error",
        "server endpoint",
        "server is not responding",
        "disconnected from server",
    )
    tab = visitors.fresh(server.app, Look())
    tab.page.goto(server.app.link(stock.MODERATOR))
    tab.drawn()
    tab.go(stock.pile(server.app.desk, "rude 1"))
    return tab


def message(tab):
    return tab.main.locator("[class*=st-key-queue_message_] input")


def note(tab):
    return tab.main.locator("[class*=st-key-queue_note_] input")


def test_a_half_written_message_and_note_survive_and_go_with_the_decision(server, tab):
    card = tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    message(tab).press_sequentially("لا نشتم هنا")
    note(tab).press_sequentially("seen twice")
    server.app.kill()
    expect(tab.page.locator(OFFLINE)).to_have_text(t("queue.offline", "ar"))
    tab.press("Escape")
    tab.press("KeyF")
    server.again()
    expect(tab.page.locator(OFFLINE)).to_have_count(0)
    tab.drawn()
    assert tab.card() == card
    # By itself: nobody has to remember that something was half written.
    expect(message(tab)).to_have_value("لا نشتم هنا")
    expect(note(tab)).to_have_value("seen twice")
    tab.page.wait_for_timeout(500)
    tab.press("Digit1")
    expect(tab.main.locator(".tq-empty")).to_be_visible()
    with server.app.desk.read() as uow:
        decision = uow.decisions.verdict(card).decision
    assert (decision.outcome, decision.message, decision.note) == ("reject", "لا نشتم هنا", "seen twice")


@SQLITE
def test_the_loss_is_told_in_ones_own_language_alone(server, tab):
    card = tab.card()
    with tab.page.expect_console_message(lambda said: "server is not responding" in said.text):
        server.app.kill()
    expect(tab.page.locator(OFFLINE)).to_have_text(t("queue.offline", "ar"))
    # What Streamlit says of it would lie over the comment by now.
    tab.page.wait_for_timeout(500)
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    server.again()
    tab.drawn()
    assert tab.card() == card


@SQLITE
def test_a_half_written_note_waits_for_a_field_that_comes_late(tab):
    """On a slow line the field's own script comes long after the keys."""
    tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    note(tab).press_sequentially("seen twice")
    tab.page.route("**/TextInput*.js", lambda route: (time.sleep(1.5), route.continue_()))
    tab.page.reload()
    tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    expect(note(tab)).to_have_value("seen twice")
    tab.page.unroute_all()


@SQLITE
def test_a_decision_under_which_the_server_dies_is_told_as_not_recorded(server, tab, story_of):
    card = tab.card()
    with closing(sqlite3.connect(str(make_url(server.app.database).database), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        tab.press("KeyF")
        tab.page.wait_for_timeout(300)
        server.app.kill()
        holder.execute("ROLLBACK")
    expect(tab.page.locator(OFFLINE)).to_be_visible()
    server.again()
    tab.says(t("queue.not_done", "ar"))
    assert tab.card() == card
    assert story_of(card) == []
    tab.press("KeyF")
    expect(tab.main.locator(".tq-empty")).to_be_visible()
    assert story_of(card) == ["approve"]


@SQLITE
def test_what_was_shown_ahead_goes_back_with_the_connection(server, tab, story_of):
    tab.go(stock.pile(server.app.desk, *(f"rude {number}" for number in range(16))))
    card = tab.card()
    tab.page.wait_for_function("window.taliqAfter && document.querySelector('template.tq-next')")
    shown = tab.main.locator(".tq-card")
    with closing(sqlite3.connect(str(make_url(server.app.database).database), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        tab.press("KeyF")
        expect(shown).not_to_have_attribute("data-comment", str(card))
        server.app.kill()
        holder.execute("ROLLBACK")
    expect(shown).to_have_attribute("data-comment", str(card))
    server.again()
    tab.says(t("queue.not_done", "ar"))
    assert tab.card() == card
    assert story_of(card) == []


@SQLITE
def test_a_decision_whose_answer_was_lost_is_told_as_recorded(server, tab, story_of):
    card = tab.card()
    tab.press("KeyF")
    expect(tab.main.locator(".tq-empty")).to_be_visible()
    address, person = tab.page.url, tab.page.evaluate("window.taliqKeys.person")
    # As the tab has it between a key and its answer; away from the page, which forgets it with each answer.
    tab.page.goto(f"{tab.url}/readyz")
    tab.page.evaluate("([key, card]) => sessionStorage.setItem(key, card)", [f"taliq:{person}:sent", f"{card}:1"])
    tab.page.goto(address)
    tab.says(t("queue.done.after_all", "ar"))
    assert story_of(card) == ["approve"]


@pytest.fixture
def story_of(server):
    from tests.browser.story import Story

    began = Story.begin(server.app.desk)
    return began.of


@SQLITE
@pytest.mark.parametrize("path", amount(["/search", "/alike"], full=["/search", "/alike", "/domains"]))
def test_on_every_page_the_loss_is_told_and_the_first_click_after_it_counts(server, tab, path):
    tab.go(path)
    tab.page.evaluate("window.before = true")
    server.app.kill()
    expect(tab.page.locator(OFFLINE)).to_have_text(t("shell.offline", "ar"))
    # What only opens something may be pressed.
    for button in tab.main.locator("[data-testid=stButton] button").all():
        expect(button).to_be_disabled()
    server.again()
    expect(tab.page.locator(OFFLINE)).to_have_count(0)
    tab.page.wait_for_function("!window.before")
    tab.drawn()
    if path == "/search":
        tab.main.locator(".st-key-bulk_page button").click()
        expect(tab.main.locator(CHOSEN).first).to_be_attached()


@SQLITE
@pytest.mark.parametrize("half_done", ["chosen", "written"])
def test_a_page_on_which_something_is_half_done_is_not_drawn_anew(server, tab, half_done):
    if half_done == "chosen":
        tab.go("/search")
        tab.main.locator(".st-key-bulk_page button").click()
        expect(tab.main.locator(CHOSEN).first).to_be_attached()
    else:
        tab.go("/account")
        tab.main.locator("input").first.press_sequentially("half")
    tab.page.evaluate("window.before = true")
    server.app.kill()
    expect(tab.page.locator(OFFLINE)).to_be_visible()
    server.again()
    expect(tab.page.locator(OFFLINE)).to_have_count(0)
    tab.page.wait_for_timeout(500)
    assert tab.page.evaluate("window.before")
    if half_done == "chosen":
        # The server that started anew hears of what was chosen as soon as it draws the page.
        before = tab.main.locator(CHOSEN).count()
        tab.says(plural("search.chosen", before, "ar"))


@SQLITE
def test_who_signs_in_next_finds_nothing_half_written(server, tab):
    tab.card()
    tab.answered(lambda: tab.press("KeyE"))
    note(tab).press_sequentially("mine alone")
    tab.page.goto(f"{tab.url}/logout")
    tab.page.get_by_role("button", name=t("api.logout.action", "ar")).click()
    tab.page.wait_for_url("**/login*")
    assert tab.page.evaluate("Object.values(sessionStorage).join()") == ""
    # Nor where the tab was left without signing out.
    tab.page.evaluate("sessionStorage.setItem('taliq:7:st-key-queue_note_1', 'mine alone')")
    tab.page.goto(server.app.link(stock.COLLEAGUE))
    tab.drawn()
    tab.card()
    assert "mine alone" not in tab.page.evaluate("Object.values(sessionStorage).join()")
