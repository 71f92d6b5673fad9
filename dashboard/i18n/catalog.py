"""The catalogs: one JSON file for each area and language, from "area.name" to a sentence or its plural forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dashboard.i18n.digits import number, numbered
from dashboard.i18n.languages import LANGUAGES, locale

__all__ = ["LANGUAGES", "catalog", "isolated", "plural", "t"]

Entry = str | dict[str, str]

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# Embeddings, overrides and isolates: one that is not closed would turn round the sentence that it stands in.
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_WITHOUT_CONTROLS = {ord(character): None for character in BIDI_CONTROLS}


@cache
def catalog(lang: str) -> Mapping[str, Entry]:
    """All areas' entries of one language, read once."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    entries: dict[str, Entry] = {}
    for path in sorted(files("dashboard.i18n").joinpath("catalogs").iterdir(), key=lambda path: path.name):
        if path.name.endswith(f".{lang}.json"):
            entries.update(json.loads(path.read_text(encoding="utf-8")))
    return entries


def t(key: str, lang: str, **values: object) -> str:
    """The sentence in `lang`. A missing key or placeholder raises KeyError.

    Numbers are written in the language's way; those of the sentence itself are Arabic digits in an Arabic catalog,
    where Latin ones are a code's. A value that is text is isolated, because a Latin name in an Arabic sentence (or the
    reverse) would otherwise reorder the words around it. The result is plain text: it is escaped where it goes into
    HTML, and passes through `md_literal` where it holds a reader's words and goes into a label.
    """
    entry = catalog(lang)[key]
    if not isinstance(entry, str):
        raise KeyError(f"{key} has plural forms")
    sentence = numbered(entry, lang)
    return sentence.format(**_written(values, lang)) if values else sentence


def plural(key: str, n: int, lang: str, **values: object) -> str:
    """The form of the sentence that the count calls for (CLDR: Arabic has six); `{n}` is the count, written."""
    forms = catalog(lang)[key]
    if isinstance(forms, str):
        raise KeyError(f"{key} has no plural forms")
    form = forms.get(locale(lang).plural_form(n), forms["other"])
    return numbered(form, lang).format(**_written({"n": n, **values}, lang))


def isolated(text: str) -> str:
    """The text in a bidirectional isolate, rid of characters that could leave it."""
    return FIRST_STRONG_ISOLATE + text.translate(_WITHOUT_CONTROLS) + POP_ISOLATE


def _written(values: Mapping[str, object], lang: str) -> dict[str, str]:
    return {
        name: number(value, lang) if isinstance(value, int | float) else isolated(str(value))
        for name, value in values.items()
    }
