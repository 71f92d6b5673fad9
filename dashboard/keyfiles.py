"""Keys that are files beside the data: made once, whole, and for their owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from moderation.errors import Conflict


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; it is made if it is not there. Processes that start together agree on one."""
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, leaves a key that another process has made meanwhile.
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return path.read_bytes()


@contextmanager
def placed(contents: Mapping[Path, bytes]) -> Iterator[None]:
    """Put key files where there are none; an error takes them away again.

    Conflict(what="key_file") where another key is there already: what was signed or sealed by it would be lost with it.
    """
    made: list[Path] = []
    try:
        for path, content in contents.items():
            there = path.exists()
            if kept(path, lambda content=content: content) != content:
                raise Conflict(what="key_file", path=str(path))
            if not there:
                made.append(path)
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
