"""Which texts belong together, and which only look so."""

from __future__ import annotations

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.classifier.alike import ALIKE, SHORTEST, groups
from moderation.text.likeness import resemblance, shingles

CALL = "everybody come to the square tonight and bring your friends to the great call"


def test_variants_of_one_text_are_one_group() -> None:
    texts = [CALL, "an unlike comment about the weather today", f"{CALL} now", CALL.replace("tonight", "today")]
    assert [sorted(group) for group in groups(texts)] == [[0, 2, 3]]


def test_who_is_in_a_group_is_alike_to_another_and_hardly_any_pair_is_missed() -> None:
    """A group is decided as one. By the guess of permutations alone a third were there for nothing."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(400)]
    bases = [chance.choices(words, k=30) for _ in range(60)]
    # Each six times, with every tenth word another one: of its pairs a third are alike.
    texts = [
        " ".join(chance.choice(words) if chance.random() < 0.1 else word for word in base)
        for base in bases
        for _ in range(6)
    ]
    runs = [shingles(text) for text in texts]
    found = groups(texts)
    for group in found:
        for one in group:
            assert max(resemblance(runs[one], runs[other]) for other in group if other != one) >= ALIKE
    of = {place: number for number, group in enumerate(found) for place in group}
    pairs = [pair for pair in combinations(range(len(texts)), 2) if resemblance(*(runs[one] for one in pair)) >= ALIKE]
    together = [(one, other) for one, other in pairs if one in of and of[one] == of.get(other)]
    assert len(together) > 0.95 * len(pairs) > 100


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
