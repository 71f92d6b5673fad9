"""The words that made the classifier's estimate, marked in the comment, and what the marks mean."""

from __future__ import annotations

import html

from dashboard.i18n import direction, t
from dashboard.ui.components.untrusted import Mark
from moderation.score import Explanation

# Less than this much of a logit, or of the strongest word's, is not worth a moderator's eye.
_LEAST, _LEAST_PART = 0.3, 0.1
# From this part of the strongest word's on, a mark is drawn strong.
_STRONG_PART = 0.5


def marks(explanation: Explanation | None) -> list[Mark]:
    """In the text's order; words that hardly told anything have none."""
    if explanation is None or not explanation.spans:
        return []
    strongest = max(abs(span.contribution) for span in explanation.spans)
    least = max(_LEAST, _LEAST_PART * strongest)
    return [
        Mark(
            start=span.start,
            end=span.end,
            kind="for" if span.contribution > 0 else "against",
            strong=abs(span.contribution) >= _STRONG_PART * strongest,
        )
        for span in explanation.spans
        if abs(span.contribution) >= least
    ]


def legend_html(explanation: Explanation | None, marked: list[Mark], lang: str) -> str:
    """What the colours stand for, of those that are there."""
    if explanation is None or not marked:
        return ""
    kinds = [kind for kind in ("for", "against") if any(mark.kind == kind for mark in marked)]
    shown = " ".join(f'<mark class="tq-{kind}">{html.escape(t(f"queue.told.{kind}", lang))}</mark>' for kind in kinds)
    title = html.escape(t("queue.told", lang, label=t(f"common.label.{explanation.label}", lang)))
    return f'<p class="tq-legend" dir="{direction(lang)}">{title} {shown}</p>'
