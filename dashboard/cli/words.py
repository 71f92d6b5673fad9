"""What the `taliq` command says, in the terminal's language: Arabic under an Arabic locale, else English."""

from __future__ import annotations

import os
import unicodedata
from functools import cache

from dashboard.i18n import catalog, number
from dashboard.i18n.languages import locale


@cache
def language() -> str:
    """The first of the locale's variables that is set decides, as POSIX has it."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "ar" if value.lower().startswith("ar") else "en"
    return "en"


def say(key: str, **values: object) -> str:
    """The sentence, with no invisible characters around its values: they are there to be copied."""
    entry = catalog(language())[key]
    if not isinstance(entry, str):
        raise KeyError(f"{key} has plural forms")
    return entry.format(**_written(values))


def count(key: str, n: int, **values: object) -> str:
    forms = catalog(language())[key]
    if isinstance(forms, str):
        raise KeyError(f"{key} has no plural forms")
    form = forms.get(locale(language()).plural_form(n), forms["other"])
    return form.format(**_written({"n": n, **values}))


def knows(key: str) -> bool:
    return isinstance(catalog(language()).get(key), str)


def printable(text: str) -> str:
    """A file's or a reader's text on a terminal: control and format characters are shown, not obeyed."""
    return "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character.encode("unicode_escape").decode()
        for character in text
    )


def _written(values: dict[str, object]) -> dict[str, str]:
    return {
        name: number(value, language()) if isinstance(value, int | float) else printable(str(value))
        for name, value in values.items()
    }
