"""What a page shows stands in its address, so that a link shows a colleague the same.

Streamlit's own binding writes an option's label into the address; labels change with the language, so ids go there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeVar

import streamlit as st

V = TypeVar("V")

MAX_LENGTH = 200


def recall(key: str, read: Callable[[str], V | None], default: V | None = None) -> None:
    """Give the widget `key`, before it is drawn the first time, the value that the address names."""
    if key not in st.session_state:
        text = st.query_params.get(key, "")
        found = read(text) if text and len(text) <= MAX_LENGTH else None
        st.session_state[key] = default if found is None else found


def keep(key: str) -> None:
    """The widget's `on_change`: what it says now goes into the address."""
    value = st.session_state[key]
    if value is None or value is False or value == "":
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = "1" if value is True else str(value)


def one_of(known: Collection[V]) -> Callable[[str], V | None]:
    """Reads a value by how it is written; what is not known is not there."""
    written = {str(value): value for value in known}
    return lambda text: written.get(text)


def forget_unknown(key: str, known: Collection[object]) -> None:
    """An article or person that is no longer among the options is no longer chosen."""
    if st.session_state.get(key) not in known:
        st.session_state[key] = None


def pick(key: str, names: Mapping[V, str], *, label: str, anything: str) -> V | None:
    """A select box over what has a name, with `anything` while nothing is chosen."""
    recall(key, one_of(list(names)))
    forget_unknown(key, names)
    return st.selectbox(
        label,
        list(names),
        index=None,
        format_func=lambda one: names.get(one, str(one)),
        placeholder=anything,
        key=key,
        on_change=keep,
        args=(key,),
    )


def day(key: str, first: date, last: date, *, label: str) -> date | None:
    """A day between the two, or none."""
    recall(key, a_day(first, last))
    chosen: date | None = st.date_input(
        label, value=None, key=key, min_value=first, max_value=last, format="YYYY-MM-DD", on_change=keep, args=(key,)
    )
    return chosen


def a_day(first: date, last: date) -> Callable[[str], date | None]:
    """Reads 2026-11-23; a day outside of the bounds is not there."""

    def read(text: str) -> date | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return day if first <= day <= last else None

    return read


def yes(text: str) -> bool | None:
    return text == "1" or None


def short_text(text: str) -> str | None:
    return text.strip() or None
