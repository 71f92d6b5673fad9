"""Readers' words on the screen, from hostile input too."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from dashboard.ui.components.untrusted import (
    FIRST_LINES,
    LONGEST,
    MARKS_PER_LETTER,
    html_line,
    html_text,
    md_literal,
    md_message,
    plain_line,
)
from tests.dashboard.ui.cards import HOSTILE, text_of


@pytest.mark.parametrize("payload", HOSTILE)
def test_markup_is_shown_and_never_made(payload):
    for shown in (html_text(payload, "ar"), html_line(payload)):
        assert text_of(shown) == payload
        assert set(re.findall(r"<(\w+)", shown)) <= {"div", "bdi", "span"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "aRLOb"),
        ("a\u2066b\u2069", "aLRIbPDI"),
        ("\u200b" * 500 + "x", "ZWSP×500x"),
        ("x\ufeff", "xBOM"),
        ("a\u00adb", "aSHYb"),
        ("a\U000e0041b", "aU+E0041b"),
        ("a\x07b", "aU+0007b"),
        ("a\ud800b", "aU+D800b"),
        ("زمـ\u200fن", "زمـRLMن"),
    ],
)
def test_what_cannot_be_seen_is_named(text, shown):
    assert text_of(html_text(text, "ar")) == shown


@pytest.mark.parametrize(
    "text", ["👩\u200d👩\u200d👧", "می\u200cروم", "❤\ufe0f", "👍🏽", "👩🏽\u200d⚕\ufe0f", "عَرَبِيٌّ", "à la carte"]
)
def test_what_does_honest_work_stays(text):
    assert text_of(html_text(text, "ar")) == text


def test_towers_of_marks_are_cut_to_what_writing_uses():
    shown = text_of(html_text("a" + "\u0301" * 50_000 + "b", "en"))
    assert shown == "a" + "\u0301" * MARKS_PER_LETTER + f"+{LONGEST - 1 - MARKS_PER_LETTER} U+0300…"
    assert text_of(html_line("a" + "\u0301" * 5_000 + "b")) == "a" + "\u0301" * MARKS_PER_LETTER + "b"
    kept = "a" + "\u0301" * MARKS_PER_LETTER
    assert text_of(html_text(kept, "en")) == kept


def test_a_short_text_is_one_block_with_a_direction_of_its_own():
    assert html_text("hello", "ar", language="en") == '<div class="tq-text" dir="auto" lang="en">hello</div>'


@pytest.mark.parametrize("language", ['en" onclick="x', "arabizi", "", None, "EN"])
def test_a_language_that_is_no_code_is_left_out(language):
    assert html_text("hello", "ar", language=language) == '<div class="tq-text" dir="auto">hello</div>'


@pytest.mark.parametrize("text", ["x" * 5_000, "x\n" * (FIRST_LINES + 5)])
def test_a_long_text_opens_on_demand(text):
    shown = html_text(text, "en")
    assert "<details>" in shown
    assert f"Show the whole text ({len(text):,} characters)" in shown
    assert text in text_of(shown)


def test_no_text_is_longer_than_the_longest():
    assert text_of(html_text("x" * 1_000_000, "en")).count("x") < LONGEST + 2_000


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_every_kind_of_new_line_is_one(newline):
    assert text_of(html_text(f"a{newline}b", "en")) == "a\nb"


def test_a_line_has_no_breaks_and_an_end():
    assert plain_line("a\n\t b\u202e\u200bc") == "a bc"
    assert plain_line("x" * 1_000, limit=10) == "x" * 10 + "…"
    assert text_of(html_line("a\n\nb" + "x" * 500, limit=5)) == "a bxx…"


MARKDOWN = [
    "![](http://tracker.invalid/x.png)",
    "[click](https://evil.invalid)",
    "**bold** _it_ ~~no~~ `code` $x^2$",
    "https://evil.invalid and www.evil.invalid and me@evil.invalid",
    "<http://evil.invalid> <b>x</b>",
    "# title",
    "1. one",
    "- list",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a\\*b &amp; &#42;",
    ":material/delete: :red[x] :smile:",
]


@pytest.mark.parametrize("payload", MARKDOWN)
def test_a_label_shows_markdown_as_it_was_written(payload):
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(md_literal(payload))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children} <= {"text", "text_special"}
    said = "".join(child.content for child in tokens[1].children).replace("\u2060", "")
    assert said == " ".join(payload.split())


@pytest.mark.parametrize("pattern", [r":\w+:", r"www\.", r"->", r">=", r"://", r"\w@\w", r"\(c\)", r":red\["])
def test_what_is_made_after_parsing_finds_nothing_in_a_label(pattern):
    label = md_literal(" ".join(MARKDOWN) + " a->b c>=d (c) e@f")
    assert not re.search(pattern, label.replace("\\", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{name}، نرحب برأيك.", "\u2067\\{name\\}، نرحب برأيك\\.\u2069"),
        ("We, مرصد, listen", "\u2066We\\, مرصد\\, listen\u2069"),
        ("a\u2069b", "\u2066ab\u2069"),
    ],
)
def test_a_ready_message_runs_as_most_of_it_does(text: str, shown: str) -> None:
    assert md_message(text) == shown
