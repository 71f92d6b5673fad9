"""The language of short comments, as readers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text import language
from moderation.text.language import LANGUAGES, detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("خبر ممتاز، شكرًا لكم", "ar"),
        ("لا", "ar"),
        ("والله ما حدا فاهم شي", "ar"),
        ("ليش هيك يا جماعة 😂😂", "ar"),
        ("علاش هاد الشي بزاف", "ar"),
        ("شكرا BBC", "ar"),
        ("الزمالك go go", "ar"),
        ("@someone_else هذا كلام فارغ http://example.com/long/latin/path", "ar"),
        ("ﺷﻜﺮﺍ", "ar"),
        ("شلون گلت هيچ", "ar"),
        ("ـــ", "ar"),
        ("#غزة @somebody #فلسطين_حرة 🇵🇸", "ar"),
        ("7mar", "arabizi"),
        ("ya 3abit", "arabizi"),
        ("wallah ma fhemt chay", "arabizi"),
        ("chokran 3la lkhabar", "arabizi"),
        ("sho hal7aki hayda", "arabizi"),
        ("msh fahem 7aga", "arabizi"),
        ("inshallah khair", "arabizi"),
        ("nchallah c bon", "arabizi"),
        ("rabi yehdikom", "arabizi"),
        ("hhhhhh", "arabizi"),
        ("shame 3alaykom", "arabizi"),
        ("Great article, thanks!", "en"),
        ("you are an idiot", "en"),
        ("Nice", "en"),
        ("LOL", "en"),
        ("I don’t think so.", "en"),
        ("G20 summit in 2024, the 3rd this year", "en"),
        ("COVID19 again? b4 christmas", "en"),
        ("Putin and Trump", "en"),
        ("the word حمار is not nice at all", "en"),
        ("Merci beaucoup !", "fr"),
        ("C'est une honte", "fr"),
        ("très bien", "fr"),
        ("Bravo", "fr"),
        ("je ne suis pas d'accord avec vous", "fr"),
        ("gouvernement honteux", "fr"),
        ("", "other"),
        ("😂😂😂", "other"),
        ("123 456!", "other"),
        ("https://example.com/the/only/thing", "other"),
        ("@somebody #hashtag", "other"),
        ("#این_خبر_درست_نیست", "other"),
        ("Привет всем", "other"),
        ("מה זה", "other"),
        ("你好", "other"),
        ("gracias por la noticia, pero no es verdad", "other"),
        ("Das ist nicht wahr", "other"),
        ("Teşekkürler, çok güzel", "other"),
        ("این خبر درست نیست", "other"),
        ("یہ بہت اچھا ہے", "other"),
    ],
)
def test_short_comments(text: str, language: str) -> None:
    assert detect(text) == language


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_language(text: str) -> None:
    assert detect(text) in LANGUAGES


@pytest.mark.parametrize("text", ["\ud800", "\x00", "ا" * 1_000_000, "a1" * 500_000, "@" * 100_000, "\u0301" * 50_000])
def test_hostile_texts_have_a_language(text: str) -> None:
    assert detect(text) in LANGUAGES


@pytest.mark.parametrize("text", ["-@", "-@.", "@ -", "1", "a", "'1", "a2'"])
def test_no_text_is_gone_through_again_from_each_of_its_characters(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred times as many characters as are read, a pattern that goes back takes hours to be done."""
    monkeypatch.setattr(language, "_READ", 100_000)
    assert detect(text * (100_000 // len(text))) in LANGUAGES


@pytest.mark.parametrize("address", ["a@b.com", "www.example.com/a", "mailto:a@b.c,d@e.f", "@me"])
def test_an_address_says_nothing_of_the_language(address: str) -> None:
    assert detect(f"{address} كلام جميل") == "ar"
    assert detect(f"{address} !") == "other"


def test_only_the_beginning_of_a_long_comment_is_read() -> None:
    assert detect("this is the beginning " * 100 + "هذه هي النهاية " * 1_000) == "en"
