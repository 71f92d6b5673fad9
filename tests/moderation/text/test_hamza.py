"""Words with a hamza on any of its seats."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from moderation.text.finding import places, sought
from moderation.text.hamza import folded_with_seats, spellings
from moderation.text.normalise import folded
from moderation.text.words import WordList

_PLAIN = str.maketrans("ؤئى", "ويي", "\u0654\ue000")
_RUN = re.compile(r"(.)\1\1")
# As Egypt, the Levant and older print have it; the last with the hamza as a mark of its own.
OFFICIALS = ["مسئول", "مسؤول", "مسءول", "مَسْؤُول", "مسـئول", "مسو\u0654ول"]


@pytest.mark.parametrize("asked", OFFICIALS)
@pytest.mark.parametrize("written", OFFICIALS)
def test_each_spelling_is_found_by_each(asked: str, written: str) -> None:
    text = f"قال ال{written} كلمته"
    (word,) = sought(asked)
    assert any(one in folded(text) for one in spellings(word))
    assert [text[start:end] for start, end in places(text, sought(asked))] == [f"ال{written}"]
    assert WordList([asked]).find(folded(text)) == (asked,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("كلب", ("كلب",)),
        ("رءوس", ("رءوس", "رووس", "ريوس")),
        # A hamza of its own after another letter than waw has no other seat.
        ("قراءة", ("قراءه",)),
        ("سماء", ("سماء",)),
        ("وزير الشؤون", ("وزير الشوون", "وزير الشيون", "وزير الشءون")),
    ],
)
def test_the_spellings_of_a_word(text: str, found: tuple[str, ...]) -> None:
    assert spellings(folded_with_seats(text)) == found


def test_a_word_of_many_hamzas_has_not_too_many_spellings() -> None:
    assert len(spellings(folded_with_seats("ؤب" * 50))) == 27


@given(st.text(alphabet='ؤئءوي\u0654ىاب\ue000 "x', max_size=12))
def test_what_is_written_is_always_among_them(text: str) -> None:
    # Of three and more of a letter, which no word has, folding makes one, and sees fewer where some are marked.
    assume(not _RUN.search(text.translate(_PLAIN)))
    ways = spellings(folded_with_seats(text))
    assert folded(text.replace("\ue000", "")) in ways
    assert not any("\u0654" in way or "\ue000" in way for way in ways)
