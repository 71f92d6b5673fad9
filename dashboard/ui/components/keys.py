"""The keyboard of the queue: which physical key clicks which button."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

import streamlit as st

_SCRIPT = files("dashboard.ui.components").joinpath("keys.js").read_text(encoding="utf-8")
_listener = st.components.v2.component("taliq_keys", js=_SCRIPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """`key` is a `KeyboardEvent.code`, or "Question" for ? and ؟; `button` the key of a Streamlit button.

    What `decides` is ignored for a quarter of a second after the card's first paint, and until the last is answered.
    """

    key: str
    button: str
    decides: bool = False


def listen(bindings: Iterable[Binding], *, card: str, turn: int) -> None:
    """`card` names what is on the screen; `turn` grows with each rerun, which ends the wait for an answer."""
    keys = {binding.key: {"button": binding.button, "decides": binding.decides} for binding in bindings}
    _listener(key="queue_keys", data={"card": card, "turn": turn, "keys": keys}, height=0)
