"""The check of a log: its events against each other, its stored head, and every head that was signed of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from moderation.audit import Sealed, instant_of
from moderation.tree import Frontier

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Telling of each event would cost more than checking it.
_TOLD_EVERY = 1_000
_quoted = json.encoder.encode_basestring


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


class Row(NamedTuple):
    """An event as the table holds it, `at` in milliseconds since 1970; a tuple, as a million are read in seconds."""

    position: int
    type: str
    actor: str
    subject: str
    machine: int
    at: int
    body: str
    leaf: bytes
    subtree: bytes


def row_of(event: Sealed) -> Row:
    return Row(
        position=event.position,
        type=event.type,
        actor=event.actor,
        subject=event.subject,
        machine=event.actor.startswith("policy:"),
        at=(event.at - _EPOCH) // _MILLISECOND,
        body=event.body,
        leaf=event.leaf,
        subtree=event.subtree,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a log is held against. `frontier` is what the next event will be appended to; None is not looked at.

    `heads`: roots that the log is known to have had, by its size then.
    """

    size: int
    root: bytes
    frontier: bytes | None = None
    heads: Mapping[int, Collection[bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Events of a log in a row, from `start` up to but without `end`, that are checked apart from the others.

    `heads` as in `Claim`, of the whole log.
    """

    log_id: int
    start: int
    end: int
    heads: Mapping[int, Collection[bytes]] = field(default_factory=dict)


def first_break(
    rows: Iterable[Row],
    claim: Claim,
    *,
    log_id: int,
    tree: Frontier | None = None,
    progress: Callable[[int], None] | None = None,
) -> Break | None:
    """Walk the log in order of position and name the first event that was altered, removed, inserted or moved.

    With a `tree`, the rows are those that follow its events. `progress` is told how many of the log are checked.
    """
    if claim.size < 0:
        return Break(position=0, kind=BreakKind.HEAD)
    tree = Frontier() if tree is None else tree
    wrong = _misfit_in(rows, tree, claim.heads, log_id=log_id, end=_end(claim), progress=progress)
    return wrong or _wrong_end(tree, claim)


def break_of_part(
    part: Part, rows: Iterable[Row], *, tree: Frontier, progress: Callable[[int], None] | None = None
) -> Break | None:
    """The first break in `rows`, those of the part, which follow the events of `tree`.

    With a tree of stored hashes it is right if nothing before the part is broken.
    """
    wrong = _misfit_in(rows, tree, part.heads, log_id=part.log_id, end=part.end, progress=progress)
    missing = Break(position=tree.size, kind=BreakKind.REMOVED) if tree.size < part.end else None
    return wrong or missing


def _misfit_in(
    rows: Iterable[Row],
    tree: Frontier,
    heads: Mapping[int, Collection[bytes]],
    *,
    log_id: int,
    end: int,
    progress: Callable[[int], None] | None,
) -> Break | None:
    fitting = max((size for size in heads if size <= tree.size), default=0)
    append = tree.append
    # By their places, because names would cost a tenth of the whole: 7 is the leaf, 8 the subtree.
    for size, row in enumerate(rows, start=tree.size + 1):
        if row[0] != size - 1 or _leaf(row) != row[7] or not _columns_agree(row, log_id):
            return _misfit(row, expected=size - 1, end=end, log_id=log_id)
        if append(row[7]) != row[8]:
            kind = BreakKind.INSERTED if isinstance(row[8], bytes) else BreakKind.ALTERED
            return Break(position=size - 1, kind=kind)
        if size in heads:
            root = tree.root()
            if any(root != one for one in heads[size]):
                return Break(position=fitting, kind=BreakKind.FORKED, until=size)
            fitting = size
        if progress is not None and not size % _TOLD_EVERY:
            progress(size)
    return None


def _end(claim: Claim) -> int:
    return max((claim.size, *claim.heads))


def _wrong_end(tree: Frontier, claim: Claim) -> Break | None:
    if tree.size < _end(claim):
        return Break(position=tree.size, kind=BreakKind.REMOVED)
    if tree.size > claim.size:
        return Break(position=claim.size, kind=BreakKind.INSERTED)
    if tree.root() != claim.root or (claim.frontier is not None and tree.to_bytes() != claim.frontier):
        return Break(position=max(claim.size - 1, 0), kind=BreakKind.HEAD)
    return None


def _leaf(row: Row) -> bytes:
    try:
        return sha256(b"\x00" + row[6].encode("utf-8", "surrogatepass")).digest()
    except AttributeError:
        # SQLite takes a value of any type into any column; what is no text has no leaf.
        return b""


def _misfit(row: Row, *, expected: int, end: int, log_id: int) -> Break:
    position = row[0]
    if not isinstance(position, int):
        return Break(position=expected, kind=BreakKind.ALTERED)
    if expected < position and expected < end:
        return Break(position=expected, kind=BreakKind.REMOVED)
    if position != expected:
        return Break(position=position, kind=BreakKind.INSERTED)
    if _leaf(row) != row[7]:
        return Break(position=position, kind=BreakKind.ALTERED)
    return Break(position=position, kind=_of_columns(row, log_id))


def _columns_agree(row: Sequence[Any], log_id: int) -> bool:
    """The columns that lists and filters read must say what the sealed body says.

    A canonical body begins and ends with them, so that nothing need be parsed.
    """
    position, type_, actor, subject, machine, at, body, _, _ = row
    try:
        head = f'{_by(actor)}{instant_of(at)}","data":{{'
        tail = f'}},"log":"{log_id}","position":{position},"subject":{_quoted(subject)},"type":{_quoted(type_)}}}'
        return bool(
            body.startswith(head)
            and body.endswith(tail)
            and len(body) >= len(head) + len(tail)
            and machine == actor.startswith("policy:")
        )
    except (AttributeError, OverflowError, TypeError, ValueError):
        # A value that no clock gives, or of a type that the column is not of.
        return False


@lru_cache(maxsize=1024)
def _by(actor: str) -> str:
    return f'{{"actor":{_quoted(actor)},"at":"'


def _of_columns(row: Row, log_id: int) -> BreakKind:
    """Reordered, if nothing but the place differs: a whole event under the number of another."""
    try:
        said = json.loads(row[6])["position"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return BreakKind.ALTERED
    moved = isinstance(said, int) and _columns_agree((said, *row[1:]), log_id)
    return BreakKind.REORDERED if moved else BreakKind.ALTERED
