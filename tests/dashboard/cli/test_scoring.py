"""Stored comments scored by another process: the same scores, the same errors, and no process left behind."""

from __future__ import annotations

import io
import subprocess
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dashboard import processes, wiring
from dashboard.cli import scoring, wire
from dashboard.cli.main import taliq as command
from dashboard.cli.opened import OPERATOR
from dashboard.cli.scoring import Task, batch, by_process, read
from dashboard.cli.troubles import Trouble
from dashboard.settings import Settings
from dashboard.wiring import Plant
from moderation.errors import ModerationError
from moderation.ports import EventFilter, Scored
from moderation.service import accounts, audit, intake, rescoring
from moderation.service.desk import Desk
from tests.builders import SITE, TableScorer, incoming

SIZE = 7
WHOLE = st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(st.tuples(WHOLE, st.integers(1, 2**31 - 1), *[st.floats(0, 1)] * 7), min_size=1, max_size=3)
ONE = [(1, 1, *[0.5] * 7)]


def columns_of(rows: Sequence[tuple[Any, ...]]) -> Scored:
    ids, revisions, *given = zip(*rows, strict=True)
    return Scored(array("q", ids), array("q", revisions), tuple(array("d", one) for one in given), "a model")


def told(*parts: bytes) -> list[Scored]:
    return list(read(io.BytesIO(b"".join(parts))))


@given(st.lists(ROWS.map(columns_of), max_size=3))
def test_batches_arrive_as_they_were_sent(sent: list[Scored]) -> None:
    assert told(*map(batch, sent), wire.END) == sent


def test_the_error_that_ended_it_arrives_after_what_was_scored() -> None:
    model = ModerationError(file="weights.npy", reason="checksum")
    model.code = "model_altered"
    with pytest.raises(ModerationError) as altered:
        told(batch(columns_of(ONE)), wire.trouble(model))
    assert (altered.value.code, altered.value.fields["file"]) == ("model_altered", "weights.npy")


@pytest.mark.parametrize("kept", [0, 5, -1])
def test_a_process_that_vanishes_is_noticed(kept: int) -> None:
    with pytest.raises(Trouble):
        told(batch(columns_of(ONE))[:kept] if kept else b"")


@pytest.fixture
def real(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """A desk that both processes find by the environment, with the shipped classifier and scores of another."""
    monkeypatch.setenv("TALIQ_DATABASE_URL", database_url)
    monkeypatch.setenv("TALIQ_VAR", str(tmp_path / "var"))
    plant = wiring.build(Settings(database_url=database_url, var=tmp_path / "var"))
    plant.prepare()
    accounts.add_site(plant.desk, OPERATOR, name=SITE, title=SITE)
    given = [incoming(f"تعليق رقم {number} a rude word 😀" if number else "x" * 70_000) for number in range(SIZE)]
    intake.submit(replace(plant.desk, scorer=TableScorer()), OPERATOR, given, site=SITE)
    yield plant
    plant.close()


def task(desk: Desk) -> Task:
    return Task(site=SITE, model=desk.scorer.version)


def test_another_process_scores_as_this_one_does(real: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    here = list(rescoring.scored(real.desk, OPERATOR, site=SITE, model=real.desk.scorer.version))
    with by_process(task(real.desk)) as there:
        assert list(there) == here
    assert sum(len(one.comment_ids) for one in here) == SIZE


def test_another_model_ends_it(real: Plant) -> None:
    with by_process(Task(site=SITE, model="another")) as there, pytest.raises(ModerationError) as error:
        list(there)
    assert error.value.code == "conflict"


def test_whoever_stops_taking_ends_the_process(real: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = processes.start

    def noted(*given: str) -> subprocess.Popen[bytes]:
        started.append(start(*given))
        return started[-1]

    monkeypatch.setattr(processes, "start", noted)
    with by_process(task(real.desk)) as there:
        next(there)
    (scorer,) = started
    assert scorer.returncode is not None


@pytest.mark.parametrize(("many", "processors", "elsewhere"), [(SIZE, 2, True), (SIZE, 1, False), (SIZE + 1, 2, False)])
def test_many_are_scored_elsewhere_and_stored_with_their_events(
    real: Plant, monkeypatch: pytest.MonkeyPatch, many: int, processors: int, elsewhere: bool
) -> None:
    begun: list[Task] = []

    def noted(given: Task) -> rescoring.Batches:
        begun.append(given)
        return by_process(given)

    monkeypatch.setattr(rescoring, "MANY", many)
    monkeypatch.setattr(scoring, "by_process", noted)
    monkeypatch.setattr(processes, "processors", lambda: processors)
    monkeypatch.setattr(wiring, "plant", lambda: real)
    done = CliRunner().invoke(command, ["rescore", "--site", SITE], catch_exceptions=False)
    assert done.exit_code == 0
    assert begun == [task(real.desk)] * elsewhere
    with real.desk.read() as uow:
        (site,) = uow.sites.all()
        assert uow.rescoring.count(site.id, model=real.desk.scorer.version) == 0
    page = audit.events(real.desk, OPERATOR, site=SITE, where=EventFilter(), limit=1)
    assert page.rows[0].type == "comments:rescored"
