"""Comments coming in: `taliq import` on files, HTTP arrays of 1,000, and one by one. `python -m benchmarks.intake`

Every comment is judged, stored, queued if it is held, and sealed into the audit log, in transactions that are on the
disk when they are acknowledged. The HTTP load comes from this process, over eight keep-alive connections, on the same
machine as the server.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import connections, corpus, newsroom, options, programs
from benchmarks.databases import Databases
from benchmarks.figures import check, ms, rate, show, times

CONNECTIONS = 8
ARRAY = 1_000
_PATH = "/api/v1/comments"
# So much more than the shorter file the fourfold one may need at its peak and memory still be called flat.
_FLAT = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    file: int
    arrays: int
    single: int
    array: int = ARRAY


FULL = Sizes(file=100_000, arrays=60, single=6_000)
QUICK = Sizes(file=500, arrays=8, single=40, array=100)
COLUMNS = ("way in", "comments", "comments/s", "CPU µs a comment", "a request, ms", "MB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """`cpu` are the seconds that the server computed for it, `memory` the megabytes that it held afterwards."""

    name: str
    comments: int
    sent: connections.Sent
    cpu: float
    memory: float


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, help="comments in the shorter file")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    sizes = QUICK if given.quick else FULL
    size = given.size or sizes.file
    with Databases() as databases:
        files = [
            corpus.save(databases.folder / f"{count}.csv", count)
            for count in ((size,) if given.quick else (size, 4 * size))
        ]
        for backend in backends:
            _measure_on(backend, databases, files=files, sizes=sizes)


def _measure_on(backend: str, databases: Databases, *, files: Sequence[Path], sizes: Sizes) -> None:
    rows: list[tuple[object, ...]] = []
    peaks, speeds, held = [], [], []
    for file in files:
        with databases.fresh(backend) as url:
            ran, count, waiting = _import(file, url, databases.folder)
        peaks.append(ran.peak)
        speeds.append(count / ran.seconds)
        held.append(waiting / count)
        speed, cost = rate(count, ran.seconds), f"{ran.cpu / count * 1e6:.0f}"
        rows.append(("taliq import", f"{count:,}", speed, cost, "-", f"{ran.peak:.0f}"))
    with databases.fresh(backend) as url:
        sent = _over_http(url, databases.folder, sizes)
    for one in sent:
        speed, cost = rate(one.comments, one.sent.seconds), f"{one.cpu / one.comments * 1e6:.0f}"
        rows.append((one.name, f"{one.comments:,}", speed, cost, ms(one.sent.latencies), f"{one.memory:.0f}"))
        speeds.append(one.comments / one.sent.seconds)
    show(f"Comments in, {backend}", COLUMNS, rows)
    in_arrays, single = speeds[-2:]
    print(f"\nimport : arrays : one by one = {times(speeds[0], single)} : {times(in_arrays, single)} : 1")
    print(f"{held[-1]:.1%} of the file wait in the queue")
    if len(peaks) > 1 and peaks[0]:
        print(f"four times the file takes {times(peaks[1], peaks[0])} the memory")
        check(peaks[1] <= peaks[0] * _FLAT, f"memory grows with the file: {peaks[0]:.0f} MB, then {peaks[1]:.0f} MB")


def _import(file: Path, url: str, folder: Path) -> tuple[programs.Ran, int, int]:
    count = int(file.stem)
    # Migrations belong to the first start, not to the import.
    newsroom.prepare(url)
    ran = programs.run("import", str(file), "--site", newsroom.SITE, "--restart", database=url, folder=folder)
    with newsroom.existing(url) as place:
        waiting = place.check_intake(count)
    check(0.05 < waiting / count < 0.25, f"{waiting} of {count} comments are held")
    return ran, count, waiting


def _over_http(url: str, folder: Path, sizes: Sizes) -> list[Posted]:
    in_arrays = sizes.arrays * sizes.array
    comments = [corpus.as_sent(one) for one in corpus.comments(in_arrays + sizes.single, seed=2)]
    with newsroom.opened(url) as place:
        arrays = [
            connections.post(_PATH, comments[start : start + sizes.array], secret=place.secret)
            for start in range(0, in_arrays, sizes.array)
        ]
        single = [connections.post(_PATH, comment, secret=place.secret) for comment in comments[in_arrays:]]
        with programs.serving(url, folder) as server:
            first = _post(f"HTTP, arrays of {sizes.array:,}", arrays, in_arrays, server)
            check(sum(int(str(one["created"])) for one in first.sent.answers) == in_arrays, "not all were created")
            second = _post("HTTP, one by one", single, sizes.single, server)
            check(all(one["created"] is True for one in second.sent.answers), "not all were created")
        place.check_intake(len(comments))
    return [first, second]


def _post(name: str, requests: Sequence[bytes], comments: int, server: programs.Server) -> Posted:
    before = server.cpu
    sent = connections.send(requests, port=server.port, connections=CONNECTIONS)
    return Posted(name=name, comments=comments, sent=sent, cpu=server.cpu - before, memory=server.memory)


if __name__ == "__main__":
    main()
