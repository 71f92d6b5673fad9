"""Which words of a comment made the classifier say what it said."""

from __future__ import annotations

from moderation.decision import Cause
from moderation.queue import Card
from moderation.score import Explanation, Label
from moderation.service.desk import Desk

# From here a class is likely enough to be explained though no rule of the policy fired on it.
_LIKELY = 0.5


def explain(desk: Desk, card: Card) -> Explanation | None:
    """What in the comment speaks for the class it is here for, and what against it.

    None where nothing is to be explained: no class is likely, or the score is another model's than the one at work, or
    the text is gone. It computes on the card alone, which its reader was given with permission.
    """
    label = _label(card)
    if label is None or not card.comment.body or card.scores.model != desk.scorer.version:
        return None
    return desk.scorer.explain(card.comment.body, label)


def _label(card: Card) -> Label | None:
    fired = card.verdict.decision.detail.get(Cause.SCORE)
    named = [label for label in Label if isinstance(fired, list | tuple) and label in fired]
    if named:
        return max(named, key=card.scores.of)
    label, score = card.scores.top()
    return label if score >= _LIKELY else None
