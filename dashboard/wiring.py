"""The composition root: the only place that knows the database, the clock, chance and the settings together."""

from __future__ import annotations

import atexit
import secrets
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine

from dashboard import settings as deployment
from dashboard.chance import salt, salts
from dashboard.checkers import Processes
from dashboard.clock import now
from dashboard.second_factor import TimeCodes
from dashboard.settings import Settings
from dashboard.signing import KeyFile
from db import engine as engines
from db.alone import alone
from db.archive import SqlArchive
from db.migrate import is_begun, is_current, upgrade
from db.readiness import Readiness
from db.statistics import gather
from db.unit_of_work import reporting_trouble, units_of
from moderation.score import Scorer
from moderation.service.denials import watched
from moderation.service.desk import Desk
from moderation.service.judges import Judges

_SEQUENCES = 1 << 12


class Ids:
    """63-bit ids that grow with time: 41 bits of milliseconds since 2024, 10 of this process, 12 of sequence.

    The layout is Twitter's Snowflake. Rows made later sort later, and a batch knows its ids before it is inserted.
    """

    _EPOCH = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = secrets.randbits(10) << 12
        self._at = 0
        self._sequence = 0

    def __call__(self) -> int:
        (made,) = self.many(1)
        return made

    def many(self, count: int) -> list[int]:
        """Ids in their order."""
        clock = time.time_ns() // 1_000_000 - self._EPOCH
        made: list[int] = []
        with self._lock:
            if clock > self._at:
                self._at, self._sequence = clock, 0
            while len(made) < count:
                # More than 4,096 in a millisecond, or a clock set back, borrow from the next one: ids never repeat.
                if self._sequence == _SEQUENCES:
                    self._at, self._sequence = self._at + 1, 0
                more = min(count - len(made), _SEQUENCES - self._sequence)
                first = self._at << 22 | self._process | self._sequence
                made += range(first, first + more)
                self._sequence += more
        return made


class Argon2Passwords:
    """argon2id with the least parameters of ASVS 5.0, appendix C: 46 MiB, one pass.

    Hashed in one spelling, as NIST SP 800-63B asks: keyboards differ in how they write the same letter and its marks.
    """

    def __init__(self, *, memory_kib: int = 47_104) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=memory_kib, parallelism=1)

    def hash(self, password: str) -> str:
        return self._hasher.hash(_in_one_spelling(password))

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_urlsafe(32))

    def verify(self, hashed: str | None, password: str) -> bool:
        # As it was typed comes second, for passwords that were hashed so before.
        return any(self._fits(hashed, one) for one in dict.fromkeys((_in_one_spelling(password), password)))

    def _fits(self, hashed: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobodys, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def _in_one_spelling(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A desk with what the process needs to look after it."""

    settings: Settings
    desk: Desk
    scorer: Judges
    engine: Engine
    archive: SqlArchive
    readiness: Readiness

    def prepare(self) -> None:
        """Bring the database to this version's shape; safe to call at every start."""
        with reporting_trouble():
            upgrade(self.engine)

    def expect_much(self, *, before_commit: Callable[[], None]) -> None:
        """See `db.engine.expect_much`."""
        engines.expect_much(self.engine, before_commit=before_commit)

    def alone(self, name: str) -> AbstractContextManager[bool]:
        """See `db.alone.alone`."""
        return alone(self.engine, name)

    def gather_statistics(self) -> None:
        """Once the database holds many times what it held, so that it finds what it looks for by the right indexes."""
        with reporting_trouble():
            gather(self.engine)

    def is_begun(self) -> bool:
        """Whether there is a desk in the database, of whatever version."""
        with reporting_trouble():
            return is_begun(self.engine)

    def is_current(self) -> bool:
        """Whether the database answers and has this version's shape."""
        with reporting_trouble():
            return is_current(self.engine)

    def is_ready(self) -> bool:
        """The same, and whether it can be written."""
        with reporting_trouble():
            return self.readiness()

    def close(self) -> None:
        self.engine.dispose()


def database_file(settings: Settings) -> Path | None:
    """Where SQLite keeps it; None where another server does. Nothing is made by asking."""
    return engines.file_of(settings.database)


def _classifier(folder: Path | None) -> Scorer:
    """Loaded when first asked: commands that judge nothing do not wait for it."""
    from moderation.classifier import Classifier

    return Classifier.load(folder)


def _alike(texts: Sequence[str]) -> list[list[int]]:
    # Loaded when it is first asked for: most processes never are.
    from moderation.classifier.alike import groups

    return groups(texts)


def build(settings: Settings) -> Plant:
    engine = engines.connect(settings.database, witnesses=settings.key_files.values())
    new_id = Ids()
    read = units_of(engine, new_id=new_id, read_only=True)
    scorer = Judges(lambda: _classifier(settings.model), read)
    desk = Desk(
        begin=units_of(engine, new_id=new_id),
        read=read,
        now=now,
        new_id=new_id,
        new_ids=new_id.many,
        token=lambda: secrets.token_urlsafe(32),
        salt=salt,
        salts=salts,
        scorer=scorer,
        shadow=scorer.shadow,
        passwords=Argon2Passwords(),
        codes=TimeCodes(settings.secrets_file),
        signer=KeyFile(settings.key_file),
        alike=_alike,
        checkers=Processes(database=settings.database),
        shared_accounts=settings.shared_accounts,
    )
    return Plant(
        settings=settings,
        desk=watched(desk),
        scorer=scorer,
        engine=engine,
        archive=SqlArchive(engine, new_id),
        readiness=Readiness(engine),
    )


_building = threading.Lock()


def plant() -> Plant:
    """The process's one, from the environment."""
    with _building:
        return _plant()


@lru_cache(maxsize=1)
def _plant() -> Plant:
    made = build(deployment.from_environment())
    # SQLite then moves what its write-ahead log holds into the database.
    atexit.register(made.close)
    return made


def desk() -> Desk:
    return plant().desk
