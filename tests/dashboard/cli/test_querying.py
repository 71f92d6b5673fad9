"""`taliq parquet` and `taliq query`: what is written, asked and answered, and what is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.wiring import Plant
from moderation.service import accounts, intake
from tests.builders import OPERATOR, SITE, incoming
from tests.dashboard.cli.conftest import Taliq


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def folder(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plant.prepare()
    accounts.add_site(plant.desk, OPERATOR, name=SITE, title="المرصد")
    bodies = ("=HYPERLINK(1)", "الخبز غالٍ \x1b[2J", "a third")
    intake.submit(plant.desk, OPERATOR, [incoming(body, commenter_name="Reader") for body in bodies], site=SITE)
    monkeypatch.setenv("TALIQ_PARQUET_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


def test_files_are_written_and_asked(taliq: Taliq, folder: Path) -> None:
    assert taliq("parquet").stderr == f"3 files were written to {folder}.\n"
    assert taliq("parquet").stderr == f"0 files were written to {folder}.\n"
    assert taliq("query", "SELECT status, count(*) AS n FROM comments GROUP BY 1").stdout == "published\t3\n"
    lines = taliq("query", "SELECT count(*) AS n, max(created_at) AS at FROM comments", "--format", "jsonl").stdout
    assert json.loads(lines) == {"n": 3, "at": "2026-11-23T14:00:00+02:00"}


def test_readers_words_are_data_in_every_form(taliq: Taliq, folder: Path) -> None:
    assert taliq("query", "FROM texts", "--with-text").exit_code != 0
    taliq("parquet", "--with-text")
    question = ("query", "SELECT text FROM texts ORDER BY text", "--with-text")
    assert "\x1b" not in taliq(*question).stdout
    assert taliq(*question, "--format", "csv").stdout.splitlines()[1] == "'=HYPERLINK(1)"
    assert json.loads(taliq(*question, "--format", "jsonl").stdout.splitlines()[0]) == {"text": "=HYPERLINK(1)"}


def test_json_lines_are_json_and_lack_no_column(taliq: Taliq, folder: Path) -> None:
    taliq("parquet")
    question = (
        "SELECT 1 AS id, 2 AS id, 3 AS id_1, 'nan'::DOUBLE AS n, [1.5, 'inf'::DOUBLE] AS l, {'a': '-inf'::DOUBLE} AS s"
    )
    line = taliq("query", question, "--format", "jsonl").stdout
    found = json.loads(line, parse_constant=lambda name: pytest.fail(name))
    assert found == {"id": 1, "id_2": 2, "id_1": 3, "n": None, "l": [1.5, None], "s": {"a": None}}
    assert '"[1.5, null]"' in taliq("query", question, "--format", "csv").stdout


def test_numbers_are_numbers_and_what_they_are_counted_by_is_named(taliq: Taliq, folder: Path) -> None:
    taliq("parquet")
    question = (
        "SELECT -1.5 AS a, count(*) * -0.5 AS b, [max(created_at)] AS c, histogram(created_at::DATE) AS d FROM comments"
    )
    assert json.loads(taliq("query", question, "--format", "jsonl").stdout) == {
        "a": -1.5,
        "b": -1.5,
        "c": ["2026-11-23T14:00:00+02:00"],
        "d": {"2026-11-23": 3},
    }
    row = taliq("query", question, "--format", "csv").stdout.splitlines()[1]
    assert row == """-1.5,-1.5,"[""2026-11-23T14:00:00+02:00""]","{""2026-11-23"": 3}\""""


def test_a_plan_is_drawn_over_its_lines(taliq: Taliq, folder: Path) -> None:
    taliq("parquet")
    drawn = taliq("query", "EXPLAIN SELECT count(*) FROM comments").stdout
    assert len(drawn.splitlines()) > 2
    assert "\\n" not in drawn


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("query", "SELECT 1"), "Write them with: taliq parquet"),
        (("query", "SELECT 1", "--folder", "elsewhere"), "Write them with: taliq parquet"),
    ],
)
def test_what_is_missing_is_told(taliq: Taliq, folder: Path, arguments: tuple[str, ...], told: str) -> None:
    result = taliq(*arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_a_question_that_fails_names_the_views(taliq: Taliq, folder: Path) -> None:
    taliq("parquet")
    for question in ("SELECT x FROM comments", "DROP VIEW comments"):
        result = taliq("query", question)
        assert result.exit_code == 2
        assert "comments, decisions, events, articles" in result.output
