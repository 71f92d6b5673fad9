"""A folder of backups: a file for each, named by its moment; the oldest go when there are more than are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import BinaryIO

_FORM = "taliq-%Y-%m-%dT%H-%M-%SZ.age"
_AN_HOUR = 3600
_NAME = re.compile(r"taliq-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.age")


def name_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_FORM)


def backups(folder: Path) -> list[Path]:
    """The newest first."""
    return sorted((one for one in folder.glob("taliq-*.age") if _NAME.fullmatch(one.name)), reverse=True)


def newest(folder: Path) -> datetime | None:
    found = backups(folder)
    return datetime.strptime(found[0].name, _FORM).replace(tzinfo=UTC) if found else None


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the `keep` newest; what is named otherwise stays. Those that went are returned.

    What processes that were killed left unfinished goes as well.
    """
    gone = backups(folder)[keep:]
    for one in (*gone, *_abandoned(folder)):
        one.unlink(missing_ok=True)
    return gone


def _abandoned(folder: Path) -> list[Path]:
    """Parts of files to which nobody wrote in the hour before the newest backup was whole."""
    latest = max((one.stat().st_mtime for one in backups(folder)), default=0.0)
    return [one for one in folder.glob(".taliq-*.age.*.part") if _written(one) < latest - _AN_HOUR]


def _written(path: Path) -> float:
    """Whoever writes it may just have given it its name."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return inf


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write that is at `path` when all of it is on the disk, for its owner alone; an error leaves nothing.

    A pipe or a device stays what it is and is written as it comes; so does a link, whose file is written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve() if path.is_symlink() else path
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _settle(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """The name itself is on the disk only when the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
