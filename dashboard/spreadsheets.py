"""Files that are written whole before they are sent: Excel workbooks for people, and the log as Parquet."""

from __future__ import annotations

import io
import math
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from dashboard.i18n import direction, t
from moderation.audit import Sealed
from moderation.exports.cells import defused
from moderation.exports.events import COLUMNS, cells, checkpoint_cells
from moderation.tree import HASH

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = 1 << 16
_AT_ONCE = 10_000
# Excel's sheet holds 1,048,576 rows, the headings among them, and its cell so many characters as UTF-16 counts them.
MOST_ROWS, _LONGEST = 1_048_575, 32_767


def xlsx(rows: Iterable[Sealed], note: str, lang: str) -> Iterator[bytes]:
    """A workbook whose cells are all text: nothing in it computes. From right to left where `lang` is written so.

    A log too long for a sheet goes on in the next one. The last row is the signed head.
    """
    import xlsxwriter

    with _file(".xlsx") as path:
        # What is half made beside it goes at the end of its context, also where the rows end in an error.
        with xlsxwriter.Workbook(path, {"constant_memory": True, "in_memory": False}) as book:
            _write_events(book, _with_note(rows, note), lang)
        yield from _pieces(path)


def _write_events(book: Any, table: Iterator[list[object]], lang: str) -> None:
    bold = book.add_format({"bold": True})
    headings = [t(f"audit.sheet.{name}", lang) for name in COLUMNS]
    while True:
        sheet = book.add_worksheet()
        if direction(lang) == "rtl":
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
        written = 0
        for written, row in enumerate(islice(table, MOST_ROWS), start=1):
            for place, cell in enumerate(row):
                sheet.write_string(written, place, _text(cell))
        if written < MOST_ROWS:
            break


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table of numbers. `about` stands above it, a line each; None and NaN are empty cells."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[object]]
    about: Sequence[str] = ()


def numbers(sheets: Sequence[Sheet], lang: str) -> bytes:
    """A workbook with a sheet each, numbers as numbers, everything else as text. Nothing in it computes."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True})
    taken: set[str] = set()
    for given in sheets:
        sheet = book.add_worksheet(_sheet_name(given.name, taken))
        if direction(lang) == "rtl":
            sheet.right_to_left()
        _fill(sheet, given, bold)
    book.close()
    return out.getvalue()


def _fill(sheet: Any, given: Sheet, bold: Any) -> None:
    top = len(given.about) + bool(given.about)
    for place, line in enumerate(given.about):
        sheet.write_string(place, 0, _text(line))
    for place, heading in enumerate(given.headings):
        sheet.write_string(top, place, _text(heading), bold)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, max(1, len(given.headings) - 1), 16)
    for number, row in enumerate(islice(given.rows, MOST_ROWS - top), start=top + 1):
        for place, cell in enumerate(row):
            _write(sheet, number, place, cell)


def _write(sheet: Any, row: int, place: int, cell: object) -> None:
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return
    if isinstance(cell, int | float):
        sheet.write_number(row, place, cell)
    else:
        sheet.write_string(row, place, _text(cell))


# Excel takes 31 characters for a sheet's name, none of these, no apostrophe at an end, and each name once.
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def _sheet_name(wanted: str, taken: set[str]) -> str:
    whole = _NOT_IN_NAMES.sub(" ", wanted).strip("' ")[:31].rstrip("' ") or "Taliq"
    name = whole
    for number in range(2, 100):
        if name.casefold() not in taken:
            break
        name = f"{whole[:28].rstrip()} {number}"
    taken.add(name.casefold())
    return name


def _with_note(rows: Iterable[Sealed], note: str) -> Iterator[list[object]]:
    yield from map(cells, rows)
    yield checkpoint_cells(note)


def _text(cell: object) -> str:
    # Only a tampered row can hold a lone surrogate; its escape is what the other forms have.
    text = str(defused(cell)).encode("utf-8", "backslashreplace").decode()
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * _LONGEST else units[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def parquet(rows: Iterable[Sealed], note: str) -> Iterator[bytes]:
    """`log`, `position`, `at`, `type`, `actor`, `subject`, `body`, `leaf`, `subtree`; the signed head in the file's
    metadata, as `taliq.checkpoint`."""
    import pyarrow as pa
    from pyarrow import parquet as pq

    schema = pa.schema(
        [
            ("log", pa.string()),
            ("position", pa.int64()),
            ("at", pa.timestamp("ms", tz="UTC")),
            ("type", pa.string()),
            ("actor", pa.string()),
            ("subject", pa.string()),
            ("body", pa.string()),
            ("leaf", pa.binary(32)),
            ("subtree", pa.binary(32)),
        ],
        metadata={"taliq.checkpoint": note},
    )
    with _file(".parquet") as path:
        left = iter(rows)
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            while some := list(islice(left, _AT_ONCE)):
                writer.write_table(pa.Table.from_pylist([_record(event) for event in some], schema=schema))
        yield from _pieces(path)


def _record(event: Sealed) -> dict[str, object]:
    # Only a tampered row can hold a lone surrogate, which no file of UTF-8 can.
    body = event.body.encode("utf-8", "backslashreplace").decode()
    return {
        "log": str(event.log_id),
        "position": event.position,
        "at": event.at,
        "type": event.type,
        "actor": event.actor,
        "subject": event.subject,
        "body": body,
        "leaf": _hash(event.leaf),
        "subtree": _hash(event.subtree),
    }


def _hash(value: bytes) -> bytes | None:
    """Only a tampered row can hold one of another length, which the column cannot."""
    return value if len(value) == HASH else None


@contextmanager
def _file(suffix: str) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix="taliq-", suffix=suffix)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
