"""Word lists find Arabic as it is written: prefixed, vowelled, stretched, spelt out; and nothing else."""

from __future__ import annotations

import pytest

from moderation.policy import Hits, Policy
from moderation.text.normalise import folded
from moderation.text.words import hits_in

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
