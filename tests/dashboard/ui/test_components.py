"""Readers' words on the screen, the card, reasons, filters and errors: what people see, from hostile input too."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from markdown_it import MarkdownIt

from dashboard.i18n import LANGUAGES, direction, t
from dashboard.ui.components.card import card_html
from dashboard.ui.components.filters import Choice, _possible
from dashboard.ui.components.names import actor_name, language_name
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.reasons import ordered, suggested
from dashboard.ui.components.untrusted import (
    FIRST_LINES,
    LONGEST,
    MARKS_PER_LETTER,
    Mark,
    html_line,
    html_text,
    md_literal,
    md_message,
    plain_line,
)
from moderation.article import Article, Commenter, Record
from moderation.comment import Comment, Revision, Status
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded
from moderation.errors import (
    ClaimedByOther,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StaleVersion,
    Unauthenticated,
    Unavailable,
)
from moderation.flag import Flag, FlagKind
from moderation.queue import Card, Entry, Factor, Priority, QueueFilter
from moderation.score import Explanation, Label, Span
from tests.builders import scores

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TAG = re.compile(r"<[^>]*>")

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="http://tracker.invalid/x.png" onerror=alert(1)>',
    "![](http://tracker.invalid/x.png)",
    '"><a href="javascript:alert(1)">x</a>',
    "</div></article><style>*{display:none}</style>",
    "<!-- a comment that is not closed",
    "&lt;b&gt; &#x202e;",
    "' onmouseover='alert(1)",
]


def text_of(markup: str) -> str:
    return html.unescape(TAG.sub("", markup))


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


def reported(reason: Reason, *, note: str) -> Flag:
    return Flag(kind=FlagKind.REPORTED, reason=reason, source=note, created_at=NOW, note=note)


def card(**given: object) -> Card:
    comment = Comment(
        id=7, site_id=1, article_id=2, section_id=None, commenter_id=3, external_id="c-7", parent_id=None,
        body="a comment", language="en", status=Status.PENDING, version=4, revision=1, created_at=NOW, received_at=NOW,
    )  # fmt: skip
    decision = Decision(
        outcome=Outcome.HOLD,
        causes=(Cause.SCORE, Cause.SUSPECT_WORD, Cause.REPORTED, Cause.LINK),
        reasons=(Reason.ABUSIVE,),
        actor="policy:3",
        detail={"score": ["insult"], "suspect_word": ["غبي"], "reported": 2, "link": 2},
        review=True,
    )
    factors = ((Factor.SEVERITY, 243), (Factor.REPORTS, 80))
    values: dict[str, object] = {
        "comment": comment,
        "article": Article(
            id=2, site_id=1, external_id="a", title="عنوان", url="https://news.invalid/a", section="سياسة",
            published_at=None,
        ),
        "commenter": Commenter(id=3, site_id=1, external_id="u", name="Sara", first_seen_at=NOW),
        "record": Record(visible=12, rejected=2, pending=1, reported=3),
        "scores": scores(insult=0.81, toxic=0.4),
        "verdict": Recorded(
            id=9, comment_id=7, comment_version=3, decision=decision, status_before=None, status_after=Status.PENDING,
            decided_at=NOW,
        ),
        "flags": (reported(Reason.HARASSMENT, note="he <again>"),),
        "revisions": (),
        "parent": None,
        "parent_commenter": None,
        "replies": 2,
        "entry": Entry(
            comment_id=7, site_id=1, article_id=2, section_id=None, language="en", top_label=Label.INSULT,
            top_score=0.81, reject=0.7, entered_at=NOW, priority=Priority(factors=factors),
        ),
        "claimed": True,
    }  # fmt: skip
    return Card(**(values | given))  # type: ignore[arg-type]


def decided(**given: object) -> Recorded:
    decision = Decision(
        **(
            {"outcome": Outcome.REJECT, "causes": (Cause.HUMAN,), "reasons": (Reason.SPAM,), "actor": "moderator:karim"}
            | given
        ),  # type: ignore[arg-type]
    )
    return replace(card().verdict, decision=decision)


def drawn(shown: Card, lang: str = "en") -> str:
    return card_html(shown, lang, now=NOW + timedelta(minutes=5), time_zone="Africa/Cairo")


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
    assert raised((Factor.SEVERITY, 150), waited=timedelta(days=30), lang="ar").startswith("دخل الطابور قبل شهر، إهانة")


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
        "the classifier flagged it: insult", "suspect word: غبي", "reported by 2 readers", "contains 2 links",
        "insult81%", "toxic40%",
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


def test_every_reason_can_be_chosen_the_likely_ones_first():
    order = ordered(card(scores=scores(threat=0.9, insult=0.31, spam=0.29)))
    assert order[:3] == (Reason.ABUSIVE, Reason.HARASSMENT, Reason.THREAT)
    assert order[-2:] == (Reason.BANNED_WORD, Reason.OTHER)
    assert sorted(order) == sorted(Reason)


def held_for(*reasons: Reason) -> Recorded:
    return replace(card().verdict, decision=replace(card().verdict.decision, reasons=reasons))


@pytest.mark.parametrize(
    ("reasons", "top", "wanted"),
    [
        ((Reason.ABUSIVE, Reason.THREAT), 0.9, Reason.ABUSIVE),
        ((), 0.5, Reason.HATE_SPEECH),
        ((), 0.499, None),
    ],
)
def test_the_reason_that_suggests_itself(reasons, top, wanted):
    assert suggested(card(verdict=held_for(*reasons), scores=scores(hate=top))) is wanted


@pytest.mark.parametrize(
    ("name", "value", "possible"),
    [
        ("article", "12", "12"), ("article", "1; drop", None), ("article", "9" * 30, None), ("article", "٣", None),
        ("section", str(2**63 - 1), str(2**63 - 1)), ("section", str(2**63), None), ("section", "-1", None),
        ("label", "threat", "threat"), ("label", "rude", None), ("age", "hour", "hour"), ("age", "century", None),
        ("language", "arabizi", "arabizi"), ("language", "ar\x00", None), ("language", "x" * 21, None),
        ("language", "", None), ("label", None, None),
    ],
)  # fmt: skip
def test_only_a_possible_choice_is_read_from_the_address(name, value, possible):
    assert _possible(name, value) == possible


def test_a_choice_becomes_a_filter():
    choice = Choice(article="12", label="threat", language="ar", age="over_day")
    assert choice.where(NOW) == QueueFilter(
        article_id=12, label=Label.THREAT, language="ar", older_than=NOW - timedelta(days=1)
    )
    assert (choice.active, Choice().active) == (4, 0)
    assert Choice().where(NOW) == QueueFilter()
    assert Choice(age="hour").where(NOW).newer_than == NOW - timedelta(hours=1)


ERRORS = [
    (Invalid(field="reasons", reason="missing"), "⁨Reason⁩: ⁨This is required.⁩"),
    (Invalid(field="repeat_limit", reason="out_of_range", low=1, high=100), "(from 1 to 100)"),
    (Invalid(field="body", reason="too_long", high=20_000), "(at most 20,000)"),
    (Invalid(field="body", reason="unheard_of"), "That value cannot be accepted."),
    (NotFound(what="comment"), "This comment was not found"),
    (NotFound(what="unheard_of"), "What you asked for was not found."),
    (Forbidden(permission="own_decision"), "only your own decisions"),
    (Forbidden(permission="audit:read"), "Your role does not allow this."),
    (Unauthenticated(kind="session"), "Your session has ended"),
    (ClaimedByOther(by="Karim"), "⁨Karim⁩ is working on this comment"),
    (ClaimedByOther(by=""), "⁨A colleague⁩ is working"),
    (Conflict(what="undo"), "already taken back"),
    (Unavailable(kind="pool"), "database is not answering"),
    (StaleVersion(seen=1), "changed since you opened it"),
    (StaleVersion(seen=1, status="pending", decided_by="policy:2", edited=True), "The author edited this comment"),
    (
        StaleVersion(seen=1, status="rejected", decided_by="moderator:karim", edited=False),
        "⁨karim⁩ (⁨moderator⁩)⁩ decided on this comment first; it is now ⁨rejected⁩",
    ),
]


@pytest.mark.parametrize(("error", "said"), ERRORS)
def test_an_error_is_told_in_words(error, said):
    isolates = str.maketrans("", "", "\u2068\u2069")
    assert said.translate(isolates) in sentence(error, "en").translate(isolates)
    assert re.search("[\u0621-\u064a]", sentence(error, "ar"))


def test_an_unknown_error_is_a_number_that_the_log_has(caplog):
    try:
        raise ValueError("what a reader wrote")
    except ValueError as error:
        said = sentence(error, "en")
    number = re.search(r"[0-9a-f]{8}", said)
    assert number
    assert number[0] in caplog.text
    assert "ValueError in test_components.py:" in caplog.text
    assert "reader" not in said + caplog.text


def test_a_notice_is_escaped():
    assert "<b>" not in notice_html("error", "<b>x</b>")


@pytest.mark.parametrize(
    ("actor", "said"),
    [("policy:7", "policy 7"), ("moderator:amal", "amal (moderator)"), ("key:ab12", "site key ab12"), ("x", "x"),
     ("operator:cli", "server operator (cli)"), ("visitor:?", "a visitor not signed in")],
)  # fmt: skip
def test_actors_have_names(actor, said):
    assert actor_name(actor, "en").translate(str.maketrans("", "", "\u2068\u2069")) == said


def test_a_language_not_known_is_another():
    assert (language_name("fr", "en"), language_name("tlh", "en")) == ("French", "another language")


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
