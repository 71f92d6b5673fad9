"""What the drivers raise when the database fails, as one of a few words that a person can act on."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

# SQLite's result codes, primary or extended, https://www.sqlite.org/rescode.html
_SQLITE = {
    sqlite3.SQLITE_FULL: "disk_full",
    # There was no room for the index of the write-ahead log, without which nobody opens the database.
    sqlite3.SQLITE_IOERR_SHMSIZE: "disk_full",
    # Also where a file may not grow any more: a limit or a quota of the system.
    sqlite3.SQLITE_IOERR: "disk",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_CANTOPEN: "gone",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
# PostgreSQL's conditions or their classes, https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": "disk_full",
    "58030": "disk",
    "25006": "read_only",
    # An account without the right to write.
    "42501": "read_only",
    "53300": "connections",
    "55P03": "busy",
    # A statement or transaction that its server, or somebody there, broke off.
    "57014": "broken_off",
    "25P03": "broken_off",
    "25P04": "broken_off",
    "57": "gone",
    "08": "gone",
    "3D": "gone",
    "28": "gone",
    # Not all of their class: XX000 is any error within, and what some poolers say of too many connections.
    "XX001": "damaged",
    "XX002": "damaged",
}
# Who is refused a connection gets words alone: no code comes with them.
_NO_CONNECTION = ("too many clients", "too many connections", "connection slots", "max clients", "maxclients")

# What the driver calls it where no server answered, within the time that it waits for one.
_NO_ANSWER = ("OperationalError", "ConnectionTimeout")


def trouble_of(error: DBAPIError) -> str | None:
    """None where it is none of these."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code, _SQLITE.get(code & 0xFF))
    state = getattr(error.orig, "sqlstate", None)
    if state in (None, "XX000") and any(words in str(error.orig).lower() for words in _NO_CONNECTION):
        return "connections"
    if state is None:
        return "gone" if error.connection_invalidated or type(error.orig).__name__ in _NO_ANSWER else None
    return _POSTGRESQL.get(state, _POSTGRESQL.get(state[:2]))
