"""What helps at the queue whatever lies on the desk: a look back, a quiet page, the search, the keys.

Drawn beside the title and not with the card, so that the next comment does not wait for them.
"""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from dashboard.i18n import direction, t
from dashboard.ui import state
from dashboard.ui.components import acts, blur_switch
from dashboard.ui.components.keys import Binding

_FOCUS = "queue_focus"
BINDINGS = (
    Binding(key="KeyK", button="queue_previous"),
    Binding(key="KeyZ", button=_FOCUS),
    Binding(key="KeyV", button="queue_blur"),
    Binding(key="Slash", button="queue_search"),
    Binding(key="Question", button="queue_help"),
)
_HELP = (
    ("F", "approve"),
    ("D", "reject"),
    ("E", "reject_other"),
    ("1 – 9", "reason"),
    ("S / J", "skip"),
    ("U", "undo"),
    ("K", "previous"),
    ("O", "opinion"),
    ("P", "pick"),
    ("M", "write"),
    ("C", "commenter"),
    ("B", "ban"),
    ("T", "thread"),
    ("Z", "focus"),
    ("V", "blur"),
    ("/", "search"),
    ("Esc", "escape"),
    ("?", "help"),
)


def draw(lang: str, *, blurs: bool) -> None:
    focused = bool(st.session_state.get("queue_focused"))
    # The style sheet finds the quiet page by this key.
    with st.container(horizontal=True, key="queue_tools_focused" if focused else "queue_tools"):
        _tool("queue_previous", "queue.previous", ":material/undo:", "K", lang, on_click=acts.look_back)
        name = "queue.unfocus" if focused else "queue.focus"
        icon = ":material/close_fullscreen:" if focused else ":material/open_in_full:"
        _tool(_FOCUS, name, icon, "Z", lang, on_click=_turn_focus)
        blur_switch.draw("queue_blur", lang, blurs=blurs, letter="V")
        if _tool("queue_search", "search.title", ":material/search:", "/", lang):
            st.switch_page(state.pages()["search"])
        if _tool("queue_help", "queue.help", ":material/keyboard:", "?", lang):
            show_help(lang)


def _tool(key: str, name: str, icon: str, letter: str, lang: str, **given: Any) -> bool:
    said = t(name, lang)
    return st.button(said, key=key, icon=icon, type="tertiary", help=f"{said} ({letter})", **given)


def _turn_focus() -> None:
    st.session_state["queue_focused"] = not st.session_state.get("queue_focused")


def show_help(lang: str) -> None:
    cells = "".join(
        f'<tr><td><kbd dir="ltr">{key}</kbd></td><td>{html.escape(t(f"queue.help.{name}", lang))}</td></tr>'
        for key, name in _HELP
    )

    @st.dialog(t("queue.help", lang), width="medium")
    def window() -> None:
        st.html(
            f'<div class="tq-help" dir="{direction(lang)}" lang="{lang}">'
            f"<p>{html.escape(t('queue.help.intro', lang))}</p><table><tbody>{cells}</tbody></table></div>"
        )

    window()
