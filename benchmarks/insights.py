"""Charts over a long history: how soon each has its numbers, what their upkeep costs. `python -m benchmarks.insights`

A history of bursts is written (benchmarks/history.py), counted anew, and every question asked over a week by hours, a
month by days and all of it by months: from the tallies, and by GROUP BY in the same process, with equal answers. Then
batches of 1,000 comments come in through the use case, and after each the tallies follow: the share of intake that this
takes, and the events a second that they follow at. Times are of this process's processor, so that a busy machine
matters less; on PostgreSQL the server's work is not in them, so there the clock on the wall is shown.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks import corpus, history, newsroom, options
from benchmarks.databases import SQLITE, Databases
from benchmarks.figures import check, rate, show, times
from benchmarks.newsroom import OPERATOR, SITE, Newsroom
from db.stores.insights.store import InsightStore
from moderation import parsing
from moderation.comment import Incoming
from moderation.engagement import Grain, InsightFilter, Period
from moderation.service import intake
from moderation.service.insights import WORKLOAD_DAYS
from moderation.service.rollups import roll_up

BATCH = 1_000
# Of what comes anew to a history of few.
_LONGEST = timedelta(days=30)
_ANY = InsightFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    name: str
    ask: Callable[[InsightStore, int, Period, datetime], object]


# Each is what one chart of the page draws.
CHARTS = (
    Chart(name="overview", ask=lambda s, site, p, now: s.overview(site, p, _ANY)),
    Chart(name="volume and band", ask=lambda s, site, p, now: s._talk.volume(site, p, _ANY, now=now)),
    Chart(name="what takes off", ask=lambda s, site, p, now: s._talk.takeoff(site, p, _ANY, now=now)),
    Chart(name="sections", ask=lambda s, site, p, now: s._talk.sections(site, p, _ANY)),
    Chart(name="civility", ask=lambda s, site, p, now: s.civility(site, p, _ANY)),
    Chart(name="articles", ask=lambda s, site, p, now: s._overview.groups(site, p, _ANY, by="article_id")),
    Chart(name="removed", ask=lambda s, site, p, now: s._conversation.removed(site, p, _ANY)),
    Chart(name="reasons", ask=lambda s, site, p, now: s._conversation.reasons(site, p, _ANY)),
    Chart(name="threads that turn", ask=lambda s, site, p, now: s._conversation.turns(site, p, _ANY)),
    Chart(name="shape", ask=lambda s, site, p, now: s._conversation.shape(site, p, _ANY)),
    Chart(name="languages", ask=lambda s, site, p, now: s._conversation.languages(site, p, _ANY)),
    Chart(name="heat", ask=lambda s, site, p, now: s._agenda.heat(site, p, _ANY)),
    Chart(name="candidates", ask=lambda s, site, p, now: s._agenda.candidates(site, p, _ANY)),
    Chart(name="to the newsroom", ask=lambda s, site, p, now: s._agenda.asks(site, p, _ANY)),
    Chart(name="picks", ask=lambda s, site, p, now: s._agenda.picks(site, p, _ANY)),
    Chart(name="queue now", ask=lambda s, site, p, now: s._work.queue(site, _ANY, now=now)),
    Chart(
        name="arrived and left", ask=lambda s, site, p, now: s._work.flow(site, p, _ANY, began=s.began(site), now=now)
    ),
    Chart(name="time to decision", ask=lambda s, site, p, now: s._overview.desk(site, p, _ANY)),
    Chart(name="the machine", ask=lambda s, site, p, now: s._work.machine(site, p, _ANY)),
    Chart(name="agreement", ask=lambda s, site, p, now: s._work.agreement(site, p, _ANY)),
    Chart(name="appeals", ask=lambda s, site, p, now: s._work.appeals(site, p, _ANY)),
    Chart(name="everybody's shifts", ask=lambda s, site, p, now: s.shifts(site, _month(p), staff_id=None)),
    Chart(name="who comes back", ask=lambda s, site, p, now: s._readers.returns(site, p, _ANY)),
    Chart(name="concentration", ask=lambda s, site, p, now: s._readers.concentration(site, p, _ANY)),
    Chart(name="contributors", ask=lambda s, site, p, now: s._readers.contributors(site, p, _ANY)),
    Chart(name="reporters", ask=lambda s, site, p, now: s._readers.reporters(site, p, _ANY)),
)


def _month(period: Period) -> Period:
    """Shifts are of a month at most (docs/insights.md)."""
    return replace(period, start=max(period.start, period.end - timedelta(days=WORKLOAD_DAYS)))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, default=10_000_000, help="comments (default 10,000,000)")
    parser.add_argument("--existing", help="a database that benchmarks.history wrote, instead of a new one")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    size = 3_000 if given.quick else given.size
    if given.existing:
        backend = given.existing.partition(":")[0]
        newsroom.prepare(given.existing)
        with newsroom.existing(given.existing) as place:
            _measure(place, backend, given.quick)
        return
    with Databases() as databases:
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url) as place:
                with _clock() as taken:
                    history.write(place, size, queued=min(5_000, size // 100))
                print(f"\n{backend}: {size:,} comments written in {taken[0]:,.0f} s")
                _measure(place, backend, given.quick)


def _measure(place: Newsroom, backend: str, quick: bool) -> None:
    with _clock() as taken:
        roll_up(place.desk, OPERATOR, anew=True)
    comments = place.count(history.schema.comments)
    print(f"{backend}: counted anew in {taken[0]:,.1f} s, {rate(comments, taken[0])} comments a second")
    rows = [_row(place, chart, backend) for chart in CHARTS]
    spans = list(_periods(place))
    columns = ("chart", *(f"{name}: ms, by GROUP BY, ratio" for name in spans))
    show(f"Charts' numbers over {comments:,} comments, {backend}", columns, rows)
    _upkeep(place, backend, stored=comments, batches=3 if quick else 30)


def _row(place: Newsroom, chart: Chart, backend: str) -> tuple[str, ...]:
    cells = [chart.name]
    for period in _periods(place).values():
        quick, told = _asked(place, chart, period, backend, beforehand=True)
        slow, counted = _asked(place, chart, period, backend, beforehand=False)
        check(told == counted, f"{chart.name}: the tallies tell otherwise than the comments")
        cells.append(f"{quick * 1e3:.1f}, {slow * 1e3:,.0f}, {times(slow, quick)}")
    # Some take minutes over ten million, and whoever ends it has what was measured so far.
    print(": ".join((cells[0], "; ".join(cells[1:]))), file=sys.stderr, flush=True)
    return tuple(cells)


def _asked(place: Newsroom, chart: Chart, period: Period, backend: str, *, beforehand: bool) -> tuple[float, object]:
    """The median of three, in a transaction of its own each, as the page asks."""
    taken, found = [], None
    for _ in range(3 if beforehand else 1):
        with place.plant.engine.connect() as connection:
            store, now = InsightStore(connection, beforehand=beforehand), place.desk.now()
            began = _now(backend)
            found = chart.ask(store, place.site.id, period, now.replace(minute=0, second=0, microsecond=0))
            taken.append(_now(backend) - began)
    return median(taken), found


def _periods(place: Newsroom) -> dict[str, Period]:
    zone = ZoneInfo(place.site.time_zone)
    today = place.desk.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = {
        "week by hours": (7, Grain.HOUR),
        "month by days": (31, Grain.DAY),
        "years by months": (1_096, Grain.MONTH),
    }
    return {
        name: Period(
            start=today - timedelta(days=days - 1), end=today + timedelta(days=1), grain=grain, time_zone=zone.key
        )
        for name, (days, grain) in spans.items()
    }


def _upkeep(place: Newsroom, backend: str, *, stored: int, batches: int) -> None:
    """Batches of new comments, as close to each other as the history's; after each the tallies follow."""
    comments = list(_new(place, batches, stored=stored, seed=3))
    took_in = followed = 0.0
    events = 0
    for batch in _batches(comments):
        began = _now(backend)
        intake.submit(place.desk, OPERATOR, batch, site=SITE)
        between = _now(backend)
        events += roll_up(place.desk, OPERATOR, site=SITE).events
        took_in, followed = took_in + between - began, followed + _now(backend) - between
    check(events >= len(comments), f"{events} events followed, of {len(comments)} comments")
    show(
        f"Upkeep after batches of {BATCH:,}, {backend}",
        ("what", "seconds", "a second"),
        [
            ("intake", f"{took_in:.2f}", rate(len(comments), took_in)),
            ("the tallies follow, batch by batch", f"{followed:.2f}", rate(events, followed)),
        ],
    )
    print(f"\nupkeep is {followed / took_in:.1%} of intake")
    _catch_up(place, backend, stored=stored, batches=batches)


def _catch_up(place: Newsroom, backend: str, *, stored: int, batches: int) -> None:
    """The same number at once, as after an import."""
    for batch in _batches(_new(place, batches, stored=stored, seed=4)):
        intake.submit(place.desk, OPERATOR, batch, site=SITE)
    began = _now(backend)
    events = roll_up(place.desk, OPERATOR, site=SITE).events
    print(f"caught up with {events:,} events at {rate(events, _now(backend) - began)} a second")


def _new(place: Newsroom, batches: int, *, stored: int, seed: int) -> Iterator[Incoming]:
    span = min(timedelta(days=365 * history.YEARS) * batches * BATCH / stored, _LONGEST)
    now = place.desk.now()
    for one in corpus.comments(batches * BATCH, seed=seed, prefix=f"upkeep {seed} {stored}", span=span):
        yield parsing.incoming(one, now=now)


def _batches(rows: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    batch: list[Incoming] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []


@contextmanager
def _clock() -> Iterator[list[float]]:
    taken = [0.0]
    began = time.perf_counter()
    yield taken
    taken[0] = time.perf_counter() - began


def _now(backend: str) -> float:
    """SQLite works in this process, so its processor's time is all that was spent."""
    return time.process_time() if backend == SQLITE else time.perf_counter()


if __name__ == "__main__":
    main()
