"""Deciding many comments at once: what is chosen, the question before it is done, and the way back."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard.i18n import ago, direction, plural, t
from dashboard.ui import state
from dashboard.ui.components import choices, focus, many
from dashboard.ui.components.names import listed
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.reason_pills import reason_pills
from dashboard.ui.components.untrusted import md_message
from moderation.article import Site
from moderation.decision import Outcome
from moderation.search import Batch, BatchResult, Chosen, Found, SearchFilter
from moderation.service import batches, review, search
from moderation.service.batches import MAX_BATCH
from moderation.service.verdicts import MAX_MESSAGE

_ASKED, _SAID = "bulk_asked", "bulk_said"
_ACTS = "bulk_acts"
# How often one was asked and called it off in this visit.
_CALLED_OFF = "bulk_called_off"
_SAMPLE = 5
_RECENT = 5


def chosen(question: object) -> dict[int, int]:
    """Ids and versions; with another question nothing is chosen any more, and what was said is forgotten."""
    if st.session_state.get(_ASKED) != question:
        st.session_state[_ASKED] = question
        st.session_state.pop(_SAID, None)
    return choices.of(question)


def acts() -> int:
    """Grows with each act of this tab, so that what was found before can be found anew."""
    return int(st.session_state.get(_ACTS, 0))


def _choose_page(rows: Sequence[Found]) -> None:
    choices.choose(choices.chosen() | {row.comment.id: row.comment.version for row in rows})


def _choose_all(site: Site, where: SearchFilter) -> None:
    lang = state.language()
    try:
        found, more = search.choose(state.desk(), state.caller(), site=site.name, where=where)
    except Exception as error:
        st.session_state[_SAID] = ("error", sentence(error, lang), None)
        return
    choices.choose(dict(found))
    if more:
        st.session_state[_SAID] = ("warning", t("search.too_many", lang, most=MAX_BATCH), None)


def _choose_none() -> None:
    choices.choose({})


def bar(rows: Sequence[Found], site: Site, where: SearchFilter, lang: str) -> None:
    """What is chosen, ways to choose more or none, and what can be done with it."""
    held = choices.chosen()
    with st.container(horizontal=True, vertical_alignment="center", key="bulk_bar"):
        said = html.escape(plural("search.chosen", len(held), lang))
        st.html(f'<p class="tq-chosen" role="status" dir="{direction(lang)}"><strong>{said}</strong></p>')
        st.button(t("search.choose_page", lang), key="bulk_page", on_click=_choose_page, args=(rows,))
        st.button(t("search.choose_all", lang), key="bulk_all", on_click=_choose_all, args=(site, where))
        st.button(t("search.choose_none", lang), key="bulk_none", disabled=not held, on_click=_choose_none)
        for outcome in (Outcome.APPROVE, Outcome.REJECT):
            label = t(f"search.{outcome}", lang)
            if st.button(label, key=f"bulk_{outcome}", disabled=not held, type="primary"):
                ask(outcome, dict(held), site, lang)


def ask(outcome: Outcome, held: Mapping[int, int], site: Site, lang: str) -> None:
    """The question before it is done: `held` are ids and versions."""
    shown = search.sample(state.desk(), state.caller(), list(held), site=site.name, size=_SAMPLE)
    templates = review.messages(state.desk(), state.caller(), site=site.name)
    # A field's key until what it holds has gone with a batch: no draft waits in the browser for the next. Nor does what
    # was called off stand in it when the same is asked again before the page is drawn to its end.
    called_off = st.session_state.get(_CALLED_OFF, 0)
    last = max((one.id for one in batches.recent(state.desk(), state.caller(), site=site.name, limit=1)), default=0)

    @st.dialog(plural(f"search.ask.{outcome}", len(held), lang), width="medium")
    def window() -> None:
        st.html(many.sample_html(shown, len(held), lang, blurs=state.blurs()))
        reason = None
        if outcome is Outcome.REJECT:
            reason = reason_pills(t("search.reason", lang), lang, key="bulk_reason")
        note = st.text_input(t("queue.note", lang), key=f"bulk_note_{last}-{called_off}", max_chars=500)
        message = _message(templates, lang, key=f"bulk_message_{last}-{called_off}")
        ready = outcome is Outcome.APPROVE or reason is not None
        with st.container(horizontal=True):
            go = st.button(
                plural(f"search.do.{outcome}", len(held), lang), key="bulk_go", type="primary", disabled=not ready
            )
            if st.button(t("queue.cancel", lang), key="bulk_cancel", on_click=_call_off):
                st.rerun()
        if go:
            picked = [Chosen(comment_id, version) for comment_id, version in held.items()]
            reasons = [reason] if reason is not None else []
            _carry_out(
                lambda told: batches.decide_many(
                    state.desk(),
                    state.caller(),
                    picked,
                    outcome,
                    site=site.name,
                    reasons=reasons,
                    note=note,
                    message=message,
                    progress=told,
                ),
                f"search.done.{outcome}",
                lang,
                undoable=True,
            )

    window()


def _call_off() -> None:
    st.session_state[_CALLED_OFF] = st.session_state.get(_CALLED_OFF, 0) + 1


def _message(templates: Sequence[str], lang: str, *, key: str) -> str:
    """Words to the commenters; the policy's messages fill the field, in which one goes on writing."""
    label = t("search.message", lang, name="{name}", article="{article}")
    said = st.text_input(label, key=key, max_chars=MAX_MESSAGE)
    if templates:
        st.pills(
            t("search.message.ready", lang),
            range(len(templates)),
            format_func=lambda place: md_message(templates[place]),
            key="bulk_ready",
            on_change=_fill,
            args=(templates, key),
        )
    return said


def _fill(templates: Sequence[str], key: str) -> None:
    place = st.session_state.get("bulk_ready")
    if place is not None:
        st.session_state[key] = templates[place][:MAX_MESSAGE]


def _carry_out(act: Callable[[batches.Progress], BatchResult], key: str, lang: str, *, undoable: bool) -> None:
    """With a bar while it lasts; then the page anew, with what came of it."""
    with many.bar(lang) as told:
        try:
            result = act(told)
        except Exception as error:
            st.session_state[_SAID] = ("error", sentence(error, lang), None)
        else:
            undo = result.batch_id if undoable and result.decided else None
            st.session_state[_SAID] = ("done", many.said(key, result, lang), undo)
            st.session_state[_ACTS] = acts() + 1
            _choose_none()
    st.rerun()


def tell(kind: str, text: str) -> None:
    """Said above the rows at the next drawing."""
    st.session_state[_SAID] = (kind, text, None)


def told(lang: str) -> None:
    """What came of the last act, with its way back, until another question is asked."""
    kind, text, batch_id = st.session_state.get(_SAID) or ("", "", None)
    if not text:
        return
    with st.container(key="bulk_told", gap=None):
        st.html(notice_html(kind, text))
        # The question and the wave that it stood under are gone.
        focus.put("bulk_told", mark=f"bulk_{kind}_{acts()}")
    if batch_id is not None and st.button(t("queue.undo", lang), key="bulk_take_back", icon=":material/undo:"):
        _undo(batch_id, lang)


def latest(site: Site, lang: str) -> None:
    """One's own last batches, each with its way back."""
    last = batches.recent(state.desk(), state.caller(), site=site.name, limit=_RECENT)
    # Of one that left everything out nothing can be taken back.
    found = [batch for batch in last if batch.decided]
    if not found:
        return
    with st.expander(t("search.batches", lang), key="bulk_latest", expanded=False):
        for batch in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.html(batch_html(batch, lang))
                undone = t("queue.recent.undone", lang) if batch.undone else t("queue.undo", lang)
                if st.button(undone, key=f"bulk_undo_{batch.id}", disabled=batch.undone):
                    _undo(batch.id, lang)


def _undo(batch_id: int, lang: str) -> None:
    _carry_out(
        lambda told: batches.undo_batch(state.desk(), state.caller(), batch_id, progress=told),
        "search.undone",
        lang,
        undoable=False,
    )


def batch_html(batch: Batch, lang: str) -> str:
    reasons = listed((t(f"common.reason.{reason}", lang) for reason in batch.reasons), lang)
    what = plural(f"search.batch.{batch.outcome}", batch.decided, lang) + (f": {reasons}" if reasons else "")
    when = html.escape(ago(batch.created_at, state.desk().now(), lang))
    return f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(what)} <span class="tq-quiet">{when}</span></p>'
