"""Every test sees its own newsroom: what a page remembered of another's is forgotten first."""

from __future__ import annotations

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    # The newsrooms are copies of one, with the same people and sites, and the cache knows them by these.
    st.cache_data.clear()
