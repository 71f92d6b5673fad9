"""The exported log: lines that can be checked by hand, and a table that computes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.audit import Event, EventType, Sealed, seal
from moderation.exports import events
from moderation.tree import Frontier

AT = datetime(2026, 11, 23, 18, 25, 3, 120_000, tzinfo=UTC)


def event(actor: str = "moderator:amal", **facts: object) -> Event:
    return Event(type=EventType.COMMENT_DECIDED, actor=actor, subject="comment:7", at=AT, data=facts)


def sealed(*given: Event) -> list[Sealed]:
    return seal(given, Frontier(), log_id=4)


NOTE = "a signed head"


def table(rows: list[Sealed]) -> list[dict[str, str]]:
    text = b"".join(events.csv(rows, NOTE)).decode("utf-8-sig")
    *rows, last = csv.DictReader(io.StringIO(text, newline=""))
    assert (last["type"], last["details"]) == ("checkpoint", NOTE)
    return list(rows)


def test_a_reader_can_recompute_leaves_and_head() -> None:
    rows = sealed(event(outcome="reject", reasons=["spam"]), event("مشرف:آمال"), event())
    *lines, last = [json.loads(line) for line in b"".join(events.jsonl(rows, NOTE)).decode().splitlines()]
    assert last == {"checkpoint": NOTE}
    frontier = Frontier()
    for position, line in enumerate(lines):
        assert (line["log"], line["position"]) == ("4", position)
        leaf = sha256(b"\x00" + line["body"].encode()).digest()
        assert line["leaf"] == leaf.hex()
        assert line["subtree"] == frontier.append(leaf).hex()
    assert json.loads(lines[1]["body"])["actor"] == "مشرف:آمال"


def test_a_tampered_body_is_exported_as_it_is() -> None:
    rows = [sealed(event())[0]._replace(body='{"a": "\ud800"')]
    line, _ = b"".join(events.jsonl(rows, NOTE)).decode().splitlines()
    assert json.loads(line)["body"] == '{"a": "\ud800"'
    assert "body" in table(rows)[0]["details"]


def test_the_table_begins_with_the_mark_and_its_header_even_when_it_is_empty() -> None:
    text = b"".join(events.csv([], NOTE))
    assert text.startswith(b"\xef\xbb\xbf" + ",".join(events.COLUMNS).encode() + b"\r\n,,,checkpoint,")


def test_the_tables_cells() -> None:
    (row,) = table(
        sealed(event(outcome="reject", reasons=["spam", "ad"], causes=["human"], status="rejected", version=2))
    )
    assert row | {"leaf": "", "subtree": ""} == {
        "log": "4", "position": "0", "time": "2026-11-23T18:25:03.120Z", "type": "comment:decided",
        "actor": "moderator:amal", "subject": "comment:7", "outcome": "reject", "reasons": "spam ad", "causes": "human",
        "status": "rejected", "note": "", "details": '{"version": 2}', "leaf": "", "subtree": "",
    }  # fmt: skip


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda text: "=" + text) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)


@given(actor=HOSTILE, note=HOSTILE, outcome=HOSTILE)
def test_no_cell_is_a_formula(actor: str, note: str, outcome: str) -> None:
    (row,) = table(sealed(event(actor, note=note, outcome=outcome)))
    for cell in row.values():
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert row["actor"].removeprefix("'") == actor.removeprefix("'")


@pytest.mark.parametrize("form", [events.jsonl, events.csv])
def test_a_long_log_is_streamed_in_pieces(form: type) -> None:
    taken = 0

    def rows() -> Iterator[Sealed]:
        nonlocal taken
        (one,) = sealed(event(note="x" * 100))
        for _ in range(10_000):
            taken += 1
            yield one

    pieces = form(rows(), NOTE)
    next(pieces)
    next(pieces)
    assert taken < 2_000
    assert all(len(piece) < 200_000 for piece in pieces)
    assert taken == 10_000
