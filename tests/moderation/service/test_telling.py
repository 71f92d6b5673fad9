"""What a site is told of a comment agrees with the feed: no more within the grace period, and no less after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, event

from db import wire
from db.stores import _prepared
from moderation.appeal import AppealStatus
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason, Recorded
from moderation.errors import Conflict, IllegalTransition, NotFound
from moderation.policy import MAX_GRACE
from moderation.search import Chosen, SearchFilter
from moderation.service import appeals, batches, intake, opinions, personal, picks, review, search
from tests.builders import SITE, Newsroom

GRACE = 30


def approve(newsroom: Newsroom, comment_id: int) -> int:
    return review.decide(newsroom.desk, newsroom.moderator, comment_id, Outcome.APPROVE, seen_version=1).id


def known(newsroom: Newsroom, external_id: str = "x") -> tuple[Status, Outcome, int]:
    one = intake.lookup(newsroom.desk, newsroom.key, external_id)
    return one.status, one.outcome, one.version


HELD, APPROVED = (Status.PENDING, Outcome.HOLD), (Status.APPROVED, Outcome.APPROVE)
REJECTED, SHOWN = (Status.REJECTED, Outcome.REJECT), (Status.PUBLISHED, Outcome.APPROVE)


def reject(newsroom: Newsroom, comment_id: int, *, seen: int = 1, message: str = "") -> int:
    return review.decide(
        newsroom.desk,
        newsroom.moderator,
        comment_id,
        Outcome.REJECT,
        seen_version=seen,
        reasons=[Reason.ABUSIVE],
        message=message,
    ).id


def test_who_asks_of_one_comment_is_told_no_sooner(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    before = intake.lookup(newsroom.desk, newsroom.key, "x")
    reject(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE - 1)
    assert intake.lookup(newsroom.desk, newsroom.key, "x") == before
    assert newsroom.say("rude", external_id="x") == before, "nor who sends it again"
    newsroom.clock.advance(seconds=1)
    after = intake.lookup(newsroom.desk, newsroom.key, "x")
    assert ((after.status, after.outcome), after.reasons, after.causes, after.policy, after.version) == (
        REJECTED,
        (Reason.ABUSIVE,),
        (Cause.HUMAN,),
        None,
        2,
    )
    assert newsroom.say("rude", external_id="x") == after


def test_of_several_each_is_told_in_its_time(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    approve(newsroom, one.id)
    newsroom.clock.advance(seconds=10)
    reject(newsroom, one.id, seen=2)
    assert known(newsroom) == (*HELD, 1)
    newsroom.clock.advance(seconds=GRACE - 10)
    assert known(newsroom) == (*APPROVED, 2)
    newsroom.clock.advance(seconds=10)
    assert known(newsroom) == (*REJECTED, 3)


def test_an_undo_is_told_in_its_time_as_well(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    decision = approve(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE)
    review.undo(newsroom.desk, newsroom.moderator, decision)
    assert known(newsroom) == (*APPROVED, 2)
    newsroom.clock.advance(seconds=GRACE)
    assert known(newsroom) == (*HELD, 3)


@pytest.mark.parametrize("by_batch", [False, True])
def test_a_rejection_that_stands_again_has_its_reasons(newsroom: Newsroom, by_batch: bool) -> None:
    one = newsroom.say("rude", external_id="x")
    reject(newsroom, one.id)
    for seen in (2, 4):
        if by_batch:
            chosen = [Chosen(one.id, seen)]
            made = batches.decide_many(newsroom.desk, newsroom.moderator, chosen, Outcome.APPROVE, site=SITE)
            batches.undo_batch(newsroom.desk, newsroom.moderator, made.batch_id)
        else:
            again = review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=seen)
            review.undo(newsroom.desk, newsroom.moderator, again.id)
        asked = intake.lookup(newsroom.desk, newsroom.key, "x")
        told = intake.decisions_after(newsroom.desk, newsroom.key, -1).items[-1]
        assert (told.version, asked.version, told.status, asked.status) == (seen + 2, seen + 2, *[Status.REJECTED] * 2)
        assert asked.reasons == told.reasons == (Reason.ABUSIVE,)
    assert appeals.notice(newsroom.desk, newsroom.key, "x").verdict.decision.reasons == (Reason.ABUSIVE,)


@pytest.mark.parametrize("by_batch", [False, True])
@pytest.mark.parametrize(
    ("body", "outcome", "reasons"),
    [("rude", Outcome.HOLD, (Reason.OFFENSIVE, Reason.ABUSIVE)), ("civil", Outcome.APPROVE, ())],
)
def test_what_the_machine_said_stands_again_with_its_reasons(
    newsroom: Newsroom, by_batch: bool, body: str, outcome: Outcome, reasons: tuple[Reason, ...]
) -> None:
    one = newsroom.say(body, external_id="x")
    assert (one.outcome, one.reasons) == (outcome, reasons)
    if by_batch:
        chosen = [Chosen(one.id, 1)]
        made = batches.decide_many(newsroom.desk, newsroom.moderator, chosen, Outcome.APPROVE, site=SITE)
        batches.undo_batch(newsroom.desk, newsroom.moderator, made.batch_id)
    else:
        review.undo(newsroom.desk, newsroom.moderator, approve(newsroom, one.id))
    asked = intake.lookup(newsroom.desk, newsroom.key, "x")
    told = intake.decisions_after(newsroom.desk, newsroom.key, -1).items[-1]
    assert (asked.version, asked.outcome, asked.reasons, told.reasons) == (3, outcome, reasons, reasons)
    [found] = search.find(newsroom.desk, newsroom.moderator, site=SITE, where=SearchFilter()).rows
    assert (found.comment.status, found.by_machine) == (one.status, True)


def test_what_was_taken_back_in_time_is_never_seen(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    decision = approve(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE - 1)
    review.undo(newsroom.desk, newsroom.moderator, decision)
    for _ in range(2):
        assert known(newsroom) == (*HELD, 1)
        newsroom.clock.advance(seconds=GRACE - 1)
    newsroom.clock.advance(seconds=1)
    assert known(newsroom) == (*HELD, 3)


def test_what_the_site_sends_is_answered_at_once(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    approve(newsroom, one.id)
    edited = intake.edit(newsroom.desk, newsroom.key, "x", "civil")
    assert (edited.status, edited.version, edited.revision) == (Status.PUBLISHED, 3, 2)
    assert known(newsroom) == (*SHOWN, 3)
    newsroom.clock.advance(seconds=GRACE)
    assert known(newsroom) == (*SHOWN, 3)


def test_a_report_does_not_tell_what_it_did_not_bring_about(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("civil", external_id="x")
    reject(newsroom, one.id)
    reported = newsroom.report("x", by="r")
    assert ((reported.status, reported.outcome), reported.version) == (SHOWN, 1)


def test_a_deletion_is_told_at_once_and_the_decision_before_it_is_not(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("civil", external_id="x")
    reject(newsroom, one.id)
    gone = intake.withdraw(newsroom.desk, newsroom.key, "x")
    assert (gone.status, gone.outcome, gone.version) == (Status.ERASED, Outcome.APPROVE, 3)
    assert known(newsroom) == (Status.ERASED, Outcome.APPROVE, 3)
    newsroom.clock.advance(seconds=GRACE)
    assert known(newsroom) == (Status.ERASED, Outcome.REJECT, 3)


def test_an_erasure_is_told_at_once(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("civil", external_id="x", commenter_id="u")
    reject(newsroom, one.id)
    personal.erase(newsroom.desk, newsroom.admin, "u", site=SITE)
    assert known(newsroom)[0] is Status.ERASED


def test_a_batch_waits_as_each_of_its_decisions(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    made = [newsroom.say("rude", external_id=name) for name in ("x", "y")]
    chosen = [Chosen(one.id, 1) for one in made]
    batch = batches.decide_many(newsroom.desk, newsroom.moderator, chosen, Outcome.APPROVE, site=SITE).batch_id
    assert [known(newsroom, name) for name in ("x", "y")] == [(*HELD, 1)] * 2
    batches.undo_batch(newsroom.desk, newsroom.moderator, batch)
    newsroom.clock.advance(seconds=GRACE)
    assert [known(newsroom, name) for name in ("x", "y")] == [(*HELD, 3)] * 2


def test_a_second_opinion_waits_once_it_is_a_decision(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    opinions.give(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=1)
    review.decide(newsroom.desk, newsroom.second, one.id, Outcome.APPROVE, seen_version=1)
    assert known(newsroom) == (*HELD, 1)
    newsroom.clock.advance(seconds=GRACE)
    assert known(newsroom) == (*APPROVED, 2)


def test_a_longer_grace_makes_nothing_untold(newsroom: Newsroom) -> None:
    one = newsroom.say("rude", external_id="x")
    approve(newsroom, one.id)
    newsroom.clock.advance(seconds=1)
    newsroom.set_policy(grace_seconds=GRACE)
    assert known(newsroom) == (*APPROVED, 2)
    reject(newsroom, one.id, seen=2)
    assert known(newsroom) == (*APPROVED, 2)
    newsroom.clock.advance(seconds=GRACE - 1)
    newsroom.set_policy(grace_seconds=GRACE * 2)
    assert known(newsroom) == (*APPROVED, 2)
    newsroom.clock.advance(seconds=1)
    newsroom.set_policy(grace_seconds=0)
    assert known(newsroom) == (*REJECTED, 3)


def refused(newsroom: Newsroom) -> bool:
    with pytest.raises(IllegalTransition) as error:
        appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")
    assert error.value.fields["status"] == known(newsroom)[0]
    return True


def noticed(newsroom: Newsroom) -> Recorded | None:
    try:
        return appeals.notice(newsroom.desk, newsroom.key, "x").verdict
    except NotFound:
        return None


def test_a_rejection_not_told_has_no_notice_and_no_appeal(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    reject(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE - 1)
    assert noticed(newsroom) is None
    assert refused(newsroom)
    newsroom.clock.advance(seconds=1)
    assert noticed(newsroom) is not None
    assert appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")[1]


def test_the_notice_is_of_the_rejection_that_was_told(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE, banned=("forbidden",))
    one = newsroom.say("a forbidden word", external_id="x")
    reject(newsroom, one.id, message="Please do not.")
    found = noticed(newsroom)
    assert found is not None
    assert (found.decision.by_machine, found.decision.message) == (True, "")
    newsroom.clock.advance(seconds=GRACE)
    found = noticed(newsroom)
    assert found is not None
    assert (found.decision.by_machine, found.decision.message) == (False, "Please do not.")


def test_an_appeal_against_one_rejection_or_the_next_is_one(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE, banned=("forbidden",))
    one = newsroom.say("a forbidden word", external_id="x")
    reject(newsroom, one.id)
    first, made = appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")
    assert (made, first.appeal.against is None) == (True, False), "another than who rejected it since answers"
    for seconds in (0, GRACE):
        newsroom.clock.advance(seconds=seconds)
        again, made = appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")
        assert (made, again.appeal.id) == (False, first.appeal.id)


def test_who_appeals_when_the_desk_has_decided_anew_comes_again_later(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    reject(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE)
    decision = review.decide(newsroom.desk, newsroom.moderator, one.id, Outcome.APPROVE, seen_version=2).id
    assert noticed(newsroom) is not None
    with pytest.raises(Conflict, match="decided_anew"):
        appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")
    review.undo(newsroom.desk, newsroom.moderator, decision)
    assert appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")[1]


def appeal(newsroom: Newsroom) -> tuple[AppealStatus, bool]:
    """As told when asked for, in the notice while there is one, and when it is lodged again."""
    found = appeals.appeal_of(newsroom.desk, newsroom.key, "x")
    assert appeals.lodge(newsroom.desk, newsroom.key, "x", "again")[0].status is found.status
    if noticed(newsroom) is not None:
        assert appeals.notice(newsroom.desk, newsroom.key, "x").appeal == found
    return found.status, found.answer is not None


def appealed(newsroom: Newsroom) -> int:
    """Rejected, told, and appealed against; what the appeal's answer is the version of."""
    newsroom.set_policy(grace_seconds=GRACE)
    one = newsroom.say("rude", external_id="x")
    reject(newsroom, one.id)
    newsroom.clock.advance(seconds=GRACE)
    appeals.lodge(newsroom.desk, newsroom.key, "x", "why?")
    return one.id


def grant(newsroom: Newsroom, comment_id: int, *, seen: int = 2) -> int:
    return review.decide(newsroom.desk, newsroom.second, comment_id, Outcome.APPROVE, seen_version=seen).id


def test_an_appeal_is_open_until_its_answer_is_told(newsroom: Newsroom) -> None:
    grant(newsroom, appealed(newsroom))
    assert appeal(newsroom) == (AppealStatus.OPEN, False)
    newsroom.clock.advance(seconds=GRACE)
    found = appeals.appeal_of(newsroom.desk, newsroom.key, "x")
    assert (found.status, found.answer is not None) == (AppealStatus.GRANTED, True)
    assert refused(newsroom)


def test_an_answer_stands_until_its_undoing_is_told(newsroom: Newsroom) -> None:
    comment_id = appealed(newsroom)
    decision = grant(newsroom, comment_id)
    newsroom.clock.advance(seconds=GRACE)
    review.undo(newsroom.desk, newsroom.second, decision)
    found = appeals.appeal_of(newsroom.desk, newsroom.key, "x")
    assert (found.status, found.answer is not None) == (AppealStatus.GRANTED, True)
    newsroom.clock.advance(seconds=GRACE)
    assert appeal(newsroom) == (AppealStatus.OPEN, False)


def test_an_answer_taken_back_in_time_is_never_seen(newsroom: Newsroom) -> None:
    comment_id = appealed(newsroom)
    review.undo(newsroom.desk, newsroom.second, grant(newsroom, comment_id))
    for _ in range(2):
        assert appeal(newsroom) == (AppealStatus.OPEN, False)
        newsroom.clock.advance(seconds=GRACE)


def test_what_was_answered_before_an_edit_has_not_lapsed(newsroom: Newsroom) -> None:
    grant(newsroom, appealed(newsroom))
    intake.edit(newsroom.desk, newsroom.key, "x", "civil")
    assert appeals.appeal_of(newsroom.desk, newsroom.key, "x").status is AppealStatus.OPEN
    newsroom.clock.advance(seconds=GRACE)
    assert appeals.appeal_of(newsroom.desk, newsroom.key, "x").status is AppealStatus.GRANTED


def test_the_next_appeal_is_not_answered_by_what_answered_the_last(newsroom: Newsroom) -> None:
    comment_id = appealed(newsroom)
    review.decide(newsroom.desk, newsroom.second, comment_id, Outcome.REJECT, seen_version=2, reasons=[Reason.ABUSIVE])
    newsroom.clock.advance(seconds=GRACE)
    assert appeals.lodge(newsroom.desk, newsroom.key, "x", "and yet")[1]
    assert appeal(newsroom) == (AppealStatus.OPEN, False)


def listed(newsroom: Newsroom) -> list[str]:
    return [one.external_id for one in picks.picks_of(newsroom.desk, newsroom.key, "a-1")]


def test_a_pick_is_listed_when_its_grace_is_over(newsroom: Newsroom) -> None:
    newsroom.set_policy(grace_seconds=GRACE)
    for name in ("x", "y"):
        one = newsroom.say("rude", external_id=name)
        approve(newsroom, one.id)
        picks.pick(newsroom.desk, newsroom.moderator, one.id, seen_version=2)
    newsroom.clock.advance(seconds=GRACE - 1)
    assert listed(newsroom) == []
    picks.unpick(newsroom.desk, newsroom.moderator, one.id)
    newsroom.clock.advance(seconds=1)
    assert (listed(newsroom), known(newsroom)) == (["x"], (*APPROVED, 2))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that go to the database, in their order."""
    sent: list[str] = []

    def send(connection: Connection, text: str, values: object, *, binary: bool = False) -> object:
        sent.append(text)
        return wire.send(connection, text, values, binary=binary)

    def execute(connection: Connection, cursor: object, text: str, *_: object) -> None:
        sent.append(text)

    monkeypatch.setattr(_prepared, "send", send)
    event.listen(Engine, "before_cursor_execute", execute)
    yield sent
    event.remove(Engine, "before_cursor_execute", execute)


def test_asking_costs_more_only_where_a_person_decided_of_late(newsroom: Newsroom, asked: list[str]) -> None:
    def statements(external_id: str) -> int:
        asked.clear()
        newsroom.say(external_id=external_id)
        return len(asked)

    first, second, old = [newsroom.say("rude", external_id=name) for name in ("x", "y", "z")]
    approve(newsroom, old.id)
    newsroom.clock.advance(seconds=MAX_GRACE)
    # The first call of an hour notes that the key was used.
    _, machine = statements("x"), statements("x")
    assert statements("z") == machine
    approve(newsroom, first.id)
    assert statements("x") == machine + 1, "the policy has none"
    newsroom.clock.advance(seconds=1)
    newsroom.set_policy(grace_seconds=GRACE)
    approve(newsroom, second.id)
    # What a policy says is read once in a process.
    statements("y")
    assert statements("y") == machine + 2, "it has one, which is not over"
    assert statements("x") == machine + 1, "it is over"
