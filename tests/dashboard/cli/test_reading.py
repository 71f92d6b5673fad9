"""A large file read by another process: the same batches, the same errors, and no process left behind."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import processes, wiring
from dashboard.cli import wire
from dashboard.cli.import_job import Job, Places
from dashboard.cli.readers import Readers
from dashboard.cli.reading import Task, by_process, by_thread
from dashboard.cli.troubles import Trouble
from dashboard.settings import Settings
from dashboard.wiring import Plant
from moderation.audit import commitment
from moderation.classifier.classifier import SHIPPED
from moderation.comment import Incoming
from moderation.errors import Invalid, ModerationError
from moderation.importers.batches import Batch, Item
from moderation.importers.formats import Format
from moderation.importers.lines import Mark
from moderation.importers.load import Tally
from moderation.importers.records import Bad
from moderation.service import models
from moderation.service.judging import Reading
from tests.builders import OPERATOR, scores

TEXT = st.text(max_size=30)
MAYBE = st.none() | TEXT
MOMENT = st.integers(0, 10**12).map(lambda ms: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
COMMENT = st.builds(
    Incoming, external_id=TEXT, article_id=TEXT, commenter_id=TEXT, body=TEXT, created_at=MOMENT, parent_id=MAYBE,
    commenter_name=MAYBE, article_title=MAYBE, article_url=MAYBE, section=MAYBE,
    commenter_email=MAYBE,
)  # fmt: skip
SCORES = st.builds(scores, model=TEXT, toxic=st.floats(0, 1), reject=st.floats(0, 1))
READING = st.builds(
    Reading,
    folded=TEXT,
    fold=st.integers(0, 2**63 - 1),
    language=TEXT,
    domains=st.lists(st.from_regex(r"[^\s/]+", fullmatch=True), max_size=2).map(tuple),
    scores=SCORES,
    judgement=TEXT,
    salt=st.binary(min_size=16, max_size=16),
    commitment=st.binary(min_size=32, max_size=32).map(bytes.hex),
    shadow=st.none() | SCORES,
    asks=st.integers(0, 7),
)
FIELDS = st.none() | st.dictionaries(TEXT, TEXT | st.integers() | st.none() | st.lists(TEXT, max_size=2), max_size=3)
BATCH = st.builds(
    Batch,
    items=st.lists(st.builds(Item, line=st.integers(1, 2**62), comment=COMMENT, reading=READING), max_size=3).map(
        tuple
    ),
    bad=st.lists(st.builds(Bad, line=st.integers(1), field=TEXT, reason=TEXT, fields=FIELDS, raw=TEXT), max_size=3).map(
        tuple
    ),
    mark=st.none() | st.builds(Mark, offset=st.integers(0), line=st.integers(0), sha256=TEXT),
    position=st.integers(0),
)


# The line of a batch is whole, and its comments are not.
BROKEN = b'["batch",[8,0,0,0],[],null,0]\n1234567'


def told(*lines: bytes) -> list[Batch[Reading] | bytes]:
    said = wire.read(io.BytesIO(b"".join(lines)))
    return [wire.unpacked(one) if isinstance(one, wire.Packed) else one for one in said]


@given(st.lists(BATCH, max_size=3))
def test_batches_arrive_as_they_were_sent(sent: list[Batch[Reading]]) -> None:
    assert told(wire.READY, *map(wire.line, sent), wire.END) == [wire.READY, *sent]


def test_lone_surrogates_and_line_breaks_arrive(tmp_path: Path) -> None:
    bad = Bad(line=1, field="", reason="x", raw="\ud800\n\u2028")
    batch: Batch[Reading] = Batch(items=(), bad=(bad,), mark=None, position=1)
    assert told(wire.line(batch), wire.END) == [batch]


def test_errors_arrive_as_what_they_were() -> None:
    with pytest.raises(Invalid) as invalid:
        told(wire.trouble(Invalid(field="file", reason="truncated_gzip", high=3)))
    assert (invalid.value.field, invalid.value.reason, invalid.value.fields["high"]) == ("file", "truncated_gzip", 3)
    model = ModerationError(file="weights.npy", reason="checksum")
    model.code = "model_altered"
    with pytest.raises(ModerationError) as altered:
        told(wire.trouble(model))
    assert (altered.value.code, altered.value.fields["file"]) == ("model_altered", "weights.npy")
    with pytest.raises(FileNotFoundError) as missing:
        told(wire.trouble(FileNotFoundError(2, "No such file", "a.csv")))
    assert missing.value.filename == "a.csv"


@pytest.mark.parametrize("last", [b"", wire.END[:-1], b'["batch",[["a', BROKEN])
def test_a_reader_that_vanishes_is_noticed(last: bytes) -> None:
    with pytest.raises(Trouble):
        told(wire.READY, last)


@pytest.mark.parametrize("name", ["comments.jsonl", "تعليقات 1.csv", "\udcff.csv"])
def test_a_task_survives_the_command_line(name: str) -> None:
    mark = Mark(offset=3, line=1, sha256="ab")
    task = Task(file=Path(name), format=Format.CSV, ignored=frozenset({"a", "ب"}), mark=mark, chosen=False)
    assert Task.from_json(task.to_json()) == task
    assert task.to_json().isascii()


def row(number: int, **more: object) -> bytes:
    fields = {"external_id": f"c{number}", "article_id": "a", "commenter_id": "u", "body": f"body {number}", **more}
    return json.dumps(fields).encode() + b"\n"


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    """A desk that both processes find by the environment, with the shipped classifier."""
    monkeypatch.setenv("TALIQ_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("TALIQ_DATABASE_URL", "")
    plant = wiring.build(Settings(var=tmp_path / "var"))
    plant.prepare()
    return plant


def test_another_process_reads_what_a_thread_reads(real: Plant, tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_bytes(b"".join(row(n) if n % 100 else row(n, x=1) for n in range(2_500)))
    at = datetime(2026, 11, 23, tzinfo=UTC)

    def item(given: Item[Reading]) -> Item[Reading]:
        salt, body = given.reading.salt, given.comment.body
        assert given.reading.commitment == commitment(salt, body)
        return given._replace(
            comment=given.comment._replace(created_at=at), reading=given.reading._replace(salt=b"", commitment="")
        )

    def settled(batches: object) -> list[Batch[Reading]]:
        """The two processes' clocks and chance differ; nothing else may."""
        return [replace(one, items=tuple(map(item, one.items))) for one in batches]  # type: ignore[attr-defined]

    with by_thread(Task(file=file), real.desk, stdin=io.BytesIO()) as here:
        near = settled(here)
    with by_process(Task(file=file)) as there:
        assert settled(there) == near
    assert [len(one.items) + len(one.bad) for one in near] == [1_000, 1_000, 500]
    mark = near[0].mark
    assert mark is not None
    with by_process(Task(file=file, mark=mark)) as there:
        assert settled(there) == near[1:]
    with by_process(Task(file=file, mark=replace(mark, sha256="other"))) as there:
        assert there is None
    real.close()


def of_rows(folder: Path, many: int) -> Path:
    file = folder / "comments.jsonl"
    file.write_bytes(b"".join(row(n) for n in range(many)))
    return file


def test_another_process_needs_no_database_until_a_model_is_chosen(
    real: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = of_rows(tmp_path, 12_000)
    monkeypatch.setattr("dashboard.cli.reading.RENEWED_EVERY", 0)
    # Whoever opens this one fails.
    monkeypatch.setenv("TALIQ_DATABASE_URL", "mysql://nobody")
    with pytest.raises(Trouble), by_process(Task(file=file)) as there:
        list(there or ())
    with by_process(Task(file=file, chosen=False), is_chosen=lambda: False) as there:
        assert there is not None
        assert len({item.reading.scores.model for one in there for item in one.items}) == 1
    monkeypatch.setenv("TALIQ_DATABASE_URL", "")
    version = models.add(real.desk, OPERATOR, SHIPPED / "open").version
    models.promote(real.desk, OPERATOR, version)
    with by_process(Task(file=file, chosen=False), is_chosen=lambda: True) as there:
        assert there is not None
        used = [item.reading.scores.model for one in there for item in one.items]
    # It reads a batch or two ahead of who takes them.
    assert (used[0] == version, used[-1] == version) == (False, True)
    real.close()


def test_a_reader_that_ends_before_it_is_told_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_bytes(row(1))
    start = processes.start
    # A module that does nothing.
    monkeypatch.setattr(processes, "start", lambda _, *, told: start("dashboard.clock", told=told))
    readers = Readers()
    readers.start_for(file)
    with pytest.raises(Trouble), by_process(Task(file=file), readers):
        pytest.fail("there is nothing to be read")


def test_a_model_chosen_when_all_is_read_is_nobodys_trouble(
    real: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = of_rows(tmp_path, 1_500)
    monkeypatch.setattr("dashboard.cli.reading.RENEWED_EVERY", 0)
    reader = processes.start("dashboard.cli.reader", told=True)
    monkeypatch.setattr(processes, "start", lambda *_, **__: reader)

    def is_chosen() -> bool:
        return reader.wait(60) == 0

    with by_process(Task(file=file, chosen=False), is_chosen=is_chosen) as there:
        assert there is not None
        assert [len(batch.items) for batch in there] == [1_000, 500]
    real.close()


def test_whoever_stops_taking_ends_the_process(real: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *given: object, **named: object) -> None:
            super().__init__(*given, **named)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    file = of_rows(tmp_path, 5_000)
    with by_process(Task(file=file)) as there:
        assert there is not None
        next(there)
        (reader,) = started
        assert reader.poll() is None
    assert reader.returncode is not None
    real.close()


def test_a_large_file_is_imported_by_two_processes(real: Plant, tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_bytes(b"".join(row(n) if n % 100 else row(n, x=1) for n in range(2_500)))
    job = Job(desk=real.desk, site="big", places=Places.of(file, var=tmp_path / "var"), large=0)
    *_, done = job.run(file, stdin=io.BytesIO())
    assert done.tally == Tally(stored=2_475, quarantined=25)
    file.write_bytes(file.read_bytes() + row(9_999))
    first, *_, done = job.run(file, stdin=io.BytesIO())
    assert first.tally.read == 2_500
    assert done.tally == Tally(stored=1, duplicates=2_475, quarantined=25)
    file.write_bytes(b"external_id,body\n")
    with pytest.raises(Invalid, match="missing_column"):
        list(replace(job, format=Format.CSV).run(file, stdin=io.BytesIO()))
    real.close()
