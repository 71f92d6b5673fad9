"""One act decides many comments, leaves out what it must not touch, and can be taken back as a whole."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Conflict, Forbidden, Invalid, NotFound
from moderation.ports import EventFilter
from moderation.roles import Role, Session
from moderation.search import BatchResult, Chosen, LeftOut
from moderation.service import audit, batches, intake, lately, review
from moderation.service.batches import MAX_BATCH
from tests.builders import OPERATOR, SITE, Newsroom, incoming


def reject(newsroom: Newsroom, chosen: Sequence[Chosen], caller: Session | None = None, **given: object) -> BatchResult:
    fields: dict[str, object] = {"site": SITE, "reasons": [Reason.SPAM]} | given
    return batches.decide_many(newsroom.desk, caller or newsroom.moderator, chosen, Outcome.REJECT, **fields)  # type: ignore[arg-type]


def wave(newsroom: Newsroom, size: int, text: str = "rude wave") -> list[Chosen]:
    return [Chosen(newsroom.say(f"{text} {n}").id, 1) for n in range(size)]


def statuses(newsroom: Newsroom, chosen: Sequence[Chosen]) -> list[Status]:
    with newsroom.desk.read() as uow:
        found = [uow.comments.get(one.comment_id) for one in chosen]
    return [one.status for one in found if one]


def waiting(newsroom: Newsroom) -> int:
    return review.counts(newsroom.desk, newsroom.moderator, site=SITE).waiting


def events(newsroom: Newsroom, type_: str) -> list[dict[str, object]]:
    page = audit.events(
        newsroom.desk, newsroom.people[Role.AUDITOR], site=SITE, where=EventFilter(type=type_), limit=100
    )
    return [json.loads(row.body) for row in page.rows]


def test_all_are_decided_and_each_says_so_in_the_log(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_AT_ONCE", 2)
    chosen = wave(newsroom, 5)
    told: list[tuple[int, int]] = []
    result = reject(newsroom, chosen, note="a wave", progress=lambda done, of: told.append((done, of)))
    assert (result.decided, result.left_out) == (5, {})
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert statuses(newsroom, chosen) == [Status.REJECTED] * 5
    assert waiting(newsroom) == 0
    (one,) = events(newsroom, "batch:decided")
    assert one["subject"] == f"batch:{result.batch_id}"
    assert one["data"]["size"] == 5  # type: ignore[index]
    single = [event["data"] for event in events(newsroom, "comment:decided")]
    assert [data["batch"] for data in single] == [str(result.batch_id)] * 5  # type: ignore[index]
    assert audit.verify(newsroom.desk, OPERATOR)[0].ok


def test_what_must_not_be_touched_is_left_out_and_counted(newsroom: Newsroom) -> None:
    changed, claimed, same, free = wave(newsroom, 4)
    card = review.open_card(newsroom.desk, newsroom.second, claimed.comment_id)
    assert card.claimed
    review.decide(newsroom.desk, newsroom.moderator, changed.comment_id, Outcome.APPROVE, seen_version=1)
    review.decide(
        newsroom.desk, newsroom.moderator, same.comment_id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM]
    )
    gone = newsroom.say("rude and gone", external_id="gone")
    intake.withdraw(newsroom.desk, newsroom.key, "gone")
    result = reject(newsroom, [changed, claimed, Chosen(same.comment_id, 2), free, Chosen(gone.id, 2), Chosen(7, 1)])
    assert result.decided == 1
    assert result.left_out == {LeftOut.CHANGED: 1, LeftOut.CLAIMED: 1, LeftOut.SAME: 1, LeftOut.GONE: 2}
    assert statuses(newsroom, [changed, claimed, free]) == [Status.APPROVED, Status.PENDING, Status.REJECTED]


def test_a_batch_is_taken_back_as_a_whole(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_AT_ONCE", 2)
    held, visible = wave(newsroom, 3), wave(newsroom, 2, "civil")
    result = reject(newsroom, [*held, *visible])
    again = review.undo  # one of them was taken back by hand, one decided anew since
    last = lately.own_work(newsroom.desk, newsroom.moderator, site=SITE).decisions[0]
    again(newsroom.desk, newsroom.moderator, last.recorded.id)
    undone = batches.undo_batch(newsroom.desk, newsroom.moderator, result.batch_id)
    assert (undone.decided, undone.left_out) == (4, {LeftOut.CHANGED: 1})
    assert statuses(newsroom, held) == [Status.PENDING] * 3
    assert statuses(newsroom, visible) == [Status.PUBLISHED] * 2
    # What readers saw did not wait; the one that was taken back by hand is before its moderator again.
    assert waiting(newsroom) == 4
    assert [event["data"]["undoes"] for event in events(newsroom, "batch:undone")] == [str(result.batch_id)]  # type: ignore[index]
    (one,) = batches.recent(newsroom.desk, newsroom.moderator, site=SITE)
    assert (one.id, one.undone, one.size, one.reasons) == (result.batch_id, True, 5, (Reason.SPAM,))
    assert one.decided == 5
    with pytest.raises(Conflict):
        batches.undo_batch(newsroom.desk, newsroom.moderator, result.batch_id)
    assert audit.verify(newsroom.desk, OPERATOR)[0].ok


def test_what_waited_before_a_batch_waits_again_since_then_and_nothing_else_does(newsroom: Newsroom) -> None:
    [held], [reported], [seen] = (wave(newsroom, 1, kind) for kind in ("rude", "civil", "fine"))
    early = newsroom.clock.at
    with newsroom.desk.read() as uow:
        external_id = uow.comments.get(reported.comment_id).external_id  # type: ignore[union-attr]
    reported = Chosen(reported.comment_id, newsroom.report(external_id, by="r-1").version)
    newsroom.clock.advance(hours=3)
    result = reject(newsroom, [held, reported, seen])
    newsroom.clock.advance(hours=1)
    batches.undo_batch(newsroom.desk, newsroom.moderator, result.batch_id)
    with newsroom.desk.read() as uow:
        entries = [uow.queue.get(one.comment_id) for one in (held, reported, seen)]
    assert [entry and entry.entered_at for entry in entries] == [early, early, None]
    assert statuses(newsroom, [held, reported, seen]) == [Status.PENDING, Status.PUBLISHED, Status.PUBLISHED]


def test_only_ones_own_batch_is_taken_back_but_an_admin_may(newsroom: Newsroom) -> None:
    result = reject(newsroom, wave(newsroom, 2))
    with pytest.raises(Forbidden):
        batches.undo_batch(newsroom.desk, newsroom.second, result.batch_id)
    assert batches.recent(newsroom.desk, newsroom.second, site=SITE) == []
    undone = batches.undo_batch(newsroom.desk, newsroom.admin, result.batch_id)
    assert undone.decided == 2
    with pytest.raises(NotFound):
        batches.undo_batch(newsroom.desk, newsroom.admin, undone.batch_id)
    with pytest.raises(NotFound):
        batches.undo_batch(newsroom.desk, newsroom.admin, 5)


def test_an_interrupted_batch_can_be_taken_back(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_AT_ONCE", 2)
    chosen = wave(newsroom, 5)

    def fail(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reject(newsroom, chosen, progress=fail)
    assert statuses(newsroom, chosen).count(Status.REJECTED) == 2
    (one,) = batches.recent(newsroom.desk, newsroom.moderator, site=SITE)
    assert batches.undo_batch(newsroom.desk, newsroom.moderator, one.id).decided == 2
    assert statuses(newsroom, chosen) == [Status.PENDING] * 5


def test_a_batch_that_cannot_be_is_refused_before_anything_happens(newsroom: Newsroom) -> None:
    chosen = wave(newsroom, 1)
    refused: list[tuple[Sequence[Chosen], dict[str, object]]] = [
        ([], {}),
        ([Chosen(n, 1) for n in range(MAX_BATCH + 1)], {}),
        (chosen, {"reasons": []}),
        (chosen, {"note": "x" * 2_001}),
    ]
    for given, fields in refused:
        with pytest.raises(Invalid):
            reject(newsroom, given, **fields)
    with pytest.raises(Invalid):
        batches.decide_many(newsroom.desk, newsroom.moderator, chosen, Outcome.HOLD, site=SITE)
    with pytest.raises(Forbidden):
        reject(newsroom, chosen, newsroom.people[Role.AUDITOR])
    assert events(newsroom, "batch:decided") == []
    assert waiting(newsroom) == 1


def test_a_comment_chosen_twice_is_decided_once(newsroom: Newsroom) -> None:
    (one,) = wave(newsroom, 1)
    assert reject(newsroom, [one, one]).decided == 1


def test_a_batch_is_never_changed_behind_its_back(newsroom: Newsroom) -> None:
    result = reject(newsroom, wave(newsroom, 1))
    for verb in ("UPDATE batches SET size = 9", "DELETE FROM batches"):
        with pytest.raises(Exception, match="append-only"), newsroom.plant.engine.begin() as connection:
            connection.exec_driver_sql(verb)
    assert batches.recent(newsroom.desk, newsroom.moderator, site=SITE)[0].id == result.batch_id


def test_a_message_goes_to_each_with_their_own_name(newsroom: Newsroom) -> None:
    sent = newsroom.submit(
        *[incoming("rude wave", commenter_id=name, commenter_name=name, article_title="Of {name}") for name in "ab"]
    )
    chosen = [Chosen(one.id, 1) for one in sent]
    reject(newsroom, chosen, message="Dear {name}, under “{article}”: {other}")
    with newsroom.desk.read() as uow:
        told = [uow.decisions.verdict(one.id).decision.message for one in sent]  # type: ignore[union-attr]
    assert told == [f"Dear {name}, under “Of {{name}}”: {{other}}" for name in "ab"]
    [batch] = batches.recent(newsroom.desk, newsroom.moderator, site=SITE)
    batches.undo_batch(newsroom.desk, newsroom.moderator, batch.id)
    batches.decide_many(
        newsroom.desk,
        newsroom.moderator,
        [Chosen(one.id, 3) for one in sent],
        Outcome.APPROVE,
        site=SITE,
        message="Thank you all.",
    )
    with newsroom.desk.read() as uow:
        told = [uow.decisions.verdict(one.id).decision.message for one in sent]  # type: ignore[union-attr]
    assert told == ["Thank you all."] * 2
    with pytest.raises(Invalid):
        reject(newsroom, chosen, message="x" * 2_001)
