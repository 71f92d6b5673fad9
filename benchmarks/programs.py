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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.figures import check
from benchmarks.options import ROOT

_TALIQ = "from dashboard.cli.main import main; main()"
# Streamlit's own way: it collects all garbage after each run of a script, with nothing hidden from the collector.
COLLECTING = """
import gc
from streamlit import config
gc.freeze = lambda: None
config.set_option("runner.postScriptGC", True)
"""
_START = 60.0
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """`peak` is the most megabytes that the process and its children held together, `cpu` the seconds they computed."""

    seconds: float
    cpu: float
    peak: float
    said: str


def run(*arguments: str, database: str, folder: Path) -> Ran:
    """One command from start to end; it must succeed."""
    computed, began = _computed_by_children(), time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _TALIQ, *arguments],
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
    return Ran(seconds=seconds, cpu=_computed_by_children() - computed, peak=watch.stop(), said=said)


def _computed_by_children() -> float:
    """Seconds of the programs that have ended, with their own children's."""
    spent = os.times()
    return spent.children_user + spent.children_system


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

    @property
    def cpu(self) -> float:
        """Seconds that it has computed; 0 where /proc is missing."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(database: str, folder: Path, *, before: str = "") -> Iterator[Server]:
    """`taliq serve`, ready; stopped in the end. `before` is Python that its process runs first."""
    port = _free_port()
    environment = _environment(database, folder) | {"TALIQ_API_RATE": "1000000"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-c", before + _TALIQ, "serve", "--no-link", "--host", "127.0.0.1", "--port", str(port)],
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


def _free_port() -> int:
    """One that the system gives to nobody else for a while, so that two benchmarks may run beside each other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
