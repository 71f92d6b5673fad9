"""Lines: counted, hashed, bounded, and taken up again only behind the very same bytes."""

from io import BytesIO

import pytest

from moderation.importers.lines import LONGEST, Lines

TEXT = b"one\r\ntwo\n\nfour"


def test_lines_are_counted_and_keep_their_ends() -> None:
    lines = Lines(BytesIO(TEXT))
    read = []
    while line := lines.read():
        read.append((lines.number, line))
    assert read == [(1, b"one\r\n"), (2, b"two\n"), (3, b"\n"), (4, b"four")]


def test_a_byte_order_mark_is_no_part_of_the_text_but_of_the_bytes() -> None:
    lines = Lines(BytesIO(b"\xef\xbb\xbfone\ntwo\n"))
    assert (lines.peek(), lines.read(), lines.read()) == (b"one\n", b"one\n", b"two\n")
    assert lines.offset == 11


def test_a_long_line_comes_in_pieces_of_one_line_and_its_rest_can_be_skipped() -> None:
    lines = Lines(BytesIO(b"x" * (3 * LONGEST) + b"\nnext\n"))
    assert len(lines.read()) == LONGEST
    assert lines.number == 1
    lines.skip_line()
    assert lines.read() == b"next\n"
    assert lines.number == 2


def test_a_mark_stands_between_lines_only() -> None:
    lines = Lines(BytesIO(TEXT))
    lines.read()
    assert lines.mark() is not None
    while lines.read():
        pass
    assert lines.mark() is None


@pytest.mark.parametrize("peeked", [False, True])
def test_reading_goes_on_behind_a_mark(peeked: bool) -> None:
    lines = Lines(BytesIO(TEXT))
    lines.read()
    lines.read()
    mark = lines.mark()
    assert mark is not None
    again = Lines(BytesIO(TEXT))
    if peeked:
        again.peek()
    assert again.forward(mark)
    assert (again.read(), again.number) == (b"\n", 3)


@pytest.mark.parametrize("other", [b"One\r\ntwo\n\nfour", b"one\r\ntwO\nfour", b"one\r\n", b""])
def test_other_bytes_before_the_mark_are_noticed(other: bytes) -> None:
    lines = Lines(BytesIO(TEXT))
    lines.read()
    lines.read()
    mark = lines.mark()
    assert mark is not None
    assert not Lines(BytesIO(other)).forward(mark)
