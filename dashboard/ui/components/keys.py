"""The keyboard of the queue: which physical key clicks which button."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard.i18n import t
from dashboard.ids import read_id
from dashboard.ui.components import acts, bench

_KEY = "queue_keys"
# Streamlit sends a component's script with each of its messages: the page has it already (`keys.js`, `drafts.js`).
_listener = st.components.v2.component("taliq_keys", js="export default (given) => window.taliqListen(given)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """`key` is a `KeyboardEvent.code`, or "Question" for ? and ؟; `button` the name of one of ours or the key of one of
    Streamlit's.

    What `decides` is ignored for a quarter of a second after the card's first paint, and until the last is answered.
    What `lasts` stands in the log, so whoever struck it is told what became of it, should the answer be lost.
    What `writes` shows the fields for a message and a note.
    What `opens` a list to choose from or a field to write in keeps all others waiting until the list is drawn and the
    field has the focus: what is struck meanwhile is meant for these.
    What `follows` is of what was done last: struck while that is on its way, it waits for the answer.
    """

    key: str
    button: str
    decides: bool = False
    lasts: bool = False
    writes: bool = False
    opens: bool = False
    follows: bool = False


def listen(tab: bench.Bench, bindings: Iterable[Binding], *, card: str, lang: str) -> None:
    """`card` names what is on the screen; the tab's turn grows with each rerun, which ends the wait for an answer.

    What is half written is kept in the browser's tab for the person alone, until its comment is decided.
    """
    found = list(bindings)
    data = {
        "card": card,
        "turn": tab.turn,
        "stale": tab.stale,
        "keys": {one.key: _told_of(one) for one in found},
        "picking": tab.picking is not None,
        "writing": tab.writing,
        "writes": next((one.button for one in found if one.writes), ""),
        "person": tab.person,
        "settled": str(tab.closed or ""),
        "offline": t("queue.offline", lang),
    }
    _listener(key=_KEY, data=data, height=0, on_unanswered_change=_ask, on_act_change=_act, on_again_change=_act_again)


def _told_of(one: Binding) -> dict[str, str | bool]:
    return {
        "button": one.button,
        "decides": one.decides,
        "lasts": one.lasts,
        "opens": one.opens,
        "follows": one.follows,
    }


def _told(what: str) -> object:
    return getattr(st.session_state.get(_KEY), what, None)


def _act() -> None:
    """A button was clicked: of the card on the screen, or of the list of what one did."""
    _do(str(_told("act") or ""))


def _act_again() -> None:
    """It was told, and the card was not drawn since: it may have been lost, or done without being drawn."""
    match _told("again"):
        case {"act": str(name), "turn": int(turn)} if turn == bench.bench().turn:
            _do(name)


def _do(name: str) -> None:
    tab, done = bench.bench(), bench.Undoable.named(name)
    call = tab.acts.get(name) or (done and partial(acts.undo, done))
    if call:
        # Once until the card is drawn anew, however often it is told.
        tab.acts[name] = _nothing
        call()


def _nothing() -> None:
    pass


def _ask() -> None:
    """The tab was loaded anew before a decision was answered: say what became of it."""
    comment_id, version = map(read_id, str(_told("unanswered") or "").partition(":")[::2])
    if comment_id is not None and version is not None:
        acts.tell_of(comment_id, version)
