"""The audit log: sealing events and verifying a million of them. `python -m benchmarks.audit`

An append stores the event, its leaf and the tree's new head in one durable transaction. Verifying reads every event
back and recomputes the whole tree. In the end one event is changed behind the database's triggers, and the
verification must name it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import text

from benchmarks import newsroom, options
from benchmarks.databases import POSTGRESQL, Databases
from benchmarks.figures import check, ms, rate, show, times
from benchmarks.newsroom import OPERATOR, Newsroom
from db import schema
from moderation.audit import Event, EventType, Sealed, seal
from moderation.service import audit
from moderation.tree import Frontier
from moderation.verification import BreakKind, Claim, first_break, row_of

BATCH = 1_000
COLUMNS = ("step", "events", "events/s", "a transaction, ms")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, help="events in the log, in thousands (default 1000)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    size = 1_000 * (given.size or (2 if given.quick else 1_000))
    single = 50 if given.quick else 2_000
    with Databases() as databases:
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url) as place:
                _measure_on(place, backend, size=size, single=single)


def _measure_on(place: Newsroom, backend: str, *, size: int, single: int) -> None:
    stored = place.count(schema.audit_events)
    in_batches = _append(place, size // BATCH, BATCH)
    one_by_one = _append(place, single, 1)
    verified = _timed(place.check_log)
    alone = replace(place.desk, checkers=None)
    by_one = _timed(lambda: check(all(one.ok for one in audit.verify(alone, OPERATOR)), "the log is whole"))
    check(place.count(schema.audit_events) == stored + size + single, "every event is there")
    in_memory, computed = _in_memory(place, size)
    rows = [
        (f"append, {BATCH:,} a transaction", f"{size:,}", rate(size, sum(in_batches)), ms(in_batches)),
        ("append, 1 a transaction", f"{single:,}", rate(single, sum(one_by_one)), ms(one_by_one)),
        ("verify", f"{size + single:,}", rate(size + single, verified), "-"),
        ("verify, one process", f"{size + single:,}", rate(size + single, by_one), "-"),
        ("verify, events in memory", f"{in_memory:,}", rate(in_memory, computed), "-"),
    ]
    show(f"The audit log at {size:,} events, {backend}", COLUMNS, rows)
    faster = times(size / sum(in_batches), single / sum(one_by_one))
    print(f"\n{verified:.1f} s to verify the log, {times(by_one, verified)} as fast as one process")
    print(f"a batch seals {faster} as many a second as single appends")
    _check_tampering(place, size // 2)


def _events(place: Newsroom, count: int) -> Iterator[Event]:
    """As large as the events of intake."""
    at = place.desk.now()
    for number in range(count):
        yield Event(
            type=EventType.COMMENT_SUBMITTED,
            actor="policy:1",
            subject=f"comment:{number}",
            at=at,
            data={
                "decision": str(place.desk.new_id()),
                "version": 0,
                "outcome": "approve",
                "status": "published",
                "causes": ("civil",),
                "reasons": (),
                "inputs": f"{number:064x}",
                "model": "taliq-full",
                "text": f"{number:064x}",
                "article": str(number),
                "commenter": str(number),
            },
        )


def _append(place: Newsroom, transactions: int, events: int) -> list[float]:
    taken = []
    for _ in range(transactions):
        batch = list(_events(place, events))
        began = time.perf_counter()
        with place.desk.begin() as uow:
            uow.log.append(place.site.id, batch)
        taken.append(time.perf_counter() - began)
    return taken


def _in_memory(place: Newsroom, size: int) -> tuple[int, float]:
    """What the arithmetic alone takes, without the database."""
    count = min(size, 100_000)
    frontier = Frontier()
    sealed: list[Sealed] = seal(_events(place, count), frontier, log_id=place.site.id)

    rows = list(map(row_of, sealed))

    def verify() -> None:
        claim = Claim(size=frontier.size, root=frontier.root(), frontier=frontier.to_bytes())
        wrong = first_break(rows, claim, log_id=place.site.id)
        check(wrong is None, "the log in memory is whole")

    return count, _timed(verify)


def _timed(once: Callable[[], object]) -> float:
    began = time.perf_counter()
    once()
    return time.perf_counter() - began


def _check_tampering(place: Newsroom, position: int) -> None:
    with place.plant.engine.begin() as connection:
        if connection.dialect.name == POSTGRESQL:
            connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER audit_events_no_UPDATE"))
        where = "log_id = :log AND position = :at"
        changed = connection.execute(
            text(f"UPDATE audit_events SET body = replace(body, 'approve', 'reject') WHERE {where}"),  # noqa: S608
            {"log": place.site.id, "at": position},
        )
        check(changed.rowcount == 1, "one event was changed")
    broken = [found for found in audit.verify(place.desk, OPERATOR) if not found.ok]
    named = [(found.log_id, found.first_break) for found in broken]
    check(
        [(log, wrong.position, wrong.kind) for log, wrong in named if wrong]
        == [(place.site.id, position, BreakKind.ALTERED)],
        f"the changed event {position} is named, not {named}",
    )


if __name__ == "__main__":
    main()
