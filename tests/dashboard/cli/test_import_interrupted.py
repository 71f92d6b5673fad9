"""`taliq import` beside another, without the database, and after it was stopped: every row is accounted for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dashboard.cli.import_job import Places
from dashboard.wiring import Plant
from moderation.errors import Contention, Unavailable
from moderation.importers.quarantine import Quarantine
from moderation.service import accounts, intake
from tests.amounts import amount
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.cli.imports import SITE, aside, lines, row, tally


@pytest.mark.parametrize("more", [[], ["--restart"]], ids=["again", "restart"])
def test_a_second_import_of_a_file_waits_for_the_first_to_end(taliq: Taliq, file: Path, more: list[str]) -> None:
    file.write_text(lines(row(1), {"x": 1}))
    taliq("import", file, "--site", SITE)
    kept = aside(file)
    with closing(Quarantine(file.with_name(file.name + ".quarantine.jsonl"))) as running:
        running.open()
        result = taliq("import", file, "--site", SITE, *more)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Another import is running" in result.stderr
    assert aside(file) == kept
    assert taliq("import", file, "--site", SITE, *more).exit_code == 0
    assert aside(file) == kept


@pytest.mark.parametrize("error", [None, Contention(what="row")], ids=["seen", "met"])
def test_two_imports_may_make_one_site(
    taliq: Taliq, plant: Plant, file: Path, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    file.write_text(lines(row(1)))
    really = accounts.add_site

    def add_site(*given: Any, **named: Any) -> Any:
        really(*given, **named)
        if error is not None:
            raise error
        return really(*given, **named)

    monkeypatch.setattr(accounts, "add_site", add_site)
    assert tally(taliq("import", file, "--site", SITE).stdout) == (1, 1, 0, 0)
    assert [one.name for one in accounts.sites(plant.desk, OPERATOR)] == [SITE]


def test_the_name_of_the_desks_own_log_is_no_sites(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1)))
    assert taliq("import", file, "--site", "desk").exit_code == 2


def test_a_busy_database_is_waited_for(taliq: Taliq, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(lines(row(1)))
    really, tries = intake.submit_read, iter([Unavailable(kind="x"), Contention(what="transaction")])

    def submit(*given: Any, **named: Any) -> Any:
        for error in tries:
            raise error
        return really(*given, **named)

    monkeypatch.setattr(intake, "submit_read", submit)
    monkeypatch.setattr("dashboard.cli.import_job._PAUSES", (0, 0, 0))
    assert tally(taliq("import", file, "--site", SITE).stdout) == (1, 1, 0, 0)


@pytest.mark.parametrize(("what", "stored"), [("gone", 1), ("disk_full", 0)])
def test_a_server_that_is_started_anew_is_waited_for_longer(
    taliq: Taliq, file: Path, monkeypatch: pytest.MonkeyPatch, what: str, stored: int
) -> None:
    file.write_text(lines(row(1)))
    really, tries = intake.submit_read, iter([Unavailable(kind="x", what=what)] * 5)

    def submit(*given: Any, **named: Any) -> Any:
        for error in tries:
            raise error
        return really(*given, **named)

    monkeypatch.setattr(intake, "submit_read", submit)
    monkeypatch.setattr("dashboard.cli.import_job._PAUSES", (0, 0, 0, 0, 0))
    assert tally(taliq("import", file, "--site", SITE).stdout)[1] == stored


def test_a_database_that_stays_away_leaves_a_checkpoint(
    taliq: Taliq, plant: Plant, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(lines(*(row(n) for n in range(2_500))))
    really, calls = intake.submit_read, 0

    def submit(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise Unavailable(kind="gone")
        return really(*given, **named)

    monkeypatch.setattr("dashboard.cli.import_job._PAUSES", ())
    with monkeypatch.context() as patch:
        patch.setattr(intake, "submit_read", submit)
        result = taliq("import", file, "--site", SITE)
    assert result.exit_code == 1
    assert tally(result.stdout) == (2_000, 2_000, 0, 0)
    assert tally(taliq("import", file, "--site", SITE).stdout) == (2_500, 500, 2_000, 0)


def test_beside_a_file_in_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")
    assert Places.of(file, var=tmp_path / "var").checkpoint == tmp_path / "a.csv.import.json"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    places = Places.of(file, var=tmp_path / "var")
    assert places.quarantine.parent == tmp_path / "var"
    assert places.quarantine.name.endswith("-a.csv.quarantine.jsonl")


# A classifier's start would be most of the test's time. The import stops at its third checkpoint, before or after it is
# written: the database has committed either way.
DRIVER = """
import sys, time
from dataclasses import replace
from dashboard import wiring
from moderation.importers import checkpoint
from tests.builders import TableScorer
plant = wiring.plant()
plant = replace(plant, desk=replace(plant.desk, scorer=TableScorer()))
wiring.plant = lambda: plant
save, calls, moment = checkpoint.save, [], sys.argv.pop(1)
def stop(*given):
    calls.append(given)
    if len(calls) == 3 and moment == "before":
        print("here", flush=True); time.sleep(60)
    save(*given)
    if len(calls) == 3:
        print("here", flush=True); time.sleep(60)
checkpoint.save = stop
from dashboard.cli.main import main
main()
"""


def interrupted(file: Path, how: signal.Signals, moment: str) -> tuple[int, str]:
    arguments = [sys.executable, "-c", DRIVER, moment, "import", str(file), "--site", SITE]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "here\n"
        running.send_signal(how)
        output, _ = running.communicate(timeout=60)
    return running.returncode, output


SOME = [(signal.SIGKILL, "after"), (signal.SIGINT, "before")]
ALL = [*SOME, (signal.SIGKILL, "before"), (signal.SIGINT, "after")]


@pytest.mark.parametrize(("how", "moment"), amount(SOME, full=ALL))
def test_an_interrupted_import_goes_on_and_loses_nothing(
    how: signal.Signals, moment: str, taliq: Taliq, file: Path
) -> None:
    file.write_text(lines(*(row(n) if n % 500 else {"bad": n} for n in range(5_000))))
    code, output = interrupted(file, how, moment)
    assert code == (130 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        assert tally(output) == (2_000, 1_996, 0, 4)
    result = taliq("import", file, "--site", SITE)
    assert ("first 3,000 rows" if moment == "after" else "first 2,000 rows") in result.stdout
    assert tally(result.stdout) == (5_000, 1_996, 2_994, 10)
    assert [one["row"]["bad"] for one in aside(file)] == [n * 500 for n in range(10)]
    assert tally(taliq("import", file, "--site", SITE, "--restart").stdout) == (5_000, 0, 4_990, 10)


@pytest.mark.parametrize("change", ["size = size - 1, frontier = substr(frontier, 1, 32)", "size = -5"])
def test_a_log_that_does_not_fit_its_head_stops_the_import(
    taliq: Taliq, plant: Plant, tmp_path: Path, change: str
) -> None:
    """Of three events, so that one frontier is the beginning of the other's; no row is set aside for it."""
    file = tmp_path / "late.jsonl"
    rows = [{"external_id": f"c{n}", "article_id": "a", "commenter_id": "u", "body": "civil"} for n in range(20)]
    lines = [json.dumps(row) + "\n" for row in rows]
    file.write_text("".join(lines[:2]))
    assert taliq("import", file, "--site", "al-marsad").exit_code == 0
    with plant.engine.begin() as connection:
        connection.execute(text(f"UPDATE logs SET {change} WHERE id <> 0"))  # noqa: S608
    file.write_text("".join(lines))
    result = taliq("import", file, "--site", "al-marsad")
    assert result.exit_code == 1
    assert "The log does not fit its head: run `taliq audit verify`" in result.stderr
    assert "0 set aside" in result.stdout
    assert [path.name for path in tmp_path.glob("*quarantine*")] == []
    assert taliq("audit", "export", "--site", "al-marsad").exit_code == 0
