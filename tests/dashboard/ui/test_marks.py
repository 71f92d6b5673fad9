"""Words of a comment that told the classifier or stand on a list are marked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dashboard.i18n import LANGUAGES, t
from dashboard.ui.components.card import card_html
from dashboard.ui.components.untrusted import (
    LONGEST,
    Mark,
    html_text,
)
from moderation.decision import Cause, Decision, Outcome
from moderation.score import Explanation, Label, Span
from tests.dashboard.ui.cards import NOW, card, drawn, text_of


def told(text: str, **contributions: float) -> Explanation:
    spans = tuple(
        Span(start=text.index(word), end=text.index(word) + len(word), contribution=given)
        for word, given in contributions.items()
    )
    return Explanation(label=Label.INSULT, logit=sum(contributions.values()), intercept=0.0, spans=spans)


MARKED = re.compile(r'<mark class="([a-z -]+)">(.*?)</mark>', re.DOTALL)


def test_the_words_that_told_are_marked_and_the_marks_are_explained():
    body = "you stupid, kind & odd fellow"
    shown = card_html(
        card(comment=replace(card().comment, body=body)),
        "en",
        now=NOW,
        time_zone="Africa/Cairo",
        explanation=told(body, stupid=3.0, kind=-0.9, odd=0.1),
    )
    assert MARKED.findall(shown) == [
        ("tq-for tq-strong", "stupid"),
        ("tq-against", "kind"),
        ("tq-for", "raised the estimate"),
        ("tq-against", "lowered it"),
    ]
    assert t("queue.told", "en", label="insult") in text_of(shown)
    assert body in text_of(shown)


def test_a_card_that_nothing_explains_has_neither_marks_nor_a_legend():
    assert "<mark" not in drawn(card())
    assert "tq-legend" not in drawn(card())


SET_OFF = re.compile(r'<mark class="([a-z_ -]+)"(?: title="([^"]*)")?>(.*?)</mark>', re.DOTALL)
SUSPECT = "on the list of suspect words"


def held(body: str, cause: Cause, *words: str, explanation: Explanation | None = None, lang: str = "en"):
    decision = Decision(
        outcome=Outcome.HOLD,
        causes=(cause,),
        reasons=(),
        actor="policy:3",
        detail={str(cause): list(words) or 1},
        review=True,
    )
    shown = card(comment=replace(card().comment, body=body), verdict=replace(card().verdict, decision=decision))
    return card_html(shown, lang, now=NOW, time_zone="Africa/Cairo", explanation=explanation)


@pytest.mark.parametrize(
    ("body", "words", "marked"),
    [
        ("هذا الكَلْبٌ هنا", ["كلب"], ["الكَلْبٌ"]),
        ("كـــلب، ك.ل.ب", ["كلب"], ["كـــلب", "ك.ل.ب"]),
        ("a SCAAAM & a scàm", ["scam"], ["SCAAAM", "scàm"]),
        ("<b>scam</b><!--", ["scam", "b"], ["b", "scam", "b"]),
        ("scam\u202e\r\n scam", ["scam"], ['scam<span class="tq-mark" dir="ltr" title="U+202E">RLO</span>', "scam"]),
    ],
)
def test_listed_words_are_marked_where_nothing_is_explained(body, words, marked):
    shown = held(body, Cause.SUSPECT_WORD, *words)
    *found, legend = SET_OFF.findall(shown)
    assert found == [("tq-suspect_word", SUSPECT, word) for word in marked]
    assert legend == ("tq-suspect_word", "", SUSPECT)
    assert re.sub("</?mark[^>]*>", "", shown.partition("tq-body")[2]).startswith(
        f'">{html_text(body, "en", language="en")}'
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_is_marked_and_is_no_link(lang):
    body = 'see <a href="https://x.invalid/?a&b">'
    shown = held(body, Cause.LINK, lang=lang)
    said = t("queue.fired.link", lang)
    assert SET_OFF.findall(shown) == [
        ("tq-link", said, "https://x.invalid/?a&amp;b"),
        ("tq-link", "", said),
    ]
    assert 'href="https://x.invalid' not in shown


def test_a_rules_marks_lie_on_the_estimates():
    body = "you rude www.fool.example, kind fool"
    spans = told(body, **{"rude www": 3.0, "kind fool": -2.0})
    shown = held(body, Cause.LINK, explanation=spans)
    *found, _, _, _ = SET_OFF.findall(shown)
    assert found == [
        ("tq-for tq-strong", "", "rude "),
        ("tq-for tq-link tq-strong", "a link", "www"),
        ("tq-link", "a link", ".fool.example"),
        ("tq-against tq-strong", "", "kind fool"),
    ]
    shown = held(body, Cause.SUSPECT_WORD, "fool", explanation=spans)
    *found, _, _, _ = SET_OFF.findall(shown)
    assert [(kind, word) for kind, _, word in found] == [
        ("tq-for tq-strong", "rude www"),
        ("tq-suspect_word", "fool"),
        ("tq-against tq-strong", "kind "),
        ("tq-against tq-suspect_word tq-strong", "fool"),
    ]
    assert t("queue.told.for", "en") in text_of(shown)
    assert t("queue.fired", "en") in text_of(shown)


def test_marks_keep_to_their_words_when_the_text_is_cleaned():
    text = "<b>\r\n\u202e\x00" + "a" + "\u0301" * 40 + " rude&\r\nend \U0001f468\u200d\U0001f469 mean"
    placed = [
        Mark(start=text.index(word), end=text.index(word) + len(word), kind="for", strong=False)
        for word in ("rude&", "mean")
    ]
    plain, marked = html_text(text, "en"), html_text(text, "en", marks=placed)
    assert [word for _, word in MARKED.findall(marked)] == ["rude&amp;", "mean"]
    assert re.sub("</?mark[^>]*>", "", marked) == plain


def test_the_beginning_of_a_long_text_has_its_marks_too():
    text = "rude " + "word " * 400 + "mean"
    placed = [
        Mark(start=0, end=4, kind="for", strong=True),
        Mark(start=len(text) - 4, end=len(text), kind="for", strong=True),
        Mark(start=LONGEST + 5, end=LONGEST + 6, kind="for", strong=True),
    ]
    assert [word for _, word in MARKED.findall(html_text(text, "en", marks=placed))] == ["rude", "mean", "rude"]
