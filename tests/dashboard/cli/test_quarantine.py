"""`taliq import` on both databases: bad rows are put aside with the reason, and none is lost or doubled."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from dashboard.wiring import Plant
from moderation.service import accounts
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq
from tests.dashboard.cli.imports import SITE, aside, lines, row, tally

# What a checkpoint told before it proved what was set aside.
EARLIER = {"site", "mark", "kept", "quarantined", "quarantine_size", "witness"}
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
