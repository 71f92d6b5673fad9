"""Which passwords are too common to guard an account: ASVS 5.0, 6.2.4, 6.2.11 and 6.2.12, without composition rules.

Guessing programs try what was in breaches, and words with digits and signs around them, letters swapped for
look-alikes, runs along a keyboard, dates. A list of all these has millions of lines; this undoes the habits and looks
at what is left. The thirty thousand most frequent passwords of breaches are those that zxcvbn ships; the words in
`common_passwords.txt`, Arabic ones and a newsroom's among them, are our own collection.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from moderation.errors import Invalid
from moderation.text.normalise import folded

SHORTEST, LONGEST = 8, 256
# Fewer different characters are no secret, however many there are.
_FEWEST = 5
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "!@#$%^&*()_+",
)  # fmt: skip
_SWAPPED = str.maketrans("@4831!05$7+", "aabeiiosstt")
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_DATE = re.compile(r"(19|20)?\d{2}[-/. ]?\d{1,2}[-/. ]?(19|20)?\d{2}")
_SIGNS = re.compile(r"[\s._@+-]+")
_SHARE = 0.7
_ARTICLE = "ال"


@cache
def _words() -> frozenset[str]:
    text = files("moderation").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


@cache
def _breached() -> frozenset[str]:
    # 17 MB, for a process in which somebody chooses a password.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _spelt() -> frozenset[str]:
    """Our own collection as one would write it in any spelling, without blanks and signs."""
    return frozenset(_SIGNS.sub("", folded(word)) for word in _words())


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """Invalid where it is too short, too long, too common, or made of `about`, the account's own words."""
    if not SHORTEST <= len(password) <= LONGEST:
        reason = "too_short" if len(password) < SHORTEST else "too_long"
        raise Invalid(field="password", reason=reason, low=SHORTEST, high=LONGEST)
    plain = unicodedata.normalize("NFKC", password).casefold()
    own = {word for one in about for word in (*_SIGNS.split(one.casefold()), _SIGNS.sub("", one.casefold()))}
    if {plain, _left_of(plain), _SIGNS.sub("", _left_of(plain))} & {word for word in own if len(word) > 2}:
        raise Invalid(field="password", reason="same_as_name")
    if _common(plain) or _is_spelt(plain):
        raise Invalid(field="password", reason="too_common")


def _left_of(plain: str) -> str:
    """Without the digits and signs around it, as people add them."""
    return _AROUND.sub("", plain)


def _common(plain: str) -> bool:
    if len(set(plain)) < _FEWEST or _DATE.fullmatch(plain):
        return True
    bare, swapped = _left_of(plain), plain.translate(_SWAPPED)
    forms = {plain, bare, swapped, _left_of(swapped), bare.translate(_SWAPPED)}
    forms |= {form[: len(form) // 2] for form in forms if len(form) % 2 == 0 and form[: len(form) // 2] * 2 == form}
    known = (_words(), _breached())
    return not _left_of(plain)[2:] or any(
        any(form in words for words in known) or _of_runs(form) for form in forms if form
    )


def _is_spelt(plain: str) -> bool:
    """A common word in another spelling: with vowel signs, tatweel, an article, blanks, or what shows nothing."""
    text = folded(plain)
    bare = _left_of(_SIGNS.sub("", text))
    return bool({bare, bare.removeprefix(_ARTICLE)} & _spelt()) or (text != plain and _common(text))


def _of_runs(text: str) -> bool:
    """Most of it lies along a keyboard or an alphabet, forwards or backwards."""
    if len(text) < 4:
        return False
    covered = 0
    at = 0
    while at < len(text):
        length = _run_from(text, at)
        covered += length if length >= 4 else 0
        at += max(length, 1)
    return covered >= _SHARE * len(text)


def _run_from(text: str, at: int) -> int:
    longest = 0
    for run in _RUNS:
        for way in (run, run[::-1]):
            length = 0
            while at + length < len(text) and text[at : at + length + 1] in way:
                length += 1
            longest = max(longest, length)
    return longest
