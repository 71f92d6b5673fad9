"""Comments sent one by one, stored together: what arrives while a transaction runs goes into the next one.

A commit waits for the disk, and most of a use case's work is the same for one comment as for fifty. Nobody waits for
company: a comment that arrives alone is stored alone, at once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from moderation.comment import Incoming
from moderation.errors import Forbidden, Unauthenticated, Unavailable
from moderation.roles import Key
from moderation.service.intake import Receipt

# A bound on how long the first of a transaction waits for the last.
MOST = 100
# These are true of every comment of a key, whichever of them met it first.
_COMMON = (Forbidden, Unauthenticated, Unavailable)

Store = Callable[[Sequence[Incoming]], Awaitable[list[Receipt]]]


@dataclass(slots=True)
class _Lane:
    waiting: deque[tuple[Incoming, asyncio.Future[Receipt]]] = field(default_factory=deque)
    drain: asyncio.Task[None] | None = None


class Lanes:
    """One lane for each key, as long as something waits in it. Belongs to one event loop."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}

    async def submit(self, key: Key, item: Incoming, store: Store) -> Receipt:
        """`store` is one transaction; it is called with this item and those that wait with it."""
        lane = self._lanes.setdefault(key.secret_hash, _Lane())
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        lane.waiting.append((item, future))
        if lane.drain is None:
            lane.drain = asyncio.create_task(self._drain(key.secret_hash, lane, store))
        return await future

    async def _drain(self, name: str, lane: _Lane, store: Store) -> None:
        while lane.waiting:
            batch = [lane.waiting.popleft() for _ in range(min(MOST, len(lane.waiting)))]
            await _settle(batch, store)
        del self._lanes[name]


async def _settle(batch: Sequence[tuple[Incoming, asyncio.Future[Receipt]]], store: Store) -> None:
    try:
        receipts = await store([item for item, _ in batch])
    except Exception as error:
        if len(batch) > 1 and not isinstance(error, _COMMON):
            # One of them is at fault, and only that one may fail for it.
            for one in batch:
                await _settle([one], store)
            return
        for _, future in batch:
            _tell(future, error=error)
        return
    for (_, future), receipt in zip(batch, receipts, strict=True):
        _tell(future, receipt=receipt)


def _tell(future: asyncio.Future[Receipt], *, receipt: Receipt | None = None, error: Exception | None = None) -> None:
    # Whoever asked may have gone; the comment is stored all the same.
    if future.done():
        return
    if receipt is not None:
        future.set_result(receipt)
    elif error is not None:
        future.set_exception(error)
