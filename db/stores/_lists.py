"""Conditions on lists of values whose length is known only when they are asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    TableValuedAlias,
    Text,
    bindparam,
    func,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class _List(TypeDecorator[Sequence[Any]]):
    """Many values bound as one: an array on PostgreSQL, a JSON list on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self._item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        native = ARRAY(self._item) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class among(ColumnElement[bool]):
    """`column IN` the values bound to one parameter, however many there are: the statement stays the same."""

    inherit_cache = False
    # A BOOLEAN would be compared with 1 on SQLite, which knows none, and then no index serves.
    type = NullType()  # type: ignore[assignment]

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self._column, self._name = column, name

    @property
    def _bound(self) -> BindParameter[Any]:
        return bindparam(self._name, type_=_List(self._column.type))


def each(connection: Connection, values: Sequence[int]) -> TableValuedAlias:
    """The values as a table with the column `value`, for a question about each of them. In a condition SQLite may take
    them for more than they are, and read all that the rest of the condition leaves."""
    if connection.dialect.name == "postgresql":
        given = bindparam("each", list(values), type_=ARRAY(BigInteger()))
        return func.unnest(given).table_valued("value").render_derived()
    return func.json_each(json.dumps(list(values))).table_valued("value")


@compiles(among, "postgresql")
def _among_array(element: among, compiler: SQLCompiler, **given: Any) -> str:
    return f"{compiler.process(element._column, **given)} = ANY ({compiler.process(element._bound, **given)})"


@compiles(among)
def _among_json(element: among, compiler: SQLCompiler, **given: Any) -> str:
    values = compiler.process(element._bound, **given)
    return f"{compiler.process(element._column, **given)} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # nosec B608
