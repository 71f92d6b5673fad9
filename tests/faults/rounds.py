"""Rounds of load, each ended by SIGKILL at a random moment, and what must be true after each."""

from __future__ import annotations

import os
import random
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func
from sqlalchemy import select as query

from dashboard.clock import now
from db.schema import audit_events, comments, decisions, queue
from moderation.errors import ModerationError
from moderation.queue import LEASE
from moderation.service import audit, review
from tests.builders import OPERATOR, Newsroom, open_newsroom
from tests.faults import victims
from tests.faults.servers import Place

# Rows of the file that is imported meanwhile, and the longest time in seconds from the first answer to the kill.
_ROWS, _LOAD = 2_000, 0.4
_PATIENCE = 300
_IMPORT_EVERY = 3
Act = Callable[[victims.Tell], None]


@dataclass
class Tally:
    kills: int = 0
    comments: set[str] = field(default_factory=set)
    decisions: set[int] = field(default_factory=set)
    claims_freed: int = 0

    def take(self, lines: list[str]) -> None:
        for line in lines:
            kind, _, name = line.partition(" ")
            if kind == "c":
                self.comments.add(name)
            elif kind == "d":
                self.decisions.add(int(name))


class Run:
    """`kill_server`: the database's server dies and is started again, while the process that uses it lives on."""

    def __init__(self, place: Place, seed: int, *, kill_server: bool = False) -> None:
        self.place, self.kill_server, self.tally = place, kill_server, Tally()
        self._chance = random.Random(seed)
        self._files: list[Path] = []
        self._new_file()
        plant = victims.plant_of(place.url, place.folder)
        plant.prepare()
        self._newsroom: Newsroom = open_newsroom(plant, clock=now)  # type: ignore[arg-type]
        plant.close()

    def _new_file(self) -> None:
        """The next file to import; the one before was read to its end."""
        number = len(self._files)
        self._files.append(self.place.folder / f"old{number}.jsonl")
        rows = (_imported(f"old-{number}-{row}") for row in range(_ROWS))
        self._files[-1].write_text("".join(rows), encoding="utf-8")

    def go(self, kills: int, told: Callable[[Tally], None] = lambda _: None) -> Tally:
        for number in range(kills):
            self._round(number)
            self.check()
            told(self.tally)
        self._finish_import()
        self.check(imported=_ROWS * len(self._files))
        return self.tally

    def _round(self, number: int) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listening:
            port = listening.getsockname()[1]
            people = [self._newsroom.moderator, self._newsroom.second]
            acts: list[Act] = [
                victims.server(self.place.url, self.place.folder, listening, people),
                victims.client(port, self._newsroom.secret, f"r{number}a"),
                victims.client(port, self._newsroom.secret, f"r{number}b"),
            ]
            if number % _IMPORT_EVERY == 0:
                acts.append(victims.importer(self.place.url, self.place.folder, self._files[-1]))
            started = [victims.forked(act) for act in acts]
        with _ended(started):
            lines = _until_told(started, "cd")
            time.sleep(self._chance.uniform(0, _LOAD))
            if self.kill_server:
                self.place.kill()
                self.place.start()
                lines += _rest(started, block=False)
                # The processes that lost their database work again, by themselves.
                lines += _until_told(started, "cd")
            os.kill(started[0][0], signal.SIGKILL)
        lines += _rest(started, block=True)
        if "i done" in lines:
            self._new_file()
        self.tally.kills += 1
        self.tally.take(lines)

    def _finish_import(self) -> None:
        started = [victims.forked(victims.importer(self.place.url, self.place.folder, self._files[-1]))]
        with _ended(started, wait=True):
            _until_told(started, "i")

    def check(self, imported: int | None = None) -> None:
        plant = victims.plant_of(self.place.url, self.place.folder)
        try:
            with plant.engine.connect() as connection:
                stored = list(connection.execute(query(comments.c.external_id)).scalars())
                made = set(connection.execute(query(decisions.c.id)).scalars())
                once = query(audit_events.c.subject).where(audit_events.c.type == "comment:submitted")
                submitted = list(connection.execute(once).scalars())
                twice = query(decisions.c.comment_id).where(decisions.c.staff_id.is_not(None))
                doubled = connection.execute(twice.group_by(decisions.c.comment_id).having(func.count() > 1)).all()
                claimed = query(queue.c.comment_id).where(queue.c.claimed_by.is_not(None))
                held = list(connection.execute(claimed).scalars())
                whole = self.place.server or connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert whole, "the file is damaged"
            assert self.tally.comments <= set(stored), "an acknowledged comment is lost"
            assert self.tally.decisions <= made, "an acknowledged decision is lost"
            assert len(stored) == len(set(stored)) == len(submitted) == len(set(submitted)), "a comment is doubled"
            assert not doubled, "a decision is doubled"
            assert all(one.ok for one in audit.verify(plant.desk, OPERATOR)), "the log does not verify"
            if imported is not None:
                assert sum(one.startswith("old-") for one in stored) == imported, "an import left rows out"
            self._claims_are_freed(plant, held)
        finally:
            plant.close()

    def _claims_are_freed(self, plant: victims.Plant, held: list[int]) -> None:
        later = replace(plant.desk, now=lambda: now() + LEASE + timedelta(seconds=1))
        for comment_id in held:
            try:
                card = review.open_card(later, self._newsroom.admin, comment_id)
            except ModerationError as error:
                raise AssertionError("a claim of the dead is in the way") from error
            assert card.claimed, "a claim of the dead is in the way"
            review.release(later, self._newsroom.admin)
            self.tally.claims_freed += 1


def _imported(name: str) -> str:
    return (
        f'{{"external_id": "{name}", "article_id": "a", "commenter_id": "u", "body": "civil {name}", '
        '"created_at": "2025-01-01T00:00:00Z"}\n'
    )


@contextmanager
def _ended(started: list[tuple[int, int]], *, wait: bool = False) -> Iterator[None]:
    try:
        yield
    finally:
        for process, _ in started:
            if not wait:
                os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


# By pipe: the part of a line that has no end yet, and those whose processes have ended.
_rests: dict[int, bytes] = {}
_over: set[int] = set()


def _until_told(started: list[tuple[int, int]], kinds: str) -> list[str]:
    """Lines up to where each of these kinds was told once."""
    lines: list[str] = []
    last = time.monotonic() + _PATIENCE
    while not set(kinds) <= {line[0] for line in lines}:
        if time.monotonic() > last:
            raise AssertionError(f"nothing of {kinds} in {_PATIENCE} seconds, only {len(lines)} others")
        ready, _, _ = select.select([reading for _, reading in started if reading not in _over], [], [], 0.5)
        for reading in ready:
            lines += _lines(reading)
    return lines


def _lines(reading: int) -> list[str]:
    got = os.read(reading, 65_536)
    if not got:
        _over.add(reading)
    *lines, _rests[reading] = (_rests.get(reading, b"") + got).split(b"\n")
    return [line.decode() for line in lines]


def _rest(started: list[tuple[int, int]], *, block: bool) -> list[str]:
    """What was told until now; with `block` until the processes have ended, whose pipes are closed then."""
    lines: list[str] = []
    for _, reading in started:
        while (block or select.select([reading], [], [], 0)[0]) and reading not in _over:
            lines += _lines(reading)
        if block:
            os.close(reading)
            _rests.pop(reading, None)
            _over.discard(reading)
    return lines
