"""The walk along a log: by this process alone, or a long log in parts by several at once.

A part is checked on the tree that the stored subtrees before it make. Whether those are the right ones is what the
parts before it find out; so the first part in which something is found is the one that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from moderation.ports import Checked, Checkers, UnitOfWork
from moderation.stored_tree import StoredTree
from moderation.verification import Break, Claim, Part, first_break

# Below so many events each, another process would still be starting when this one is done.
APART = 100_000
_LOOKED_AFTER_SECONDS = 0.2


def walked(
    uow: UnitOfWork, claim: Claim, *, log_id: int, checkers: Checkers | None, progress: Callable[[int], None]
) -> Break | None:
    """The first break of the log against the claim. `progress` is told how many of its events are checked."""
    parts, start = _shared_out(claim, log_id=log_id, helpers=checkers.count if checkers is not None else 0)
    if checkers is not None and parts:
        try:
            return _by_several(uow, claim, parts, start, log_id=log_id, checkers=checkers, progress=progress)
        except (OSError, ValueError):
            # No second process, or not enough hashes: nothing that one walk from the beginning would not find.
            progress(0)
    return first_break(uow.log.rows(log_id), claim, log_id=log_id, progress=progress)


def _shared_out(claim: Claim, *, log_id: int, helpers: int) -> tuple[list[Part], int]:
    """Parts of one length for the helpers, and where the rest begins, which is this process's."""
    count = min(helpers + 1, claim.size // APART)
    if count < 2:
        return [], 0
    starts = [claim.size * number // count for number in range(count)]
    parts = [Part(log_id=log_id, start=start, end=end, heads=claim.heads) for start, end in pairwise(starts)]
    return parts, starts[-1]


def _by_several(
    uow: UnitOfWork,
    claim: Claim,
    parts: Sequence[Part],
    start: int,
    *,
    log_id: int,
    checkers: Checkers,
    progress: Callable[[int], None],
) -> Break | None:
    with checkers(parts) as others:

        def tell(size: int) -> None:
            progress(size - start + sum(one.done for one in others))

        tree = StoredTree(uow.log, log_id).frontier(start)
        mine = first_break(uow.log.rows(log_id, start=start), claim, log_id=log_id, tree=tree, progress=tell)
        return next(filter(None, _results(others, lambda: tell(claim.size))), mine)


def _results(others: Sequence[Checked], tell: Callable[[], None]) -> Iterator[Break | None]:
    for one in others:
        while not one.wait(_LOOKED_AFTER_SECONDS):
            tell()
        yield one.result()
