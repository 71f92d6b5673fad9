"""Settings, for admins: the policy and its words, the people, the keys, the sites."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import (
    policy_versions,
    publishing,
    settings_entry,
    settings_keys,
    settings_models,
    settings_policy,
    settings_retention,
    settings_sites,
    settings_staff,
    settings_words,
)
from dashboard.ui.components.announced import refusal
from dashboard.ui.components.areas import Area, choose_area
from dashboard.ui.components.policy_draft import open_draft
from dashboard.ui.components.problems import told
from moderation.article import Site
from moderation.roles import Permission, Staff
from moderation.service import settings


def page() -> None:
    lang = state.language()
    st.title(t("shell.settings", lang), anchor=False)
    with told():
        person = state.require(Permission.POLICY_MANAGE)
        area = choose_area(lang)
        refusal()
        if area is Area.STAFF:
            settings_staff.draw(lang, time_zone=_zone())
        elif area is Area.ENTRY:
            settings_entry.draw(lang)
        elif area is Area.SITES:
            settings_sites.draw(lang)
        elif area is Area.MODELS:
            settings_models.draw(state.site().time_zone, lang)
        elif area is Area.RETENTION:
            settings_retention.draw(state.site(), lang)
        elif area is Area.KEYS:
            settings_keys.draw(state.site(), lang)
        else:
            _policy(area, person, state.site(), lang)


def _zone() -> str:
    """The first colleagues are invited before there is a site."""
    return state.site().time_zone if state.sites() else "UTC"


def _policy(area: Area, person: Staff, site: Site, lang: str) -> None:
    current = settings.policy(state.desk(), state.caller(), site=site.name)
    draft = open_draft(person, site, current)
    draw = settings_words.draw if area is Area.WORDS else settings_policy.draw
    draw(draft, lang)
    # The widgets may have been drawn with what the browser sent in this very run.
    draft.pull()
    publishing.box(draft, current, lang)
    policy_versions.draw(draft, current, site, lang)


page()
