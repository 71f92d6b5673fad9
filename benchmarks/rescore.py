"""Scoring a stored million anew with another model. `python -m benchmarks.rescore`

As `taliq rescore` does it, where there are many: by a process that reads and scores and one that stores. Beside it, in
the same run, the plain way: one comment read, scored and written at a time through SQLAlchemy, a thousand to a
transaction. Then a moderator decides by use cases, alone and while the command gives the first model's scores back.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection, select, update

from benchmarks import growth, newsroom, options, programs
from benchmarks.databases import Databases
from benchmarks.figures import check, ms, rate, show, times
from benchmarks.newsroom import OPERATOR, SITE, Newsroom
from benchmarks.queue import work
from dashboard.cli.scoring import elsewhere
from db import schema
from moderation.classifier import Classifier
from moderation.classifier.classifier import SHIPPED
from moderation.score import LABELS, Scorer
from moderation.service import rescoring

_FIRST, _OTHER = SHIPPED / "full", SHIPPED / "open"
_ALONE, _BESIDE, _READS = 50, 200, 0.1
COLUMNS = ("way", "comments", "waiting", "comments /s", "times plain")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, help="comments in thousands (default 1000)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    size = 1_000 * (given.size or (2 if given.quick else 1_000))
    sample = 200 if given.quick else 5_000
    other = Classifier.load(_OTHER)
    other.warm()
    with Databases() as databases:
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url, moderators=1) as place:
                growth.fill(place, size)
                plain = _plain(place, other, sample)
                seconds = _whole(place, other, size - sample, url)
                waiting = place.count(schema.queue)
                here = (size - sample) / seconds
                show(
                    f"Scored anew, {backend}",
                    COLUMNS,
                    [
                        ("taliq rescore", f"{size - sample:,}", f"{waiting:,}", f"{here:,.0f}", times(here, plain)),
                        ("one by one", f"{sample:,}", "-", rate(sample, sample / plain), "1.0x"),
                    ],
                )
                alone, beside = _decide(place, databases.folder)
                rows = [("alone", len(alone), ms(alone)), ("beside taliq rescore", len(beside), ms(beside))]
                show(f"A decision and the next card, {backend}", ("moderator", "rounds", "ms"), rows)


def _decide(place: Newsroom, folder: Path) -> tuple[Sequence[float], Sequence[float]]:
    """Seconds of each round."""
    session = place.session(place.moderators[0])

    def after(rounds: int, *, done: Callable[[], bool] = lambda: False) -> Callable[[], bool]:
        left = iter(range(rounds))

        def is_over() -> bool:
            time.sleep(_READS)
            return done() or next(left, None) is None

        return is_over

    alone = work(place.desk, session, until=after(_ALONE))
    with patch.dict(os.environ, {"TALIQ_MODEL": str(_FIRST)}), ThreadPoolExecutor(1) as threads:
        command = threads.submit(programs.run, "rescore", database=place.database, folder=folder)
        beside = work(place.desk, session, until=after(_BESIDE, done=command.done))
        command.result()
    return alone.rounds, beside.rounds


def _whole(place: Newsroom, scorer: Scorer, expected: int, url: str) -> float:
    """As the command does it, whose process for the scores finds database and model by the environment."""
    desk = replace(place.desk, scorer=scorer)
    with patch.dict(os.environ, {"TALIQ_DATABASE_URL": url, "TALIQ_MODEL": str(_OTHER)}):
        begun = time.perf_counter()
        found = rescoring.rescore(desk, OPERATOR, site=SITE, progress=lambda done, of: None, elsewhere=elsewhere())
    seconds = time.perf_counter() - begun
    check(found.comments == expected, f"{found.comments} comments scored anew, not {expected}")
    left = place.count(schema.scores, schema.scores.c.model != scorer.version)
    check(left == 0, f"{left} scores are the old model's still")
    place.check_log()
    return seconds


def _plain(place: Newsroom, scorer: Scorer, sample: int) -> float:
    """Comments a second."""
    with place.plant.engine.connect() as connection:
        ids = list(
            connection.execute(select(schema.comments.c.id).order_by(schema.comments.c.id).limit(sample)).scalars()
        )
    begun = time.perf_counter()
    for start in range(0, sample, 1_000):
        with place.plant.engine.begin() as connection:
            for one in ids[start : start + 1_000]:
                _one(connection, scorer, one)
    return sample / (time.perf_counter() - begun)


def _one(connection: Connection, scorer: Scorer, comment_id: int) -> None:
    body = connection.execute(select(schema.comments.c.body).where(schema.comments.c.id == comment_id)).scalar_one()
    (given,) = scorer.score([body])
    values = dict(zip(LABELS, given.values(), strict=True))
    table = schema.scores
    connection.execute(
        update(table).where(table.c.comment_id == comment_id, table.c.revision == 1).values(model=given.model, **values)
    )
    connection.execute(update(schema.comments).where(schema.comments.c.id == comment_id).values(civil=given.civil))


if __name__ == "__main__":
    main()
