"""What a rule fired on is found again in the text: of the causes that a decision names, and of no other."""

from __future__ import annotations

import pytest

from moderation.decision import Cause, Decision, Outcome, Reason
from moderation.policy import Context, Policy, decide
from moderation.text.fired import fired
from moderation.text.normalise import folded
from moderation.text.words import hits_in
from tests.builders import scores

TEXT = "a scam, يا كـلب: www.spam.example"
POLICY = Policy(site_id=1, number=1)
LISTS = {"banned": ("كلب",), "suspect": ("scam", "fraud")}


def judged(**policy: object) -> Decision:
    given = Policy(site_id=1, number=1, **policy)  # type: ignore[arg-type]
    return decide(scores(), Context(links=1), hits_in(folded(TEXT), given), given)


def marked(decision: Decision) -> list[tuple[str, Cause]]:
    return [(TEXT[one.start : one.end], one.cause) for one in fired(TEXT, decision)]


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (LISTS, [("كـلب", Cause.BANNED_WORD)]),
        (LISTS | {"banned": ()}, [("scam", Cause.SUSPECT_WORD), ("www.spam.example", Cause.LINK)]),
        ({"suspect": ("scam",), "hold_links": False}, [("scam", Cause.SUSPECT_WORD)]),
        ({}, [("www.spam.example", Cause.LINK)]),
        ({"hold_links": False}, []),
    ],
)
def test_what_the_policy_fired_on(policy: dict[str, object], found: list[tuple[str, Cause]]) -> None:
    assert marked(judged(**policy)) == found


def test_links_that_the_policy_allowed_are_not_marked() -> None:
    text = "https://news.example/a https://spam.example/b"
    decision = decide(scores(), Context(links=1), hits_in(text, POLICY), POLICY)
    assert [text[one.start : one.end] for one in fired(text, decision, allowed=("news.example",))] == [
        "https://spam.example/b"
    ]
    assert len(fired(text, decision, allowed=("example",))) == 2


def test_a_persons_decision_fired_on_nothing() -> None:
    human = Decision(outcome=Outcome.REJECT, causes=(Cause.HUMAN,), reasons=(Reason.SPAM,), actor="moderator:amal")
    assert fired(TEXT, human) == []


def test_details_of_another_kind_are_let_be() -> None:
    odd = Decision(
        outcome=Outcome.APPROVE, causes=(Cause.SUSPECT_WORD,), reasons=(), actor="policy:1", detail={"suspect_word": 2}
    )
    assert fired("", odd) == fired(TEXT, odd) == []
