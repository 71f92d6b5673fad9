"""Waves: found among what waits or among all, decided as one, seen by who reviews."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.comment import Status
from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden
from moderation.roles import Role
from moderation.service import alike, batches, intake
from tests.builders import SITE, Newsroom, incoming

CALL = "rude people come to the square tonight and bring your rude friends"


def wave(newsroom: Newsroom, times: int = 4, **given: object) -> list[intake.Receipt]:
    return newsroom.submit(*[incoming(f"{CALL} {'now' * (number % 2)}", **given) for number in range(times)])


def test_a_wave_is_found_and_decided_as_one(newsroom: Newsroom) -> None:
    sent = wave(newsroom)
    newsroom.say("rude in another way, about the weather of the day", article_id="a-2")
    found = alike.waves(newsroom.desk, newsroom.moderator, site=SITE)
    assert (found.compared, found.more) == (5, False)
    [one] = found.waves
    assert {chosen.comment_id for chosen in one.chosen} == {receipt.id for receipt in sent}
    assert (one.commenters, one.articles, len(one.sample)) == (4, 1, alike.SAMPLED)
    result = batches.decide_many(
        newsroom.desk, newsroom.moderator, one.chosen, Outcome.REJECT, site=SITE, reasons=[Reason.SPAM]
    )
    assert result.decided == 4
    assert alike.waves(newsroom.desk, newsroom.moderator, site=SITE).waves == ()
    assert len(alike.waves(newsroom.desk, newsroom.moderator, site=SITE, waiting=False).waves) == 1


def test_after_an_act_the_waves_are_looked_at_again_and_not_compared(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = wave(newsroom)
    found = alike.waves(newsroom.desk, newsroom.moderator, site=SITE)
    newsroom.desk = replace(newsroom.desk, alike=lambda texts: pytest.fail("compared again"))
    reject = {"site": SITE, "reasons": [Reason.SPAM]}
    first = batches.decide_many(
        newsroom.desk,
        newsroom.moderator,
        found.waves[0].chosen[:1],
        Outcome.REJECT,
        **reject,  # type: ignore[arg-type]
    )
    again = alike.renewed(newsroom.desk, newsroom.moderator, found, site=SITE)
    [one] = again.waves
    assert (len(one.chosen), one.commenters, again.compared) == (3, 3, 4)
    second = batches.decide_many(
        newsroom.desk,
        newsroom.moderator,
        one.chosen[:1],
        Outcome.REJECT,
        **reject,  # type: ignore[arg-type]
    )
    assert alike.renewed(newsroom.desk, newsroom.moderator, found, site=SITE).waves == (), "two are no wave"
    for batch in (first, second):
        batches.undo_batch(newsroom.desk, newsroom.moderator, batch.batch_id)
    [one] = alike.renewed(newsroom.desk, newsroom.moderator, found, site=SITE).waves
    assert {chosen.comment_id for chosen in one.chosen} == {receipt.id for receipt in sent}
    done = batches.decide_many(
        newsroom.desk,
        newsroom.moderator,
        one.chosen,
        Outcome.REJECT,
        **reject,  # type: ignore[arg-type]
    )
    assert done.decided == 4, "at their present versions"


def test_what_was_edited_meanwhile_is_not_decided_with_its_wave(newsroom: Newsroom) -> None:
    first, *others = wave(newsroom)
    found = alike.waves(newsroom.desk, newsroom.moderator, site=SITE)
    intake.edit(newsroom.desk, newsroom.key, first.external_id, "rude in another way, about the weather of the day")
    [one] = alike.renewed(newsroom.desk, newsroom.moderator, found, site=SITE).waves
    assert {chosen.comment_id for chosen in one.chosen} == {receipt.id for receipt in others}


def test_two_are_no_wave_and_one_commenter_may_be(newsroom: Newsroom) -> None:
    wave(newsroom, 2)
    assert alike.waves(newsroom.desk, newsroom.moderator, site=SITE).waves == ()
    wave(newsroom, 3, commenter_id="same")
    [one] = alike.waves(newsroom.desk, newsroom.moderator, site=SITE).waves
    assert one.commenters == 3


def test_what_is_erased_is_in_no_wave(newsroom: Newsroom) -> None:
    sent = wave(newsroom, 3)
    intake.withdraw(newsroom.desk, newsroom.key, sent[0].external_id)
    assert alike.waves(newsroom.desk, newsroom.moderator, site=SITE, waiting=False).compared == 2


def test_what_waits_because_readers_reported_it_is_compared_as_well(newsroom: Newsroom) -> None:
    newsroom.set_policy(review_at_reports=1)
    sent = newsroom.submit(*[incoming("come to the square tonight and bring your friends") for _ in range(3)])
    assert {one.status for one in sent} == {Status.PUBLISHED}
    assert alike.waves(newsroom.desk, newsroom.moderator, site=SITE).compared == 0
    for one in sent:
        newsroom.report(one.external_id, by="reader-1")
    found = alike.waves(newsroom.desk, newsroom.moderator, site=SITE)
    [wave] = found.waves
    assert {chosen.comment_id for chosen in wave.chosen} == {one.id for one in sent}
    [again] = alike.renewed(newsroom.desk, newsroom.moderator, found, site=SITE).waves
    assert len(again.chosen) == 3


def test_it_says_when_there_were_more(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "COMPARED", 3)
    wave(newsroom, 4)
    found = alike.waves(newsroom.desk, newsroom.moderator, site=SITE)
    assert (found.compared, found.more) == (3, True)


def test_only_who_reviews_sees_waves(newsroom: Newsroom) -> None:
    for caller in (newsroom.people[Role.AUDITOR], newsroom.key):
        with pytest.raises(Forbidden):
            alike.waves(newsroom.desk, caller, site=SITE)
