"""SQLite's write-ahead log, moved into the database while nobody writes.

SQLite would move it by itself at the end of a commit, beside whoever writes next. If that one begins the log anew just
then, every version before 3.51.3, and so what Debian 12 and Ubuntu's long-term releases carry, may count pages as moved
that were not, and lose them: https://sqlite.org/wal.html#the_wal_reset_bug (docs/decisions/0050).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

# So many seconds whoever has just written waits for another process's transaction to end; the next commit tries again.
_PATIENCE = 1.0
# Bytes of the log's header and of a page's, and where in both the number of the log's beginning stands:
# https://sqlite.org/fileformat2.html#the_write_ahead_log
_HEADER, _PAGE_HEADER = 32, 24
_PAGE_SIZE, _BEGUN, _BEGUN_OF_PAGE = slice(8, 12), slice(16, 24), slice(8, 16)


def move_if_long(database: str, connection: sqlite3.Connection, *, bound: int) -> None:
    """If more than `bound` bytes have been written since the log began anew. For whoever has just written, outside of a
    transaction.

    What cannot be moved now stays in the log, where it is as safe: because somebody reads what was there before,
    another process writes, or the disk fails.
    """
    # Who follows a link finds the log beside what it leads to.
    if not _is_long(f"{os.path.realpath(database)}-wal", bound):
        return
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(database, timeout=_PATIENCE, isolation_level=None)) as holder,
    ):
        # Whose transaction writes nothing, and is taken back as it is closed.
        holder.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _is_long(log: str, bound: int) -> bool:
    """By one page's header: SQLite keeps the file as long as it ever was, and writes it from its beginning again."""
    with suppress(OSError), Path(log).open("rb", buffering=0) as file:
        header = file.read(_HEADER)
        page = int.from_bytes(header[_PAGE_SIZE], "big")
        if page:
            whole = _PAGE_HEADER + page
            file.seek(_HEADER + bound // whole * whole)
            return file.read(_PAGE_HEADER)[_BEGUN_OF_PAGE] == header[_BEGUN]
    return False
