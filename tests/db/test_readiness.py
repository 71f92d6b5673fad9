"""Why the database is not ready stands in the log, once; a disk of PostgreSQL's that is full is no ready database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from dashboard.wiring import Plant
from db.engine import connect
from db.migrate import upgrade
from db.readiness import Readiness
from db.troubles import trouble_of


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


@contextmanager
def _full(engine: Engine) -> Iterator[None]:
    """The files that the one connection's server process would make beside the database are the device that is full."""
    with engine.connect() as connection:
        place = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    if not place.is_dir() or not os.access(place, os.W_OK):
        pytest.skip("the server's files are out of reach")
    folder = place / "base" / "pgsql_tmp"
    if not folder.exists():
        folder.mkdir()
        # Tests may run as root, which the server does not.
        os.chown(folder, place.stat().st_uid, place.stat().st_gid)
    files = [folder / f"pgsql_tmp{process}.{number}" for number in range(20)]
    for file in files:
        file.symlink_to("/dev/full")
    yield
    for file in files:
        file.unlink(missing_ok=True)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_disk_without_room_is_told_though_what_is_there_can_be_changed(plant: Plant) -> None:
    engine = connect(plant.settings.database_url, pool_size=1)
    ready = Readiness(engine)
    assert ready()
    with _full(engine):
        ready.forget()
        with pytest.raises(OperationalError) as told:
            ready()
        assert trouble_of(told.value) == "disk_full"
    assert ready()
    engine.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_server_that_allows_no_files_for_a_while_is_ready(plant: Plant) -> None:
    engine = connect(plant.settings.database_url, pool_size=1)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET temp_file_limit = 0")
    assert Readiness(engine)()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW temp_file_limit").scalar_one() == "0"
    engine.dispose()
