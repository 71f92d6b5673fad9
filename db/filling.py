"""An empty database filled with an archive's rows, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, Table, inspect, select

from db import schema
from db.migrate import LOCK, bring, knows, revision_of
from db.stores._findable import rebuild
from db.stores._sql import insert_rows
from db.unit_of_work import unit_of
from moderation.errors import Conflict, Invalid
from moderation.ports import Piece, UnitOfWork


def tables_of(connection: Connection) -> list[Table]:
    """As the database itself describes them, in plain types; who is referred to comes first."""
    order = [table.name for table in schema.metadata.sorted_tables if table not in schema.NOT_KEPT]
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in order)
    return sorted(found.tables.values(), key=lambda table: order.index(table.name))


def made_empty(connection: Connection, revision: str) -> None:
    """Make the tables of this revision; Conflict(what="database_not_empty") where there is anything already."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    there = revision_of(connection)
    if there is None and not inspect(connection).get_table_names():
        _make(connection, revision)
        return
    if there != revision or any(connection.execute(select(one).limit(1)).first() for one in tables_of(connection)):
        raise Conflict(what="database_not_empty")


def _make(connection: Connection, revision: str) -> None:
    if not knows(revision):
        raise Invalid(field="backup", reason="unknown_revision", revision=revision)
    bring(connection, revision)


class TableFilling:
    """Rows may come before those of their own table that they refer to; that is looked at once, at the end."""

    def __init__(self, connection: Connection, new_id: Callable[[], int]) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in tables_of(connection)}
        self._new_id = new_id
        self.rows = dict.fromkeys(self._tables, 0)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        else:
            self._alter("DEFERRABLE INITIALLY DEFERRED")

    def _alter(self, how: str) -> None:
        for table in self._tables.values():
            for constraint in table.constraints:
                if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table is table:
                    self._connection.exec_driver_sql(
                        f"ALTER TABLE {table.name} ALTER CONSTRAINT {constraint.name} {how}"
                    )

    def put(self, piece: Piece) -> None:
        table = self._tables.get(piece.table)
        if table is None or set(piece.columns) != set(table.columns.keys()):
            raise Invalid(field="backup", reason="damaged", member=piece.table)
        insert_rows(self._connection, table, tuple(piece.columns), piece.rows, together=table.name in schema.LATE)
        self.rows[piece.table] += len(piece.rows)

    def finish(self) -> UnitOfWork:
        if self._connection.dialect.name != "sqlite":
            self._connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            self._alter("NOT DEFERRABLE")
        rebuild(self._connection)
        bring(self._connection, "head")
        return unit_of(self._connection, self._new_id)
