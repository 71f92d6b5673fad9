"""What the database says of a comment, for tests to hold the screen against."""

from __future__ import annotations

import json
from dataclasses import dataclass

from moderation.audit import Sealed
from moderation.comment import Comment
from moderation.ports import EventFilter
from moderation.service import audit
from moderation.service.desk import Desk
from tests.builders import OPERATOR, SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person did with a comment; `outcome` and `reasons` are empty where the act has none."""

    type: str
    actor: str
    outcome: str
    reasons: tuple[str, ...]


def comment(desk: Desk, comment_id: int) -> Comment:
    with desk.read() as uow:
        found = uow.comments.get(comment_id)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What people have done with comments since the test began: behind the event at `after`."""

    desk: Desk
    after: int

    @classmethod
    def begin(cls, desk: Desk) -> Story:
        rows = audit.events(desk, OPERATOR, site=SITE, limit=1).rows
        return cls(desk=desk, after=rows[0].position if rows else -1)

    def acts(self, comment_id: int) -> list[Act]:
        """The earliest first."""
        where = EventFilter(comment_id=comment_id, people_only=True)
        rows = reversed(audit.events(self.desk, OPERATOR, site=SITE, where=where).rows)
        return [_act(row) for row in rows if row.type in _WORDS and row.position > self.after]

    def of(self, comment_id: int) -> list[str]:
        """One word for each act: approve, reject, skip, unskip, undo."""
        return [_WORDS[act.type] or act.outcome for act in self.acts(comment_id)]


_WORDS = {"comment:decided": "", "comment:skipped": "skip", "comment:unskipped": "unskip", "decision:undone": "undo"}


def _act(row: Sealed) -> Act:
    said = json.loads(row.body)["data"]
    reasons = tuple(said.get("reasons") or ())
    return Act(type=row.type, actor=row.actor, outcome=said.get("outcome", ""), reasons=reasons)
