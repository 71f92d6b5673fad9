"""Claiming and deciding with a million comments in the queue. `python -m benchmarks.queue`

Every moderator decides on the card in hand and is dealt the next, over and over, without a pause, as the page does it:
600 such rounds a second are the work of three thousand people who need five seconds each. Threads share one
interpreter, as in the server; processes show what the database itself can bear.
"""

from __future__ import annotations

import argparse
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import select, text

from benchmarks import growth, newsroom, options
from benchmarks.databases import Databases
from benchmarks.figures import check, ms, rate, show, times
from benchmarks.newsroom import SITE, Newsroom
from db import schema
from moderation.article import Mode
from moderation.decision import Outcome, Reason
from moderation.queue import Order, QueueFilter
from moderation.roles import Session
from moderation.service import review
from moderation.service.desk import Desk

MODERATORS = 8
COLUMNS = ("moderators", "rounds", "claim + decide /s", "round, ms")
_WARM_UP = 5
_PATIENCE = 60.0
_PAGE = 100


@dataclass(slots=True, kw_only=True)
class Shift:
    """What one moderator did, and how long each round took in seconds."""

    rounds: list[float] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    name: str
    shifts: tuple[Shift, ...]
    seconds: float

    @property
    def rounds(self) -> int:
        return sum(len(shift.rounds) for shift in self.shifts)

    def row(self) -> tuple[object, ...]:
        taken = [one for shift in self.shifts for one in shift.rounds]
        return (self.name, f"{self.rounds:,}", rate(self.rounds, self.seconds), ms(taken))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, help="comments in the queue, in thousands (default 1000)")
    parser.add_argument("--seconds", type=float, help="how long each shift lasts (default 10)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    size = 1_000 * (given.size or (2 if given.quick else 1_000))
    seconds = given.seconds or (0.3 if given.quick else 10.0)
    with Databases() as databases:
        for backend in backends:
            with (
                databases.fresh(backend) as url,
                newsroom.opened(url, moderators=2 if given.quick else MODERATORS, mode=Mode.PRE) as place,
            ):
                _measure_on(place, backend, size=size, seconds=seconds)


def _measure_on(place: Newsroom, backend: str, *, size: int, seconds: float) -> None:
    began = time.perf_counter()
    growth.fill(place, size)
    check(place.count(schema.queue) == size, "every comment waits")
    print(f"\n{size:,} comments queued on {backend} in {time.perf_counter() - began:.0f} s")
    sessions = [place.session(name) for name in place.moderators]
    worked = [
        _by_threads(place.desk, sessions[:1], seconds),
        _by_threads(place.desk, sessions, seconds),
        _by_processes(place.database, sessions, seconds),
    ]
    _check_decided(place, worked, size=size)
    show(f"The queue at {size:,}, {backend}", COLUMNS, [one.row() for one in worked])
    show(f"Pages of {_PAGE} decisions, {backend}", ("depth", "keyset", "OFFSET", "ratio"), _pages(place, size))
    _compare_indexes(place, quick=size <= 10_000)


def work(desk: Desk, session: Session, *, until: Callable[[], bool]) -> Shift:
    shift = Shift()
    card = review.next_card(desk, session, site=SITE)
    while not until():
        check(card is not None and card.claimed, "a card for everyone")
        assert card is not None
        began = time.perf_counter()
        # One in four is rejected, as on a desk that looks at what was held.
        reject = len(shift.decided) % 4 == 3
        decided = card.comment
        _, card, _ = review.decide_and_next(
            desk,
            session,
            decided.id,
            Outcome.REJECT if reject else Outcome.APPROVE,
            seen_version=decided.version,
            reasons=(Reason.OFFENSIVE,) if reject else (),
        )
        shift.rounds.append(time.perf_counter() - began)
        shift.decided.append(decided.id)
    review.release(desk, session)
    return shift


def _rounds(number: int) -> Callable[[], bool]:
    left = iter(range(number))
    return lambda: next(left, None) is None


def _for(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= end


def _by_threads(desk: Desk, sessions: Sequence[Session], seconds: float) -> Worked:
    warm = [work(desk, session, until=_rounds(_WARM_UP)) for session in sessions]
    shifts: list[Shift | Exception] = []

    def go(session: Session) -> None:
        try:
            shifts.append(work(desk, session, until=_for(seconds)))
        except Exception as error:
            shifts.append(error)

    threads = [threading.Thread(target=go, args=(session,)) for session in sessions]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    name = "1" if len(sessions) == 1 else f"{len(sessions)} threads"
    return _worked(name, shifts, time.perf_counter() - began, warm)


def _by_processes(url: str, sessions: Sequence[Session], seconds: float) -> Worked:
    context = multiprocessing.get_context("spawn")
    started, results = context.Barrier(len(sessions) + 1), context.Queue()
    processes = [
        context.Process(target=_one_process, args=(url, session.token_hash, seconds, started, results))
        for session in sessions
    ]
    for process in processes:
        process.start()
    started.wait(_PATIENCE)
    began = time.perf_counter()
    found = [results.get(timeout=seconds + _PATIENCE) for _ in processes]
    for process in processes:
        process.join()
    shifts = [shift for _, shift in found]
    warm = [shift for shift, _ in found if shift is not None]
    return _worked(f"{len(sessions)} processes", shifts, time.perf_counter() - began, warm)


def _one_process(url: str, token_hash: str, seconds: float, started: Any, results: Any) -> None:
    plant = newsroom.plant_of(url)
    session = Session(token_hash=token_hash)
    warm = None
    try:
        warm = work(plant.desk, session, until=_rounds(_WARM_UP))
        started.wait(_PATIENCE)
        results.put((warm, work(plant.desk, session, until=_for(seconds))))
    except Exception as error:
        results.put((warm, RuntimeError(repr(error))))
    plant.close()


def _worked(name: str, shifts: Sequence[Shift | Exception], seconds: float, warm: Sequence[Shift]) -> Worked:
    for shift in shifts:
        if isinstance(shift, Exception):
            raise shift
    # Decisions of the warm-up count when it is checked that none was made twice, not in the speed.
    done = [Shift(decided=shift.decided) for shift in warm]
    return Worked(name=name, shifts=(*done, *(s for s in shifts if isinstance(s, Shift))), seconds=seconds)


def _check_decided(place: Newsroom, worked: Sequence[Worked], *, size: int) -> None:
    decided = Counter(one for each in worked for shift in each.shifts for one in shift.decided)
    twice = sum(times > 1 for times in decided.values())
    check(twice == 0, f"{twice} comments were claimed and decided twice")
    by_people = place.count(schema.decisions, schema.decisions.c.staff_id.is_not(None))
    check(by_people == len(decided), f"{len(decided)} decisions made, {by_people} stored")
    check(place.count(schema.queue) == size - len(decided), "what is decided has left the queue, and nothing else")
    place.check_log()


def _pages(place: Newsroom, size: int) -> list[tuple[object, ...]]:
    """Pages of the site's feed of decisions, as the product asks for them and with OFFSET instead."""
    rows = []
    for depth in (0, size // 10, size * 9 // 10):
        with place.desk.read() as uow, place.plant.engine.connect() as connection:
            ordered = (
                select(schema.decisions, schema.comments.c.external_id)
                .join(schema.comments, schema.comments.c.id == schema.decisions.c.comment_id)
                .where(schema.decisions.c.site_id == place.site.id)
                .order_by(schema.decisions.c.position)
            )
            by_offset = ordered.offset(depth).limit(_PAGE)
            page = connection.execute(by_offset).all()
            before = page[0].position - 1
            by_key = ordered.where(schema.decisions.c.position > before).limit(_PAGE)
            shown = [one.position for one in uow.decisions.after(place.site.id, before, limit=_PAGE)]
            check(shown == [row.position for row in page], "the product's page is the one at this depth")
            keyset = _timed(lambda: connection.execute(by_key).all(), 20)  # noqa: B023
            offset = _timed(lambda: connection.execute(by_offset).all(), 5)  # noqa: B023
        rows.append((f"{depth:,}", f"{keyset * 1000:.2f} ms", f"{offset * 1000:.2f} ms", times(offset, keyset)))
    return rows


def _timed(once: Callable[[], object], tries: int) -> float:
    once()
    taken = []
    for _ in range(tries):
        began = time.perf_counter()
        once()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _compare_indexes(place: Newsroom, *, quick: bool) -> None:
    """The store's own claim with the partial index and without it; last, because the index is dropped."""
    staff_id = _staff_id(place)

    def claim() -> None:
        now = place.desk.now()
        with place.desk.begin() as uow:
            until = now + timedelta(minutes=5)
            found = uow.queue.ask_next(
                place.site.id, staff_id=staff_id, where=QueueFilter(), order=Order.PRIORITY, until=until, now=now
            )()
            check(found is not None, "something waits")
            uow.queue.release(staff_id)

    indexed = _timed(claim, 100)
    with place.plant.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_queue_waiting"))
    plain = _timed(claim, 3 if quick else 5)
    ratio = times(plain, indexed)
    print(f"\nclaim with its partial index {indexed * 1000:.2f} ms, without {plain * 1000:.1f} ms: {ratio}")


def _staff_id(place: Newsroom) -> int:
    with place.plant.engine.connect() as connection:
        query = select(schema.staff.c.id).where(schema.staff.c.name == place.moderators[0])
        return connection.execute(query).scalar_one()


if __name__ == "__main__":
    main()
