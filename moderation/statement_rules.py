"""The rules of the EU's DSA transparency database for a statement of reasons.

Fields and rules are those of the database's own checks: schema 2, in force since July 2025
(github.com/digital-services-act/transparency-database, StatementStoreRequest.php, seen at 69e80a0b). What a rule would
refuse there is refused here, before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

Statement = Mapping[str, object]


class Wrong(NamedTuple):
    """A field and the code of the rule that it breaks."""

    field: str
    rule: str


def _prefixed(prefix: str, *names: str) -> frozenset[str]:
    return frozenset(f"{prefix}_{name}" for name in names)


VISIBILITIES = _prefixed(
    "DECISION_VISIBILITY", "CONTENT_REMOVED", "CONTENT_DISABLED", "CONTENT_DEMOTED", "CONTENT_AGE_RESTRICTED",
    "CONTENT_INTERACTION_RESTRICTED", "CONTENT_LABELLED", "OTHER",
)  # fmt: skip
MONETARY = _prefixed("DECISION_MONETARY", "SUSPENSION", "TERMINATION", "OTHER")
PROVISIONS = _prefixed(
    "DECISION_PROVISION", "PARTIAL_SUSPENSION", "PARTIAL_TERMINATION", "TOTAL_SUSPENSION", "TOTAL_TERMINATION"
)
ACCOUNTS = _prefixed("DECISION_ACCOUNT", "SUSPENDED", "TERMINATED")
ACCOUNT_TYPES = _prefixed("ACCOUNT_TYPE", "BUSINESS", "PRIVATE")
GROUNDS = _prefixed("DECISION_GROUND", "ILLEGAL_CONTENT", "INCOMPATIBLE_CONTENT")
CONTENT_TYPES = _prefixed(
    "CONTENT_TYPE", "APP", "AUDIO", "IMAGE", "PRODUCT", "SYNTHETIC_MEDIA", "TEXT", "VIDEO", "OTHER"
)
ALL_CATEGORIES = _prefixed(
    "STATEMENT_CATEGORY", "ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN",
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH", "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC",
    "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY", "SCAMS_AND_FRAUD", "SELF_HARM",
    "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE",
)  # fmt: skip
# Those of the database's 69 that a comment can fall under.
KEYWORDS = _prefixed(
    "KEYWORD", "HATE_SPEECH", "INCITEMENT_VIOLENCE_HATRED", "CYBER_INCITEMENT", "CYBER_HARASSMENT",
    "CYBER_HARASSMENT_AGAINST_WOMEN", "CYBER_BULLYING_INTIMIDATION", "DEFAMATION", "DISCRIMINATION",
    "MISINFORMATION_DISINFORMATION", "TERRORIST_CONTENT", "PHISHING", "HIDDEN_ADVERTISEMENT", "ADULT_SEXUAL_MATERIAL",
    "OTHER",
)  # fmt: skip
TERRITORIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
SOURCES = frozenset(
    ("SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY")
)
AUTOMATION = _prefixed("AUTOMATED_DECISION", "FULLY", "PARTIALLY", "NOT_AUTOMATED")
YES_OR_NO = frozenset(("Yes", "No"))

REQUIRED = (
    "decision_ground", "content_type", "category", "content_date", "application_date", "decision_facts", "source_type",
    "automated_detection", "automated_decision", "puid",
)  # fmt: skip
DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
ONE_OF: dict[str, frozenset[str]] = {
    "decision_monetary": MONETARY,
    "decision_provision": PROVISIONS,
    "decision_account": ACCOUNTS,
    "account_type": ACCOUNT_TYPES,
    "decision_ground": GROUNDS,
    "incompatible_content_illegal": YES_OR_NO,
    "category": ALL_CATEGORIES,
    "source_type": SOURCES,
    "automated_detection": YES_OR_NO,
    "automated_decision": AUTOMATION,
}
SOME_OF: dict[str, frozenset[str]] = {
    "decision_visibility": VISIBILITIES,
    "content_type": CONTENT_TYPES,
    "category_addition": ALL_CATEGORIES,
    "category_specification": KEYWORDS,
    "territorial_scope": TERRITORIES,
}
LONGEST: dict[str, int] = {
    "decision_visibility_other": 500,
    "decision_monetary_other": 500,
    "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2_000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2_000,
    "content_type_other": 500,
    "category_specification_other": 500,
    "decision_facts": 5_000,
    "source_identity": 500,
    "puid": 500,
}
FIRST_CONTENT, FIRST_APPLICATION, LAST = date(2000, 1, 1), date(2020, 1, 1), date(2038, 1, 1)
DATES: dict[str, date] = {
    "content_date": FIRST_CONTENT,
    "application_date": FIRST_APPLICATION,
    **dict.fromkeys(
        (f"end_date_{kind}_restriction" for kind in ("account", "monetary", "service", "visibility")), date.min
    ),
}
# A field, and the value of another that makes it required and without which it has no place.
WITH: dict[str, tuple[str, str]] = {
    "decision_visibility_other": ("decision_visibility", "DECISION_VISIBILITY_OTHER"),
    "decision_monetary_other": ("decision_monetary", "DECISION_MONETARY_OTHER"),
    "content_type_other": ("content_type", "CONTENT_TYPE_OTHER"),
    "category_specification_other": ("category_specification", "KEYWORD_OTHER"),
    "illegal_content_legal_ground": ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    "illegal_content_explanation": ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    "incompatible_content_ground": ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    "incompatible_content_explanation": ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
}
# Has a place only with that value, and need not be there.
_ONLY_WITH = {"incompatible_content_illegal": ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT")}
KNOWN = frozenset((*REQUIRED, *DECISIONS, *ONE_OF, *SOME_OF, *LONGEST, *DATES, *WITH, "content_language", "content_id"))


def broken_rules(given: Statement) -> list[Wrong]:
    """Every rule that the statement breaks; empty if the database would take it."""
    wrong = [Wrong(name, "unknown") for name in given if name not in KNOWN]
    wrong += [Wrong(name, "required") for name in REQUIRED if given.get(name) in (None, "", [])]
    if not any(given.get(name) for name in DECISIONS):
        wrong.append(Wrong("decision_visibility", "no_decision"))
    for check in (_listed, _texts, _dates, _together, _forms):
        wrong += check(given)
    return wrong


def _listed(given: Statement) -> list[Wrong]:
    wrong = [
        Wrong(name, "not_listed") for name, known in ONE_OF.items() if name in given and not _is(given[name], known)
    ]
    for name, known in SOME_OF.items():
        value = given.get(name, [])
        if not isinstance(value, list) or not all(_is(one, known) for one in value):
            wrong.append(Wrong(name, "not_listed"))
        elif len(set(value)) != len(value):
            wrong.append(Wrong(name, "repeated"))
    addition = given.get("category_addition")
    if isinstance(addition, list) and given.get("category") in addition:
        wrong.append(Wrong("category_addition", "repeated"))
    return wrong


def _is(value: object, known: frozenset[str]) -> bool:
    return isinstance(value, str) and value in known


def _texts(given: Statement) -> list[Wrong]:
    wrong = []
    for name, most in LONGEST.items():
        value = given.get(name)
        if value is not None and not isinstance(value, str):
            wrong.append(Wrong(name, "not_text"))
        elif value is not None and len(str(value)) > most:
            wrong.append(Wrong(name, "too_long"))
    return wrong


def _dates(given: Statement) -> list[Wrong]:
    wrong = []
    for name, first in DATES.items():
        if name not in given:
            continue
        found = _date(given[name])
        if found is None:
            wrong.append(Wrong(name, "not_a_date"))
        elif not first <= found <= LAST:
            wrong.append(Wrong(name, "out_of_range"))
    return wrong


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _together(given: Statement) -> list[Wrong]:
    """What belongs to another field's value: there with it, and not without."""
    wrong = []
    for name, (other, value) in WITH.items():
        meant, there = _says(given.get(other), value), bool(given.get(name))
        if meant != there:
            wrong.append(Wrong(name, "required" if meant else "out_of_place"))
    wrong += [
        Wrong(name, "out_of_place")
        for name, (other, value) in _ONLY_WITH.items()
        if name in given and not _says(given.get(other), value)
    ]
    if "source_identity" in given and given.get("source_type") == "SOURCE_VOLUNTARY":
        wrong.append(Wrong("source_identity", "out_of_place"))
    return wrong


def _says(found: object, value: str) -> bool:
    return value in found if isinstance(found, list) else found == value


def _forms(given: Statement) -> list[Wrong]:
    wrong = []
    if not re.fullmatch("[a-zA-Z0-9_-]+", str(given.get("puid", "-"))):
        wrong.append(Wrong("puid", "not_an_id"))
    if not re.fullmatch("[A-Z]{2}", str(given.get("content_language", "AR"))):
        wrong.append(Wrong("content_language", "not_listed"))
    if "decision_ground_reference_url" in given and not _is_url(str(given["decision_ground_reference_url"])):
        wrong.append(Wrong("decision_ground_reference_url", "not_a_url"))
    if "content_id" in given and not _is_article_number(given["content_id"]):
        wrong.append(Wrong("content_id", "not_an_id"))
    return wrong


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text


def _is_article_number(given: object) -> bool:
    if not isinstance(given, Mapping) or set(given) != {"EAN-13"}:
        return False
    return bool(re.fullmatch("[0-9]{13}", str(given["EAN-13"])))
