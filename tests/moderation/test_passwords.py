"""Which passwords are refused, and that good ones are not."""

from __future__ import annotations

import pytest

from moderation import passwords
from moderation.errors import Invalid


@pytest.mark.parametrize(
    "common",
    [
        "password", "Password1", "P@ssw0rd", "p4ssw0rd!", "12345678", "87654321", "qwertyui", "QWERTYUIOP",
        "1qaz2wsx3edc", "aaaaaaaa", "abababab", "11111111", "iloveyou", "iloveyou2026", "123password",
        "letmein!!", "welcome1", "monkey123", "admin123", "administrator", "mohamed123", "Ahmed2020",
        "محمد12345", "كلمةالسر", "ضصثقفغعه", "شسيبلاتنم", "19901231", "31-12-1990", "passwordpassword",
        "zaq12wsxcde", "!@#$%^&*", "habibi2024", "q1w2e3r4t5", "azertyuiop", "Taliq2026", "newsroom1",
        "........", "motdepasse1",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(common: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(common)
    assert refused.value.reason == "too_common"


@pytest.mark.parametrize(
    "spelt",
    ["كلمة السر", "كَلِمَةُ السِّرّ", "كـلـمـة السر!!", "الله أكبر", "بسم الله الرحمن الرحيم", "التعليق1", "مُحَمَّد12345",
     "p\u200cassword1", "١٢٣٤٥٦٧٨"],
)  # fmt: skip
def test_another_spelling_is_no_other_password(spelt: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(spelt)
    assert refused.value.reason == "too_common"


@pytest.mark.parametrize(
    "breached", ["bollocks1", "Snowboard!", "Tinkerbell", "1928374655", "rfnthbyf1988", "networkingpe", "nokia3250"]
)
def test_what_was_in_breaches_is_refused(breached: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(breached)
    assert refused.value.reason == "too_common"


def test_all_that_are_listed_are_refused() -> None:
    taken = [one for one in passwords._breached() if len(one) >= passwords.SHORTEST and not _refused(one)]
    assert taken == []
    assert len(passwords._breached()) >= 30_000


def _refused(password: str) -> bool:
    try:
        passwords.check(password)
    except Invalid:
        return True
    return False


@pytest.mark.parametrize(
    "good",
    ["correct horse", "tulip-seventeen-boat", "سفينة بلا شراع", "k3vWqz!p", "Nile at dusk 4", "a b c d e f g h i",
     "mnemosyne", "x" * 10 + "correct horse", "ö" * 3 + "blåbærgrød"],
)  # fmt: skip
def test_what_nobody_guesses_is_taken(good: str) -> None:
    passwords.check(good)


@pytest.mark.parametrize("own", ["amal.haddad", "Haddad42", "AMAL-HADDAD", "taliq2026!"])
def test_the_account_s_own_words_are_no_secret(own: str) -> None:
    with pytest.raises(Invalid):
        passwords.check(own, about=("amal.haddad", "taliq"))


@pytest.mark.parametrize(("length", "reason"), [(0, "too_short"), (7, "too_short"), (257, "too_long")])
def test_the_bounds(length: int, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check("kq7z"[:4] * 65 + "x" if length > 256 else "kq7zmw9v"[:length])
    assert refused.value.reason == reason


def test_any_character_may_be_in_it() -> None:
    passwords.check("\u200f 🦉 owl at night \t")
