"""Numbers as written: Latin digits in both languages, or Arabic-Indic in Arabic where the deployment wants them."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from babel.numbers import format_decimal

from dashboard.i18n.languages import locale

Digits = Literal["latn", "arab"]

_ARABIC_INDIC = str.maketrans("0123456789.,%", "٠١٢٣٤٥٦٧٨٩٫٬٪")
_LATIN = {arabic: chr(latin) for latin, arabic in _ARABIC_INDIC.items() if chr(latin) not in ".,"}
_ARABIC_INDIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

# The deployment's choice, set once at the start; a single assignment, so that threads see the old or the new.
_digits: Digits = "latn"


def set_digits(digits: Digits) -> None:
    """`latn` (what most Arabic news sites print) or `arab`, for Arabic; English always has Latin digits."""
    global _digits
    if digits not in ("latn", "arab"):
        raise ValueError(f"digits are latn or arab, not {digits!r}")
    _digits = digits


def number(n: float, lang: str, *, places: int = 2) -> str:
    """1,234.5; at most `places` decimals."""
    return _localised(_written(n, places), lang, _ARABIC_INDIC)


def percent(share: float, lang: str, *, places: int = 0) -> str:
    """0.256 is 26%."""
    return _localised(_written(share * 100, places) + "%", lang, _ARABIC_INDIC)


# Babel takes its time, and a page of counts and percentages has few numbers that no page had before.
@lru_cache(4_096)
def _written(n: float, places: int) -> str:
    pattern = "#,##0." + "#" * places if places else "#,##0"
    return str(format_decimal(n, format=pattern, locale="en"))


def digits_of(text: str, lang: str) -> str:
    """A formatted date or time with the digits of the deployment."""
    return _localised(text, lang, _ARABIC_INDIC_DIGITS)


def numbered(sentence: str, lang: str) -> str:
    """A sentence of the Arabic catalog with its own numbers, which are ٣ there, in the digits of the deployment."""
    return _in_latin(sentence) if lang == "ar" and _digits == "latn" else sentence


@lru_cache(16_384)
def _in_latin(sentence: str) -> str:
    return sentence.translate(_LATIN)


def locale_tag(lang: str) -> str:
    """For browsers (BCP 47): ar-EG-u-nu-arab."""
    return f"{str(locale(lang)).replace('_', '-')}-u-nu-{_digits if lang == 'ar' else 'latn'}"


def _localised(text: str, lang: str, table: dict[int, int]) -> str:
    return text.translate(table) if lang == "ar" and _digits == "arab" else text
