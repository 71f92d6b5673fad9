"""Options of a select box that stand for stored things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from dashboard.ui.components.untrusted import plain_line


def by_name(known: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Names by id; one that two have gets its id, because Streamlit tells options apart by their text."""
    times = Counter(name for _, name in known)
    return {
        one: plain_line(name) if times[name] == 1 and name else f"{plain_line(name)} ({one})" for one, name in known
    }


def hold(key: str, value: object) -> None:
    """A widget shows what the address says, also when it is drawn for the first time."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
