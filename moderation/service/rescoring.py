"""Admins: give stored comments the scores of the model that judges now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from struct import Struct

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
Batches = AbstractContextManager[Iterator[list[Scored]]]
Elsewhere = Callable[[Site, str], Batches]
"""Where else what is old of a site is scored by the model of that version."""
MANY = 50_000
"""Of fewer comments this process has scored most by the time that another one has started."""

_LOWEST = -(1 << 63)
_PACKED = Struct(f">qq{len(LABELS)}d")


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
            for rows in ready:
                _store(desk, caller, place, rows)
                done += len(rows)
                progress(done, max(done, total))
    return Rescored(model=model, comments=done)


def scored(desk: Desk, caller: Caller, *, site: str, model: str) -> Iterator[list[Scored]]:
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


def _one_by_one(desk: Desk, place: Site, model: str) -> Iterator[list[Scored]]:
    after = _LOWEST
    while rows := _page(desk, place, model, after):
        yield _scored(desk, rows, model)
        after = rows[-1].comment_id


@contextmanager
def _by_threads(desk: Desk, place: Site, model: str) -> Iterator[Iterator[list[Scored]]]:
    """While a batch is stored, the next is scored and the one after it read."""
    yield _ahead(desk, place, model)


def _ahead(desk: Desk, place: Site, model: str) -> Iterator[list[Scored]]:
    with ThreadPoolExecutor(2) as threads:
        page = threads.submit(_page, desk, place, model, _LOWEST)
        ready: Future[list[Scored]] | None = None
        while rows := page.result():
            page = threads.submit(_page, desk, place, model, rows[-1].comment_id)
            following = threads.submit(_scored, desk, rows, model)
            if ready is not None:
                yield ready.result()
            ready = following
        if ready is not None:
            yield ready.result()


def _page(desk: Desk, place: Site, model: str, after: int) -> list[Unscored]:
    with desk.read() as uow:
        return uow.rescoring.page(place.id, model=model, after=after, limit=BATCH)


def _scored(desk: Desk, rows: Sequence[Unscored], model: str) -> list[Scored]:
    scores = desk.scorer.score([one.body for one in rows])
    if {one.model for one in scores} != {model}:
        raise Conflict(what="model_changed")
    return [Scored(one.comment_id, one.revision, given) for one, given in zip(rows, scores, strict=True)]


@settled
def _store(desk: Desk, caller: Caller, place: Site, rows: Sequence[Scored]) -> None:
    with desk.begin() as uow:
        at = desk.now()
        actor = authority.require(uow, caller, Permission.MODELS_MANAGE, now=at)
        uow.rescoring.store(rows)
        _rank(uow, rows)
        model = rows[0].scores.model
        facts = {
            "model": model,
            "comments": len(rows),
            "first": str(rows[0].comment_id),
            "last": str(rows[-1].comment_id),
            "scores": digest(rows),
        }
        event = Event(type=EventType.COMMENTS_RESCORED, actor=actor.name, subject=f"model:{model}", at=at, data=facts)
        uow.log.append(place.id, [event])


def _rank(uow: UnitOfWork, rows: Sequence[Scored]) -> None:
    given = {row.comment_id: row.scores for row in rows}
    waiting = uow.rescoring.waiting(rows[0].comment_id, rows[-1].comment_id)
    uow.rescoring.rank([_placed(one, before, given[one], at) for one, before, at in waiting if one in given])


def _placed(comment_id: int, before: Priority, scores: Scores, entered_at: datetime) -> Placed:
    label, score = scores.top()
    return Placed(comment_id, label, score, scores.reject, rescored(before, scores), entered_at)


def digest(rows: Sequence[Scored]) -> str:
    """SHA-256 (hex) over each comment's id, revision (64 bits, signed) and scores (doubles, in `LABELS`' order).

    All are big-endian.
    """
    packed = [_PACKED.pack(row.comment_id, row.revision, *row.scores.values()) for row in rows]
    return sha256(b"".join(packed)).hexdigest()
