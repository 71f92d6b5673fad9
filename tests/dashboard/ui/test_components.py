"""Reasons, filters, errors and names, in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.ui.components.filters import Choice, _possible
from dashboard.ui.components.names import actor_name, language_name
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.reasons import ordered, suggested
from moderation.decision import Reason, Recorded
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
from moderation.queue import QueueFilter
from moderation.score import Label
from tests.builders import scores
from tests.dashboard.ui.cards import NOW, card


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
        StaleVersion(seen=1, status="erased", decided_by="policy:2", edited=True),
        "This comment has been deleted, so your decision was not recorded.",
    ),
    (StaleVersion(seen=1, version=2, what="model_use"), "Another model was chosen meanwhile"),
    (
        StaleVersion(seen=1, status="rejected", decided_by="moderator:karim", edited=False, own=True),
        "You have decided on this comment already, in another tab perhaps; it is now ⁨rejected⁩",
    ),
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
