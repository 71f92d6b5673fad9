"""A reply that came before what it answers joins the thread when that comes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select, update

from dashboard import joining
from db.schema import audit_events, comment_tallies, comments
from db.stores.rollups.clock import Kind
from moderation.audit import EventType
from moderation.errors import Unavailable
from moderation.service import around, audit, review, threads
from moderation.service.rollups import roll_up
from tests.builders import OPERATOR, Newsroom, incoming


def thread(newsroom: Newsroom) -> dict[str, str | None]:
    """What each comment answers, by the site's ids."""
    above = comments.alias("above")
    query = select(comments.c.external_id, above.c.external_id).outerjoin(above, above.c.id == comments.c.parent_id)
    with newsroom.plant.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def events(newsroom: Newsroom) -> list[tuple[str, str]]:
    query = select(audit_events.c.actor, audit_events.c.subject).where(audit_events.c.type == EventType.COMMENT_JOINED)
    with newsroom.plant.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(audit_events.c.position))]


def charted(newsroom: Newsroom) -> tuple[int, int]:
    """Replies as the charts count them, and as they are."""
    roll_up(newsroom.desk, OPERATOR)
    counted = select(func.sum(comment_tallies.c.replies)).where(comment_tallies.c.kind == Kind.HOUR.value)
    stored = select(func.count()).where(comments.c.parent_id.is_not(None))
    with newsroom.plant.engine.connect() as connection:
        return int(connection.execute(counted).scalar_one()), int(connection.execute(stored).scalar_one())


def test_a_reply_joins_when_what_it_answers_comes(newsroom: Newsroom) -> None:
    reply = newsroom.say("a rude reply", external_id="reply", parent_id="first")
    newsroom.say("another", external_id="other", parent_id="elsewhere")
    assert charted(newsroom) == (0, 0)
    first = newsroom.say("hello", external_id="first")
    assert thread(newsroom) == {"reply": "first", "other": None, "first": None}
    assert charted(newsroom) == (1, 1)
    card = review.open_card(newsroom.desk, newsroom.moderator, reply.id)
    assert card.parent is not None
    assert card.parent.id == first.id
    [(actor, subject)] = events(newsroom)
    assert subject == f"comment:{reply.id}"
    assert actor.startswith("key:")
    assert all(found.ok for found in audit.verify(newsroom.desk, OPERATOR))


def test_an_archive_with_the_newest_first_has_its_threads(newsroom: Newsroom) -> None:
    rows = [incoming(external_id=f"r{n}", parent_id=f"r{n // 2}" if n else None) for n in range(12)]
    for some in (rows[8:], rows[4:8], rows[:4]):
        newsroom.submit(*reversed(some))
    assert thread(newsroom) == {f"r{n}": f"r{n // 2}" if n else None for n in range(12)}
    assert len(events(newsroom)) == len(set(events(newsroom)))
    assert charted(newsroom) == (11, 11)


@pytest.mark.parametrize("order", ["abc", "bca", "acb", "ab c", "a bc"])
def test_comments_that_answer_each_other_in_a_circle_make_none(newsroom: Newsroom, order: str) -> None:
    answers = {"a": "b", "b": "c", "c": "a"}
    for batch in order.split() if " " in order else order:
        newsroom.submit(*[incoming(external_id=one, parent_id=answers[one]) for one in batch])
    found = thread(newsroom)
    assert {key: above or answers[key] for key, above in found.items()} == answers
    assert list(found.values()).count(None) == 1
    # Nor does the night's job close it.
    threads.join_all(newsroom.desk, OPERATOR)
    assert thread(newsroom) == found


def test_what_answers_itself_answers_nothing(newsroom: Newsroom) -> None:
    newsroom.say(external_id="a", parent_id="a")
    assert threads.join(newsroom.desk, newsroom.key, ["a"]) == 0
    assert threads.join_all(newsroom.desk, OPERATOR) == 0
    assert thread(newsroom) == {"a": None}


def apart(newsroom: Newsroom, external_ids: Sequence[str]) -> None:
    """As an earlier version left them."""
    with newsroom.plant.engine.begin() as connection:
        connection.execute(update(comments).where(comments.c.external_id.in_(external_ids)).values(parent_id=None))


def test_each_night_those_that_are_left_join(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_AT_ONCE", 2)
    newsroom.submit(*[incoming(external_id=f"r{n}", parent_id=f"r{n - 1}" if n else None) for n in range(6)])
    whole = thread(newsroom)
    apart(newsroom, ["r1", "r3", "r4", "r5"])
    stopping = threading.Event()
    stopping.set()
    job = joining.job(newsroom.desk)
    job.run(stopping)
    assert thread(newsroom) != whole
    job.run(threading.Event())
    assert thread(newsroom) == whole
    assert {actor for actor, _ in events(newsroom)} == {"operator:threads"}
    assert threads.join_all(newsroom.desk, OPERATOR) == 0


def test_the_comments_are_stored_whatever_becomes_of_the_thread(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.say(external_id="reply", parent_id="first")

    def fail(*_: object, **__: object) -> int:
        raise Unavailable(kind="gone")

    with monkeypatch.context() as broken:
        broken.setattr(threads, "join", fail)
        assert newsroom.say(external_id="first").created
    assert thread(newsroom) == {"reply": None, "first": None}
    assert threads.join_all(newsroom.desk, OPERATOR) == 1
    assert thread(newsroom)["reply"] == "first"


def test_the_thread_around_a_reply_has_what_it_answers(newsroom: Newsroom) -> None:
    reply = newsroom.say(external_id="reply", parent_id="first")
    newsroom.say(external_id="first")
    shown = around.thread(newsroom.desk, newsroom.moderator, reply.id)
    assert "first" in repr(shown)
