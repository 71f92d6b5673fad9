"""The verdict, as a table. Each row differs from its neighbour in what it is about; bounds are tried on both sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.article import Mode, Record
from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Invalid
from moderation.policy import MAX_WORDS, Context, Hits, Policy, Threshold, decide, from_json, to_json
from moderation.score import Label
from tests.builders import scores

POLICY = Policy(site_id=1, number=7, thresholds={Label.TOXIC: Threshold(hold_at=0.5, reject_at=0.95)})
A, H, R = Outcome.APPROVE, Outcome.HOLD, Outcome.REJECT


@pytest.mark.parametrize(
    ("toxic", "outcome", "reasons"),
    [
        (0.49, A, ()),
        (0.50, H, (Reason.OFFENSIVE,)),
        (0.949, H, (Reason.OFFENSIVE,)),
        (0.95, R, (Reason.OFFENSIVE,)),
        (1.0, R, (Reason.OFFENSIVE,)),
    ],
)
def test_scores(toxic: float, outcome: Outcome, reasons: tuple[Reason, ...]) -> None:
    decision = decide(scores(toxic=toxic), Context(), Hits(), POLICY)
    assert (decision.outcome, decision.reasons, decision.actor) == (outcome, reasons, "policy:7")
    assert decision.review is (outcome is H)


@pytest.mark.parametrize(
    ("context", "hits", "outcome", "causes"),
    [
        (Context(), Hits(), A, (Cause.CIVIL,)),
        (Context(), Hits(banned=("x",), suspect=("y",)), R, (Cause.BANNED_WORD,)),
        (Context(), Hits(suspect=("y",)), H, (Cause.SUSPECT_WORD,)),
        (Context(links=1), Hits(), H, (Cause.LINK,)),
        (Context(repeats=1), Hits(), A, (Cause.CIVIL,)),
        (Context(repeats=2), Hits(), H, (Cause.REPEAT,)),
        (Context(human_rejected=True), Hits(), H, (Cause.EDITED,)),
        (Context(reports=1), Hits(), A, (Cause.REPORTED,)),
        (Context(reports=2), Hits(), A, (Cause.REPORTED,)),
        (Context(reports=3), Hits(), H, (Cause.REPORTED,)),
        (Context(links=1, repeats=5), Hits(suspect=("y",)), H, (Cause.SUSPECT_WORD, Cause.LINK, Cause.REPEAT)),
        # A person approved this text: only readers' reports can bring it back.
        (Context(human_approved=True, links=3, repeats=9), Hits(suspect=("y",)), A, (Cause.CIVIL,)),
        (Context(human_approved=True, reports=1), Hits(), A, (Cause.REPORTED,)),
        (Context(human_approved=True, reports=3), Hits(), H, (Cause.REPORTED,)),
    ],
)
def test_everything_else(context: Context, hits: Hits, outcome: Outcome, causes: tuple[Cause, ...]) -> None:
    decision = decide(scores(), context, hits, POLICY)
    assert (decision.outcome, decision.causes) == (outcome, causes)


def test_a_person_who_approved_outweighs_the_scores() -> None:
    approved = Context(human_approved=True)
    assert decide(scores(toxic=0.99), approved, Hits(), POLICY).outcome is A


@pytest.mark.parametrize(("until", "visible", "outcome"), [(0, 0, A), (1, 0, H), (1, 1, A), (3, 2, H), (3, 3, A)])
def test_new_commenters(until: int, visible: int, outcome: Outcome) -> None:
    policy = replace(POLICY, new_commenter_until=until)
    assert decide(scores(), Context(record=Record(visible=visible)), Hits(), policy).outcome is outcome


def test_pre_moderation_holds_what_is_civil_and_still_rejects_banned_words() -> None:
    policy = replace(POLICY, mode=Mode.PRE)
    assert decide(scores(), Context(), Hits(), policy).causes == (Cause.PRE_MODERATION,)
    assert decide(scores(), Context(), Hits(banned=("x",)), policy).outcome is R


def test_the_highest_label_is_named_first() -> None:
    policy = replace(POLICY, thresholds={label: Threshold(hold_at=0.5) for label in Label})
    decision = decide(scores(toxic=0.6, threat=0.9, spam=0.7), Context(), Hits(), policy)
    assert decision.reasons == (Reason.THREAT, Reason.SPAM, Reason.OFFENSIVE)
    assert decision.detail == {"score": ["threat", "spam", "toxic"]}


def test_links_may_be_welcome() -> None:
    policy = replace(POLICY, hold_links=False)
    assert decide(scores(), Context(links=1), Hits(), policy).outcome is A


def test_a_policy_is_the_same_after_storage() -> None:
    policy = replace(POLICY, banned=("كلب",), suspect=("s p",), mode=Mode.PRE, allowed_domains=("a.example",))
    assert from_json(to_json(policy), site_id=1, number=7).banned == ("كلب",)
    restored = from_json(to_json(policy), site_id=1, number=7)
    assert decide(scores(toxic=0.97), Context(), Hits(), restored) == decide(
        scores(toxic=0.97), Context(), Hits(), policy
    )
    assert restored.mode is Mode.PRE


def test_a_policy_of_an_older_version_reads_with_defaults() -> None:
    assert from_json({"banned": ["x"]}, site_id=1, number=2) == Policy(site_id=1, number=2, banned=("x",))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"repeat_limit": 0}, "repeat_limit"),
        ({"repeat_minutes": 10_081}, "repeat_minutes"),
        ({"new_commenter_until": -1}, "new_commenter_until"),
        ({"hold_at_reports": 0}, "hold_at_reports"),
        ({"banned": ("",)}, "banned"),
        ({"suspect": ("x" * 101,)}, "suspect"),
        ({"banned": tuple(str(n) for n in range(MAX_WORDS + 1))}, "banned"),
    ],
)
def test_what_a_policy_cannot_be(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(POLICY, **changes)  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize(("hold", "reject"), [(0.0, None), (1.1, None), (0.6, 0.5), (None, -1.0)])
def test_what_a_threshold_cannot_be(hold: float | None, reject: float | None) -> None:
    with pytest.raises(Invalid):
        Threshold(hold_at=hold, reject_at=reject)
