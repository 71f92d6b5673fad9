"""Events of the audit log in people's words. Names and facts of a log are shown as text, never as markup."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from dashboard.i18n import catalog, direction, moment, t
from dashboard.i18n.digits import digits_of
from dashboard.ui.components.names import actor_name, listed
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import plain_line
from moderation.audit import EventType, Sealed
from moderation.story import facts_of

COLUMNS = ("position", "time", "who", "what", "subject", "why")
_LONGEST = 400


def event_table(rows: Sequence[Sealed], lang: str, zone: str) -> str:
    """HTML; newest first, as the page came."""
    headings = [t(f"audit.column.{column}", lang) for column in COLUMNS]
    return table_html(headings, (_cells(row, lang, zone) for row in rows), lang)


def _cells(row: Sealed, lang: str, zone: str) -> tuple[str, ...]:
    return (
        place(row.position, lang),
        f'<span style="white-space:nowrap">{html.escape(moment(row.at, lang, zone))}</span>',
        _said(actor_name(plain_line(row.actor), lang), lang),
        html.escape(event_word(row.type, lang)),
        _said(subject_name(plain_line(row.subject), lang), lang),
        _said(why(row, lang), lang),
    )


def _said(sentence: str, lang: str) -> str:
    """Escaped and in the page's direction. The sentence brings isolates of its own, which are not to be marked."""
    return sentence and f'<bdi dir="{direction(lang)}">{html.escape(sentence[:_LONGEST])}</bdi>'


def place(position: int, lang: str) -> str:
    """An event's number is a name, so its thousands are not set apart."""
    return digits_of(str(position), lang)


def event_word(type_: str, lang: str) -> str:
    """A type that this version does not know, from a newer one or a tampered row, stays as stored."""
    return t(f"common.event.{type_}", lang) if type_ in set(EventType) else plain_line(type_)


def subject_name(subject: str, lang: str) -> str:
    kind, _, name = subject.partition(":")
    key = f"audit.subject.{kind}"
    return t(key, lang, name=name) if name and key in catalog(lang) else subject


def option(row: Sealed, lang: str) -> str:
    """An event in a list to choose from."""
    return t(
        "audit.option",
        lang,
        position=place(row.position, lang),
        what=event_word(row.type, lang),
        who=actor_name(plain_line(row.actor), lang),
    )


def why(row: Sealed, lang: str) -> str:
    """The outcome, its causes and its reasons, or what else there is to say of this kind of event."""
    said = facts_of(row.body)
    causes = _words("cause", said.get("causes"), lang)
    # A banned word is a cause and a reason, and is said once.
    reasons = [reason for reason in _words("reason", said.get("reasons"), lang) if reason not in causes]
    parts = [
        _word("outcome", said.get("outcome"), lang),
        listed(causes, lang),
        listed(reasons, lang),
        _word("measure", said.get("kind"), lang),
        _word("reason", said.get("reason"), lang),
        _role(said, lang),
        _exported(said, lang),
    ]
    return " · ".join(part for part in parts if part)


def _word(kind: str, code: object, lang: str) -> str:
    key = f"common.{kind}.{code}"
    return t(key, lang) if isinstance(code, str) and key in catalog(lang) else ""


def _words(kind: str, codes: object, lang: str) -> list[str]:
    written = (_word(kind, code, lang) for code in codes) if isinstance(codes, list) else ()
    return [word for word in written if word]


def _role(said: Mapping[str, object], lang: str) -> str:
    before, after = (_word("role", said.get(name), lang) for name in ("from", "to"))
    if before and after:
        return t("audit.why.role_changed", lang, before=before, after=after)
    return _word("role", said.get("role"), lang)


def _exported(said: Mapping[str, object], lang: str) -> str:
    if not isinstance(said.get("filter"), dict):
        return ""
    return t("audit.why.filtered" if said["filter"] else "audit.why.unfiltered", lang)
