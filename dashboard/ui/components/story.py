"""One comment's whole story as a timeline: who did what when and why, with the text as it was. Pure.

A reader's words and a colleague's notes are escaped; what the log binds is said to fit it or not.
"""

from __future__ import annotations

import html
from urllib.parse import urlencode

from dashboard.i18n import direction, moment, percent, t
from dashboard.ui.components.events import event_word, place, why
from dashboard.ui.components.names import actor_name
from dashboard.ui.components.untrusted import html_line, html_text, plain_line
from dashboard.ui.components.veil import veiled
from moderation.score import LABELS
from moderation.story import Bound, Seen, Step, Story


def story_html(story: Story, lang: str, zone: str, *, site: str, may_export: bool, blurs: bool) -> str:
    """`site` names the log that proofs are taken from."""
    log = site if may_export else None
    steps = "".join(_step(step, lang, zone, log=log, blurs=blurs) for step in story.steps)
    status = _said(f"common.status.{story.comment.status}", lang)
    return (
        f'<section class="tq-story" dir="{direction(lang)}" lang="{lang}">'
        f'<p class="tq-by"><strong>{_name(story, lang)}</strong> · {html_line(story.article_title, limit=120)} · '
        f'<span class="tq-status tq-{story.comment.status}">{status}</span></p>'
        f"{_changed('status', story.status_bound, lang)}<ol>{steps}</ol></section>"
    )


def _name(story: Story, lang: str) -> str:
    return html_line(story.commenter_name, limit=80) if story.commenter_name else _said("queue.unnamed", lang)


def _step(step: Step, lang: str, zone: str, *, log: str | None, blurs: bool) -> str:
    event = step.event
    when, who = moment(event.at, lang, zone), actor_name(plain_line(event.actor), lang)
    parts = [
        f'<p class="tq-step"><time datetime="{event.at.isoformat(timespec="seconds")}">'
        f"{html.escape(when)}</time> <strong>{html.escape(event_word(event.type, lang))}</strong> "
        f'<span class="tq-quiet"><bdi>{html.escape(who)}</bdi></span></p>',
        _line(html.escape(why(event, lang))),
        _policy(step.seen, lang),
        _changed("seen", step.seen_bound, lang),
        _changed("decision", step.decision_bound, lang),
        veiled(html_text(step.text, lang), blurs) if step.text else "",
        _bound("text", step.bound, lang),
        *(_written(what, words, bound, lang) for what, words, bound in _words(step)),
        f'<p class="tq-links"><span class="tq-quiet">{_number(step, lang)}</span>{_proof(step, log, lang)}</p>',
    ]
    return f'<li data-event="{event.position}">{"".join(parts)}</li>'


def _line(markup: str) -> str:
    return markup and f"<p>{markup}</p>"


def _policy(seen: Seen | None, lang: str) -> str:
    """By which policy and model, and what the model said of each class."""
    if seen is None:
        return ""
    known = [(label, seen.scores[label]) for label in LABELS if label in seen.scores]
    scores = " · ".join(f"{t(f'common.label.{label}', lang)} {percent(score, lang)}" for label, score in known)
    by = t("audit.story.policy", lang, number=seen.policy, model=seen.model)
    return f'<p class="tq-quiet">{html.escape(by)}<br>{html.escape(scores)}</p>'


def _words(step: Step) -> tuple[tuple[str, str, Bound | None], ...]:
    """What a person wrote with a decision or an opinion: for colleagues, and to the commenter."""
    return ("note", step.note, step.note_bound), ("message", step.message, step.message_bound)


def _written(what: str, words: str, bound: Bound | None, lang: str) -> str:
    said = f'<p class="tq-quiet">{_said(f"audit.story.{what}", lang)}</p>{html_text(words, lang)}' if words else ""
    return said + _bound(what, bound, lang)


def _changed(what: str, bound: Bound | None, lang: str) -> str:
    """Of what stands in every decision it is told only where it does not fit."""
    return _bound(what, bound, lang) if bound is Bound.DIFFERS else ""


def _bound(what: str, bound: Bound | None, lang: str) -> str:
    if bound is None:
        return ""
    kind = {Bound.KEPT: "good", Bound.GONE: "gone", Bound.DIFFERS: "bad"}[bound]
    return f'<p class="tq-bound tq-bound-{kind}">{_said(f"audit.story.{what}.{bound}", lang)}</p>'


def _number(step: Step, lang: str) -> str:
    return html.escape(t("audit.story.event", lang, position=place(step.event.position, lang)))


def _proof(step: Step, site: str | None, lang: str) -> str:
    if site is None:
        return ""
    asked = urlencode({"event": step.event.position, "site": site})
    return f'<a href="/export/proof?{html.escape(asked)}">{_said("audit.story.proof", lang)}</a>'


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))
