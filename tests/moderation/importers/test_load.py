"""Batches into a desk: every row is stored, there already, or put aside; a checkpoint never says more than is done."""

from __future__ import annotations

import errno
import fcntl
import io
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from moderation.errors import Conflict, Contention, Invalid, LogMisfit, Unavailable
from moderation.importers import checkpoint as checkpoints
from moderation.importers.ahead import ahead
from moderation.importers.batches import BATCH, HEAVY, Batch, Item, batches
from moderation.importers.checkpoint import Checkpoint, Witness
from moderation.importers.formats import Format, records
from moderation.importers.lines import Mark
from moderation.importers.load import Progress, Tally, load
from moderation.importers.quarantine import Quarantine
from moderation.importers.records import Bad
from moderation.importers.source import piped

NOW = datetime(2026, 11, 23, tzinfo=UTC)
START = Checkpoint(site="s")


def row(number: int, body: str = "hello", **more: object) -> bytes:
    fields = {"external_id": f"c{number}", "article_id": "a", "commenter_id": "u", "body": body, **more}
    return json.dumps(fields).encode() + b"\n"


def read(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def batches_of(text: bytes, ignored: frozenset[str] = frozenset()) -> list[Batch[int]]:
    source = piped(io.BytesIO(text))
    found = records(source.lines, Format.JSONL)
    return list(batches(found, source, read, now=lambda: NOW, ignored=ignored))


@dataclass(frozen=True)
class Taken:
    id: int
    external_id: str
    created: bool


@dataclass
class Store:
    """A desk that keeps ids, and refuses the bodies that it is told to."""

    ids: dict[str, int] = field(default_factory=dict)
    refused: dict[str, Exception] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)

    def submit(self, items: Sequence[Item[int]]) -> list[Taken]:
        self.calls.append(len(items))
        for item in items:
            if item.comment.body in self.refused:
                raise self.refused[item.comment.body]
        taken = []
        for item in items:
            key = item.comment.external_id
            created = key not in self.ids
            taken.append(Taken(self.ids.setdefault(key, len(self.ids)), key, created))
        return taken


@pytest.fixture
def quarantine(tmp_path: Path) -> Iterator[Quarantine]:
    with closing(Quarantine(tmp_path / "bad.jsonl")) as made:
        yield made


def run(
    text: bytes, store: Store, quarantine: Quarantine, start: Checkpoint = START
) -> tuple[Progress, list[Checkpoint]]:
    saved: list[Checkpoint] = []
    made = list(load(batches_of(text), store.submit, quarantine, start=start, save=saved.append))
    return made[-1], saved


def aside(quarantine: Quarantine) -> list[dict[str, Any]]:
    return [json.loads(line) for line in quarantine.path.read_text(encoding="utf-8").splitlines()]


def faults(lines: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(line["line"], line["field"], line["reason"]) for line in lines]


def test_rows_come_in_thousands_each_with_what_was_read_of_it() -> None:
    made = batches_of(b"".join(row(n, "x" * (n % 7 + 1)) for n in range(2 * BATCH + 5)))
    assert [len(batch.items) for batch in made] == [BATCH, BATCH, 5]
    assert all(item.reading == len(item.comment.body) for batch in made for item in batch.items)
    assert [batch.mark.line for batch in made if batch.mark] == [BATCH, 2 * BATCH, 2 * BATCH + 5]


def test_long_rows_close_a_batch_early() -> None:
    made = batches_of(b"".join(row(n, "x" * 20_000) for n in range(500)))
    assert [len(batch.items) for batch in made][:2] == [HEAVY // 20_000] * 2
    made = batches_of(b"".join(row(n, "x" * 900_000) for n in range(6)))
    assert [len(batch.bad) for batch in made] == [5, 1]


def test_a_bad_row_keeps_its_fields_and_names_the_one_at_fault() -> None:
    (batch,) = batches_of(row(1, "") + row(2, likes=3))
    assert [(bad.line, bad.field, bad.reason) for bad in batch.bad] == [
        (1, "body", "empty"),
        (2, "likes", "unknown_field"),
    ]
    assert batch.bad[1].fields == {
        "external_id": "c2", "article_id": "a", "commenter_id": "u", "body": "hello", "likes": 3,
    }  # fmt: skip


def test_ignored_fields_are_left_out() -> None:
    (batch,) = batches_of(row(1, likes=3), frozenset({"likes"}))
    assert (len(batch.items), batch.bad) == (1, ())


def test_all_rows_are_accounted_for(quarantine: Quarantine) -> None:
    text = row(1) + row(2) + row(1) + row(3, "") + b"{\n" + row(4)
    done, saved = run(text, Store(), quarantine)
    assert done.tally == Tally(stored=3, duplicates=1, quarantined=2)
    assert done.tally.read == 6
    assert saved[-1].kept == 4
    assert saved[-1].witness == Witness(external_id="c4", comment_id=2)
    lines = [json.loads(line) for line in quarantine.path.read_text().splitlines()]
    assert [(line["line"], line["field"], line["reason"]) for line in lines] == [
        (4, "body", "empty"),
        (5, "", "not_json"),
    ]
    assert lines[0]["row"]["external_id"] == "c3"
    assert lines[1]["raw"] == "{\n"


def test_a_row_that_the_desk_refuses_goes_alone(quarantine: Quarantine) -> None:
    store = Store(refused={"no": Invalid(field="parent_id", reason="cycle"), "never": Contention(what="row")})
    text = b"".join(row(n) for n in range(40)) + row(40, "no") + row(41, "never") + row(42)
    done, _ = run(text, store, quarantine)
    assert done.tally == Tally(stored=41, quarantined=2)
    assert faults(aside(quarantine)) == [(41, "parent_id", "cycle"), (42, "", "contention")]


@pytest.mark.parametrize(
    "error",
    [
        Unavailable(kind="locked"),
        LogMisfit(),
        Contention(what="transaction"),
        Invalid(field="site", reason="missing"),
    ],
)
def test_what_is_no_rows_fault_stops_the_import(error: Exception, quarantine: Quarantine) -> None:
    store = Store(refused={"stop": error})
    saved: list[Checkpoint] = []
    text = b"".join(row(n) for n in range(BATCH)) + row(-1, "stop")
    with pytest.raises(type(error)):
        list(load(batches_of(text), store.submit, quarantine, start=START, save=saved.append))
    assert [point.kept for point in saved] == [BATCH]


def test_an_end_without_a_line_break_is_no_place_to_go_on_from(quarantine: Quarantine) -> None:
    text = b"".join(row(n) for n in range(BATCH)) + b'{"external_id": "cut'
    done, saved = run(text, Store(), quarantine)
    assert done.tally == Tally(stored=BATCH, quarantined=1)
    assert [point.kept for point in saved] == [BATCH]


def test_rows_of_the_earlier_run_are_duplicates_of_this_one(quarantine: Quarantine) -> None:
    start = Checkpoint(site="s", mark=Mark(offset=1, line=1, sha256=""), kept=10, quarantined=2, quarantine_size=0)
    done, saved = run(row(11), Store(), quarantine, start)
    assert done.tally == Tally(stored=1, duplicates=10, quarantined=2)
    assert (saved[-1].kept, saved[-1].quarantined) == (11, 2)


def test_a_checkpoint_is_read_back(tmp_path: Path) -> None:
    point = Checkpoint(
        site="s",
        mark=Mark(offset=9, line=2, sha256="ab"),
        kept=3,
        quarantined=1,
        quarantine_size=70,
        quarantine_sha256="cd",
        witness=Witness(external_id="ü", comment_id=1 << 62),
        ignored=("a", "\udcff"),
        format=Format.CSV,
    )
    checkpoints.save(point, tmp_path / "a.import.json")
    assert checkpoints.load(tmp_path / "a.import.json", site="s") == point
    assert checkpoints.load(tmp_path / "a.import.json", site="other") is None
    checkpoints.save(START, tmp_path / "a.import.json")
    assert checkpoints.load(tmp_path / "a.import.json", site="s") == START
    assert [path.name for path in tmp_path.iterdir()] == ["a.import.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"site": "s", "witness": 3}', '{"mark": {}}', "\ud800"])
def test_a_damaged_checkpoint_is_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.import.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert checkpoints.load(path, site="s") is None
    assert checkpoints.load(tmp_path / "absent", site="s") is None


def test_a_resumed_quarantine_forgets_what_the_checkpoint_does_not_know(quarantine: Quarantine) -> None:
    size = quarantine.write([Bad(line=1, field="", reason="not_json", raw="{")])
    quarantine.write([Bad(line=2, field="", reason="not_json", raw="{")])
    quarantine.close()
    again = Quarantine(quarantine.path)
    assert not again.resume(10_000)
    assert again.resume(size)
    again.write([Bad(line=2, field="", reason="not_json", raw="\ud800")])
    again.close()
    assert [(line["line"], line["raw"]) for line in aside(quarantine)] == [(1, "{"), (2, "\ud800")]


def test_a_pipes_quarantine_grows_but_repeats_nothing(quarantine: Quarantine) -> None:
    first, second = (Bad(line=n, field="", reason="not_json", raw="{") for n in (1, 2))
    quarantine.write([first])
    quarantine.close()
    again = Quarantine(quarantine.path)
    again.recall()
    again.write([first, second])
    again.close()
    assert [line["line"] for line in aside(quarantine)] == [1, 2]


def test_one_import_writes_or_any_number_that_add(quarantine: Quarantine) -> None:
    bad = Bad(line=1, field="", reason="not_json", raw="{")
    with (
        closing(Quarantine(quarantine.path, shared=True)) as one,
        closing(Quarantine(quarantine.path, shared=True)) as two,
    ):
        one.open()
        two.open()
        with pytest.raises(Conflict):
            quarantine.open()
        # The empty file that it made stays for the other.
        one.close()
        two.write([bad])
    quarantine.open()
    with pytest.raises(Conflict):
        Quarantine(quarantine.path, shared=True).open()
    assert [line["line"] for line in aside(quarantine)] == [1]


def test_a_file_that_is_removed_while_it_is_opened_is_made_anew(
    quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, gone = fcntl.flock, []

    def flock(file: IO[bytes], how: int) -> None:
        really(file, how)
        if not gone:
            gone.append(quarantine.path.unlink())

    monkeypatch.setattr(fcntl, "flock", flock)
    quarantine.write([Bad(line=1, field="", reason="not_json", raw="{")])
    assert [line["line"] for line in aside(quarantine)] == [1]


def test_a_file_system_without_locks_serves(quarantine: Quarantine, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(file: IO[bytes], how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", flock)
    assert quarantine.write([Bad(line=1, field="", reason="not_json", raw="{")]) > 0
    quarantine.close()
    assert [line["line"] for line in aside(quarantine)] == [1]


def test_somebody_elses_file_is_not_overwritten(quarantine: Quarantine) -> None:
    quarantine.path.write_text("my novel")
    for attempt in (quarantine.restart, quarantine.recall, lambda: quarantine.resume(3)):
        with pytest.raises(Invalid, match="not_ours"):
            attempt()
    assert quarantine.path.read_text() == "my novel"


def test_work_ahead_keeps_its_order_and_its_errors() -> None:
    def made() -> Iterator[int]:
        yield from range(5)
        raise ValueError("after the fifth")

    taken = ahead(made())
    assert [next(taken) for _ in range(5)] == list(range(5))
    with pytest.raises(ValueError, match="after the fifth"):
        next(taken)


def test_who_stops_taking_stops_the_work() -> None:
    made = 0

    def work() -> Iterator[int]:
        nonlocal made
        while True:
            made += 1
            yield made

    for one in ahead(work(), depth=1):
        if one == 3:
            break
    assert made <= 6


class Endless(io.RawIOBase):
    """So many bytes of rows, made as they are read."""

    def __init__(self, rows: int, one: bytes) -> None:
        self._left, self._row, self._rest = rows, one, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while self._left and len(self._rest) < len(buffer):
            self._rest += self._row
            self._left -= 1
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


class Forgetful(Store):
    def submit(self, items: Sequence[Item[int]]) -> list[Taken]:
        return [Taken(1, item.comment.external_id, True) for item in items]


def peak(rows: int, one: bytes, quarantine: Quarantine) -> int:
    """Bytes that Python held at the worst moment of an import."""
    source = piped(io.BufferedReader(Endless(rows, one)))
    made = batches(records(source.lines, Format.JSONL), source, read, now=lambda: NOW)
    tracemalloc.start()
    for _ in load(made, Forgetful().submit, quarantine, start=START, save=lambda point: None):
        pass
    _, worst = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return worst


@pytest.mark.parametrize(
    "one", [row(1, "x" * 2_000), row(1, "x" * 19_000), row(1, "x" * 2_000, bad=1)], ids=["usual", "long", "bad"]
)
def test_memory_does_not_grow_with_the_file(one: bytes, quarantine: Quarantine) -> None:
    assert peak(6_000, one, quarantine) < 1.2 * peak(2_000, one, quarantine)


def test_a_line_of_fifty_megabytes_takes_a_few(quarantine: Quarantine) -> None:
    assert peak(50, b"x" * 1_000_000, quarantine) < 12_000_000
