"""No line of the log holds a reader's text, whichever door it came in by and whatever went wrong, even at DEBUG."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard import retaining, wiring
from dashboard.api.front import Front
from dashboard.backup import age, daily
from dashboard.cli.main import taliq
from dashboard.schedule import run_once
from moderation.decision import Outcome, Reason
from moderation.errors import Invalid, NotFound
from moderation.retention import Kind
from moderation.roles import Role
from moderation.search import SearchFilter
from moderation.service import appeals, commenters, personal, retention, review, search
from moderation.text.finding import sought
from tests.builders import OPERATOR, SITE, Newsroom, TableScorer
from tests.dashboard.api.around import BASE, Client, application
from tests.dashboard.api.conftest import front, settings  # noqa: F401 -- fixtures
from tests.dashboard.ui.pages import Signed

# In a text, a name, a note, an address; in Arabic and in Latin letters.
MARK, ARABIC = "quokkaword", "قرنفلوية"
TEXT = f"a rude {MARK} {ARABIC}"


@pytest.fixture
def backend() -> str:
    return "sqlite"


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("httpx"):
            # Our own visitor's.
            return
        # With the traceback, if it has one.
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture
def log() -> Iterator[_Kept]:
    """What `taliq serve` would write with TALIQ_LOG_LEVEL=DEBUG, and what loggers of their own keep from the root."""
    kept = _Kept()
    others = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    listened = [logging.root, *(one for one in others if not one.propagate)]
    levels = {one: one.level for one in listened}
    for one in listened:
        one.addHandler(kept)
        one.setLevel(logging.DEBUG)
    yield kept
    for one in listened:
        one.removeHandler(kept)
        one.setLevel(levels[one])


def silent(log: _Kept) -> None:
    logging.getLogger("taliq.tests").debug("heard")
    assert any("heard" in line for line in log.lines)
    assert not [line for line in log.lines if MARK in line or ARABIC in line]


def comment(name: str, **given: object) -> dict[str, object]:
    return {"external_id": name, "article_id": "a", "commenter_id": f"of-{name}", "body": TEXT} | given


@pytest.fixture
def site(newsroom: Newsroom, front: Front) -> Iterator[Client]:  # noqa: F811
    with Client(application(front), base_url=BASE, raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {newsroom.secret}"
        yield client


def test_not_what_comes_in_by_http(log: _Kept, site: Client) -> None:
    path = "/api/v1/comments"
    assert site.post(path, json=comment("one", commenter_name=MARK)).status_code == 201
    assert site.post(path, json=[comment("two"), comment("two"), comment("bad", parent_id=7)]).status_code < 500
    assert site.patch(f"{path}/one", json={"body": TEXT + " edited"}).status_code == 200
    assert (
        site.post(f"{path}/one/reports", json={"reporter_id": MARK, "reason": "spam", "note": TEXT}).status_code == 200
    )
    for body in (TEXT, json.dumps(comment("x"))[:-1], json.dumps(comment("x", body=[TEXT])), json.dumps({MARK: TEXT})):
        assert site.post(path, content=body, headers={"Content-Type": "application/json"}).status_code == 400
    assert site.get(f"{path}/{MARK}").status_code == 404
    assert site.get(f"/login/link?token={MARK}").status_code == 401
    silent(log)


def test_not_what_a_mistake_of_ours_says_of_it(log: _Kept, newsroom: Newsroom, site: Client) -> None:
    """An exception that quotes the text, from the classifier and from the database's driver."""

    class Quoting(TableScorer):
        def score(self, texts: object) -> list[object]:  # type: ignore[override]
            raise ValueError(f"cannot score {texts}")

    newsroom.desk = replace(newsroom.desk, scorer=Quoting())
    assert site.post("/api/v1/comments", json=comment("one")).status_code == 500
    newsroom.desk = replace(newsroom.desk, scorer=TableScorer())
    with newsroom.plant.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE comments RENAME TO elsewhere")
    assert site.post("/api/v1/comments", json=comment("two")).status_code == 503
    assert any("ValueError" in line for line in log.lines)
    silent(log)


def test_not_what_the_desk_does_with_it(log: _Kept, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, moderator = newsroom.desk, newsroom.moderator
    held = newsroom.say(TEXT, external_id="one", commenter_id="who", commenter_name=MARK)
    pages = Signed(monkeypatch, newsroom)
    assert not pages.open("queue", role=Role.MODERATOR).exception
    assert not pages.open("search", words=MARK).exception
    review.decide(
        desk, moderator, held.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM], note=TEXT, message=TEXT
    )
    appeals.lodge(desk, newsroom.key, "one", TEXT)
    row = search.find(desk, moderator, site=SITE, where=SearchFilter(words=sought(MARK))).rows[0]
    commenters.note(desk, moderator, row.comment.commenter_id, TEXT, site=SITE)
    with pytest.raises(Invalid):
        commenters.note(desk, moderator, row.comment.commenter_id, TEXT * 1_000, site=SITE)
    with pytest.raises(NotFound):
        personal.held(desk, OPERATOR, MARK, site=SITE)
    personal.held(desk, OPERATOR, "who", site=SITE)
    personal.erase(desk, OPERATOR, "who", site=SITE)
    silent(log)


def test_not_what_is_imported_backed_up_or_too_old(
    log: _Kept, newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = replace(newsroom.plant, desk=newsroom.desk)
    monkeypatch.setattr(wiring, "plant", lambda: plant)
    monkeypatch.setenv("TALIQ_DATABASE_URL", plant.settings.database_url)
    monkeypatch.setenv("TALIQ_VAR", str(tmp_path))
    rows = [comment("one", created_at="2026-11-01T00:00:00Z"), comment("bad", created_at=TEXT), {MARK: TEXT}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join([*map(json.dumps, rows), TEXT]) + "\n", encoding="utf-8")
    done = CliRunner().invoke(taliq, ["import", str(file), "--site", SITE])
    assert done.exit_code == 0, done.output
    assert MARK not in done.output
    wanted = replace(plant.settings, backup_folder=tmp_path / "kept", backup_recipients=age.new_identity()[1])
    for job in (daily.job(replace(plant, settings=wanted)), retaining.job(plant.desk)):
        assert job is not None
        assert run_once(job, threading.Event()) is None
    retention.set_days(plant.desk, OPERATOR, Kind.QUIET_COMMENTERS, 1)
    newsroom.clock.advance(days=30)
    assert run_once(retaining.job(plant.desk), threading.Event()) is None
    assert any("quiet_commenters" in line for line in log.lines)
    silent(log)
