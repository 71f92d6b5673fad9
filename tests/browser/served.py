"""The real application as a process of its own, and the same database's desk in this one."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.settings import Settings
from dashboard.wiring import build
from moderation.service import accounts
from moderation.service.desk import Desk
from tests.browser import nursery
from tests.browser.nursery import Grown
from tests.builders import OPERATOR, TableScorer

_START_SECONDS = 60
_OURS = re.compile(r"TALIQ_|STREAMLIT_|HOST$|PORT$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`desk` is a second door to the database that the application at `url` uses; it scores by a table of words."""

    url: str
    database: str
    desk: Desk
    log: Path
    process: Grown | subprocess.Popen[bytes]

    def kill(self) -> None:
        """As when the machine loses power: nothing is said to anybody."""
        self.process.kill()
        self.process.wait()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def link(self, name: str) -> str:
        """An address that signs this person in once."""
        return f"{self.url}/login/link?token={accounts.issue_link(self.desk, OPERATOR, name)}"

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def served(
    database: str, folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """`port` is that of one before, for whose tabs this is the same server started again; `settings` are variables."""
    port, log = port or _free_port(), folder / "server.log"
    own = {"HOST": "127.0.0.1", "PORT": str(port), "TALIQ_VAR": str(folder), "TALIQ_DATABASE_URL": database}
    inherited = {name: value for name, value in os.environ.items() if not _OURS.match(name)}
    process = nursery.start(["serve", "--no-link"], inherited | own | dict(settings or {}), log)
    plant = build(Settings(database_url=database, var=folder))
    desk = replace(plant.desk, scorer=TableScorer())
    try:
        application = Served(url=f"http://127.0.0.1:{port}", database=database, desk=desk, log=log, process=process)
        _wait_until_ready(process, application)
        yield application
    finally:
        plant.close()
        _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: Grown | subprocess.Popen[bytes], application: Served) -> None:
    last = time.monotonic() + _START_SECONDS
    while not _is_ready(application.url):
        if process.poll() is not None or time.monotonic() > last:
            raise RuntimeError(f"the application did not start:\n{application.said()}")
        time.sleep(0.1)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 -- our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _stop(process: Grown | subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
