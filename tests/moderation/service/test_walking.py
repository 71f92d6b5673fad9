"""A long log is checked by several processes at once, and what they find is what one finds alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from dashboard import processes
from dashboard.checkers import Elsewhere, Processes, Task
from moderation.service import audit, walking
from moderation.verification import Break, BreakKind, Part
from tests.builders import OPERATOR, SITE, Newsroom

# What has nothing to do with the database.
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def long(newsroom: Newsroom, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Some 120 events, which are two processes' work here."""
    monkeypatch.setattr(walking, "APART", 40)
    monkeypatch.setattr(processes, "processors", lambda: 2)
    for n in range(110):
        newsroom.say(f"civil {n}")
        if n == 30:
            audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    return replace(newsroom, desk=replace(newsroom.desk, checkers=Processes(database=database_url)))


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[Break | None]:
    """What each part that another process checked came to."""
    seen: list[Break | None] = []
    result = Elsewhere.result

    def noted(self: Elsewhere) -> Break | None:
        seen.append(result(self))
        return seen[-1]

    monkeypatch.setattr(Elsewhere, "result", noted)
    return seen


def broken(newsroom: Newsroom) -> list[Break]:
    return [one.first_break for one in audit.verify(newsroom.desk, OPERATOR) if one.first_break]


def change(newsroom: Newsroom, position: int) -> None:
    with newsroom.plant.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
        else:
            connection.execute(text('DROP TRIGGER IF EXISTS "audit_events_no_UPDATE"'))
        values = {"log": newsroom.site.id, "at": position}
        where = "log_id = :log AND position = :at"
        connection.execute(text(f"UPDATE audit_events SET actor = 'moderator:x' WHERE {where}"), values)  # noqa: S608


def test_a_whole_log_is_whole_and_each_event_is_told_of(
    long: Newsroom, ended: list[Break | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moderation.verification._TOLD_EVERY", 10)
    told: list[tuple[int, int]] = []
    found = audit.verify(long.desk, OPERATOR, progress=lambda done, total: told.append((done, total)))
    assert all(one.ok for one in found)
    assert ended == [None]
    assert {total for _, total in told} == {sum(one.size for one in found)}
    assert max(told) == (sum(one.size for one in found),) * 2
    assert [one.checkpoints for one in found if one.log_id == long.site.id] == [1]


def test_the_first_break_of_all_parts_is_named(long: Newsroom, ended: list[Break | None]) -> None:
    change(long, 100)
    assert broken(long) == [Break(position=100, kind=BreakKind.ALTERED)]
    assert ended == [None]
    change(long, 7)
    assert broken(long) == [Break(position=7, kind=BreakKind.ALTERED)]
    assert ended[1:] == [Break(position=7, kind=BreakKind.ALTERED)]


@ON_SQLITE
@pytest.mark.parametrize("program", ["import sys; sys.exit(3)", "print(5)", "raise SystemExit(input() and 0)"])
def test_a_process_that_does_not_come_to_an_end_is_replaced_by_this_one(
    long: Newsroom, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = processes.subprocess.Popen

    def instead(command: list[str], **options: object) -> object:
        assert command[:2] == [sys.executable, "-m"]
        return started([sys.executable, "-c", program], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(processes.subprocess, "Popen", instead)
    assert broken(long) == []
    change(long, 7)
    assert broken(long) == [Break(position=7, kind=BreakKind.ALTERED)]


@ON_SQLITE
def test_where_no_process_can_be_started_one_is_enough(long: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.processes.sys.executable", "/nowhere/python")
    change(long, 100)
    assert broken(long) == [Break(position=100, kind=BreakKind.ALTERED)]


@ON_SQLITE
def test_a_check_that_is_given_up_leaves_no_process(long: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    start = processes.start
    monkeypatch.setattr(processes, "start", lambda *given, **how: begun.append(start(*given, **how)) or begun[-1])
    monkeypatch.setattr("moderation.verification._TOLD_EVERY", 10)

    def given_up(done: int, total: int) -> None:
        if begun:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit.verify(long.desk, OPERATOR, progress=given_up)
    assert [process.poll() is not None for process in begun] == [True]


@ON_SQLITE
def test_a_process_that_dies_before_it_is_told_its_part_leaves_no_pipe(
    long: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = processes.subprocess.Popen
    begun: list[Any] = []

    def dead(_command: list[str], **options: Any) -> object:
        begun.append(started([sys.executable, "-c", ""], **options))
        begun[-1].wait()
        return begun[-1]

    monkeypatch.setattr(processes.subprocess, "Popen", dead)
    assert broken(long) == []
    assert [(process.stdin.closed, process.stdout.closed) for process in begun] == [(True, True)]


def test_a_task_is_told_in_one_line() -> None:
    part = Part(log_id=3, start=10, end=20, heads={4: {b"a" * 32}, 15: {b"b" * 32, b"c" * 32}})
    task = Task(database="postgresql://user:secret@host/taliq", part=part)
    assert "\n" not in task.to_json()
    assert Task.from_json(task.to_json()) == task
