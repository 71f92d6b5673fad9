"""Why the database is not ready stands in the log, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from db.engine import connect
from db.migrate import upgrade
from db.readiness import Readiness


def test_why_the_database_is_not_ready_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "desk.sqlite"
    engine = connect(f"sqlite:///{path}")
    ready = Readiness(engine)
    upgrade(engine)
    for _ in range(2):
        assert ready()
        engine.dispose()
        aside = path.rename(tmp_path / "aside")
        path.mkdir()
        for _ in range(3):
            with pytest.raises(OperationalError):
                ready()
        path.rmdir()
        aside.rename(path)
        ready.forget()
    assert [record.getMessage() for record in caplog.records if record.name == "taliq.database"] == [
        "the database is not ready: unable to open database file"
    ] * 2
    engine.dispose()
