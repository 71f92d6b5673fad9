"""Which reasons to reject a comment come first in the picker. Pure."""

from __future__ import annotations

from moderation.decision import Reason
from moderation.flag import FlagKind
from moderation.policy import REASON_OF
from moderation.queue import Card
from moderation.score import LABELS

# From here a label speaks for a rejection, and from there it is worth a place among the first.
_SPEAKS, _HINTS = 0.5, 0.3
# A rule's own reason, which people choose last.
_LAST = (Reason.BANNED_WORD, Reason.OTHER)
# Where nothing speaks for one or another.
USUAL = (*(reason for reason in Reason if reason not in _LAST), *_LAST)


def suggested(card: Card) -> Reason | None:
    """What one key rejects for: the verdict's first reason, else that of a high score; None where nothing speaks."""
    named = next(iter(card.verdict.decision.reasons), None)
    label, score = card.scores.top()
    return named or (REASON_OF[label] if score >= _SPEAKS else None)


def ordered(card: Card) -> tuple[Reason, ...]:
    """Every reason once: the machine's, the readers', what the scores hint at, then the rest in their usual order."""
    reported = [flag.reason for flag in card.flags if flag.kind is FlagKind.REPORTED]
    telling = sorted(
        (label for label in LABELS if card.scores.of(label) >= _HINTS), key=lambda label: -card.scores.of(label)
    )
    hinted = [REASON_OF[label] for label in telling]
    likely = [*card.verdict.decision.reasons, *reported, *hinted]
    return tuple(dict.fromkeys([*likely, *USUAL]))
