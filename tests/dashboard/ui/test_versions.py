"""What an edit took away and added, word by word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.ui.components.versions import MOST_VERSIONS, MOST_WORDS, difference, differences, versions_html
from moderation.comment import Comment, Revision, Status
from tests.builders import START

NOW = START + timedelta(hours=1)


def of(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("before", "after", "gone", "added"),
    [
        ("you are a fool", "you are a friend", ["fool"], ["friend"]),
        ("one two three", "one three", ["two"], []),
        ("one three", "one two three four", [], ["two", "four"]),
        ("أنت غبي جدا", "أنت طيب جدا", ["غبي"], ["طيب"]),
        ("same", "same", [], []),
        ("", "new", [], ["new"]),
    ],
)
def test_a_difference_is_told_in_words(before: str, after: str, gone: list[str], added: list[str]) -> None:
    found = difference(before, after)
    assert (of(before, found.gone), of(after, found.added)) == (gone, added)


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_what_is_not_marked_is_the_same_on_both_sides(before: str, after: str) -> None:
    found = difference(before, after)
    assert left(before, found.gone) == left(after, found.added)


def left(text: str, spans: list[tuple[int, int]]) -> list[str]:
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return text.split()


def test_texts_too_long_to_compare_are_left_unmarked() -> None:
    assert difference("a " * (MOST_WORDS + 1), "b") == ([], [])


@pytest.mark.parametrize(("before", "after"), [("a", "a x"), ("a b", "b a x"), ("a x b", "a y b z")])
def test_texts_that_are_made_to_take_long_are_left_unmarked(before: str, after: str) -> None:
    """Each would take a minute."""
    long = [" ".join((f"{text} " * MOST_WORDS).split()[:MOST_WORDS]) for text in (before, after)]
    assert difference(*long) == ([], [])


def test_many_versions_have_no_more_time_than_two_and_the_last_ones_have_it_first() -> None:
    texts = [f"{number} " + "a b " * 30 + f"x{number} " + "b a " * 30 + "end" for number in range(1_000)]
    found = differences(texts)
    assert len(found) == 999
    assert found[-1] == difference(*texts[-2:]) != ([], [])
    assert found[0] == ([], [])


def test_a_word_that_changed_in_a_long_text_is_marked_whatever_stands_around_it() -> None:
    around = "a " * (MOST_WORDS // 2 - 1)
    assert difference(f"{around}old {around}", f"{around}new {around}") == ([(1498, 1501)], [(1498, 1501)])


COMMENT = Comment(
    id=1, site_id=1, article_id=1, section_id=None, commenter_id=1, external_id="x", parent_id=None,
    body="you are a <b>friend</b>", language="en", status=Status.PENDING, version=2, revision=2,
    created_at=START, received_at=START, edited_at=START,
)  # fmt: skip


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_each_version_stands_there_once_with_its_marks(lang: str) -> None:
    earlier = [Revision(number=1, body="you are a fool", replaced_at=START)]
    shown = versions_html(earlier, COMMENT, lang, now=NOW)
    assert shown.count("<li>") == 2
    assert '<mark class="tq-gone">fool</mark>' in shown
    assert '<mark class="tq-added">&lt;b&gt;friend&lt;/b&gt;</mark>' in shown


def test_of_many_versions_the_newest_are_there_and_all_are_counted() -> None:
    earlier = [Revision(number=at, body=f"version-{at}!", replaced_at=START) for at in range(1, MOST_VERSIONS + 11)]
    shown = versions_html(earlier, replace(COMMENT, revision=MOST_VERSIONS + 11), "en", now=NOW)
    assert [f"version-{at}!" in shown for at in (10, 11, MOST_VERSIONS + 10)] == [False, True, True]
    assert shown.count("<li>") == MOST_VERSIONS + 2
    assert f'start="{MOST_VERSIONS + 11}"' in shown
    assert str(MOST_VERSIONS + 10) in shown.partition("</summary>")[0]


def test_what_came_and_went_counts_as_gone() -> None:
    earlier = [
        Revision(number=1, body="you are kind", replaced_at=START),
        Revision(number=2, body="you are a fool", replaced_at=START),
    ]
    shown = versions_html(earlier, replace(COMMENT, body="you are kind", revision=3), "en", now=NOW)
    assert shown.count('<mark class="tq-gone">') == 3
    assert versions_html([], COMMENT, "en", now=NOW) == ""
