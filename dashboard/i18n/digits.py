"""Numbers as written: Latin digits in both languages, or Arabic-Indic in Arabic where the deployment wants them."""

from __future__ import annotations

from typing import Literal

from babel.numbers import format_decimal

Digits = Literal["latn", "arab"]

_ARABIC_INDIC = str.maketrans("0123456789.,%", "٠١٢٣٤٥٦٧٨٩٫٬٪")
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
    pattern = "#,##0." + "#" * places if places else "#,##0"
    return _localised(format_decimal(n, format=pattern, locale="en"), lang, _ARABIC_INDIC)


def percent(share: float, lang: str, *, places: int = 0) -> str:
    """0.256 is 26%."""
    pattern = "#,##0." + "#" * places if places else "#,##0"
    return _localised(format_decimal(share * 100, format=pattern, locale="en") + "%", lang, _ARABIC_INDIC)


def digits_of(text: str, lang: str) -> str:
    """A formatted date or time with the digits of the deployment."""
    return _localised(text, lang, _ARABIC_INDIC_DIGITS)


def _localised(text: str, lang: str, table: dict[int, int]) -> str:
    return text.translate(table) if lang == "ar" and _digits == "arab" else text
