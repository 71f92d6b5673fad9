"""Values as JSON. Ids are text, because a program that reads numbers as doubles would round them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.notices import language_of, notice_text
from moderation.appeal import Answered, Notice
from moderation.article import Article, Commenter
from moderation.audit import instant
from moderation.measure import Measure
from moderation.pick import Pick
from moderation.ports import ErasedComment, FeedItem
from moderation.score import LABELS, Scores
from moderation.service.intake import DecisionFeed, Erasures, Receipt

# Bytes of the leaf in a cursor: no other log of a newsroom begins so.
LEAF = 8


def receipt(made: Receipt) -> dict[str, object]:
    return {
        "external_id": made.external_id,
        "id": str(made.id),
        "created": made.created,
        "status": made.status,
        "outcome": made.outcome,
        "causes": made.causes,
        "reasons": made.reasons,
        "scores": None if made.scores is None else scores(made.scores),
        "reject": None if made.scores is None else round(made.scores.reject, 4),
        "model": None if made.scores is None else made.scores.model,
        "policy": made.policy,
        "language": made.language,
        "version": made.version,
        "revision": made.revision,
        "created_at": instant(made.created_at),
    }


def scores(found: Scores) -> dict[str, float]:
    return {label.value: round(found.of(label), 4) for label in LABELS}


def article(stored: Article, *, created: bool) -> dict[str, object]:
    return {
        "external_id": stored.external_id,
        "id": str(stored.id),
        "created": created,
        "title": stored.title,
        "url": stored.url,
        "section": stored.section,
        "published_at": _instant(stored.published_at),
    }


def commenter(found: Commenter, measures: Sequence[Measure], standing: Measure | None) -> dict[str, object]:
    return {
        "external_id": found.external_id,
        "id": str(found.id),
        "name": found.name,
        "standing": None if standing is None else _measure(standing),
        "measures": [_measure(one) for one in measures],
    }


def _measure(one: Measure) -> dict[str, object]:
    """Without the note, which is for colleagues, and without who took it."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "reason": one.reason,
        "starts_at": instant(one.starts_at),
        "until": _instant(one.until),
        "lifted_at": _instant(one.lifted_at),
    }


def notice(found: Notice) -> dict[str, object]:
    decision = found.verdict.decision
    return {
        "external_id": found.external_id,
        "comment_id": str(found.comment_id),
        "outcome": decision.outcome,
        "reasons": decision.reasons,
        "automated": decision.by_machine,
        "decided_at": instant(found.verdict.decided_at),
        "message": decision.message,
        "language": language_of(found),
        "text": notice_text(found),
        "appeal_until": _instant(found.appeal_until),
        "appeal": None if found.appeal is None else appeal(found.appeal),
    }


def appeal(found: Answered) -> dict[str, object]:
    """Without what the commenter said, which the site has already, and without who answered."""
    answer = found.answer
    return {
        "id": str(found.appeal.id),
        "status": found.status,
        "lodged_at": instant(found.appeal.opened_at),
        "answered_at": None if answer is None else instant(answer.decided_at),
        "reasons": () if answer is None else answer.decision.reasons,
        "message": "" if answer is None else answer.decision.message,
    }


def picks(found: Sequence[Pick]) -> dict[str, object]:
    return {
        "items": [
            {"external_id": one.external_id, "comment_id": str(one.comment_id), "picked_at": instant(one.picked_at)}
            for one in found
        ]
    }


def feed(page: DecisionFeed) -> dict[str, object]:
    return {
        "items": [_item(item, page.leaves) for item in page.items],
        "cursor": _cursor(page.cursor, page.leaves),
        "more": page.more,
    }


def erasures(page: Erasures) -> dict[str, object]:
    return {
        "items": [_erased(item, page.leaves) for item in page.items],
        "cursor": _cursor(page.cursor, page.leaves),
        "more": page.more,
    }


def _erased(item: ErasedComment, leaves: Mapping[int, bytes]) -> dict[str, object]:
    return {
        "cursor": _cursor(item.position, leaves),
        "external_id": item.external_id,
        "comment_id": str(item.comment_id),
        "erased_at": instant(item.at),
    }


def _item(item: FeedItem, leaves: Mapping[int, bytes]) -> dict[str, object]:
    return {
        "cursor": _cursor(item.position, leaves),
        "external_id": item.external_id,
        "comment_id": str(item.comment_id),
        "status": item.status,
        "outcome": item.outcome,
        "reasons": item.reasons,
        "actor_kind": item.actor_kind,
        "version": item.version,
        "decided_at": instant(item.decided_at),
        "message": item.message,
        "answers_appeal": item.answers_appeal,
    }


def _cursor(position: int, leaves: Mapping[int, bytes]) -> str:
    """How far a site has read, 0 before the first position of the log, which is 0 itself; and of which log."""
    return f"{position + 1}.{leaves[position][:LEAF].hex()}" if position >= 0 else "0"


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)
