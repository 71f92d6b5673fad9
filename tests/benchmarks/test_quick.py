"""Every benchmark runs and its own checks hold, on one of the databases; the times are nobody's business here."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import delete
from sqlalchemy.engine import URL

import benchmarks
from benchmarks import corpus, growth, newsroom
from benchmarks.figures import Wrong, percentile
from db import schema
from moderation.article import Mode
from tests import postgres
from tests.amounts import amount
from tests.browser import chromium

ROOT = Path(__file__).parents[2]
SQLITE, POSTGRESQL = "sqlite", "postgresql"


# Each has a database of its own for its turn; `TALIQ_FULL=1` runs it on both.
IN_TURN = {
    "intake": SQLITE,
    "queue": POSTGRESQL,
    "rescore": SQLITE,
    "search": POSTGRESQL,
    "names": SQLITE,
    "insights": POSTGRESQL,
    "audit": SQLITE,
    "moderators": POSTGRESQL,
}
# Those that start servers and processes; of the others it is enough, each time, that they can be loaded.
RUNS = amount(
    [(name, IN_TURN[name]) for name in ("intake", "queue", "moderators")],
    full=list(product(IN_TURN, [SQLITE, POSTGRESQL])),
)


@pytest.mark.parametrize(("name", "backend"), RUNS)
def test_a_quick_run_finds_its_own_results_right(name: str, backend: str, postgres_server: URL, tmp_path: Path) -> None:
    _run(name, backend, postgres_server, tmp_path)


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(benchmarks.__path__) if one.name[0] != "_"])
def test_each_can_be_loaded(name: str) -> None:
    importlib.import_module(f"benchmarks.{name}")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "backend"),
    amount(
        [("click", SQLITE)],
        full=list(product(["click", "search_page"], [SQLITE, POSTGRESQL])),
    ),
)
def test_a_quick_run_in_the_browser_finds_its_own_results_right(
    name: str, backend: str, postgres_server: URL, tmp_path: Path
) -> None:
    with sync_playwright() as playwright:
        missing = chromium.program(playwright, light=True) is None
    if missing:
        pytest.skip(chromium.MISSING)
    _run(name, backend, postgres_server, tmp_path)


def _run(name: str, backend: str, server: URL, folder: Path) -> None:
    address = server.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--quick", "--on", backend],
        cwd=ROOT,
        env=os.environ | {postgres.VARIABLE: address, "TMPDIR": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All checks hold." in done.stdout
    assert list(folder.iterdir()) == []


def test_the_corpus_is_the_same_for_the_same_seed_and_of_realistic_lengths() -> None:
    comments = list(corpus.comments(500, seed=3))
    again = list(corpus.comments(500, seed=3))
    assert [one["body"] for one in comments] == [one["body"] for one in again]
    lengths = sorted(len(one["body"]) for one in comments)
    assert 60 <= lengths[0]
    assert lengths[-1] <= 520
    assert 150 <= sum(lengths) / len(lengths) <= 250
    rude = {phrase for words in (corpus._ARABIC, corpus._ENGLISH) for phrase in words["rude"]}
    assert 0.08 < sum(any(phrase in one["body"] for phrase in rude) for one in comments) / 500 < 0.2


def test_copies_are_comments_of_their_own(tmp_path: Path) -> None:
    with newsroom.opened(f"sqlite:///{tmp_path / 'taliq.sqlite'}", mode=Mode.PRE) as place:
        growth.fill(place, 300, template=100)
        assert [place.count(table) for table in (schema.comments, schema.scores, schema.queue)] == [300] * 3
        with place.plant.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_a_comment_missing_from_the_queue_is_noticed(tmp_path: Path) -> None:
    with newsroom.opened(f"sqlite:///{tmp_path / 'taliq.sqlite'}", mode=Mode.PRE) as place:
        place.submit(corpus.comments(10))
        assert place.check_intake(10) == 10
        with pytest.raises(Wrong, match="11 rows in comments"):
            place.check_intake(11)
        with place.plant.engine.begin() as connection:
            connection.execute(delete(schema.queue))
        with pytest.raises(Wrong, match="10 comments held, 0 in the queue"):
            place.check_intake(10)


@pytest.mark.parametrize(("values", "share", "found"), [([1.0], 0.95, 1.0), ([3.0, 1.0, 2.0], 0.5, 2.0)])
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, found: float) -> None:
    assert percentile(values, share) == found


def test_the_95th_percentile_of_a_hundred_is_the_95th() -> None:
    assert percentile([float(number) for number in range(1, 101)], 0.95) == 95.0
