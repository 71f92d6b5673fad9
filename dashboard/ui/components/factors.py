"""What raised a comment in the queue, in words: how sure the classifier is, how many reported it, how long it waits."""

from __future__ import annotations

from datetime import datetime

from dashboard.i18n import ago, plural, t
from moderation.flag import FlagKind
from moderation.queue import Card, Entry, Factor
from moderation.score import Label

# From these scores on the classifier is called almost sure, or rather sure; with less it may well be wrong.
_CERTAIN, _LIKELY = 0.9, 0.6


def told(card: Card, entry: Entry, lang: str, *, now: datetime) -> list[str]:
    """The weightiest first; plain text. A score that made two of the factors is told once."""
    said = [_factor(factor, card, entry, lang, now=now) for factor, _ in entry.raised_by(now)]
    return list(dict.fromkeys(said))


def _factor(factor: Factor, card: Card, entry: Entry, lang: str, *, now: datetime) -> str:
    if factor is Factor.THREAT:
        return _estimate(Label.THREAT, card.scores.threat, lang)
    if factor is Factor.SEVERITY:
        return _estimate(entry.top_label, entry.top_score, lang)
    if factor is Factor.REPORTS:
        count = sum(flag.kind is FlagKind.REPORTED for flag in card.flags)
        return plural("queue.reports", count, lang)
    if factor is Factor.WAITING:
        return t("queue.priority.waiting", lang, ago=ago(entry.entered_at, now, lang))
    return t(f"common.factor.{factor}", lang)


def _estimate(label: Label, score: float, lang: str) -> str:
    how = "certain" if score >= _CERTAIN else "likely" if score >= _LIKELY else "unsure"
    return t(f"queue.estimate.{how}", lang, label=t(f"common.label.{label}", lang))
