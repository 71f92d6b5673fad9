"""Servers forked from a process that has imported what they need: most of a start, which tests make fifty times.

What a start is when nothing is imported yet, `tests/dashboard/cli/test_serving.py` and `test_api_start.py` show.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Nothing of the dashboard, which may read its settings from the environment.
_IMPORTED = (
    "alembic.command", "altair", "babel.dates", "db.archive", "moderation.classifier", "moderation.classifier.kernel",
    "numba", "numba.np.arraymath", "pandas", "psycopg", "pyarrow.compute", "scipy.sparse", "sqlalchemy",
    "starlette.applications", "streamlit", "streamlit.web.bootstrap", "uvicorn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grown:
    """Stopped and waited for like a process of one's own, whose exit status nobody asks."""

    pid: int

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self, timeout: float = 60.0) -> None:
        last = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > last:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.02)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def start(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Grown | subprocess.Popen[bytes]:
    """`taliq` with these arguments and nothing else in its environment; what it says goes to the log."""
    if sys.platform != "linux":
        # Elsewhere libraries of the system do not bear to be forked.
        with log.open("wb") as out:
            code = "from dashboard.cli.main import main; main()"
            whole = [sys.executable, "-c", code, *arguments]
            return subprocess.Popen(whole, cwd=ROOT, env=dict(environment), stdout=out, stderr=subprocess.STDOUT)
    nursery = _nursery()
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(json.dumps({"arguments": [*arguments], "environment": {**environment}, "log": str(log)}) + "\n")
    nursery.stdin.flush()
    return Grown(int(nursery.stdout.readline()))


@cache
def _nursery() -> subprocess.Popen[str]:
    """One for this process; it ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, "-c", "from tests.browser.nursery import main; main()"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def main() -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    # The children are nobody's to wait for: they go when they end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            return _grow(**json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    return None


def _grow(arguments: list[str], environment: dict[str, str], log: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    with open(os.devnull, "rb") as nothing, open(log, "wb") as out:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.argv = ["taliq", *arguments]
    try:
        importlib.import_module("dashboard.cli.main").main()
    except Exception:
        traceback.print_exc()
        raise SystemExit(1) from None
