"""The buttons under a card and the keys that click them: to decide, to ask for the reason or a colleague, to go on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components import acts, around, bench, commenter, picker
from dashboard.ui.components.buttons import Button, offer, row_html
from dashboard.ui.components.keys import Binding
from dashboard.ui.components.problems import told
from dashboard.ui.components.reasons import suggested
from moderation.comment import VISIBLE, Status
from moderation.queue import Card

Seen = tuple[int, int, str]


def draw(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    seen = (card.comment.id, card.comment.version, card.commenter.name)
    mark = f"{card.comment.id}_{card.comment.version}"
    picking = tab.picking if tab.picking_for == card.comment.id and card.held_by is None else None
    with st.container(key="queue_actions"):
        bindings = picker.draw(tab, card, seen, picking, lang) if picking else []
        if picking is bench.Picking.OPINION:
            # What decides at once must not be struck for what is only an opinion.
            return bindings
        found = _found(tab, card, seen, mark, lang)
        st.html(row_html(tab, *found, lang))
    # What the open picker binds comes last, and so counts.
    return [*offer(tab, chain(*found)), *bindings]


def _found(tab: bench.Bench, card: Card, seen: Seen, mark: str, lang: str) -> tuple[list[Button], list[Button]]:
    """The main ones and the rarer."""
    main = [
        *_free(card, _deciding_buttons(card, seen, mark, lang)),
        _skip_button(seen, mark, lang),
        undo_button(tab, lang),
    ]
    # Those that decide nothing keep their names from card to card.
    writing = [*_opinion_button(card, lang), *_pick_button(card, seen, mark, lang), _message_button(card, lang)]
    about = [_commenter_button(tab, card, lang), *_ban_button(tab, card, lang), *_thread_button(tab, card, lang)]
    rare = [*_free(card, writing), *about]
    return main, rare


def _free(card: Card, found: list[Button]) -> list[Button]:
    """What a colleague has is theirs to decide, and what is deleted nobody's: one looks, and no more."""
    free = card.held_by is None and card.comment.status is not Status.ERASED
    return found if free else [replace(one, disabled=True, writes=False) for one in found]


def draw_opened(tab: bench.Bench, lang: str) -> None:
    """The dialog that a button has asked for; the comment that it stood under may have given way to another."""
    (opened, about), tab.opening = tab.opening or (None, 0), None
    if opened in (bench.Opening.COMMENTER, bench.Opening.BAN):
        banning = str(tab.turn) if opened is bench.Opening.BAN else None
        if banning:
            commenter.choose_ban(about, key="drawer")

        # What was done there may have decided on the comment that lies here.
        @st.dialog(t("commenter.title", lang), width="medium", on_dismiss=tab.forget_counts)
        def window() -> None:
            with told():
                commenter.panel(bench.site_of(tab), about, lang, key="drawer", listed=True, banning=banning)

        window()
    elif opened is bench.Opening.THREAD:
        with told():
            around.show_thread(about, bench.site_of(tab).time_zone, lang)


def _deciding_buttons(card: Card, seen: Seen, mark: str, lang: str) -> list[Button]:
    approve = Button(
        name=f"queue_approve_{mark}",
        label=t("queue.approve", lang),
        call=partial(acts.approve, *seen),
        letter="F",
        codes=("KeyF",),
        primary=True,
        disabled=card.comment.status is Status.APPROVED and card.entry is None,
        decides=True,
        lasts=True,
    )
    return [approve, *_reject_buttons(card, seen, mark, lang)]


def _skip_button(seen: Seen, mark: str, lang: str) -> Button:
    return Button(
        name=f"queue_skip_{mark}",
        label=t("queue.skip", lang),
        call=partial(acts.skip, *seen),
        letter="S",
        # J as those who come from Coral are used to.
        codes=("KeyS", "KeyJ"),
        decides=True,
    )


def _reject_buttons(card: Card, seen: Seen, mark: str, lang: str) -> list[Button]:
    """One that rejects at once where a reason suggests itself, and one that asks for the reason."""
    reason = suggested(card)
    other = Button(
        name=f"queue_other_{mark}",
        label=t("queue.reject_other", lang),
        call=partial(acts.pick, card.comment.id, bench.Picking.REASON),
        letter="E",
        codes=("KeyE",),
        writes=True,
        opens=True,
    )
    if reason is None:
        return [replace(other, label=f"{t('queue.reject', lang)}…", letter="D", codes=("KeyD", "KeyE"))]
    at_once = Button(
        name=f"queue_reject_{mark}",
        label=t("queue.reject_as", lang, reason=t(f"common.reason.{reason}", lang)),
        call=partial(acts.reject, *seen, reason),
        letter="D",
        codes=("KeyD",),
        decides=True,
        lasts=True,
    )
    return [at_once, other]


def undo_button(tab: bench.Bench, lang: str) -> Button:
    done = bench.undoable(tab)[-1:]
    return Button(
        name=f"queue_undo_{done[0].kind}_{done[0].id}" if done else "queue_undo",
        label=t("queue.undo", lang),
        call=partial(acts.undo, *done),
        letter="U",
        codes=("KeyU",),
        disabled=not done,
        follows=True,
    )


def _opinion_button(card: Card, lang: str) -> list[Button]:
    """Asks a colleague; not where one asks already, or where nothing waits."""
    if card.opinions or card.entry is None:
        return []
    ask = partial(acts.pick, card.comment.id, bench.Picking.OPINION)
    return [_rare("opinion", t("queue.opinion", lang), ask, "O", "group", opens=True)]


def _pick_button(card: Card, seen: Seen, mark: str, lang: str) -> list[Button]:
    """Approves and sets off; not where a colleague asks for a second opinion, who agrees to the comment alone."""
    if card.opinions:
        return []
    # What readers see already needs no decision more.
    visible = card.entry is None and card.comment.status in VISIBLE
    call = partial(acts.pick_out, *seen, visible)
    return [_rare(f"pick_{mark}", t("queue.pick", lang), call, "P", "kid_star", decides=True)]


def _message_button(card: Card, lang: str) -> Button:
    """Opens the field for words to the commenter, which go with whatever is decided next."""
    ask = partial(acts.pick, card.comment.id, bench.Picking.MESSAGE)
    return _rare("write", t("queue.write", lang), ask, "M", "mail", opens=True)


def _commenter_button(tab: bench.Bench, card: Card, lang: str) -> Button:
    """Opens the drawer of who wrote the comment: their record, and measures."""
    call = partial(tab.open, bench.Opening.COMMENTER, card.commenter.id)
    return _rare("commenter", t("commenter.open", lang), call, "C", "person")


def _ban_button(tab: bench.Bench, card: Card, lang: str) -> list[Button]:
    """Opens the same drawer where a ban is chosen already, for who may take measures."""
    if not tab.bans:
        return []
    call = partial(tab.open, bench.Opening.BAN, card.commenter.id)
    return [_rare("ban", t("commenter.ban", lang), call, "B", "person_off")]


def _thread_button(tab: bench.Bench, card: Card, lang: str) -> list[Button]:
    """Not where nothing stands above the comment or below it."""
    if card.parent is None and not card.replies:
        return []
    call = partial(tab.open, bench.Opening.THREAD, card.comment.id)
    return [_rare("thread", t("queue.thread", lang), call, "T", "forum")]


def _rare(
    name: str, label: str, call: partial[None], letter: str, sign: str, *, decides: bool = False, opens: bool = False
) -> Button:
    """One that decides stands in the log as well."""
    return Button(
        name=f"queue_{name}",
        label=label,
        call=call,
        letter=letter,
        codes=(f"Key{letter}",),
        sign=sign,
        decides=decides,
        lasts=decides,
        opens=opens,
    )
