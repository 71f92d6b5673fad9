"""Rows that could not go in, as JSON lines: the line, the field, a code for what is wrong, and the row itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from moderation.errors import Invalid
from moderation.importers.records import Bad

# Rows of an earlier import of a pipe that are recognised when they come again; further ones are written again.
_REMEMBERED = 100_000


class Quarantine:
    """The file is made with its first row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._known: set[bytes] = set()

    def resume(self, size: int) -> bool:
        """Keep the first `size` bytes, which an earlier run has made sure of. False when there are not so many."""
        if size == 0:
            self.restart()
            return True
        if not self.path.exists() or self.path.stat().st_size < size:
            return False
        self._refuse_other_file()
        os.truncate(self.path, size)
        return True

    def restart(self) -> None:
        """The report on a file that is read from its beginning replaces the earlier one."""
        if self.path.exists():
            self._refuse_other_file()
            self.path.unlink()

    def recall(self) -> None:
        """Go on behind what is there without repeating it; a pipe cannot be read again, so its rows are kept."""
        if not self.path.exists():
            return
        self._refuse_other_file()
        with self.path.open("rb") as file:
            for line in file:
                if len(self._known) < _REMEMBERED:
                    self._known.add(_digest(line))

    def write(self, rows: Iterable[Bad]) -> int:
        """Append and make it durable; the file's size in bytes."""
        lines = [line for line in map(_line, rows) if not self._known or _digest(line) not in self._known]
        if lines:
            if self._file is None:
                self._file = self.path.open("ab")
            self._file.writelines(lines)
            self._file.flush()
            os.fsync(self._file.fileno())
        return self.size

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _refuse_other_file(self) -> None:
        """A mistyped path must not cost anyone a file of theirs."""
        with self.path.open("rb") as file:
            start = file.read(64)
        if start and not start.startswith(b'{"line":'):
            raise Invalid(field="quarantine", reason="not_ours")


def _line(bad: Bad) -> bytes:
    row = {"row": bad.fields} if bad.fields is not None else {"raw": bad.raw}
    line = {"line": bad.line, "field": bad.field, "reason": bad.reason, **row}
    # A lone surrogate has no UTF-8; the escape that takes its place is what JSON writes for it as well.
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _digest(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).digest()
