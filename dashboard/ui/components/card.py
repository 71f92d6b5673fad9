"""A comment and all that helps to judge it, as one piece of HTML: few elements draw fast.

Everything that readers, sites or colleagues wrote goes through `untrusted`; the catalogs' sentences are escaped here.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from dashboard.i18n import ago, direction, moment, percent, plural, t
from dashboard.ui.components import factors, telling
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.earlier import earlier_html
from dashboard.ui.components.names import language_name, listed
from dashboard.ui.components.problems import notice_html
from dashboard.ui.components.record import record_html
from dashboard.ui.components.untrusted import html_line, html_text, plain_line
from dashboard.ui.components.veil import veiled
from dashboard.ui.components.versions import versions_html
from moderation.appeal import Appeal
from moderation.article import Article, Record
from moderation.comment import Status
from moderation.decision import Cause, Decision
from moderation.flag import Flag, FlagKind
from moderation.opinion import Opinion
from moderation.queue import Card
from moderation.score import LABELS, Explanation, Scores
from moderation.text.fired import fired

_SHOWN_LISTED = 6
# From here a score's bar is drawn in the colour of warning.
_HIGH = 0.5
_COUNTED = {Cause.LINK, Cause.REPEAT, Cause.NEW_COMMENTER, Cause.REPORTED}


def card_html(
    card: Card,
    lang: str,
    *,
    now: datetime,
    time_zone: str,
    explanation: Explanation | None = None,
    blurs: bool = False,
) -> str:
    """With `blurs` the words that raised the score or are listed, and all of what else readers wrote, are blurred.

    They are until their text is pointed at or reached by Tab.
    """
    comment = card.comment
    return (
        f'<article class="tq-card{" tq-blurs" if blurs else ""}" dir="{direction(lang)}" lang="{lang}" '
        f'data-comment="{comment.id}" '
        f'aria-label="{said("queue.comment", lang)}">'
        f'<div class="tq-main">{held_html(card.held_by, lang)}'
        f"{article_html(card.article, lang)}{parent_html(card, lang, blurs=blurs)}"
        f"{said_html(card, lang, now=now, time_zone=time_zone, explanation=explanation, blurs=blurs)}</div>"
        f'<div class="tq-side">{appeal_html(card.appeal, lang, now=now, blurs=blurs)}'
        f"{opinions_html(card.opinions, lang, now=now)}{earlier_html(card.earlier, lang, now=now)}"
        f"{why_html(card.verdict.decision, lang, blurs=blurs)}"
        f"{reports_html(card.flags, lang, now=now)}"
        f"{scores_html(card.scores, lang)}{past_html(card.record, lang)}"
        f"{priority_html(card, lang, now=now)}</div></article>"
    )


def said(key: str, lang: str, **values: object) -> str:
    """A sentence of the catalogs for HTML."""
    return html.escape(t(key, lang, **values))


def counted(key: str, n: int, lang: str) -> str:
    return html.escape(plural(key, n, lang))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname if url.startswith(("http://", "https://")) else None
    except ValueError:
        return None


def held_html(by: str | None, lang: str) -> str:
    """That a colleague has it just now; `by` is their name, None where nobody else has it."""
    if by is None:
        return ""
    name = plain_line(by, limit=60) or t("errors.claimed_by_other.someone", lang)
    return notice_html("info", t("queue.held", lang, name=name))


def article_html(article: Article, lang: str) -> str:
    title = html_line(article.title)
    host = _host(article.url)
    if host:
        title = f'<a class="tq-out" href="{html.escape(article.url)}" rel="noopener noreferrer">{title}</a>'
        title += f' <span class="tq-host">{html_line(host, limit=80)}</span>'
    section = f'<span class="tq-section">{html_line(article.section, limit=60)}</span>' if article.section else ""
    return f'<p class="tq-article">{section}<span class="tq-unseen">{said("queue.article", lang)}: </span>{title}</p>'


def parent_html(card: Card, lang: str, *, blurs: bool) -> str:
    if card.parent is None:
        return ""
    name = _name(card.parent_commenter.name if card.parent_commenter else "", lang)
    status = card.parent.status
    note = ""
    if status in (Status.REJECTED, Status.PENDING, Status.ERASED):
        shown = said("queue.parent_status", lang, status=t(f"common.status.{status}", lang))
        note = f' <span class="tq-quiet">{shown}</span>'
    body = ""
    if card.parent.body:
        body = veiled(html_text(card.parent.body, lang, language=card.parent.language), blurs)
    return f'<blockquote class="tq-parent"><p>{said("queue.in_reply_to", lang)} {name}{note}</p>{body}</blockquote>'


def said_html(
    card: Card, lang: str, *, now: datetime, time_zone: str, explanation: Explanation | None, blurs: bool
) -> str:
    comment = card.comment
    marked = telling.marks(explanation, fired(comment.body, card.verdict.decision, allowed=card.allowed_domains))
    return (
        f'<div class="tq-said"><p class="tq-by"><strong>{_name(card.commenter.name, lang)}</strong> '
        f"{_facts(card, lang, now=now, time_zone=time_zone)}</p>"
        f'<div class="tq-body"{_reached(blurs)}>'
        f"{html_text(comment.body, lang, language=comment.language, marks=marked)}</div>"
        f"{telling.legend_html(explanation, marked, lang)}"
        f"{versions_html(card.revisions, card.comment, lang, now=now, blurs=blurs)}</div>"
    )


def _reached(blurs: bool) -> str:
    """By Tab, which shows what is blurred in it."""
    return " tabindex=0" if blurs else ""


def _name(name: str, lang: str) -> str:
    return html_line(name, limit=80) if name.strip() else f'<span class="tq-quiet">{said("queue.unnamed", lang)}</span>'


def _facts(card: Card, lang: str, *, now: datetime, time_zone: str) -> str:
    comment = card.comment
    facts = [_time(comment.created_at, lang, now=now, time_zone=time_zone)]
    if comment.edited_at is not None:
        facts.append(said("queue.edited", lang, ago=ago(comment.edited_at, now, lang)))
    facts.append(html.escape(language_name(comment.language, lang)))
    if card.replies:
        facts.append(counted("queue.replies", card.replies, lang))
    status = f'<span class="tq-status tq-{comment.status}">{said(f"common.status.{comment.status}", lang)}</span>'
    is_first = card.record.total <= 1 and card.record.of_latest is None
    new = f'<span class="tq-new">{said("queue.record.new", lang)}</span>' if is_first else ""
    return f'{new}{status}<span class="tq-facts">{" · ".join(facts)}</span>'


def _time(at: datetime, lang: str, *, now: datetime, time_zone: str) -> str:
    exact = html.escape(moment(at, lang, time_zone))
    iso = html.escape(at.isoformat(timespec="seconds"))
    return f'<time datetime="{iso}">{html.escape(ago(at, now, lang))} <span class="tq-exact">({exact})</span></time>'


def why_html(decision: Decision, lang: str, *, blurs: bool) -> str:
    rows = "".join(
        f"<li>{_cause(cause, decision.detail.get(cause), lang, blurs=blurs)}</li>" for cause in decision.causes
    )
    return f'<section class="tq-why"><h2>{said("queue.why", lang)}</h2><ul>{rows}</ul></section>'


def _cause(cause: Cause, detail: object, lang: str, *, blurs: bool) -> str:
    """The cause in words with what fired it: a count, labels, or words of the newsroom's lists."""
    name = said(f"common.cause.{cause}", lang)
    count = detail if isinstance(detail, int) and not isinstance(detail, bool) else None
    if count is not None and cause in _COUNTED:
        return counted(f"queue.cause.{cause}", count, lang)
    if isinstance(detail, Sequence) and not isinstance(detail, str) and detail:
        labels = cause is Cause.SCORE
        words = _listed([str(one) for one in detail], lang, labels=labels)
        return f'{name}: <span class="tq-detail"{_reached(blurs and not labels)}>{words}</span>'
    return name


def _listed(words: list[str], lang: str, *, labels: bool) -> str:
    shown = words[:_SHOWN_LISTED]
    named = [said(f"common.label.{one}", lang) if labels else html_line(one, limit=80) for one in shown]
    more = f" {counted('queue.more', len(words) - len(shown), lang)}" if len(words) > len(shown) else ""
    return html.escape(t("common.list.separator", lang)).join(named) + more


def scores_html(scores: Scores, lang: str) -> str:
    overall = _bar(f"<strong>{said('queue.overall', lang)}</strong>", scores.reject, lang)
    bars = "".join(_bar(said(f"common.label.{label}", lang), scores.of(label), lang) for label in LABELS)
    return f'<section class="tq-scores"><h2>{said("queue.scores", lang)}</h2><dl>{overall}{bars}</dl></section>'


def _bar(name: str, score: float, lang: str) -> str:
    """`name` is HTML."""
    width = round(100 * min(max(score, 0.0), 1.0))
    level = " tq-high" if score >= _HIGH else ""
    return (
        f'<div class="tq-score{level}"><dt>{name}</dt><dd>'
        f'<span class="tq-track" aria-hidden="true"><span style="inline-size:{width}%"></span></span>'
        f"<span>{html.escape(percent(score, lang))}</span></dd></div>"
    )


def priority_html(card: Card, lang: str, *, now: datetime) -> str:
    if card.entry is None:
        return ""
    words = html.escape(t("common.list.separator", lang).join(factors.told(card, card.entry, lang, now=now)))
    return f'<section class="tq-priority"><h2>{said("queue.priority", lang)}</h2><p>{words}</p></section>'


def past_html(record: Record, lang: str) -> str:
    return f'<section class="tq-record"><h2>{said("queue.record", lang)}</h2>{record_html(record, lang)}</section>'


def appeal_html(appeal: Appeal | None, lang: str, *, now: datetime, blurs: bool) -> str:
    """What its author says against the rejection."""
    if appeal is None:
        return ""
    when = html.escape(ago(appeal.opened_at, now, lang))
    return (
        f'<section class="tq-opinions"><h2>{said("queue.appeal", lang)}</h2>'
        f'{veiled(html_text(appeal.text, lang), blurs)}<p class="tq-quiet">{when}</p></section>'
    )


def opinions_html(opinions: Iterable[Opinion], lang: str, *, now: datetime) -> str:
    rows = "".join(_opinion(opinion, lang, now=now) for opinion in opinions)
    return (
        f'<section class="tq-opinions"><h2>{said("queue.opinion.asked", lang)}</h2><ul>{rows}</ul></section>'
        if rows
        else ""
    )


def _opinion(opinion: Opinion, lang: str, *, now: datetime) -> str:
    reasons = listed((t(f"common.reason.{reason}", lang) for reason in opinion.reasons), lang)
    would = t(f"queue.would.{opinion.outcome}", lang, who=colleague(opinion.actor, lang), reasons=reasons)
    note = f" — {html_line(opinion.note, limit=300)}" if opinion.note else ""
    when = html.escape(ago(opinion.given_at, now, lang))
    return f'<li>{html.escape(would)}{note} <span class="tq-quiet">{when}</span></li>'


def reports_html(flags: Iterable[Flag], lang: str, *, now: datetime) -> str:
    reported = [flag for flag in flags if flag.kind is FlagKind.REPORTED]
    if not reported:
        return ""
    rows = "".join(_report(flag, lang, now=now) for flag in reported[:_SHOWN_LISTED])
    more = len(reported) - _SHOWN_LISTED
    rest = f"<li>{counted('queue.more', more, lang)}</li>" if more > 0 else ""
    title = counted("queue.reports", len(reported), lang)
    return f'<section class="tq-reports"><h2>{title}</h2><ul>{rows}{rest}</ul></section>'


def _report(flag: Flag, lang: str, *, now: datetime) -> str:
    note = f" — {html_line(flag.note, limit=300)}" if flag.note else ""
    when = html.escape(ago(flag.created_at, now, lang))
    return f'<li>{said(f"common.reason.{flag.reason}", lang)}{note} <span class="tq-quiet">{when}</span></li>'
