"""CSV (RFC 4180, with a header; comma, semicolon or tab) into records.

A reader's comment may hold line breaks and look like rows of its own. Whatever is wrong with a row, reading goes on
after the row's last line, never inside its quotes, so that no comment can smuggle in another.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from moderation.errors import Invalid
from moderation.importers.lines import LONGEST, Lines
from moderation.importers.records import SHOWN, Bad, Record, readable
from moderation.parsing import COMMENT_FIELDS, REQUIRED_FIELDS

DELIMITERS = ",;\t"
_QUOTE = 0x22


class _TooLong(Exception):
    """The row does not end within the bytes that one row may have."""


class Table:
    """Reads the header at once; `ignored` columns are dropped, any other unknown one is refused."""

    def __init__(self, lines: Lines, *, ignored: Iterable[str] = ()) -> None:
        self._feed = _Feed(lines)
        header = lines.peek()
        self.delimiter = _delimiter(header)
        self._reader = csv.reader(self._feed, delimiter=self.delimiter, strict=True)
        # The module's own limit is 131,072 characters; a row is bounded here by its bytes.
        csv.field_size_limit(LONGEST + 1)
        self.columns = _checked(self._header(), ignored=frozenset(ignored))

    def _header(self) -> list[str]:
        try:
            names = next(self._reader, [])
        except (csv.Error, _TooLong):
            raise Invalid(field="header", reason="not_csv") from None
        if self._feed.damaged:
            raise Invalid(field="header", reason="not_utf8")
        return [name.strip() for name in names]

    def records(self) -> Iterator[Record | Bad]:
        feed, reader = self._feed, self._reader
        while True:
            feed.begin()
            try:
                cells = next(reader, None)
            except _TooLong:
                reason = "too_long" if feed.finish(self.delimiter) else "unclosed_quote"
                yield Bad(line=feed.first, field="", reason=reason, raw=feed.raw(SHOWN))
                continue
            except csv.Error:
                reason = "not_csv" if feed.finish(self.delimiter) else "unclosed_quote"
                yield Bad(line=feed.first, field="", reason=reason, raw=feed.raw())
                continue
            if cells is None:
                return
            if cells:
                yield self._record(cells)

    def _record(self, cells: list[str]) -> Record | Bad:
        feed = self._feed
        if feed.damaged:
            return Bad(line=feed.first, field="", reason="not_utf8", raw=feed.raw())
        if len(cells) != len(self.columns):
            return Bad(line=feed.first, field="", reason="column_count", raw=feed.raw())
        fields = dict(zip(self.columns, cells, strict=True))
        fields.pop("", None)
        return Record(line=feed.first, fields=fields)


class _Feed:
    """Hands lines to `csv.reader` as text and remembers those of the row in hand."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._held: list[bytes] = []
        self._size = 0
        self.first = 0
        self.damaged = False

    def begin(self) -> None:
        self._held.clear()
        self._size = 0
        self.damaged = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._lines.read()
        if not line:
            raise StopIteration
        if not self._held:
            self.first = self._lines.number
        self._held.append(line)
        self._size += len(line)
        if self._size >= LONGEST:
            raise _TooLong
        try:
            return line.decode()
        except UnicodeDecodeError:
            # The row is lost, its end is not: bytes that are no UTF-8 pass as lone surrogates until it is found.
            self.damaged = True
            return line.decode("utf-8", "surrogateescape")

    def finish(self, delimiter: str) -> bool:
        """Read on to the end of the row in hand, keeping nothing. False when the file ended inside its quotes."""
        quoting = _Quoting(delimiter)
        for piece in self._held:
            quoting.read(piece)
        while quoting.inside or not quoting.line_ended:
            piece = self._lines.read()
            if not piece:
                return not quoting.inside
            quoting.read(piece)
        return True

    def raw(self, limit: int | None = None) -> str:
        return readable(b"".join(self._held), limit=limit)


class _Quoting:
    """Whether a row goes on after a line break; follows `csv.reader`, which does not tell."""

    def __init__(self, delimiter: str) -> None:
        self._cell_end = re.compile(b"[" + re.escape(delimiter).encode() + b"\n]")
        self._at_start = True
        self._after_quote = False
        self.inside = False
        self.line_ended = False

    def read(self, piece: bytes) -> None:
        position = 0
        while position < len(piece):
            if self.inside:
                position = self._quoted(piece, position)
            else:
                position = self._plain(piece, position)
        self.line_ended = piece.endswith(b"\n")

    def _quoted(self, piece: bytes, position: int) -> int:
        end = piece.find(b'"', position)
        if end < 0:
            return len(piece)
        self.inside, self._after_quote, self._at_start = False, True, False
        return end + 1

    def _plain(self, piece: bytes, position: int) -> int:
        opens = piece[position] == _QUOTE and (self._at_start or self._after_quote)
        self._at_start = self._after_quote = False
        if opens:
            # At the start of a cell, or a doubled quote inside one.
            self.inside = True
            return position + 1
        end = self._cell_end.search(piece, position)
        if end is None:
            return len(piece)
        self._at_start = True
        return end.end()


def _delimiter(header: bytes) -> str:
    """The one under which the header names most of the known columns; a comma for a header that names none."""
    text = header.decode("utf-8", "replace").strip()
    return max(DELIMITERS, key=lambda delimiter: len(_known(text, delimiter)))


def _known(header: str, delimiter: str) -> set[str]:
    return {name.strip().strip('"').strip() for name in header.split(delimiter)} & set(COMMENT_FIELDS)


def _checked(names: Sequence[str], *, ignored: frozenset[str]) -> tuple[str, ...]:
    """The columns, those to ignore as empty names."""
    kept = [name for name in names if name not in ignored]
    if not kept:
        raise Invalid(field="header", reason="missing")
    for name in kept:
        if name not in COMMENT_FIELDS:
            raise Invalid(field=name[:200], reason="unknown_column")
        if kept.count(name) > 1:
            raise Invalid(field=name, reason="repeated_column")
    for name in REQUIRED_FIELDS:
        if name not in kept:
            raise Invalid(field=name, reason="missing_column")
    return tuple(name if name not in ignored else "" for name in names)
