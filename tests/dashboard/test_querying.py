"""What is asked of the nightly files reads those files and nothing else, and finds what the documentation promises."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

import dashboard
from dashboard import parquet, querying
from dashboard.querying import QueryError
from moderation.tables import COLUMNS, Daily
from tests.builders import OPERATOR, SITE, START, Newsroom

DOCS = Path(dashboard.__file__).parents[1] / "docs" / "query.md"


@pytest.fixture
def backend() -> str:
    """The files are tested on both databases; a question reads files."""
    return "sqlite"


def asked(folder: Path, question: str, *, with_text: bool = False, memory: str = "256MB") -> list[tuple[object, ...]]:
    return list(querying.ask(folder, question, zone="Africa/Cairo", with_text=with_text, memory=memory).rows)


@pytest.fixture
def written(newsroom: Newsroom, tmp_path: Path) -> Path:
    newsroom.say("first words", article_id="a-1", section="economy", created_at=START - timedelta(days=2))
    newsroom.say("rude words", article_id="a-1", section="economy", commenter_name="Somebody")
    parquet.bring_up_to_date(newsroom.desk, OPERATOR, tmp_path, texts=True)
    return tmp_path


def test_the_documented_columns_are_those_that_are_there(written: Path) -> None:
    told: dict[str, list[str]] = {}
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"### `(\w+)`", line):
            told[heading[1]] = []
        elif (row := re.match(r"\| `(\w+)` \|", line)) and told:
            told[list(told)[-1]].append(row[1])
    assert told == {str(table): list(columns) for table, columns in COLUMNS.items()}
    for table, columns in told.items():
        answer = querying.ask(written, f"FROM {table}", zone="UTC", with_text=True)
        assert answer.columns == columns
        list(answer.rows)


def test_the_documented_questions_can_be_asked(written: Path) -> None:
    questions = re.findall(r'taliq query "(.*?)"', DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(questions) >= 4
    for question in questions:
        querying.ask(written, question, zone="Africa/Cairo", with_text="texts" in question)


def test_a_reader_s_text_and_name_are_in_no_view_without_the_word(written: Path) -> None:
    for table in querying.views(with_text=False):
        shown = str(asked(written, f"FROM {table}"))
        assert "rude words" not in shown
        assert "Somebody" not in shown
    folder = written / SITE / "texts"
    for question in ("SELECT * FROM texts", f"FROM read_parquet('{folder}/*.parquet')"):
        with pytest.raises(QueryError) as refused:
            asked(written, question)
        assert refused.value.code == "failed"


FORBIDDEN = (
    ("SELECT * FROM read_text('/etc/hostname')", "failed"),
    ("SELECT * FROM read_csv('/etc/passwd')", "failed"),
    ("SELECT * FROM glob('/*')", "failed"),
    ("SELECT * FROM 'http://127.0.0.1:9/x.parquet'", "failed"),
    ("COPY comments TO 'out.csv'", "not_a_question"),
    ("CREATE TABLE x AS SELECT 1", "not_a_question"),
    ("ATTACH 'x.db'", "not_a_question"),
    ("INSTALL httpfs", "not_a_question"),
    ("LOAD httpfs", "not_a_question"),
    ("SET enable_external_access = true", "not_a_question"),
    ("PRAGMA enable_external_access = true", "not_a_question"),
    ("SELECT 1; COPY comments TO 'out.csv'", "not_a_question"),
    ("DROP VIEW comments", "not_a_question"),
    ("", "not_a_question"),
    ("SELEC 1", "failed"),
    ("SELECT nothing FROM comments", "failed"),
    ("SELECT list(range) FROM range(300000000)", "failed"),
)


def test_duckdb_is_shut_in(written: Path) -> None:
    for question, code in FORBIDDEN:
        with pytest.raises(QueryError) as refused:
            asked(written, question)
        assert (question, refused.value.code) == (question, code)
        assert "\n" not in refused.value.message
    assert sorted(path.name for path in written.iterdir()) == [".lock", SITE]


def test_nothing_to_ask_is_said(tmp_path: Path, written: Path, newsroom: Newsroom) -> None:
    with pytest.raises(QueryError, match="no_files"):
        asked(tmp_path / "empty", "SELECT 1")
    parquet.bring_up_to_date(newsroom.desk, OPERATOR, written, texts=False)
    with pytest.raises(QueryError, match="no_texts"):
        asked(written, "SELECT 1", with_text=True)
    with pytest.raises(QueryError, match="memory"):
        asked(written, "SELECT 1", memory="9; SET x")


def test_every_table_is_a_view() -> None:
    assert querying.views(with_text=True) == list(COLUMNS)
    assert Daily.TEXTS not in querying.views(with_text=False)
