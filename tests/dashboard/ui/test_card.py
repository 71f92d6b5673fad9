"""The card: what people see of a comment, from hostile input too."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.i18n import LANGUAGES, direction
from dashboard.ui.components.card import card_html
from moderation.article import Record
from moderation.comment import Revision, Status
from moderation.decision import Cause, Decision, Outcome, Reason
from moderation.queue import Factor, Priority
from moderation.score import Label
from tests.builders import scores
from tests.dashboard.ui.cards import HOSTILE, NOW, TAG, card, decided, drawn, reported, text_of


def test_the_name_of_who_has_the_comment_is_escaped_and_set_apart():
    said = drawn(card(claimed=False, held_by="<b>\u202eoops"))
    assert "with \u2068&lt;b&gt;oops\u2069 just now" in said
    assert "with \u2068A colleague\u2069 just now" in drawn(card(claimed=False, held_by=""))
    assert "just now:" not in drawn(card())


def raised(*factors: tuple[Factor, int], lang: str = "en", **given: object) -> str:
    """What the card says of why it comes so soon, to whoever looks five minutes after a comment came."""
    entry = card().entry
    assert entry is not None
    entered = NOW - given.pop("waited", timedelta())
    values = {"top_label": Label.INSULT, "top_score": 0.5} | given
    entry = replace(entry, entered_at=entered, priority=Priority(factors=factors), **values)
    found = re.search('<section class="tq-priority">.*?<p>(.*?)</p>', drawn(card(entry=entry), lang))
    assert found is not None
    return found[1].translate(str.maketrans("", "", "\u2068\u2069"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("factor", Factor)
def test_whatever_raised_a_comment_has_its_words(factor: Factor, lang: str):
    assert raised((factor, 10), lang=lang)


def test_what_raised_a_comment_is_told_in_words_the_weightiest_first():
    assert (
        raised((Factor.SEVERITY, 150), (Factor.REPORTS, 80))
        == "insult: the classifier is unsure, 1 report from readers"
    )
    assert raised((Factor.NEW_COMMENTER, 20), (Factor.TRAFFIC, 30)) == "busy article, new commenter"
    assert raised((Factor.LINK, 30), waited=timedelta(days=3)) == "came to the queue 3 days ago, link"
    assert raised((Factor.LINK, 30), waited=timedelta(hours=23)) == "link"
    assert raised((Factor.LINK, 30), (Factor.REPORTS, 80), lang="ar") == "بلاغ واحد من القراء، رابط"
    assert raised((Factor.SEVERITY, 150), waited=timedelta(days=30), lang="ar").startswith("دخل القائمة قبل شهر، إهانة")


@pytest.mark.parametrize(
    ("score", "said"),
    [(0.9, "insult: almost certain"), (0.6, "insult: likely"), (0.59, "insult: the classifier is unsure")],
)
def test_the_card_says_how_sure_the_classifier_is(score: float, said: str):
    assert raised((Factor.SEVERITY, 300), top_score=score) == said


def test_a_threat_that_is_the_highest_score_is_told_once():
    shown = card(scores=scores(threat=0.95))
    assert shown.entry is not None
    factors = ((Factor.THREAT, 380), (Factor.SEVERITY, 285))
    entry = replace(shown.entry, top_label=Label.THREAT, top_score=0.95, priority=Priority(factors=factors))
    assert text_of(drawn(replace(shown, entry=entry))).count("almost certain") == 1


def test_the_card_says_all_that_helps_to_decide():
    said = text_of(drawn(card()))
    for part in (
        "a comment", "Sara", "5 minutes ago", "23 November 2026, 14:00", "English", "held", "2 replies",
        "the classifier flagged it: insult", "suspect word: غبي", "reported by 2 readers",
        "links to 2 domains that are not allowed", "insult81%", "toxic40%",
        "عنوان", "سياسة", "news.invalid", "visible12", "rejected2", "held1", "reported3", "1 report from readers",
        "harassment — he <again>", "\u2068insult\u2069: likely, 1 report from readers",
    ):  # fmt: skip
        assert part in said, part


def test_the_card_says_what_was_decided_before_and_what_was_noted():
    earlier = (replace(decided(outcome=Outcome.APPROVE, reasons=(), note="ساخر & <لا> يقصد"), undone=True), decided())
    shown = drawn(card(earlier=earlier))
    said = text_of(shown).translate(str.maketrans("", "", "\u2068\u2069"))
    for part in (
        "Decided 2 times by people", "approve (taken back) karim (moderator) · 5 minutes ago", "Note to colleagues",
        "ساخر & <لا> يقصد", "reject: spam",
    ):  # fmt: skip
        assert part in said, part
    assert '<div class="tq-text" dir="auto">ساخر &amp; &lt;لا&gt; يقصد</div>' in shown
    assert "بتّ فيه الزملاء مرتين" in text_of(drawn(card(earlier=earlier), "ar"))
    assert "tq-earlier" not in drawn(card())


def test_of_many_decisions_the_newest_are_shown():
    shown = drawn(card(earlier=tuple(decided(note=f"note {number}") for number in range(6))))
    assert ("note 3" in shown, "note 4" in shown, "and 2 more" in shown) == (True, False, True)


def test_the_card_speaks_arabic():
    said = text_of(drawn(card(), "ar"))
    for part in (
        "قبل 5 دقائق",
        "23 نوفمبر 2026، 14:00",
        "الإنجليزية",
        "محتجز",
        "عليه ردّان",
        "بلّغ عنه قارئان",
        "بلاغ واحد من القراء",
    ):
        assert part in said, part


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("payload", [*HOSTILE, "\u202e\u2067" + "a" * 400, "Z" + "\u0300" * 9_000])
def test_nothing_that_others_wrote_becomes_markup(payload, lang):
    parent = replace(card().comment, body=payload, status=Status.REJECTED)
    shown = drawn(
        card(
            comment=replace(card().comment, body=payload, edited_at=NOW),
            article=replace(card().article, title=payload, section=payload, url="https://x.invalid/" + payload),
            commenter=replace(card().commenter, name=payload),
            flags=(reported(Reason.OTHER, note=payload),),
            earlier=(decided(note=payload, message=payload),),
            revisions=(Revision(number=1, body=payload, replaced_at=NOW),),
            parent=parent,
            parent_commenter=replace(card().commenter, name=payload),
        ),
        lang,
    )
    tags = set(re.findall(r"<([a-zA-Z!][\w-]*)", shown))
    assert tags <= {
        "mark", 
        "article", "div", "p", "span", "a", "bdi", "strong", "time", "blockquote", "details", "summary", "ol", "li",
        "ul", "section", "h2", "dl", "dt", "dd",
    }  # fmt: skip
    assert all(link.startswith("https://x.invalid/") for link in re.findall(r'href="([^"]*)"', shown))
    attributes = {name for tag in TAG.findall(shown) for name in re.findall(r' ([\w-]+)="', tag)}
    assert attributes <= {
        "class", "dir", "lang", "href", "rel", "title", "style", "datetime", "aria-label", "aria-hidden",
        "data-comment",
    }  # fmt: skip
    for opened in ("article", "div", "bdi", "section", "blockquote"):
        assert len(re.findall(f"<{opened}[ >]", shown)) == shown.count(f"</{opened}>"), opened
    assert shown.startswith(f'<article class="tq-card" dir="{direction(lang)}"')


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "//evil.invalid", "https://"])
def test_only_a_web_address_is_a_link(url):
    assert "<a " not in drawn(card(article=replace(card().article, url=url)))


def test_who_was_only_rejected_so_far_is_not_said_to_write_for_the_first_time():
    cause = Decision(
        outcome=Outcome.HOLD, causes=(Cause.NEW_COMMENTER,), reasons=(), actor="policy:3",
        detail={"new_commenter": 0}, review=True,
    )  # fmt: skip
    shown = card(verdict=replace(card().verdict, decision=cause), record=Record(rejected=2))
    assert "معلّق جديد: لا تعليق ظاهر له بعد" in text_of(drawn(shown, "ar"))


def test_a_new_commenter_is_marked():
    assert "New commenter" in drawn(card(record=Record(pending=1)))
    assert "New commenter" not in drawn(card(record=Record(visible=1, pending=1)))


def test_the_record_of_who_writes_very_much_tells_of_how_many_it_is():
    shown = drawn(card(record=Record(pending=1, of_latest=1_000)))
    assert "In your sections, of their latest 1,000 comments" in shown
    assert "New commenter" not in shown
    assert "latest 1,000" not in drawn(card())


def test_an_erased_parent_has_no_text():
    parent = replace(card().comment, body="", status=Status.ERASED)
    assert "the comment above is ⁨erased⁩" in drawn(card(parent=parent, parent_commenter=card().commenter))


def test_scores_at_the_edge_draw_bars_of_their_length():
    shown = drawn(card(scores=scores(insult=0.5, toxic=0.499, spam=1.0, hate=0.0, reject=0.2)))
    assert shown.count("tq-high") == 2
    assert 'inline-size:100%"' in shown
    assert 'inline-size:0%"' in shown


def test_a_card_blurs_what_else_readers_wrote_for_who_wants_it():
    shown = card(
        parent=replace(card().comment, body="<u>above</u>"),
        parent_commenter=card().commenter,
        revisions=(Revision(number=1, body="before", replaced_at=NOW),),
    )
    given = {"now": NOW, "time_zone": "Africa/Cairo"}
    plain = card_html(shown, "en", **given)
    blurred = card_html(shown, "en", **given, blurs=True)
    assert "tabindex" not in plain
    assert text_of(blurred) == text_of(plain)
    beneath = re.findall(r'<div class="tq-veiled" tabindex=0>(<div class="tq-text".*?</div>)</div>', blurred)
    assert [text_of(one) for one in beneath] == ["<u>above</u>", "a comment", "before"]
    assert blurred.count("tabindex=0") == len(beneath) + 2, "and the text itself, and the listed words"
    assert re.findall(r'class="tq-detail"( tabindex=0)?>', blurred) == ["", " tabindex=0"]
