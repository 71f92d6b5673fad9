"""The second factor: turning it on by an app's code, the recovery codes, turning it off."""

from __future__ import annotations

import html

import segno
import streamlit as st

from dashboard.i18n import direction, plural, t
from dashboard.ui import state
from dashboard.ui.components import account_password, focus, secrets_once
from dashboard.ui.components.announced import announced
from moderation.errors import Conflict
from moderation.roles import Staff
from moderation.service import second_factor
from moderation.service.second_factor import Enrolment

_BEGUN, _CODES, _TYPED = "account_enrolment", "account_codes", "account_code"
_PRESENT = "account_factor_present"
_BEGIN, _REMOVE, _TAKEN = "account_factor_begin", "account_factor_remove", "account_codes_taken"
# Where one goes on after the last act, until it is drawn; and how many acts there were.
_NEXT, _ACTS = "account_next", "account_acts"


def draw(person: Staff, lang: str) -> None:
    found = second_factor.state(state.desk(), state.caller())
    with st.container(border=True):
        st.subheader(t("account.factor", lang), anchor=False)
        codes = secrets_once.shown(_CODES)
        if codes:
            _codes(codes, lang)
        elif found.on:
            st.caption(f"{t('account.factor.on', lang)} {plural('account.factor.codes_left', found.codes_left, lang)}")
            _code(lang)
            st.button(t("account.factor.remove", lang), key=_REMOVE, on_click=_remove)
        elif (begun := secrets_once.shown(_BEGUN)) is not None:
            _enrolment(begun, lang)
        else:
            st.caption(t("account.factor.off", lang))
            if person.has_password:
                account_password.present(_PRESENT, lang)
            st.button(t("account.factor.begin", lang), key=_BEGIN, type="primary", on_click=_begin)
        if at := st.session_state.pop(_NEXT, ""):
            focus.put(at, mark=f"{at}_{st.session_state[_ACTS]}")


def _enrolment(begun: Enrolment, lang: str) -> None:
    st.caption(t("account.factor.scan", lang))
    st.html(square_html(begun.address, lang))
    st.code(begun.secret, language=None)
    _code(lang)
    with st.container(horizontal=True):
        st.button(t("account.factor.confirm", lang), key="account_factor_confirm", type="primary", on_click=_confirm)
        st.button(t("queue.cancel", lang), key="account_factor_cancel", on_click=_cancel)


def square_html(address: str, lang: str) -> str:
    """A QR code as an image within the page: the secret goes to no other host."""
    image = segno.make(address, error="m").png_data_uri(scale=5, border=4)
    alt = html.escape(t("account.factor.square", lang))
    return f'<p class="tq-square" dir="{direction(lang)}"><img src="{html.escape(image)}" alt="{alt}"></p>'


def _code(lang: str) -> None:
    st.text_input(t("api.code.label", lang), key=_TYPED, max_chars=40, autocomplete="one-time-code", width=320)


def _codes(codes: tuple[str, ...], lang: str) -> None:
    st.text(t("account.factor.codes", lang))
    st.code("\n".join(codes), language=None)
    st.button(t("settings.once.taken", lang), key=_TAKEN, on_click=_taken)


def _go_on(at: str) -> None:
    """What was clicked goes with the step that it ends, and would take the focus along."""
    st.session_state[_NEXT] = at
    st.session_state[_ACTS] = st.session_state.get(_ACTS, 0) + 1


@announced
def _begin() -> str:
    present = account_password.taken(_PRESENT)
    begun = second_factor.begin(state.desk(), state.caller(), present, address=state.address())
    secrets_once.hold(_BEGUN, begun)
    _go_on(_TYPED)
    return t("account.factor.begun", state.language())


@announced
def _confirm() -> str:
    begun: Enrolment | None = secrets_once.held(_BEGUN)
    shown = begun.secret if begun else None
    try:
        codes = second_factor.confirm(state.desk(), state.caller(), account_password.taken(_TYPED), secret=shown)
    except Conflict:
        _cancel()
        raise
    secrets_once.hold(_CODES, codes)
    secrets_once.drop(_BEGUN)
    _go_on(_TAKEN)
    return t("account.factor.added", state.language())


@announced
def _remove() -> str:
    second_factor.remove(state.desk(), state.caller(), account_password.taken(_TYPED), address=state.address())
    _go_on(_BEGIN)
    return t("account.factor.removed", state.language())


def _cancel() -> None:
    secrets_once.drop(_BEGUN)
    _go_on(_BEGIN)


def _taken() -> None:
    secrets_once.drop(_CODES)
    _go_on(_REMOVE)


def shows_codes() -> bool:
    """Whether there are recovery codes that nobody has put away yet."""
    return secrets_once.held(_CODES) is not None
