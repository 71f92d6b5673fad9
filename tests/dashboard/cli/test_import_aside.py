"""Where `taliq import` puts the rows that could not go in: nothing of somebody else's is lost by it."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from dashboard.cli import files
from dashboard.wiring import Plant
from moderation.service import accounts
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.cli.test_importing import SITE, row, stored, tally


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path


def bad(number: int) -> dict[str, object]:
    return row(number, "")


def aside(path: Path) -> list[str]:
    return [json.loads(line)["row"]["external_id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_pipe_is_no_place_for_rows_and_stays_one(taliq: Taliq, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    result = taliq("import", write(tmp_path / "a.jsonl", bad(1)), "--site", SITE, "--quarantine", pipe)
    assert (result.exit_code, "no ordinary file" in result.stderr) == (2, True)
    assert pipe.is_fifo()


def test_a_report_of_another_import_is_not_replaced(taliq: Taliq, plant: Plant, tmp_path: Path) -> None:
    shared = tmp_path / "shared.jsonl"
    first, second = write(tmp_path / "a.jsonl", bad(1), row(2)), write(tmp_path / "b.jsonl", bad(3), row(4))
    asked = ("--site", SITE, "--quarantine", shared)
    assert tally(taliq("import", first, *asked).stdout) == (2, 1, 0, 1)
    result = taliq("import", second, *asked)
    assert (result.exit_code, "another import" in result.stderr) == (2, True)
    assert aside(shared) == ["c1"]
    # Its own report it goes on behind, and replaces when it begins anew.
    write(first, bad(1), row(2), bad(5))
    assert tally(taliq("import", first, *asked).stdout) == (3, 0, 1, 2)
    assert aside(shared) == ["c1", "c5"]
    assert tally(taliq("import", first, *asked, "--restart").stdout) == (3, 0, 1, 2)
    assert aside(shared) == ["c1", "c5"]
    # Rows that were changed in it by somebody are no longer this import's.
    shared.write_text(shared.read_text(encoding="utf-8").replace("c1", "c9"), encoding="utf-8")
    assert taliq("import", first, *asked).exit_code == 2
    assert aside(shared) == ["c9", "c5"]
    assert len(stored(plant, "c2")) == 1


def test_where_no_row_can_be_put_nothing_is_stored(taliq: Taliq, plant: Plant, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", row(1), bad(2))
    result = taliq("import", file, "--site", SITE, "--quarantine", tmp_path / "absent" / "q.jsonl")
    assert (result.exit_code, str(tmp_path / "absent") in result.stderr) == (2, True)
    assert SITE not in [site.name for site in accounts.sites(plant.desk, OPERATOR)]


def test_with_other_options_the_file_is_read_from_its_beginning(taliq: Taliq, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", row(1, likes=3), row(2))
    assert tally(taliq("import", file, "--site", SITE).stdout) == (2, 1, 0, 1)
    assert tally(taliq("import", file, "--site", SITE, "--ignore", "likes").stdout) == (2, 1, 1, 0)
    assert tally(taliq("import", file, "--site", SITE, "--ignore", "likes").stdout) == (2, 0, 2, 0)


def test_a_site_that_another_import_makes_meanwhile_is_taken(
    taliq: Taliq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.jsonl", row(1))
    assert taliq("site", "add", SITE).exit_code == 0
    monkeypatch.setattr(accounts, "sites", lambda *_: [])
    assert tally(taliq("import", file, "--site", SITE).stdout) == (1, 1, 0, 0)


def test_what_goes_out_is_written_into_a_pipe(tmp_path: Path) -> None:
    pipe, heard = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    files.write([b"one ", b"two"], pipe)
    reader.join(10)
    assert (heard, pipe.is_fifo()) == ([b"one two"], True)


def test_what_cannot_go_out_names_the_place_and_leaves_nothing(tmp_path: Path) -> None:
    def broken():
        yield b"some"
        raise ZeroDivisionError

    with pytest.raises(IsADirectoryError) as folder:
        files.write([b"x"], tmp_path)
    assert folder.value.filename == str(tmp_path)
    with pytest.raises(FileNotFoundError) as absent:
        files.write([b"x"], tmp_path / "no" / "x")
    assert absent.value.filename == str(tmp_path / "no")
    with pytest.raises(ZeroDivisionError):
        files.write(broken(), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
