"""A commenter's record in HTML, on the comment's card and in their own drawer."""

from __future__ import annotations

import html

from dashboard.i18n import number, plural, t
from moderation.article import Record


def record_html(record: Record, lang: str) -> str:
    numbers = {
        "visible": record.visible,
        "rejected": record.rejected,
        "pending": record.pending,
        "reported": record.reported,
    }
    rows = "".join(
        f"<div><dt>{html.escape(t(f'queue.record.{name}', lang))}</dt><dd>{html.escape(number(n, lang))}</dd></div>"
        for name, n in numbers.items()
    )
    return f"<dl>{rows}</dl>{_latest(record, lang)}"


def _latest(record: Record, lang: str) -> str:
    if record.of_latest is None:
        return ""
    return f'<p class="tq-quiet">{html.escape(plural("queue.record.latest", record.of_latest, lang))}</p>'
