"""The processes that read large files, which are started before all that an import needs itself is loaded."""

from __future__ import annotations

import subprocess  # nosec B404
from pathlib import Path

from dashboard import processes

# Below this many bytes the other process would still be starting when the thread is done.
LARGE = 4_000_000


def _started() -> subprocess.Popen[bytes]:
    return processes.start("dashboard.cli.reader", told=True)


class Readers:
    """Processes that read. One can be started before it is known where it is to begin: that takes a second."""

    def __init__(self) -> None:
        self._ready: subprocess.Popen[bytes] | None = None

    def start_for(self, file: Path) -> None:
        """If it is a large one; what is no file has no size and is read here."""
        if file.is_file() and file.stat().st_size >= LARGE:
            self._ready = _started()

    def take(self) -> subprocess.Popen[bytes]:
        taken, self._ready = self._ready or _started(), None
        return taken

    def close(self) -> None:
        """End the one that nobody took."""
        if self._ready is not None:
            with self.take() as reader:
                reader.kill()
