"""A rejected commenter is told why, appeals once, and is answered by another person."""

from __future__ import annotations

import pytest

from dashboard.i18n import t
from dashboard.notices import notice_text
from moderation.appeal import MAX_TEXT, AppealStatus
from moderation.audit import EventType
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from moderation.messages import fill_in
from moderation.ports import EventFilter
from moderation.queue import Factor
from moderation.roles import Caller, Role
from moderation.search import Chosen, LeftOut
from moderation.service import accounts, appeals, audit, batches, feed, intake, opinions, review
from tests.builders import SITE, Newsroom, sign_in


def rejected(newsroom: Newsroom, *, message: str = "") -> intake.Receipt:
    sent = newsroom.say("this is rude", commenter_name="Sara", article_title="The call")
    card = review.open_card(newsroom.desk, newsroom.moderator, sent.id)
    review.decide(
        newsroom.desk,
        newsroom.moderator,
        sent.id,
        Outcome.REJECT,
        seen_version=card.comment.version,
        reasons=[Reason.ABUSIVE],
        message=message,
    )
    return sent


def lodged(newsroom: Newsroom, sent: intake.Receipt, text: str = "I meant it kindly") -> appeals.Answered:
    return appeals.lodge(newsroom.desk, newsroom.key, sent.external_id, text)[0]


def answer(newsroom: Newsroom, caller: Caller, sent: intake.Receipt, outcome: Outcome, message: str = "") -> int:
    card = review.open_card(newsroom.desk, caller, sent.id)
    reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
    return review.decide(
        newsroom.desk, caller, sent.id, outcome, seen_version=card.comment.version, reasons=reasons, message=message
    ).id


def state(newsroom: Newsroom, sent: intake.Receipt) -> AppealStatus:
    return appeals.appeal_of(newsroom.desk, newsroom.key, sent.external_id).status


def test_the_notice_says_what_why_by_whom_and_how_to_appeal(newsroom: Newsroom) -> None:
    sent = rejected(newsroom, message="Please write without insults.")
    found = appeals.notice(newsroom.desk, newsroom.key, sent.external_id)
    said = notice_text(found)
    for part in ("The call", t("common.reason.abusive", found.language), "Please write without insults."):
        assert part in said
    assert found.verdict.decision.by_machine is False
    assert found.appeal_until is not None
    assert (found.appeal_until - found.verdict.decided_at).days == 183


def test_what_readers_see_has_no_notice(newsroom: Newsroom) -> None:
    for sent in (newsroom.say("fine weather"), newsroom.say("this is rude")):
        with pytest.raises(NotFound):
            appeals.notice(newsroom.desk, newsroom.key, sent.external_id)


def test_an_appeal_comes_back_to_the_desk_but_not_to_who_rejected(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    assert lodged(newsroom, sent).status is AppealStatus.OPEN
    assert intake.lookup(newsroom.desk, newsroom.key, sent.external_id).status is Status.REJECTED
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is None
    with pytest.raises(Conflict, match="own_decision_appealed"):
        answer(newsroom, newsroom.moderator, sent, Outcome.APPROVE)
    seen = review.open_card(newsroom.desk, newsroom.moderator, sent.id).comment.version
    with pytest.raises(Conflict, match="own_decision_appealed"):
        opinions.give(newsroom.desk, newsroom.moderator, sent.id, Outcome.APPROVE, seen_version=seen)
    review.release(newsroom.desk, newsroom.moderator)
    card = review.next_card(newsroom.desk, newsroom.second, site=SITE)
    assert card is not None
    assert card.entry is not None
    assert card.appeal is not None
    assert (card.comment.id, card.appeal.text) == (sent.id, "I meant it kindly")
    assert Factor.APPEAL in dict(card.entry.priority.factors)


@pytest.mark.parametrize(
    ("outcome", "becomes", "status"),
    [
        (Outcome.APPROVE, AppealStatus.GRANTED, Status.APPROVED),
        (Outcome.REJECT, AppealStatus.TURNED_DOWN, Status.REJECTED),
    ],
)
def test_the_next_decision_is_the_answer(
    newsroom: Newsroom, outcome: Outcome, becomes: AppealStatus, status: Status
) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent)
    answer(newsroom, newsroom.second, sent, outcome, message="We read it again.")
    found = appeals.appeal_of(newsroom.desk, newsroom.key, sent.external_id)
    assert found.status is becomes
    assert found.answer is not None
    assert found.answer.decision.causes == (Cause.HUMAN, Cause.APPEAL)
    assert intake.lookup(newsroom.desk, newsroom.key, sent.external_id).status is status
    told = feed.decisions_after(newsroom.desk, newsroom.key, -1).items[-1]
    assert (told.answers_appeal, told.message) == (True, "We read it again.")
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE) is None


def test_undoing_the_answer_opens_the_appeal_again(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent)
    review.undo(newsroom.desk, newsroom.second, answer(newsroom, newsroom.second, sent, Outcome.APPROVE))
    assert state(newsroom, sent) is AppealStatus.OPEN
    card = review.open_card(newsroom.desk, newsroom.second, sent.id)
    assert card.entry is not None
    assert Factor.APPEAL in dict(card.entry.priority.factors)
    assert card.comment.status is Status.REJECTED
    assert card.appeal is not None


def test_a_rejection_taken_back_leaves_its_appeal_asking(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent)
    with newsroom.desk.read() as uow:
        [rejection] = uow.decisions.by_people([sent.id])[sent.id]
    review.undo(newsroom.desk, newsroom.moderator, rejection.id)
    assert not review.open_card(newsroom.desk, newsroom.moderator, sent.id).claimed
    card = review.open_card(newsroom.desk, newsroom.second, sent.id)
    assert card.appeal is not None
    assert card.entry is not None
    assert card.claimed
    assert Factor.APPEAL in dict(card.entry.priority.factors)


def test_where_nobody_else_reviews_one_answers_oneself(newsroom: Newsroom) -> None:
    sent = newsroom.say("this is rude")
    answer(newsroom, newsroom.admin, sent, Outcome.REJECT)
    lodged(newsroom, sent)
    with pytest.raises(Conflict):
        answer(newsroom, newsroom.admin, sent, Outcome.APPROVE)
    for person in accounts.staff(newsroom.desk, newsroom.admin):
        if person.role not in (Role.ADMIN, Role.AUDITOR):
            accounts.deactivate(newsroom.desk, newsroom.admin, person.name)
    assert review.next_card(newsroom.desk, newsroom.admin, site=SITE) is None
    assert review.bring_back(newsroom.desk, newsroom.admin, site=SITE) == 1
    back = EventFilter(type=EventType.COMMENT_UNSKIPPED)
    assert len(audit.events(newsroom.desk, newsroom.admin, site=SITE, where=back).rows) == 1
    answer(newsroom, newsroom.admin, sent, Outcome.APPROVE)
    assert state(newsroom, sent) is AppealStatus.GRANTED
    alone = newsroom.say("this is rude")
    answer(newsroom, newsroom.admin, alone, Outcome.REJECT)
    lodged(newsroom, alone)
    card = review.next_card(newsroom.desk, newsroom.admin, site=SITE)
    assert card is not None
    assert card.comment.id == alone.id


def test_what_was_answered_comes_back_to_everybody_and_what_is_taken_back_to_nobody_who_asked(
    newsroom: Newsroom,
) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent)
    answered = answer(newsroom, newsroom.second, sent, Outcome.APPROVE)
    newsroom.clock.advance(minutes=1)
    review.undo(newsroom.desk, newsroom.second, answered)
    review.release(newsroom.desk, newsroom.second)
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is None
    answer(newsroom, newsroom.second, sent, Outcome.APPROVE)
    newsroom.clock.advance(minutes=1)
    newsroom.report(sent.external_id, by="reader")
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is not None


def test_an_admin_who_takes_back_the_answer_to_their_own_rejection_gives_none(newsroom: Newsroom) -> None:
    sent = newsroom.say("this is rude")
    answer(newsroom, newsroom.admin, sent, Outcome.REJECT)
    lodged(newsroom, sent)
    review.undo(newsroom.desk, newsroom.admin, answer(newsroom, newsroom.second, sent, Outcome.APPROVE))
    assert review.next_card(newsroom.desk, newsroom.admin, site=SITE) is None
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE) is not None


def test_what_the_policy_rejected_anybody_answers(newsroom: Newsroom) -> None:
    newsroom.set_policy(banned=("forbidden",))
    sent = newsroom.say("a forbidden word")
    lodged(newsroom, sent)
    answer(newsroom, newsroom.moderator, sent, Outcome.APPROVE)
    assert state(newsroom, sent) is AppealStatus.GRANTED


def test_one_rejection_has_one_appeal(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    first, made = appeals.lodge(newsroom.desk, newsroom.key, sent.external_id, "once")
    again, made_again = appeals.lodge(newsroom.desk, newsroom.key, sent.external_id, "twice")
    assert (made, made_again, again.appeal) == (True, False, first.appeal)
    answer(newsroom, newsroom.second, sent, Outcome.REJECT)
    # A new rejection may be appealed against: by then others have seen the comment.
    third, made = appeals.lodge(newsroom.desk, newsroom.key, sent.external_id, "please")
    assert (made, third.appeal.against == first.appeal.against) == (True, False)


def test_the_notice_of_a_new_rejection_knows_nothing_of_an_earlier_one_s_appeal(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent)
    answer(newsroom, newsroom.second, sent, Outcome.REJECT)
    answered = appeals.notice(newsroom.desk, newsroom.key, sent.external_id).appeal
    assert answered is not None
    assert answered.status is AppealStatus.TURNED_DOWN
    for outcome in (Outcome.APPROVE, Outcome.REJECT):
        answer(newsroom, newsroom.admin, sent, outcome)
    found = appeals.notice(newsroom.desk, newsroom.key, sent.external_id)
    assert found.appeal is None
    assert len(notice_text(found).splitlines()) == 4, "how to appeal as well"


def test_no_appeal_where_there_is_nothing_to_appeal_against(newsroom: Newsroom) -> None:
    for sent in (newsroom.say("fine weather"), newsroom.say("this is rude")):
        with pytest.raises(IllegalTransition):
            lodged(newsroom, sent)
    sent = rejected(newsroom)
    with pytest.raises(NotFound):
        appeals.appeal_of(newsroom.desk, newsroom.key, sent.external_id)
    for text in ("", "  \n", "x" * (MAX_TEXT + 1)):
        with pytest.raises(Invalid):
            lodged(newsroom, sent, text)


def test_the_time_for_it_is_the_policy_s(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    newsroom.clock.advance(days=183)
    with pytest.raises(Conflict, match="appeal_late"):
        lodged(newsroom, sent)
    newsroom.people[Role.ADMIN] = sign_in(newsroom.desk, "admin-1")
    newsroom.set_policy(appeal_days=184)
    assert lodged(newsroom, sent).status is AppealStatus.OPEN


def test_a_site_may_take_no_appeals(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    newsroom.set_policy(appeal_days=0)
    with pytest.raises(Conflict, match="appeals_closed"):
        lodged(newsroom, sent)
    assert appeals.notice(newsroom.desk, newsroom.key, sent.external_id).appeal_until is None


def test_an_edit_or_a_deletion_leaves_nothing_to_answer(newsroom: Newsroom) -> None:
    edited, gone = rejected(newsroom), rejected(newsroom)
    for sent in (edited, gone):
        lodged(newsroom, sent)
    intake.edit(newsroom.desk, newsroom.key, edited.external_id, "better words")
    intake.withdraw(newsroom.desk, newsroom.key, gone.external_id)
    for sent in (edited, gone):
        assert state(newsroom, sent) is AppealStatus.LAPSED
    found = appeals.appeal_of(newsroom.desk, newsroom.key, gone.external_id).appeal
    assert found.text == ""
    with newsroom.desk.read() as uow:
        case = uow.cards.case(edited.id)
    assert case is not None
    assert case.appeal is None


def test_a_batch_leaves_appeals_to_people_who_read_them(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent)
    result = batches.decide_many(
        newsroom.desk, newsroom.second, [Chosen(sent.id, sent.version + 1)], Outcome.APPROVE, site=SITE
    )
    assert (result.decided, result.left_out) == (0, {LeftOut.APPEAL: 1})


def test_the_log_binds_the_appeal_without_holding_it(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    lodged(newsroom, sent, "a very private plea")
    rows = audit.export(newsroom.desk, newsroom.admin, site=SITE).rows
    [event] = [one for one in rows if one.type == "appeal:lodged"]
    assert "private plea" not in event.body
    assert event.subject == f"comment:{sent.id}"
    assert all(one.ok for one in audit.verify(newsroom.desk, newsroom.admin))


def test_only_the_site_speaks_for_its_commenters(newsroom: Newsroom) -> None:
    sent = rejected(newsroom)
    for caller in (newsroom.moderator, newsroom.people[Role.AUDITOR]):
        with pytest.raises(Forbidden):
            appeals.lodge(newsroom.desk, caller, sent.external_id, "please")
        with pytest.raises(Forbidden):
            appeals.notice(newsroom.desk, caller, sent.external_id)


def test_a_message_too_long_is_refused(newsroom: Newsroom) -> None:
    with pytest.raises(Invalid):
        rejected(newsroom, message="x" * 2_001)


def test_a_message_is_filled_in_as_text() -> None:
    filled = fill_in("{name}: «{article}» {other}", name="{article}", article="A")
    assert filled == "{article}: «A» {other}"


def test_who_has_no_name_is_not_addressed_by_a_comma() -> None:
    for template in ("{name}، نرحب برأيك", "نرحب برأيك"):
        assert fill_in(template, name=" ", article="A") == "نرحب برأيك"
