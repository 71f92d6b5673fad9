"""The sentences that a commenter may be told of a rejection, in the language of the site."""

from __future__ import annotations

from dashboard.i18n import LANGUAGES, date, t
from moderation.appeal import Notice

# For sites in a language that Taliq does not speak.
_FALLBACK = "en"


def language_of(notice: Notice) -> str:
    return notice.language if notice.language in LANGUAGES else _FALLBACK


def notice_text(notice: Notice) -> str:
    """What was done, why, by whom, what the desk wants to say, and until when one may appeal; plain text."""
    lang = language_of(notice)
    decision = notice.verdict.decision
    reasons = t("common.list.separator", lang).join(t(f"common.reason.{reason}", lang) for reason in decision.reasons)
    written = date(notice.created_at, lang, notice.time_zone)
    parts = [
        t("notice.rejected", lang, date=written, article=notice.article_title, site=notice.site_title),
        t("notice.reasons", lang, reasons=reasons),
        t("notice.by_machine" if decision.by_machine else "notice.by_person", lang),
    ]
    if decision.message:
        parts.append(decision.message)
    if notice.appeal_until is not None and notice.appeal is None:
        until = date(notice.appeal_until, lang, notice.time_zone)
        parts.append(t("notice.appeal_to_person" if decision.by_machine else "notice.appeal", lang, until=until))
    return "\n".join(parts)
