"""The database goes away: every page says so in words, nothing is half done, and all goes on when it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from playwright.sync_api import expect
from sqlalchemy.engine import URL, make_url

from dashboard.i18n import t
from tests.browser import readings, stock

pytestmark = pytest.mark.browser

AWAY = t("errors.unavailable.gone", "ar")
HELD = t("errors.unavailable.busy", "ar")
# What a page must not tell about our insides.
INSIDES = ("Traceback", "sqlalchemy", "psycopg", "sqlite3", ".py")


@contextmanager
def away(admin: URL, database: str) -> Iterator[None]:
    """PostgreSQL lets nobody into this database and throws out who is in."""
    name = make_url(database).database
    dsn = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def keeps_to_itself(tab) -> None:
    text = tab.page.locator("body").inner_text()
    assert not [word for word in INSIDES if word in text]


@pytest.mark.parametrize("app", ["postgresql_app"], indirect=True, scope="module")
def test_a_server_that_went_away_is_told_and_comes_back(app, sign_in, story, watch, postgres_server):
    watch.expect("status of 503")
    tab, editor = sign_in(stock.MODERATOR), sign_in(stock.EDITOR)
    editor.go("/insights")
    comment_id = tab.card()
    with away(postgres_server, app.database):
        tab.press("KeyF")
        tab.says(AWAY)
        readings.choose_period(editor, "quarter", "ar")
        editor.says(AWAY)
        keeps_to_itself(tab)
        keeps_to_itself(editor)
        assert tab.page.request.get(f"{tab.url}/readyz", max_retries=2).status == 503
        tab.page.goto(tab.url)
        expect(tab.page.get_by_role("heading")).to_have_text(t("api.page.unavailable.title", "ar"))
        keeps_to_itself(tab)
    assert story.of(comment_id) == []
    tab.go("/")
    assert tab.card() == comment_id
    tab.decide("KeyF")
    assert story.of(comment_id) == ["approve"]


@pytest.mark.parametrize("app", ["sqlite_app"], indirect=True, scope="module")
def test_a_file_that_another_program_holds_is_told_and_let_go(app, sign_in, story):
    tab = sign_in(stock.MODERATOR)
    comment_id = tab.card()
    with closing(sqlite3.connect(str(make_url(app.database).database), isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        tab.press("KeyF")
        tab.says(HELD)
        keeps_to_itself(tab)
        holder.execute("ROLLBACK")
    assert story.of(comment_id) == []
    tab.go("/")
    assert tab.card() == comment_id
    tab.decide("KeyF")
    assert story.of(comment_id) == ["approve"]
