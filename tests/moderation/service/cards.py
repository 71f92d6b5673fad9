"""The next card of the queue, for tests."""

from __future__ import annotations

from moderation.queue import Card, QueueFilter
from moderation.roles import Session
from moderation.service import review
from tests.builders import SITE, Newsroom


def card_for(newsroom: Newsroom, session: Session | None = None, **where: object) -> Card | None:
    wanted = QueueFilter(**where)  # type: ignore[arg-type]
    return review.next_card(newsroom.desk, session or newsroom.moderator, site=SITE, where=wanted)


def sure(card: Card | None) -> Card:
    assert card is not None
    return card
