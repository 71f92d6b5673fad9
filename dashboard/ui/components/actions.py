"""The buttons under a card and the keys that click them: to decide, to ask for the reason or a colleague, to go on."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components import around, bench, commenter, picker
from dashboard.ui.components.keys import Binding
from dashboard.ui.components.problems import told
from dashboard.ui.components.reasons import suggested
from moderation.comment import VISIBLE, Status
from moderation.queue import Card


def draw(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    seen = (card.comment.id, card.comment.version, card.commenter.name)
    mark = f"{card.comment.id}_{card.comment.version}"
    picking = tab.picking if tab.picking_for == card.comment.id else None
    with st.container(key="queue_actions"):
        bindings = picker.draw(tab, card, seen, picking, lang) if picking else []
        if picking is bench.Picking.OPINION:
            # What decides at once must not be struck for what is only an opinion.
            return bindings
        with st.container(key="queue_buttons", horizontal=True):
            main = _main_buttons(card, seen, mark, lang)
            main += undo_button(tab, lang)
            main += _opinion_button(card, mark, lang)
            main += _pick_button(card, seen, mark, lang)
            main += _commenter_button(tab, card, lang)
            main += _thread_button(tab, card, mark, lang)
    # What the open picker binds comes last, and so counts.
    return [*main, *bindings]


def _main_buttons(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    approve, skip = f"queue_approve_{mark}", f"queue_skip_{mark}"
    approved = card.comment.status is Status.APPROVED and card.entry is None
    st.button(
        f"{t('queue.approve', lang)} `F`",
        key=approve,
        type="primary",
        disabled=approved,
        on_click=bench.approve,
        args=seen,
    )
    bindings = _reject_buttons(card, seen, mark, lang)
    st.button(f"{t('queue.skip', lang)} `S`", key=skip, on_click=bench.skip, args=seen)
    return [
        Binding(key="KeyF", button=approve, decides=True),
        *bindings,
        Binding(key="KeyS", button=skip, decides=True),
        # As those who come from Coral are used to.
        Binding(key="KeyJ", button=skip, decides=True),
    ]


def _reject_buttons(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    """One that rejects at once where a reason suggests itself, and one that asks for the reason."""
    reason = suggested(card)
    at_once, ask = f"queue_reject_{mark}", f"queue_other_{mark}"
    asked = (card.comment.id, bench.Picking.REASON)
    if reason is None:
        st.button(f"{t('queue.reject', lang)}… `D`", key=ask, on_click=bench.pick, args=asked)
        return [Binding(key="KeyD", button=ask), Binding(key="KeyE", button=ask)]
    named = t("queue.reject_as", lang, reason=t(f"common.reason.{reason}", lang))
    st.button(f"{named} `D`", key=at_once, on_click=bench.reject, args=(*seen, reason))
    st.button(f"{t('queue.reject_other', lang)} `E`", key=ask, on_click=bench.pick, args=asked)
    return [Binding(key="KeyD", button=at_once, decides=True), Binding(key="KeyE", button=ask)]


def undo_button(tab: bench.Bench, lang: str) -> list[Binding]:
    done = bench.undoable(tab)
    key = f"queue_undo_{done[-1].id}" if done else "queue_undo"
    st.button(f"{t('queue.undo', lang)} `U`", key=key, disabled=not done, on_click=bench.undo, args=tuple(done[-1:]))
    return [Binding(key="KeyU", button=key)]


def _opinion_button(card: Card, mark: str, lang: str) -> list[Binding]:
    """Asks a colleague; not where one asks already, or where nothing waits."""
    if card.opinions or card.entry is None:
        return []
    key = f"queue_opinion_{mark}"
    asked = (card.comment.id, bench.Picking.OPINION)
    st.button(f"{t('queue.opinion', lang)} `O`", key=key, on_click=bench.pick, args=asked)
    return [Binding(key="KeyO", button=key)]


def _pick_button(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    """Approves and sets off; not where a colleague asks for a second opinion, who agrees to the comment alone."""
    if card.opinions:
        return []
    key = f"queue_pick_{mark}"
    # What readers see already needs no decision more.
    visible = card.entry is None and card.comment.status in VISIBLE
    st.button(f"{t('queue.pick', lang)} `P`", key=key, on_click=bench.pick_out, args=(*seen, visible))
    return [Binding(key="KeyP", button=key, decides=True)]


def _commenter_button(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    """Opens the drawer of who wrote the comment: their record, and measures."""
    key = f"queue_commenter_{card.commenter.id}"
    if st.button(f"{t('commenter.open', lang)} `B`", key=key):

        @st.dialog(t("commenter.title", lang), width="medium")
        def window() -> None:
            with told():
                commenter.panel(bench.site_of(tab), card.commenter.id, lang, key="drawer", linked=True)

        window()
    return [Binding(key="KeyB", button=key)]


def _thread_button(tab: bench.Bench, card: Card, mark: str, lang: str) -> list[Binding]:
    """Not where nothing stands above the comment or below it."""
    if card.parent is None and not card.replies:
        return []
    key = f"queue_thread_{mark}"
    if st.button(f"{t('queue.thread', lang)} `T`", key=key):
        with told():
            around.show_thread(card.comment.id, bench.site_of(tab).time_zone, lang)
    return [Binding(key="KeyT", button=key)]
