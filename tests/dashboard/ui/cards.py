"""A card of the queue as tests draw it, and what hostile readers write."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dashboard.ui.components.card import card_html
from moderation.article import Article, Commenter, Record
from moderation.comment import Comment, Status
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded
from moderation.flag import Flag, FlagKind
from moderation.queue import Card, Entry, Factor, Priority
from moderation.score import Label
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
