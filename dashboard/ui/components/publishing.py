"""From draft to policy in force: what would change, what that would come to, and the publishing itself."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import focus, policy_trial
from dashboard.ui.components.announced import Refused, announced
from dashboard.ui.components.names import listed
from dashboard.ui.components.policy_draft import Draft, policy_of
from dashboard.ui.components.problems import notice_html
from moderation.errors import StaleVersion
from moderation.policy import Policy
from moderation.service import settings
from moderation.service.settings import MAX_NOTE

_DISCARDED = "policy_discarded"


def box(draft: Draft, current: Policy, lang: str) -> None:
    """Publishing is for all of the draft, from whichever of its pages."""
    with st.container(border=True):
        overtaken = draft.base.number != current.number
        if overtaken:
            st.html(notice_html("warning", t("settings.overtaken", lang, number=current.number)))
        changed = [t(f"settings.{name}", lang) for name in draft.changed]
        if changed:
            st.caption(t("settings.changed", lang, fields=listed(changed, lang)))
        else:
            st.caption(t("settings.unchanged", lang, number=draft.base.number))
        st.text_input(
            t("settings.note", lang),
            key=draft.begin("note"),
            max_chars=MAX_NOTE,
            placeholder=t("settings.note.placeholder", lang),
        )
        with st.container(horizontal=True):
            _buttons(draft, current, lang, changed=bool(changed))
        policy_trial.draw(draft, current, lang)


def _buttons(draft: Draft, current: Policy, lang: str, *, changed: bool) -> None:
    overtaken = draft.base.number != current.number
    # Never disabled: a list just typed is sent by the very click, so the page does not know yet that it changed.
    st.button(
        t("settings.publish_over" if overtaken else "settings.publish", lang),
        key="policy_publish",
        type="primary",
        on_click=publish,
        args=(draft, current.number),
    )
    st.button(
        t("settings.trial.run", lang),
        key="policy_try",
        on_click=policy_trial.ask,
        args=(draft,),
        help=t("settings.trial.run.help", lang),
    )
    st.button(
        t("settings.discard", lang),
        key="policy_discard",
        disabled=not changed,
        on_click=_discard,
        args=(draft, current),
    )
    if st.session_state.pop(_DISCARDED, False):
        # The button that was pressed cannot be pressed any more, and would let go of the focus.
        focus.put("policy_publish", mark=f"discarded_{state.desk().now().isoformat()}")


def _discard(draft: Draft, current: Policy) -> None:
    draft.restart(current)
    st.session_state[_DISCARDED] = True


@announced
def publish(draft: Draft, seen_number: int) -> str:
    """`seen_number` is the policy that the page named when the button was drawn."""
    lang = state.language()
    draft.pull()
    if not draft.changed:
        raise Refused(t("settings.nothing_changed", lang))
    try:
        published = settings.publish(
            state.desk(),
            state.caller(),
            policy_of(draft.values, draft.base),
            site=draft.site.name,
            seen_number=seen_number,
            note=str(draft.values["note"]),
        )
    except StaleVersion as error:
        raise Refused(t("settings.stale", lang, number=error.fields.get("version", ""))) from error
    draft.restart(published)
    return t("settings.published", lang, number=published.number)
