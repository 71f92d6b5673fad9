"""Another process: what it says waits for who listens; where the system gives no room for that it still says all."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest

from dashboard import processes


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """More than a pipe holds by itself."""
    path = tmp_path / "long.json"
    path.write_text(json.dumps(["x" * 300_000]))
    return path


def test_what_is_said_has_room_before_anybody_listens(long: Path) -> None:
    with processes.start("json.tool", str(long)) as process:
        said = processes.output_of(process)
        # Where the system gives it, which it need not.
        if fcntl.fcntl(said, fcntl.F_GETPIPE_SZ) > long.stat().st_size:
            assert process.wait(timeout=60) == 0
        assert json.load(said) == ["x" * 300_000]


def test_room_is_asked_for(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("dashboard.processes.fcntl.fcntl", lambda _, what, size: asked.append((what, size)))
    with processes.start("json.tool", str(long)) as process:
        processes.output_of(process).read()
    assert asked == [(fcntl.F_SETPIPE_SZ, 1 << 20)]


def test_where_there_is_no_room_all_is_said_to_who_listens(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("dashboard.processes.fcntl.fcntl", refused)
    with processes.start("json.tool", str(long)) as process:
        assert json.load(processes.output_of(process)) == ["x" * 300_000]
