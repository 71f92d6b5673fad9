"""Whether anyone changed the logs: the check, and its result in words."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import moment, plural, t
from dashboard.ui import state
from dashboard.ui.components.events import place
from dashboard.ui.components.problems import notice_html, told_as_well
from moderation.service import audit
from moderation.verification import Break, Verification

_FOUND = "audit_verified"


@st.fragment(key="audit_verification")
@told_as_well
def verification(zone: str) -> None:
    lang = state.language()
    with st.container(border=True):
        st.subheader(t("audit.verify.title", lang), anchor=False)
        st.caption(t("audit.verify.note", lang))
        if st.button(t("audit.verify.button", lang), key="audit_verify", icon=":material/verified:"):
            st.session_state[_FOUND] = _verified(lang)
        for found in st.session_state.get(_FOUND, ()):
            st.html(result_html(found, lang, zone))
            st.code(found.root, language=None, wrap_lines=True)


def _verified(lang: str) -> list[Verification]:
    bar = st.progress(0.0, t("audit.verify.running", lang))
    shown = 0

    def progress(checked: int, total: int) -> None:
        nonlocal shown
        # A long log calls thousands of times; the browser is told of whole percents.
        percent = 100 * checked // total if total else 100
        if percent > shown:
            shown = percent
            bar.progress(percent / 100, t("audit.verify.progress", lang, checked=checked, total=total))

    found = audit.verify(state.desk(), state.caller(), progress=progress)
    bar.empty()
    return found


def result_html(found: Verification, lang: str, zone: str) -> str:
    """Says which log, what was found and what it means. The root is shown apart, to be copied."""
    origin = t("audit.verify.log", lang, origin=found.origin)
    at = t("audit.verify.at", lang, at=moment(found.checked_at, lang, zone))
    if found.first_break is None:
        said = plural("audit.verify.ok", found.size, lang)
        heads = f" {plural('audit.verify.heads', found.checkpoints, lang)}" if found.checkpoints else ""
        return notice_html("done", f"{origin} {said}{heads}", extra=_small(f"{at} {t('audit.verify.root', lang)}"))
    return notice_html("error", f"{origin} {broken(found.first_break, lang)}", extra=_small(at))


def broken(wrong: Break, lang: str) -> str:
    if wrong.until is not None:
        first, last, size = (place(number, lang) for number in (wrong.position, wrong.until - 1, wrong.until))
        return t("audit.verify.forked", lang, position=first, last=last, size=size)
    kind = t(f"common.break.{wrong.kind}", lang)
    said = t("audit.verify.broken", lang, kind=kind, position=place(wrong.position, lang))
    return f"{said} {t(f'audit.meaning.{wrong.kind}', lang)}"


def _small(text: str) -> str:
    return f"<small>{html.escape(text)}</small>"
