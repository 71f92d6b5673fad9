"""Twenty and fifty moderators at once, each deciding every two seconds. `python -m benchmarks.moderators`

They sign in, load the queue and approve over WebSockets as the browser's page does, from this process, on the same
machine as the server. The latency is that from a decision sent to the next comment received.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from statistics import median

from benchmarks import growth, newsroom, options, programs
from benchmarks.databases import SQLITE, Databases
from benchmarks.figures import check, ms, percentile, rate, show, times
from benchmarks.newsroom import Newsroom
from benchmarks.streams import Moderator
from db import schema
from moderation.article import Mode

COLUMNS = (
    "moderators", "decisions", "decisions/s", "next comment, ms", "sign-in to queue, ms",
    "MB at rest", "MB a session", "MB a session after work",
)  # fmt: skip
_SETTLE = 2.0
# What comes sooner after a comment was shown is taken for a slip of the finger.
_GLANCE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    queued: int
    template: int
    moderators: tuple[int, ...]
    seconds: float
    think: tuple[float, float]


FULL = Sizes(queued=20_000, template=1_000, moderators=(20, 50), seconds=40.0, think=(1.0, 3.0))
QUICK = Sizes(queued=100, template=100, moderators=(3,), seconds=1.5, think=(0.3, 0.4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Megabytes of the server: before anyone came, with one session, with all, and when all have worked."""

    rest: float
    one: float
    all: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    moderators: int
    seconds: float
    decisions: list[float]
    openings: list[float]
    memory: Memory

    def row(self) -> tuple[object, ...]:
        others = max(1, self.moderators - 1)
        return (
            self.moderators,
            len(self.decisions),
            rate(len(self.decisions), self.seconds),
            ms(self.decisions),
            ms(self.openings),
            f"{self.memory.rest:.0f}",
            f"{(self.memory.all - self.memory.one) / others:.2f}",
            f"{(self.memory.after - self.memory.one) / others:.2f}",
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--moderators", type=int, action="append", help="how many at once; may be repeated")
    parser.add_argument("--seconds", type=float, help="how long they decide (default 40)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    sizes = QUICK if given.quick else FULL
    sizes = replace(sizes, seconds=given.seconds or sizes.seconds)
    wanted = tuple(given.moderators or sizes.moderators)
    with Databases() as databases:
        for backend in backends:
            worked = [_measure_on(databases, backend, sizes, count) for count in wanted]
            show(f"Moderators at once, {backend}", COLUMNS, [one.row() for one in worked])
            if backend == SQLITE and not given.quick:
                slow = _measure_on(databases, backend, sizes, wanted[0], before=programs.COLLECTING)
                print(f"\nas Streamlit collects garbage by itself: {_compared(slow, worked[0])}")


def _compared(slow: Worked, fast: Worked) -> str:
    middle = times(median(slow.decisions), median(fast.decisions))
    worst = times(percentile(slow.decisions, 0.95), percentile(fast.decisions, 0.95))
    return f"{ms(slow.decisions)} ms with {slow.moderators} moderators, median {middle} and p95 {worst} as long"


def _measure_on(databases: Databases, backend: str, sizes: Sizes, moderators: int, *, before: str = "") -> Worked:
    with databases.fresh(backend) as url, newsroom.opened(url, moderators=moderators, mode=Mode.PRE) as place:
        growth.fill(place, sizes.queued, template=sizes.template)
        with programs.serving(url, databases.folder, before=before) as server:
            people = [Moderator(server, place.link(name)) for name in place.moderators]
            worked = asyncio.run(_work(people, server, sizes))
        _check(place, people, sizes)
    return worked


async def _work(people: Sequence[Moderator], server: programs.Server, sizes: Sizes) -> Worked:
    async with AsyncExitStack() as stack:
        await asyncio.sleep(_SETTLE)
        rest = server.memory
        for person in people:
            await stack.enter_async_context(person)
        await people[0].open()
        one = server.memory
        openings = await asyncio.gather(*(person.open() for person in people[1:]))
        await asyncio.sleep(_SETTLE)
        loaded = server.memory
        began = time.monotonic()
        until = began + sizes.seconds
        shifts = await asyncio.gather(
            *(_shift(person, until, sizes.think, seed=number) for number, person in enumerate(people))
        )
        taken = time.monotonic() - began
        after = server.memory
    return Worked(
        moderators=len(people),
        seconds=taken,
        decisions=[one for shift in shifts for one in shift],
        openings=list(openings),
        memory=Memory(rest=rest, one=one, all=loaded, after=after),
    )


async def _shift(person: Moderator, until: float, think: tuple[float, float], *, seed: int) -> list[float]:
    rng = random.Random(seed)
    taken = []
    # Not all in step: the first look is anything from a glance to the longest.
    await asyncio.sleep(rng.uniform(_GLANCE, think[1]))
    while time.monotonic() < until:
        taken.append(await person.approve())
        await asyncio.sleep(rng.uniform(*think))
    return taken


def _check(place: Newsroom, people: Sequence[Moderator], sizes: Sizes) -> None:
    decided = Counter(comment for person in people for comment in person.decided)
    check(all(times == 1 for times in decided.values()), "no comment was decided twice")
    stored = place.count(schema.decisions, schema.decisions.c.staff_id.is_not(None))
    check(stored == len(decided), f"{len(decided)} decisions made, {stored} stored")
    check(place.count(schema.queue) == sizes.queued - stored, "each decision took one comment out of the queue")
    place.check_log()


if __name__ == "__main__":
    main()
