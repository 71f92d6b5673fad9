"""CSV or JSON lines: which one a file is, and its rows as records."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePath

from moderation.errors import Invalid
from moderation.importers import json_lines
from moderation.importers.csv_table import Table
from moderation.importers.lines import Lines
from moderation.importers.records import Bad, Record


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


_FORMAT_OF = {".csv": Format.CSV, ".tsv": Format.CSV, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL}


def records(lines: Lines, format_: Format, *, ignored: frozenset[str] = frozenset()) -> Iterator[Record | Bad]:
    """Reads a CSV file's header at once and refuses one that does not fit. `ignored` names columns to leave out."""
    if format_ is Format.CSV:
        return Table(lines, ignored=ignored).records()
    return json_lines.records(lines)


def format_of(name: str, lines: Lines) -> Format:
    """By the name's ending, else by the first line; a JSON array is refused, for it cannot be read line by line."""
    start = lines.peek().lstrip()[:1]
    if start == b"[":
        raise Invalid(field="file", reason="json_array")
    known = _FORMAT_OF.get(PurePath(name.lower().removesuffix(".gz")).suffix)
    return known or (Format.JSONL if start == b"{" else Format.CSV)
