"""JSON lines: what a line may be, and what is said of one that is not."""

import io

import pytest

from moderation.importers.json_lines import records
from moderation.importers.lines import LONGEST, Lines
from moderation.importers.records import SHOWN, Bad, Record

GOOD = b'{"external_id": "1"}\n'


def found(text: bytes) -> list[tuple[int, object]]:
    return [
        (row.line, row.reason if isinstance(row, Bad) else dict(row.fields)) for row in records(Lines(io.BytesIO(text)))
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not_json"),
        (b'{"a": 1} {"b": 2}', "not_json"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a": NaN}', "not_json"),
        (b'{"a": -1e999}', "not_json"),
        (b'{"a": 1, "b": 2, "a": 1}', "duplicate_key"),
        (b'{"b": [{"a": 1, "a": 2}]}', "duplicate_key"),
        (b'{"a": "\xe3"}', "not_utf8"),
        (b'"text"', "not_an_object"),
        (b"[1]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"a": "' + b"x" * LONGEST + b'"}', "too_long"),
        (b"x" * 5 * LONGEST, "too_long"),
    ],
    ids=[
        "cut",
        "two",
        "digits",
        "brackets",
        "nan",
        "infinite",
        "twice",
        "inside",
        "cp1256",
        "string",
        "array",
        "null",
        "long",
        "endless",
    ],
)
def test_a_bad_line_is_put_aside_and_the_next_is_read(line: bytes, reason: str) -> None:
    assert found(GOOD + line + b"\n" + GOOD) == [
        (1, {"external_id": "1"}),
        (2, reason),
        (3, {"external_id": "1"}),
    ]


def test_blank_lines_and_a_byte_order_mark_and_a_missing_line_end_are_no_fault() -> None:
    assert found(b"\xef\xbb\xbf" + GOOD + b"\r\n \n" + GOOD.rstrip()) == [
        (1, {"external_id": "1"}),
        (4, {"external_id": "1"}),
    ]


def test_nul_and_lone_surrogates_reach_the_parser_of_comments() -> None:
    assert found(b'{"body": "a\\u0000\\ud800"}') == [(1, {"body": "a\x00\ud800"})]


def test_the_field_that_is_named_twice_is_told() -> None:
    (bad,) = records(Lines(io.BytesIO(b'{"id": 1, "body": "a", "body": "b"}\n')))
    assert (bad.field, bad.raw) == ("body", '{"id": 1, "body": "a", "body": "b"}\n')  # type: ignore[union-attr]


def test_what_is_kept_of_a_line() -> None:
    kept = [row for row in records(Lines(io.BytesIO(b'{"a": "\xe3"}\n' + b"y" * 2 * LONGEST))) if isinstance(row, Bad)]
    assert [row.raw for row in kept] == ['{"a": "\\xe3"}\n', "y" * SHOWN]


def test_a_line_just_under_the_limit_is_read_whole() -> None:
    body = b"x" * (LONGEST - len(b'{"a": ""}\n'))
    (row,) = records(Lines(io.BytesIO(b'{"a": "' + body + b'"}\n')))
    assert isinstance(row, Record)
