"""Which texts belong together, and which only look so."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifier.alike import SHORTEST, groups

CALL = "everybody come to the square tonight and bring your friends to the great call"


def test_variants_of_one_text_are_one_group() -> None:
    texts = [CALL, "an unlike comment about the weather today", f"{CALL} now", CALL.replace("tonight", "today")]
    assert [sorted(group) for group in groups(texts)] == [[0, 2, 3]]


def test_arabic_variants_are_one_group() -> None:
    call = "تعالوا الي الساحه الليله واحضروا اصدقاءكم الي الوقفه الكبيره"
    assert groups([call, f"{call} الان", "تعليق اخر عن الطقس في العاصمه هذا المساء"]) == [[0, 1]]


def test_the_largest_group_comes_first() -> None:
    other = "cheap watches and shoes at this address only this week for you"
    assert [len(group) for group in groups([CALL] * 2 + [other] * 4)] == [4, 2]


def test_short_texts_and_nothing_belong_to_none() -> None:
    assert groups([]) == []
    assert groups(["yes"] * 5 + ["x" * (SHORTEST - 1)] * 2) == []


def test_unlike_texts_stay_apart_however_many() -> None:
    words = [f"word{number}" for number in range(3_000)]
    chance = random.Random(7)
    texts = [" ".join(chance.choices(words, k=15)) for _ in range(500)]
    assert groups(texts) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_a_place_is_in_one_group_at_most_and_equal_texts_share_it(texts: list[str]) -> None:
    found = groups(texts)
    places = [place for group in found for place in group]
    assert len(places) == len(set(places))
    of = {place: number for number, group in enumerate(found) for place in group}
    for one, text in enumerate(texts):
        for other in range(one):
            if text == texts[other] and len(text) >= SHORTEST:
                assert of[one] == of[other]
