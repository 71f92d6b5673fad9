"""What comments are about, on the page: each topic with how much of the talk it is, how civil it is, and who says what.

The phrases and the comments are readers' words: escaped, each in its own direction, capped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from dashboard.i18n import direction, percent, plural, t
from dashboard.ui import state
from dashboard.ui.components.problems import told_as_well
from dashboard.ui.components.search_filter import STORY
from dashboard.ui.components.search_rows import row_html
from dashboard.ui.components.untrusted import html_line
from moderation.article import Site
from moderation.engagement import InsightFilter, Period
from moderation.errors import Forbidden
from moderation.search import Found
from moderation.service import topics
from moderation.service.topics import Topic, Topics
from moderation.topics import Background, Scope

_LONGEST = 60


def scope_of(where: InsightFilter, period: Period) -> Scope:
    return Scope(article_id=where.article_id, section_id=where.section_id, since=period.start, until=period.end)


@st.fragment
@told_as_well
def draw(site: Site, scope: Scope, lang: str) -> None:
    """By itself, so that the charts do not wait for it."""
    desk, caller = state.desk(), state.caller()
    try:
        mark = topics.mark(desk, caller, site=site.name, scope=scope)
    except Forbidden:
        # Phrases stand out against the whole site, which who is limited to some sections does not see.
        st.caption(t("topics.whole_site", lang))
        return
    found = _topics(caller.token_hash, site.name, scope, mark)
    try:
        ids = [one for topic in found.topics for one in topic.examples]
        shown = {row.comment.id: row for row in topics.examples(desk, caller, ids)}
    except Forbidden:
        # Who may see what comments are about, and not the comments.
        shown = {}
    st.subheader(t("topics.article" if scope.article_id is not None else "topics.period", lang), anchor=False)
    st.caption(plural("topics.note.newest" if found.more else "topics.note", found.compared, lang))
    if found.topics:
        st.html(topics_html(found, shown, scope, lang, time_zone=site.time_zone))
    else:
        st.info(t("topics.none", lang))


@st.cache_data(max_entries=200, ttl=3_600, show_spinner=False)
def _topics(token_hash: str, site: str, scope: Scope, mark: tuple[int, int, int]) -> Topics:
    """Kept by session, as all that a role may see; another mark is another question."""
    return topics.topics(state.desk(), state.caller(), site=site, scope=scope, others=_background(token_hash, site))


@st.cache_data(max_entries=20, ttl=3_600, show_spinner=False)
def _background(token_hash: str, site: str) -> Background:
    return topics.background(state.desk(), state.caller(), site=site)


def topics_html(found: Topics, shown: Mapping[int, Found], scope: Scope, lang: str, *, time_zone: str) -> str:
    most = max(topic.comments for topic in found.topics)
    rows = "".join(
        _topic_html(topic, [shown[one] for one in topic.examples if one in shown], scope, lang, most, time_zone)
        for topic in found.topics
    )
    kind = "tq-topics tq-of-article" if scope.article_id is not None else "tq-topics"
    return f'<ol class="{kind}" dir="{direction(lang)}" lang="{lang}">{rows}</ol>'


def _topic_html(topic: Topic, examples: Sequence[Found], scope: Scope, lang: str, most: int, time_zone: str) -> str:
    share = round(100 * topic.comments / most)
    now, blurs = state.desk().now(), state.blurs()
    said = "".join(row_html(one, (), lang, now=now, time_zone=time_zone, blurs=blurs) for one in examples)
    return (
        f'<li><details><summary><span class="tq-topic">{html_line(topic.text, limit=_LONGEST)}</span>'
        f'<span class="tq-topic-bar" aria-hidden="true"><span style="inline-size:{share}%"></span></span>'
        f'<span class="tq-facts">{_facts(topic, lang)}</span></summary>'
        f'{_others(topic, lang)}<div class="tq-topic-said">{said}</div>{_all(topic, scope, lang)}</details></li>'
    )


def _facts(topic: Topic, lang: str) -> str:
    facts = [
        plural("topics.comments", topic.comments, lang),
        plural("topics.commenters", topic.commenters, lang),
        t("topics.civil", lang, share=percent(topic.civil, lang)),
    ]
    if topic.rejected:
        facts.append(plural("topics.rejected", topic.rejected, lang))
    return " · ".join(html.escape(fact) for fact in facts)


def _others(topic: Topic, lang: str) -> str:
    if not topic.others:
        return ""
    named = html.escape(t("common.list.separator", lang)).join(html_line(one, limit=_LONGEST) for one in topic.others)
    return f'<p class="tq-quiet">{html.escape(t("topics.others", lang))} {named}</p>'


def _all(topic: Topic, scope: Scope, lang: str) -> str:
    """To the search for the phrase's words, which a search finds within others."""
    where = {"q": topic.text} | ({STORY: str(scope.article_id)} if scope.article_id is not None else {})
    return f'<p><a href="/search?{html.escape(urlencode(where))}">{html.escape(t("topics.all", lang))}</a></p>'
