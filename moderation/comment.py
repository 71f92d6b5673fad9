"""A comment as it comes in and as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

# The judge reads the first part of a very long comment, the store keeps all of it up to this many characters.
MAX_BODY = 20_000
MAX_ID = 200
MAX_NAME = 200
MAX_TITLE = 500
MAX_URL = 2_000
# RFC 5321, 4.5.3.1: a path of 256 octets, its angle brackets included.
MAX_EMAIL = 254


class Status(StrEnum):
    """`pending` is unseen by readers; `published` is visible and no human has looked."""

    PENDING = "pending"
    PUBLISHED = "published"
    APPROVED = "approved"
    REJECTED = "rejected"
    ERASED = "erased"


VISIBLE = frozenset({Status.PUBLISHED, Status.APPROVED})
COUNTED_ON = frozenset({Status.REJECTED})
"""As what a comment counts still once it is erased: that the desk rejected it stays true."""


class Incoming(NamedTuple):
    """A comment as the site sent it, parsed and bounded; ids are the site's own."""

    external_id: str
    article_id: str
    commenter_id: str
    body: str
    created_at: datetime
    parent_id: str | None = None
    commenter_name: str | None = None
    article_title: str | None = None
    article_url: str | None = None
    section: str | None = None
    commenter_email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A stored comment. `version` grows with every change of text or status, `revision` with every change of text."""

    id: int
    site_id: int
    article_id: int
    section_id: int | None
    commenter_id: int
    external_id: str
    parent_id: int | None
    body: str
    language: str
    status: Status
    version: int
    revision: int
    created_at: datetime
    received_at: datetime
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An earlier text of a comment; `replaced_at` is when the author changed it."""

    number: int
    body: str
    replaced_at: datetime
