"""What came of a click: a toast when it is done, a notice on the page when it was refused."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from dashboard.ui import state
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.untrusted import md_literal

P = ParamSpec("P")

_REFUSED = "refused"


class Refused(Exception):
    """A click that the screen itself turns down, with the sentence that says why."""


def announced(act: Callable[P, str]) -> Callable[P, None]:
    """For an `on_click`: the act calls one use case and returns what to say when it is done."""

    @functools.wraps(act)
    def acted(*args: P.args, **kwargs: P.kwargs) -> None:
        st.session_state.pop(_REFUSED, None)
        try:
            said = act(*args, **kwargs)
        except Refused as error:
            st.session_state[_REFUSED] = str(error)
        except Exception as error:
            st.session_state[_REFUSED] = sentence(error, state.language())
        else:
            st.toast(md_literal(said), icon=":material/check:")

    return acted


def refusal() -> None:
    """Draws the last click's refusal, once."""
    said = st.session_state.pop(_REFUSED, None)
    if said:
        st.html(notice_html("error", said))
