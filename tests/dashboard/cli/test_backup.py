"""`taliq backup` and `taliq restore` from the command line, and the daily backup's rules."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import wiring
from dashboard.backup import age, daily, folder
from dashboard.backup.restoring import Opening, check
from dashboard.settings import SettingError, Settings, from_environment
from dashboard.wiring import Plant
from moderation.service import accounts
from tests.builders import OPERATOR, START, Clock
from tests.dashboard.cli.conftest import Taliq

PASSPHRASE = "a long enough passphrase"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def keys(taliq: Taliq, tmp_path: Path) -> tuple[Path, str]:
    """A private key's file, and the public key."""
    path = tmp_path / "private.txt"
    made = taliq("backup", "--new-key", path)
    assert made.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    return path, made.stdout.strip()


@pytest.fixture
def elsewhere(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Plant]]:
    """When it is called, the command is about an empty database in another folder from then on."""
    url = f"sqlite:///{tmp_path / 'other' / 'taliq.sqlite'}"
    built = wiring.build(Settings(database_url=url))

    def switch() -> Plant:
        monkeypatch.setenv("TALIQ_DATABASE_URL", url)
        monkeypatch.setattr(wiring, "plant", lambda: built)
        return built

    yield switch
    built.close()


def test_out_into_a_file_and_back_into_another_database(
    taliq: Taliq, keys: tuple[Path, str], elsewhere: Callable[[], Plant], tmp_path: Path
) -> None:
    private, public = keys
    taliq("site", "add", "al-marsad", "--title", "المرصد")
    kept = tmp_path / "kept.age"
    made = taliq("backup", kept, "--to", public)
    assert (made.exit_code, made.stdout) == (0, "")
    assert re.search(r"Backed up \d+ rows to .*kept\.age\.\nThe key files are in it", made.stderr)
    whole = taliq("restore", kept, "--identity", private, "--check")
    assert whole.stderr.startswith("Whole: ")
    other = elsewhere()
    done = taliq("restore", kept, "--identity", private)
    assert done.exit_code == 0, done.stderr
    assert "taliq/al-marsad: one event, verified" in done.stderr
    assert "are back as well: erase them again" in done.stderr
    assert [site.title for site in accounts.sites(other.desk, OPERATOR)] == ["المرصد"]
    assert taliq("audit", "verify").exit_code == 0


def test_through_standard_output_and_input_by_a_passphrase(
    taliq: Taliq, elsewhere: Callable[[], Plant], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALIQ_BACKUP_PASSPHRASE", PASSPHRASE)
    taliq("site", "add", "al-marsad", "--title", "المرصد")
    made = taliq("backup", "-", "--passphrase")
    assert made.exit_code == 0
    other = elsewhere()
    assert taliq("restore", "-", stdin=made.stdout_bytes).exit_code == 0
    assert [site.title for site in accounts.sites(other.desk, OPERATOR)] == ["المرصد"]


def test_a_folder_keeps_the_newest(taliq: Taliq, keys: tuple[Path, str], tmp_path: Path) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    for day in (1, 2, 3):
        (place / f"taliq-2020-01-0{day}T00-00-00Z.age").touch()
    (place / "taliq-notes.age").touch()
    assert taliq("backup", place, "--to", keys[1], "--keep", 2).exit_code == 0
    left = sorted(one.name for one in place.iterdir())
    assert left[0] == "taliq-2020-01-03T00-00-00Z.age"
    assert left[2] == "taliq-notes.age"
    assert len(left) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup", "x.age"), "Nobody can be asked"),
        (("backup", "--to", "PUBLIC"), "Name a PATH"),
        (("backup", "x.age", "--to", "age1nonsense"), "no public key"),
        (("backup", "x.age", "--to", "/absent/file"), "no file"),
        (("backup", "x.age", "--passphrase-file", "SHORT"), "at least 12"),
        (("backup", "--new-key", "PRIVATE"), "there already"),
        (("restore", "KEPT"), "--identity"),
        (("restore", "KEPT", "--identity", "SHORT"), "no private key"),
        (("restore", "KEPT", "--identity", "OTHER"), "for another key"),
        (("restore", "SHORT", "--identity", "PRIVATE"), "no backup of Taliq"),
        (("restore", "KEPT", "--identity", "PRIVATE"), "not empty"),
        (("restore", "/absent/file"), "/absent/file"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    arguments: tuple[str, ...],
    words: str,
    taliq: Taliq,
    keys: tuple[Path, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    taliq("site", "add", "al-marsad")
    places = {name: tmp_path / name.lower() for name in ("SHORT", "KEPT", "OTHER")}
    places["SHORT"].write_text("short")
    places["OTHER"].write_text(age.new_identity()[0])
    taliq("backup", places["KEPT"], "--to", keys[1])
    given = {**places, "PRIVATE": keys[0], "PUBLIC": keys[1]}
    result = taliq(*[given.get(one, one) for one in arguments])
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""
    assert not list(tmp_path.glob("*x.age*"))


def test_a_private_key_is_no_recipient() -> None:
    with pytest.raises(SettingError):
        from_environment({"TALIQ_BACKUP_RECIPIENTS": age.new_identity()[0]})


def test_one_a_day_and_the_folder_says_when(plant: Plant, tmp_path: Path) -> None:
    private, public = age.new_identity()
    place = tmp_path / "daily"
    clock = Clock()
    wanted = replace(plant.settings, backup_folder=place, backup_recipients=public, backup_keep=2)
    job = daily.job(replace(plant, settings=wanted, desk=replace(plant.desk, now=clock)))
    assert daily.job(plant) is None
    assert job is not None
    made = [job.run(threading.Event())]
    for hours in (23, 1, 24, 24):
        clock.advance(hours=hours)
        made.append(job.run(threading.Event()))
    assert [one is not None for one in made] == [True, False, True, True, True]
    assert [folder.newest(place), len(folder.backups(place))] == [START + timedelta(hours=72), 2]
    with folder.backups(place)[0].open("rb") as file:
        assert check(file, Opening(identities=age.identities_of(private))).keys
    clock.advance(hours=-200)
    assert job.run(threading.Event())


def test_a_backup_that_fails_leaves_nothing(plant: Plant, tmp_path: Path) -> None:
    place = tmp_path / "daily"
    wanted = replace(plant.settings, backup_folder=place, backup_recipients=age.new_identity()[1])
    broken = replace(plant, settings=wanted, archive=None)  # type: ignore[arg-type]
    job = daily.job(broken)
    assert job is not None
    with pytest.raises(AttributeError):
        job.run(threading.Event())
    assert list(place.iterdir()) == []


def test_a_process_that_stops_waits_for_no_backup(plant: Plant, tmp_path: Path) -> None:
    place = tmp_path / "daily"
    wanted = replace(plant.settings, backup_folder=place, backup_recipients=age.new_identity()[1])
    job = daily.job(replace(plant, settings=wanted))
    assert job is not None
    stopping = threading.Event()
    stopping.set()
    assert job.run(stopping) is None
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_behind_goes_with_the_next_backup(tmp_path: Path) -> None:
    newest = tmp_path / folder.name_of(START)
    newest.touch()
    at = newest.stat().st_mtime
    for name, hours in (
        (f".{folder.name_of(START)}.7.part", 2),
        (f".{folder.name_of(START)}.8.part", 0),
        (".x.part", 9),
    ):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (at - hours * 3600, at - hours * 3600))
    assert folder.prune(tmp_path, 1) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([newest.name, f".{newest.name}.8.part", ".x.part"])


def test_a_backup_goes_into_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as thread:
        taken = thread.submit(pipe.read_bytes)
        with folder.whole(pipe) as file:
            file.write(b"everything")
        assert taken.result(timeout=60) == b"everything"
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")
    with folder.whole(tmp_path / "link") as file:
        file.write(b"everything")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"everything"
