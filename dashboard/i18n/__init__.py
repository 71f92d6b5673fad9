"""Every sentence, number and time that people read, in Arabic and English.

The language is always an argument: Streamlit runs many people's scripts in threads of one process, so a language kept
in a global would show one person's language to another.
"""

from dashboard.i18n.catalog import LANGUAGES, catalog, isolated, plural, t
from dashboard.i18n.digits import locale_tag
from dashboard.i18n.formats import ago, date, duration, moment, number, percent, set_digits
from dashboard.i18n.languages import DEFAULT_LANGUAGE, direction, negotiate

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "ago",
    "catalog",
    "date",
    "direction",
    "duration",
    "isolated",
    "locale_tag",
    "moment",
    "negotiate",
    "number",
    "percent",
    "plural",
    "set_digits",
    "t",
]
