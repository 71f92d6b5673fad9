"""The database fails while the desk runs: what is asked for is refused whole, the state is told, and all comes back."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dashboard.api.front import Front
from dashboard.i18n import LANGUAGES, t
from dashboard.settings import Settings
from dashboard.ui.components.problems import sentence
from dashboard.wiring import Ids, build
from db.troubles import trouble_of
from moderation.decision import Outcome
from moderation.errors import Unavailable
from moderation.queue import LEASE
from moderation.service import audit, review
from tests.builders import OPERATOR, SITE, Newsroom
from tests.dashboard.api.around import BASE, Client, application
from tests.dashboard.api.conftest import front, settings  # noqa: F401 -- fixtures

Failing = Callable[[Newsroom, URL | None], AbstractContextManager[None]]


@contextmanager
def _full(newsroom: Newsroom, _: URL | None) -> Iterator[None]:
    """No file of this process may grow beyond what the write-ahead log is now."""
    log = Path(f"{newsroom.plant.engine.url.database}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _connecting(engine: Engine, order: str) -> Iterator[None]:
    """Every connection begins with this order, in place of those that there are."""

    def begin(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(order)
        cursor.close()
        if hasattr(connection, "commit"):
            connection.commit()

    event.listen(engine, "connect", begin)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", begin)
        engine.dispose()


def _read_only(newsroom: Newsroom, admin: URL | None) -> AbstractContextManager[None]:
    order = "SET default_transaction_read_only = on" if admin else "PRAGMA query_only = ON"
    return _connecting(newsroom.plant.engine, order)


def _without_rights(newsroom: Newsroom, _: URL | None) -> AbstractContextManager[None]:
    return _connecting(newsroom.plant.engine, "SET ROLE pg_read_all_data")


@contextmanager
def _gone(newsroom: Newsroom, admin: URL | None) -> Iterator[None]:
    """PostgreSQL lets nobody in and throws out who is; of SQLite's file there is only a folder of its name."""
    if admin is None:
        newsroom.plant.engine.dispose()
        path = Path(str(newsroom.plant.engine.url.database))
        aside = path.rename(path.with_name("aside"))
        path.mkdir()
        try:
            yield
        finally:
            path.rmdir()
            aside.rename(path)
        return
    name = newsroom.plant.engine.url.database
    dsn = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def _moved(newsroom: Newsroom, _: URL | None) -> Iterator[None]:
    """Those who have it open would go on writing to it, wherever it is."""
    path = Path(str(newsroom.plant.engine.url.database))
    aside = path.rename(path.with_name("aside"))
    yield
    assert not path.exists()
    aside.rename(path)


CASES = [
    ("sqlite", _full, "disk"),
    ("sqlite", _read_only, "read_only"),
    ("postgresql", _read_only, "read_only"),
    ("postgresql", _without_rights, "read_only"),
    ("sqlite", _gone, "gone"),
    ("sqlite", _moved, "gone"),
    ("postgresql", _gone, "gone"),
]


@pytest.fixture
def site(newsroom: Newsroom, front: Front) -> Iterator[Client]:  # noqa: F811
    ready = replace(front, is_current=newsroom.plant.is_ready)
    with Client(application(ready), base_url=BASE) as client:
        client.headers["Authorization"] = f"Bearer {newsroom.secret}"
        yield client


@pytest.mark.parametrize(("backend", "failing", "what"), CASES, indirect=["backend"])
def test_it_is_told_everywhere_and_all_goes_on_afterwards(
    backend: str, failing: Failing, what: str, newsroom: Newsroom, site: Client, request: pytest.FixtureRequest
) -> None:
    admin = request.getfixturevalue("postgres_server") if backend == "postgresql" else None
    held = newsroom.say("a rude thing", external_id="before")
    assert site.get("/readyz").status_code == 200
    with failing(newsroom, admin):
        newsroom.plant.readiness.forget()
        for answer in (site.get("/readyz"), site.post("/api/v1/comments", json=_comment("during"))):
            assert answer.status_code == 503
            assert answer.json()["error"]["fields"]["what"] == what
            assert answer.json()["error"]["message"] == t(f"errors.unavailable.{what}", "en")
        entry = site.post("/login", data={"name": "a", "password": "b"}, headers={"Accept": "text/html"})
        assert entry.status_code == 503
        assert any(t(f"errors.unavailable.{what}", lang) in unescape(entry.text) for lang in LANGUAGES)
        assert site.get("/healthz").status_code == 200
        with pytest.raises(Unavailable) as refused:
            review.decide(newsroom.desk, newsroom.moderator, held.id, Outcome.APPROVE, seen_version=1)
        # The one place where an error becomes a sentence on a page.
        assert [sentence(refused.value, lang) for lang in LANGUAGES] == [
            t(f"errors.unavailable.{what}", lang) for lang in LANGUAGES
        ]
    assert site.get("/readyz").status_code == 200
    assert site.get("/api/v1/comments/during").status_code == 404
    assert site.post("/api/v1/comments", json=_comment("during")).status_code == 201
    done = review.decide(newsroom.desk, newsroom.moderator, held.id, Outcome.APPROVE, seen_version=1)
    assert done.comment_version == 1
    assert all(one.ok for one in audit.verify(newsroom.desk, OPERATOR))


def _comment(name: str) -> dict[str, str]:
    return {"external_id": name, "article_id": "a", "commenter_id": "u", "body": "a rude thought"}


class _Raised(Exception):
    def __init__(self, *words: str, **given: object) -> None:
        super().__init__(*words)
        vars(self).update(given)


class OperationalError(_Raised):
    """By its name, as the driver's own where no server answered."""


@pytest.mark.parametrize(
    ("raised", "what"),
    [
        (_Raised(sqlite_errorcode=sqlite3.SQLITE_FULL), "disk_full"),
        (_Raised(sqlite_errorcode=sqlite3.SQLITE_IOERR_WRITE), "disk"),
        (_Raised(sqlite_errorcode=sqlite3.SQLITE_IOERR_SHMSIZE), "disk_full"),
        (_Raised(sqlite_errorcode=sqlite3.SQLITE_BUSY_SNAPSHOT), "busy"),
        (_Raised(sqlite_errorcode=sqlite3.SQLITE_NOTADB), "damaged"),
        (_Raised(sqlite_errorcode=sqlite3.SQLITE_MISMATCH), None),
        (_Raised(sqlstate="53100"), "disk_full"),
        (_Raised(sqlstate="53300"), "connections"),
        (OperationalError("FATAL: sorry, too many clients already"), "connections"),
        (_Raised("MaxClientsInSessionMode: max clients reached", sqlstate="XX000"), "connections"),
        (_Raised(sqlstate="57P01"), "gone"),
        (_Raised(sqlstate="57014"), "broken_off"),
        (_Raised(sqlstate="25P04"), "broken_off"),
        (_Raised(sqlstate="XX001"), "damaged"),
        (_Raised("tuple concurrently updated", sqlstate="XX000"), None),
        (_Raised(sqlstate="22001"), None),
        (OperationalError(), "gone"),
        (psycopg.errors.ConnectionTimeout(), "gone"),
        (_Raised(), None),
    ],
)
def test_what_a_driver_says_has_a_word_and_a_sentence(raised: Exception, what: str | None) -> None:
    assert trouble_of(DBAPIError("SELECT 1", None, raised)) == what
    assert all(t(f"errors.unavailable.{what}", lang) for lang in LANGUAGES if what)


def test_a_clock_that_is_set_back_breaks_nothing(newsroom: Newsroom) -> None:
    """Ids go on growing, the log verifies, and a claim is free when its lease is over by the clock that there is."""
    newsroom.say("a rude thing", external_id="one")
    held = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    newsroom.clock.advance(hours=-3)
    newsroom.say("a rude other", external_id="two")
    other = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert held is not None
    assert other is not None
    assert other.comment.id != held.comment.id
    newsroom.clock.at += timedelta(hours=3) + LEASE
    assert review.open_card(newsroom.desk, newsroom.second, held.comment.id).claimed
    assert all(one.ok for one in audit.verify(newsroom.desk, OPERATOR))


def test_a_clock_that_is_set_back_is_told_until_it_is_right(newsroom: Newsroom, site: Client) -> None:
    newsroom.say("a rude thing")
    for back, told in ((59, {}), (61, {"clock_behind_seconds": 61}), (10_800, {"clock_behind_seconds": 10_800})):
        newsroom.clock.advance(seconds=-back)
        assert site.get("/readyz").json() == {"status": "ready", **told}
        newsroom.clock.advance(seconds=back)
    assert site.get("/readyz").json() == {"status": "ready"}


def test_ids_do_not_repeat_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, at = Ids(), [2_000_000_000_000_000_000]
    monkeypatch.setattr("dashboard.wiring.time.time_ns", lambda: at[0])
    before = [ids() for _ in range(3)]
    at[0] -= 3_600_000_000_000
    after = [ids() for _ in range(3)]
    assert sorted({*before, *after}) == [*before, *after]


def test_ids_by_the_thousand_grow_and_do_not_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, at = Ids(), [2_000_000_000_000_000_000]
    monkeypatch.setattr("dashboard.wiring.time.time_ns", lambda: at[0])
    made = [ids(), *ids.many(5_000), *ids.many(0), *ids.many(4_096)]
    at[0] += 1_000_000
    made += [*ids.many(1_000), ids()]
    assert made == sorted(set(made))
    assert len(made) == 1 + 5_000 + 4_096 + 1_000 + 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_second_process_on_the_same_file_works_beside_the_first(newsroom: Newsroom) -> None:
    plant = build(Settings(database_url=newsroom.plant.settings.database_url, var=newsroom.plant.settings.var))
    plant.prepare()
    second = replace(newsroom, plant=plant, desk=replace(newsroom.desk, begin=plant.desk.begin, read=plant.desk.read))
    for number in range(5):
        newsroom.say("one's", external_id=f"first-{number}")
        second.say("other's", external_id=f"second-{number}")
    assert not second.say("one's", external_id="first-0").created
    assert all(one.ok for one in audit.verify(plant.desk, OPERATOR))
    plant.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "taliq.sqlite").write_bytes(b"no database at all" * 100)
    plant = build(Settings(database_url=f"sqlite:///{tmp_path / 'taliq.sqlite'}"))
    with pytest.raises(Unavailable) as told:
        plant.is_ready()
    assert told.value.fields["what"] == "damaged"
    plant.close()
