"""Where a command's bytes go: into a file, whole or not at all, or to the standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from errno import ENOENT
from os import strerror
from pathlib import Path


def write(pieces: Iterable[bytes], out: Path | None) -> None:
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    if out.exists() and not out.is_file():
        # A pipe or a device is written into; a folder is refused here.
        with out.open("wb") as file:
            file.writelines(pieces)
        return
    if not out.parent.is_dir():
        raise FileNotFoundError(ENOENT, strerror(ENOENT), str(out.parent))
    # Whoever finds the file finds all of it.
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
