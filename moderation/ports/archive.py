"""Everything that a database holds, out of one of any kind and into an empty one of any kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from moderation.ports.unit import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some rows of a table, their values in the order of `columns`: name to `integer`, `real`, `boolean`, `bytes` or
    `text`."""

    table: str
    columns: Mapping[str, str]
    rows: list[tuple[object, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One moment of the database, while others go on writing. `revision` is its shape's; `unit` reads that moment.

    `rows` says how many each table has; `pieces` are a few megabytes each, in an order in which they can be put back.
    """

    revision: str
    rows: Mapping[str, int]
    unit: UnitOfWork
    pieces: Iterator[Piece]


class Filling(Protocol):
    """An empty database that is being filled: all of it or nothing, as with any transaction."""

    @property
    def rows(self) -> Mapping[str, int]:
        """How many were put, by table."""
        ...

    def put(self, piece: Piece) -> None:
        """Invalid(reason="damaged") for what does not fit the tables."""
        ...

    def finish(self) -> UnitOfWork:
        """Bring it to this version's shape; what is there now can be read, and added to, by the unit of work."""
        ...


class Archive(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]: ...
    def filling(self, revision: str) -> AbstractContextManager[Filling]:
        """Leaving it commits, an error leaves the database as it was.

        Conflict(what="database_not_empty") where there is anything already, Invalid(reason="unknown_revision") where
        the rows are of a later version than this.
        """
        ...
