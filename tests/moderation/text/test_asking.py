"""What a comment says to the newsroom: every phrase of the rule counts, in any spelling, and nothing else does."""

from __future__ import annotations

import pytest

from moderation.text import asking
from moderation.text.asking import Ask, asks, named
from moderation.text.normalise import folded


def said(text: str) -> tuple[Ask, ...]:
    return named(asks(text, folded(text)))


@pytest.mark.parametrize("phrase", asking._CORRECTION)
def test_each_way_to_correct_is_found(phrase: str) -> None:
    assert Ask.CORRECTION in said(f"يا جماعة {phrase} كما أظن")


@pytest.mark.parametrize("phrase", asking._LEAD)
def test_each_way_to_offer_is_found(phrase: str) -> None:
    assert Ask.LEAD in said(f"انا {phrase} today")


@pytest.mark.parametrize("phrase", asking._NEWSROOM)
def test_each_way_to_speak_to_the_newsroom_is_a_question_with_a_mark_alone(phrase: str) -> None:
    assert Ask.QUESTION in said(f"هل {phrase} غدا؟")
    assert Ask.QUESTION not in said(f"هل {phrase} غدا.")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("خـطأ فى العنوان، والصحيح أنّ الاجتماع أمس", (Ask.CORRECTION,)),
        ("لماذا لا تنشرون الأرقام؟ عندي وثائق", (Ask.QUESTION, Ask.LEAD)),
        ("هذا رأي صحيح تماما وأنا معه", ()),
        ("I have been wrong before, but here it is correct", ()),
        ("كيف حالكم؟", ()),
        ("", ()),
    ],
)
def test_what_is_said_and_what_only_looks_like_it(text: str, asked: tuple[Ask, ...]) -> None:
    assert said(text) == asked
