"""Rows that could not go in, as JSON lines: the line, the field, a code for what is wrong, and the row itself."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from moderation.errors import Conflict, Invalid
from moderation.importers.records import Bad

if TYPE_CHECKING:
    from hashlib import _Hash

# Rows of an earlier import of a pipe that are recognised when they come again; further ones are written again.
_REMEMBERED = 100_000
_BLOCK = 1 << 20


class Quarantine:
    """The file is opened before the first batch is stored; one that stays empty goes again.

    One import at a time writes to it, or any number of those that add to it only, for which it is `shared`.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self.path = path
        self._lock = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._file: BinaryIO | None = None
        self._is_new = False
        self._known: set[bytes] = set()
        self._hash = sha256()

    def open(self) -> BinaryIO:
        """To append. It comes first, so that a place which cannot be written is told before anything is stored."""
        if self._file is None:
            self._refuse_other_place()
            self._refuse_other_file()
            self._is_new = not self.path.exists()
            self._file = self._locked()
        return self._file

    def holds(self, size: int, digest: str) -> bool:
        """Whether the first `size` bytes have this SHA-256 (hex)."""
        self.open()
        return self.size >= size and self._hash_of(size).hexdigest() == digest

    def resume(self, size: int) -> bool:
        """Keep the first `size` bytes, which an earlier run has made sure of. False when there are not so many."""
        if size == 0:
            self.restart()
            return True
        if self.size < size:
            return False
        self.open().truncate(size)
        self._hash = self._hash_of(size)
        return True

    def restart(self) -> None:
        """The report on a file that is read from its beginning replaces the earlier one."""
        self.open().truncate(0)
        self._is_new = True
        self._hash = sha256()

    def follow(self, size: int) -> None:
        """Go on behind all that is there; what stands behind the first `size` bytes is not repeated when it comes.

        It is what a run wrote that ended before its checkpoint, or another import's.
        """
        file, position = self.open(), 0
        self._hash = sha256()
        with self.path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    file.truncate(position)
                    break
                position += len(line)
                self._hash.update(line)
                if position > size:
                    self._remember(line)

    def recall(self) -> None:
        """Go on behind what is there without repeating it; a pipe cannot be read again, so its rows are kept."""
        self.open()
        with self.path.open("rb") as file:
            for line in file:
                self._remember(line)

    def write(self, rows: Iterable[Bad]) -> int:
        """Append and make it durable; the file's size in bytes."""
        lines = [line for line in map(_line, rows) if not self._known or _digest(line) not in self._known]
        if lines:
            file, text = self.open(), b"".join(lines)
            file.write(text)
            self._hash.update(text)
            file.flush()
            os.fsync(file.fileno())
        return self.size

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def sha256(self) -> str:
        """Of all that an import set aside of its file, in hex."""
        return self._hash.hexdigest()

    def close(self) -> None:
        if self._file is None:
            return
        # What a link leads to is somebody's choice of a place. Another that shares the file may be about to write.
        with suppress(BlockingIOError):
            if self._is_new and not self.path.is_symlink():
                _lock(self._file, fcntl.LOCK_EX)
                if self.size == 0:
                    self.path.unlink(missing_ok=True)
        self._file.close()
        self._file = None

    def _locked(self) -> BinaryIO:
        while True:
            file = self.path.open("ab")
            try:
                _lock(file, self._lock)
            except BlockingIOError as error:
                file.close()
                raise Conflict(what="import", path=str(self.path)) from error
            # Another import that has just ended may have removed its empty file.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                    return file
            file.close()

    def _remember(self, line: bytes) -> None:
        if len(self._known) < _REMEMBERED:
            self._known.add(_digest(line))

    def _hash_of(self, size: int) -> _Hash:
        """Of the first `size` bytes."""
        made = sha256()
        with self.path.open("rb") as file:
            while size and (block := file.read(min(size, _BLOCK))):
                made.update(block)
                size -= len(block)
        return made

    def _refuse_other_place(self) -> None:
        """A pipe or a device cannot be taken up again, and reading it may wait for ever."""
        if self.path.exists() and not self.path.is_file():
            raise Invalid(field="quarantine", reason="not_a_file", path=str(self.path))
        if not Path(os.path.realpath(self.path)).parent.is_dir():
            raise Invalid(field="quarantine", reason="no_folder", path=str(self.path))

    def _refuse_other_file(self) -> None:
        """A mistyped path must not cost anyone a file of theirs."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            start = file.read(64)
        if start and not start.startswith(b'{"line":'):
            raise Invalid(field="quarantine", reason="not_ours")


def _lock(file: BinaryIO, how: int) -> None:
    """Raises BlockingIOError when another has it. The lock ends with the process."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        # Some file systems, such as those of a network, know no locks.
        return


def _line(bad: Bad) -> bytes:
    row = {"row": bad.fields} if bad.fields is not None else {"raw": bad.raw}
    line = {"line": bad.line, "field": bad.field, "reason": bad.reason, **row}
    # A lone surrogate has no UTF-8; the escape that takes its place is what JSON writes for it as well.
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _digest(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).digest()
