"""One attacked newsroom on each database for all tests of a module: making it takes thousands of writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from dashboard.api.buckets import Buckets
from dashboard.api.front import Front
from dashboard.settings import Settings
from dashboard.wiring import build
from tests import postgres
from tests.builders import moved
from tests.dashboard.api.around import BASE, Client, application
from tests.hostile.attacked import Attack, opened


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> str:
    """Named by every test, so that each database is made and attacked once."""
    return str(request.param)


@pytest.fixture(scope="module")
def attack(database: str, request: pytest.FixtureRequest, quick_folder: Path) -> Iterator[Attack]:
    template = request.getfixturevalue(f"{database}_templates")(True)
    if database == "sqlite":
        path = quick_folder / f"{uuid4().hex}.sqlite"
        shutil.copy(str(template.url.database), path)
        url = template.url.set(database=str(path))
    else:
        url = postgres.create(request.getfixturevalue("postgres_server"), template=template.url.database)
    settings = Settings(database_url=url.render_as_string(hide_password=False), var=quick_folder, api_rate=100_000)
    plant = build(settings)
    newsroom = moved(template.newsroom, plant)
    front = Front(
        desk=lambda: newsroom.desk,
        is_current=plant.is_current,
        settings=settings,
        buckets=Buckets(settings.api_rate),
    )
    folder = quick_folder / uuid4().hex
    folder.mkdir()
    with Client(application(front), base_url=BASE, follow_redirects=False) as client:
        # What the stores hold is asked of both databases; what is made of it, of one.
        yield from opened(newsroom, client, folder, all_doors=database == "sqlite")
    plant.close()
    if database != "sqlite":
        postgres.drop(request.getfixturevalue("postgres_server"), url)
