"""Proofs of the Merkle tree, against pymerkle and RFC 6962's own reference vectors."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from moderation.tree import (
    Frontier,
    consistency_ranges,
    extends,
    heads_of,
    included,
    inclusion_ranges,
    leaf_hash,
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
        proof = heads_of(inclusion_ranges(index, size), own)
        theirs = tree.prove_inclusion(index + 1)
        verify_inclusion(own[index], root(own), theirs)
        assert included(own[index], index, size, proof, root(own))
        assert sorted(theirs.path) == sorted([own[index], *proof])
    for old in range(1, size + 1):
        proof = heads_of(consistency_ranges(old, size), own)
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
        assert [one.hex() for one in heads_of(inclusion_ranges(index, size), LEAVES)] == expected
    grown = {
        (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
        (2, 5): ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
    }  # fmt: skip
    for (old, new), expected in grown.items():
        assert [one.hex() for one in heads_of(consistency_ranges(old, new), LEAVES)] == expected


@given(st.integers(1, 60), st.data())
def test_nothing_else_is_proven(size: int, data: st.DataObject) -> None:
    own = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = heads_of(inclusion_ranges(index, size), own)
    other = sha256(b"another").digest()
    assert not included(other, index, size, proof, root(own))
    assert not included(own[index], index, size, [*proof, other], root(own))
    assert not included(own[index], (index + 1) % size, size, proof, root(own)) or size == 1
    if proof:
        assert not included(own[index], index, size, proof[:-1], root(own))
        spot = data.draw(st.integers(0, len(proof) - 1))
        assert not included(own[index], index, size, [*proof[:spot], other, *proof[spot + 1 :]], root(own))
    old = data.draw(st.integers(1, size))
    proof = heads_of(consistency_ranges(old, size), own)
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
    with pytest.raises(ValueError, match="end before"):
        heads_of([(0, 9)], LEAVES)
