"""The nightly files say what the database says, after late, changed, undone and erased comments; and what is asked of
them reads those files and nothing else."""

from __future__ import annotations

import re
import threading
from datetime import UTC, date, time, timedelta
from pathlib import Path

import pytest

import dashboard
from dashboard import parquet, querying
from dashboard.settings import Settings
from dashboard.wiring import Plant
from moderation.article import IncomingArticle
from moderation.decision import Outcome, Reason
from moderation.errors import Conflict, Unavailable
from moderation.retention import Kind
from moderation.service import accounts, amendments, intake, retention, review, warehouse
from tests.builders import OPERATOR, SITE, START, Newsroom

DOCS = Path(dashboard.__file__).parents[1] / "docs" / "query.md"


def brought(newsroom: Newsroom, folder: Path, *, texts: bool = False, since: date | None = None) -> int:
    return parquet.bring_up_to_date(newsroom.desk, OPERATOR, folder, texts=texts, since=since).files


def asked(folder: Path, question: str, *, with_text: bool = False) -> list[tuple[object, ...]]:
    return list(querying.ask(folder, question, zone="Africa/Cairo", with_text=with_text).rows)


@pytest.fixture
def written(newsroom: Newsroom, tmp_path: Path) -> Path:
    newsroom.say("first words", article_id="a-1", section="economy", created_at=START - timedelta(days=2))
    newsroom.say("rude words", article_id="a-1", section="economy", created_at=START)
    newsroom.say("a third", article_id="a-2", section="sport", created_at=START)
    brought(newsroom, tmp_path, texts=True)
    return tmp_path


def days(folder: Path, table: str) -> list[str]:
    return sorted(path.name for path in (folder / SITE / table).iterdir())


def test_a_file_for_each_day_of_the_newsrooms_calendar(newsroom: Newsroom, tmp_path: Path) -> None:
    # 22:30 in UTC is half past midnight in Cairo.
    newsroom.say(created_at=START.replace(hour=21, minute=30))
    newsroom.say(created_at=START.replace(hour=22, minute=30))
    brought(newsroom, tmp_path)
    assert days(tmp_path, "comments") == ["2026-11-23.parquet", "2026-11-24.parquet"]
    assert not (tmp_path / SITE / "texts").exists()


def test_what_nothing_happened_to_is_left_alone(newsroom: Newsroom, written: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in written.rglob("2*.parquet")}
    assert brought(newsroom, written, texts=True) == 0
    assert {path: path.stat().st_mtime_ns for path in written.rglob("2*.parquet")} == before
    assert brought(newsroom, written, texts=True, since=date(2026, 11, 22)) == len(before) - 2
    (written / SITE / "comments" / "2026-11-21.parquet").unlink()
    assert brought(newsroom, written, texts=True) == 1


def test_the_figures_are_the_databases_after_every_kind_of_change(newsroom: Newsroom, written: Path) -> None:
    desk = newsroom.desk
    late = newsroom.say("came late", created_at=START - timedelta(days=2))
    held = newsroom.say("rude again")
    review.open_card(desk, newsroom.moderator, held.id)
    decided = review.decide(
        desk, newsroom.moderator, held.id, Outcome.REJECT, seen_version=held.version, reasons=[Reason.SPAM]
    )
    brought(newsroom, written, texts=True)
    rejected = "SELECT count(*) FROM comments WHERE status = 'rejected'"
    undone = "SELECT count(*) FROM decisions WHERE undone"
    assert asked(written, "SELECT count(*) FROM comments") == [(5,)]
    assert asked(written, rejected) == [(1,)]
    assert asked(written, undone) == [(0,)]
    # Two days later: the decision's day is not the day of its undoing.
    newsroom.clock.advance(seconds=5)
    review.undo(desk, newsroom.moderator, decided.id)
    amendments.withdraw(desk, newsroom.key, late.external_id)
    brought(newsroom, written, texts=True)
    assert asked(written, rejected) == [(0,)]
    assert asked(written, undone) == [(1,)]
    assert asked(written, "SELECT text FROM texts WHERE text = 'came late'", with_text=True) == []
    assert asked(written, "SELECT count(*) FROM comments WHERE status = 'erased'") == [(1,)]


def test_an_erased_text_leaves_the_old_files(newsroom: Newsroom, written: Path) -> None:
    secret = newsroom.say("unforgettable-words", created_at=START - timedelta(days=2))
    brought(newsroom, written, texts=True)
    assert asked(written, "SELECT count(*) FROM texts WHERE text LIKE 'unforg%'", with_text=True) == [(1,)]
    amendments.withdraw(newsroom.desk, newsroom.key, secret.external_id)
    brought(newsroom, written, texts=True)
    assert asked(written, "SELECT count(*) FROM texts WHERE text LIKE 'unforg%'", with_text=True) == [(0,)]
    assert list(written.rglob("*.part")) == []


def test_the_names_of_who_is_made_anonymous_leave_the_old_files(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.say(commenter_name="Zubayda")
    brought(newsroom, tmp_path, texts=True)
    retention.set_days(newsroom.desk, OPERATOR, Kind.QUIET_COMMENTERS, 30)
    newsroom.clock.advance(days=31)
    assert asked(tmp_path, "SELECT commenter_name FROM texts", with_text=True) == [("Zubayda",)]
    retention.run(newsroom.desk, OPERATOR)
    brought(newsroom, tmp_path, texts=True)
    assert asked(tmp_path, "SELECT commenter_name FROM texts", with_text=True) == [("",)]


def test_comments_of_before_follow_their_article_into_its_section(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.say(article_id="early")
    brought(newsroom, tmp_path)
    newsroom.clock.advance(days=1)
    announced = IncomingArticle(external_id="early", title="The bread", section="economy")
    intake.save_article(newsroom.desk, newsroom.key, announced)
    brought(newsroom, tmp_path)
    assert asked(tmp_path, "SELECT section FROM comments") == [("economy",)]


def test_texts_that_are_not_wanted_any_more_are_taken_away(newsroom: Newsroom, written: Path) -> None:
    assert days(written, "texts")
    assert oct((written / SITE / "texts" / days(written, "texts")[0]).stat().st_mode & 0o777) == "0o600"
    brought(newsroom, written)
    assert days(written, "texts") == []


def test_a_first_run_that_was_cut_off_is_taken_up(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.say(created_at=START - timedelta(days=2))
    newsroom.say()
    calls = iter([False, True])
    cut = parquet.bring_up_to_date(newsroom.desk, OPERATOR, tmp_path, texts=False, stopping=lambda: next(calls))
    newsroom.say(created_at=START - timedelta(days=2))
    assert cut.files == 1
    brought(newsroom, tmp_path)
    assert asked(tmp_path, "SELECT count(*) FROM comments") == [(3,)]
    assert days(tmp_path, "comments") == ["2026-11-21.parquet", "2026-11-23.parquet"]


def test_one_process_at_a_time_writes_to_a_folder(newsroom: Newsroom, written: Path) -> None:
    """The others of a desk begin at the same hour: they leave it to the first, and its half-written files alone."""
    newsroom.say("a fourth", created_at=START)
    nightly = parquet.job(newsroom.desk, Settings(parquet_folder=written, parquet_texts=True))
    assert nightly is not None
    refused: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        part = written / SITE / "comments" / "2026-11-21.parquet.part"
        part.touch()
        nightly.run(threading.Event())
        with pytest.raises(Conflict) as told:
            brought(newsroom, written, texts=True)
        refused.append(str(told.value.fields["path"]))
        assert part.exists()

    parquet.bring_up_to_date(newsroom.desk, OPERATOR, written, texts=True, progress=meanwhile)
    assert set(refused) == {str(written)}
    assert asked(written, "SELECT count(*) FROM comments") == [(4,)]


def test_the_night_is_that_of_the_first_site_as_it_is_then(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk that begins without a site: nobody starts it anew once there is one."""
    job = parquet.job(plant.desk, Settings(parquet_folder=tmp_path, nightly_at=time(3)))
    assert job is not None
    assert job.cadence.after(START).astimezone(UTC).hour == 3
    accounts.add_site(plant.desk, OPERATOR, name="one", title="One", language="ar", time_zone="Asia/Dubai")
    assert job.cadence.after(START).astimezone(UTC).hour == 23

    def gone(*_: object) -> None:
        raise Unavailable(what="gone")

    monkeypatch.setattr(warehouse, "sites", gone)
    assert job.cadence.after(START).astimezone(UTC).hour == 23


def test_files_of_another_database_are_written_anew(newsroom: Newsroom, written: Path) -> None:
    state = written / SITE / "state.json"
    state.write_text(re.sub(r'"root": "\w+"', '"root": "00"', state.read_text()))
    assert brought(newsroom, written, texts=True) == 6
    state.write_text("not JSON")
    assert brought(newsroom, written, texts=True) == 6
    assert brought(newsroom, written, texts=True) == 0
