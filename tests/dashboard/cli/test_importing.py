"""`taliq import` on both databases: every row is accounted for, however often, damaged or interrupted."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.cli import importing
from dashboard.cli.readers import LARGE
from dashboard.wiring import Plant
from moderation.comment import Status
from moderation.errors import NotFound
from moderation.service import insights
from moderation.text.asking import BITS, Ask
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.cli.imports import SITE, aside, lines, row, stored, tally


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
