"""The `taliq` command in this process, on a database of its own, with a classifier that does as it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from dashboard import wiring
from dashboard.cli import words
from dashboard.cli.main import taliq as command
from dashboard.settings import Settings
from dashboard.wiring import Plant
from tests.builders import TableScorer

Taliq = Callable[..., Result]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    words.language.cache_clear()
    yield
    words.language.cache_clear()


@pytest.fixture
def plant(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    monkeypatch.setenv("TALIQ_DATABASE_URL", database_url)
    monkeypatch.setenv("TALIQ_VAR", str(tmp_path / "var"))
    built = wiring.build(Settings(database_url=database_url, var=tmp_path / "var"))
    built = replace(built, desk=replace(built.desk, scorer=TableScorer()))
    monkeypatch.setattr(wiring, "plant", lambda: built)
    yield built
    built.close()


@pytest.fixture
def taliq(plant: Plant) -> Taliq:
    """Runs the command; a traceback fails the test, whatever the command was expected to do."""

    def run(*arguments: object, stdin: str | bytes = "") -> Result:
        result = CliRunner().invoke(command, [str(one) for one in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit | click.ClickException):
            raise result.exception
        return result

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "comments.jsonl"
