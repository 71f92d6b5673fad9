"""The audit log: events sealed at the end of their log, read in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal,
    select,
    text,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import DBAPIError

from db.schema import ADVERSE, SELDOM, audit_events, checkpoints, comments, decisions, logs
from db.stores._prepared import Prepared
from db.stores._sql import insert_ignoring, insert_rows
from db.types import to_milliseconds
from moderation.audit import ERASING, Event, EventType, Sealed, seal
from moderation.checkpoint import Stored
from moderation.decision import Outcome
from moderation.errors import LogMisfit, NotFound
from moderation.ports import ErasedComment, EventFilter, LogHead
from moderation.tree import EMPTY_ROOT, Frontier
from moderation.verification import Row

T = TypeVar("T")
_BATCH = 2_000
_HASHES = 5_000
_NEVER, _LARGEST = 2**62, 2**63 - 1
_NO_SIZE = -1
_ID = re.compile("[0-9]{1,19}")
_ANY = EventFilter()
# So many events are fetched and put in order in some ten milliseconds; of more, the log is read in its order.
_FEW = 20_000
# The newest of so many people are sought for each, as their index has them.
_PEOPLE = 100
# In the words of the partial index, which serves no others: to SQLite, SQLAlchemy's NOT is `machine = 0`.
_BY_PEOPLE: Any = text("NOT audit_events.machine")
_BY_TYPE: Any = text(f"audit_events.{SELDOM}")
_AGAINST: Any = text(f"({ADVERSE})")
# A whole log, at the driver's speed.
_PAGE = Prepared(
    select(*[audit_events.c[name] for name in Sealed._fields])
    .where(
        audit_events.c.log_id == bindparam("log_id"),
        audit_events.c.position > bindparam("after"),
        audit_events.c.position < bindparam("until"),
    )
    .order_by(audit_events.c.position)
    .limit(bindparam("most"))
)
# The same for a check, with nothing converted.
_ROWS = Prepared(
    select(*[audit_events.c[name] for name in Row._fields])
    .where(
        audit_events.c.log_id == bindparam("log_id"),
        audit_events.c.position > bindparam("after"),
        audit_events.c.position < bindparam("until"),
    )
    .order_by(audit_events.c.position)
    .limit(_BATCH)
)
_HEAD = Prepared(
    select(logs.c.size, logs.c.frontier, logs.c.root).where(logs.c.id == bindparam("id")).with_for_update()
)
_MOVE = Prepared(
    update(logs)
    .where(logs.c.id == bindparam("which"))
    .values(size=bindparam("to_size"), frontier=bindparam("to_frontier"), root=bindparam("to_root"))
)


def _sealed(row: SqlRow[tuple[object, ...]]) -> Sealed:
    return _as_declared((
        row.log_id, row.position, row.type, row.actor, row.subject, row.at, row.body, row.leaf, row.subtree,
    ))  # fmt: skip


def _as_declared(row: Sequence[Any]) -> Sealed:
    """What SQLite took of another type is shown as well as it can be: it is evidence, and others read the rest."""
    if tuple(map(type, row)) == _TYPES:
        return Sealed._make(row)
    return Sealed._make([_SHOWN.get(wanted, _same)(value) for value, wanted in zip(row, _TYPES, strict=True)])


def _same(value: Any) -> Any:
    return value


def _unlike_any(value: bytes) -> str:
    """No text that was ever hashed: a check must not take it for one."""
    return value.decode("utf-8", "surrogateescape")


def _text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


# Of a `Sealed`, in its order.
_TYPES = (int, int, str, str, str, datetime, str, bytes, bytes)
_SHOWN: dict[type, Callable[[Any], Any]] = {int: int, str: _text, bytes: _bytes}


def _head(row: SqlRow[tuple[object, ...]]) -> LogHead:
    """What is of another type, as SQLite takes it, becomes a value that no log has."""
    return LogHead(
        log_id=row.id,
        origin=_typed(row.origin, str, ""),
        size=_typed(row.size, int, _NO_SIZE),
        root=_typed(row.root, bytes, b""),
        frontier=_typed(row.frontier, bytes, b""),
    )


def _stored(row: SqlRow[tuple[object, ...]]) -> Stored:
    """The same of a signed head."""
    return Stored(
        log_id=row.log_id,
        size=_typed(row.size, int, _NO_SIZE),
        root=_typed(row.root, bytes, b""),
        note=_typed(row.note, str, ""),
        made_at=row.made_at,
    )


def _comment_of(subject: Any) -> int | None:
    """Whoever has the database's own rights may have written anything there."""
    kind, _, number = str(subject).partition(":")
    found = int(number) if kind == "comment" and _ID.fullmatch(number) else _LARGEST + 1
    return found if found <= _LARGEST else None


def _frontier(size: int, joined: bytes) -> Frontier:
    try:
        return Frontier.from_bytes(size, joined)
    except (AttributeError, TypeError, ValueError) as error:
        raise LogMisfit from error


def _typed(value: object, wanted: type[T], other: T) -> T:
    return value if isinstance(value, wanted) else other


class _Way(Enum):
    """What finds events: the few that are about something, the few of a time, the log's order and a person's, or
    the decisions against comments."""

    SUBJECT, TIME, ORDER, DECISIONS = range(4)


def _subjects(where: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if where.comment_id is not None:
        found.append(audit_events.c.subject == f"comment:{where.comment_id}")
    if where.article_id is not None:
        found.append(_about(comments.c.article_id == where.article_id, f"article:{where.article_id}"))
    if where.commenter_id is not None:
        found.append(_about(comments.c.commenter_id == where.commenter_id, f"commenter:{where.commenter_id}"))
    return found


def _about(whose: ColumnElement[bool], itself: str) -> ColumnElement[bool]:
    of_comments = select(literal("comment:").concat(cast_to(comments.c.id, String))).where(whose)
    return audit_events.c.subject.in_(union_all(select(literal(itself)), of_comments))


def _within(where: EventFilter, *, by_index: bool) -> list[ColumnElement[bool]]:
    at: ColumnElement[int] = type_coerce(audit_events.c.at, BigInteger)
    # As a sum no index serves it.
    at = at if by_index else at + 0
    found = [at >= to_milliseconds(where.since)] if where.since is not None else []
    return [*found, at < to_milliseconds(where.until)] if where.until is not None else found


def _said(where: EventFilter) -> list[ColumnElement[bool]]:
    found = [decisions.c.outcome == where.outcome] if where.outcome is not None else []
    if where.reason is not None:
        # Reasons are words apart; none holds a character that LIKE reads otherwise but the underscore.
        listed = literal(" ").concat(decisions.c.reasons).concat(" ")
        found.append(listed.contains(f" {where.reason} ", autoescape=True))
    return found


def _deciding(log_id: int, said: list[ColumnElement[bool]], way: _Way) -> list[ColumnElement[bool]]:
    """Events of decisions, by the rows that were written with them: they are found by their place in the log."""
    if way is _Way.DECISIONS:
        return [_AGAINST, audit_events.c.position == decisions.c.position, *said]
    return [exists().where(decisions.c.site_id == log_id, decisions.c.position == audit_events.c.position, *said)]


def _is_against(where: EventFilter) -> bool:
    """Whether it asks for decisions that are in the index of those against comments."""
    return where.reason is not None or where.outcome not in (None, Outcome.APPROVE.value)


def _place(way: _Way) -> ColumnElement[int]:
    """By what events are put in order, so that what finds them delivers them so."""
    return decisions.c.position if way is _Way.DECISIONS else audit_events.c.position


class LogStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _all(self, query: Select[Any]) -> Sequence[SqlRow[Any]]:
        return self._read(lambda: self._connection.execute(query).all())

    def _read(self, ask: Callable[[], T], decode: Callable[[bytes], str] = _text) -> T:
        """Asked again where a text is no UTF-8, which SQLite takes and its driver does not: it is there to be named."""
        try:
            return ask()
        except DBAPIError as error:
            if "Could not decode to UTF-8" not in str(error.orig):
                raise
        raw: Any = self._connection.connection.dbapi_connection
        raw.text_factory = decode
        try:
            return ask()
        finally:
            raw.text_factory = str

    def open(self, log_id: int, *, origin: str) -> None:
        row = {"id": log_id, "origin": origin, "size": 0, "frontier": b"", "root": EMPTY_ROOT}
        insert_ignoring(self._connection, logs, [row])

    def hold(self, log_id: int) -> None:
        self._held(log_id)

    def _held(self, log_id: int) -> Any:
        head = _HEAD.first(self._connection, id=log_id)
        if head is None:
            raise LogMisfit if self.event(log_id, 0) else NotFound(what="log", log=log_id)
        return head

    def append(self, log_id: int, events: Sequence[Event]) -> list[Sealed]:
        # Without this lock two PostgreSQL writers seal the same position; SQLite has made us the only writer.
        head = self._held(log_id)
        frontier = _frontier(head.size, head.frontier)
        if frontier.root() != head.root:
            # Who changed one of the two would else have it covered by the next event.
            raise LogMisfit
        sealed = seal(events, frontier, log_id=log_id)
        moments = {at: to_milliseconds(at) for at in {event.at for event in events}}
        insert_rows(
            self._connection,
            audit_events,
            ("log_id", "position", "type", "actor", "subject", "machine", "at", "body", "leaf", "subtree"),
            [
                (
                    log_id,
                    one.position,
                    one.type,
                    one.actor,
                    one.subject,
                    event.by_machine,
                    moments[one.at],
                    one.body,
                    one.leaf,
                    one.subtree,
                )
                for one, event in zip(sealed, events, strict=True)
            ],
            together=True,
        )
        _MOVE.defer(
            self._connection,
            which=log_id,
            to_size=frontier.size,
            to_frontier=frontier.to_bytes(),
            to_root=frontier.root(),
        )
        return sealed

    def heads(self) -> list[LogHead]:
        return [_head(row) for row in self._all(select(logs).order_by(logs.c.id))]

    def _matching(self, log_id: int, where: EventFilter, way: _Way) -> list[ColumnElement[bool]]:
        # Left to itself, SQLite reads the log in its order whatever is asked, and all of it for one comment.
        of_log = [(audit_events.c.log_id + 0 if way is _Way.SUBJECT else audit_events.c.log_id) == log_id]
        if way is _Way.DECISIONS:
            # Of the decisions' log: as a sum it leaves SQLite no other way than from the decision to its event.
            of_log = [decisions.c.site_id == log_id, audit_events.c.log_id == decisions.c.site_id + 0]
        found = [*of_log, *_subjects(where), *_within(where, by_index=way is _Way.TIME)]
        if where.actor is not None:
            found.append(audit_events.c.actor == where.actor)
        if where.people_only or (where.actor is not None and not where.actor.startswith("policy:")):
            found.append(_BY_PEOPLE)
        if where.type is not None:
            found.append(audit_events.c.type == where.type)
            if where.type != EventType.COMMENT_SUBMITTED.value:
                found.append(_BY_TYPE)
        said = _said(where)
        return [*found, *_deciding(log_id, said, way)] if said else found

    def _way(self, log_id: int, where: EventFilter) -> _Way:
        """By what the events are found."""
        of_article = comments.c.article_id == where.article_id
        of_commenter = comments.c.commenter_id == where.commenter_id
        if (
            where.comment_id is not None
            or (where.article_id is not None and self._are_few(comments.c.id, of_article))
            or (where.commenter_id is not None and self._are_few(comments.c.id, of_commenter))
        ):
            return _Way.SUBJECT
        within = _within(where, by_index=True)
        if within and self._are_few(audit_events.c.at, audit_events.c.log_id == log_id, *within):
            return _Way.TIME
        # Those of a reason are fewer than all that people did; of a person the index of people has the fewest.
        against = _is_against(where) and (where.reason is not None or not where.people_only)
        return _Way.DECISIONS if against and where.actor is None else _Way.ORDER

    def _are_few(self, column: ColumnElement[Any], *where: ColumnElement[bool]) -> bool:
        some = select(column).where(*where).limit(_FEW + 1).subquery()
        return self._connection.execute(select(func.count()).select_from(some)).scalar_one() <= _FEW

    def page(self, log_id: int, where: EventFilter, *, before: int | None, limit: int) -> list[Sealed]:
        way = self._way(log_id, where)
        newest = partial(self._newest, log_id, way=way, before=before, limit=limit)
        if way is _Way.ORDER and where.people_only and where.actor is None:
            people = self.actors(log_id)
            if len(people) <= _PEOPLE:
                rows = [row for actor in people for row in newest(where=replace(where, actor=actor))]
                return sorted(rows, key=lambda row: -row.position)[:limit]
        return newest(where=where)

    def _newest(self, log_id: int, *, where: EventFilter, way: _Way, before: int | None, limit: int) -> list[Sealed]:
        conditions, place = self._matching(log_id, where, way), _place(way)
        if before is not None:
            conditions.append(place < before)
        query = select(audit_events).where(*conditions).order_by(place.desc()).limit(limit)
        return [_sealed(row) for row in self._all(query)]

    def event(self, log_id: int, position: int) -> Sealed | None:
        query = select(audit_events).where(audit_events.c.log_id == log_id, audit_events.c.position == position)
        return next(map(_sealed, self._all(query)), None)

    def hashes(self, log_id: int, positions: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
        columns = (audit_events.c.position, audit_events.c.leaf, audit_events.c.subtree)
        found: dict[int, tuple[bytes, bytes]] = {}
        wanted = sorted(positions)
        for start in range(0, len(wanted), _HASHES):
            among = audit_events.c.position.in_(wanted[start : start + _HASHES])
            query = select(*columns).where(audit_events.c.log_id == log_id, among)
            found |= {position: (leaf, subtree) for position, leaf, subtree in self._connection.execute(query)}
        return found

    def erasures(self, log_id: int, *, after: int, among: int, limit: int) -> tuple[list[ErasedComment], int]:
        position = audit_events.c.position
        stretch = (audit_events.c.log_id == log_id, position > after, position <= min(after + among, _LARGEST))
        told = self._all(
            select(position, audit_events.c.subject, audit_events.c.at)
            .where(*stretch, audit_events.c.type.in_([one.value for one in ERASING]))
            .order_by(position)
            .limit(limit)
        )
        ids = [_comment_of(row.subject) for row in told]
        theirs = comments.c.site_id == log_id, comments.c.id.in_([one for one in ids if one is not None])
        named = self._connection.execute(select(comments.c.id, comments.c.external_id).where(*theirs))
        names: dict[int | None, str] = {row.id: row.external_id for row in named}
        found = [
            ErasedComment(row.position, id_, names[id_], row.at)
            for row, id_ in zip(told, ids, strict=True)
            if id_ is not None and id_ in names
        ]
        if len(told) == limit:
            return found, told[-1].position
        last = self._connection.execute(select(func.max(position)).where(*stretch)).scalar()
        return found, after if last is None else last

    def place_of(self, decision_id: int) -> tuple[int, int] | None:
        query = select(decisions.c.site_id, decisions.c.position).where(decisions.c.id == decision_id)
        row = self._connection.execute(query).first()
        return (row.site_id, row.position) if row else None

    def checkpoints(self, log_id: int, *, after: int | None = None) -> list[Stored]:
        query = select(checkpoints).where(checkpoints.c.log_id == log_id).order_by(checkpoints.c.size)
        if after is not None:
            query = query.where(checkpoints.c.size > after)
        found = [_stored(row) for row in self._all(query)]
        # To SQLite whatever is no number is more than any number.
        return [one for one in found if after is None or one.size > after]

    def newest_checkpoint(self, log_id: int) -> Stored | None:
        query = select(checkpoints).where(checkpoints.c.log_id == log_id).order_by(checkpoints.c.size.desc()).limit(1)
        return next(map(_stored, self._all(query)), None)

    def checkpoint(self, log_id: int, size: int) -> Stored | None:
        query = select(checkpoints).where(checkpoints.c.log_id == log_id, checkpoints.c.size == size)
        return next(map(_stored, self._all(query)), None)

    def add_checkpoint(self, made: Stored) -> None:
        row = {"log_id": made.log_id, "size": made.size, "root": made.root, "note": made.note, "made_at": made.made_at}
        # Two processes that sign the same head say the same.
        insert_ignoring(self._connection, checkpoints, [row])

    def following(
        self, log_id: int, where: EventFilter, *, after: int | None, until: int | None = None, limit: int
    ) -> list[Sealed]:
        # From the very first, whatever its number is: what stands before number 0 was put there by somebody else.
        start, end = -_NEVER if after is None else after, _NEVER if until is None else until
        if where == _ANY:
            ask = partial(_PAGE.all, self._connection, log_id=log_id, after=start, until=end, most=limit)
            return [_as_declared(row) for row in self._read(ask)]
        way = self._way(log_id, where)
        place = _place(way)
        within = (*self._matching(log_id, where, way), place > start, place < end)
        return [_sealed(row) for row in self._all(select(audit_events).where(*within).order_by(place).limit(limit))]

    def rows(self, log_id: int, *, start: int | None = None, end: int | None = None) -> Iterator[Row]:
        # From the very first, whatever its number is: what stands before number 0 was put there by somebody else.
        after, until = -_NEVER if start is None else start - 1, _NEVER if end is None else end
        while True:
            # The driver's rows are tuples of these very fields, and a million of them need not be made anew.
            ask = partial(_ROWS.tuples, self._connection, log_id=log_id, after=after, until=until)
            rows = cast(list[Row], self._read(ask, _unlike_any))
            yield from rows
            if len(rows) < _BATCH:
                return
            after = rows[-1][0]

    def newest(self) -> datetime | None:
        # Log by log, so that each is one step down its index.
        of_one = select(func.max(audit_events.c.at)).where(audit_events.c.log_id == logs.c.id).scalar_subquery()
        found = [at for at in self._connection.execute(select(of_one)).scalars() if at is not None]
        return max(found, default=None)

    def actors(self, log_id: int) -> list[str]:
        # From name to name in their index: each has thousands of events.
        theirs = (audit_events.c.log_id == log_id, _BY_PEOPLE)
        names = select(func.min(audit_events.c.actor).label("name")).where(*theirs).cte("names", recursive=True)
        after = select(func.min(audit_events.c.actor)).where(*theirs, audit_events.c.actor > names.c.name)
        names = names.union_all(select(after.scalar_subquery()).where(names.c.name.is_not(None)))
        return list(self._connection.execute(select(names.c.name).where(names.c.name.is_not(None))).scalars())
