"""When jobs are due by the newsroom's clock, that each runs soon and then at its cadence, and none stops another."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from dashboard import schedule
from dashboard.schedule import Cadence, Daily, Every, Job, Weekly

CAIRO = "Africa/Cairo"
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("cadence", "moment", "due"),
    [
        (Every(minutes=90), "2026-11-25T23:00Z", "2026-11-26T00:30Z"),
        # Cairo is two hours ahead in winter: 03:00 there is 01:00 in UTC, on either side of it and at it.
        (Daily(at=time(3), zone=CAIRO), "2026-11-25T00:59:59Z", "2026-11-25T01:00Z"),
        (Daily(at=time(3), zone=CAIRO), "2026-11-25T01:00Z", "2026-11-26T01:00Z"),
        (Daily(at=time(3), zone=CAIRO), "2026-11-25T22:30Z", "2026-11-26T01:00Z"),
        # Berlin's clock skips from 02:00 to 03:00 on 29 March, and shows 02:00 to 03:00 twice on 25 October.
        (Daily(at=time(2, 30), zone=BERLIN), "2026-03-28T12:00Z", "2026-03-29T01:30Z"),
        (Daily(at=time(2, 30), zone=BERLIN), "2026-03-29T01:30Z", "2026-03-30T00:30Z"),
        (Daily(at=time(2, 30), zone=BERLIN), "2026-10-24T12:00Z", "2026-10-25T00:30Z"),
        (Daily(at=time(2, 30), zone=BERLIN), "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
        # 25 November 2026 is a Wednesday, and the next Sunday the 29th.
        (Weekly(weekday=6, at=time(7), zone=CAIRO), "2026-11-25T12:00Z", "2026-11-29T05:00Z"),
        (Weekly(weekday=6, at=time(7), zone=CAIRO), "2026-11-29T05:00Z", "2026-12-06T05:00Z"),
    ],
)
def test_the_first_due_moment_after_another(cadence: Cadence, moment: str, due: str) -> None:
    assert cadence.after(at(moment)) == at(due)


class Clock:
    """Time passes while the scheduler sleeps, and only then."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = at("2026-11-25T00:00Z")
        self._yield = asyncio.sleep
        monkeypatch.setattr(asyncio, "sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await self._yield(0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def kept(clock: Clock, *jobs: Job, stopping: threading.Event) -> Coroutine[None, None, None]:
    return schedule.keep(jobs, lambda: clock.now, stopping)


def noted(clock: Clock, runs: list[datetime], stopping: threading.Event, *, last: int) -> Callable[[object], None]:
    def run(_: object) -> None:
        runs.append(clock.now)
        if len(runs) == last:
            stopping.set()

    return run


def test_a_job_runs_soon_after_the_start_and_then_at_its_cadence(clock: Clock) -> None:
    runs: list[datetime] = []
    stopping = threading.Event()
    run = noted(clock, runs, stopping, last=3)
    asyncio.run(kept(clock, Job(name="n", cadence=Daily(at=time(3), zone="UTC"), run=run), stopping=stopping))
    assert runs == [at("2026-11-25T00:00:20Z"), at("2026-11-25T03:00Z"), at("2026-11-26T03:00Z")]


def test_a_job_of_less_than_the_first_pause_does_not_wait_for_it(clock: Clock) -> None:
    class Quick(Every):
        def after(self, moment: datetime) -> datetime:
            return moment + timedelta(seconds=1)

    runs: list[datetime] = []
    stopping = threading.Event()
    run = noted(clock, runs, stopping, last=2)
    asyncio.run(kept(clock, Job(name="n", cadence=Quick(minutes=0), run=run), stopping=stopping))
    assert runs == [at("2026-11-25T00:00:01Z"), at("2026-11-25T00:00:02Z")]


def test_a_job_that_fails_runs_again_and_the_log_has_no_word_of_its_error(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[datetime] = []
    stopping = threading.Event()
    note = noted(clock, runs, stopping, last=2)

    def run(given: object) -> None:
        note(given)
        raise ValueError("a reader's words")

    with caplog.at_level(logging.DEBUG, "dashboard.schedule"):
        asyncio.run(kept(clock, Job(name="broken", cadence=Every(minutes=1), run=run), stopping=stopping))
    assert len(runs) == 2
    assert all("broken failed, tried again in 1 minutes: ValueError at " in message for message in caplog.messages)
    assert "reader" not in caplog.text


def test_what_fails_waits_longer_each_time_and_for_its_next_round_at_most(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[datetime] = []
    stopping = threading.Event()
    note = noted(clock, runs, stopping, last=8)

    def run(given: object) -> None:
        note(given)
        if len(runs) not in (5, 6):
            raise OSError

    asyncio.run(kept(clock, Job(name="n", cadence=Every(minutes=100, heavy=True), run=run), stopping=stopping))
    assert [(after - before).seconds // 60 for before, after in pairwise(runs)] == [10, 20, 40, 80, 100, 100, 10]
    waits = [message.partition(" minutes")[0].rpartition(" ")[2] for message in caplog.messages]
    assert waits == ["10", "20", "40", "80", "10", "20"]


def test_what_fails_each_minute_for_hours_is_tried_each_minute(clock: Clock) -> None:
    runs: list[datetime] = []
    stopping = threading.Event()
    note = noted(clock, runs, stopping, last=100)

    def run(given: object) -> None:
        note(given)
        raise OSError

    asyncio.run(kept(clock, Job(name="n", cadence=Every(minutes=1), run=run), stopping=stopping))
    assert {(after - before).seconds for before, after in pairwise(runs[1:])} == {60}


@pytest.mark.parametrize(("cadence", "together"), [(Daily(at=time(3), zone="UTC"), False), (Every(minutes=9), True)])
def test_jobs_of_the_night_take_turns_and_those_of_minutes_do_not(
    clock: Clock, cadence: Cadence, together: bool
) -> None:
    meeting = threading.Barrier(2, timeout=10 if together else 0.2)
    met: list[bool] = []
    stopping = threading.Event()

    def run(_: object) -> None:
        try:
            meeting.wait()
            met.append(True)
        except threading.BrokenBarrierError:
            met.append(False)
        if len(met) >= 2:
            stopping.set()

    jobs = [Job(name=name, cadence=cadence, run=run) for name in ("one", "two")]
    asyncio.run(kept(clock, *jobs, stopping=stopping))
    assert met[:2] == [together, together]


def test_what_waits_for_its_turn_does_not_begin_once_the_process_stops(clock: Clock) -> None:
    begun: list[str] = []
    stopping = threading.Event()

    def job(name: str) -> Job:
        def run(_: object) -> None:
            begun.append(name)
            stopping.set()

        return Job(name=name, cadence=Daily(at=time(3), zone="UTC"), run=run)

    asyncio.run(kept(clock, job("one"), job("two"), stopping=stopping))
    assert len(begun) == 1
