"""Where a command's bytes go: into a file, whole or not at all, or to the standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path


def write(pieces: Iterable[bytes], out: Path | None) -> None:
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    # Whoever finds the file finds all of it.
    part = out.with_name(out.name + ".part")
    with part.open("wb") as file:
        file.writelines(pieces)
    part.replace(out)
