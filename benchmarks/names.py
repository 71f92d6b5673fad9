"""Finding commenters by name among several hundred thousand. `python -m benchmarks.names`

Beside each search: the same by going through the names of the site in their order, as it was before there was an index
of trigrams. Both must find the same. Names are of one to three words; one stem stands in seven spellings.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy import Engine, func, select

from benchmarks import history, newsroom, options
from benchmarks.databases import Databases
from benchmarks.figures import check, ms, show, times
from benchmarks.newsroom import Newsroom
from benchmarks.search import FORMS, STEM
from db import schema
from db.stores import _findable
from db.stores import commenters as store
from db.stores._sql import insert_rows
from moderation.article import Commenter
from moderation.text.finding import sought
from moderation.text.normalise import folded

LIMIT = 8
_COMMON = (
    "محمد", "أحمد", "علي", "فاطمة", "مريم", "يوسف", "عمر", "خالد", "سارة", "حسن", "حسين", "إبراهيم", "عبدالله", "نور",
    "هدى", "مصطفى", "محمود", "كريم", "طارق", "سامي", "وليد", "جمال", "نبيل", "Ahmed", "Mohamed", "Sara", "Omar",
    "Karim",
)  # fmt: skip
# Nobody's father, and last in the order of letters: the order of the names comes to it at the end.
_LAST = "ياسمين"
_SYLLABLES = (
    "با", "تا", "سا", "شا", "مر", "قد", "لي", "نو", "حم", "خل", "دي", "را", "زي", "صف", "طي", "عم", "غن", "فر", "كو",
    "هي", "وا", "يم", "رب", "سم", "تل", "بن", "جد",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options.parser(__doc__)
    parser.add_argument("--size", type=int, help="commenters in thousands (default 300)")
    options.run(parser.parse_args(arguments), measure)


def measure(given: argparse.Namespace, backends: Sequence[str]) -> None:
    size = 1_000 * (given.size or (3 if given.quick else 300))
    rounds = 3 if given.quick else 50
    with Databases() as databases:
        for backend in backends:
            with databases.fresh(backend) as url, newsroom.opened(url) as place:
                fill(place, size)
                _searches(place, backend, rounds)


def fill(place: Newsroom, size: int) -> None:
    columns = ("id", "site_id", "external_id", "name", "folded", "first_seen_at")
    rows = [
        (1_000 + number, place.site.id, f"n{number}", name, folded(name), 1)
        for number, name in enumerate(_names(size), start=1)
    ]
    with place.plant.engine.begin() as connection:
        insert_rows(connection, schema.commenters, columns, rows)
        _findable.rebuild(connection)
    history.settle(place)
    check(place.count(schema.commenters) == size, "everybody is there")


def _names(size: int) -> Iterator[str]:
    chance = random.Random(5)
    yield from FORMS
    weights = [1 / (place + 1) ** 0.7 for place in range(len(_COMMON))]
    for _ in range(size - len(FORMS)):
        first = chance.choices((*_COMMON, _LAST), (*weights, 0.3))
        father = chance.choices(_COMMON, weights) if chance.random() < 0.3 else []
        family = chance.choice(("ال", "")) + "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3))))
        yield " ".join([*first, *father, family])


def _searches(place: Newsroom, backend: str, rounds: int) -> None:
    family = "مرقدلي"
    cases = {
        "a stem, in seven spellings": STEM,
        "a rare name": family,
        "a rare and a frequent one": f"{family} {_COMMON[0]}",
        "a name that nobody has": "زنبورك",
        "the most frequent name": _COMMON[0],
        "one that is last in the order": _LAST,
    }
    rows = []
    for what, query in cases.items():
        words = sought(query)
        found, taken = _asked(place, words, rounds)
        with _going_through(place):
            walked, before = _asked(place, words, rounds)
        check(found == walked, f"both ways find the same of {query}")
        faster = times(_middle(before), _middle(taken))
        rows.append((f"{what} ({_having(place, words):,})", ms(taken), ms(before), faster))
        if query == STEM:
            check(len(found) == len(FORMS), f"{len(found)} of {len(FORMS)} spellings found")
    columns = ("what (of whom)", "first eight ms", "in the order of the names, ms", "less time")
    show(f"Among {place.count(schema.commenters):,} commenters, {backend}", columns, rows)


def _asked(place: Newsroom, words: Sequence[str], rounds: int) -> tuple[list[Commenter], list[float]]:
    """What the store finds, and how long it takes."""
    with place.desk.read() as uow:
        found, taken = uow.commenters.named(place.site.id, words, limit=LIMIT), []
        for _ in range(rounds):
            began = time.perf_counter()
            uow.commenters.named(place.site.id, words, limit=LIMIT)
            taken.append(time.perf_counter() - began)
    return found, taken


@contextmanager
def _going_through(place: Newsroom) -> Iterator[None]:
    """Without the index of trigrams."""
    engine = place.plant.engine
    if engine.dialect.name == "sqlite":
        with patch.object(store, "_FEW", -1):
            yield
        return
    _altered(engine, "SET enable_bitmapscan = off")
    yield
    _altered(engine, "RESET enable_bitmapscan")


def _altered(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" {change}')
    # What is connected already goes on as it was.
    engine.dispose()


def _having(place: Newsroom, words: Sequence[str]) -> int:
    with place.plant.engine.connect() as connection:
        holds = [_findable.NAMES.holds(connection, word) for word in words]
        return connection.execute(select(func.count()).select_from(schema.commenters).where(*holds)).scalar_one()


def _middle(taken: Sequence[float]) -> float:
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    main()
