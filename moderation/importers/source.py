"""Opening a file of comments: plain or gzip, a path or standard input."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from moderation.errors import Invalid
from moderation.importers.lines import Lines

_BUFFER = 1 << 20
_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# How files begin that hold no lines: reason and, of what else packs files, the name.
_OTHERS = {
    # Excel's of today and LibreOffice's are ZIP archives, Excel's of before 2007 is a "compound file".
    b"PK\x03\x04": ("workbook", ""),
    b"\xd0\xcf\x11\xe0": ("workbook", ""),
    b"PAR1": ("parquet", ""),
    b"\xfd7zX": ("packed", "xz"),
    b"(\xb5/\xfd": ("packed", "zstd"),
    b"BZh9": ("packed", "bzip2"),
}
_LONGEST_START = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`total` is the file's size in bytes as it lies on the disk, None for a pipe."""

    lines: Lines
    total: int | None
    raw: BinaryIO

    def position(self) -> int:
        """Bytes of the file read so far, to be compared with `total`."""
        return self.raw.tell() if self.total is not None else self.lines.offset


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    with path.open("rb", buffering=_BUFFER) as raw:
        is_file = stat.S_ISREG(os.fstat(raw.fileno()).st_mode)
        total = os.fstat(raw.fileno()).st_size if is_file else None
        yield Source(lines=Lines(_unpacked(raw)), total=total, raw=raw)


def piped(stream: BinaryIO) -> Source:
    """Standard input. It cannot be read twice."""
    return Source(lines=Lines(_unpacked(stream)), total=None, raw=stream)


def _unpacked(raw: BinaryIO) -> BinaryIO:
    start = raw.read(_LONGEST_START)
    _refuse_other(start)
    whole = cast(BinaryIO, io.BufferedReader(_Joined(start, raw), _BUFFER))
    if not start.startswith(_GZIP):
        return whole
    return cast(BinaryIO, io.BufferedReader(_Unzipped(whole), _BUFFER))


def _refuse_other(start: bytes) -> None:
    if start.startswith(_UTF_16):
        raise Invalid(field="file", reason="utf_16")
    if known := _OTHERS.get(start):
        reason, by = known
        raise Invalid(field="file", reason=reason, by=by)


class _Joined(io.RawIOBase):
    """A stream with its first bytes put back; a pipe cannot be rewound."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._start:
            count = len(self._start)
            buffer[:count], self._start = self._start, b""
            return count
        read = getattr(self._rest, "read1", self._rest.read)
        block = read(len(buffer))
        buffer[: len(block)] = block
        return len(block)


class _Unzipped(io.RawIOBase):
    """What a gzip stream holds; a damaged or cut one gives all that can be had before it says so."""

    def __init__(self, packed: BinaryIO) -> None:
        self._zip = gzip.GzipFile(fileobj=packed)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            block = self._zip.read1(len(buffer))
        except EOFError:
            raise Invalid(field="file", reason="truncated_gzip") from None
        except (zlib.error, gzip.BadGzipFile):
            raise Invalid(field="file", reason="damaged_gzip") from None
        buffer[: len(block)] = block
        return len(block)
