"""Fixtures: every store and use case is tested on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy.engine import URL, make_url

from dashboard import wiring
from dashboard.settings import Settings
from dashboard.wiring import Plant, build
from moderation.service.desk import Desk
from tests import postgres
from tests.builders import Newsroom, moved, open_newsroom
from tests.memory import in_memory

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("taliq", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("taliq")
REQUIRE_ALL = os.environ.get("TALIQ_REQUIRE_ALL") == "1"


def pytest_sessionstart() -> None:
    """What is imported by now stays: looked at by the collector again and again, it would cost a few per cent."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors: some of these tests wait for a server or a browser more than they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first: at the end the workers share what is short, and none waits for another."""
    slow = ("tests/browser/", "tests/faults/", "tests/benchmarks/")
    items.sort(key=lambda item: not item.nodeid.startswith(slow))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Where all tests are required, one that skips has failed."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where TALIQ_REQUIRE_ALL=1: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _light_work() -> Iterator[None]:
    """What takes its time on purpose, or once in a process, would be a fifth of all tests' time here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "Argon2Passwords", partial(wiring.Argon2Passwords, memory_kib=64))
        patch.setattr(wiring, "_classifier", cache(wiring._classifier))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    with postgres.server() as admin:
        yield admin


@pytest.fixture(scope="session")
def quick_folder() -> Iterator[Path]:
    """In memory where the machine has room there: these tests commit a hundred thousand times, durably."""
    folder = Path(tempfile.mkdtemp(prefix="taliq-", dir=in_memory()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Template:
    """A database to copy, empty or with the newsroom that was opened in it: both take a tenth of making them anew."""

    url: URL
    newsroom: Newsroom | None = None


def _made(url: URL, *, opened: bool) -> Template:
    plant = build(Settings(database_url=url.render_as_string(hide_password=False)))
    plant.prepare()
    newsroom = open_newsroom(plant) if opened else None
    plant.close()
    return Template(url=url, newsroom=newsroom)


Templates = Callable[[bool], Template]


@pytest.fixture(scope="session")
def sqlite_templates(quick_folder: Path) -> Templates:
    return cache(lambda opened: _made(make_url(f"sqlite:///{quick_folder / f'{opened}.sqlite'}"), opened=opened))


@pytest.fixture(scope="session")
def postgresql_templates(postgres_server: URL) -> Iterator[Templates]:
    made: list[URL] = []

    def make(opened: bool) -> Template:
        made.append(postgres.create(postgres_server))
        return _made(made[-1], opened=opened)

    yield cache(make)
    for url in made:
        postgres.drop(postgres_server, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def template(backend: str, request: pytest.FixtureRequest) -> Template:
    templates: Templates = request.getfixturevalue(f"{backend}_templates")
    return templates("newsroom" in request.fixturenames)


@pytest.fixture
def database_url(backend: str, template: Template, quick_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh, migrated database of its own; with the newsroom in it where the test asks for that."""
    if backend == "sqlite":
        path = quick_folder / f"{uuid4().hex}.sqlite"
        shutil.copy(str(template.url.database), path)
        yield f"sqlite:///{path}"
        for part in quick_folder.glob(f"{path.name}*"):
            part.unlink()
        return
    admin = request.getfixturevalue("postgres_server")
    url = postgres.create(admin, template=template.url.database)
    yield url.render_as_string(hide_password=False)
    postgres.drop(admin, url)


@pytest.fixture
def plant(database_url: str, quick_folder: Path) -> Iterator[Plant]:
    # Else what is signed in a test on PostgreSQL would be by the key of whoever runs Taliq from this folder.
    built = build(Settings(database_url=database_url, var=quick_folder))
    yield built
    built.close()


@pytest.fixture
def newsroom(plant: Plant, template: Template) -> Newsroom:
    """A site with staff, sessions and a key; the clock stands still and texts are scored by a table of words."""
    assert template.newsroom is not None
    return moved(template.newsroom, plant)


@pytest.fixture
def desk(newsroom: Newsroom) -> Desk:
    return newsroom.desk
