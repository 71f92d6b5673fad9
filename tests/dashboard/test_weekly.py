"""The week's report: which week, once to the folder, once to each mailbox, and what comes of a server that fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard import settings as deployment
from dashboard import weekly
from dashboard.settings import SettingError, Settings
from dashboard.weekly import Week
from moderation.article import Site
from moderation.errors import Forbidden
from moderation.roles import Caller, Key
from moderation.service import sent
from moderation.service.desk import Desk
from tests.builders import SITE, START, Newsroom
from tests.dashboard.test_mailing import Server, read, serving

# The newsroom's clock stands at Monday, 23 November 2026, 14:00 in Cairo; Sunday is the 22nd.
LAST = Week(first=date(2026, 11, 15))


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def box() -> Iterator[Server]:
    with serving() as server:
        yield server


def wanted(box: Server, **given: Any) -> Settings:
    usual: dict[str, Any] = {
        "report_to": ("editor@example.org", "head@example.org"),
        "mail_from": "taliq@example.org",
        "smtp_url": f"smtp+plain://{box.place}",
    }
    return Settings(**(usual | given))


class Pages:
    """Draws a page of one word, and remembers what it was asked for."""

    def __init__(self, text: str = "التقرير") -> None:
        self.text = text
        self.asked: list[tuple[str, Week, str]] = []

    def __call__(self, desk: Desk, caller: Caller, site: Site, week: Week, lang: str) -> str:
        self.asked.append((site.name, week, lang))
        return f"<p>{self.text}</p>"


def once(newsroom: Newsroom, settings: Settings, pages: Pages) -> None:
    weekly.once(newsroom.desk, settings, pages, threading.Event())


@pytest.mark.parametrize(
    ("now", "day", "at", "first"),
    [
        # Sunday, 22 November, seven in the morning in Cairo is five in UTC; on either side of it.
        ("2026-11-22T04:59", "sunday", 7, "2026-11-08"),
        ("2026-11-22T05:00", "sunday", 7, "2026-11-15"),
        ("2026-11-28T20:00", "sunday", 7, "2026-11-15"),
        ("2026-11-23T12:00", "monday", 7, "2026-11-16"),
        ("2026-11-23T12:00", "tuesday", 7, "2026-11-10"),
        # Half past ten at night in UTC on Saturday is Sunday in Cairo.
        ("2026-11-21T22:30", "sunday", 0, "2026-11-15"),
    ],
)
def test_the_last_week_by_the_newsrooms_clock(now: str, day: str, at: int, first: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = weekly.last_week(moment, "Africa/Cairo", Settings(report_day=day, report_at=time(at)))
    assert found.first == date.fromisoformat(first)
    assert (found.last - found.first).days == 6


@pytest.mark.parametrize(("day", "first"), [("2026-11-21", "2026-11-15"), ("2026-11-22", "2026-11-22")])
def test_the_week_of_a_day(day: str, first: str) -> None:
    assert weekly.week_of(date.fromisoformat(day), Settings()).first == date.fromisoformat(first)


def test_the_folder_gets_a_week_once(newsroom: Newsroom, tmp_path: Path) -> None:
    pages = Pages()
    settings = Settings(report_folder=tmp_path / "reports")
    once(newsroom, settings, pages)
    once(newsroom, settings, pages)
    assert pages.asked == [(SITE, LAST, "ar")]
    [path] = (tmp_path / "reports").iterdir()
    assert path.name == "taliq-al-marsad-2026-11-15.html"
    assert path.read_text(encoding="utf-8") == "<p>التقرير</p>"
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    newsroom.clock.advance(days=7)
    once(newsroom, settings, pages)
    assert len(list((tmp_path / "reports").iterdir())) == 2


def test_each_mailbox_gets_a_letter_of_its_own_once(newsroom: Newsroom, box: Server) -> None:
    settings = wanted(box, report_language="en")
    once(newsroom, settings, Pages())
    # Another process, or the same one after a restart, asks the log.
    once(newsroom, settings, Pages())
    letters = [read(one) for one in box.mail]
    assert [one["To"] for one in letters] == ["editor@example.org", "head@example.org"]
    letter = letters[0]
    assert letter["Subject"] == "Comments of the week on المرصد: 15 November 2026 to 21 November 2026"
    assert letter["From"] == "taliq@example.org"
    [attached] = letter.iter_attachments()
    assert attached.get_filename() == "taliq-al-marsad-2026-11-15.html"
    assert attached.get_content_type() == "text/html"
    assert attached.get_content().strip() == "<p>التقرير</p>"


def test_what_the_server_refuses_is_sent_in_the_next_round(newsroom: Newsroom, box: Server) -> None:
    settings = wanted(box, report_to=("editor@example.org",))
    box.refuse = True
    with pytest.raises(OSError, match="no"):
        once(newsroom, settings, Pages())
    assert sent.last_week_sent(newsroom.desk, weekly.REPORTER, site=SITE) is None
    box.refuse = False
    once(newsroom, settings, Pages())
    assert len(box.mail) == 1
    assert sent.last_week_sent(newsroom.desk, weekly.REPORTER, site=SITE) == LAST.first


def boxes(box: Server) -> list[str]:
    return [read(one)["To"] for one in box.mail]


def test_who_is_put_off_gets_it_later_and_nobody_gets_it_twice(
    newsroom: Newsroom, box: Server, caplog: pytest.LogCaptureFixture
) -> None:
    debts: weekly.Debts = {}

    def again() -> None:
        weekly.once(newsroom.desk, settings, pages, threading.Event(), debts)

    settings, pages = wanted(box), Pages()
    box.replies = {"head@example.org": "451 try later"}
    for _ in range(2):
        with pytest.raises(OSError, match="451 try later"):
            again()
    assert boxes(box) == ["editor@example.org"]
    assert "SMTPRecipientsRefused 451" in caplog.text
    assert "try later" not in caplog.text
    box.replies = {}
    again()
    again()
    assert boxes(box) == ["editor@example.org", "head@example.org"]
    assert len(pages.asked) == 3


@pytest.mark.parametrize(("reply", "hours", "tried"), [("550 nobody", 1, False), ("451 later", 23, True),
                                                       ("451 later", 25, False)])  # fmt: skip
def test_how_long_a_mailbox_is_tried(newsroom: Newsroom, box: Server, reply: str, hours: int, tried: bool) -> None:
    debts: weekly.Debts = {}
    settings = wanted(box)
    box.replies = {"head@example.org": reply}
    with pytest.raises(OSError, match="head"):
        weekly.once(newsroom.desk, settings, Pages(), threading.Event(), debts)
    newsroom.clock.advance(hours=hours)
    box.replies = {}
    weekly.once(newsroom.desk, settings, Pages(), threading.Event(), debts)
    assert ("head@example.org" in boxes(box)) is tried


def test_a_week_sent_by_hand_before_it_is_over_is_sent_when_it_is(newsroom: Newsroom, box: Server) -> None:
    settings = wanted(box, report_to=("editor@example.org",))
    once(newsroom, settings, Pages())
    weekly.send(newsroom.desk, settings, newsroom.site, Week(first=LAST.first + timedelta(days=7)), "so far")
    newsroom.clock.advance(days=7)
    once(newsroom, settings, Pages())
    once(newsroom, settings, Pages())
    assert len(box.mail) == 3


def test_the_folder_is_served_where_the_mail_server_is_not_there(newsroom: Newsroom, tmp_path: Path) -> None:
    with serving() as gone:
        settings = wanted(gone, report_folder=tmp_path)
    with pytest.raises(OSError, match="refused"):
        once(newsroom, settings, Pages())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_title_cannot_write_headers(newsroom: Newsroom, box: Server) -> None:
    site = Site(id=newsroom.site.id, name=SITE, title="x\r\nBcc: all@example.org", language="en", time_zone="UTC")
    weekly.send(newsroom.desk, wanted(box), site, LAST, "\ud800<p>")
    letter = read(box.mail[0])
    assert letter["Bcc"] is None
    assert "x Bcc: all@example.org" in letter["Subject"]


def test_a_process_that_stops_begins_nothing(newsroom: Newsroom, tmp_path: Path) -> None:
    pages, stopping = Pages(), threading.Event()
    stopping.set()
    weekly.once(newsroom.desk, Settings(report_folder=tmp_path), pages, stopping)
    assert pages.asked == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TALIQ_REPORT_TO", "no mailbox"),
        ("TALIQ_REPORT_TO", "a@b\r\nBcc: c@d"),
        ("TALIQ_REPORT_DAY", "someday"),
        ("TALIQ_REPORT_AT", "25:00"),
    ],
)
def test_a_setting_that_cannot_be_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingError) as refused:
        deployment.from_environment({variable: value})
    assert refused.value.variable == variable


def test_a_job_where_there_is_a_folder_or_a_mailbox(newsroom: Newsroom, tmp_path: Path) -> None:
    assert weekly.job(newsroom.desk, Settings(), newsroom.plant.alone) is None
    assert weekly.job(newsroom.desk, Settings(report_to=("nobody@example.org",)), newsroom.plant.alone) is None
    job = weekly.job(newsroom.desk, Settings(report_folder=tmp_path), newsroom.plant.alone)
    assert job is not None
    # A failure is tried again within the hour, in turn with the night's other work.
    assert job.cadence.heavy
    assert job.cadence.after(START) - START <= timedelta(hours=1)


def test_of_two_processes_one_sends_it(newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "drawn", Pages())
    job = weekly.job(newsroom.desk, Settings(report_folder=tmp_path), newsroom.plant.alone)
    assert job is not None
    with newsroom.plant.alone("report"):
        job.run(threading.Event())
    assert list(tmp_path.iterdir()) == []
    job.run(threading.Event())
    assert len(list(tmp_path.iterdir())) == 1


def test_who_may_not_export_may_not_say_that_a_report_was_sent(newsroom: Newsroom) -> None:
    assert isinstance(newsroom.key, Key)
    with pytest.raises(Forbidden):
        sent.note_sent(newsroom.desk, newsroom.key, site=SITE, week=LAST.first, recipients=1)
