"""CSV: delimiters, quotes, damage, and comments that try to be rows."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import Invalid
from moderation.importers.csv_table import Table
from moderation.importers.lines import LONGEST, Lines
from moderation.importers.records import SHOWN, Bad, Record

HEADER = "external_id,article_id,commenter_id,body\n"


def table(text: str | bytes, ignored: tuple[str, ...] = ()) -> Table:
    return Table(Lines(io.BytesIO(text if isinstance(text, bytes) else text.encode())), ignored=ignored)


def rows(text: str | bytes) -> list[Record | Bad]:
    return list(table(text).records())


def bodies(text: str | bytes) -> list[object]:
    """The bodies that were read; for a row that could not be, its line and what is wrong."""
    return [(row.line, row.reason) if isinstance(row, Bad) else row.fields["body"] for row in rows(text)]


@pytest.mark.parametrize(
    ("text", "delimiter", "found"),
    [
        (HEADER + "1,a,u,hello\n", ",", ["hello"]),
        (HEADER.replace(",", ";") + "1;a;u;hello, you\n", ";", ["hello, you"]),
        (HEADER.replace(",", "\t") + "1\ta\tu\thello; you\n", "\t", ["hello; you"]),
        # A byte order mark, CRLF, quoted names with spaces, and no line end at the end.
        ('\ufeff"external_id", article_id ,commenter_id,body\r\n1,a,u,مرحبا\r\n2,a,u,"a, b"', ",", ["مرحبا", "a, b"]),
        (HEADER + '1,a,u,"two\nlines and ""quotes"""\n2,a,u,next\n', ",", ['two\nlines and "quotes"', "next"]),
        (HEADER + "\n1,a,u,after a blank line\n\n\n", ",", ["after a blank line"]),
        (HEADER, ",", []),
    ],
)
def test_what_spreadsheets_and_databases_write_is_read(text: str, delimiter: str, found: list[str]) -> None:
    assert table(text).delimiter == delimiter
    assert bodies(text) == found


@pytest.mark.parametrize(
    ("header", "field", "reason"),
    [
        ("", "header", "missing"),
        ("\n", "header", "missing"),
        ("external_id,article_id,body", "commenter_id", "missing_column"),
        ("external_id,article_id,commenter_id,body,text", "text", "unknown_column"),
        ("external_id,article_id,commenter_id,body,body", "body", "repeated_column"),
        ('external_id,article_id,commenter_id,"body', "header", "not_csv"),
        (b"external_id,article_id,commenter_id,body\xff", "header", "not_utf8"),
        ("x" * LONGEST * 2, "header", "not_csv"),
    ],
    ids=["empty", "blank", "missing", "unknown", "repeated", "unclosed", "not_utf8", "endless"],
)
def test_a_header_that_does_not_fit_is_refused(header: str | bytes, field: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        table(header)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_ignored_columns_are_left_out() -> None:
    found = list(table("likes,external_id,article_id,x,commenter_id,body\n9,1,a,,u,hi\n", ("likes", "x")).records())
    assert [row.fields for row in found if isinstance(row, Record)] == [
        {"external_id": "1", "article_id": "a", "commenter_id": "u", "body": "hi"}
    ]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        ("1,a,u\n", "column_count"),
        ("1,a,u,x,y\n", "column_count"),
        ('1,a,u,"x"y\n', "not_csv"),
        # The quotes hold a line break and, behind it, what looks like a row.
        ('1,a,"x"y,"z\n9,a,u,forged\n"\n', "not_csv"),
        (b"1,a,u,\xe3\xc4\n", "not_utf8"),
        (b'1,a,u,"\xe3\xc4\n9,a,u,forged\n"\n', "not_utf8"),
        (b'1,a,u,"' + b"x" * LONGEST + b'\n9,a,u,forged\n"\n', "too_long"),
        (b'1,a,u,"' + b"x\n" * LONGEST + b'9,a,u,""forged""\n"\n', "too_long"),
        (b"1,a,u," + b"x" * 3 * LONGEST + b"\n", "too_long"),
    ],
    ids=["few", "many", "quote", "forged", "cp1256", "cp1256_forged", "long_line", "long_record", "long_plain"],
)
def test_a_damaged_row_is_put_aside_to_its_very_end(damaged: str | bytes, reason: str) -> None:
    damaged = damaged if isinstance(damaged, bytes) else damaged.encode()
    found = bodies(HEADER.encode() + b"0,a,u,before\n" + damaged + b"5,a,u,after\n")
    assert found == ["before", (3, reason), "after"]


def test_a_quote_that_never_closes_takes_the_rest_of_the_file_and_says_so() -> None:
    assert bodies(HEADER + '1,a,u,x\n2,a,u,"x\n3,a,u,y\n') == ["x", (3, "unclosed_quote")]


def test_what_is_kept_of_a_bad_row() -> None:
    kept = [
        row for row in rows(HEADER.encode() + b"1,a,u,\xe3\n" + b"2," + b"x" * LONGEST + b"\n") if isinstance(row, Bad)
    ]
    assert kept[0].raw == "1,a,u,\\xe3\n"
    assert kept[1].raw == "2," + "x" * (SHOWN - 2)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=40)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8), st.sampled_from(",;\t"))
def test_whatever_a_csv_writer_writes_is_read_back(written: list[tuple[str, str]], delimiter: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["external_id", "article_id", "commenter_id", "body"])
    writer.writerows([["1", "a", name, body] for name, body in written])
    found = rows(file.getvalue())
    assert [(row.fields["commenter_id"], row.fields["body"]) for row in found if isinstance(row, Record)] == written


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_what_is_wrong_with_them(noise: bytes) -> None:
    found = rows(HEADER.encode() + noise + b'"\n\n1,a,u,last\n')
    assert all(isinstance(row, Record | Bad) for row in found)
