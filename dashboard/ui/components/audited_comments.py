"""The audit page's filters about comments: how they were decided and why, under what article, whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.i18n import number, t
from dashboard.ui import state
from dashboard.ui.components import address
from dashboard.ui.components.options import by_name
from moderation.article import Site
from moderation.decision import Outcome, Reason
from moderation.errors import Invalid
from moderation.service import search
from moderation.text.finding import sought

LAST_ID = 2**63 - 1
_MARKS = re.compile(r"[\s\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_NARROWING = ("outcome", "reason", "under", "by")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """None means any."""

    comment_id: int | None = None
    people_only: bool = False
    outcome: str | None = None
    reason: str | None = None
    article_id: int | None = None
    commenter_id: int | None = None

    def read(self) -> dict[str, object]:
        """What each filter that narrows was understood as, by its name in the address."""
        return dict(zip(_NARROWING, (self.outcome, self.reason, self.article_id, self.commenter_id), strict=True))


def about_comments(site: Site, lang: str) -> About:
    """Draws the filters; what is chosen stands in the page's address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        comment, people_only = _comment(lang), _people_only(lang)
        active = sum(bool(st.query_params.get(key)) for key in _NARROWING)
        label = t("queue.filters", lang) + (f" ({number(active, lang)})" if active else "")
        with st.popover(label, icon=":material/filter_list:", type="primary" if active else "secondary"):
            outcome = pick("outcome", [*Outcome], {one: t(f"common.outcome.{one}", lang) for one in Outcome}, lang)
            reason = pick("reason", [*Reason], {one: t(f"common.reason.{one}", lang) for one in Reason}, lang)
            article, commenter = _of_site(site, lang)
    return About(
        comment_id=comment,
        people_only=people_only,
        outcome=outcome,
        reason=reason,
        article_id=article,
        commenter_id=commenter,
    )


def _of_site(site: Site, lang: str) -> tuple[int | None, int | None]:
    scope = search.scope(state.desk(), state.caller(), site=site.name, article_id=_id("under"), commenter_id=_id("by"))
    articles = by_name(scope.choices.articles)
    if scope.article is not None:
        articles.setdefault(scope.article.id, by_name([(scope.article.id, scope.article.title)])[scope.article.id])
    return _choice("under", articles, lang), _choice("by", _commenters(site, scope, lang), lang)


def _commenters(site: Site, scope: search.Scope, lang: str) -> dict[int, str]:
    """Those whose name is looked for, and the one that is chosen."""
    text = st.text_input(
        t("audit.filter.named", lang), key="named", max_chars=100, placeholder=t("audit.filter.named.placeholder", lang)
    )
    known = {scope.commenter.id: scope.commenter.name} if scope.commenter else {}
    try:
        words = sought(text or "")
    except Invalid:
        words = ()
    if words:
        found = search.named(state.desk(), state.caller(), site=site.name, words=words)
        known |= {one.id: one.name for one in found}
    return by_name(list(known.items()))


def _choice(key: str, names: Mapping[int, str], lang: str) -> int | None:
    return address.pick(key, names, label=t(f"audit.filter.{key}", lang), anything=t(f"audit.filter.any_{key}", lang))


def _id(key: str) -> int | None:
    text = str(st.session_state.get(key, st.query_params.get(key, "")) or "")
    return int(text) if text.isascii() and text.isdecimal() and int(text[:20]) <= LAST_ID else None


def pick(key: str, known: Sequence[str], names: Mapping[str, str], lang: str) -> str | None:
    return address.pick(
        key,
        {one: names.get(one, one) for one in known},
        label=t(f"audit.filter.{key}", lang),
        anything=t(f"audit.filter.any_{key}", lang),
    )


def _comment(lang: str) -> int | None:
    """A comment's number, as it stands in the log and on the page; anything else finds nothing."""
    address.recall("comment", address.short_text, "")
    text = st.text_input(
        t("audit.filter.comment", lang),
        key="comment",
        max_chars=40,
        placeholder=t("audit.filter.comment.placeholder", lang),
        on_change=address.keep,
        args=("comment",),
        width=260,
    )
    # Copied from a page it stands between marks of direction; digits may be Arabic.
    digits = _MARKS.sub("", text)
    if not digits:
        return None
    number = int(digits) if digits.isdecimal() else 0
    return number if number <= LAST_ID else 0


def _people_only(lang: str) -> bool:
    address.recall("people", address.yes, False)
    return st.checkbox(t("audit.filter.people_only", lang), key="people", on_change=address.keep, args=("people",))
