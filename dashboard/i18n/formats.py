"""Dates, times and spans as people read them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from dashboard.i18n.catalog import plural, t
from dashboard.i18n.digits import digits_of, number, percent, set_digits
from dashboard.i18n.languages import locale

__all__ = ["ago", "date", "duration", "moment", "number", "percent", "set_digits"]

_MINUTE, _HOUR, _DAY, _MONTH, _YEAR = 60, 3_600, 86_400, 2_592_000, 31_536_000
_UNITS = (("year", _YEAR), ("month", _MONTH), ("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE))
_SPANS = (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE), ("second", 1))


def date(day: dt.date | dt.datetime, lang: str, tz: str) -> str:
    """23 نوفمبر 2026, 23 November 2026; an aware moment is first taken to the zone `tz` (an IANA name)."""
    if isinstance(day, dt.datetime):
        day = day.astimezone(ZoneInfo(tz)).date()
    return digits_of(format_date(day, "d MMMM y", locale=locale(lang)), lang)


def moment(at: dt.datetime, lang: str, tz: str) -> str:
    """The day and the time on the 24-hour clock in the zone `tz`."""
    local = at.astimezone(ZoneInfo(tz))
    clock = digits_of(format_time(local, "HH:mm", tzinfo=local.tzinfo, locale=locale("en")), lang)
    return t("common.moment", lang).format(date=date(at, lang, tz), time=clock)


def ago(at: dt.datetime, now: dt.datetime, lang: str) -> str:
    """قبل 5 دقائق, 5 minutes ago. Under a minute, and in a future that only a fast clock made, it is "just now"."""
    seconds = int((now - at).total_seconds())
    for unit, length in _UNITS:
        if seconds >= length:
            return plural(f"common.ago.{unit}", seconds // length, lang)
    return t("common.ago.now", lang)


def duration(seconds: float, lang: str) -> str:
    """The two largest units that matter: 3 دقائق, ساعة و5 دقائق, 1 day 4 hours."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for unit, length in _SPANS:
        count, left = divmod(left, length)
        if count:
            parts.append(plural(f"common.duration.{unit}", count, lang))
        if parts and (len(parts) == 2 or count == 0):
            break
    if not parts:
        return plural("common.duration.second", 0, lang)
    return t("common.duration.joined", lang).format(first=parts[0], second=parts[1]) if len(parts) == 2 else parts[0]
