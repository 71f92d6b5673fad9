"""The Merkle tree against RFC 6962's definition, and every kind of tampering named at its first event."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.audit import Event, EventType, Sealed, canonical, instant, instant_of, seal
from moderation.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from moderation.verification import Break, BreakKind, Claim, first_break, row_of

AT = datetime(2026, 11, 23, 12, 0, 0, 120_000, tzinfo=UTC)


def merkle_tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(merkle_tree_hash(leaves[:split]), merkle_tree_hash(leaves[split:]))


def events(count: int) -> list[Event]:
    return [
        Event(
            type=EventType.COMMENT_DECIDED,
            actor="policy:1" if n % 3 else "moderator:amal",
            subject=f"comment:{n}",
            at=AT,
            data={"outcome": "approve", "version": n},
        )
        for n in range(count)
    ]


def found_in(sealed: Iterable[Sealed], **claim: Any) -> Break | None:
    return first_break(map(row_of, sealed), Claim(**claim), log_id=7)


def log(count: int) -> tuple[list[Sealed], Frontier]:
    frontier = Frontier()
    return seal(events(count), frontier, log_id=7), frontier


@given(st.lists(st.binary(max_size=8), max_size=70), st.integers(0, 70))
def test_the_frontier_is_the_tree_of_the_standard_at_every_size(leaves: list[bytes], pause: int) -> None:
    frontier = Frontier()
    for n, leaf in enumerate(leaves):
        if n == pause:
            frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
        frontier.append(leaf_hash(leaf))
    assert frontier.root() == merkle_tree_hash(leaves)


def test_known_answers_of_the_standard() -> None:
    """The heads of certificate-transparency-go's reference tree of eight leaves, which RFC 9162 implementers share."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    heads = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for size, leaf in enumerate(inputs, start=1):
        frontier.append(leaf_hash(bytes.fromhex(leaf)))
        if size in heads:
            assert frontier.root().hex() == heads[size]


def test_the_canonical_form_is_sorted_compact_and_utf8() -> None:
    event = Event(
        type=EventType.STAFF_ADDED, actor="admin:رانيا", subject="staff:x", at=AT, data={"b": 1, "a": [True, None]}
    )
    body = canonical(event, log_id=0, position=3)
    assert body == (
        '{"actor":"admin:رانيا","at":"2026-11-23T12:00:00.120Z","data":{"a":[true,null],"b":1},"log":"0","position":3,'
        '"subject":"staff:x","type":"staff:added"}'
    )


WORDS = st.text(st.characters(codec="utf-8"), max_size=20)


@given(
    st.builds(
        Event,
        type=st.sampled_from(EventType),
        actor=WORDS,
        subject=WORDS,
        at=st.just(AT),
        data=st.dictionaries(WORDS, WORDS | st.integers() | st.booleans() | st.none() | st.lists(WORDS, max_size=2)),
    ),
    st.integers(0),
)
def test_the_canonical_form_is_what_a_sorting_encoder_writes(event: Event, position: int) -> None:
    said = event._asdict() | {"at": instant(AT), "log": "7", "position": position}
    wanted = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(event, log_id=7, position=position) == wanted


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 200])
def test_an_untouched_log_verifies(count: int) -> None:
    sealed, frontier = log(count)
    assert found_in(sealed, size=count, root=frontier.root()) is None


def forged(event: Sealed, **facts: object) -> Sealed:
    """Altered with its own leaf recomputed, as a thoughtful forger would."""
    body = json.loads(event.body)
    body["data"].update(facts)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return event._replace(body=text, leaf=leaf_hash(text.encode()))


@pytest.mark.parametrize("at", [0, 1, 62, 63, 64, 100, 199])
def test_every_kind_of_tampering_is_named_at_its_first_event(at: int) -> None:
    sealed, frontier = log(200)

    def found(changed: list[Sealed]) -> Break | None:
        return found_in(changed, size=200, root=frontier.root())

    one = sealed[at]
    assert found([*sealed[:at], one._replace(body=one.body.replace("approve", "reject_")), *sealed[at + 1 :]]) == Break(
        position=at, kind=BreakKind.ALTERED
    )
    assert found([*sealed[:at], one._replace(actor="moderator:other"), *sealed[at + 1 :]]) == Break(
        position=at, kind=BreakKind.ALTERED
    )
    assert found([*sealed[:at], forged(one, outcome="reject"), *sealed[at + 1 :]]) == Break(
        position=at, kind=BreakKind.INSERTED
    )
    assert found([*sealed[:at], *sealed[at + 1 :]]) == Break(position=at, kind=BreakKind.REMOVED)
    assert found([*sealed[: at + 1], *sealed[at:]]) == Break(position=at, kind=BreakKind.INSERTED)


def test_a_shortened_or_lengthened_log_and_a_changed_head_are_found() -> None:
    sealed, frontier = log(130)
    root = frontier.root()
    assert found_in(sealed[:100], size=130, root=root) == Break(position=100, kind=BreakKind.REMOVED)
    assert found_in(log(131)[0], size=130, root=root) == Break(position=130, kind=BreakKind.INSERTED)
    # Far behind the end nothing was before it.
    far = sealed[9]._replace(position=1_000)
    assert found_in([*sealed, far], size=130, root=root) == Break(position=1_000, kind=BreakKind.INSERTED)
    assert found_in([*sealed[:129], far], size=130, root=root) == Break(position=129, kind=BreakKind.REMOVED)
    assert found_in(sealed, size=130, root=bytes(32)) == Break(position=129, kind=BreakKind.HEAD)


def test_a_body_that_is_no_json_is_altered_not_a_crash() -> None:
    sealed, frontier = log(3)
    broken = sealed[1]._replace(body="\ud800{", leaf=leaf_hash("\ud800{".encode("utf-8", "surrogatepass")))
    assert found_in([sealed[0], broken, sealed[2]], size=3, root=frontier.root()) == Break(
        position=1, kind=BreakKind.ALTERED
    )


def test_two_events_that_changed_places_are_called_reordered() -> None:
    sealed, frontier = log(70)
    one, other = sealed[10], sealed[40]
    swapped = [*sealed[:10], other._replace(position=10), *sealed[11:40], one._replace(position=40), *sealed[41:]]
    assert found_in(swapped, size=70, root=frontier.root()) == Break(position=10, kind=BreakKind.REORDERED)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (0, Break(position=0, kind=BreakKind.FORKED, until=20)),
        (19, Break(position=0, kind=BreakKind.FORKED, until=20)),
        (20, Break(position=20, kind=BreakKind.FORKED, until=50)),
        (49, Break(position=20, kind=BreakKind.FORKED, until=50)),
        # What came after the last signed head is covered by none.
        (50, None),
    ],
)
def test_a_history_written_anew_is_between_two_heads(at: int, found: Break | None) -> None:
    heads = {size: {log(size)[1].root()} for size in (20, 50)}
    changed = events(70)
    changed[at] = changed[at]._replace(data={"outcome": "reject"})
    frontier = Frontier()
    forged = seal(changed, frontier, log_id=7)
    assert found_in(forged, size=70, root=frontier.root()) is None
    assert found_in(forged, size=70, root=frontier.root(), heads=heads) == found


def test_columns_and_heads_that_say_something_else_are_found() -> None:
    sealed, frontier = log(3)
    root = frontier.root()
    first, second, third = map(row_of, sealed)
    for changed in (second._replace(machine=1 - second.machine), second._replace(at=10**18)):
        found = first_break([first, changed, third], Claim(size=3, root=root), log_id=7)
        assert found == Break(position=1, kind=BreakKind.ALTERED)
    another = first_break([first, second, third], Claim(size=3, root=root), log_id=8)
    assert another == Break(position=0, kind=BreakKind.ALTERED)
    spoilt = found_in(sealed, size=3, root=root, frontier=bytes(64))
    assert spoilt == Break(position=2, kind=BreakKind.HEAD)
    assert found_in(sealed, size=3, root=root, frontier=frontier.to_bytes()) is None


@given(st.integers(0, 4_102_444_800_000))
def test_a_stored_moment_reads_as_the_sealed_one(milliseconds: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert instant_of(milliseconds) == instant(at)
