"""`taliq import` on both databases: every row is accounted for, however often, damaged or interrupted."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dashboard.cli import importing
from dashboard.cli.import_job import Places
from dashboard.cli.readers import LARGE
from dashboard.wiring import Plant
from moderation.comment import Status
from moderation.errors import Contention, NotFound, Unavailable
from moderation.importers.quarantine import Quarantine
from moderation.service import accounts, insights, intake
from moderation.text.asking import BITS, Ask
from tests.amounts import amount
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq

SITE = "al-marsad"
# What a checkpoint told before it proved what was set aside.
EARLIER = {"site", "mark", "kept", "quarantined", "quarantine_size", "witness"}
TALLY = re.compile(r"([\d,]+) rows read: ([\d,]+) stored, ([\d,]+) there already, ([\d,]+) set aside")


def row(number: int, body: str = "A civil thought", **more: object) -> dict[str, object]:
    return {"external_id": f"c{number}", "article_id": "a", "commenter_id": f"u{number % 7}", "body": body, **more}


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)


def tally(output: str) -> tuple[int, int, int, int]:
    """Read, stored, there already, set aside; the sum is checked in passing."""
    found = TALLY.search(output)
    assert found, output
    read, stored, duplicates, quarantined = (int(number.replace(",", "")) for number in found.groups())
    assert read == stored + duplicates + quarantined
    return read, stored, duplicates, quarantined


def aside(path: Path) -> list[dict[str, Any]]:
    name = path.with_name(path.name + ".quarantine.jsonl")
    return [json.loads(line) for line in name.read_text(encoding="utf-8").splitlines()]


def stored(plant: Plant, *external_ids: str) -> list[Status]:
    return [intake.lookup(plant.desk, OPERATOR, one, site=SITE).status for one in external_ids]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "comments.jsonl"


def test_comments_are_stored_judged_and_queued(taliq: Taliq, plant: Plant, file: Path) -> None:
    file.write_text(
        lines(
            row(1, created_at="2026-10-01T10:00:00+02:00", article_title="خبر", section="سياسة", commenter_name="قارئ"),
            row(2, "rude"),
            row(3, parent_id="c1"),
        )
    )
    result = taliq("import", file, "--site", SITE)
    assert result.exit_code == 0, result.output
    assert tally(result.stdout) == (3, 3, 0, 0)
    assert stored(plant, "c1", "c2", "c3") == [Status.PUBLISHED, Status.PENDING, Status.PUBLISHED]
    choices = insights.choices(plant.desk, OPERATOR, site=SITE)
    assert [name for _, name in choices.sections] == ["سياسة"]
    assert [title for _, title in choices.articles] == ["خبر"]


@pytest.mark.parametrize(("first", "known"), [(2, True), (4, False)])
def test_postgresql_learns_how_much_there_is_while_much_comes_in(
    taliq: Taliq, plant: Plant, file: Path, monkeypatch: pytest.MonkeyPatch, first: int, known: bool
) -> None:
    monkeypatch.setattr(importing, "_FIRST_STATISTICS", first)
    file.write_text(lines(*map(row, range(3))))
    assert taliq("import", file, "--site", SITE).exit_code == 0
    if plant.engine.dialect.name == "postgresql":
        with plant.engine.connect() as connection:
            counted = text("SELECT reltuples FROM pg_class WHERE relname IN ('comments', 'commenters')")
            assert set(connection.execute(counted).scalars()) == ({3} if known else {-1})


def test_an_address_of_a_commenter_comes_along(taliq: Taliq, plant: Plant, tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text(
        "external_id,article_id,commenter_id,body,commenter_email\n"
        "c1,a,u1,A civil thought,Amal@Example.com\n"
        "c2,a,u2,Another,\n"
        "c3,a,u3,A third,nowhere\n"
    )
    result = taliq("import", file, "--site", SITE)
    assert tally(result.stdout) == (3, 2, 0, 1)
    assert "nowhere" not in result.output
    with plant.desk.read() as uow:
        site = uow.sites.by_name(SITE)
        assert site is not None
        known = {key: uow.commenters.by_external(site.id, key) for key in ("u1", "u2")}
        kept = {key: uow.emails.of(one.id) for key, one in known.items() if one is not None}
    assert kept == {"u1": "amal@example.com", "u2": None}


def test_an_import_repeated_skips_and_counts_what_is_there(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(*(row(n) for n in range(2_500)), row(0), {"external_id": "x"}))
    assert tally(taliq("import", file, "--site", SITE).stdout) == (2_502, 2_500, 1, 1)
    again = taliq("import", file, "--site", SITE)
    assert tally(again.stdout) == (2_502, 0, 2_501, 1)
    assert "2,502" in again.stdout.splitlines()[0]
    from_the_start = taliq("import", file, "--site", SITE, "--restart")
    assert tally(from_the_start.stdout) == (2_502, 0, 2_501, 1)
    assert [(one["line"], one["field"], one["reason"]) for one in aside(file)] == [(2_502, "article_id", "missing")]


def test_a_file_that_grew_goes_on_where_it_ended(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1), {"x": 1}))
    taliq("import", file, "--site", SITE)
    with file.open("a") as more:
        more.write(lines(row(2), {"y": 1}))
    result = taliq("import", file, "--site", SITE)
    assert tally(result.stdout) == (4, 1, 1, 2)
    assert "first 2 rows" in result.stdout
    assert [one["line"] for one in aside(file)] == [2, 4]


def test_another_file_of_the_same_name_is_read_from_its_start(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1), {"x": 1}, row(2)))
    taliq("import", file, "--site", SITE)
    file.write_text(lines(row(5), row(2), row(3), {"external_id": "z"}))
    assert tally(taliq("import", file, "--site", SITE).stdout) == (4, 2, 1, 1)
    assert [one["line"] for one in aside(file)] == [4]


def test_another_site_and_another_database_get_all_of_the_file(taliq: Taliq, plant: Plant, file: Path) -> None:
    file.write_text(lines(row(1), row(2)))
    taliq("import", file, "--site", SITE)
    assert tally(taliq("import", file, "--site", "other").stdout) == (2, 2, 0, 0)
    checkpoint = file.with_name(file.name + ".import.json")
    told = json.loads(checkpoint.read_text())
    # The same file, but the database was restored from a backup made before its last batch.
    told["witness"]["comment_id"] += 1
    checkpoint.write_text(json.dumps(told))
    assert tally(taliq("import", file, "--site", "other").stdout) == (2, 0, 2, 0)


def test_a_last_line_cut_in_two_is_read_whole_once_the_file_is(taliq: Taliq, plant: Plant, file: Path) -> None:
    whole = lines(row(1), row(2))
    file.write_text(whole[:-20])
    assert tally(taliq("import", file, "--site", SITE).stdout) == (2, 1, 0, 1)
    file.write_text(whole)
    assert tally(taliq("import", file, "--site", SITE).stdout) == (2, 1, 1, 0)
    assert not file.with_name(file.name + ".quarantine.jsonl").exists()
    assert stored(plant, "c2") == [Status.PUBLISHED]


def cut_and_whole(taliq: Taliq, path: Path, packed: bytes, *, end: int) -> tuple[int, int]:
    """How many of the rows went in while the file had been cut, and how many when it was whole."""
    path.write_bytes(packed[:end])
    result = taliq("import", path, "--site", SITE)
    assert result.exit_code == 2
    assert "ends too early" in result.stderr
    read, first, _, _ = tally(result.stdout)
    assert read == first
    path.write_bytes(packed)
    read, then, there, aside = tally(taliq("import", path, "--site", SITE).stdout)
    assert (then, there, aside) == (read - first, first, 0)
    return first, read


def test_a_cut_gzip_goes_in_as_far_as_it_goes_and_goes_on_later(taliq: Taliq, tmp_path: Path) -> None:
    path = tmp_path / "comments.jsonl.gz"
    packed = gzip.compress(lines(*(row(n, os.urandom(30).hex()) for n in range(3_000))).encode())
    first, whole = cut_and_whole(taliq, path, packed, end=len(packed) // 2)
    assert 1_000 < first < 2_000
    assert whole == 3_000


def test_a_large_cut_gzip_goes_in_as_far_as_another_process_can_read_it(
    taliq: Taliq, plant: Plant, tmp_path: Path
) -> None:
    path = tmp_path / "comments.jsonl.gz"
    rows = [row(n, f"The correct name is {os.urandom(9_000).hex()}") for n in range(600)]
    packed = gzip.compress(lines(*rows).encode())
    end = len(packed) * 9 // 10
    assert end > LARGE
    first, whole = cut_and_whole(taliq, path, packed, end=end)
    assert 200 < first < 600
    assert whole == 600
    with plant.engine.connect() as connection:
        asks = connection.execute(text("SELECT DISTINCT asks FROM comments")).scalars().all()
    assert asks == [BITS[Ask.CORRECTION]]


def test_csv_as_a_spreadsheet_saves_it(taliq: Taliq, plant: Plant, tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["external_id", "article_id", "commenter_id", "body", "likes"])
    writer.writerows([[f"c{n}", "a", "u", 'two\nlines; "quoted"', n] for n in range(3)])
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    refused = taliq("import", path, "--site", SITE)
    assert (refused.exit_code, "likes" in refused.stderr, refused.stdout) == (2, True, "")
    with pytest.raises(NotFound):
        stored(plant, "c1")
    assert tally(taliq("import", path, "--site", SITE, "--ignore", "likes").stdout) == (3, 3, 0, 0)


HOSTILE = {
    "nul": "a\x00b",
    "surrogate": "a\ud800b",
    "marks": "a" + "\u0301" * 19_000,
    "bidi": "\u202egnp.exe\u2066",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "![x](https://example.org/x.png)",
    "formula": "=cmd|' /C calc'!A0",
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈",
}


def test_hostile_texts_are_comments_like_any_other(taliq: Taliq, plant: Plant, file: Path) -> None:
    file.write_text("".join(json.dumps(row(n, body)) + "\n" for n, body in enumerate(HOSTILE.values())))
    assert tally(taliq("import", file, "--site", SITE).stdout) == (len(HOSTILE), len(HOSTILE), 0, 0)


BAD: dict[str, tuple[bytes, str, str]] = {
    "empty": (lines(row(1, "")).encode(), "body", "empty"),
    "invisible": (lines(row(1, "\u200b\u2060 ")).encode(), "body", "empty"),
    "megabyte": (lines(row(1, "x" * 900_000)).encode(), "body", "too_long"),
    "too_much": (lines(row(1, "x" * 3_000_000)).encode(), "", "too_long"),
    "future": (lines(row(1, created_at="2999-01-01")).encode(), "created_at", "in_future"),
    "type": (lines(row(1, commenter_id=["u"])).encode(), "commenter_id", "wrong_type"),
    "unknown": (lines(row(1, colour="red")).encode(), "colour", "unknown_field"),
    "not_utf8": (b'{"body": "\xe3\xc4"}\n', "", "not_utf8"),
    "not_json": (b"nonsense\n", "", "not_json"),
    "array": (b'["a"]\n', "", "not_an_object"),
}


def test_bad_rows_are_put_aside_with_line_field_and_reason(taliq: Taliq, file: Path) -> None:
    file.write_bytes(b"\n".join(text.rstrip(b"\n") for text, _, _ in BAD.values()) + b"\r\n" + lines(row(99)).encode())
    result = taliq("import", file, "--site", SITE, "--format", "jsonl")
    assert result.exit_code == 0
    assert tally(result.stdout) == (len(BAD) + 1, 1, 0, len(BAD))
    assert [(one["line"], one["field"], one["reason"]) for one in aside(file)] == [
        (line, field, reason) for line, (_, field, reason) in enumerate(BAD.values(), start=1)
    ]
    assert str(file) in result.stdout


def test_rows_put_aside_go_in_once_they_are_mended(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1, created_at="yesterday"), row(2)))
    taliq("import", file, "--site", SITE)
    mended = lines(*(one["row"] | {"created_at": "2026-01-01"} for one in aside(file)))
    assert tally(taliq("import", "-", "--site", SITE, stdin=mended).stdout) == (1, 1, 0, 0)


def test_a_pipes_bad_rows_are_kept_and_not_repeated(taliq: Taliq, plant: Plant) -> None:
    for expected in ((2, 1, 0, 1), (2, 0, 1, 1)):
        assert tally(taliq("import", "-", "--site", SITE, stdin=lines(row(1), {"x": 1})).stdout) == expected
    taliq("import", "-", "--site", SITE, stdin="external_id,article_id,commenter_id,body\n1,2\n")
    kept = (plant.settings.var / "import.quarantine.jsonl").read_text().splitlines()
    assert [json.loads(line)["reason"] for line in kept] == ["unknown_field", "column_count"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"external_id,body\n", "article_id"),
        ("a.csv", b"external_id,article_id,commenter_id,body,\x1b[31mred\n", "\\x1b[31mred"),
        ("a.json", b"[\n{}\n]", "array"),
        ("a.csv", "external_id,article_id".encode("utf-16"), "UTF-16"),
        ("a.csv.gz", gzip.compress(b"x" * 100, mtime=0)[:20], "too early"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_leaves_nothing_behind(
    name: str, content: bytes, words: str, taliq: Taliq, plant: Plant, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = taliq("import", path, "--site", SITE)
    assert result.exit_code == 2
    assert words in result.stderr
    assert accounts.sites(plant.desk, OPERATOR) == []


def test_a_missing_file_and_a_folder_are_told(taliq: Taliq, tmp_path: Path) -> None:
    assert "no file" in taliq("import", tmp_path / "absent.csv", "--site", SITE).stderr
    assert "folder" in taliq("import", tmp_path, "--site", SITE).stderr


def test_a_bad_site_name_is_refused_before_anything_is_put_aside(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1)))
    result = taliq("import", file, "--site", "Not A Name")
    assert (result.exit_code, result.stdout.count("rows read")) == (2, 0)
    assert not file.with_name(file.name + ".quarantine.jsonl").exists()


def test_somebody_elses_file_is_no_quarantine(taliq: Taliq, file: Path, tmp_path: Path) -> None:
    (tmp_path / "novel.txt").write_text("chapter one")
    file.write_text(lines({"x": 1}))
    result = taliq("import", file, "--site", SITE, "--quarantine", tmp_path / "novel.txt")
    assert result.exit_code == 2
    assert (tmp_path / "novel.txt").read_text() == "chapter one"


@pytest.mark.parametrize("stdin", [False, True], ids=["file", "stdin"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "absent"])
def test_a_quarantine_that_cannot_be_written_is_refused_before_anything_is_stored(
    taliq: Taliq, plant: Plant, file: Path, tmp_path: Path, kind: str, stdin: bool
) -> None:
    place = tmp_path / "place"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    named = place / "bad.jsonl" if kind == "absent" else place
    file.write_text(lines(row(1), {"x": 1}))
    for restart in ([], ["--restart"]):
        given = ("import", "-" if stdin else file, "--site", SITE, "--quarantine", named, *restart)
        result = taliq(*given, stdin=file.read_text())
        assert (result.exit_code, result.stdout) == (2, "")
        assert str(named) in result.stderr
        assert accounts.sites(plant.desk, OPERATOR) == []
    assert (place.is_fifo(), place.is_dir(), place.exists()) == (kind == "pipe", kind == "folder", kind != "absent")


def test_a_link_named_as_quarantine_stays(taliq: Taliq, file: Path, tmp_path: Path) -> None:
    link, place = tmp_path / "link", tmp_path / "place"
    place.touch()
    link.symlink_to(place)
    file.write_text(lines({"x": 1}))
    assert taliq("import", file, "--site", SITE, "--quarantine", link).exit_code == 0
    assert link.is_symlink()
    assert len(place.read_text().splitlines()) == 1


def test_a_quarantine_that_is_named_for_two_imports_loses_no_rows(taliq: Taliq, tmp_path: Path) -> None:
    one, two, shared = (tmp_path / name for name in ("one.jsonl", "two.jsonl", "shared.jsonl"))
    one.write_text(lines(row(1), {"x": 1}, {"x": 2}))
    two.write_text(lines(row(2), {"y": 1}))
    named = ("--site", SITE, "--quarantine", shared)
    for _ in range(2):
        assert taliq("import", one, *named).exit_code == 0
        for more in ([], ["--restart"], ["--site", "other"]):
            refused = taliq("import", two, *named, *more)
            assert (refused.exit_code, refused.stdout) == (2, "")
            assert f"{shared} holds rows that another import has set aside" in refused.stderr
        assert tally(taliq("import", one, *named, "--restart").stdout) == (3, 0, 1, 2)
        assert [json.loads(line)["row"] for line in shared.read_text().splitlines()] == [{"x": 1}, {"x": 2}]
    assert tally(taliq("import", two, "--site", SITE).stdout) == (2, 1, 0, 1)


@pytest.mark.parametrize("first", [[], [{"x": 1}, {"x": 2}]], ids=["nothing_set_aside", "two_set_aside"])
def test_a_named_quarantine_that_another_import_wrote_meanwhile_is_kept(
    taliq: Taliq, tmp_path: Path, first: list[dict[str, object]]
) -> None:
    one, two, shared = (tmp_path / name for name in ("one.jsonl", "two.jsonl", "shared.jsonl"))
    one.write_text(lines(row(1), *first))
    two.write_text(lines(row(2), {"y": "a row that is longer than those of the other import"}, {"y": 2}, {"y": 3}))
    named = ("--site", SITE, "--quarantine", shared)
    assert taliq("import", one, *named).exit_code == 0
    shared.unlink(missing_ok=True)
    assert taliq("import", two, *named).exit_code == 0
    kept = shared.read_bytes()
    assert taliq("import", one, *named).exit_code == 2
    assert shared.read_bytes() == kept
    # Without the file the import begins anew, and sets aside all of its own again.
    shared.unlink()
    assert tally(taliq("import", one, *named).stdout) == (1 + len(first), 0, 1, len(first))
    assert shared.exists() == bool(first)


def test_a_named_quarantine_goes_on_behind_what_a_run_wrote_that_was_interrupted(
    taliq: Taliq, file: Path, tmp_path: Path
) -> None:
    named = tmp_path / "bad.jsonl"
    given = ("import", file, "--site", SITE, "--quarantine", named)
    file.write_text(lines({"x": 1}, row(1)))
    taliq(*given)
    checkpoint = file.with_name(file.name + ".import.json")
    kept = checkpoint.read_bytes()
    file.write_text(file.read_text() + lines({"x": 2}, row(2), {"x": 3}))
    taliq(*given)
    # As if the power had failed while the last row was written, before the checkpoint was on the disk.
    checkpoint.write_bytes(kept)
    os.truncate(named, named.stat().st_size - 5)
    for expected in ((5, 0, 2, 3), (5, 0, 2, 3)):
        assert tally(taliq(*given).stdout) == expected
        assert [json.loads(line)["row"]["x"] for line in named.read_text().splitlines()] == [1, 2, 3]


@pytest.mark.parametrize("named", [True, False])
def test_an_earlier_versions_checkpoint_is_believed_beside_the_file_alone(
    taliq: Taliq, file: Path, tmp_path: Path, named: bool
) -> None:
    given = ("import", file, "--site", SITE, *(["--quarantine", tmp_path / "bad.jsonl"] if named else []))
    file.write_text(lines({"x": 1}, row(1)))
    taliq(*given)
    checkpoint = file.with_name(file.name + ".import.json")
    told = json.loads(checkpoint.read_text())
    checkpoint.write_text(json.dumps({name: value for name, value in told.items() if name in EARLIER}))
    result = taliq(*given)
    assert (result.exit_code, "first 2 rows" in result.stdout) == ((2, False) if named else (0, True))


def test_rows_refused_go_in_when_the_same_file_is_read_in_another_way(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1), row(2, likes=3)))
    given = ("import", file, "--site", SITE)
    assert tally(taliq(*given).stdout) == (2, 1, 0, 1)
    result = taliq(*given, "--ignore", "likes")
    assert (tally(result.stdout), "first 2 rows" in result.stdout) == ((2, 1, 1, 0), False)
    for more, goes_on in (
        (["--ignore", "likes"], True),
        (["--ignore", "likes", "--format", "jsonl"], False),
        (["--format", "jsonl", "--ignore", "likes"], True),
        ([], False),
    ):
        assert ("first 2 rows" in taliq(*given, *more).stdout) is goes_on


@pytest.mark.parametrize("more", [[], ["--restart"]], ids=["again", "restart"])
def test_a_second_import_of_a_file_waits_for_the_first_to_end(taliq: Taliq, file: Path, more: list[str]) -> None:
    file.write_text(lines(row(1), {"x": 1}))
    taliq("import", file, "--site", SITE)
    kept = aside(file)
    with closing(Quarantine(file.with_name(file.name + ".quarantine.jsonl"))) as running:
        running.open()
        result = taliq("import", file, "--site", SITE, *more)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Another import is running" in result.stderr
    assert aside(file) == kept
    assert taliq("import", file, "--site", SITE, *more).exit_code == 0
    assert aside(file) == kept


@pytest.mark.parametrize("error", [None, Contention(what="row")], ids=["seen", "met"])
def test_two_imports_may_make_one_site(
    taliq: Taliq, plant: Plant, file: Path, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    file.write_text(lines(row(1)))
    really = accounts.add_site

    def add_site(*given: Any, **named: Any) -> Any:
        really(*given, **named)
        if error is not None:
            raise error
        return really(*given, **named)

    monkeypatch.setattr(accounts, "add_site", add_site)
    assert tally(taliq("import", file, "--site", SITE).stdout) == (1, 1, 0, 0)
    assert [one.name for one in accounts.sites(plant.desk, OPERATOR)] == [SITE]


def test_the_name_of_the_desks_own_log_is_no_sites(taliq: Taliq, file: Path) -> None:
    file.write_text(lines(row(1)))
    assert taliq("import", file, "--site", "desk").exit_code == 2


def test_a_busy_database_is_waited_for(taliq: Taliq, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(lines(row(1)))
    really, tries = intake.submit_read, iter([Unavailable(kind="x"), Contention(what="transaction")])

    def submit(*given: Any, **named: Any) -> Any:
        for error in tries:
            raise error
        return really(*given, **named)

    monkeypatch.setattr(intake, "submit_read", submit)
    monkeypatch.setattr("dashboard.cli.import_job._PAUSES", (0, 0, 0))
    assert tally(taliq("import", file, "--site", SITE).stdout) == (1, 1, 0, 0)


@pytest.mark.parametrize(("what", "stored"), [("gone", 1), ("disk_full", 0)])
def test_a_server_that_is_started_anew_is_waited_for_longer(
    taliq: Taliq, file: Path, monkeypatch: pytest.MonkeyPatch, what: str, stored: int
) -> None:
    file.write_text(lines(row(1)))
    really, tries = intake.submit_read, iter([Unavailable(kind="x", what=what)] * 5)

    def submit(*given: Any, **named: Any) -> Any:
        for error in tries:
            raise error
        return really(*given, **named)

    monkeypatch.setattr(intake, "submit_read", submit)
    monkeypatch.setattr("dashboard.cli.import_job._PAUSES", (0, 0, 0, 0, 0))
    assert tally(taliq("import", file, "--site", SITE).stdout)[1] == stored


def test_a_database_that_stays_away_leaves_a_checkpoint(
    taliq: Taliq, plant: Plant, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(lines(*(row(n) for n in range(2_500))))
    really, calls = intake.submit_read, 0

    def submit(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise Unavailable(kind="gone")
        return really(*given, **named)

    monkeypatch.setattr("dashboard.cli.import_job._PAUSES", ())
    with monkeypatch.context() as patch:
        patch.setattr(intake, "submit_read", submit)
        result = taliq("import", file, "--site", SITE)
    assert result.exit_code == 1
    assert tally(result.stdout) == (2_000, 2_000, 0, 0)
    assert tally(taliq("import", file, "--site", SITE).stdout) == (2_500, 500, 2_000, 0)


def test_beside_a_file_in_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")
    assert Places.of(file, var=tmp_path / "var").checkpoint == tmp_path / "a.csv.import.json"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    places = Places.of(file, var=tmp_path / "var")
    assert places.quarantine.parent == tmp_path / "var"
    assert places.quarantine.name.endswith("-a.csv.quarantine.jsonl")


# A classifier's start would be most of the test's time. The import stops at its third checkpoint, before or after it is
# written: the database has committed either way.
DRIVER = """
import sys, time
from dataclasses import replace
from dashboard import wiring
from moderation.importers import checkpoint
from tests.builders import TableScorer
plant = wiring.plant()
plant = replace(plant, desk=replace(plant.desk, scorer=TableScorer()))
wiring.plant = lambda: plant
save, calls, moment = checkpoint.save, [], sys.argv.pop(1)
def stop(*given):
    calls.append(given)
    if len(calls) == 3 and moment == "before":
        print("here", flush=True); time.sleep(60)
    save(*given)
    if len(calls) == 3:
        print("here", flush=True); time.sleep(60)
checkpoint.save = stop
from dashboard.cli.main import main
main()
"""


def interrupted(file: Path, how: signal.Signals, moment: str) -> tuple[int, str]:
    arguments = [sys.executable, "-c", DRIVER, moment, "import", str(file), "--site", SITE]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "here\n"
        running.send_signal(how)
        output, _ = running.communicate(timeout=60)
    return running.returncode, output


SOME = [(signal.SIGKILL, "after"), (signal.SIGINT, "before")]
ALL = [*SOME, (signal.SIGKILL, "before"), (signal.SIGINT, "after")]


@pytest.mark.parametrize(("how", "moment"), amount(SOME, full=ALL))
def test_an_interrupted_import_goes_on_and_loses_nothing(
    how: signal.Signals, moment: str, taliq: Taliq, file: Path
) -> None:
    file.write_text(lines(*(row(n) if n % 500 else {"bad": n} for n in range(5_000))))
    code, output = interrupted(file, how, moment)
    assert code == (130 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        assert tally(output) == (2_000, 1_996, 0, 4)
    result = taliq("import", file, "--site", SITE)
    assert ("first 3,000 rows" if moment == "after" else "first 2,000 rows") in result.stdout
    assert tally(result.stdout) == (5_000, 1_996, 2_994, 10)
    assert [one["row"]["bad"] for one in aside(file)] == [n * 500 for n in range(10)]
    assert tally(taliq("import", file, "--site", SITE, "--restart").stdout) == (5_000, 0, 4_990, 10)


@pytest.mark.parametrize("change", ["size = size - 1, frontier = substr(frontier, 1, 32)", "size = -5"])
def test_a_log_that_does_not_fit_its_head_stops_the_import(
    taliq: Taliq, plant: Plant, tmp_path: Path, change: str
) -> None:
    """Of three events, so that one frontier is the beginning of the other's; no row is set aside for it."""
    file = tmp_path / "late.jsonl"
    rows = [{"external_id": f"c{n}", "article_id": "a", "commenter_id": "u", "body": "civil"} for n in range(20)]
    lines = [json.dumps(row) + "\n" for row in rows]
    file.write_text("".join(lines[:2]))
    assert taliq("import", file, "--site", "al-marsad").exit_code == 0
    with plant.engine.begin() as connection:
        connection.execute(text(f"UPDATE logs SET {change} WHERE id <> 0"))  # noqa: S608
    file.write_text("".join(lines))
    result = taliq("import", file, "--site", "al-marsad")
    assert result.exit_code == 1
    assert "The log does not fit its head: run `taliq audit verify`" in result.stderr
    assert "0 set aside" in result.stdout
    assert [path.name for path in tmp_path.glob("*quarantine*")] == []
    assert taliq("audit", "export", "--site", "al-marsad").exit_code == 0
