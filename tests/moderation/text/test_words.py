"""Word lists find Arabic as it is written: prefixed, vowelled, stretched, spelt out; and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Hits, Policy
from moderation.text.normalise import folded, tokens
from moderation.text.words import WordList, hits_in, places, with_spelt_out

POLICY = Policy(site_id=1, number=1, banned=("كلب", "يا غبي"), suspect=("أحمق", "scam"))


@pytest.mark.parametrize(
    "text", ["كلب", "الكلب", "وكلب", "كَلب", "كـــلب", "كلبٌ", "كلب؟", "هذا الكلب هنا", "ك ل ب", "ك.ل.ب", "وبالكلب كلب"]
)
def test_a_banned_word_is_found_in_its_forms(text: str) -> None:
    assert hits_in(folded(text), POLICY).banned == ("كلب",)


@pytest.mark.parametrize("text", ["كلبشة", "مكلب", "كل ب", "كتاب", "", "😀", "ك ل م ا ت"])
def test_other_words_are_left_alone(text: str) -> None:
    assert hits_in(folded(text), POLICY) == Hits()


def test_phrases_spelling_families_and_latin_words() -> None:
    assert hits_in(folded("قال له: يا، غبي!"), POLICY).banned == ("يا غبي",)
    assert hits_in(folded("احمق"), POLICY).suspect == ("أحمق",)
    assert hits_in(folded("Such a SCAM, a scam."), POLICY).suspect == ("scam",)


def test_the_hit_is_the_newsrooms_entry_not_the_readers_text() -> None:
    assert hits_in(folded("والأحمق"), POLICY).suspect == ("أحمق",)


def test_without_lists_nothing_is_looked_for() -> None:
    assert hits_in(folded("كلب"), Policy(site_id=1, number=1)) == Hits()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("هذا الكَلْبٌ، وكـــلبـ هنا", ["الكَلْبٌ", "وكـــلبـ"]),
        ("ك ل ب ثم ك.ل.ب!", ["ك ل ب", "ك.ل.ب"]),
        ("ك\u200bلب كلببببب ﻛﻠﺐ", ["ك\u200bلب", "كلببببب", "ﻛﻠﺐ"]),
        ("قال: يا، غَبي! يا غبي", ["يا، غَبي", "يا غبي"]),
        ("Such a SCÀAAAM\u0301, a 𝐬𝐜𝐚𝐦.", ["SCÀAAAM\u0301", "𝐬𝐜𝐚𝐦"]),
        ("ﷺ", ["ﷺ"]),
        ("a dog", []),
        ("", []),
    ],
)
def test_places_are_those_of_the_original_text(text: str, found: list[str]) -> None:
    given = places(text, ("كلب", "غبي", "يا غبي", "scam", "الله"))
    assert [text[start:end] for start, end in given] == found


LETTERS = st.sampled_from("كلبـيا غبي\u064b\u200bأaAß  \n\x00\ud800ﷺ!.٣0_")


@given(st.one_of(st.text(LETTERS), st.text(st.characters(exclude_categories=()))))
def test_what_is_found_has_a_place_and_nothing_else_has(text: str) -> None:
    entries = ("كلب", "يا غبي", "الله", "ss")
    found = places(text, entries)
    assert bool(found) == bool(WordList(entries).find(with_spelt_out(tokens(folded(text)))))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
