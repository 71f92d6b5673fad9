"""Comments come in: judged, stored, queued, logged; repeats, edits, deletions and reports."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from moderation.article import IncomingArticle, Mode
from moderation.comment import Status
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Forbidden, IllegalTransition, Invalid, NotFound, Unauthenticated
from moderation.roles import Key
from moderation.service import audit, intake, review
from tests.builders import OPERATOR, SITE, START, Newsroom, incoming


@pytest.mark.parametrize(
    ("body", "outcome", "status", "causes"),
    [
        ("A civil thought", Outcome.APPROVE, Status.PUBLISHED, (Cause.CIVIL,)),
        ("a rude thing", Outcome.HOLD, Status.PENDING, (Cause.SCORE,)),
        ("visit https://spam.example/x", Outcome.HOLD, Status.PENDING, (Cause.LINK,)),
        ("my own https://al-marsad.example/x", Outcome.APPROVE, Status.PUBLISHED, (Cause.CIVIL,)),
        ("you perro you", Outcome.REJECT, Status.REJECTED, (Cause.BANNED_WORD,)),
        ("a dodgy affair", Outcome.HOLD, Status.PENDING, (Cause.SUSPECT_WORD,)),
    ],
)
def test_each_comment_is_judged_by_the_policy(
    newsroom: Newsroom, body: str, outcome: Outcome, status: Status, causes: tuple[Cause, ...]
) -> None:
    newsroom.set_policy(banned=("perro",), suspect=("dodgy",), allowed_domains=("al-marsad.example",))
    receipt = newsroom.say(body)
    assert (receipt.outcome, receipt.status, receipt.causes) == (outcome, status, causes)
    assert receipt.created
    assert receipt.policy == 2


def test_a_second_submission_gives_the_first_receipt(newsroom: Newsroom) -> None:
    first = newsroom.say("a rude thing", external_id="x")
    again = newsroom.say("other words", external_id="x")
    assert not again.created
    assert (again.id, again.status, again.scores) == (first.id, first.status, first.scores)
    assert review.counts(newsroom.desk, newsroom.moderator, site=SITE).waiting == 1


def test_one_id_twice_in_a_batch_is_stored_once(newsroom: Newsroom) -> None:
    receipts = newsroom.submit(incoming("one", external_id="x"), incoming("two", external_id="x"))
    assert [receipt.created for receipt in receipts] == [True, False]
    assert receipts[0].id == receipts[1].id
    assert intake.edit(newsroom.desk, newsroom.key, "x", "one").revision == 1


def test_a_reply_may_come_before_its_parent_in_a_batch(newsroom: Newsroom) -> None:
    newsroom.submit(
        incoming("a rude reply", external_id="child", parent_id="parent"), incoming("hello", external_id="parent")
    )
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.parent is not None
    assert card.parent.external_id == "parent"


def test_an_unknown_parent_is_no_obstacle(newsroom: Newsroom) -> None:
    assert newsroom.say("hello", parent_id="elsewhere").created
    assert newsroom.say("hello", external_id="self", parent_id="self").created


def test_repeats_of_one_commenter_are_held_also_within_a_batch(newsroom: Newsroom) -> None:
    receipts = newsroom.submit(*[incoming("Buy this now", commenter_id="u") for _ in range(4)])
    assert [receipt.outcome for receipt in receipts] == [Outcome.APPROVE, Outcome.APPROVE, Outcome.HOLD, Outcome.HOLD]
    assert receipts[2].causes == (Cause.REPEAT,)
    later = START + timedelta(minutes=60)
    newsroom.clock.advance(minutes=60)
    assert newsroom.say("Buy this now", commenter_id="u", created_at=later).outcome is Outcome.APPROVE


def test_an_edit_repeats_others_and_not_itself(newsroom: Newsroom) -> None:
    newsroom.set_policy(repeat_limit=1)
    newsroom.say("Buy this now", commenter_id="u", external_id="x")
    edited = intake.edit(newsroom.desk, newsroom.key, "x", "BUY THIS NOW")
    assert edited.outcome is Outcome.APPROVE
    newsroom.say("Something else", commenter_id="u", external_id="y")
    assert intake.edit(newsroom.desk, newsroom.key, "y", "buy this now").causes == (Cause.REPEAT,)


def test_an_imported_history_repeats_where_it_was_written_not_where_it_came_in(newsroom: Newsroom) -> None:
    days = [START - timedelta(days=n) for n in range(5)]
    receipts = newsroom.submit(*[incoming("Thank you", commenter_id="u", created_at=day) for day in days])
    assert {receipt.outcome for receipt in receipts} == {Outcome.APPROVE}


def test_new_commenters_are_held_until_enough_were_published(newsroom: Newsroom) -> None:
    newsroom.set_policy(new_commenter_until=1)
    assert newsroom.say("one", commenter_id="u", external_id="x").causes == (Cause.NEW_COMMENTER,)
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    review.decide(newsroom.desk, newsroom.moderator, card.comment.id, Outcome.APPROVE, seen_version=1)
    assert newsroom.say("two", commenter_id="u").outcome is Outcome.APPROVE


def test_a_pre_moderated_site_holds_everything(newsroom: Newsroom) -> None:
    newsroom.set_policy(mode=Mode.PRE)
    assert newsroom.say().causes == (Cause.PRE_MODERATION,)


def test_an_edit_is_judged_afresh_and_the_earlier_text_kept(newsroom: Newsroom) -> None:
    newsroom.say("fine words", external_id="x")
    edited = intake.edit(newsroom.desk, newsroom.key, "x", "rude words")
    assert (edited.status, edited.version, edited.revision) == (Status.PENDING, 2, 2)
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert [revision.body for revision in card.revisions] == ["fine words"]
    assert card.comment.body == "rude words"


def test_an_edit_of_what_a_person_rejected_is_for_a_person(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    review.decide(
        newsroom.desk, newsroom.moderator, receipt.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE]
    )
    edited = intake.edit(newsroom.desk, newsroom.key, "x", "kind words")
    assert (edited.status, edited.causes) == (Status.PENDING, (Cause.EDITED,))
    again = intake.edit(newsroom.desk, newsroom.key, "x", "kinder words")
    assert (again.status, again.causes) == (Status.PENDING, (Cause.EDITED,))


def test_an_approval_that_was_taken_back_makes_no_edit_safer(newsroom: Newsroom) -> None:
    sent = newsroom.say("rude", external_id="x")
    review.decide(newsroom.desk, newsroom.moderator, sent.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE])
    edited = intake.edit(newsroom.desk, newsroom.key, "x", "kind words")
    decided = review.decide(newsroom.desk, newsroom.moderator, sent.id, Outcome.APPROVE, seen_version=edited.version)
    review.undo(newsroom.desk, newsroom.moderator, decided.id)
    again = intake.edit(newsroom.desk, newsroom.key, "x", "kinder words")
    assert (again.status, again.causes) == (Status.PENDING, (Cause.EDITED,))


def test_what_the_policy_rejected_is_no_persons_rejection_after_an_undo(newsroom: Newsroom) -> None:
    newsroom.set_policy(banned=("perro",))
    sent = newsroom.say("you perro you", external_id="x")
    decided = review.decide(newsroom.desk, newsroom.moderator, sent.id, Outcome.APPROVE, seen_version=1)
    review.undo(newsroom.desk, newsroom.moderator, decided.id)
    assert intake.edit(newsroom.desk, newsroom.key, "x", "kind words").status is Status.PUBLISHED


def test_an_edit_to_the_same_text_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.say("fine words", external_id="x")
    assert intake.edit(newsroom.desk, newsroom.key, "x", "fine words").version == 1


def test_an_author_takes_the_comment_back(newsroom: Newsroom) -> None:
    newsroom.say("rude words", external_id="x")
    withdrawn = intake.withdraw(newsroom.desk, newsroom.key, "x")
    assert (withdrawn.status, withdrawn.scores) == (Status.ERASED, None)
    assert intake.withdraw(newsroom.desk, newsroom.key, "x").version == withdrawn.version
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is None
    with pytest.raises(IllegalTransition):
        intake.edit(newsroom.desk, newsroom.key, "x", "again")
    assert all(found.ok for found in audit.verify(newsroom.desk, OPERATOR))


def test_reports_bring_a_comment_to_the_desk_and_enough_hide_it(newsroom: Newsroom) -> None:
    newsroom.say("a fine comment", external_id="x")
    once = newsroom.report("x", by="r-1")
    assert (once.status, once.causes) == (Status.PUBLISHED, (Cause.REPORTED,))
    assert newsroom.report("x", by="r-1").version == once.version
    newsroom.report("x", by="r-2")
    thrice = newsroom.report("x", by="r-3")
    assert thrice.status is Status.PENDING
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert len(card.flags) == 3
    assert card.record.reported == 1


def test_a_report_leaves_a_humans_rejection_alone(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    review.decide(
        newsroom.desk, newsroom.moderator, receipt.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE]
    )
    assert newsroom.report("x", by="r-1").status is Status.REJECTED
    assert review.counts(newsroom.desk, newsroom.moderator, site=SITE).waiting == 0


def test_reports_before_an_approval_do_not_count_after_it(newsroom: Newsroom) -> None:
    receipt = newsroom.say("fine", external_id="x")
    for reader in ("r-1", "r-2", "r-3"):
        held = newsroom.report("x", by=reader)
    newsroom.clock.advance(seconds=1)
    review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=held.version)
    newsroom.clock.advance(seconds=1)
    assert newsroom.report("x", by="r-4").status is Status.APPROVED


@pytest.mark.parametrize("review_at", [1, 2])
def test_as_many_reports_hold_what_a_person_approved_as_what_nobody_did(newsroom: Newsroom, review_at: int) -> None:
    newsroom.set_policy(review_at_reports=review_at)
    approved = newsroom.say(external_id="x")
    newsroom.say(external_id="y")
    review.decide(newsroom.desk, newsroom.moderator, approved.id, Outcome.APPROVE, seen_version=1)
    for number in range(3):
        newsroom.clock.advance(seconds=1)
        told = {newsroom.report(name, by=f"r-{number}").status is Status.PENDING for name in ("x", "y")}
        assert told == {number == 2}


def test_reports_that_come_together_count_each_other(newsroom: Newsroom) -> None:
    newsroom.say("fine", external_id="x")
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda reader: newsroom.report("x", by=reader), ("r-1", "r-2", "r-3")))
    assert intake.lookup(newsroom.desk, newsroom.key, "x").status is Status.PENDING


def test_replies_to_each_other_have_no_parent_between_them_but_go_in(newsroom: Newsroom) -> None:
    receipts = newsroom.submit(
        incoming("one", external_id="a", parent_id="b"), incoming("two", external_id="b", parent_id="a")
    )
    assert [receipt.created for receipt in receipts] == [True, True]


def test_a_section_announced_later_is_the_comments_too(newsroom: Newsroom) -> None:
    newsroom.say("rude", article_id="a-7")
    article = IncomingArticle(external_id="a-7", title="T", section="World")
    intake.save_article(newsroom.desk, newsroom.key, article)
    facets = review.facets(newsroom.desk, newsroom.moderator, site=SITE)
    assert [name for _, name, _ in facets.sections] == ["World"]


def test_a_report_on_an_approved_comment_keeps_it_approved(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude", external_id="x")
    review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)
    newsroom.clock.advance(seconds=1)
    assert newsroom.report("x", by="r-1").status is Status.APPROVED
    assert review.counts(newsroom.desk, newsroom.moderator, site=SITE).waiting == 1


def test_the_feed_tells_the_site_every_decision_once_in_order(newsroom: Newsroom) -> None:
    receipts = [newsroom.say("rude", external_id=f"x{n}") for n in range(3)]
    review.decide(newsroom.desk, newsroom.moderator, receipts[0].id, Outcome.APPROVE, seen_version=1)
    first = intake.decisions_after(newsroom.desk, newsroom.key, 0, limit=2)
    rest = intake.decisions_after(newsroom.desk, newsroom.key, first.cursor)
    assert (first.more, rest.more) == (True, False)
    told = [(item.external_id, item.status, item.actor_kind) for item in (*first.items, *rest.items)]
    assert told == [
        ("x0", Status.PENDING, "policy"),
        ("x1", Status.PENDING, "policy"),
        ("x2", Status.PENDING, "policy"),
        ("x0", Status.APPROVED, "moderator"),
    ]
    assert intake.decisions_after(newsroom.desk, newsroom.key, rest.cursor).items == ()


def test_articles_are_made_on_first_mention_and_renewed_when_saved(newsroom: Newsroom) -> None:
    newsroom.say("rude", article_id="a-9")
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.article.title == "a-9"
    article = IncomingArticle(external_id="a-9", title="A title", section="World", published_at=START)
    saved, created = intake.save_article(newsroom.desk, newsroom.key, article)
    assert (saved.id, saved.title, saved.section, created) == (card.article.id, "A title", "World", False)
    assert intake.save_article(newsroom.desk, newsroom.key, IncomingArticle(external_id="new", title="New"))[1]


def test_only_the_sites_key_or_an_operator_submits(newsroom: Newsroom) -> None:
    for session in newsroom.people.values():
        with pytest.raises(Forbidden):
            intake.submit(newsroom.desk, session, [incoming()])
    with pytest.raises(Unauthenticated):
        intake.submit(newsroom.desk, Key(secret_hash="0" * 64), [incoming()])
    with pytest.raises(Forbidden):
        intake.submit(newsroom.desk, newsroom.key, [incoming()], site="another")
    assert intake.submit(newsroom.desk, OPERATOR, [incoming()], site=SITE)[0].created


def test_unknown_comments_and_oversized_batches_are_refused(newsroom: Newsroom) -> None:
    with pytest.raises(NotFound):
        intake.lookup(newsroom.desk, newsroom.key, "none")
    with pytest.raises(Invalid):
        intake.submit(newsroom.desk, newsroom.key, [incoming() for _ in range(1001)])


def test_a_large_batch_is_stored_whole_and_logged_one_event_each(newsroom: Newsroom) -> None:
    receipts = newsroom.submit(*[incoming(f"thought {n}", commenter_id=f"u{n % 7}") for n in range(1000)])
    assert all(receipt.created for receipt in receipts)
    heads = {found.origin: found.size for found in audit.verify(newsroom.desk, OPERATOR)}
    assert heads[f"taliq/{SITE}"] == 1000 + 2


def test_the_same_new_comment_at_once_is_stored_once(newsroom: Newsroom) -> None:
    with ThreadPoolExecutor(6) as threads:
        receipts = list(threads.map(lambda _: newsroom.say("hello", external_id="x", commenter_id="u"), range(6)))
    assert sorted(receipt.created for receipt in receipts) == [False] * 5 + [True]


def test_times_are_kept(newsroom: Newsroom) -> None:
    written = START - timedelta(days=3)
    assert newsroom.say(created_at=written, external_id="x").created_at == written
    assert intake.lookup(newsroom.desk, newsroom.key, "x").created_at == written
