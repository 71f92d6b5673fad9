"""An explanation adds up to the score, and its spans are places in the original text."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.classifier import Classifier
from moderation.score import LABELS, Label

CLASSIFIER = Classifier.load()
LETTERS = st.sampled_from("اأةىکلـبب\u064b\u200b٣3aAéß  \n\x00\ud800ﷺ!؟😂👍🏽\U000e0041_'.- كلب غبي")
TEXTS = st.one_of(st.text(LETTERS), st.text(st.characters(exclude_categories=())))


@pytest.mark.parametrize("label", LABELS)
@given(text=TEXTS)
@example(text="يا ك.ل.ب ﷺ ﷺ كلب كلب")
def test_contributions_add_up_to_the_score(label: Label, text: str) -> None:
    told = CLASSIFIER.explain(text, label)
    assert told.logit == pytest.approx(told.intercept + sum(span.contribution for span in told.spans))
    probability = 1 / (1 + math.exp(-max(-40.0, min(40.0, told.logit))))
    assert probability == pytest.approx(CLASSIFIER.score([text])[0].of(label), abs=2e-5)


@given(TEXTS)
def test_spans_are_places_in_the_text_in_order(text: str) -> None:
    spans = CLASSIFIER.explain(text, Label.TOXIC).spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "worst"),
    [
        ("شكرا للكاتب يا غبي", "غبي"),
        ("شكرا للكاتب يا غَـبِيٌّ", "غَـبِيٌّ"),
        ("شكرا للكاتب يا غ ب ي", "غ ب ي"),
        ("شكرا للكاتب يا غبييـييييّ جدا", "غبييـييييّ"),
        ("thanks for the article idiot", "idiot"),
    ],
)
def test_the_insult_is_marked(text: str, worst: str) -> None:
    spans = CLASSIFIER.explain(text, Label.TOXIC).spans
    highest = max(spans, key=lambda span: span.contribution)
    assert text[highest.start : highest.end] == worst
    assert highest.contribution > 0 > min(span.contribution for span in spans)


def test_a_text_without_letters_has_no_spans() -> None:
    told = CLASSIFIER.explain(" \n\x00", Label.TOXIC)
    assert (told.spans, told.logit) == ((), told.intercept)


def test_a_group_is_no_reason() -> None:
    text = "يعيش السوري هنا"
    spans = {text[span.start : span.end]: span.contribution for span in CLASSIFIER.explain(text, Label.TOXIC).spans}
    assert abs(spans["السوري"]) < 0.5
