"""Statements that are compiled once and then run by the driver itself.

For a small query SQLAlchemy's execution costs twice the driver's time and more (docs/decisions/0007). What it does each
time is done here once for each statement: its text, its constants, and what must be converted on the way in and out.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Delete,
    Dialect,
    Insert,
    LargeBinary,
    Select,
    Update,
)

from db.wire import ask, defer, one_plan, reported, send

_Convert = Callable[[Any], Any]
# The type that PostgreSQL's driver gives for a float; only there does converting a result ask for it.
_FLOAT8 = 701


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    text: str
    positions: tuple[str, ...]
    constants: dict[str, Any]
    incoming: tuple[tuple[str, _Convert], ...]
    outgoing: tuple[tuple[int, _Convert], ...]
    binary: bool
    """Whether there are bytes in what it finds."""
    row: Callable[[Sequence[Any]], Any]


class Prepared:
    """A Core statement; values go in by the names of its bound parameters, a list of them by `among`.

    With `parts`, the numbers of columns that belong together in a SELECT of several tables, a row is a tuple of rows,
    and None where the first column of a part is NULL, as an outer join leaves it.

    `one_plan`: PostgreSQL plans it once, by indexes alone, where it would plan it for each new values.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete,
        *,
        parts: Sequence[int] = (),
        one_plan: bool = False,
    ) -> None:
        self._statement = statement
        self._parts = tuple(parts)
        self._one_plan = one_plan
        self._compiled: dict[str, _Compiled] = {}

    def tuples(self, connection: Connection, **values: object) -> list[tuple[Any, ...]]:
        """The rows as the driver gives them, nothing converted."""
        compiled = self._for(connection.dialect)
        text, asked = compiled.text, _asked(compiled, values)
        with reported(connection, text), one_plan(connection) if self._one_plan else nullcontext():
            found: list[tuple[Any, ...]] = send(connection, text, asked, binary=compiled.binary).fetchall()
        return found

    def all(self, connection: Connection, **values: object) -> list[Any]:
        return _rows(self._for(connection.dialect), self.tuples(connection, **values))

    def first(self, connection: Connection, **values: object) -> Any | None:
        found = self.all(connection, **values)
        return found[0] if found else None

    def ask(self, connection: Connection, **values: object) -> Callable[[], Any | None]:
        """`first`, asked along with the statement that comes next; call what it gives for the row."""
        compiled = self._for(connection.dialect)
        with one_plan(connection) if self._one_plan else nullcontext():
            answer = ask(connection, compiled.text, _asked(compiled, values), binary=compiled.binary)

        def first() -> Any | None:
            found = _rows(compiled, answer())
            return found[0] if found else None

        return first

    def scalar(self, connection: Connection, **values: object) -> Any:
        return self.all(connection, **values)[0][0]

    def run(self, connection: Connection, **values: object) -> int:
        """How many rows it changed."""
        compiled = self._for(connection.dialect)
        text, asked = compiled.text, _asked(compiled, values)
        with reported(connection, text):
            changed: int = send(connection, text, asked).rowcount
        return changed

    def defer(self, connection: Connection, *, must_change: bool = False, **values: object) -> None:
        """Run it before the next statement or the commit, whichever comes first; nobody asks what came of it.

        `must_change`: Contention, by then, if it changes no row.
        """
        compiled = self._for(connection.dialect)
        defer(connection, compiled.text, _asked(compiled, values), must_change=must_change)

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._statement, dialect, self._parts)
        return compiled


def _rows(compiled: _Compiled, found: Sequence[Sequence[Any]]) -> list[Any]:
    if compiled.outgoing:
        found = [_converted(row, compiled.outgoing) for row in found]
    return [compiled.row(row) for row in found]


def _asked(compiled: _Compiled, values: dict[str, object]) -> Any:
    given = compiled.constants | values
    for name, convert in compiled.incoming:
        given[name] = convert(given[name])
    return [given[name] for name in compiled.positions]


def _compile(statement: Any, dialect: Dialect, parts: tuple[int, ...]) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    binds = [(name, bind, bind.type.dialect_impl(dialect)) for bind, name in compiled.bind_names.items()]
    columns = [(column.key, column.type.dialect_impl(dialect)) for column in statement.exported_columns]
    incoming = {name: type_.bind_processor(dialect) for name, _, type_ in binds}
    outgoing = [(place, type_.result_processor(dialect, _FLOAT8)) for place, (_, type_) in enumerate(columns)]
    constants = {name: bind.value for name, bind, _ in binds if not bind.required}
    text, names = _postgresql(compiled, constants) if dialect.name == "postgresql" else (compiled.string, None)
    return _Compiled(
        text=text,
        positions=names if names is not None else tuple(compiled.positiontup),
        constants=constants,
        incoming=tuple((name, convert) for name, convert in incoming.items() if convert is not None),
        outgoing=tuple((place, convert) for place, convert in outgoing if convert is not None),
        binary=any(isinstance(column.type, LargeBinary) for column in statement.exported_columns),
        row=_row_of([key for key, _ in columns], parts),
    )


def _postgresql(compiled: Any, constants: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The text with PostgreSQL's own marks in place of those that SQLAlchemy writes for its driver, and their names.

    Numbers that never change are written out: of a LIMIT that it does not know the planner expects the worst.
    """
    written = {name: str(value) for name, value in constants.items() if type(value) is int}
    used = [name for name in compiled.bind_names.values() if f"%({name})s" in compiled.string]
    names = [name for name in dict.fromkeys(used) if name not in written]
    marks = {name: f"${place}" for place, name in enumerate(names, start=1)}
    return compiled.string % (marks | written), tuple(names)


def _row_of(names: Sequence[str], parts: Sequence[int]) -> Callable[[Sequence[Any]], Any]:
    if not parts:
        return _named(names)
    ends = [sum(parts[:count]) for count in range(len(parts) + 1)]
    slices = [(_named(names[start:end]), start, end) for start, end in pairwise(ends)]

    def split(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple([None if row[start] is None else make(row[start:end]) for make, start, end in slices])

    return split


def _named(names: Sequence[str | None]) -> Callable[[Sequence[Any]], Any]:
    # What has no name of its own, as a count, is read by its place.
    fields = [name or f"column_{place}" for place, name in enumerate(names)]
    row: Any = collections.namedtuple("Row", fields)  # type: ignore[misc]
    made: Callable[[Sequence[Any]], Any] = row._make
    return made


def _converted(row: Sequence[Any], outgoing: tuple[tuple[int, _Convert], ...]) -> list[Any]:
    values = list(row)
    for place, convert in outgoing:
        values[place] = convert(values[place])
    return values
