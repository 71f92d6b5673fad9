"""Whoever writes the database behind its triggers is found, at the first event that they touched.

`TALIQ_FULL=1 make test ARGS=tests/moderation/service/test_tampering.py` tries a thousand on each database.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from dashboard.signing import KeyFile
from db.unit_of_work import SqlUnitOfWork
from moderation.checkpoint import Checkpoint, signed
from moderation.service import audit, walking
from moderation.service.desk import Desk
from moderation.stored_tree import StoredTree
from moderation.tree import Frontier, leaf_hash
from moderation.verification import Break, BreakKind, Part, Verification, break_of_part
from tests.amounts import amount
from tests.builders import OPERATOR, SITE, Newsroom

TIMES = amount(70, full=1_000)
TEXTS, BYTES = ("body", "type", "actor", "subject"), ("leaf", "subtree")


@dataclass(frozen=True)
class Tampered:
    """What was done, and the first event that it touched; None where a head or a checkpoint was."""

    what: str
    position: int | None


class Forger:
    """Has all rights on the database, knows how the log is made, and has a key that is not the desk's."""

    def __init__(self, connection: Connection, chance: random.Random, *, log: int, size: int, key: KeyFile) -> None:
        self._connection = connection
        self._chance = chance
        self._log, self._size, self._key = log, size, key

    def run(self, statement: str, **values: object) -> list[Any]:
        found = self._connection.execute(text(statement), {"log": self._log, **values})
        return list(found.all()) if found.returns_rows else []

    def flips_a_bit(self) -> Tampered:
        at = self._chance.randrange(self._size)
        column = self._chance.choice([*TEXTS, *BYTES, "at", "machine"])
        ((value,),) = self.run(f"SELECT {column} FROM audit_events WHERE log_id = :log AND position = :at", at=at)  # noqa: S608
        self._set(at, **{column: self._flipped(value, column)})
        return Tampered(f"{column} of an event", at)

    def removes(self) -> Tampered:
        at = self._chance.randrange(self._size)
        self.run("DELETE FROM audit_events WHERE log_id = :log AND position = :at", at=at)
        return Tampered("an event removed", at)

    def removes_and_closes_the_gap(self) -> Tampered:
        at = self._chance.randrange(self._size - 1)
        self.run("DELETE FROM audit_events WHERE log_id = :log AND position = :at", at=at)
        self._shift(at, -1)
        return Tampered("an event removed, the rest moved up", at)

    def inserts(self) -> Tampered:
        at, of = self._chance.randrange(self._size), self._chance.randrange(self._size)
        self._shift(at, 1)
        self._copy(of if of < at else of + 1, at)
        # A copy of what stands here is where it belongs; the second of the two is what is too much.
        return Tampered("an event inserted", at + 1 if of == at else at)

    def appends(self) -> Tampered:
        of = self._chance.randrange(self._size)
        self._copy(of, self._size)
        return Tampered("an event appended", self._size)

    def swaps(self) -> Tampered:
        one, two = sorted(self._chance.sample(range(self._size), 2))
        for before, after in ((one, -5), (two, one), (-5, two)):
            self.run("UPDATE audit_events SET position = :b WHERE log_id = :log AND position = :a", a=before, b=after)
        return Tampered("two events swapped", one)

    def swaps_and_writes_their_places_in(self) -> Tampered:
        tampered = self.swaps()
        assert tampered.position is not None
        self._rewrite(tampered.position, lambda body: {**body}, heads=False)
        return Tampered("two events swapped and sealed anew, but not the head", tampered.position)

    def changes_the_head(self) -> Tampered:
        column = self._chance.choice(["root", "frontier", "size", "origin"])
        ((value,),) = self.run(f"SELECT {column} FROM logs WHERE id = :log")  # noqa: S608
        self.run(f"UPDATE logs SET {column} = :value WHERE id = :log", value=self._flipped(value, column))  # noqa: S608
        return Tampered(f"{column} of the head", None)

    def loses_the_head(self) -> Tampered:
        self.run("DELETE FROM logs WHERE id = :log")
        return Tampered("the head removed", None)

    def changes_a_checkpoint(self) -> Tampered:
        column = self._chance.choice(["root", "size", "note"])
        rows = self.run("SELECT root, size, note FROM checkpoints WHERE log_id = :log ORDER BY size")
        row = self._chance.choice(rows)
        flipped = self._flipped(getattr(row, column), column)
        where = "log_id = :log AND size = :size"
        self.run(f"UPDATE checkpoints SET {column} = :value WHERE {where}", value=flipped, size=row.size)  # noqa: S608
        return Tampered(f"{column} of a checkpoint", None)

    def rewrites_history(self) -> Tampered:
        at = self._chance.randrange(self._covered())
        self._rewrite(at, self._blame)
        return Tampered("history written anew, head and all", at)

    def rewrites_history_and_signs_it(self) -> Tampered:
        self._rewrite(self._chance.randrange(self._covered()), self._blame)
        ((origin,),) = self.run("SELECT origin FROM logs WHERE id = :log")
        change = "UPDATE checkpoints SET root = :root, note = :note WHERE log_id = :log AND size = :size"
        for row in self.run("SELECT size FROM checkpoints WHERE log_id = :log"):
            where = "log_id = :log AND position < :size ORDER BY position"
            frontier = Frontier()
            for (leaf,) in self.run(f"SELECT leaf FROM audit_events WHERE {where}", size=row.size):  # noqa: S608
                frontier.append(bytes(leaf))
            root = frontier.root()
            note = signed(Checkpoint(origin=origin, size=row.size, root=root), self._key)
            self.run(change, root=root, note=note, size=row.size)
        return Tampered("history written anew and its checkpoints signed by another key", None)

    def cuts_off(self) -> Tampered:
        left = self._chance.randrange(1, self._covered())
        self.run("DELETE FROM audit_events WHERE log_id = :log AND position >= :left", left=left)
        self._rewrite(left, lambda body: body)
        return Tampered("the end cut off, head and all", left)

    def _blame(self, body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "actor": "moderator:somebody-else"}

    def _covered(self) -> int:
        return int(self.run("SELECT max(size) FROM checkpoints WHERE log_id = :log")[0][0])

    def _set(self, position: int, /, **values: object) -> None:
        changes = ", ".join(f"{name} = :{name}_" for name in values)
        given = {f"{name}_": value for name, value in values.items()} | {"place": position}
        self.run(f"UPDATE audit_events SET {changes} WHERE log_id = :log AND position = :place", **given)  # noqa: S608

    def _shift(self, first: int, by: int) -> None:
        """In two steps, because places are unique all the while."""
        far = 1_000_000
        where = "log_id = :log AND position >= :first"
        self.run(f"UPDATE audit_events SET position = position + {far} WHERE {where}", first=first)  # noqa: S608
        self.run(f"UPDATE audit_events SET position = position - {far - by} WHERE {where}", first=far)  # noqa: S608

    def _copy(self, of: int, at: int) -> None:
        self.run(
            "INSERT INTO audit_events (log_id, position, type, actor, subject, machine, at, body, leaf, subtree) "
            "SELECT log_id, :at, type, actor, subject, machine, at, body, leaf, subtree "
            "FROM audit_events WHERE log_id = :log AND position = :of",
            at=at,
            of=of,
        )

    def _rewrite(self, at: int, change: Callable[[dict[str, Any]], dict[str, Any]], *, heads: bool = True) -> None:
        """Everything from `at` on sealed anew, as the desk itself would have done."""
        frontier = Frontier()
        for row in self.run("SELECT position, body, leaf FROM audit_events WHERE log_id = :log ORDER BY position"):
            if row.position < at:
                frontier.append(bytes(row.leaf))
                continue
            body = {**json.loads(row.body), "position": row.position}
            body = change(body) if row.position == at else body
            written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            leaf = leaf_hash(written.encode())
            machine = body["actor"].startswith("policy:")
            columns = {"actor": body["actor"], "machine": machine, "body": written, "leaf": leaf}
            self._set(row.position, **columns, subtree=frontier.append(leaf))
        if heads:
            self.run(
                "UPDATE logs SET size = :size, root = :root, frontier = :frontier WHERE id = :log",
                size=frontier.size,
                root=frontier.root(),
                frontier=frontier.to_bytes(),
            )

    def _flipped(self, value: Any, column: str) -> Any:
        if column == "machine":
            return not value
        if isinstance(value, int):
            return value ^ 1 << self._chance.randrange(6)
        if isinstance(value, str):
            place = self._chance.randrange(len(value))
            # Within the five low bits, so that it stays a letter that every database takes.
            return value[:place] + chr(ord(value[place]) ^ 1 << self._chance.randrange(5) | 0x20) + value[place + 1 :]
        changed = bytearray(value)
        changed[self._chance.randrange(len(changed))] ^= 1 << self._chance.randrange(8)
        return bytes(changed)


WAYS = [name for name in vars(Forger) if not name.startswith("_") and name != "run"]


@contextmanager
def without_triggers(newsroom: Newsroom) -> Iterator[Connection]:
    with newsroom.plant.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.commit()
        if connection.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys = OFF")
        yield connection
        connection.rollback()
        # What was switched off must not come back with the connection from the pool.
        connection.invalidate()


def verified(desk: Desk, connection: Connection, *, kept: tuple[str, ...] = ()) -> list[Verification]:
    """As the forger left it, in the very transaction, which is then rolled back."""
    uow = SqlUnitOfWork(connection, desk.new_id)
    inside = replace(desk, read=lambda: nullcontext(uow), checkers=InParts(uow))  # type: ignore[arg-type]
    alone, shared = (audit.verify(one, OPERATOR, notes=kept) for one in (replace(inside, checkers=None), inside))
    assert alone == shared
    return alone


@dataclass(frozen=True)
class Ended:
    """A part that was checked at once."""

    found: Break | None
    done: int = 0

    def wait(self, seconds: float) -> bool:
        return True

    def result(self) -> Break | None:
        return self.found


@dataclass(frozen=True)
class InParts:
    """Checkers that read what the forger has not committed."""

    uow: SqlUnitOfWork
    count: int = 2

    @contextmanager
    def __call__(self, parts: Sequence[Part]) -> Iterator[list[Ended]]:
        yield [Ended(self._checked(part)) for part in parts]

    def _checked(self, part: Part) -> Break | None:
        rows = self.uow.log.rows(part.log_id, start=part.start or None, end=part.end)
        try:
            return break_of_part(part, rows, tree=StoredTree(self.uow.log, part.log_id).frontier(part.start))
        except ValueError:
            # As a process would end badly; but this part does not count if one before it is broken.
            return None


def named(wrong: Break, position: int | None) -> bool:
    """The very event; where all after it was written anew, the events between two checkpoints that hold it."""
    if position is None or wrong.until is None:
        return position in (None, wrong.position)
    return wrong.position <= position < wrong.until


@pytest.fixture
def filled(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """Some two hundred events, with checkpoints in between and some events after the last; that is long here."""
    monkeypatch.setattr(walking, "APART", 60)
    for count in (70, 60, 50, 9):
        for n in range(count):
            newsroom.clock.advance(milliseconds=17)
            newsroom.say(f"{'rude' if n % 5 == 0 else 'civil'} {n}")
        if count > 9:
            audit.checkpoint(newsroom.desk, OPERATOR, site=SITE)
    return newsroom


def test_every_tampering_is_found(filled: Newsroom, tmp_path: Path) -> None:
    size = next(one.size for one in audit.verify(filled.desk, OPERATOR) if one.log_id == filled.site.id)
    forgers_key = KeyFile(tmp_path / "forger.pem")
    missed, done = [], Counter[str]()
    with without_triggers(filled) as connection:
        assert all(one.ok for one in verified(filled.desk, connection))
        for number in range(TIMES):
            connection.rollback()
            forger = Forger(connection, random.Random(number), log=filled.site.id, size=size, key=forgers_key)
            tampered = getattr(forger, WAYS[number % len(WAYS)])()
            done[tampered.what] += 1
            found = [one for one in verified(filled.desk, connection) if one.log_id == filled.site.id]
            wrong = found[0].first_break if found else None
            if wrong is None or not named(wrong, tampered.position):
                missed.append((number, tampered, wrong))
    assert missed == []
    assert len(done) >= len(WAYS)


def test_who_has_the_key_too_is_found_by_a_checkpoint_that_was_kept_elsewhere(filled: Newsroom) -> None:
    """And by nothing else: that is the promise and its limit."""
    desk = filled.desk
    with desk.read() as uow:
        *_, before, kept = uow.log.checkpoints(filled.site.id)
    with without_triggers(filled) as connection:
        forger = Forger(connection, random.Random(1), log=filled.site.id, size=kept.size, key=desk.signer)  # type: ignore[arg-type]
        forger._rewrite(before.size + 3, forger._blame)
        forger.run("DELETE FROM checkpoints WHERE size = :size", size=kept.size)
        assert all(one.ok for one in verified(desk, connection))
        (wrong,) = [one.first_break for one in verified(desk, connection, kept=(kept.note,)) if not one.ok]
        assert wrong == Break(position=before.size, kind=BreakKind.FORKED, until=kept.size)


@pytest.mark.parametrize(
    ("statement", "position", "kind"),
    [
        ("UPDATE audit_events SET at = 9000000000000000000 WHERE position = 5 AND log_id = :log", 5, BreakKind.ALTERED),
        ("UPDATE audit_events SET position = -3 WHERE position = 5 AND log_id = :log", -3, BreakKind.INSERTED),
    ],
)
def test_what_no_clock_and_no_count_gives_is_named(
    filled: Newsroom, statement: str, position: int, kind: BreakKind
) -> None:
    with without_triggers(filled) as connection:
        connection.execute(text(statement), {"log": filled.site.id})
        [wrong] = [one.first_break for one in verified(filled.desk, connection) if not one.ok]
        assert wrong == Break(position=position, kind=kind)


def test_a_signed_head_that_is_deleted_is_missed_by_nobody_and_the_next_one_binds_the_same_events(
    filled: Newsroom, tmp_path: Path
) -> None:
    """As docs/audit.md says."""
    with filled.desk.read() as uow:
        first, middle, _ = uow.log.checkpoints(filled.site.id)
    with without_triggers(filled) as connection:
        forger = Forger(connection, random.Random(1), log=filled.site.id, size=180, key=KeyFile(tmp_path / "key.pem"))
        forger.run("DELETE FROM checkpoints WHERE log_id = :log AND size = :size", size=middle.size)
        assert all(one.ok for one in verified(filled.desk, connection))
        forger._rewrite(first.size + 3, forger._blame)
        [wrong] = [one.first_break for one in verified(filled.desk, connection) if not one.ok]
        assert wrong is not None
        assert named(wrong, first.size + 3)


OF_AN_EVENT = [
    "body = x'ff00ff'", "body = x''", "body = CAST(body AS BLOB)", "body = CAST(x'ff' AS TEXT)", "type = x'00'",
    "actor = x'00'", "subject = x'00'", "subject = CAST(x'ff' AS TEXT)", "at = 'zzz'", "at = x'00'", "at = 1.5",
    "machine = 'x'", "machine = 2", "leaf = 'abc'", "leaf = 5", "leaf = x''", "subtree = 'abc'", "subtree = 5",
    "subtree = 1.5", "position = 4.5",
]  # fmt: skip
WITHOUT_PLACE = ["position = 'x'", "position = x'00'", "position = 1e9 + 0.5", "log_id = 'x'"]
OF_A_HEAD = [
    "size = 'x'", "size = x'00'", "size = 1.5", "size = -5", "root = 'x'", "root = 5", "frontier = 'x'", "frontier = 5",
    "frontier = 1.5", "origin = x'00'",
]  # fmt: skip
OF_A_SIGNED = [
    "size = 'x'", "size = x'00'", "size = 1.5", "size = -5", "root = 'x'", "root = 5", "note = x'00'",
    "note = CAST(x'ff' AS TEXT)",
]  # fmt: skip


OF_ANOTHER_KIND: list[tuple[str, int | None, BreakKind]] = [
    *((f"audit_events SET {one} WHERE position = 5 AND log_id", 5, BreakKind.ALTERED) for one in OF_AN_EVENT),
    *((f"audit_events SET {one} WHERE position = 5 AND log_id", 5, BreakKind.REMOVED) for one in WITHOUT_PLACE),
    *((f"logs SET {one} WHERE id", None, BreakKind.HEAD) for one in OF_A_HEAD),
    *((f"checkpoints SET {one} WHERE size > 150 AND log_id", None, BreakKind.CHECKPOINT) for one in OF_A_SIGNED),
]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_value_that_the_column_is_not_of_is_named(filled: Newsroom) -> None:
    """SQLite takes one into any column; PostgreSQL refuses it."""
    misnamed = []
    with without_triggers(filled) as connection:
        for change, position, kind in OF_ANOTHER_KIND:
            connection.rollback()
            assert connection.execute(text(f"UPDATE {change} = :log"), {"log": filled.site.id}).rowcount == 1
            wrong = [one for one in verified(filled.desk, connection) if not one.ok]
            found = [(one.origin, one.first_break and one.first_break.kind, _place(one, position)) for one in wrong]
            if found != [(f"taliq/{SITE}", kind, position)]:
                misnamed.append((change, found))
    assert misnamed == []


def _place(found: Verification, expected: int | None) -> int | None:
    """Of what is not at one event the place says nothing."""
    return found.first_break.position if found.first_break and expected is not None else None


@pytest.mark.parametrize("size", [-1, -5, -(2**40)])
def test_a_negative_size_is_a_head_that_does_not_fit(filled: Newsroom, size: int) -> None:
    with without_triggers(filled) as connection:
        connection.execute(text("UPDATE logs SET size = :size WHERE id = :log"), {"log": filled.site.id, "size": size})
        [wrong] = [one.first_break for one in verified(filled.desk, connection) if not one.ok]
        assert wrong == Break(position=0, kind=BreakKind.HEAD)
