"""What people decided on one comment before, with what they noted for colleagues and told its author. Pure."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime

from dashboard.i18n import ago, plural, t
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.names import listed
from dashboard.ui.components.untrusted import html_line, html_text
from moderation.decision import Outcome, Recorded

# More than so many on one comment are a quarrel, and its beginning helps nobody.
_SHOWN = 4


def earlier_html(decided: Sequence[Recorded], lang: str, *, now: datetime) -> str:
    """For the card: all of it in sight. Nothing where no person decided, as on most."""
    if not decided:
        return ""
    return f'<section class="tq-earlier"><h2>{_title(decided, lang)}</h2>{_list(decided, lang, now=now)}</section>'


def folded_html(decided: Sequence[Recorded], lang: str, *, now: datetime) -> str:
    """For a row of a list: the newest in a line, which opens."""
    if not decided:
        return ""
    newest = decided[0]
    facts = (_title(decided, lang), _outcome(newest, lang) + _undone(newest, lang), _by(newest, lang, now=now))
    note = f" — {html_line(newest.decision.note, limit=120)}" if newest.decision.note else ""
    return (
        f'<details class="tq-earlier"><summary class="tq-quiet">{" · ".join(facts)}{note}</summary>'
        f"{_list(decided, lang, now=now)}</details>"
    )


def _title(decided: Sequence[Recorded], lang: str) -> str:
    return html.escape(plural("queue.earlier", len(decided), lang))


def _list(decided: Sequence[Recorded], lang: str, *, now: datetime) -> str:
    rows = "".join(_row(one, lang, now=now) for one in decided[:_SHOWN])
    more = len(decided) - _SHOWN
    rest = f"<li>{html.escape(plural('queue.more', more, lang))}</li>" if more > 0 else ""
    return f"<ul>{rows}{rest}</ul>"


def _row(one: Recorded, lang: str, *, now: datetime) -> str:
    return (
        f"<li><p><strong>{_outcome(one, lang)}</strong>{_undone(one, lang)} "
        f'<span class="tq-quiet">{_by(one, lang, now=now)}</span></p>{_written(one, lang)}</li>'
    )


def _undone(one: Recorded, lang: str) -> str:
    return f" ({_said('queue.recent.undone', lang)})" if one.undone else ""


def _outcome(one: Recorded, lang: str) -> str:
    said = t(f"common.outcome.{one.decision.outcome}", lang)
    if one.decision.outcome is Outcome.REJECT:
        said += f": {listed((t(f'common.reason.{reason}', lang) for reason in one.decision.reasons), lang)}"
    return html.escape(said)


def _by(one: Recorded, lang: str, *, now: datetime) -> str:
    who = html.escape(colleague(one.decision.actor, lang))
    return f"<bdi>{who}</bdi> · {html.escape(ago(one.decided_at, now, lang))}"


def _written(one: Recorded, lang: str) -> str:
    written = (("audit.story.note", one.decision.note), ("audit.story.message", one.decision.message))
    return "".join(
        f'<p class="tq-quiet">{_said(key, lang)}</p>{html_text(text, lang)}' for key, text in written if text
    )


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))
