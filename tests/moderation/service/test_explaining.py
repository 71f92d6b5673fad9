"""What is explained to a moderator, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moderation.score import Label
from moderation.service import review
from moderation.service.explaining import explain
from tests.builders import SITE, Newsroom, TableScorer, incoming


def dealt(newsroom: Newsroom, body: str):
    newsroom.submit(incoming(body))
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    return card


@pytest.mark.parametrize(("body", "label", "word"), [("a rude one", "toxic", "rude"), ("a threat", "threat", "threat")])
def test_the_class_that_fired_highest_is_explained(newsroom, body, label, word):
    card = dealt(newsroom, body)
    told = explain(newsroom.desk, card)
    assert told is not None
    assert told.label is Label(label)
    assert [card.comment.body[span.start : span.end] for span in told.spans] == [word]
    assert told.intercept + sum(span.contribution for span in told.spans) == pytest.approx(told.logit)


def test_a_likely_class_is_explained_though_another_rule_held_the_comment(newsroom):
    card = dealt(newsroom, "a rude one")
    other = replace(card, verdict=replace(card.verdict, decision=replace(card.verdict.decision, detail={})))
    told = explain(newsroom.desk, other)
    assert told is not None
    assert told.label is Label.TOXIC
    civil = replace(other, scores=other.scores._replace(toxic=0.4, insult=0.3))
    assert explain(newsroom.desk, civil) is None


def test_what_another_model_scored_is_not_explained_by_this_one(newsroom):
    card = dealt(newsroom, "a rude one")
    renewed = replace(newsroom.desk, scorer=TableScorer(version="test-2"))
    assert explain(renewed, card) is None


def test_a_text_that_is_gone_has_no_explanation(newsroom):
    card = dealt(newsroom, "a rude one")
    assert explain(newsroom.desk, replace(card, comment=replace(card.comment, body=""))) is None
