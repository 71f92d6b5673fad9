"""A Parquet file a site and day, for free questions: what is missing is written, and what changed is written anew.

    FOLDER/SITE/comments/2026-11-25.parquet    and so for decisions, events and, where they are wanted, texts
    FOLDER/SITE/articles/articles.parquet
    FOLDER/SITE/state.json                     how far the log has been taken into account

A file is written beside its place and moved there, so that who reads sees the old one or the new one. What has changed
since is told by the log: late comments, undone decisions, articles in another section, erased texts and names make
their days new, whatever their age. One process at a time writes to a folder: FOLDER/.lock is held meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dashboard.schedule import Daily as EveryNight
from dashboard.schedule import Job
from dashboard.settings import Settings
from moderation.article import Site
from moderation.errors import Conflict, ModerationError
from moderation.ports.warehouse import Changed
from moderation.roles import Caller, Operator
from moderation.service import warehouse
from moderation.service.desk import Desk
from moderation.tables import ARTICLES, COLUMNS, Daily

if TYPE_CHECKING:
    import pyarrow as pa

# Another number where files of before hold anything else than those of now: every file is then written anew.
FORMAT = 2
_STATE = "state.json"
_LOCK = ".lock"
_AT_ONCE = 20_000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_NIGHTLY = Operator(name="nightly")

Progress = Callable[[int, int], None]
"""Told (files written, of how many)."""
Stopping = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    files: int
    removed: int


def job(desk: Desk, settings: Settings) -> Job | None:
    if settings.parquet_folder is None:
        return None
    folder, texts = settings.parquet_folder, settings.parquet_texts

    def run(stopping: threading.Event) -> None:
        # Another process of the desk that writes to the same folder begins at the same time, and does it all.
        with suppress(Conflict):
            bring_up_to_date(desk, _NIGHTLY, folder, texts=texts, stopping=stopping.is_set)

    return Job(name="parquet", cadence=_Nightly(at=settings.nightly_at, zone=lambda: first_zone(desk)), run=run)


@dataclass(kw_only=True)
class _Nightly:
    """By the clock of the first site as it is each time: that may be added, or its zone be changed, while we serve."""

    at: time
    zone: Callable[[], str]
    heavy: bool = True
    _known: str = "UTC"

    def after(self, moment: datetime) -> datetime:
        # While the database cannot be asked, by the clock that it named last.
        with suppress(ModerationError):
            self._known = self.zone()
        return EveryNight(at=self.at, zone=self._known).after(moment)


def first_zone(desk: Desk) -> str:
    """The time zone of the first site, by whose clock the night's jobs run; UTC while there is none."""
    known = warehouse.sites(desk, _NIGHTLY)
    return known[0].time_zone if known else "UTC"


def bring_up_to_date(
    desk: Desk,
    caller: Caller,
    folder: Path,
    *,
    texts: bool,
    since: date | None = None,
    progress: Progress = lambda done, total: None,
    stopping: Stopping = lambda: False,
) -> Written:
    """`since`: days from then on are written anew even where nothing has changed. An interrupted run is taken up again.

    OSError where the folder cannot be written, Conflict where another process writes to it.
    """
    with _alone(folder):
        works = [_Work(desk, caller, folder, site, texts=texts) for site in warehouse.sites(desk, caller)]
        todo = [(work, table, day) for work in works for table, day in work.due(since)]
        for done, (work, table, day) in enumerate(todo):
            if stopping():
                return Written(files=done, removed=0)
            work.write(table, day)
            progress(done + 1, len(todo))
        return Written(files=len(todo), removed=sum(work.finish() for work in works))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two that wrote at once would write into the same part of a file, and take away what the other is to move."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(what="parquet", path=str(folder)) from error
        except OSError:
            # Some file systems, such as those of a network, know no locks.
            pass
        yield


class _Work:
    """One site's files."""

    def __init__(self, desk: Desk, caller: Caller, folder: Path, site: Site, *, texts: bool) -> None:
        self._desk, self._caller, self._site = desk, caller, site
        self._folder = folder / site.name
        self._zone = ZoneInfo(site.time_zone)
        self._tables = [table for table in Daily if texts or table is not Daily.TEXTS]
        self._days: dict[Daily, set[date]] = {}
        # Read before any row: what happens from now on is the next run's.
        self._until = warehouse.stand(desk, caller, site_id=site.id)

    def due(self, since: date | None) -> list[tuple[Daily, date]]:
        state = self._state()
        changed = self._changed(state)
        if state is None:
            self._remember()
        self._days = {table: set(self._with_rows(table)) for table in self._tables}
        wanted = []
        for table in self._tables:
            anew = {at.astimezone(self._zone).date() for at in changed.moments.get(table, ())}
            for day in sorted(self._days[table]):
                old = not changed.everything and day not in anew and (since is None or day < since)
                if not (old and self._path(table, day).exists()):
                    wanted.append((table, day))
        return wanted

    def _state(self) -> dict[str, object] | None:
        try:
            state = json.loads((self._folder / _STATE).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return state if isinstance(state, dict) else None

    def _changed(self, state: dict[str, object] | None) -> Changed:
        """Everything, where the files are of another make or another database."""
        position = state.get("size") if state else None
        if state is None or not isinstance(position, int) or not 0 <= position <= self._until.size:
            return Changed(everything=True)
        then = warehouse.stand(self._desk, self._caller, site_id=self._site.id, at=position)
        if state != self._state_at(then):
            return Changed(everything=True)
        return warehouse.changed(
            self._desk, self._caller, site_id=self._site.id, since=position, until=self._until.size
        )

    def _state_at(self, stand: warehouse.Stand) -> dict[str, object]:
        return {"format": FORMAT, "zone": self._site.time_zone, "size": stand.size, "root": stand.root}

    def _remember(self) -> None:
        """Also before the first file: a first run that is cut off is then taken up, not begun again."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f".{_STATE}.part"
        part.write_text(json.dumps(self._state_at(self._until)) + "\n", encoding="utf-8")
        part.replace(self._folder / _STATE)

    def _with_rows(self, table: Daily) -> Iterator[date]:
        at: datetime | None = _BEGINNING
        while at is not None:
            at = warehouse.following(self._desk, self._caller, table, site_id=self._site.id, since=at)
            if at is not None:
                day = at.astimezone(self._zone).date()
                yield day
                at = self._midnight(day + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def _path(self, table: str, day: date) -> Path:
        return self._folder / table / f"{day.isoformat()}.parquet"

    def write(self, table: Daily, day: date) -> None:
        rows = warehouse.rows(
            self._desk,
            self._caller,
            table,
            site_id=self._site.id,
            since=self._midnight(day),
            until=self._midnight(day + timedelta(days=1)),
        )
        _write(self._path(table, day), table, rows)

    def finish(self) -> int:
        """The articles, the days that have no rows any more, texts that are not wanted any more, and the state."""
        articles = warehouse.articles(self._desk, self._caller, site_id=self._site.id)
        _write(self._folder / ARTICLES / f"{ARTICLES}.parquet", ARTICLES, articles)
        removed = 0
        for table in Daily:
            kept = {self._path(table, day) for day in self._days.get(table, ())}
            for path in (self._folder / table).glob("*.parquet*"):
                if path not in kept:
                    path.unlink()
                    removed += 1
        self._remember()
        return removed


def _write(path: Path, table: str, rows: Iterator[tuple[object, ...]]) -> None:
    from pyarrow import parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".parquet.part")
    schema = _schema(table)
    # Readers' texts are nobody's business but the desk's.
    mode = 0o600 if table == Daily.TEXTS else 0o644
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            while some := list(islice(rows, _AT_ONCE)):
                writer.write_table(_table(some, table, schema))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _schema(table: str) -> pa.Schema:
    import pyarrow as pa

    kinds = {
        "int": pa.int64(), "text": pa.string(), "real": pa.float64(), "bool": pa.bool_(),
        "moment": pa.timestamp("ms", tz="UTC"), "list": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema([(name, kinds[kind]) for name, kind in COLUMNS[table].items()])


def _table(rows: list[tuple[object, ...]], table: str, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    columns = []
    for values, (name, kind) in zip(zip(*rows, strict=True), COLUMNS[table].items(), strict=True):
        columns.append(pa.array(list(map(_CELL.get(kind, _same), values)), schema.field(name).type))
    return pa.table(columns, schema=schema)


def _same(value: object) -> object:
    return value


def _text(value: object) -> object:
    # Only a tampered row can hold a lone surrogate, which no file of UTF-8 can.
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


_CELL: dict[str, Callable[[object], object]] = {
    "text": _text,
    "list": lambda value: str(value or "").split(),
    "bool": bool,
    "real": lambda value: None if value is None else float(str(value)),
}
