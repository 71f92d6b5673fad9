"""Which of the found comments are chosen: by the server, all or a page, and since then by hand (choices.js)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from secrets import token_hex

import streamlit as st

from moderation.search import Found
from moderation.service.batches import MAX_BATCH

_KEY = "search_choices"
_QUESTION, _CHOSEN, _TICKED, _TURN, _STARS = "choice_of", "choice_made", "choice_ticked", "choice_turn", "choice_stars"
_SESSION = "choice_session"
_LONGEST = 40
_listener = st.components.v2.component("taliq_choices", js="export default (given) => window.taliqChoices(given)")


def of(question: object) -> dict[int, int]:
    """Ids and versions; nothing is chosen any more as soon as another question is asked."""
    if st.session_state.get(_QUESTION) != question or _TURN not in st.session_state:
        st.session_state[_QUESTION] = question
        choose({})
    return chosen()


def chosen() -> dict[int, int]:
    found = dict[int, int](st.session_state[_CHOSEN])
    for (comment_id, version), on in st.session_state[_TICKED].items():
        if on:
            found[comment_id] = version
        elif found.get(comment_id) == version:
            del found[comment_id]
    return found


def choose(found: Mapping[int, int]) -> None:
    """These and no others; what was ticked before counts no longer, also where it is told late."""
    st.session_state[_CHOSEN], st.session_state[_TICKED] = dict(found), {}
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def name(row: Found) -> str:
    """By which the browser tells of a row: one that was edited since is another."""
    return f"{row.comment.id}:{row.comment.version}"


def listen(rows: Sequence[Found], star: Callable[[int, int, bool], None]) -> None:
    """Of these rows' boxes and stars; `star` is told a comment, its version and whether it is to be a pick."""
    made = st.session_state[_CHOSEN]
    data = {
        # By which the browser knows that the server has started anew.
        "session": st.session_state.setdefault(_SESSION, token_hex(4)),
        "turn": st.session_state[_TURN],
        "chosen": [name(row) for row in rows if made.get(row.comment.id) == row.comment.version],
        "heard": st.session_state.get(_STARS, 0),
    }
    _listener(key=_KEY, data=data, height=0, on_ticked_change=_tick, on_star_change=lambda: _star(star))


def _told(what: str) -> object:
    return getattr(st.session_state.get(_KEY), what, None)


def _tick() -> None:
    match _told("ticked"):
        case {"turn": int(turn), "on": dict(on)} if turn == st.session_state.get(_TURN) and len(on) <= MAX_BATCH:
            named = {_named(str(one)): state is True for one, state in on.items()}
            st.session_state[_TICKED] = {row: state for row, state in named.items() if row}


def _star(act: Callable[[int, int, bool], None]) -> None:
    st.session_state[_STARS] = st.session_state.get(_STARS, 0) + 1
    given, _, wanted = str(_told("star") or "").rpartition(":")
    if (row := _named(given)) and wanted in ("on", "off"):
        act(*row, wanted == "on")


def _named(text: str) -> tuple[int, int] | None:
    """The comment and its version; None where it is no name that was given."""
    comment_id, _, version = text.partition(":")
    is_name = text.isascii() and len(text) <= _LONGEST and comment_id.isdecimal() and version.isdecimal()
    return (int(comment_id), int(version)) if is_name else None
