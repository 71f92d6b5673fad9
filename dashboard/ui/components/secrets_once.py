"""Secrets that are shown once: a new key, a link, recovery codes. They stay in the tab until their reader has taken
them, and at the longest for ten minutes or until another page is opened: what nobody looks at is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import focus

LASTS = timedelta(minutes=10)
LOOK_EVERY = 30
_HELD = "secrets_once"
_KEY = "secret_once"
_TAKEN = "secret_taken"
_SAID = {"key": "settings.once.key", "link": "settings.once.link", "invitation": "access.once.invitation"}


def hold(name: str, value: object) -> None:
    held: dict[str, tuple[object, datetime]] = st.session_state.setdefault(_HELD, {})
    held[name] = (value, state.desk().now())


def held(name: str) -> Any | None:
    """What is kept under the name, while it may be shown."""
    found = st.session_state.get(_HELD, {}).get(name)
    if found is not None and state.desk().now() - found[1] >= LASTS:
        drop(name)
        return None
    return None if found is None else found[0]


def shown(name: str) -> Any | None:
    """The same for whoever draws it now: the tab looks by itself when its time is over."""
    value = held(name)
    if value is not None:
        _watch(name)
    return value


def drop(name: str) -> None:
    st.session_state.get(_HELD, {}).pop(name, None)


def drop_all() -> None:
    st.session_state.pop(_HELD, None)


@st.fragment(run_every=LOOK_EVERY)
def _watch(name: str) -> None:
    """A tab that is left open runs no script by itself, and would keep the secret for as long."""
    found = st.session_state.get(_HELD, {}).get(name)
    if found is not None and state.desk().now() - found[1] >= LASTS:
        drop(name)
        st.rerun()


def give(kind: str, secret: str, of: str) -> None:
    """`kind` names the sentence: `key`, `link` or `invitation`; `of` whom or what it is for, as plain text."""
    hold(_KEY, (kind, secret, of))


def draw(kind: str, lang: str) -> None:
    given = shown(_KEY)
    if given is None or given[0] != kind:
        return
    _, secret, of = given
    with st.container(border=True):
        st.text(t(_SAID[kind], lang, of=of))
        st.code(secret, language=None, wrap_lines=True)
        st.button(t("settings.once.taken", lang), key=_TAKEN, on_click=forget)
    # Whoever goes by keys, or listens, comes to the secret at once: what they clicked to have it has been drawn anew.
    focus.put(_TAKEN, mark=f"{_TAKEN}_{st.session_state[_HELD][_KEY][1].isoformat()}")


def forget() -> None:
    drop(_KEY)
