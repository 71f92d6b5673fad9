"""The lines of a byte stream, counted and hashed, in pieces of bounded length."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

LONGEST = 1_000_000
"""Bytes of one row; a longer one is quarantined without being held in memory."""

_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place between two rows: bytes and lines before it, and the SHA-256 (hex) of those bytes, which proves them."""

    offset: int
    line: int
    sha256: str


class Lines:
    """Reads forward only. `number` is the 1-based number of the line that `read` returned last."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = sha256()
        self._ahead: bytes | None = None
        self._ended = True
        self.offset = 0
        self.number = 0

    def read(self) -> bytes:
        """The next line with its end, or at most `LONGEST` bytes of it; the rest comes next. Empty at the end."""
        if self._ahead is not None:
            piece, self._ahead = self._ahead, None
        else:
            piece = self._stream.readline(LONGEST)
        if not piece:
            return piece
        if self._ended:
            self.number += 1
        self._ended = piece.endswith(b"\n")
        if not self.offset:
            self._count(piece)
            return piece.removeprefix(_BOM)
        self._count(piece)
        return piece

    def _count(self, piece: bytes) -> None:
        self.offset += len(piece)
        self._hash.update(piece)

    def peek(self) -> bytes:
        """What `read` returns next, without a byte order mark."""
        if self._ahead is None:
            self._ahead = self._stream.readline(LONGEST)
        return self._ahead.removeprefix(_BOM) if not self.offset else self._ahead

    def skip_line(self) -> None:
        """Drop what is left of a line of which only a piece was read."""
        while not self._ended and self.read():
            pass

    def mark(self) -> Mark | None:
        """None inside a line, and behind a last one without an end: when the file grows, its rest would be lost."""
        if not self._ended:
            return None
        return Mark(offset=self.offset, line=self.number, sha256=self._hash.hexdigest())

    def forward(self, mark: Mark) -> bool:
        """Go on at `mark`, which is not behind. False when other bytes lie before it; then the stream is used up."""
        if self._ahead is not None:
            self.read()
        while self.offset < mark.offset:
            block = self._stream.read(min(_BLOCK, mark.offset - self.offset))
            if not block:
                return False
            self._count(block)
        self.number, self._ended = mark.line, True
        return self.mark() == mark
