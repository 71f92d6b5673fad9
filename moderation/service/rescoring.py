"""Admins: give stored comments the scores of the model that judges now."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from moderation.article import Site
from moderation.audit import Event, EventType
from moderation.errors import Conflict
from moderation.ports import Placed, Scored, UnitOfWork, Unscored
from moderation.queue import Priority, rescored
from moderation.roles import Caller, Permission
from moderation.score import LABELS, Scores
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled

BATCH = 5_000
Batches = AbstractContextManager[Iterator[Scored]]
Elsewhere = Callable[[Site, str], Batches]
"""Where else what is old of a site is scored by the model of that version."""
MANY = 50_000
"""Of fewer comments this process has scored most by the time that another one has started."""

_LOWEST = -(1 << 63)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    model: str
    comments: int


def rescore(
    desk: Desk,
    caller: Caller,
    *,
    site: str | None = None,
    progress: Callable[[int, int], None],
    elsewhere: Elsewhere | None = None,
) -> Rescored:
    """Comments of one site or of all whose score is another model's; those that wait find a new place in the queue.

    No status changes: what was decided stays decided, and each decision keeps the scores that it was made by. A batch
    is a transaction with its event, so whoever is interrupted calls again and goes on where the scores are still old.
    `progress` is told (done, of how many). Conflict if another model is promoted meanwhile.
    `elsewhere` says where the batches come from that `scored` gives, if they are `MANY`; None for here.
    """
    model = desk.scorer.version
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.MODELS_MANAGE, now=desk.now())
        places = uow.sites.all() if site is None else [authority.site_for(uow, actor, site)]
    done, total = 0, None
    for place in places:
        with _begun(desk, place, model, elsewhere) as ready:
            if total is None:
                # While the other process starts.
                total = _old(desk, places, model)
                progress(done, total)
            for batch in ready:
                _store(desk, caller, place, batch)
                done += len(batch.comment_ids)
                progress(done, max(done, total))
    return Rescored(model=model, comments=done)


def scored(desk: Desk, caller: Caller, *, site: str, model: str) -> Iterator[Scored]:
    """What `rescore` stores of a site, in its batches; nothing is stored. Conflict if another model judges by now."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.MODELS_MANAGE, now=desk.now())
        place = authority.site_for(uow, actor, site)
    if desk.scorer.version != model:
        raise Conflict(what="model_changed")
    return _one_by_one(desk, place, model)


def _old(desk: Desk, places: Sequence[Site], model: str) -> int:
    with desk.read() as uow:
        return sum(uow.rescoring.count(place.id, model=model) for place in places)


def _begun(desk: Desk, place: Site, model: str, elsewhere: Elsewhere | None) -> Batches:
    if elsewhere is None:
        return _by_threads(desk, place, model)
    with desk.read() as uow:
        many = uow.rescoring.at_least(MANY, place.id, model=model)
    return elsewhere(place, model) if many else _by_threads(desk, place, model)


def _one_by_one(desk: Desk, place: Site, model: str) -> Iterator[Scored]:
    after = _LOWEST
    while (page := _page(desk, place, model, after)).comment_ids:
        yield _scored(desk, page, model)
        after = page.comment_ids[-1]


@contextmanager
def _by_threads(desk: Desk, place: Site, model: str) -> Iterator[Iterator[Scored]]:
    """While a batch is stored, the next is scored and the one after it read."""
    yield _ahead(desk, place, model)


def _ahead(desk: Desk, place: Site, model: str) -> Iterator[Scored]:
    with ThreadPoolExecutor(2) as threads:
        page = threads.submit(_page, desk, place, model, _LOWEST)
        ready: Future[Scored] | None = None
        while (texts := page.result()).comment_ids:
            page = threads.submit(_page, desk, place, model, texts.comment_ids[-1])
            following = threads.submit(_scored, desk, texts, model)
            if ready is not None:
                yield ready.result()
            ready = following
        if ready is not None:
            yield ready.result()


def _page(desk: Desk, place: Site, model: str, after: int) -> Unscored:
    with desk.read() as uow:
        return uow.rescoring.page(place.id, model=model, after=after, limit=BATCH)


def _scored(desk: Desk, texts: Unscored, model: str) -> Scored:
    *scores, models = zip(*desk.scorer.score(texts.bodies), strict=True)
    if set(models) != {model}:
        raise Conflict(what="model_changed")
    columns = tuple(array("d", column) for column in scores)
    return Scored(array("q", texts.comment_ids), array("q", texts.revisions), columns, model)


@settled
def _store(desk: Desk, caller: Caller, place: Site, batch: Scored) -> None:
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.MODELS_MANAGE, now=at)
        uow.rescoring.store(batch)
        _rank(uow, batch)
        model, ids = batch.model, batch.comment_ids
        facts = {
            "model": model,
            "comments": len(ids),
            "first": str(ids[0]),
            "last": str(ids[-1]),
            "scores": digest(batch),
        }
        event = Event(type=EventType.COMMENTS_RESCORED, actor=actor.name, subject=f"model:{model}", at=at, data=facts)
        uow.log.append(place.id, [event])


def _rank(uow: UnitOfWork, batch: Scored) -> None:
    places = {comment_id: at for at, comment_id in enumerate(batch.comment_ids)}
    waiting = uow.rescoring.waiting(batch.comment_ids[0], batch.comment_ids[-1])
    uow.rescoring.rank(
        [
            _placed(comment_id, before, batch.scores_at(places[comment_id]), entered_at)
            for comment_id, before, entered_at in waiting
            if comment_id in places
        ]
    )


def _placed(comment_id: int, before: Priority, scores: Scores, entered_at: datetime) -> Placed:
    label, score = scores.top()
    return Placed(comment_id, label, score, scores.reject, rescored(before, scores), entered_at)


def digest(batch: Scored) -> str:
    """SHA-256 (hex) over each comment's id, revision (64 bits, signed) and scores (doubles, in `LABELS`' order).

    All are big-endian.
    """
    columns: tuple[array[int] | array[float], ...] = (batch.comment_ids, batch.revisions, *batch.scores[: len(LABELS)])
    packed = array("q", bytes(len(batch.comment_ids) * len(columns) * 8))
    for place, column in enumerate(columns):
        # Bit by bit, whether whole numbers or doubles.
        packed[place :: len(columns)] = array("q", column.tobytes())
    if sys.byteorder == "little":
        packed.byteswap()
    return sha256(packed).hexdigest()
