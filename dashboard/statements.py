"""Statements of reasons in words, checked against the database's rules, as lines that can be posted as they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from dashboard.i18n import LANGUAGES, t
from dashboard.i18n.catalog import BIDI_CONTROLS
from moderation.decision import Cause
from moderation.service.logs import origin_of
from moderation.service.statements import Restrictions
from moderation.statement import Restriction, Words, statement_of
from moderation.statement_rules import Wrong, broken_rules

# The database takes so many in one POST, all or none.
AT_ONCE = 100
# For sites in a language that Taliq does not speak.
_FALLBACK = "en"
_MARKS = dict.fromkeys(map(ord, BIDI_CONTROLS))


@dataclass
class Tally:
    """What was written, and what was not because it breaks a rule."""

    written: int = 0
    refused: Counter[Wrong] = field(default_factory=Counter)


def lines(found: Restrictions, tally: Tally, *, rules_url: str | None, legal_ground: str | None) -> Iterator[bytes]:
    """Each line is the body of one POST to `/api/v1/statements`; what breaks a rule is counted and left out."""
    batch: list[dict[str, object]] = []
    for statement in _statements(found, rules_url=rules_url, legal_ground=legal_ground):
        wrong = broken_rules(statement)
        tally.refused.update(wrong[:1])
        if not wrong:
            tally.written += 1
            batch.append(statement)
        if len(batch) == AT_ONCE:
            yield _line(batch)
            batch = []
    if batch:
        yield _line(batch)


def _line(batch: list[dict[str, object]]) -> bytes:
    return json.dumps({"statements": batch}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _statements(found: Restrictions, *, rules_url: str | None, legal_ground: str | None) -> Iterator[dict[str, object]]:
    lang = found.site.language if found.site.language in LANGUAGES else _FALLBACK
    zone, origin = ZoneInfo(found.site.time_zone), origin_of(found.site.name)
    for one in found.rows:
        words = _words(one, lang, rules_url=rules_url, legal_ground=legal_ground)
        yield statement_of(one, words, origin=origin, day=lambda at: at.astimezone(zone).date())


def _words(given: Restriction, lang: str, *, rules_url: str | None, legal_ground: str | None) -> Words:
    separator = t("common.list.separator", lang)
    reasons = separator.join(t(f"common.reason.{reason}", lang) for reason in given.reasons)
    causes = separator.join(t(f"common.cause.{cause}", lang) for cause in given.held_for or given.causes)
    told = [
        _plain("dsa.facts", lang, reasons=reasons),
        _plain("dsa.by_machine" if given.by_machine else "dsa.by_person", lang),
        # A person's decision has no cause but the person, unless the policy had held the comment for one.
        _plain("dsa.found", lang, causes=causes) if given.by_machine or given.held_for else "",
        _plain("dsa.reported", lang) if given.reported else "",
        _plain("dsa.appealed", lang) if Cause.APPEAL in given.causes else "",
    ]
    return Words(
        ground=_plain("dsa.ground", lang, reasons=reasons),
        explanation=_plain("dsa.explanation", lang, reasons=reasons),
        facts=" ".join(filter(None, told)),
        legal_ground=legal_ground,
        rules_url=rules_url,
    )


def _plain(key: str, lang: str, **words: str) -> str:
    """Without marks of direction: all of it is of one language, and whose page shows it we do not know."""
    return t(key, lang, **words).translate(_MARKS)
