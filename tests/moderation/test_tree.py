"""Proofs of the Merkle tree, against pymerkle and RFC 6962's own reference vectors."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from moderation import stored_tree
from moderation.stored_tree import StoredTree
from moderation.tree import (
    Frontier,
    consistency_ranges,
    extends,
    included,
    inclusion_ranges,
    leaf_hash,
    stored_of,
)

# The inputs of certificate-transparency's reference tree of eight leaves.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
LEAVES = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def root(of: list[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in of:
        frontier.append(leaf)
    return frontier.root()


class Stored:
    """What stands with a log's events, and which of it was read."""

    def __init__(self, of: list[bytes]) -> None:
        frontier = Frontier()
        self._found = {position: (leaf, frontier.append(leaf)) for position, leaf in enumerate(of)}
        self.read: list[int] = []

    def hashes(self, log_id: int, positions: Collection[int]) -> dict[int, tuple[bytes, bytes]]:
        assert log_id == 7
        self.read += positions
        return {one: self._found[one] for one in positions if one in self._found}


def stored(of: list[bytes]) -> StoredTree:
    return StoredTree(Stored(of), 7)


def proof_in(own: list[bytes], index: int, size: int) -> list[bytes]:
    return stored(own).proofs([index], size)[0]


def grown_in(own: list[bytes], old: int, new: int) -> list[bytes]:
    return stored(own).heads(consistency_ranges(old, new))


def oracle(size: int) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for number in range(size):
        tree.append_entry(str(number).encode())
    return tree


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 100])
def test_the_same_proofs_as_another_implementation(size: int) -> None:
    tree, own = oracle(size), leaves(size)
    assert tree.get_root() == root(own)
    for index in range(size):
        proof = proof_in(own, index, size)
        theirs = tree.prove_inclusion(index + 1)
        verify_inclusion(own[index], root(own), theirs)
        assert included(own[index], index, size, proof, root(own))
        assert sorted(theirs.path) == sorted([own[index], *proof])
    for old in range(1, size + 1):
        proof = grown_in(own, old, size)
        theirs = tree.prove_consistency(old, size)
        verify_consistency(root(own[:old]), root(own), theirs)
        assert extends(old, root(own[:old]), size, root(own), proof)


def test_published_proofs() -> None:
    """PATH and PROOF of the reference tree, as certificate-transparency's implementations test them."""
    path = {
        (0, 8): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
        (5, 8): ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
        (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    }  # fmt: skip
    for (index, size), expected in path.items():
        assert [one.hex() for one in proof_in(LEAVES, index, size)] == expected
    grown = {
        (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
        (2, 5): ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
    }  # fmt: skip
    for (old, new), expected in grown.items():
        assert [one.hex() for one in grown_in(LEAVES, old, new)] == expected


@given(st.integers(1, 60), st.data())
def test_nothing_else_is_proven(size: int, data: st.DataObject) -> None:
    own = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = proof_in(own, index, size)
    other = sha256(b"another").digest()
    assert not included(other, index, size, proof, root(own))
    assert not included(own[index], index, size, [*proof, other], root(own))
    assert not included(own[index], (index + 1) % size, size, proof, root(own)) or size == 1
    if proof:
        assert not included(own[index], index, size, proof[:-1], root(own))
        spot = data.draw(st.integers(0, len(proof) - 1))
        assert not included(own[index], index, size, [*proof[:spot], other, *proof[spot + 1 :]], root(own))
    old = data.draw(st.integers(1, size))
    proof = grown_in(own, old, size)
    assert not extends(old, other, size, root(own), proof)
    assert not extends(old, root(own[:old]), size, other, proof)
    assert not extends(old, root(own[:old]), size, root(own), [*proof, other])


def test_what_no_tree_has() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_ranges(index, size)
        assert not included(LEAVES[0], index, size, [], LEAVES[0])
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="grows"):
            consistency_ranges(old, new)
        assert not extends(old, LEAVES[0], new, LEAVES[0], [LEAVES[0]])
    for size in (9, 10):
        with pytest.raises(ValueError, match="no event"):
            stored(LEAVES).root(size)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 12, 33, 100])
def test_a_stored_tree_is_the_tree(size: int) -> None:
    own, tree = leaves(100), stored(leaves(100))
    assert tree.root(size) == root(own[:size])
    frontier = Frontier()
    for leaf in own[:size]:
        frontier.append(leaf)
    assert tree.frontier(size).to_bytes() == frontier.to_bytes()


def test_many_proofs_at_once_are_each_one_s_own_and_read_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    own = leaves(100)
    log = Stored(own)
    tree = StoredTree(log, 7)
    assert tree.proofs(range(100), 100) == [proof_in(own, index, 100) for index in range(100)]
    assert len(log.read) == len(set(log.read))
    asked = len(log.read)
    tree.proofs([3, 50], 100)
    assert len(log.read) == asked
    monkeypatch.setattr(stored_tree, "_REMEMBERED", 10)
    assert tree.proofs([3], 100) == [proof_in(own, 3, 100)]
    assert len(log.read) > asked
    # Of a tree of a million, one proof is made of some hundred hashes.
    assert sum(len(list(stored_of(one))) for one in inclusion_ranges(654_321, 1_000_000)) < 150
