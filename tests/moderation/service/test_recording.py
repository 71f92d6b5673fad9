"""What the log says of comments that come in: written by hand, and what an encoder would write."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from sqlalchemy import select

from db.schema import comments, decisions
from moderation.audit import commitment
from moderation.ports import EventFilter
from moderation.roles import Role
from moderation.service import audit
from tests.builders import SITE, Newsroom


@pytest.mark.parametrize("body", ["A civil thought", "rude https://x.example/", "you perro you", "a dodgy affair"])
def test_the_event_of_a_new_comment_binds_what_was_decided_of_it(newsroom: Newsroom, body: str) -> None:
    newsroom.set_policy(banned=("perro",), suspect=("dodgy",))
    receipt = newsroom.say(body)
    where = EventFilter(comment_id=receipt.id)
    [event] = audit.events(newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, where=where, limit=2).rows
    with newsroom.plant.engine.connect() as connection:
        comment = connection.execute(select(comments).where(comments.c.id == receipt.id)).one()
        decision = connection.execute(select(decisions).where(decisions.c.comment_id == receipt.id)).one()
    said = {
        "actor": "policy:2",
        "at": "2026-11-23T12:00:00.000Z",
        "data": {
            "article": str(comment.article_id),
            "causes": list(receipt.causes),
            "commenter": str(comment.commenter_id),
            "decision": str(decision.id),
            "inputs": sha256(decision.inputs.encode()).hexdigest(),
            "model": "test-1",
            "outcome": receipt.outcome,
            "reasons": list(receipt.reasons),
            "status": receipt.status,
            "text": commitment(comment.salt, body),
            "version": 0,
        },
        "log": str(comment.site_id),
        "position": event.position,
        "subject": f"comment:{receipt.id}",
        "type": "comment:submitted",
    }
    assert event.body == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
