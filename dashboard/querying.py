"""Free questions to the nightly files, by DuckDB, which may read them and do nothing else.

The views are made first; then DuckDB is shut in: no file but those of the views, no network, no extension, no more
memory than is given, and its configuration locked (docs/decisions/0027). One SELECT is asked at a time.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moderation.tables import ARTICLES, COLUMNS, Daily, Kind

if TYPE_CHECKING:
    import duckdb

MEMORY = "512MB"
_AT_ONCE = 1_000
_TYPES: dict[Kind, str] = {
    "int": "BIGINT", "text": "VARCHAR", "real": "DOUBLE", "bool": "BOOLEAN", "moment": "TIMESTAMPTZ",
    "list": "VARCHAR[]",
}  # fmt: skip
_SIZE = re.compile(r"\d{1,6}(MB|GB)", re.ASCII)


class QueryError(Exception):
    """`code` names the trouble, `message` is DuckDB's own, without line breaks."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Answer:
    """`explains`: it is a plan, drawn over many lines of the last column."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]
    explains: bool = False


def views(*, with_text: bool) -> list[str]:
    return [str(table) for table in (*Daily, ARTICLES) if with_text or table is not Daily.TEXTS]


def ask(folder: Path, question: str, *, zone: str, with_text: bool = False, memory: str = MEMORY) -> Answer:
    """QueryError `no_files` where the folder has none, `no_texts`, `not_a_question`, `failed`."""
    import duckdb

    known = views(with_text=with_text)
    if not any(_files(folder, table) for table in known):
        raise QueryError("no_files")
    if with_text and not _files(folder, Daily.TEXTS):
        raise QueryError("no_texts")
    connection = _shut_in(folder, known, zone, memory)
    try:
        statements = connection.extract_statements(question)
        reading = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
        if len(statements) != 1 or statements[0].type not in reading:
            raise QueryError("not_a_question")
        connection.execute(statements[0])
    except duckdb.Error as error:
        raise QueryError("failed", _first_line(error)) from error
    columns = [column[0] for column in connection.description or ()]
    return Answer(columns, _fetched(connection), explains=statements[0].type == duckdb.StatementType.EXPLAIN)


def _shut_in(folder: Path, known: Sequence[str], zone: str, memory: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    if not _SIZE.fullmatch(memory):
        raise QueryError("memory")
    alone: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": memory,
        # Nothing is written, not even what does not fit into memory.
        "temp_directory": "",
        "threads": 2,
    }
    connection = duckdb.connect(":memory:", config=alone)
    connection.execute(f"SET TimeZone = {_quoted(zone)}")
    for table in known:
        connection.execute(f"CREATE VIEW {table} AS {_rows_of(folder, table)}")
    allowed = ", ".join(_quoted(f"{path}/") for table in known for path in _places(folder, table))
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _places(folder: Path, table: str) -> list[Path]:
    return sorted(path for path in folder.absolute().glob(f"*/{table}") if path.is_dir())


def _files(folder: Path, table: str) -> list[Path]:
    return [path for place in _places(folder, table) for path in sorted(place.glob("*.parquet"))]


def _rows_of(folder: Path, table: str) -> str:
    files = _files(folder, table)
    if files:
        return f"SELECT * FROM read_parquet([{', '.join(_quoted(str(path)) for path in files)}])"  # noqa: S608  # nosec B608
    nothing = ", ".join(f"NULL::{_TYPES[kind]} AS {name}" for name, kind in COLUMNS[table].items())
    return f"SELECT {nothing} WHERE false"  # nosec B608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _fetched(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    import duckdb

    try:
        while rows := connection.fetchmany(_AT_ONCE):
            yield from rows
    except duckdb.Error as error:
        raise QueryError("failed", _first_line(error)) from error
    finally:
        connection.close()


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split("\n\n")[0].split())


def cell(value: object) -> object:
    """A value as files of text have it: numbers as numbers, moments in ISO 8601, lists and structures in JSON."""
    if isinstance(value, list | dict | tuple):
        return json.dumps(plain(value), ensure_ascii=False)
    if value is None or isinstance(value, bool | int | float | Decimal | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def plain(value: Any) -> Any:
    """What JSON has: NULL for what it has no number for, the average of nothing that counts or a division by zero."""
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        # A histogram's keys are values of any kind.
        return {name if isinstance(name, str) else str(plain(name)): plain(one) for name, one in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return cell(value)


def distinct(columns: Sequence[str]) -> list[str]:
    """Two columns of one name, as a join gives them, become `id` and `id_1`, as DuckDB's own files have them."""
    made: list[str] = []
    for name in columns:
        free = (other for number in count(1) if (other := f"{name}_{number}") not in {*made, *columns})
        made.append(next(free) if name in made else name)
    return made
