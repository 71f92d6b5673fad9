"""The product as programs of their own: `taliq import` on a file, `taliq serve` on a port, and the memory they take."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.figures import check
from benchmarks.options import ROOT

# One port after the other is tried, so that two benchmarks may run beside each other.
PORTS = range(8720, 8740)
_TALIQ = (sys.executable, "-c", "from dashboard.cli.main import main; main()")
_START = 60.0
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """`peak` is the most megabytes that the process and its children held together."""

    seconds: float
    peak: float
    said: str


def run(*arguments: str, database: str, folder: Path) -> Ran:
    """One command from start to end; it must succeed."""
    began = time.perf_counter()
    with subprocess.Popen(
        [*_TALIQ, *arguments],
        cwd=ROOT,
        env=_environment(database, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        watch = _Watch(process.pid)
        said, _ = process.communicate()
    seconds = time.perf_counter() - began
    check(process.returncode == 0, f"taliq {' '.join(arguments[:1])} ended with {process.returncode}: {said[-800:]}")
    return Ran(seconds=seconds, peak=watch.stop(), said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    port: int
    pid: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def memory(self) -> float:
        """Megabytes that it holds now."""
        return resident(self.pid)


@contextmanager
def serving(database: str, folder: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """`taliq serve`, ready; stopped in the end."""
    port = next(port for port in PORTS if _is_free(port))
    environment = _environment(database, folder) | {"TALIQ_API_RATE": "1000000"} | dict(settings or {})
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*_TALIQ, "serve", "--no-link", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_ready(process, port)
            yield Server(port=port, pid=process.pid)
            check(process.poll() is None, f"the server ended by itself with {process.returncode}")
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode("utf-8", "replace")[-4_000:])
            raise
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(database: str, folder: Path) -> dict[str, str]:
    return os.environ | {"TALIQ_DATABASE_URL": database, "TALIQ_VAR": str(folder), "PYTHONUTF8": "1"}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _await_ready(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _START
    while time.monotonic() < until:
        check(process.poll() is None, f"the server did not start: it ended with {process.returncode}")
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    check(False, f"the server was not ready after {_START:.0f} s")


def resident(pid: int) -> float:
    """Megabytes of a process and its children, shared pages counted with each; 0 where /proc is missing."""
    total = 0.0
    for one in (pid, *_children(pid)):
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE
    return total


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(word) for word in listed.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_children(child)]
    return found


class _Watch:
    """Looks at the memory of a process twenty times a second until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._stopped.wait(0.05):
            self._peak = max(self._peak, resident(self._pid))

    def stop(self) -> float:
        self._stopped.set()
        self._thread.join()
        return self._peak
