"""The audit log for other programs: JSON lines that prove themselves, and CSV for people with a spreadsheet."""

from __future__ import annotations

import csv as csv_format
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from moderation.audit import Proven, Sealed, instant
from moderation.exports.cells import defused_in_csv

COLUMNS = (
    "log", "position", "time", "type", "actor", "subject", "outcome", "reasons", "causes", "status", "note", "details",
    "leaf", "subtree",
)  # fmt: skip

# A stream is sent in pieces of about this many characters: few enough to be fast, small enough to be flat in memory.
_PIECE = 1 << 16


def jsonl(rows: Iterable[Sealed], note: str) -> Iterator[bytes]:
    """`log`, `position`, `body`, `leaf`, `subtree`: SHA-256 of a zero byte and the body's UTF-8 bytes is the leaf, and
    `subtree` the head of the largest perfect subtree that ends with it.

    The last line holds the signed head alone, as `checkpoint`.
    """
    return _pieces(chain((_line(_facts(one)) for one in rows), [_line({"checkpoint": note})]))


def selection(rows: Iterable[Proven], note: str) -> Iterator[bytes]:
    """Some events of a log: the same with `proof`, the hashes from the leaf to the root of the signed head.

    The signed head stands in the first line and again in the last, so that a file that was cut off shows it.
    """
    head = _line({"checkpoint": note})
    lines = (_line(_facts(event) | {"proof": [one.hex() for one in proof]}) for event, proof in rows)
    return _pieces(chain([head], lines, [head]))


def csv(rows: Iterable[Sealed], note: str) -> Iterator[bytes]:
    """With a byte order mark, so that Excel takes it for UTF-8, and CRLF line ends (RFC 4180).

    The last row is the signed head, of the type `checkpoint`.
    """
    yield b"\xef\xbb\xbf"
    yield from _pieces(_csv_lines(rows, note))


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _PIECE:
            yield _encoded(held)
            held, size = [], 0
    if held:
        yield _encoded(held)


def _encoded(lines: list[str]) -> bytes:
    # Only a tampered row can hold a lone surrogate; its escape is what JSON writes for it as well.
    return "".join(lines).encode("utf-8", "backslashreplace")


def _facts(event: Sealed) -> dict[str, object]:
    return {
        "log": str(event.log_id),
        "position": event.position,
        "body": event.body,
        "leaf": event.leaf.hex(),
        "subtree": event.subtree.hex(),
    }


def _line(given: Mapping[str, object]) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")) + "\n"


def _csv_lines(rows: Iterable[Sealed], note: str) -> Iterator[str]:
    buffer = io.StringIO()
    write = csv_format.writer(buffer).writerow
    write(COLUMNS)
    for event in rows:
        write([defused_in_csv(cell) for cell in cells(event)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    write(checkpoint_cells(note))
    yield buffer.getvalue()


def checkpoint_cells(note: str) -> list[object]:
    """The row that ends an export for people."""
    return ["", "", "", "checkpoint", *[""] * (len(COLUMNS) - 7), note, "", ""]


def cells(event: Sealed) -> list[object]:
    """An event under `COLUMNS`, not defused yet."""
    details = _details(event.body)
    named = [_text(details.pop(name, None)) for name in ("outcome", "reasons", "causes", "status", "note")]
    return [
        event.log_id,
        event.position,
        instant(event.at),
        event.type,
        event.actor,
        event.subject,
        *named,
        _text(details or None),
        event.leaf.hex(),
        event.subtree.hex(),
    ]


def _details(body: str) -> dict[str, object]:
    """What the event says beyond its columns; an altered body that is no JSON any more is shown as it is."""
    try:
        details = json.loads(body)["data"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {"body": body}
    return dict(details) if isinstance(details, Mapping) else {"body": body}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
