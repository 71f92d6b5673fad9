"""`taliq report`: a week as one file, drawn for real, in both languages."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard import weekly
from dashboard.wiring import Plant
from moderation.service import accounts, intake
from tests.builders import OPERATOR, SITE, START, incoming
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.test_mailing import read, serving


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def filled(plant: Plant) -> Plant:
    plant.prepare()
    accounts.add_site(plant.desk, OPERATOR, name=SITE, title="المرصد <b>")
    items = [incoming(f"<script>alert({at})</script>", article_title="<i>عنوان", created_at=START) for at in range(3)]
    intake.submit(plant.desk, OPERATOR, items, site=SITE)
    return plant


@pytest.mark.parametrize(("lang", "way"), [("ar", "rtl"), ("en", "ltr")])
def test_a_week_is_one_file_that_needs_nothing_else(
    filled: Plant, taliq: Taliq, tmp_path: Path, lang: str, way: str
) -> None:
    assert (
        "taliq-al-marsad-2026-11-22.html"
        in taliq("report", "--week", "2026-11-23", "--lang", lang, "--out", tmp_path).stderr
    )
    text = (tmp_path / "taliq-al-marsad-2026-11-22.html").read_text(encoding="utf-8")
    assert f'<html lang="{lang}" dir="{way}">' in text
    assert "<script" not in text
    assert "<i>عنوان" not in text
    assert "<svg" in text


def test_a_report_goes_into_a_pipe(filled: Plant, taliq: Taliq, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as thread:
        taken = thread.submit(pipe.read_bytes)
        assert taliq("report", "--week", "2026-11-23", "--out", pipe).exit_code == 0
        assert b"</html>" in taken.result(timeout=60)
    assert pipe.is_fifo()


def test_who_got_it_is_told_and_why_others_did_not(
    filled: Plant, taliq: Taliq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly, "drawn", lambda *_: "<p>")
    with serving() as server:
        server.replies = {"b@example.org": "451 try\x1b[31m later"}
        monkeypatch.setenv("TALIQ_SMTP_URL", f"smtp+plain://{server.place}")
        monkeypatch.setenv("TALIQ_MAIL_FROM", "desk@example.org")
        monkeypatch.setenv("TALIQ_REPORT_TO", "a@example.org,b@example.org")
        result = taliq("report", "--mail", "--lang", "en", "--out", tmp_path)
    # The letter is in the language of the report that was asked for.
    assert [str(read(mail)["Subject"]).partition(" on ")[0] for mail in server.mail] == ["Comments of the week"]
    assert result.exit_code == 1
    assert "sent to 1 mailbox" in result.stderr
    assert "b@example.org: 451 try\\x1b[31m later" in result.stderr


def test_half_a_week_does_not_take_the_place_of_the_whole(
    filled: Plant, taliq: Taliq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly, "drawn", lambda *_: "<p>")
    monkeypatch.setenv("TALIQ_REPORT_FOLDER", str(tmp_path))
    today = filled.desk.now().astimezone(ZoneInfo("Africa/Cairo")).date()
    assert taliq("report", "--week", str(today), "--out", tmp_path).exit_code == 0
    assert taliq("report", "--week", str(today - timedelta(days=7)), "--out", tmp_path).exit_code == 0
    week = today - timedelta(days=(today.weekday() + 1) % 7)
    assert {path.name for path in tmp_path.glob("*.html")} == {
        f"taliq-{SITE}-{week}-so-far.html",
        f"taliq-{SITE}-{week - timedelta(days=7)}.html",
    }


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")
    weekly.write(tmp_path / "link", "a week")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "a week"


def test_a_full_disk_leaves_nothing_of_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *given: object, **named: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        weekly.write(tmp_path / "week.html", "a week")
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_told(filled: Plant, taliq: Taliq, tmp_path: Path) -> None:
    for arguments, told in (
        (("--mail",), "TALIQ_REPORT_TO"),
        (("--site", "nowhere"), "nowhere"),
        (("--week", "soon"), "soon"),
        (("--week", "2030-01-01"), "has not begun"),
        (("--out", "absent/report.html"), "absent"),
    ):
        result = taliq("report", "--out", tmp_path, *arguments)
        assert result.exit_code == 2
        assert told in result.output
    assert list(tmp_path.glob("*.html")) == []
