"""Fixtures: every store and use case is tested on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL, make_url

from dashboard.settings import Settings
from dashboard.wiring import Plant, build
from moderation.service.desk import Desk
from tests import postgres
from tests.builders import Newsroom, open_newsroom

REQUIRE_ALL = os.environ.get("TALIQ_REQUIRE_ALL") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Where all tests are required, one that skips has failed."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where TALIQ_REQUIRE_ALL=1: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as admin:
        yield admin


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    """A migrated database that the others are copied from: a copy takes a tenth of the migrations' time."""
    url = postgres.create(postgres_server)
    plant = build(_settings(url.render_as_string(hide_password=False)))
    plant.prepare()
    plant.close()
    yield str(url.database)
    postgres.drop(postgres_server, url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "taliq.sqlite"
    plant = build(_settings(f"sqlite:///{path}"))
    plant.prepare()
    plant.close()
    return path


def _settings(url: str) -> Settings:
    return Settings(database_url=url)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database of its own."""
    if backend == "sqlite":
        path = tmp_path / "taliq.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    admin = make_url(request.getfixturevalue("postgres_server"))
    url = postgres.create(admin, template=request.getfixturevalue("postgres_template"))
    yield url.render_as_string(hide_password=False)
    postgres.drop(admin, url)


@pytest.fixture
def plant(database_url: str) -> Iterator[Plant]:
    built = build(_settings(database_url))
    yield built
    built.close()


@pytest.fixture
def newsroom(plant: Plant) -> Newsroom:
    """A site with staff, sessions and a key; the clock stands still and texts are scored by a table of words."""
    return open_newsroom(plant)


@pytest.fixture
def desk(newsroom: Newsroom) -> Desk:
    return newsroom.desk
