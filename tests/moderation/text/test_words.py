"""Word lists find Arabic as it is written: prefixed, vowelled, stretched, spelt out; and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Hits, Policy
from moderation.text.normalise import folded
from moderation.text.words import WordList, hits_in, is_found, places

POLICY = Policy(site_id=1, number=1, banned=("كلب", "يا غبي"), suspect=("أحمق", "scam"))


@pytest.mark.parametrize(
    "text",
    [
        "كلب",
        "الكلب",
        "وكلب",
        "كَلب",
        "كـــلب",
        "كلبٌ",
        "كلب؟",
        "هذا الكلب هنا",
        "ك ل ب",
        "ك.ل.ب",
        "وبالكلب كلب",
        "ككلب",
        "وكالكلب",
        "فللكلب",
        "هالكلب",
        "#كلب_وخائن",
        "_كلب_",
        "ك_ل_ب",
        "كل.ب",
        "كل...ب",
        "وال💩ك-لب",
    ],
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


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("ابن الكلب", "وابن الكلب"),
        ("ابن الكلب", "#ابن_الكلب"),
        ("يا حمار", "ويا حمار"),
        ("يا حمار", "ياحمار"),
        ("يا حمار", "يا ح م ا ر"),
        ("يا ابن الكلب", "ياابن الكلب"),
        ("الحمار", "قال للحمار"),
        ("you idiot", "you i d i o t"),
        ("ta sœur", "TA SOEUR"),
        ("ta soeur", "ta sŒur"),
        ("🖕", "خذ 🖕🏽"),
        ("❤", "❤️"),
        ("💩 you", "💩 You"),
        ("fuck", "What the FU*CK."),
        ("shit", "this is $h1t!"),
        ("shit", "ssssh!ttttt!!!"),
        ("bastard", "b@st@rd, he said"),
        ("ass", "a$$"),
        ("you idiot", "you id1ot"),
        ("œuf", "0euf"),
    ],
)
def test_an_entry_is_found_as_it_is_written(entry: str, text: str) -> None:
    assert WordList([entry]).find(folded(text)) == (entry,)
    assert places(text, [entry])


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("💩 you", "thank you"),
        ("🖕", "👍"),
        # The words that letters spell stand where the letters do, and not after the text.
        ("يا غبي", "غ ب ي ثم قال يا"),
        ("الحمار", "حمار"),
        ("you idiot", "your idiot"),
        ("whore", "who're you"),
        ("ass", "a Galaxy A55"),
        ("كس", "ك.س"),
        ("كلب", "كل ب"),
        ("shit", "s**t"),
        ("shit", "كلبsh1t"),
    ],
)
def test_an_entry_is_found_in_nothing_else(entry: str, text: str) -> None:
    assert WordList([entry]).find(folded(text)) == ()
    assert places(text, [entry]) == []


@pytest.mark.parametrize("entry", ["x", "卐", "😡", "🖕🏽", "كـ", "ab", "f*ck", "C4", "كس", "5 %x"])
def test_these_are_looked_for_as_they_are_meant(entry: str) -> None:
    assert is_found(entry)


@pytest.mark.parametrize("entry", ["***", "!", "ـ", "f***", "xxx", "C++", "ههه", "😂😂😂", "5%"])
def test_of_these_nothing_or_a_single_letter_is_left(entry: str) -> None:
    assert not is_found(entry)


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
        ("كل.ب، وكـل😂ب، a $c4m!", ["كل.ب", "وكـل😂ب", "c4m"]),
        ("a dog", []),
        ("", []),
    ],
)
def test_places_are_those_of_the_original_text(text: str, found: list[str]) -> None:
    given = places(text, ("كلب", "غبي", "يا غبي", "scam", "الله"))
    assert [text[start:end] for start, end in given] == found


LETTERS = st.sampled_from("كلبـيا غبي\u064b\u200bأaAß  \n\x00\ud800ﷺ!.٣0_😂\u200d$5s")


@given(st.one_of(st.text(LETTERS), st.text(st.characters(exclude_categories=()))))
def test_what_is_found_has_a_place_and_nothing_else_has(text: str) -> None:
    entries = ("كلب", "يا غبي", "الله", "ss", "😂 كلب", "😂😂")
    found = places(text, entries)
    assert bool(found) == bool(WordList(entries).find(folded(text)))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
