"""What a draft would make of the newest comments, beside the policy in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from moderation.article import Mode
from moderation.decision import Outcome, Reason
from moderation.errors import Forbidden, Invalid
from moderation.measure import MeasureKind
from moderation.policy import Policy, Threshold
from moderation.score import Label
from moderation.service import audit, commenters, intake, review, settings, trying
from moderation.service.trying import Trial
from tests.builders import SITE, Newsroom, incoming

A, H, R = Outcome.APPROVE, Outcome.HOLD, Outcome.REJECT
LIGHT = {Label.TOXIC: Threshold(hold_at=0.95)}
HARD = {Label.TOXIC: Threshold(hold_at=0.5, reject_at=0.85)}


def tried(newsroom: Newsroom, **changes: Any) -> Trial:
    present = settings.policy(newsroom.desk, newsroom.admin, site=SITE)
    return trying.try_draft(newsroom.desk, newsroom.admin, replace(present, **changes), site=SITE)


def ways(trial: Trial) -> list[tuple[str, Outcome, Outcome]]:
    return [(one.found.comment.external_id, one.present, one.draft) for one in trial.examples]


def some(counted: Mapping[Outcome, int]) -> dict[Outcome, int]:
    return {outcome: n for outcome, n in counted.items() if n}


@pytest.mark.parametrize(
    ("changes", "draft", "differing"),
    [
        ({}, {A: 2, H: 2}, []),
        ({"messages": ("Thanks",)}, {A: 2, H: 2}, []),
        ({"mode": Mode.PRE}, {H: 4}, ["link", "civil"]),
        ({"thresholds": LIGHT}, {A: 3, H: 1}, ["rude"]),
        ({"thresholds": HARD}, {A: 2, H: 1, R: 1}, ["rude"]),
        ({"banned": ("thought",)}, {A: 1, H: 2, R: 1}, ["civil"]),
        ({"suspect": ("thought",)}, {A: 1, H: 3}, ["civil"]),
        ({"allowed_domains": ()}, {A: 1, H: 3}, ["link"]),
        ({"hold_links": False}, {A: 3, H: 1}, ["other"]),
        ({"new_commenter_until": 1}, {H: 4}, ["link", "civil"]),
    ],
)
def test_a_draft_is_tried_beside_the_policy_in_force(
    newsroom: Newsroom, changes: dict[str, Any], draft: dict[Outcome, int], differing: list[str]
) -> None:
    newsroom.set_policy(allowed_domains=("ours.example.org",))
    newsroom.say("A civil thought", external_id="civil")
    newsroom.say("rude words", external_id="rude")
    newsroom.say("See https://ours.example.org/a", external_id="link")
    newsroom.say("See https://theirs.example.org/a", external_id="other")
    trial = tried(newsroom, **changes)
    assert (trial.number, trial.comments, some(trial.present)) == (2, 4, {A: 2, H: 2})
    assert (some(trial.draft), trial.otherwise) == (draft, len(differing))
    assert [name for name, *_ in ways(trial)] == differing


def test_a_trial_writes_nothing(newsroom: Newsroom) -> None:
    newsroom.say("rude words")
    before = len(audit.events(newsroom.desk, newsroom.admin, site=SITE).rows)
    assert tried(newsroom, thresholds=HARD).otherwise == 1
    assert len(audit.events(newsroom.desk, newsroom.admin, site=SITE).rows) == before
    assert settings.policy(newsroom.desk, newsroom.admin, site=SITE).number == 1


def test_the_record_and_repeats_are_those_that_were_known_then(newsroom: Newsroom) -> None:
    for number in range(3):
        newsroom.say("The same", external_id=f"c{number}", commenter_id="u")
    # The third is held; by then two were visible.
    assert ways(tried(newsroom, repeat_limit=1)) == [("c1", A, H)]
    assert ways(tried(newsroom, repeat_limit=3)) == [("c2", H, A)]
    assert ways(tried(newsroom, repeat_limit=3, new_commenter_until=2)) == [("c2", H, A), ("c1", A, H), ("c0", A, H)]


def test_reports_count_and_do_not_hide_how_the_text_was_judged(newsroom: Newsroom) -> None:
    newsroom.say("The same", external_id="first", commenter_id="u")
    newsroom.say("The same", external_id="second", commenter_id="u")
    newsroom.report("second", by="r1")
    newsroom.report("second", by="r2")
    assert ways(tried(newsroom, hold_at_reports=2)) == [("second", A, H)]
    assert ways(tried(newsroom, repeat_limit=1)) == [("second", A, H)]


def test_the_present_text_is_tried_by_its_own_scores_and_context(newsroom: Newsroom) -> None:
    made = newsroom.say("rude words", external_id="x")
    review.decide(newsroom.desk, newsroom.moderator, made.id, R, seen_version=1, reasons=[Reason.OFFENSIVE])
    intake.edit(newsroom.desk, newsroom.key, "x", "Civil words")
    # What a person rejected waits for one, whatever its author makes of it.
    assert some(tried(newsroom, thresholds=HARD).draft) == {H: 1}


def test_a_measure_does_not_hide_what_the_policies_say(newsroom: Newsroom) -> None:
    first = newsroom.say("Civil", commenter_id="u")
    found = review.open_card(newsroom.desk, newsroom.moderator, first.id)
    commenters.take(
        newsroom.desk, newsroom.moderator, found.comment.commenter_id, MeasureKind.BAN, site=SITE, reason=Reason.SPAM
    )
    assert newsroom.say("rude words", commenter_id="u", external_id="x").status == "rejected"
    assert ways(tried(newsroom, thresholds=LIGHT)) == [("x", H, A)]


def test_what_was_erased_is_left_out(newsroom: Newsroom) -> None:
    newsroom.say("rude words", external_id="x")
    newsroom.say("rude words", external_id="y")
    intake.withdraw(newsroom.desk, newsroom.key, "x")
    assert tried(newsroom).comments == 1


def test_no_comment_is_no_difference(newsroom: Newsroom) -> None:
    trial = tried(newsroom, thresholds=HARD)
    assert (trial.comments, trial.otherwise, trial.examples) == (0, 0, ())


def test_so_many_of_the_newest_are_tried(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MOST", 3)
    for number in range(5):
        newsroom.say("rude words", external_id=f"c{number}")
    trial = tried(newsroom, thresholds=HARD)
    assert trial.comments == 3
    assert [name for name, *_ in ways(trial)] == ["c4", "c3", "c2"]


def test_a_rare_way_to_differ_is_among_the_examples(newsroom: Newsroom) -> None:
    newsroom.say("Another", external_id="rare")
    newsroom.submit(*(incoming("rude words") for _ in range(12)))
    trial = tried(newsroom, thresholds=HARD, suspect=("another",))
    assert trial.otherwise == 13
    assert len(trial.examples) == 10
    assert ways(trial)[1] == ("rare", A, H)


def test_what_cannot_be_published_is_not_tried(newsroom: Newsroom) -> None:
    with pytest.raises(Invalid) as refused:
        tried(newsroom, banned=("***",))
    assert refused.value.field == "banned"


def test_who_may_not_publish_tries_nothing(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden):
        trying.try_draft(newsroom.desk, newsroom.moderator, Policy(site_id=1, number=1), site=SITE)
