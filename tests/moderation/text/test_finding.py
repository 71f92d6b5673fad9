"""A query's words in the spelling of judging, and where an original text has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import Invalid
from moderation.text.finding import MAX_QUERY, places, sought, trigrams
from moderation.text.hamza import HAMZA


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("كَلـب", ("كلب",)),
        ("  Bonjour   MONDE ", ("bonjour", "monde")),
        ('قال "وزير الدفاع" أمس', ("قال", "وزير الدفاع", "امس")),
        ("«وزير الدفاع»", ("وزير الدفاع",)),
        ('"unclosed quote', ('"unclosed', "quote")),
        ("same same", ("same",)),
        ("الحكومة وللحُكـومة حكومة", ("حكومه", "وللحكومه")),
        ("«الحكومة»", ("الحكومه",)),
        ('"الحكومة', ('"الحكومه',)),
        ("ا\u0655لكترون", ("الكترون",)),
        # Too short for what is left, no article, and one that is written with a hamza's seat.
        ("المال ألمانيا الله والرئيس الرئيس", ("المال", "المانيا", "الله", f"والري{HAMZA}يس", f"ري{HAMZA}يس")),
        ("of the people", ("of", "the", "people")),
        ("", ()),
        ("\u200b\u0640", ()),
    ],
)
def test_the_words_of_a_query(query: str, words: tuple[str, ...]) -> None:
    assert sought(query) == words


def test_a_query_that_no_index_can_answer_says_so() -> None:
    with pytest.raises(Invalid) as short:
        sought("لا في")
    assert (short.value.field, short.value.reason) == ("query", "query_too_short")
    with pytest.raises(Invalid) as long:
        sought("ا" * (MAX_QUERY + 1))
    assert long.value.reason == "too_long"


def test_trigrams_are_of_the_long_words_alone() -> None:
    assert trigrams(("كلاب", "لا", "كلا")) == ("كلا", "لاب")


@pytest.mark.parametrize(
    ("word", "found"),
    [("abcdef", ("abc", "def")), ("abcdefg", ("abc", "def", "efg")), ("abcde", ("abc", "cde")), ("aaaaaa", ("aaa",))],
)
def test_trigrams_cover_a_word_and_are_no_more_than_that_takes(word: str, found: tuple[str, ...]) -> None:
    assert trigrams((word,)) == found


def test_places_are_the_words_of_the_original_text() -> None:
    text = "يا الكَلْب، وكـلب و cat"
    assert [text[start:end] for start, end in places(text, ("كلب",))] == ["الكَلْب،", "وكـلب"]
    assert places(text, ()) == []
    assert [text[start:end] for start, end in places(text, ("و cat",))] == ["وكـلب", "و", "cat"]


@given(st.text(max_size=MAX_QUERY), st.text(max_size=300))
def test_no_query_and_no_text_make_trouble(query: str, text: str) -> None:
    try:
        words = sought(query)
    except Invalid:
        return
    found = places(text, words)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert found == sorted(found)
