"""The buttons under a card and the keys that click them: to decide, to ask for the reason or a colleague, to go on."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components import acts, around, bench, commenter, picker
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
            # On a phone what is rarer waits behind this button, which wider screens do not show.
            st.button(t("queue.more_actions", lang), key="queue_more", on_click=acts.turn_more)
            # Those that decide nothing keep their keys from card to card: the browser need not make them anew.
            with st.container(key="queue_rare_open" if tab.more else "queue_rare", horizontal=True, width="content"):
                main += _opinion_button(card, lang)
                main += _pick_button(card, seen, mark, lang)
                main += _message_button(card, lang)
                main += _commenter_button(tab, card, lang)
                main += _thread_button(tab, card, lang)
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
        on_click=acts.approve,
        args=seen,
    )
    bindings = _reject_buttons(card, seen, mark, lang)
    st.button(f"{t('queue.skip', lang)} `S`", key=skip, on_click=acts.skip, args=seen)
    return [
        Binding(key="KeyF", button=approve, decides=True, lasts=True),
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
        st.button(f"{t('queue.reject', lang)}… `D`", key=ask, on_click=acts.pick, args=asked)
        return [Binding(key="KeyD", button=ask), Binding(key="KeyE", button=ask, writes=True)]
    named = t("queue.reject_as", lang, reason=t(f"common.reason.{reason}", lang))
    st.button(f"{named} `D`", key=at_once, on_click=acts.reject, args=(*seen, reason))
    st.button(f"{t('queue.reject_other', lang)} `E`", key=ask, on_click=acts.pick, args=asked)
    return [Binding(key="KeyD", button=at_once, decides=True, lasts=True), Binding(key="KeyE", button=ask, writes=True)]


def undo_button(tab: bench.Bench, lang: str) -> list[Binding]:
    done = bench.undoable(tab)
    key = f"queue_undo_{done[-1].id}" if done else "queue_undo"
    st.button(f"{t('queue.undo', lang)} `U`", key=key, disabled=not done, on_click=acts.undo, args=tuple(done[-1:]))
    return [Binding(key="KeyU", button=key)]


def _opinion_button(card: Card, lang: str) -> list[Binding]:
    """Asks a colleague; not where one asks already, or where nothing waits."""
    if card.opinions or card.entry is None:
        return []
    key = "queue_opinion"
    asked = (card.comment.id, bench.Picking.OPINION)
    name = f"{t('queue.opinion', lang)} `O`"
    st.button(name, key=key, icon=":material/group:", on_click=acts.pick, args=asked)
    return [Binding(key="KeyO", button=key)]


def _pick_button(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    """Approves and sets off; not where a colleague asks for a second opinion, who agrees to the comment alone."""
    if card.opinions:
        return []
    key = f"queue_pick_{mark}"
    # What readers see already needs no decision more.
    visible = card.entry is None and card.comment.status in VISIBLE
    name = f"{t('queue.pick', lang)} `P`"
    st.button(name, key=key, icon=":material/kid_star:", on_click=acts.pick_out, args=(*seen, visible))
    return [Binding(key="KeyP", button=key, decides=True, lasts=True)]


def _message_button(card: Card, lang: str) -> list[Binding]:
    """Opens the field for words to the commenter, which go with whatever is decided next."""
    key = "queue_write"
    asked = (card.comment.id, bench.Picking.MESSAGE)
    st.button(f"{t('queue.write', lang)} `M`", key=key, icon=":material/mail:", on_click=acts.pick, args=asked)
    return [Binding(key="KeyM", button=key)]


def _commenter_button(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    """Opens the drawer of who wrote the comment: their record, and measures."""
    key = "queue_commenter"
    if st.button(f"{t('commenter.open', lang)} `B`", key=key, icon=":material/person:"):

        @st.dialog(t("commenter.title", lang), width="medium")
        def window() -> None:
            with told():
                commenter.panel(bench.site_of(tab), card.commenter.id, lang, key="drawer", linked=True)

        window()
    return [Binding(key="KeyB", button=key)]


def _thread_button(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    """Not where nothing stands above the comment or below it."""
    if card.parent is None and not card.replies:
        return []
    key = "queue_thread"
    if st.button(f"{t('queue.thread', lang)} `T`", key=key, icon=":material/forum:"):
        with told():
            around.show_thread(card.comment.id, bench.site_of(tab).time_zone, lang)
    return [Binding(key="KeyT", button=key)]
