"""An error's code and fields as a sentence for people, on the dashboard and on the pages before it alike."""

from __future__ import annotations

from dashboard.i18n import catalog, t
from moderation.errors import Invalid, ModerationError

_LONGEST_WORD = 40


def of_error(error: ModerationError, lang: str) -> str:
    return _of_invalid(error, lang) if isinstance(error, Invalid) else _of_code(error, lang)


def _of_code(error: ModerationError, lang: str) -> str:
    known = catalog(lang)
    which = error.fields.get("what") or error.fields.get("permission")
    keys = (f"errors.{error.code}.{which}", f"errors.{error.code}", "errors.error")
    return t(next(key for key in keys if key in known), lang)


def _of_invalid(error: Invalid, lang: str) -> str:
    known = catalog(lang)
    key = f"errors.invalid.{error.reason}"
    said = t(key if key in known else "errors.invalid", lang)
    low, high = error.fields.get("low"), error.fields.get("high")
    if isinstance(low, int | float) and isinstance(high, int | float):
        said = t("errors.range", lang, sentence=said, low=low, high=high)
    elif isinstance(high, int | float):
        said = t("errors.limit", lang, sentence=said, high=high)
    if word := error.fields.get("word"):
        said = t("errors.of_word", lang, sentence=said, word=_shortened(str(word)))
    if label := error.fields.get("label"):
        said = t("errors.of_field", lang, field=t(f"common.label.{label}", lang), sentence=said)
    field = f"errors.field.{error.field}"
    return t("errors.of_field", lang, field=t(field, lang), sentence=said) if field in known else said


def _shortened(word: str) -> str:
    return word if len(word) <= _LONGEST_WORD else word[:_LONGEST_WORD] + "…"
