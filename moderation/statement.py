"""Statements of reasons for the EU's DSA transparency database: what a rejection is in that database's words.

`statement_rules` holds the rules that a statement must meet there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from moderation.decision import Cause, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A rejection that was not taken back, as a statement needs it: no word of the reader's and nobody's name.

    `held_for`: why the policy had held it, where it waited for a person because of that. `reported`: readers had
    reported it before. `lifted_at`: when a later decision showed it to readers again.
    """

    decision_id: int
    reasons: tuple[Reason, ...]
    causes: tuple[Cause, ...]
    by_machine: bool
    held_for: tuple[Cause, ...]
    reported: bool
    language: str
    written_at: datetime
    decided_at: datetime
    lifted_at: datetime | None


def puid(origin: str, decision_id: int) -> str:
    """The platform's own id of the statement: the same for the same decision for ever, and telling nothing of it."""
    return sha256(f"{origin}:{decision_id}".encode()).hexdigest()[:40]


# A reason's category, and its keyword where the database knows one.
CATEGORIES: dict[Reason, tuple[str, str | None]] = {
    Reason.OFFENSIVE: ("OTHER_VIOLATION_TC", None),
    Reason.ABUSIVE: ("CYBER_VIOLENCE", "CYBER_BULLYING_INTIMIDATION"),
    Reason.HARASSMENT: ("CYBER_VIOLENCE", "CYBER_HARASSMENT"),
    Reason.HATE_SPEECH: ("ILLEGAL_OR_HARMFUL_SPEECH", "HATE_SPEECH"),
    Reason.THREAT: ("VIOLENCE", None),
    Reason.OBSCENE: ("OTHER_VIOLATION_TC", None),
    Reason.SPAM: ("OTHER_VIOLATION_TC", None),
    Reason.AD: ("CONSUMER_INFORMATION", "HIDDEN_ADVERTISEMENT"),
    Reason.BANNED_WORD: ("OTHER_VIOLATION_TC", None),
    Reason.MISINFORMATION: ("NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", "MISINFORMATION_DISINFORMATION"),
    Reason.ILLEGAL_CONTENT: ("ILLEGAL_OR_HARMFUL_SPEECH", None),
    Reason.OFF_TOPIC: ("OTHER_VIOLATION_TC", None),
    Reason.OTHER: ("OTHER_VIOLATION_TC", None),
}
# What the policy finds in a text; a comment is also held because of its author, its place or its reports.
_FINDINGS = {Cause.SCORE, Cause.BANNED_WORD, Cause.SUSPECT_WORD, Cause.LINK, Cause.REPEAT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The newsroom's sentences about one restriction. `legal_ground` is None where it names no law."""

    ground: str
    explanation: str
    facts: str
    legal_ground: str | None = None
    rules_url: str | None = None


def statement_of(
    given: Restriction, words: Words, *, origin: str, day: Callable[[datetime], date]
) -> dict[str, object]:
    """`day` is the newsroom's calendar."""
    categories = list(dict.fromkeys(f"STATEMENT_CATEGORY_{CATEGORIES[reason][0]}" for reason in given.reasons))
    keywords = list(dict.fromkeys(f"KEYWORD_{word}" for reason in given.reasons if (word := CATEGORIES[reason][1])))
    found: dict[str, object | None] = {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        **_ground(given, words),
        "decision_ground_reference_url": words.rules_url,
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": categories[0],
        "category_addition": categories[1:] or None,
        "category_specification": keywords or None,
        "content_language": _language(given.language),
        "content_date": day(given.written_at).isoformat(),
        "application_date": day(given.decided_at).isoformat(),
        "end_date_visibility_restriction": day(given.lifted_at).isoformat() if given.lifted_at else None,
        "decision_facts": words.facts,
        "source_type": "SOURCE_ARTICLE_16" if given.reported else "SOURCE_VOLUNTARY",
        "automated_detection": "Yes" if given.by_machine or _held_by_machine(given) else "No",
        "automated_decision": _automation(given),
        "puid": puid(origin, given.decision_id),
    }
    return {name: value for name, value in found.items() if value is not None}


def _ground(given: Restriction, words: Words) -> dict[str, object | None]:
    illegal = Reason.ILLEGAL_CONTENT in given.reasons
    if illegal and words.legal_ground:
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": words.legal_ground,
            "illegal_content_explanation": words.explanation,
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": words.ground,
        "incompatible_content_explanation": words.explanation,
        # The newsroom took it for illegal, and names no law that it could be held to.
        "incompatible_content_illegal": "Yes" if illegal else None,
    }


def _language(code: str) -> str | None:
    return code.upper() if re.fullmatch("[a-z]{2}", code) else None


def _held_by_machine(given: Restriction) -> bool:
    return bool(_FINDINGS & set(given.held_for))


def _automation(given: Restriction) -> str:
    if given.by_machine:
        return "AUTOMATED_DECISION_FULLY"
    # The policy held it and a person decided: the machine had a part in what was decided on.
    return "AUTOMATED_DECISION_PARTIALLY" if _held_by_machine(given) else "AUTOMATED_DECISION_NOT_AUTOMATED"
