"""Doors around a newsroom of its own, a visitor, and a site's server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.api.buckets import Buckets
from dashboard.api.front import Front
from dashboard.settings import Settings
from tests.builders import Newsroom
from tests.dashboard.api.around import BASE, Client, application


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def front(newsroom: Newsroom, settings: Settings) -> Front:
    return Front(
        desk=lambda: newsroom.desk,
        is_current=newsroom.plant.is_current,
        settings=settings,
        buckets=Buckets(settings.api_rate),
    )


@pytest.fixture
def visitor(front: Front) -> Iterator[Client]:
    """Nobody in particular; redirects are looked at, not followed."""
    with Client(application(front), base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def site(visitor: Client, newsroom: Newsroom) -> Client:
    """The site's server with its key."""
    visitor.headers["Authorization"] = f"Bearer {newsroom.secret}"
    return visitor
