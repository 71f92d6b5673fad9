"""Taking one comment's text away for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from moderation.audit import Event, EventType
from moderation.comment import Comment, Status
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.settled import settled


def erase_comment(uow: UnitOfWork, comment: Comment, type_: EventType, actor: str, now: datetime) -> Event:
    """Takes the text away and the comment out of readers' and moderators' sight; the event is the caller's to seal."""
    # Nobody decides on it by that: what the machine alone had decided stays so.
    uow.comments.advance(comment, status=Status.ERASED, by_machine=None)
    uow.comments.erase(comment)
    if type_ is EventType.COMMENT_ERASED:
        # What the desk wrote about it may quote it; an author who only takes a comment back leaves that to the desk.
        uow.decisions.forget_words(comment.id)
    uow.picks.drop(comment.id)
    uow.queue.remove(comment.id)
    return Event(
        type=type_,
        actor=actor,
        subject=f"comment:{comment.id}",
        at=now,
        data={"version": comment.version, "status": Status.ERASED.value},
    )


def tidy(desk: Desk, caller: Caller, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """What an erased text was found by goes as well; `stopping` is asked between two of many short steps."""
    going = None
    while not stopping() and (going := _tidied(desk, caller, going)) is not None:
        pass


@settled
def _tidied(desk: Desk, caller: Caller, going: int | None) -> int | None:
    with desk.begin() as uow:
        authority.require(uow, caller, Permission.PERSONAL_MANAGE, now=desk.now())
        return uow.search.tidy(going)
