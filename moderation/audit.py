"""The audit log: events as canonical bytes, sealed into an RFC 6962 Merkle tree, and the check that finds a break.

Bytes are RFC 8785 (JCS): objects hold only strings, integers,
booleans, null, lists and objects with ASCII keys, so Python's sorted, compact JSON is the canonical form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from moderation.text.compact import compact_encoder
from moderation.tree import Frontier, leaf_hash

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EventType(StrEnum):
    SITE_ADDED = "site:added"
    ARTICLE_SAVED = "article:saved"
    COMMENT_SUBMITTED = "comment:submitted"
    COMMENT_EDITED = "comment:edited"
    COMMENT_JOINED = "comment:joined"
    COMMENT_WITHDRAWN = "comment:withdrawn"
    COMMENT_REPORTED = "comment:reported"
    COMMENT_DECIDED = "comment:decided"
    COMMENT_SKIPPED = "comment:skipped"
    COMMENT_UNSKIPPED = "comment:unskipped"
    COMMENT_PICKED = "comment:picked"
    COMMENT_UNPICKED = "comment:unpicked"
    SHIFT_ENDED = "shift:ended"
    APPEAL_LODGED = "appeal:lodged"
    OPINION_GIVEN = "opinion:given"
    OPINION_WITHDRAWN = "opinion:withdrawn"
    DECISION_UNDONE = "decision:undone"
    BATCH_DECIDED = "batch:decided"
    BATCH_UNDONE = "batch:undone"
    MEASURE_TAKEN = "measure:taken"
    MEASURE_LIFTED = "measure:lifted"
    COMMENT_ERASED = "comment:erased"
    COMMENTER_EXPORTED = "commenter:exported"
    COMMENTER_ERASED = "commenter:erased"
    COMMENTERS_RECOUNTED = "commenters:recounted"
    COMMENTER_NOTED = "commenter:noted"
    COMMENTER_NOTE_REMOVED = "commenter:note:removed"
    NOTE_PINNED = "note:pinned"
    NOTE_UNPINNED = "note:unpinned"
    POLICY_PUBLISHED = "policy:published"
    STAFF_ADDED = "staff:added"
    STAFF_RENAMED = "staff:renamed"
    STAFF_ROLE_CHANGED = "staff:role:changed"
    STAFF_DEACTIVATED = "staff:deactivated"
    STAFF_REACTIVATED = "staff:reactivated"
    STAFF_PASSWORD_CHANGED = "staff:password:changed"  # noqa: S105 -- the name of an event, not a password  # nosec B105
    SECOND_FACTOR_ADDED = "staff:second_factor:added"
    SECOND_FACTOR_REMOVED = "staff:second_factor:removed"
    STAFF_LIMITED = "staff:limits:changed"
    IDENTITY_LINKED = "staff:identity:linked"
    IDENTITY_UNLINKED = "staff:identity:unlinked"
    INVITATION_ISSUED = "invitation:issued"
    INVITATION_REVOKED = "invitation:revoked"
    INVITATION_ACCEPTED = "invitation:accepted"
    ENTRY_RULES_CHANGED = "entry:rules:changed"
    ACCESS_DENIED = "access:denied"
    SESSION_OPENED = "session:opened"
    SESSION_CLOSED = "session:closed"
    SESSION_REFUSED = "session:refused"
    LINK_ISSUED = "link:issued"
    KEY_ISSUED = "key:issued"
    KEY_ROTATED = "key:rotated"
    KEY_REVOKED = "key:revoked"
    LOG_EXPORTED = "log:exported"
    REPORT_SENT = "report:sent"
    MODEL_ADDED = "model:added"
    MODEL_PROMOTED = "model:promoted"
    MODEL_SHADOWED = "model:shadowed"
    COMMENTS_RESCORED = "comments:rescored"
    RETENTION_SET = "retention:set"
    RETENTION_APPLIED = "retention:applied"
    BACKUP_MADE = "backup:made"
    BACKUP_RESTORED = "backup:restored"


ERASING = frozenset({EventType.COMMENT_WITHDRAWN, EventType.COMMENT_ERASED})
"""What tells that a comment's text is gone for ever."""


class Written(str):
    """An event's data as canonical JSON already: for what is logged by the thousand, which an encoder is slow with."""

    __slots__ = ()


class Event(NamedTuple):
    """What happened, before it has a place in the log. `data` holds ids, codes and commitments, never reader text."""

    type: EventType
    actor: str
    subject: str
    at: datetime
    data: Mapping[str, object] | Written

    @property
    def by_machine(self) -> bool:
        return self.actor.startswith("policy:")


class Sealed(NamedTuple):
    """An event as stored: `leaf` hashes `body`, its canonical JSON.

    `subtree` is the head of the largest perfect subtree of the log's tree that ends with it.

    A tuple, as a million of them are read in seconds.
    """

    log_id: int
    position: int
    type: str
    actor: str
    subject: str
    at: datetime
    body: str
    leaf: bytes
    subtree: bytes


class Proven(NamedTuple):
    """An event, and the hashes that lead from its leaf to the root of a signed head; none where they do not."""

    event: Sealed
    proof: Sequence[bytes]


@lru_cache(maxsize=64)
def instant(at: datetime) -> str:
    """UTC with milliseconds: 2026-11-23T18:25:03.120Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def instant_of(milliseconds: int) -> str:
    """The same of a moment as it is stored, in whole milliseconds since 1970."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


_encode = compact_encoder(sort_keys=True)


def _string(text: str) -> str:
    """As JSON, of what is said once: next to nothing of it must be escaped, and then no encoder is asked."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return _encode(text)


@lru_cache(maxsize=64)
def quoted(text: str) -> str:
    """As JSON, of what is said often: a name, a version."""
    return _encode(text)


def canonical(event: Event, *, log_id: int, position: int) -> str:
    """Names in their order, no spaces, characters as they are: the one text that is hashed."""
    data = event.data if isinstance(event.data, Written) else _encode(event.data)
    return (
        f'{{"actor":{quoted(event.actor)},"at":"{instant(event.at)}","data":{data},"log":"{log_id}",'
        f'"position":{position},"subject":{_string(event.subject)},"type":"{event.type}"}}'
    )


def seal(events: Iterable[Event], frontier: Frontier, *, log_id: int) -> list[Sealed]:
    """Give each event its position, append it to the frontier, and keep the subtree that it completed."""
    sealed = []
    for event in events:
        position = frontier.size
        body = canonical(event, log_id=log_id, position=position)
        leaf = leaf_hash(body.encode())
        subtree = frontier.append(leaf)
        sealed.append(
            Sealed(log_id, position, str(event.type), event.actor, event.subject, event.at, body, leaf, subtree)
        )
    return sealed


def commitment(salt: bytes, text: str) -> str:
    """Binds the log to a text without holding it; once salt and text are erased it tells nothing."""
    return sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()
