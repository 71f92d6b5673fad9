"""A newsroom to measure in: a site, its moderators, a key; and what must hold of its database afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import ColumnElement, Table, func, select

from benchmarks.figures import check
from dashboard.settings import from_environment
from dashboard.wiring import Plant, build
from db import schema
from moderation import parsing
from moderation.article import Mode, Site
from moderation.audit import EventType
from moderation.comment import Status
from moderation.roles import Operator, Role, Session
from moderation.service import accounts, audit, intake, settings
from moderation.service.desk import Desk

SITE = "bench"
OPERATOR = Operator(name="bench")
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """`moderators` are names; `secret` is a key of the site."""

    plant: Plant
    site: Site
    moderators: tuple[str, ...]
    secret: str

    @property
    def desk(self) -> Desk:
        return self.plant.desk

    @property
    def database(self) -> str:
        return self.plant.settings.database

    def link(self, name: str) -> str:
        """A token that signs this moderator in once."""
        return accounts.issue_link(self.desk, OPERATOR, name)

    def session(self, name: str) -> Session:
        opened = accounts.sign_in_by_link(self.desk, self.link(name), address="127.0.0.1")
        return Session(token_hash=accounts.token_hash(opened.token))

    def submit(self, comments: Iterable[dict[str, str]]) -> None:
        rows = iter(comments)
        while batch := list(islice(rows, _BATCH)):
            items = [parsing.incoming(row, now=self.desk.now()) for row in batch]
            intake.submit(self.desk, OPERATOR, items, site=SITE)

    def count(self, table: Table, *where: ColumnElement[bool]) -> int:
        with self.plant.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()

    def check_intake(self, comments: int) -> int:
        """Every comment judged, decided, sealed, and queued if it was held; how many wait."""
        for table in (schema.comments, schema.scores, schema.decisions):
            check(self.count(table) == comments, f"{comments} rows in {table.name}, not {self.count(table)}")
        sealed = self.count(schema.audit_events, schema.audit_events.c.type == EventType.COMMENT_SUBMITTED.value)
        check(sealed == comments, f"{comments} events, not {sealed}")
        waiting = self.count(schema.queue)
        held = self.count(schema.comments, schema.comments.c.status == Status.PENDING.value)
        check(waiting == held, f"{held} comments held, {waiting} in the queue")
        self.check_log()
        return waiting

    def check_log(self) -> None:
        for found in audit.verify(self.desk, OPERATOR):
            check(found.ok, f"the log {found.origin} breaks at {found.first_break}")


def plant_of(database: str) -> Plant:
    """Of the environment's settings, as the programs that are measured take theirs: they sign with one key."""
    return build(replace(from_environment(), database_url=database))


def prepare(database: str) -> None:
    plant = plant_of(database)
    plant.prepare()
    plant.close()


@contextmanager
def existing(database: str) -> Iterator[Newsroom]:
    """What another process has filled: only to be counted."""
    plant = plant_of(database)
    try:
        [site] = accounts.sites(plant.desk, OPERATOR)
        yield Newsroom(plant=plant, site=site, moderators=(), secret="")
    finally:
        plant.close()


@contextmanager
def opened(database: str, *, moderators: int = 0, mode: Mode = Mode.POST) -> Iterator[Newsroom]:
    """A new one in an empty database. With `Mode.PRE` every comment waits for a moderator."""
    plant = plant_of(database)
    try:
        plant.prepare()
        site = accounts.add_site(plant.desk, OPERATOR, name=SITE, title="المرصد", mode=mode)
        names = tuple(f"moderator-{number}" for number in range(moderators))
        for name in names:
            accounts.add_staff(plant.desk, OPERATOR, name=name, display_name=name, role=Role.MODERATOR)
        _, secret = settings.issue_key(plant.desk, OPERATOR, site=SITE, name="bench")
        yield Newsroom(plant=plant, site=site, moderators=names, secret=secret)
    finally:
        plant.close()
