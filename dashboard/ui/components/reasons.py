"""Which reasons to reject a comment come first in the picker. Pure."""

from __future__ import annotations

from moderation.decision import Reason
from moderation.flag import FlagKind
from moderation.policy import REASON_OF
from moderation.queue import Card
from moderation.score import LABELS

# A label under this probability says nothing about why a person would reject.
_TELLING = 0.3
# A rule's own reason, which people choose last.
_LAST = (Reason.BANNED_WORD, Reason.OTHER)


def suggested(card: Card) -> Reason | None:
    """The machine's first reason; None where it named none."""
    return next(iter(card.verdict.decision.reasons), None)


def ordered(card: Card) -> tuple[Reason, ...]:
    """Every reason once: the machine's, the readers', what the scores hint at, then the rest in their usual order."""
    reported = [flag.reason for flag in card.flags if flag.kind is FlagKind.REPORTED]
    telling = sorted(
        (label for label in LABELS if card.scores.of(label) >= _TELLING), key=lambda label: -card.scores.of(label)
    )
    hinted = [REASON_OF[label] for label in telling]
    usual = [reason for reason in Reason if reason not in _LAST]
    likely = [*card.verdict.decision.reasons, *reported, *hinted]
    return tuple(dict.fromkeys([*likely, *usual, *_LAST]))
