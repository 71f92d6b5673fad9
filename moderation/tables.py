"""The tables of the nightly files, one a day: what free questions are asked of. docs/query.md tells them to people.

Nothing here holds a reader's text or name but `texts`, which stands by itself so that it can be left out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from moderation.score import LABELS

Kind = Literal["int", "text", "real", "bool", "moment", "list"]
"""`moment` is milliseconds since 1970 in UTC where rows are made, `list` words between spaces."""


class Daily(StrEnum):
    """Tables with a file a day, the newsroom's day of the row's own moment."""

    COMMENTS = "comments"
    DECISIONS = "decisions"
    EVENTS = "events"
    TEXTS = "texts"


ARTICLES: Final = "articles"
"""One file a site: articles change, and are few."""

COLUMNS: Final[dict[str, dict[str, Kind]]] = {
    Daily.COMMENTS: {
        "id": "int", "site": "text", "article_id": "int", "section": "text", "commenter_id": "int", "parent_id": "int",
        "language": "text", "status": "text", "by_machine": "bool", "version": "int", "revision": "int",
        "characters": "int", "reports": "int", "created_at": "moment", "received_at": "moment", "edited_at": "moment",
        "model": "text", **dict.fromkeys(LABELS, "real"), "reject": "real",
    },
    Daily.DECISIONS: {
        "id": "int", "site": "text", "comment_id": "int", "comment_version": "int", "outcome": "text",
        "causes": "list", "reasons": "list", "actor": "text", "by_person": "bool", "final": "bool",
        "status_before": "text", "status_after": "text", "waited_seconds": "real", "undoes": "int", "undone": "bool",
        "batch_id": "int", "position": "int", "decided_at": "moment",
    },
    Daily.EVENTS: {
        "site": "text", "position": "int", "type": "text", "actor": "text", "subject": "text", "by_machine": "bool",
        "happened_at": "moment",
    },
    Daily.TEXTS: {"comment_id": "int", "site": "text", "commenter_name": "text", "text": "text"},
    ARTICLES: {
        "id": "int", "site": "text", "external_id": "text", "title": "text", "url": "text", "section": "text",
        "published_at": "moment",
    },
}  # fmt: skip
"""Each table's columns in their order."""
