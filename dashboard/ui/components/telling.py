"""What is marked in a comment, and what the marks mean: words that made the estimate, and what the rules fired on."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from dashboard.i18n import direction, t
from dashboard.ui.components.untrusted import Mark, RuleKind
from moderation.decision import Cause
from moderation.score import Explanation
from moderation.text.fired import Fired

# Less than this much of a logit, or of the strongest word's, is not worth a moderator's eye.
_LEAST, _LEAST_PART = 0.3, 0.1
# From this part of the strongest word's on, a mark is drawn strong.
_STRONG_PART = 0.5
_RULES: dict[Cause, RuleKind] = {
    Cause.BANNED_WORD: "banned_word",
    Cause.SUSPECT_WORD: "suspect_word",
    Cause.LINK: "link",
}


def marks(explanation: Explanation | None, fired: Sequence[Fired] = ()) -> list[Mark]:
    """In the text's order and apart; words that hardly told anything, and that no rule fired on, have none."""
    told = _told(explanation)
    if not fired:
        return told
    cuts = sorted({place for one in (*told, *fired) for place in (one.start, one.end)})
    number = {cut: place for place, cut in enumerate(cuts)}
    pieces = [Mark(start=start, end=end, kind=None, strong=False) for start, end in pairwise(cuts)]
    for mark in told:
        for at in range(number[mark.start], number[mark.end]):
            pieces[at] = replace(pieces[at], kind=mark.kind, strong=mark.strong)
    # Words come before links: of a listed word within an address the link is shown.
    for rule in fired:
        for at in range(number[rule.start], number[rule.end]):
            pieces[at] = replace(pieces[at], rule=_RULES[rule.cause])
    return [piece for piece in pieces if piece.kind or piece.rule]


def _told(explanation: Explanation | None) -> list[Mark]:
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


def legend_html(explanation: Explanation | None, marked: Sequence[Mark], lang: str) -> str:
    """What the marks stand for, of those that are there."""
    kinds = [kind for kind in ("for", "against") if any(mark.kind == kind for mark in marked)]
    legend = ""
    if explanation is not None and kinds:
        title = t("queue.told", lang, label=t(f"common.label.{explanation.label}", lang))
        legend = _line(title, {kind: t(f"queue.told.{kind}", lang) for kind in kinds}, lang)
    rules = [rule for rule in _RULES.values() if any(mark.rule == rule for mark in marked)]
    if rules:
        legend += _line(t("queue.fired", lang), {rule: t(f"queue.fired.{rule}", lang) for rule in rules}, lang)
    return legend


def _line(title: str, named: Mapping[str, str], lang: str) -> str:
    shown = " ".join(f'<mark class="tq-{kind}">{html.escape(name)}</mark>' for kind, name in named.items())
    return f'<p class="tq-legend" dir="{direction(lang)}">{html.escape(title)} {shown}</p>'
