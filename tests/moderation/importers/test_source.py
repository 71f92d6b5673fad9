"""Files: plain, gzip, cut gzip, pipes, and formats by name or by sight."""

import bz2
import gzip
import io
import lzma
import os
import threading
import zlib
from itertools import islice
from pathlib import Path

import pytest

from moderation.errors import Invalid
from moderation.importers.formats import Format, format_of, records
from moderation.importers.records import Record
from moderation.importers.source import Source, opened, piped

LINES = b"".join(b'{"external_id": "%d", "body": "%s"}\n' % (n, os.urandom(20).hex().encode()) for n in range(5_000))


def count(source: Source) -> int:
    return sum(isinstance(row, Record) for row in records(source.lines, Format.JSONL))


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_plain_or_packed_whatever_its_name(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "comments"
    path.write_bytes(gzip.compress(LINES) if packed else LINES)
    with opened(path) as source:
        assert count(source) == 5_000
        assert source.position() == source.total == path.stat().st_size


@pytest.mark.parametrize("keep", [10, 5_000, -8, -1])
def test_a_cut_gzip_gives_its_whole_lines_and_then_says_so(keep: int) -> None:
    packed = gzip.compress(LINES)[:keep]
    whole = zlib.decompressobj(31).decompress(packed).count(b"\n")
    rows = records(piped(io.BytesIO(packed)).lines, Format.JSONL)
    assert len(list(islice(rows, whole))) == whole
    with pytest.raises(Invalid, match="truncated_gzip"):
        next(rows)


def test_a_damaged_gzip_says_so() -> None:
    packed = bytearray(gzip.compress(LINES))
    packed[-6] ^= 1
    with pytest.raises(Invalid, match="damaged_gzip"):
        count(piped(io.BytesIO(packed)))


def test_two_gzip_files_in_one_are_both_read() -> None:
    assert count(piped(io.BytesIO(gzip.compress(LINES) * 2))) == 10_000


@pytest.mark.parametrize("packed", [False, True])
def test_a_pipe_may_come_byte_by_byte(packed: bool) -> None:
    reading, writing = os.pipe()
    sent = LINES[: LINES.index(b"\n") + 1]
    sent = gzip.compress(sent) if packed else sent

    def write() -> None:
        for byte in sent:
            os.write(writing, bytes([byte]))
        os.close(writing)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb") as stream:
        source = piped(stream)
        assert count(source) == 1
        assert source.total is None
    writer.join()


@pytest.mark.parametrize("start", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_refused_at_once(start: bytes) -> None:
    with pytest.raises(Invalid, match="utf_16"):
        piped(io.BytesIO(start + b"a\x00"))


@pytest.mark.parametrize(
    ("packed", "reason", "by"),
    [
        (bz2.compress(LINES), "packed", "bzip2"),
        (lzma.compress(LINES), "packed", "xz"),
        (bytes.fromhex("28b52ffd2402"), "packed", "zstd"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "workbook", ""),
        (b"PK\x03\x04\x14\x00", "workbook", ""),
        (b"PAR1\x15\x04", "parquet", ""),
    ],
)
def test_a_file_that_holds_no_lines_is_called_what_it_is(packed: bytes, reason: str, by: str) -> None:
    with pytest.raises(Invalid) as refused:
        piped(io.BytesIO(packed))
    assert refused.value.fields == {"field": "file", "reason": reason, "by": by}


@pytest.mark.parametrize("text", [b"", b"P", b"PK", b"PAR", b"BZh"])
def test_the_beginning_of_such_a_file_is_text(text: bytes) -> None:
    assert piped(io.BytesIO(text)).lines.read() == text


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", b"{}", Format.CSV),
        ("a.CSV.gz", b"", Format.CSV),
        ("a.tsv", b"", Format.CSV),
        ("a.jsonl", b"a,b", Format.JSONL),
        ("a.ndjson.gz", b"", Format.JSONL),
        ("a.txt", b"\xef\xbb\xbf {}", Format.JSONL),
        ("-", b"a;b", Format.CSV),
        ("-", b"", Format.CSV),
    ],
)
def test_the_format_by_name_else_by_the_first_line(name: str, text: bytes, expected: Format) -> None:
    assert format_of(name, piped(io.BytesIO(text)).lines) is expected


def test_a_json_array_is_refused() -> None:
    with pytest.raises(Invalid, match="json_array"):
        format_of("a.json", piped(io.BytesIO(b'[\n{"a": 1}\n]')).lines)
