"""Where a command's bytes go: into a file, whole or not at all, or to the standard output, a pipe or a device."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from moderation.errors import Invalid


def refuse_wrong(out: Path | None) -> None:
    """To be asked before anything is made: an export is noted in the log, and takes a while."""
    if out is None:
        return
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    if not _place(out).parent.is_dir():
        raise Invalid(field="out", reason="no_folder", path=str(out))


def write(pieces: Iterable[bytes], out: Path | None) -> None:
    """Into a pipe or a device, which no file may take the place of, the bytes go as they come."""
    refuse_wrong(out)
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    elif out.exists() and not out.is_file():
        with out.open("wb") as file:
            file.writelines(pieces)
    else:
        _write_whole(pieces, out)


def _write_whole(pieces: Iterable[bytes], out: Path) -> None:
    """Whoever finds the file finds all of it. An error leaves nothing, and names `out`."""
    place = _place(out)
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            try:
                file.writelines(pieces)
                file.flush()
                part.replace(place)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
    except OSError as error:
        if error.filename == str(part):
            raise OSError(error.errno, error.strerror, str(out)) from error
        raise


def _place(out: Path) -> Path:
    """A link stays, such as /dev/stdout; what it leads to is written."""
    return Path(os.path.realpath(out)) if out.is_symlink() else out
