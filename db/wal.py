"""SQLite's write-ahead log, moved into the database while nobody writes.

SQLite would do that by itself, by a checkpoint at the end of a commit, beside whoever writes next. If that one begins
the log anew just then, versions before 3.51.3, and so those of Debian 12 and Ubuntu's long-term releases, may count
pages as moved that were not, and lose them: https://sqlite.org/wal.html#the_wal_reset_bug (docs/decisions/0050).
"""

from __future__ import annotations

import os
import sqlite3
import struct
import time
from contextlib import closing, suppress
from functools import cached_property

# So many seconds whoever has just written waits for another process's transaction to end; the next commit tries again.
# All who write in this process wait with them.
_PATIENCE = 0.05
# The log's header, of which the size of a page and the number of the log's beginning are wanted, and a page's header,
# which has that number too: https://sqlite.org/fileformat2.html#the_write_ahead_log
_HEADER, _PAGE_HEADER = struct.Struct(">8xI4x8s8x"), struct.Struct(">8x8s8x")


# So often it is tried to begin the log anew, a twentieth of a second apart.
_TRIES = 6


class WriteAheadLog:
    """Of a database in a file."""

    def __init__(self, database: str) -> None:
        # As the driver is told: whoever changes the folder later means the same file.
        self._database = os.path.abspath(database)

    @cached_property
    def _file(self) -> str:
        # Who follows a link finds the log beside what it leads to.
        return f"{os.path.realpath(self._database)}-wal"

    def checkpoint_if_long(self, connection: sqlite3.Connection, *, bound: int) -> None:
        """If more than `bound` bytes have been written since it began anew. For whoever has just written, outside of a
        transaction.

        What cannot be moved now stays in the log, where it is as safe: because somebody reads what was there before,
        another process writes, or the disk fails.
        """
        if self.is_long(bound):
            self._moved(connection)

    def begin_anew(self, connection: sqlite3.Connection) -> bool:
        """Without what was written before, which is in the file no more; whether that came about.

        For whoever has just written, as `checkpoint_if_long`. It does not while somebody reads what was there before.
        """
        for attempt in range(_TRIES):
            time.sleep(_PATIENCE if attempt else 0)
            if self._moved(connection) and self._begun_anew(connection):
                return True
        return False

    def _moved(self, connection: sqlite3.Connection) -> bool:
        """Whether all of it is in the database now."""
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(self._database, timeout=_PATIENCE, isolation_level=None)) as holder,
        ):
            # Whose transaction writes nothing, and is taken back as it is closed.
            holder.execute("BEGIN IMMEDIATE")
            _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return bool(pages == moved)
        return False

    def _begun_anew(self, connection: sqlite3.Connection) -> bool:
        """Who writes next after all was moved begins it anew, and cuts the file to what is allowed to be left of it."""
        before = self._beginning()
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA journal_size_limit = 0")
            try:
                connection.execute("BEGIN IMMEDIATE")
                # One page is written, as it was.
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                connection.execute(f"PRAGMA user_version = {int(version)}")
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute("PRAGMA journal_size_limit = -1")
        return self._beginning() != before

    def _beginning(self) -> bytes:
        """The number that the log got as it began; empty where there is none."""
        with suppress(OSError), open(self._file, "rb") as file:
            header = file.read(_HEADER.size)
            return _HEADER.unpack(header)[1] if len(header) == _HEADER.size else b""
        return b""

    def is_long(self, bound: int) -> bool:
        """By one page's header: the file stays as long as it ever was, and is written from its beginning again."""
        try:
            file = os.open(self._file, os.O_RDONLY)
            try:
                return _is_long(file, bound)
            finally:
                os.close(file)
        except OSError:
            return False


def _is_long(file: int, bound: int) -> bool:
    header = os.pread(file, _HEADER.size, 0)
    if len(header) < _HEADER.size:
        return False
    page, begun = _HEADER.unpack(header)
    whole = _PAGE_HEADER.size + page
    there = os.pread(file, _PAGE_HEADER.size, _HEADER.size + bound // whole * whole)
    return page > 0 and len(there) == _PAGE_HEADER.size and _PAGE_HEADER.unpack(there) == (begun,)
