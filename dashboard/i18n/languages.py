"""The languages of the desk, and which one a person gets."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global

LANGUAGES = ("ar", "en")
DEFAULT_LANGUAGE = "ar"

# Egypt's conventions: months as the region's newsrooms write them (نوفمبر, not تشرين الثاني).
_LOCALES = {"ar": "ar_EG", "en": "en_GB"}


def negotiate(*wanted: str | None) -> str:
    """The first of the wanted languages that the desk speaks: a cookie, then the person's own setting, then Arabic."""
    for language in wanted:
        if language:
            primary = language.replace("_", "-").split("-")[0].lower()
            if primary in LANGUAGES:
                return primary
    return DEFAULT_LANGUAGE


@cache
def locale(lang: str) -> Locale:
    """Raises KeyError for a language that the desk does not speak."""
    return Locale.parse(_LOCALES[lang])


def first_weekday(zone: str) -> int:
    """On which day weeks begin where the zone (IANA name) lies: 0 is Monday, and the answer where nobody knows."""
    territory = get_global("zone_territories").get(zone)
    return Locale.parse(f"und_{territory}").first_week_day if territory else 0


def direction(lang: str) -> str:
    """`rtl` or `ltr`."""
    return locale(lang).text_direction
