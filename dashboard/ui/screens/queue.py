"""The queue: one comment at a time, why it waits, and what to do with it."""

import html
from datetime import timedelta

import streamlit as st

from dashboard.i18n import ago, direction, plural, t
from dashboard.ui import state
from dashboard.ui.components import bench, commenter, filters, recent
from dashboard.ui.components.card import card_html
from dashboard.ui.components.keys import Binding, listen
from dashboard.ui.components.problems import notice_html, told, told_as_well
from dashboard.ui.components.reasons import ordered, suggested
from moderation.queue import COUNT_CAP, Card, QueueCounts, time_left
from moderation.roles import Permission
from moderation.service.explaining import explain

_NUMBERED = 9
WATCH_EVERY = 15
IN_SIGHT = timedelta(hours=1)


def header_html(tab: bench.Bench, choice: filters.Choice, lang: str) -> str:
    now = state.desk().now()
    counts = bench.counts(tab, choice.where(now), named=(choice,))
    key = "queue.waiting_capped" if counts.capped else "queue.waiting"
    facts = [f"<strong>{html.escape(plural(key, COUNT_CAP if counts.capped else counts.waiting, lang))}</strong>"]
    if counts.with_others:
        facts.append(html.escape(plural("queue.with_others", counts.with_others, lang)))
    if counts.oldest is not None and counts.waiting:
        facts.append(html.escape(t("queue.oldest", lang, ago=ago(counts.oldest, now, lang))))
    if (left := minutes_left(tab, counts)) is not None:
        facts.append(html.escape(plural("queue.minutes_left", left, lang)))
    said = notice_html(*tab.notice) if tab.notice else ""
    return f'<div class="tq-counts" dir="{direction(lang)}" lang="{lang}"><p>{" · ".join(facts)}</p></div>{said}'


def minutes_left(tab: bench.Bench, counts: QueueCounts) -> int | None:
    """The light at the end, once it is within an hour."""
    left = None if counts.capped else time_left(counts.waiting, tab.paced)
    return None if left is None or left > IN_SIGHT else max(1, round(left.total_seconds() / 60))


@st.fragment(key=bench.CARD)
@told_as_well
def draw_card(choice: filters.Choice) -> None:
    tab, lang = bench.bench(), state.language()
    tab.turn += 1
    now = state.desk().now()
    card = bench.next_card(tab, choice)
    if card is None:
        tab.forget_counts()
        st.html(header_html(tab, choice, lang) + empty_html(choice, lang))
        draw_empty_actions(choice, lang)
        bindings = undo_button(tab, lang)
        listen(bindings, card="", turn=tab.turn)
        watch(choice)
        return
    tab.show(card)
    zone = bench.site_of(tab).time_zone
    told = explain(state.desk(), card)
    st.html(header_html(tab, choice, lang) + card_html(card, lang, now=now, time_zone=zone, explanation=told))
    bindings = draw_actions(tab, card, lang)
    listen(bindings, card=f"{card.comment.id}:{card.comment.version}", turn=tab.turn)


@st.fragment(run_every=WATCH_EVERY)
@told_as_well
def watch(choice: filters.Choice) -> None:
    """While nothing waits, look now and then; what arrives is shown without a click."""
    if bench.has_changed(bench.bench(), choice.where(state.desk().now())):
        st.rerun()


def draw_actions(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    seen = (card.comment.id, card.comment.version, card.commenter.name)
    mark = f"{card.comment.id}_{card.comment.version}"
    asking = tab.rejecting == card.comment.id
    with st.container(key="queue_actions"):
        bindings = draw_reasons(card, seen, mark, lang) if asking else []
        with st.container(key="queue_buttons", horizontal=True):
            bindings += main_buttons(card, seen, mark, lang)
            bindings += undo_button(tab, lang)
            bindings += commenter_button(tab, card, lang)
            bindings += help_button(lang)
    return bindings


def main_buttons(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    approve, skip = f"queue_approve_{mark}", f"queue_skip_{mark}"
    st.button(f"{t('queue.approve', lang)} `F`", key=approve, type="primary", on_click=bench.approve, args=seen)
    bindings = reject_buttons(card, seen, mark, lang)
    st.button(f"{t('queue.skip', lang)} `S`", key=skip, on_click=bench.skip, args=seen)
    return [
        Binding(key="KeyF", button=approve, decides=True),
        *bindings,
        Binding(key="KeyS", button=skip, decides=True),
        # As those who come from Coral are used to.
        Binding(key="KeyJ", button=skip, decides=True),
    ]


def reject_buttons(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    """One that rejects at once where a reason suggests itself, and one that asks for the reason."""
    reason = suggested(card)
    at_once, ask = f"queue_reject_{mark}", f"queue_other_{mark}"
    if reason is None:
        st.button(f"{t('queue.reject', lang)}… `D`", key=ask, on_click=bench.ask_reason, args=seen[:1])
        return [Binding(key="KeyD", button=ask), Binding(key="KeyE", button=ask)]
    named = t("queue.reject_as", lang, reason=t(f"common.reason.{reason}", lang))
    st.button(f"{named} `D`", key=at_once, on_click=bench.reject, args=(*seen, reason))
    st.button(f"{t('queue.reject_other', lang)} `E`", key=ask, on_click=bench.ask_reason, args=seen[:1])
    return [Binding(key="KeyD", button=at_once, decides=True), Binding(key="KeyE", button=ask)]


def undo_button(tab: bench.Bench, lang: str) -> list[Binding]:
    done = bench.undoable(tab)
    key = f"queue_undo_{done[-1]}" if done else "queue_undo"
    st.button(f"{t('queue.undo', lang)} `U`", key=key, disabled=not done, on_click=bench.undo, args=tuple(done[-1:]))
    return [Binding(key="KeyU", button=key)]


def draw_reasons(card: Card, seen: tuple[int, int, str], mark: str, lang: str) -> list[Binding]:
    """All reasons, the likely ones first; the first nine have a digit."""
    bindings = [Binding(key="Escape", button=f"queue_cancel_{mark}")]
    with st.container(key="queue_reasons", border=True):
        st.html(f'<p class="tq-ask" dir="{direction(lang)}">{html.escape(t("queue.reasons", lang))}</p>')
        with st.container(horizontal=True):
            for place, reason in enumerate(ordered(card), 1):
                key, name = f"queue_as_{reason}_{mark}", t(f"common.reason.{reason}", lang)
                label = f"`{place}` {name}" if place <= _NUMBERED else name
                st.button(label, key=key, on_click=bench.reject, args=(*seen, reason))
                if place <= _NUMBERED:
                    bindings.append(Binding(key=f"Digit{place}", button=key, decides=True))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text_input(
                t("queue.note", lang),
                key=bench.note_key(card.comment.id),
                max_chars=500,
                placeholder=t("queue.note", lang),
                label_visibility="collapsed",
                on_change="ignore",
            )
            st.button(t("queue.cancel", lang), key=f"queue_cancel_{mark}", on_click=bench.stop_asking)
    return bindings


def commenter_button(tab: bench.Bench, card: Card, lang: str) -> list[Binding]:
    """Opens the drawer of who wrote the comment: their record, and measures."""
    key = f"queue_commenter_{card.commenter.id}"
    if st.button(f"{t('commenter.open', lang)} `B`", key=key):

        @st.dialog(t("commenter.title", lang), width="medium")
        def window() -> None:
            with told():
                commenter.panel(bench.site_of(tab), card.commenter.id, lang, key="drawer", linked=True)

        window()
    return [Binding(key="KeyB", button=key)]


def help_button(lang: str) -> list[Binding]:
    if st.button(":material/keyboard:", key="queue_help", help=t("queue.help", lang), type="tertiary"):
        show_help(lang)
    return [Binding(key="Question", button="queue_help")]


def show_help(lang: str) -> None:
    rows = (
        ("F", "approve"),
        ("D", "reject"),
        ("E", "reject_other"),
        ("1 – 9", "reason"),
        ("S / J", "skip"),
        ("U", "undo"),
        ("B", "commenter"),
        ("Esc", "escape"),
        ("?", "help"),
    )
    cells = "".join(
        f'<tr><td><kbd dir="ltr">{key}</kbd></td><td>{html.escape(t(f"queue.help.{name}", lang))}</td></tr>'
        for key, name in rows
    )

    @st.dialog(t("queue.help", lang), width="medium")
    def window() -> None:
        st.html(
            f'<div class="tq-help" dir="{direction(lang)}" lang="{lang}">'
            f"<p>{html.escape(t('queue.help.intro', lang))}</p><table><tbody>{cells}</tbody></table></div>"
        )

    window()


def empty_html(choice: filters.Choice, lang: str) -> str:
    kind = "empty.filtered" if choice.active else "empty"
    return (
        f'<div class="tq-empty" dir="{direction(lang)}" lang="{lang}" role="status">'
        f"<h2>{html.escape(t(f'queue.{kind}.title', lang))}</h2>"
        f"<p>{html.escape(t(f'queue.{kind}.text', lang))}</p></div>"
    )


def draw_empty_actions(choice: filters.Choice, lang: str) -> None:
    with st.container(horizontal=True, key="queue_empty_actions"):
        if choice.active:
            st.button(t("queue.filter.clear", lang), key="queue_clear", type="primary", on_click=clear_and_look)
        st.button(t("queue.refresh", lang), key="queue_refresh")


def clear_and_look() -> None:
    filters.clear()
    st.rerun()


def draw() -> None:
    state.require(Permission.COMMENTS_REVIEW)
    lang, site = state.language(), state.site()
    if bench.sit_at(site):
        filters.clear()
    with st.container(horizontal=True, vertical_alignment="center", key="queue_top"):
        st.html(f'<h1 class="tq-title" dir="{direction(lang)}">{html.escape(t("queue.title", lang))}</h1>')
        choice = filters.draw(site, lang)
    beside, aside = st.columns([3, 1], gap="large")
    with beside:
        draw_card(choice)
    with aside:
        recent.draw(lang)


with told():
    draw()
