"""Found comments as a list: who wrote what where, what became of it, and the words that were looked for, marked."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from dashboard.i18n import ago, direction, moment, percent, t
from dashboard.ui.components import choices
from dashboard.ui.components.earlier import folded_html
from dashboard.ui.components.names import language_name
from dashboard.ui.components.search_filter import STORY, WHO
from dashboard.ui.components.untrusted import LONGEST, Mark, html_line, html_text, plain_line
from dashboard.ui.components.veil import veiled
from moderation.article import Commenter
from moderation.comment import VISIBLE
from moderation.decision import Recorded
from moderation.search import Found
from moderation.text.finding import places

# From here a class is worth naming in a list.
_TELLING = 0.3


def row_html(
    found: Found,
    words: Sequence[str],
    lang: str,
    *,
    now: datetime,
    time_zone: str,
    picked: bool = False,
    held_by: str | None = None,
    decided: Sequence[Recorded] = (),
    blurs: bool = False,
) -> str:
    """`held_by` names the colleague who has it in their hands. `decided`: what people decided on it, newest first."""
    comment = found.comment
    body = html_text(comment.body, lang, language=comment.language, marks=_marks(comment.body, words))
    title = html_line(found.article_title, limit=120)
    return (
        f'<article class="tq-found-row" dir="{direction(lang)}" lang="{lang}" data-comment="{comment.id}">'
        f'<p class="tq-by">{_who(found, lang)} {_status(found, lang)} {_pick(lang) if picked else ""}'
        f"{_held(held_by, lang)}"
        f'<span class="tq-facts">{" · ".join(_facts(found, lang, now=now, time_zone=time_zone))}</span></p>'
        f'<div class="tq-found-body">{veiled(body, blurs)}</div>'
        f'<p class="tq-quiet">{_link(STORY, comment.article_id, title)}</p>'
        f"{folded_html(decided, lang, now=now)}</article>"
    )


def choosable_html(row: str, found: Found, lang: str, *, picked: bool) -> str:
    """A row, as HTML, with its box and, where readers see the comment, its star; `choices` hears of both."""
    name = plain_line(found.commenter_name, limit=60) or t("queue.unnamed", lang)
    label = html.escape(t("search.choose_one", lang, name=name))
    box = f'<input type="checkbox" data-choose="{choices.name(found)}" aria-label="{label}" autocomplete="off">'
    star = _star(found, lang, picked=picked) if found.comment.status in VISIBLE else ""
    return f'<div class="tq-choice" dir="{direction(lang)}"><label class="tq-check">{box}</label>{row}{star}</div>'


def _star(found: Found, lang: str, *, picked: bool) -> str:
    said = html.escape(t("search.unpick" if picked else "search.pick", lang))
    sign = "kid_star" if picked else "star"
    return (
        f'<button type="button" class="tq-act tq-plain tq-star" title="{said}" data-star="{choices.name(found)}:'
        f'{"off" if picked else "on"}"><span class="tq-sign" aria-hidden="true" data-sign="{sign}"></span>'
        f'<span class="tq-name">{said}</span></button>'
    )


def named_html(found: Sequence[Commenter], lang: str) -> str:
    links = html.escape(t("common.list.separator", lang)).join(
        _link(WHO, one.id, html_line(one.name, limit=80)) for one in found
    )
    said = html.escape(t("search.named", lang))
    return f'<p class="tq-named" dir="{direction(lang)}" lang="{lang}">{said} {links}</p>'


def _marks(text: str, words: Sequence[str]) -> list[Mark]:
    return [Mark(start=start, end=end, kind="found", strong=False) for start, end in places(text[:LONGEST], words)]


def _who(found: Found, lang: str) -> str:
    name = found.commenter_name.strip()
    shown = html_line(name, limit=80) if name else html.escape(t("queue.unnamed", lang))
    return f"<strong>{_link(WHO, found.comment.commenter_id, shown)}</strong>"


def _link(key: str, value: int, shown: str) -> str:
    """To all comments of this one; `shown` is HTML."""
    return f'<a href="/search?{urlencode({key: value})}">{shown}</a>'


def _status(found: Found, lang: str) -> str:
    status = found.comment.status
    by = t("search.by_machine" if found.by_machine else "search.by_person", lang)
    said = html.escape(t(f"common.status.{status}", lang))
    return f'<span class="tq-status tq-{status}" title="{html.escape(by)}">{said}</span>'


def _pick(lang: str) -> str:
    return f'<span class="tq-status tq-pick">{html.escape(t("search.picked", lang))}</span> '


def _held(by: str | None, lang: str) -> str:
    if by is None:
        return ""
    said = t("search.held", lang, name=plain_line(by, limit=40))
    return f'<span class="tq-quiet tq-held">{html.escape(said)}</span> '


def _facts(found: Found, lang: str, *, now: datetime, time_zone: str) -> list[str]:
    comment, (label, score) = found.comment, found.scores.top()
    exact = html.escape(moment(comment.created_at, lang, time_zone))
    iso = comment.created_at.isoformat(timespec="seconds")
    facts = [f'<time datetime="{iso}" title="{exact}">{html.escape(ago(comment.created_at, now, lang))}</time>']
    facts.append(html.escape(language_name(comment.language, lang)))
    if score >= _TELLING:
        name = t(f"common.label.{label}", lang)
        facts.append(html.escape(t("search.score", lang, label=name, share=percent(score, lang))))
    return facts
