"""What an edit took away and added, word by word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.ui.components.versions import MOST_WORDS, difference, versions_html
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


def test_what_came_and_went_counts_as_gone() -> None:
    earlier = [
        Revision(number=1, body="you are kind", replaced_at=START),
        Revision(number=2, body="you are a fool", replaced_at=START),
    ]
    shown = versions_html(earlier, replace(COMMENT, body="you are kind", revision=3), "en", now=NOW)
    assert shown.count('<mark class="tq-gone">') == 3
    assert versions_html([], COMMENT, "en", now=NOW) == ""
