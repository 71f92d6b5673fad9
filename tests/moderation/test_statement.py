"""Statements of reasons: what a rejection is in the EU database's words, and every rule that it would refuse one by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from moderation.decision import Cause, Reason
from moderation.statement import CATEGORIES, Restriction, Words, puid, statement_of
from moderation.statement_rules import ALL_CATEGORIES, KEYWORDS, LONGEST, REQUIRED, Wrong, broken_rules

WORDS = Words(ground="House rules: abuse", explanation="Not allowed.", facts="A comment is not shown.")
BY_A_PERSON = Restriction(
    decision_id=7,
    reasons=(Reason.HATE_SPEECH,),
    causes=(Cause.HUMAN,),
    by_machine=False,
    held_for=(),
    reported=False,
    language="ar",
    written_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
    decided_at=datetime(2026, 11, 23, tzinfo=UTC),
    lifted_at=None,
)


def stated(given: Restriction = BY_A_PERSON, words: Words = WORDS, **changes: object) -> dict[str, object]:
    return {**statement_of(given, words, origin="taliq/x", day=lambda at: at.date()), **changes}


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in stated().items() if name not in names}


def test_a_rejection_is_a_statement() -> None:
    assert stated() == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "House rules: abuse",
        "incompatible_content_explanation": "Not allowed.",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "category_specification": ["KEYWORD_HATE_SPEECH"],
        "content_language": "AR",
        "content_date": "2026-11-22",
        "application_date": "2026-11-23",
        "decision_facts": "A comment is not shown.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": puid("taliq/x", 7),
    }
    assert broken_rules(stated()) == []


def test_the_days_are_those_of_the_newsroom() -> None:
    told = statement_of(BY_A_PERSON, WORDS, origin="x", day=lambda at: date(2026, 11, 24))
    assert told["content_date"] == told["application_date"] == "2026-11-24"


@pytest.mark.parametrize(
    ("given", "detection", "decision"),
    [
        ({}, "No", "NOT_AUTOMATED"),
        ({"held_for": (Cause.PRE_MODERATION,)}, "No", "NOT_AUTOMATED"),
        ({"held_for": (Cause.SCORE,)}, "Yes", "PARTIALLY"),
        ({"held_for": (Cause.LINK, Cause.REPORTED)}, "Yes", "PARTIALLY"),
        ({"by_machine": True, "causes": (Cause.SCORE,)}, "Yes", "FULLY"),
        ({"by_machine": True, "causes": (Cause.BANNED,)}, "Yes", "FULLY"),
    ],
)
def test_what_the_machine_had_to_do_with_it(given: dict[str, object], detection: str, decision: str) -> None:
    told = stated(replace(BY_A_PERSON, **given))
    assert told["automated_detection"] == detection
    assert told["automated_decision"] == f"AUTOMATED_DECISION_{decision}"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_category_that_the_database_knows(reason: Reason) -> None:
    category, keyword = CATEGORIES[reason]
    assert f"STATEMENT_CATEGORY_{category}" in ALL_CATEGORIES
    assert keyword is None or f"KEYWORD_{keyword}" in KEYWORDS
    assert broken_rules(stated(replace(BY_A_PERSON, reasons=(reason, Reason.SPAM)))) == []


def test_further_reasons_are_further_categories_and_none_is_said_twice() -> None:
    told = stated(replace(BY_A_PERSON, reasons=(Reason.SPAM, Reason.OFFENSIVE, Reason.HATE_SPEECH, Reason.HARASSMENT)))
    assert told["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert told["category_addition"] == [
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    ]


@pytest.mark.parametrize(
    ("law", "ground", "illegal"), [("§ 185 StGB", "ILLEGAL_CONTENT", None), (None, "INCOMPATIBLE_CONTENT", "Yes")]
)
def test_illegal_content_is_stated_so_where_a_law_is_named(law: str | None, ground: str, illegal: str | None) -> None:
    told = stated(replace(BY_A_PERSON, reasons=(Reason.ILLEGAL_CONTENT,)), replace(WORDS, legal_ground=law))
    assert told["decision_ground"] == f"DECISION_GROUND_{ground}"
    assert told.get("incompatible_content_illegal") == illegal
    assert broken_rules(told) == []


def test_a_notice_a_lifting_and_a_language_without_two_letters() -> None:
    given = replace(BY_A_PERSON, reported=True, lifted_at=datetime(2026, 12, 1, tzinfo=UTC), language="und")
    told = stated(given, replace(WORDS, rules_url="https://example.org/rules"))
    assert told["source_type"] == "SOURCE_ARTICLE_16"
    assert told["end_date_visibility_restriction"] == "2026-12-01"
    assert told["decision_ground_reference_url"] == "https://example.org/rules"
    assert "content_language" not in told
    assert broken_rules(told) == []


def test_a_decision_keeps_its_id_and_no_two_share_one() -> None:
    assert puid("taliq/x", 7) == puid("taliq/x", 7)
    assert len({puid("taliq/x", 7), puid("taliq/y", 7), puid("taliq/x", 8)}) == 3


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_field_is_there(name: str) -> None:
    for given in (without(name), stated(**{name: ""}), stated(**{name: []})):
        assert Wrong(name, "required") in broken_rules(given)


@pytest.mark.parametrize(("name", "most"), LONGEST.items())
def test_no_text_is_too_long(name: str, most: int) -> None:
    assert Wrong(name, "too_long") not in broken_rules(stated(**{name: "x" * most}))
    assert Wrong(name, "too_long") in broken_rules(stated(**{name: "x" * (most + 1)}))
    assert Wrong(name, "not_text") in broken_rules(stated(**{name: 7}))


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("decision_visibility", [], "no_decision"),
        ("decision_visibility", ["DECISION_VISIBILITY_HIDDEN"], "not_listed"),
        ("decision_visibility", "DECISION_VISIBILITY_CONTENT_REMOVED", "not_listed"),
        ("decision_visibility", ["DECISION_VISIBILITY_CONTENT_REMOVED"] * 2, "repeated"),
        ("decision_monetary", "DECISION_MONETARY_FINE", "not_listed"),
        ("decision_provision", "DECISION_PROVISION_OTHER", "not_listed"),
        ("decision_account", "DECISION_ACCOUNT_DELETED", "not_listed"),
        ("account_type", "ACCOUNT_TYPE_READER", "not_listed"),
        ("decision_ground", "DECISION_GROUND_OTHER", "not_listed"),
        ("incompatible_content_illegal", "yes", "not_listed"),
        ("content_type", ["CONTENT_TYPE_COMMENT"], "not_listed"),
        ("category", "STATEMENT_CATEGORY_SPAM", "not_listed"),
        ("category_addition", ["STATEMENT_CATEGORY_SPAM"], "not_listed"),
        ("category_addition", ["STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"], "repeated"),
        ("category_specification", ["KEYWORD_RUDE"], "not_listed"),
        ("territorial_scope", ["EG"], "not_listed"),
        ("content_language", "ar", "not_listed"),
        ("content_language", "ARA", "not_listed"),
        ("content_date", "1999-12-31", "out_of_range"),
        ("content_date", "2038-01-02", "out_of_range"),
        ("content_date", "2026-02-30", "not_a_date"),
        ("content_date", "2026-2-3", "not_a_date"),
        ("content_date", 20261123, "not_a_date"),
        ("application_date", "2019-12-31", "out_of_range"),
        ("application_date", "٢٠٢٦-١١-٢٣", "not_a_date"),
        ("end_date_visibility_restriction", "2038-01-02", "out_of_range"),
        ("end_date_account_restriction", "soon", "not_a_date"),
        ("source_type", "SOURCE_READER", "not_listed"),
        ("source_identity", "Someone", "out_of_place"),
        ("automated_detection", True, "not_listed"),
        ("automated_decision", "Yes", "not_listed"),
        ("puid", "a b", "not_an_id"),
        ("puid", "تعليق", "not_an_id"),
        ("decision_ground_reference_url", "javascript:alert(1)", "not_a_url"),
        ("decision_ground_reference_url", "https://exa mple.org", "not_a_url"),
        ("content_id", {"EAN-13": "123"}, "not_an_id"),
        ("content_id", {"ISBN": "1234567890123"}, "not_an_id"),
        ("illegal_content_legal_ground", "a law", "out_of_place"),
        ("illegal_content_explanation", "because", "out_of_place"),
        ("incompatible_content_ground", "", "required"),
        ("incompatible_content_explanation", "", "required"),
        ("decision_visibility_other", "more", "out_of_place"),
        ("content_type_other", "more", "out_of_place"),
        ("commenter", "Amal", "unknown"),
    ],
)
def test_a_rule_that_is_broken_is_named(field: str, value: object, rule: str) -> None:
    assert Wrong(field, rule) in broken_rules(stated(**{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content_date", "2000-01-01"),
        ("content_date", "2038-01-01"),
        ("application_date", "2020-01-01"),
        ("end_date_visibility_restriction", "2038-01-01"),
        ("content_id", {"EAN-13": "1234567890123"}),
        ("territorial_scope", ["FR", "DE"]),
        ("decision_account", "DECISION_ACCOUNT_SUSPENDED"),
        ("account_type", "ACCOUNT_TYPE_PRIVATE"),
    ],
)
def test_what_lies_just_within_a_rule_breaks_none(field: str, value: object) -> None:
    assert broken_rules(stated(**{field: value})) == []


@pytest.mark.parametrize(
    ("other", "value", "field"),
    [
        ("decision_visibility", ["DECISION_VISIBILITY_OTHER"], "decision_visibility_other"),
        ("decision_monetary", "DECISION_MONETARY_OTHER", "decision_monetary_other"),
        ("content_type", ["CONTENT_TYPE_OTHER"], "content_type_other"),
        ("category_specification", ["KEYWORD_OTHER"], "category_specification_other"),
        ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_legal_ground"),
        ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT", "illegal_content_explanation"),
    ],
)
def test_what_another_field_asks_for_is_there(other: str, value: object, field: str) -> None:
    assert Wrong(field, "required") in broken_rules(stated(**{other: value}))
    assert Wrong(field, "required") not in broken_rules(stated(**{other: value, field: "more"}))


def test_the_rule_for_the_other_ground_s_remark() -> None:
    given = stated(decision_ground="DECISION_GROUND_ILLEGAL_CONTENT", incompatible_content_illegal="Yes")
    assert Wrong("incompatible_content_illegal", "out_of_place") in broken_rules(given)


def test_who_notified_is_named_only_where_somebody_did() -> None:
    told = stated(source_type="SOURCE_ARTICLE_16", source_identity="A reader")
    assert broken_rules(told) == []


def test_the_last_day_of_every_kind_of_restriction() -> None:
    names = [f"end_date_{kind}_restriction" for kind in ("account", "monetary", "service", "visibility")]
    assert broken_rules(stated(**dict.fromkeys(names, "2027-01-01"))) == []
    assert len(broken_rules(stated(**dict.fromkeys(names, "2027-13-01")))) == 4
