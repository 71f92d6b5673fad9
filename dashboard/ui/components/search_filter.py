"""What is looked for among all comments; kept in the page's address, so that a link shows a colleague the same."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.i18n import number, percent, t
from dashboard.i18n.readers import called
from dashboard.ids import read_id
from dashboard.periods import EARLIEST, midnight
from dashboard.ui import state
from dashboard.ui.components import address, unknown
from dashboard.ui.components.names import language_name
from dashboard.ui.components.options import by_name
from dashboard.ui.components.period import in_order
from dashboard.ui.components.untrusted import html_line
from moderation import addresses
from moderation.article import Commenter, Site
from moderation.comment import Status
from moderation.score import LABELS, Label
from moderation.search import SearchFilter
from moderation.service import search
from moderation.text.finding import MAX_QUERY, sought
from moderation.text.language import LANGUAGES

STATUSES = tuple(status for status in Status if status is not Status.ERASED)
LIKELY = 50
LEAST, MOST = (30, LIKELY, 70, 90), (10, 30, LIKELY, 70)
# One's own names: those of other pages' filters would bring along what was chosen there.
WHO, STORY, MAIL = "who", "story", "mail"
_NARROWING = ("state", "part", STORY, "lang", "class", "least", "most", "from", "to")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    where: SearchFilter
    commenter: Commenter | None


def choose(site: Site, lang: str) -> Wanted | None:
    """Draws the filters; None, with the reason on the page, while they are none that can be asked. Raises Invalid."""
    scope = search.scope(state.desk(), state.caller(), site=site.name, article_id=_id(STORY), commenter_id=_id(WHO))
    articles = by_name(scope.choices.articles)
    if scope.article is not None:
        articles.setdefault(scope.article.id, by_name([(scope.article.id, scope.article.title)])[scope.article.id])
    zone = site.time_zone
    today = state.desk().now().astimezone(ZoneInfo(zone)).date()
    with st.container(horizontal=True, vertical_alignment="bottom", key="search_filters"):
        text = _text(lang)
        active = sum(bool(st.query_params.get(key)) for key in _NARROWING)
        label = t("queue.filters", lang) + (f" ({number(active, lang)})" if active else "")
        with st.popover(label, icon=":material/filter_list:", type="primary" if active else "secondary"):
            status = _pick("state", {one: t(f"common.status.{one}", lang) for one in STATUSES}, lang)
            section = _pick("part", by_name(scope.choices.sections), lang)
            article = _pick(STORY, articles, lang)
            language = _pick("lang", {one: language_name(one, lang) for one in LANGUAGES}, lang)
            finding = _pick("class", {one: t(f"common.label.{one}", lang) for one in LABELS}, lang)
            least, most = _range("least", LEAST, lang), _range("most", MOST, lang)
            since = address.day("from", EARLIEST, today, label=t("search.filter.from", lang))
            until = address.day("to", EARLIEST, today, label=t("search.filter.to", lang))
            if active:
                st.button(t("queue.filter.clear", lang), key="search_clear", on_click=_clear, width="stretch")
    given = (status, section, article, language, finding, least, most, since, until)
    read = dict(zip(_NARROWING, given, strict=True)) | {WHO: scope.commenter, "q": text or None}
    if unknown.told(read, lang, names="search.filter") or not in_order((since, until), zone, lang):
        return None
    return Wanted(
        where=SearchFilter(
            words=sought(text),
            status=status,
            section_id=section,
            article_id=article,
            commenter_id=scope.commenter.id if scope.commenter else None,
            domain=_domain(),
            language=language,
            label=finding,
            at_least=_bound(finding, least, most),
            at_most=None if most is None else most / 100,
            since=midnight(since, zone) if since else None,
            until=midnight(until + timedelta(days=1), zone) if until else None,
        ),
        commenter=scope.commenter,
    )


def _range(key: str, usual: tuple[int, ...], lang: str) -> int | None:
    """A bound of the score in percent: a usual one, or the one that was drawn over the chart."""
    drawn = _percent(key)
    shown = sorted({*usual, drawn} if drawn is not None else usual)
    return _pick(key, {one: t(f"search.{key}.from", lang, share=percent(one / 100, lang)) for one in shown}, lang)


def _percent(key: str) -> int | None:
    text = str(st.session_state.get(key, st.query_params.get(key, "")))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= 100 else None


def keep_range(least: int, most: int) -> None:
    """From the chart into the filter and the address; the ends of the scale are no bounds."""
    for key, value, none in (("least", least, 0), ("most", most, 100)):
        st.session_state[key] = None if value == none else value
        address.keep(key)


def _bound(label: Label | None, least: int | None, most: int | None) -> float | None:
    """A class alone asks for those that more likely have it than not."""
    if least is None:
        return None if label is None or most is not None else LIKELY / 100
    return least / 100


def _text(lang: str) -> str:
    address.recall("q", address.short_text, "")
    text = st.text_input(
        t("search.words", lang),
        key="q",
        max_chars=MAX_QUERY,
        placeholder=t("search.words.placeholder", lang),
        icon=":material/search:",
        on_change=address.keep,
        args=("q",),
    )
    return text or ""


def _clear() -> None:
    for key in _NARROWING:
        st.session_state[key] = None
        address.keep(key)


def _pick(key: str, names: dict[V, str], lang: str) -> V | None:
    return address.pick(key, names, label=t(f"search.filter.{key}", lang), anything=t("search.filter.any", lang))


def _id(key: str) -> int | None:
    """A stored thing's id, as chosen or as the address names it; anything else is none."""
    chosen = st.session_state.get(key, st.query_params.get(key))
    return None if chosen is None else read_id(str(chosen))


def _domain() -> str | None:
    """Of the commenters' e-mail, as the address names it; Invalid where it is none."""
    given = st.query_params.get(MAIL, "")
    return addresses.domain(given, field="domain") if given else None


def domain_chip(domain: str, lang: str) -> None:
    """Whose comments these are, and the way back to everybody's."""
    with st.container(horizontal=True, vertical_alignment="center", key="search_mail"):
        st.html(f'<p class="tq-who">{html.escape(t("search.mail", lang, domain=domain))}</p>')
        name = t("search.by.anyone", lang)
        st.button(name, key="search_any_mail", icon=":material/close:", on_click=forget_domain)


def forget_domain() -> None:
    st.query_params.pop(MAIL, None)


def forget_commenter() -> None:
    st.query_params.pop(WHO, None)


def commenter_chip(commenter: Commenter, lang: str) -> None:
    """Whose comments these are, and the way back to everybody's."""
    with st.container(horizontal=True, vertical_alignment="center", key="search_who"):
        name = html_line(called(commenter.name, commenter.external_id, lang), limit=80)
        st.html(f'<p class="tq-who">{html.escape(t("search.by", lang))} <strong>{name}</strong></p>')
        st.button(t("search.by.anyone", lang), key="search_anyone", icon=":material/close:", on_click=forget_commenter)
