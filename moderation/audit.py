"""The audit log: events as canonical bytes, sealed into an RFC 6962 Merkle tree, and the check that finds a break.

Bytes are RFC 8785 (JCS): objects hold only strings, integers,
booleans, null, lists and objects with ASCII keys, so Python's sorted, compact JSON is the canonical form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple

from moderation.text.compact import compact_encoder
from moderation.tree import Frontier, leaf_hash


class EventType(StrEnum):
    SITE_ADDED = "site:added"
    ARTICLE_SAVED = "article:saved"
    COMMENT_SUBMITTED = "comment:submitted"
    COMMENT_EDITED = "comment:edited"
    COMMENT_WITHDRAWN = "comment:withdrawn"
    COMMENT_REPORTED = "comment:reported"
    COMMENT_DECIDED = "comment:decided"
    COMMENT_SKIPPED = "comment:skipped"
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
    COMMENTER_NOTED = "commenter:noted"
    COMMENTER_NOTE_REMOVED = "commenter:note:removed"
    POLICY_PUBLISHED = "policy:published"
    STAFF_ADDED = "staff:added"
    STAFF_ROLE_CHANGED = "staff:role:changed"
    STAFF_DEACTIVATED = "staff:deactivated"
    STAFF_REACTIVATED = "staff:reactivated"
    STAFF_PASSWORD_CHANGED = "staff:password:changed"  # noqa: S105 -- the name of an event, not a password
    SECOND_FACTOR_ADDED = "staff:second_factor:added"
    SECOND_FACTOR_REMOVED = "staff:second_factor:removed"
    SESSION_OPENED = "session:opened"
    SESSION_CLOSED = "session:closed"
    SESSION_REFUSED = "session:refused"
    LINK_ISSUED = "link:issued"
    KEY_ISSUED = "key:issued"
    KEY_REVOKED = "key:revoked"
    LOG_EXPORTED = "log:exported"
    MODEL_ADDED = "model:added"
    MODEL_PROMOTED = "model:promoted"
    MODEL_SHADOWED = "model:shadowed"
    COMMENTS_RESCORED = "comments:rescored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, before it has a place in the log. `data` holds ids, codes and commitments, never reader text."""

    type: EventType
    actor: str
    subject: str
    at: datetime
    data: Mapping[str, object]

    @property
    def by_machine(self) -> bool:
        return self.actor.startswith("policy:")


class Sealed(NamedTuple):
    """An event as stored: `leaf` hashes `body`, its canonical JSON; `root` is the tree's head with it as last leaf.

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
    root: bytes
    # Whether the policy did it: a column for filters, made of the actor.
    machine: bool = False


@lru_cache(maxsize=64)
def instant(at: datetime) -> str:
    """UTC with milliseconds: 2026-11-23T18:25:03.120Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


_encode = compact_encoder(sort_keys=True)


def canonical(event: Event, *, log_id: int, position: int) -> str:
    return _encode(
        {
            "actor": event.actor,
            "at": instant(event.at),
            "data": event.data,
            "log": str(log_id),
            "position": position,
            "subject": event.subject,
            "type": event.type,
        }
    )


def seal(events: Iterable[Event], frontier: Frontier, *, log_id: int) -> list[Sealed]:
    """Give each event its position, append it to the frontier, and keep the head that it made."""
    sealed = []
    for event in events:
        position = frontier.size
        body = canonical(event, log_id=log_id, position=position)
        leaf = leaf_hash(body.encode())
        frontier.append(leaf)
        sealed.append(
            Sealed(
                log_id=log_id,
                position=position,
                type=event.type,
                actor=event.actor,
                subject=event.subject,
                at=event.at,
                body=body,
                leaf=leaf,
                root=frontier.root(),
                machine=event.by_machine,
            )
        )
    return sealed


class BreakKind(StrEnum):
    """What is wrong at a position of the log."""

    ALTERED = "altered"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    HEAD = "head_altered"
    FORKED = "forked"
    CHECKPOINT = "checkpoint_altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first event that does not fit. `inserted` also covers one that was sealed anew in place.

    `forked`: the events fit each other and not the checkpoint of size `until`; what was changed is from `position`, up
    to which an earlier one fits, to before `until`. `checkpoint_altered`: `position` is the checkpoint's size.
    """

    position: int
    kind: BreakKind
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of one log found. `size` and `root` are the stored head's; `root` is lower-case hexadecimal.

    `checkpoints`: how many signed heads it was held against.
    """

    log_id: int
    origin: str
    size: int
    root: str
    checked_at: datetime
    first_break: Break | None
    checkpoints: int = 0

    @property
    def ok(self) -> bool:
        return self.first_break is None


# Telling of each event would cost more than checking it.
_TOLD_EVERY = 1_000


def first_break(
    events: Iterable[Sealed],
    *,
    size: int,
    root: bytes,
    frontier: bytes | None = None,
    heads: Mapping[int, Collection[bytes]] = MappingProxyType({}),
    progress: Callable[[int], None] | None = None,
) -> Break | None:
    """Walk the log in order of position and name the first event that was altered, removed, inserted or moved.

    `frontier` is what the next event will be appended to; None is not looked at. `heads`: roots that the log is known
    to have had, by its size then.
    """
    tree, fitting = Frontier(), 0
    for event in events:
        found = _misfit(event, expected=tree.size)
        if found is not None:
            return found
        tree.append(event.leaf)
        head = tree.root()
        if head != event.root:
            return Break(position=event.position, kind=BreakKind.INSERTED)
        if tree.size in heads:
            if any(head != one for one in heads[tree.size]):
                return Break(position=fitting, kind=BreakKind.FORKED, until=tree.size)
            fitting = tree.size
        if progress is not None and not tree.size % _TOLD_EVERY:
            progress(tree.size)
    if tree.size < max((size, *heads)):
        return Break(position=tree.size, kind=BreakKind.REMOVED)
    if tree.size > size:
        return Break(position=size, kind=BreakKind.INSERTED)
    if tree.root() != root or (frontier is not None and tree.to_bytes() != frontier):
        return Break(position=max(size - 1, 0), kind=BreakKind.HEAD)
    return None


def _misfit(event: Sealed, *, expected: int) -> Break | None:
    if event.position > expected:
        return Break(position=expected, kind=BreakKind.REMOVED)
    if event.position < expected:
        return Break(position=event.position, kind=BreakKind.INSERTED)
    if leaf_hash(event.body.encode("utf-8", "surrogatepass")) != event.leaf:
        return Break(position=event.position, kind=BreakKind.ALTERED)
    if not _columns_agree(event):
        return Break(position=event.position, kind=_of_columns(event))
    return None


def _columns_agree(event: Sealed) -> bool:
    """The columns that lists and filters read must say what the sealed body says.

    A canonical body begins and ends with them, so that nothing need be parsed.
    """
    head = f'{{"actor":{_encode(event.actor)},"at":"{instant(event.at)}","data":{{'
    named = f'"subject":{_encode(event.subject)},"type":{_encode(event.type)}'
    tail = f'}},"log":"{event.log_id}","position":{event.position},{named}}}'
    return (
        event.body.startswith(head)
        and event.body.endswith(tail)
        and len(event.body) >= len(head) + len(tail)
        and event.machine == event.actor.startswith("policy:")
    )


def _of_columns(event: Sealed) -> BreakKind:
    """Reordered, if nothing but the place differs: a whole event under the number of another."""
    try:
        said = json.loads(event.body)["position"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return BreakKind.ALTERED
    moved = isinstance(said, int) and _columns_agree(event._replace(position=said))
    return BreakKind.REORDERED if moved else BreakKind.ALTERED


def commitment(salt: bytes, text: str) -> str:
    """Binds the log to a text without holding it; once salt and text are erased it tells nothing."""
    return sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()
