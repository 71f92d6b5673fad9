"""What the tests of pages share. Each sees its own newsroom: what a page remembered of another's is forgotten first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from dashboard.insights import kept
from dashboard.ui.components import bench, policy_draft
from tests.builders import Newsroom
from tests.dashboard.ui.pages import Signed


@pytest.fixture(scope="package", autouse=True)
def _packages_looked_at_once() -> Iterator[None]:
    """Each `AppTest` asks all installed packages for components: a third of the time of its test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    # The newsrooms are copies of one, with the same people and sites, and the cache knows them by these.
    st.cache_data.clear()
    kept.drawn.clear()


@pytest.fixture
def backend() -> str:
    """The stores are tested on both databases; a screen reads through them."""
    return "sqlite"


@pytest.fixture
def signed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Signed:
    return Signed(monkeypatch, newsroom)


@pytest.fixture
def no_drafts() -> Iterator[None]:
    """Of policies: this process keeps them from page to page."""
    policy_draft.forget_all()
    yield
    policy_draft.forget_all()


@pytest.fixture
def clicks_count_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "DWELL", 0)
