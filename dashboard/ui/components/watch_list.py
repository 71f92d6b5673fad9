"""What a moderator looks after: articles and sections, chosen here and asked for as a queue of their own."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.options import hold
from dashboard.ui.components.problems import told
from dashboard.ui.components.untrusted import plain_line
from moderation.article import Site
from moderation.queue import Facets
from moderation.service import watching


def draw(site: Site, facets: Facets, lang: str) -> None:
    found = watching.watch_list(state.desk(), state.caller(), site=site.name)
    offered = {
        "sections": dict(found.sections) | {key: name for key, name, _ in facets.sections},
        "articles": dict(found.articles) | {key: title for key, title, _ in facets.articles},
    }
    for kind, names in offered.items():
        key = f"queue_watch_{kind}"
        hold(key, [one for one, _ in getattr(found, kind)])
        st.multiselect(
            t(f"queue.watch.{kind}", lang),
            list(names),
            format_func=lambda one, names=names: plain_line(names.get(one, ""), limit=120),
            placeholder=t("queue.watch.none", lang),
            max_selections=watching.MAX_WATCHED // 2,
            key=key,
            on_change=_keep_watch,
            args=(site.name,),
        )


def _keep_watch(site: str) -> None:
    chosen = {kind: list(st.session_state.get(f"queue_watch_{kind}") or ()) for kind in ("articles", "sections")}
    with told():
        watching.watch(
            state.desk(), state.caller(), site=site, article_ids=chosen["articles"], section_ids=chosen["sections"]
        )
