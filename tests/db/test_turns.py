"""Writers of several processes on SQLite, and of several threads on PostgreSQL: nobody is kept out by the others."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from time import sleep
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine

from db import turns
from db.engine import READ_ONLY, connect
from db.unit_of_work import units_of
from moderation.errors import Unavailable

_BUSY = """
import sys, time
from db.engine import connect
from db.unit_of_work import units_of
begin = units_of(connect(sys.argv[1]), new_id=lambda: 0)
while True:
    with begin() as uow:
        uow._connection.exec_driver_sql("UPDATE counted SET times = times + 1")
        time.sleep(0.01)
    print(flush=True)
"""


def counted(engine: Engine) -> int:
    with engine.execution_options(**READ_ONLY).connect() as connection:
        return int(connection.exec_driver_sql("SELECT times FROM counted").scalar_one())


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = connect(f"sqlite:///{tmp_path / 'turns.sqlite'}")
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE counted (times INTEGER)")
        connection.exec_driver_sql("INSERT INTO counted VALUES (0)")
    yield made
    made.dispose()


@pytest.fixture
def gate(engine: Engine) -> Path:
    return Path(f"{engine.url.database}-gate")


def test_who_waits_comes_before_who_has_just_written(engine: Engine) -> None:
    begin = units_of(engine, new_id=lambda: 0)
    root = Path(turns.__file__).parents[1]
    given = [sys.executable, "-c", _BUSY, str(engine.url)]
    with subprocess.Popen(given, stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}) as other:
        assert other.stdout is not None
        other.stdout.readline()
        waited = []
        for _ in range(10):
            before = counted(engine)
            with begin():
                waited.append(counted(engine) - before)
            other.stdout.readline()
        other.kill()
    # The one that was under way, and one that began before anyone stood at the gate; without a gate a dozen and more.
    assert max(waited) <= 4


def test_the_gate_is_free_while_one_writes(engine: Engine, gate: Path) -> None:
    with units_of(engine, new_id=lambda: 0)(), gate.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_stands_at_the_gate_for_too_long_is_told(
    engine: Engine, gate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "BUSY_SECONDS", 0.05)
    begin = units_of(engine, new_id=lambda: 0)
    with gate.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Unavailable) as error, begin():
            pytest.fail("it has begun")
    assert error.value.fields["what"] == "busy"
    with begin():
        """The turn was given back."""


@pytest.mark.parametrize("kept", ["open", "flock"])
def test_where_no_gate_can_be_kept_one_writes_all_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(turns.os if kept == "open" else turns.fcntl, kept, refused)
    with units_of(engine, new_id=lambda: 0)() as uow:
        uow._connection.exec_driver_sql("UPDATE counted SET times = 7")
    assert counted(engine) == 7


def test_nothing_is_kept_beside_a_database_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with units_of(connect("sqlite://"), new_id=lambda: 0)():
        assert list(tmp_path.iterdir()) == []


Begin = Callable[[], AbstractContextManager[object]]


@pytest.fixture
def begin(database_url: str) -> Iterator[Begin]:
    made = connect(database_url)
    yield units_of(made, new_id=lambda: 0)
    made.dispose()


def is_kept_out(begin: Begin, *, until_they_end: bool) -> bool:
    """Whether another thread does not write while the few do."""
    there = threading.Event()

    def write() -> None:
        with begin():
            there.set()

    thread = threading.Thread(target=write)
    with ExitStack() as writing:
        for _ in range(turns._AT_ONCE):
            writing.enter_context(begin())
        thread.start()
        kept_out = not there.wait(0.2 if until_they_end else 60.0)
    thread.join()
    assert there.is_set(), "nobody is kept out for ever"
    return kept_out


@pytest.mark.parametrize("backend", ["postgresql"])
def test_of_many_threads_a_few_write_to_postgresql_at_a_time(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 60.0)
    assert is_kept_out(begin, until_they_end=True)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_who_has_waited_long_writes_beside_the_few(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 0.01)
    assert not is_kept_out(begin, until_they_end=False)
    monkeypatch.setattr(turns, "_PATIENCE", 60.0)
    assert is_kept_out(begin, until_they_end=True), "who had no place gives none back"


def test_a_place_is_given_back_by_who_failed() -> None:
    few = turns.Few()
    for _ in range(turns._AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError), few():
            raise ZeroDivisionError
    assert few._free == turns._AT_ONCE


def test_who_waits_longest_is_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 60.0)
    few, went = turns.Few(), list[int]()

    def go(number: int) -> None:
        with few():
            went.append(number)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(5)]
    with ExitStack() as writing:
        for _ in range(turns._AT_ONCE):
            writing.enter_context(few())
        for number, thread in enumerate(threads):
            thread.start()
            while len(few._waiting) <= number:
                sleep(0.001)
        # One place for all of them, one after another.
        few._leave()
        for thread in threads:
            thread.join()
        few._free -= 1
    assert went == [0, 1, 2, 3, 4]
    assert few._free == turns._AT_ONCE


def test_who_is_called_as_they_give_up_has_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    few = turns.Few()

    class Late:
        """A wait that ends without a call, and the call comes then."""

        def acquire(self, timeout: float | None = None) -> bool:
            if timeout is not None:
                few._leave()
            return timeout is None

        def release(self) -> None:
            pass

    with ExitStack() as writing:
        for _ in range(turns._AT_ONCE):
            writing.enter_context(few())
        monkeypatch.setattr(turns, "threading", SimpleNamespace(Lock=Late))
        assert few._placed()
        assert (few._free, list(few._waiting)) == (0, [])
        few._leave()
        few._free -= 1
    assert few._free == turns._AT_ONCE
