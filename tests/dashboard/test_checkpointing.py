"""Signed heads leave the machine; what fails is told in the log and sent in a later round."""

from __future__ import annotations

import errno
import logging
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from dashboard.checkpointing import Rounds
from dashboard.settings import Settings
from dashboard.signing import KeyFile
from moderation.errors import Unavailable
from moderation.service import audit
from tests.builders import OPERATOR, SITE, Newsroom


@pytest.fixture
def backend() -> str:
    return "sqlite"


class Receiver(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.answers: list[int] = []
        self.got: list[tuple[str, str, int]] = []


class _Request(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.server.got.append((self.headers["Content-Type"], body, status))
        if status == 0:
            self.wfile.write(b"no HTTP\r\n\r\n")
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def receiver() -> Iterator[tuple[str, Receiver]]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/heads", server
        finally:
            server.shutdown()
            thread.join()


def rounds(newsroom: Newsroom, **settings: object) -> Rounds:
    return Rounds(lambda: newsroom.desk, Settings(**settings))  # type: ignore[arg-type]


def test_the_folder_gets_every_head_once_whoever_had_it_made(newsroom: Newsroom, tmp_path: Path) -> None:
    audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    newsroom.say()
    folder = tmp_path / "kept"
    every = rounds(newsroom, checkpoint_folder=folder)
    every.once()
    newsroom.say()
    # An export signs the head over its own event: the log has not grown since when the next round comes.
    exported = audit.export(newsroom.desk, OPERATOR, site=SITE)
    every.once()
    every.once()
    made = audit.made_since(newsroom.desk, OPERATOR, {})
    files = sorted(folder.iterdir())
    assert len(made) == 4
    assert exported.note in {path.read_text(encoding="utf-8") for path in files}
    assert sorted(path.read_text(encoding="utf-8") for path in files) == sorted(one.note for one in made)
    # A process that starts later finds them there, and leaves them alone.
    times = [path.stat().st_mtime_ns for path in files]
    rounds(newsroom, checkpoint_folder=folder).once()
    assert [path.stat().st_mtime_ns for path in files] == times


def test_what_an_address_refuses_is_told_and_sent_again(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    with receiver() as (url, server), caplog.at_level(logging.WARNING, "dashboard.checkpointing"):
        server.answers = [503, 302, 0]
        every = rounds(newsroom, checkpoint_url=url)
        for _ in server.answers[:]:
            every.once()
        failed = [message.split()[2:5] for message in caplog.messages]
        assert [words[0] for words in failed] == ["address"] * 3
        every.once()
        every.once()
        assert len(caplog.messages) == 3
        rounds(newsroom, checkpoint_url=url).once()
    made = {one.note for one in audit.made_since(newsroom.desk, OPERATOR, {})}
    arrived = [body for kind, body, status in server.got if status == 204 and kind == "text/plain; charset=utf-8"]
    assert set(arrived) == made
    # Twice, because a process that starts sends the newest again.
    assert len(arrived) == 2 * len(made) == 4


def test_a_process_that_starts_sends_an_address_the_newest_alone(newsroom: Newsroom) -> None:
    for _ in range(3):
        newsroom.say()
        audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    with receiver() as (url, server):
        rounds(newsroom, checkpoint_url=url).once()
    newest = {one.log_id: one.note for one in audit.made_since(newsroom.desk, OPERATOR, {})}
    assert sorted(body for _, body, _ in server.got) == sorted(newest.values())


def test_a_folder_in_the_way_stops_nothing(
    newsroom: Newsroom, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with receiver() as (url, server), caplog.at_level(logging.WARNING, "dashboard.checkpointing"):
        rounds(newsroom, checkpoint_folder=tmp_path / "file", checkpoint_url=url).once()
    assert [message.split()[2] for message in caplog.messages] == ["folder"]
    assert len(server.got) == 2


def test_threads_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    files = [KeyFile(tmp_path / "deep" / "key.pem") for _ in range(16)]
    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(lambda one: one.public_key, files))) == 1
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["key.pem"]


def test_a_full_disk_keeps_no_part_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(2):
        with pytest.raises(Unavailable):
            KeyFile(tmp_path / "key.pem").sign(b"")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    assert KeyFile(tmp_path / "key.pem").sign(b"")
