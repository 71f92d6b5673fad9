"""The Merkle tree of RFC 6962, section 2.1: its head, and the proofs that an outsider needs.

A proof is made of the heads of neighbouring ranges of leaves. With each leaf stands the head of the largest perfect
subtree that ends with it, and of those and leaves the head of every range that a proof asks for can be made, by reading
some log2(size) of them; so a proof for a million events reads a hundred hashes and holds twenty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

Range = tuple[int, int]
"""Leaves from the first number up to but without the second."""


def leaf_hash(body: bytes) -> bytes:
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = sha256(b"").digest()
# Bytes.
HASH = 32


class Frontier:
    """The roots of the perfect subtrees of a tree of `size` leaves, largest first: all that an append needs.

    `size` has one subtree for each of its set bits, so the frontier is at most log2(size) + 1 hashes long.
    """

    __slots__ = ("_marked", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        if size < 0:
            raise ValueError(f"no tree has {size} leaves")
        self.size = size
        # Each with the byte before it with which it will be hashed: a verification hashes a million of them.
        self._marked = [b"\x01" + peak for peak in peaks]
        if len(self._marked) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self._marked)}")

    def append(self, leaf: bytes) -> bytes:
        """The head of the largest perfect subtree that ends with the leaf; every second time the leaf itself."""
        size, marked = self.size, self._marked
        while size & 1:
            leaf = sha256(marked.pop() + leaf).digest()
            size >>= 1
        marked.append(b"\x01" + leaf)
        self.size += 1
        return leaf

    def root(self) -> bytes:
        marked = self._marked
        if not marked:
            return EMPTY_ROOT
        root = marked[-1][1:]
        for peak in marked[-2::-1]:
            root = sha256(peak + root).digest()
        return root

    def to_bytes(self) -> bytes:
        return b"".join([peak[1:] for peak in self._marked])

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> Frontier:
        if len(joined) % HASH:
            raise ValueError(f"{len(joined)} bytes are no hashes")
        return cls(size, [joined[i : i + HASH] for i in range(0, len(joined), HASH)])


def split(start: int, end: int) -> int:
    """Where the standard divides the leaves of a range of two or more: after the largest power of two within."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose heads prove that leaf `index` is in a tree of `size`, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = split(start, end)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose heads prove that a tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 < old <= new:
        raise ValueError(f"no tree of {old} leaves grows into one of {new}")
    start, end, found, whole = 0, new, [], True
    while end != old:
        middle = split(start, end)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, whole = middle, False
    return ([] if whole else [(start, end)]) + found[::-1]


def stored_of(one: Range) -> Iterator[Range]:
    """The ranges, from the left, of whose heads the head of `one` is made, and whose heads stand with their last leaf.

    Each is a single leaf or the largest perfect subtree that ends where it ends; of a whole tree they are its frontier.
    `one` begins where a proof's ranges do, at a multiple of the largest power of two within it.
    """
    start, end = one
    if end - start == 1 or end - start == end & -end:
        yield one
        return
    middle = split(start, end)
    yield from stored_of((start, middle))
    yield from stored_of((middle, end))


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    at, last, head = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            head = node_hash(one, head)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            head = node_hash(head, one)
        at, last = at >> 1, last >> 1
    return last == 0 and head == root


def extends(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a tree of `new` leaves begins with the one of `old` leaves; RFC 9162, section 2.1.4.2."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(one, before), node_hash(one, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, one)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
