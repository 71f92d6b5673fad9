"""The queue's filters: select boxes whose choice stands in the address, to survive a reload and to be shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboard.i18n import number, t
from dashboard.ids import read_id
from dashboard.ui import state
from dashboard.ui.components import watch_list
from dashboard.ui.components.names import language_name
from dashboard.ui.components.options import hold
from dashboard.ui.components.untrusted import plain_line
from moderation.article import Site
from moderation.queue import Facets, Order, QueueFilter
from moderation.score import Label
from moderation.service import review

_NAMES = ("article", "section", "label", "language", "age")
# What stands in the address beside them and is no filter: the order, and whether only one's watch-list is asked for.
_ORDER, _WATCHED, _YES = "order", "watched", "1"
_AGES = {
    "hour": ("newer_than", timedelta(hours=1)),
    "over_hour": ("older_than", timedelta(hours=1)),
    "over_day": ("older_than", timedelta(days=1)),
    "over_three_days": ("older_than", timedelta(days=3)),
}
# Room for the longest of the names in either language.
_ORDER_WIDTH = 210


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """As in the address: None is any."""

    article: str | None = None
    section: str | None = None
    label: str | None = None
    language: str | None = None
    age: str | None = None
    watched: bool = False
    order: Order = Order.PRIORITY

    @property
    def active(self) -> int:
        return sum(getattr(self, name) is not None for name in _NAMES) + self.watched

    def where(self, now: datetime) -> QueueFilter:
        bounds = {}
        if self.age is not None:
            bound, length = _AGES[self.age]
            bounds[bound] = now - length
        return QueueFilter(
            article_id=int(self.article) if self.article else None,
            section_id=int(self.section) if self.section else None,
            label=Label(self.label) if self.label else None,
            language=self.language,
            watched=self.watched,
            **bounds,
        )


def chosen() -> Choice:
    """The present choice; what the address holds that cannot be a choice counts as any."""
    order, watched = _asked(_ORDER), _asked(_WATCHED)
    return Choice(
        **{name: _possible(name, _asked(name)) for name in _NAMES},
        order=Order(order) if order in set(Order) else Order.PRIORITY,
        watched=watched in (True, _YES),
    )


def _asked(name: str) -> Any:
    return st.session_state.get(_key(name), st.query_params.get(name))


def _key(name: str) -> str:
    return f"queue_filter_{name}"


def _possible(name: str, value: object) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    if name in ("article", "section"):
        return value if read_id(value) is not None else None
    if name == "label":
        return value if value in set(Label) else None
    if name == "age":
        return value if value in _AGES else None
    return value if len(value) <= 20 and value.isascii() and value.isprintable() else None


def _remember() -> None:
    """A select box changed: the address follows."""
    for name in (*_NAMES, _ORDER, _WATCHED):
        value = st.session_state.get(_key(name))
        if name == _WATCHED:
            value = _YES if value else None
        elif value == Order.PRIORITY:
            value = None
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def clear() -> None:
    for name in _NAMES:
        st.session_state[_key(name)] = None
    st.session_state[_key(_WATCHED)] = False
    _remember()


@st.cache_data(ttl=30, max_entries=500, show_spinner=False)
def _facets(token_hash: str, site: str) -> Facets:
    """Kept by session and site, so that nobody reads what another's role let them see."""
    return review.facets(state.desk(), state.caller(), site=site)


def draw(site: Site, lang: str) -> Choice:
    """The order, then the filters and the watch-list each behind a button of its own."""
    choice = chosen()
    facets = _facets(state.caller().token_hash, site.name)
    _order_box(choice, lang)
    narrowed = choice.active - choice.watched
    label = t("queue.filters", lang) + (f" ({number(narrowed, lang)})" if narrowed else "")
    with st.popover(label, icon=":material/filter_list:", type="primary" if narrowed else "secondary"):
        for name, names in _options(facets, lang).items():
            _box(name, names, getattr(choice, name), lang)
        if choice.active:
            st.button(t("queue.filter.clear", lang), key="queue_filters_clear", on_click=clear, width="stretch")
    kind = "primary" if choice.watched else "secondary"
    with st.popover(t("queue.watch", lang), icon=":material/bookmark:", type=kind, key="queue_watch"):
        hold(_key(_WATCHED), choice.watched)
        st.toggle(t("queue.watch.only", lang), key=_key(_WATCHED), on_change=_remember)
        watch_list.draw(site, facets, lang)
    return choice


def _order_box(choice: Choice, lang: str) -> None:
    hold(_key(_ORDER), choice.order)
    st.selectbox(
        t("queue.order", lang),
        list(Order),
        format_func=lambda order: t(f"queue.order.{order}", lang),
        key=_key(_ORDER),
        on_change=_remember,
        label_visibility="collapsed",
        width=_ORDER_WIDTH,
    )


def _options(facets: Facets, lang: str) -> dict[str, dict[str, str]]:
    def counted(name: str, n: int) -> str:
        return t("queue.filter.counted", lang, name=plain_line(name, limit=120), n=n)

    return {
        "article": {str(key): counted(title, n) for key, title, n in facets.articles},
        "section": {str(key): counted(name, n) for key, name, n in facets.sections},
        "label": {str(label): counted(t(f"common.label.{label}", lang), n) for label, n in facets.labels},
        "language": {code: counted(language_name(code, lang), n) for code, n in facets.languages},
        "age": {age: t(f"queue.age.{age}", lang) for age in _AGES},
    }


def _box(name: str, names: dict[str, str], value: str | None, lang: str) -> None:
    # A choice of which nothing waits any more stays a choice, or the filter would end without anyone ending it.
    options = [*names, *([value] if value is not None and value not in names else [])]
    hold(_key(name), value)
    st.selectbox(
        t(f"queue.filter.{name}", lang),
        options,
        index=None,
        format_func=lambda option: names.get(option, t("queue.filter.unknown", lang)),
        placeholder=t("queue.filter.any", lang),
        key=_key(name),
        on_change=_remember,
    )
